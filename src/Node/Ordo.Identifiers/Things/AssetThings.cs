using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Identifiers;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Things;

/// <summary>Assets of the park as things with a code: facilities and equipment by the hundred, and every other kind one by one.</summary>
internal sealed class AssetThings(IDbContextFactory<OrdoDbContext> databases) : ICodedThings
{
    /// <summary>Attributes that the page behind the code tells everybody; a place and a person are nobody's business there.</summary>
    private static readonly string[] Told = ["category", "equipmentCategory", "manufacturer", "model", "serialNumber", "commissioned", "ratedPowerKw", "medium"];

    public string Kind => "asset";

    public Text Name => new("资产", "Asset");

    public IReadOnlyList<CodedField> Fields { get; } =
    [
        new("nameZh", new("名称", "Name in Chinese"), true, true), new("nameEn", new("英文名称", "Name in English"), false, true), new("kind", new("类别", "Kind"), true, true), new("code", new("园区编号", "Number in the park"), true, false),
        .. Told.Select(name => AssetAttributes.Find(name)!).Select(attribute => new CodedField(attribute.Name, attribute.Label, false, attribute.Name is not "serialNumber")),
    ];

    public async ValueTask<IReadOnlyList<CodedThing>> FindAsync(IReadOnlyList<long> ids, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        List<Asset> assets = await database.Set<Asset>().AsNoTracking().Where(asset => ids.Contains(asset.Id)).ToListAsync(cancellation);
        return [.. assets.Select(asset => new CodedThing(asset.Id, asset.Path, ValuesOf(asset)))];
    }

    public async ValueTask<IReadOnlyList<long>> BelowAsync(string path, int most, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        return await database.Set<Asset>().AsNoTracking().Where(asset => asset.Path.StartsWith(path) && (asset.Kind == AssetKind.Facility || asset.Kind == AssetKind.Equipment))
            .OrderBy(asset => asset.Id).Select(asset => asset.Id).Take(most).ToListAsync(cancellation);
    }

    private static Dictionary<string, string> ValuesOf(Asset asset)
    {
        Dictionary<string, string> values = new() { ["nameZh"] = asset.NameZh, ["kind"] = KindOf(asset.Kind), ["code"] = asset.Code };
        if (asset.NameEn.Length > 0) values["nameEn"] = asset.NameEn;
        using var attributes = JsonDocument.Parse(asset.Attributes);
        foreach (string name in Told)
            if (attributes.RootElement.TryGetProperty(name, out JsonElement value) && value.ToString() is { Length: > 0 } text)
                values[name] = AssetAttributes.Find(name)!.Choices.FirstOrDefault(choice => choice.Code == text) is { } choice ? Both(choice.Name) : text;
        return values;
    }

    private static string KindOf(AssetKind kind) => Both(kind switch
    {
        AssetKind.Region => new("区域", "region"),
        AssetKind.City => new("盟市", "city"),
        AssetKind.Park => new("园区", "park"),
        AssetKind.Zone => new("片区", "zone"),
        AssetKind.Enterprise => new("企业", "enterprise"),
        AssetKind.Facility => new("设施", "facility"),
        _ => new("设备", "equipment"),
    });

    /// <summary>A value has one text, and who scans it speaks one language or the other.</summary>
    private static string Both(Text text) => $"{text.Zh} / {text.En}";
}
