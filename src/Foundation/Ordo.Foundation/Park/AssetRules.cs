using System.Text.Json;

namespace Ordo.Foundation.Park;

/// <summary>What an asset must satisfy by itself and beside its parent.</summary>
public static class AssetRules
{
    /// <summary>Deepest level below a root, which bounds the length of a path and the work of walking it.</summary>
    public const int MaxDepth = 20;

    /// <summary>Everything that is wrong with a draft by itself, by JSON member.</summary>
    public static List<Fault> FaultsOf(AssetDraft draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        List<Fault> faults = [];
        if (Names.CodeFaultOf(draft.Code) is { } code) faults.Add(new("code", code));
        if (Names.NameFaultOf(draft.NameZh, mayBeEmpty: false) is { } nameZh) faults.Add(new("nameZh", nameZh));
        if (Names.NameFaultOf(draft.NameEn, mayBeEmpty: true) is { } nameEn) faults.Add(new("nameEn", nameEn));
        if (draft.Geometry is { ValueKind: not JsonValueKind.Null } geometry) faults.AddRange(GeoJson.FaultsOf(geometry));
        if (draft.Attributes is { ValueKind: not JsonValueKind.Null } attributes) faults.AddRange(AssetAttributes.FaultsOf(draft.Kind, attributes));
        return faults;
    }

    /// <summary>What is wrong with a kind under a parent of another kind, or <c>null</c>.</summary>
    /// <param name="kind">Of the child.</param>
    /// <param name="parent">Of the parent; <c>null</c> for a root.</param>
    public static Text? NestingFaultOf(AssetKind kind, AssetKind? parent) => parent switch
    {
        null when kind > AssetKind.Park => new($"最上级只能是区域、盟市或园区，{kind} 必须有上级。", $"Only a region, a city or a park can be a root; {kind} needs a parent."),
        { } above when kind < above || (kind == above && kind < AssetKind.Facility) =>
            new($"{kind} 不能放在 {above} 之下。", $"{kind} cannot lie below {above}."),
        _ => null,
    };

    /// <summary>What is worth a second look but is no fault.</summary>
    public static List<Fault> WarningsOf(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        using var attributes = JsonDocument.Parse(asset.Attributes);
        if (!attributes.RootElement.TryGetProperty("creditCode", out JsonElement code) || CreditCode.HasValidOrganisationCode(code.GetString()!)) return [];
        return [new("attributes.creditCode",
            "统一社会信用代码第 9–17 位（组织机构代码）的校验位不符合 GB 11714，请核对。",
            "Characters 9 to 17 of the unified social credit code (the organisation code) do not carry the check character of GB 11714; please compare.")];
    }
}
