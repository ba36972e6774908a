using System.Collections.Frozen;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;

namespace Ordo.Foundation.Park;

/// <summary>What a value of an attribute looks like.</summary>
public enum AttributeType
{
    Text,
    Number,
    Integer,
    Boolean,

    /// <summary><c>yyyy-MM-dd</c></summary>
    Date,

    /// <summary>One of <see cref="AttributeDefinition.Choices"/>.</summary>
    Choice,

    /// <summary>统一社会信用代码, see <see cref="Park.CreditCode"/>.</summary>
    CreditCode,

    /// <summary>GB/T 4754-2017, see <see cref="IndustryCatalogue"/>.</summary>
    Industry,

    /// <summary>GB/T 2260, six digits.</summary>
    AdministrativeDivision,
}

/// <summary>One of the values a choice attribute may have.</summary>
public sealed record AttributeChoice(string Code, Text Name);

/// <summary>One typed attribute.</summary>
/// <param name="Name">JSON member and column: <c>creditCode</c>. A unit stands at its end: <c>heightM</c>.</param>
/// <param name="Label">For people.</param>
/// <param name="Type">What a value looks like.</param>
/// <param name="Kinds">Kinds of asset that may have it.</param>
/// <param name="Min">Smallest number.</param>
/// <param name="Max">Largest number; for text, most characters.</param>
/// <param name="Choices">Values of a choice; else empty.</param>
public sealed record AttributeDefinition(
    string Name, Text Label, AttributeType Type, IReadOnlySet<AssetKind> Kinds, decimal? Min, decimal? Max, IReadOnlyList<AttributeChoice> Choices);

/// <summary>The typed attributes of assets (属性), from <c>attributes.csv</c> and <c>choices.csv</c> beside this file.</summary>
public static class AssetAttributes
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>All attributes, in the order shown.</summary>
    public static IReadOnlyList<AttributeDefinition> All { get; } = Load();

    private static readonly FrozenDictionary<string, AttributeDefinition> ByName = All.ToFrozenDictionary(attribute => attribute.Name);

    public static AttributeDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Everything that is wrong with the attributes of an asset, by member: <c>attributes.creditCode</c>. A member that is null counts as absent.</summary>
    public static List<Fault> FaultsOf(AssetKind kind, JsonElement attributes)
    {
        if (attributes.ValueKind != JsonValueKind.Object)
            return [new("attributes", "应为 JSON 对象。", "Expected a JSON object.")];

        List<Fault> faults = [];
        foreach (JsonProperty member in attributes.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && FaultOf(kind, member.Name, member.Value) is { } reason)
                faults.Add(new($"attributes.{member.Name}", reason));
        }

        return faults;
    }

    /// <summary>The text stored for attributes: members in catalogue order, nulls left out, so that equal attributes are equal text.</summary>
    /// <param name="attributes">A JSON object without faults.</param>
    public static string Canonical(JsonElement attributes)
    {
        var ordered = new JsonObject();
        foreach (AttributeDefinition attribute in All)
        {
            if (attributes.TryGetProperty(attribute.Name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
                ordered[attribute.Name] = JsonValue.Create(value);
        }

        return ordered.ToJsonString(Readable);
    }

    /// <summary>Reads a cell of a sheet as the attribute's JSON type. What cannot be read stays text and is found faulty by <see cref="FaultsOf"/>.</summary>
    public static JsonNode FromCell(AttributeDefinition attribute, string cell) => attribute.Type switch
    {
        AttributeType.Boolean when Booleans.TryGetValue(cell, out bool value) => JsonValue.Create(value),
        AttributeType.Number or AttributeType.Integer when IsJsonNumber(cell) => JsonNode.Parse(cell)!,
        AttributeType.Choice => JsonValue.Create(attribute.Choices.FirstOrDefault(choice => choice.Name.Zh == cell || choice.Name.En == cell)?.Code ?? cell),
        _ => JsonValue.Create(cell),
    };

    private static readonly FrozenDictionary<string, bool> Booleans = new Dictionary<string, bool>
    {
        ["true"] = true, ["yes"] = true, ["1"] = true, ["是"] = true,
        ["false"] = false, ["no"] = false, ["0"] = false, ["否"] = false,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static Text? FaultOf(AssetKind kind, string name, JsonElement value)
    {
        if (Find(name) is not { } attribute)
            return new("没有这个属性。", "There is no such attribute.");
        if (!attribute.Kinds.Contains(kind))
            return new($"{kind} 类资产没有这个属性。", $"An asset of kind {kind} has no such attribute.");
        return attribute.Type switch
        {
            AttributeType.Number or AttributeType.Integer => NumberFault(attribute, value),
            AttributeType.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : new("应为 true 或 false（是或否）。", "Expected true or false."),
            _ => value.ValueKind == JsonValueKind.String ? TextFault(attribute, value.GetString()!) : new("应为文本。", "Expected text."),
        };
    }

    private static Text? NumberFault(AttributeDefinition attribute, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDecimal(out decimal number))
            return new("应为数字。", "Expected a number.");
        if (attribute.Type == AttributeType.Integer && number % 1 != 0)
            return new("应为整数。", "Expected a whole number.");
        return number >= attribute.Min && number <= attribute.Max ? null : new(
            $"应在 {attribute.Min}…{attribute.Max} 之间，实为 {number}。", $"Must lie in {attribute.Min}…{attribute.Max}, is {number}.");
    }

    private static Text? TextFault(AttributeDefinition attribute, string value) => attribute.Type switch
    {
        AttributeType.CreditCode => CreditCode.FaultOf(value),
        AttributeType.Industry => IndustryCatalogue.FaultOf(value),
        AttributeType.Date => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? null : new("应为日期 yyyy-MM-dd。", "Expected a date, yyyy-MM-dd."),
        AttributeType.AdministrativeDivision => value.Length == 6 && value.All(char.IsAsciiDigit)
            ? null : new("行政区划代码应为 6 位数字。", "An administrative division code has six digits."),
        AttributeType.Choice => attribute.Choices.Any(choice => choice.Code == value)
            ? null : new($"“{value}”不在可选值中：{string.Join('、', attribute.Choices.Select(choice => choice.Code))}。", $"'{value}' is not one of {string.Join(", ", attribute.Choices.Select(choice => choice.Code))}."),
        _ => Names.FaultOf(value, (int)attribute.Max!.Value, mayBeEmpty: false),
    };

    private static bool IsJsonNumber(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static List<AttributeDefinition> Load()
    {
        ILookup<string, AttributeChoice> choices = DataFile
            .Read("Park.choices.csv", row => (Attribute: row.GetString("attribute"), Choice: new AttributeChoice(row.GetString("code"), NameOf(row))))
            .ToLookup(row => row.Attribute, row => row.Choice);
        return DataFile.Read("Park.attributes.csv", row =>
        {
            string name = row.GetString("name");
            FrozenSet<AssetKind> kinds = row.GetString("kinds").Split(' ').Select(Enum.Parse<AssetKind>).ToFrozenSet();
            AttributeType type = Enum.Parse<AttributeType>(row.GetString("type"), ignoreCase: true);
            return new AttributeDefinition(name, NameOf(row), type, kinds, Limit(row, "min"), Limit(row, "max"), [.. choices[name]]);
        });

        static Text NameOf(CsvReader row) => new(row.GetString("nameZh"), row.GetString("nameEn"));

        static decimal? Limit(CsvReader row, string column) =>
            row.GetString(column) is { Length: > 0 } text ? decimal.Parse(text, CultureInfo.InvariantCulture) : null;
    }
}
