using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ordo.Identifiers.Reporting;

/// <param name="Field">What the node calls it.</param>
/// <param name="As">What it is called in the file.</param>
/// <param name="Kind"><c>text</c>, <c>integer</c>, <c>date</c>, <c>time</c>, <c>percent</c> or <c>milliseconds</c>.</param>
public sealed record ReportField(string Field, string As, string Kind, string Zh, string En);

/// <param name="As">What the member <c>line</c> says in the file.</param>
public sealed record ReportLine(string Line, string As, string Zh, string En, IReadOnlyList<ReportField> Fields);

/// <summary>What a daily report looks like (上报文件格式), as data: <c>daily-report.json</c> beside this file, or the operator's own.</summary>
public sealed record ReportFormat(string About, string Format, int Version, IReadOnlyList<ReportLine> Lines)
{
    private static readonly JsonSerializerOptions Reading = new(JsonSerializerDefaults.Web);
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The one that is shipped.</summary>
    public static ReportFormat Shipped { get; } = Load();

    /// <exception cref="FormatException">With what is wrong: a line or field that the node does not know, or a name twice.</exception>
    public static ReportFormat Parse(string json)
    {
        ReportFormat format;
        try
        {
            format = JsonSerializer.Deserialize<ReportFormat>(json, Reading) ?? throw new FormatException("it is empty");
        }
        catch (JsonException broken)
        {
            throw new FormatException(broken.Message, broken);
        }

        return format.FaultAgainst(Shipped) is { } fault ? throw new FormatException(fault) : format;
    }

    /// <summary>One line of the file, with the fields that the format has.</summary>
    /// <param name="values">A text, a number, or <c>null</c>, by the node's names.</param>
    /// <returns><c>null</c> when the format has no such line.</returns>
    public byte[]? Write(string line, IReadOnlyDictionary<string, object?> values)
    {
        if (Lines.FirstOrDefault(known => known.Line == line) is not { } shape) return null;
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Writing))
        {
            json.WriteStartObject();
            json.WriteString("line", shape.As);
            foreach (ReportField field in shape.Fields)
            {
                json.WritePropertyName(field.As);
                JsonSerializer.Serialize(json, values[field.Field]);
            }

            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private string? FaultAgainst(ReportFormat shipped)
    {
        if (Lines is null || string.IsNullOrEmpty(Format)) return "'format' and 'lines' are expected";
        foreach (ReportLine line in Lines)
        {
            if (shipped.Lines.FirstOrDefault(known => known.Line == line.Line) is not { } known) return $"the node has no line '{line.Line}'";
            if (string.IsNullOrEmpty(line.As) || line.Fields is null) return $"the line '{line.Line}' needs 'as' and 'fields'";
            if (line.Fields.FirstOrDefault(field => known.Fields.All(other => other.Field != field.Field)) is { } strange) return $"the line '{line.Line}' has no field '{strange.Field}'";
            if (line.Fields.Any(field => string.IsNullOrEmpty(field.As) || field.As == "line")) return $"a field of the line '{line.Line}' has no 'as', or is called 'line'";
            if (line.Fields.GroupBy(field => field.As).FirstOrDefault(group => group.Count() > 1) is { } twice) return $"the line '{line.Line}' has two fields called '{twice.Key}'";
        }

        return Lines.GroupBy(line => line.Line).FirstOrDefault(group => group.Count() > 1) is { } double_ ? $"the line '{double_.Key}' is there twice" : null;
    }

    private static ReportFormat Load()
    {
        using Stream stream = typeof(ReportFormat).Assembly.GetManifestResourceStream("daily-report.json") ?? throw new InvalidOperationException("The assembly lacks its data file daily-report.json.");
        return JsonSerializer.Deserialize<ReportFormat>(stream, Reading)!;
    }
}
