using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ordo.Foundation;

namespace Ordo.Identifiers.Templates;

/// <summary>What a field holds.</summary>
public enum FieldKind
{
    Text = 1,

    /// <summary>A decimal number, written with a point.</summary>
    Number = 2,

    /// <summary><c>2026-03-01</c></summary>
    Date = 3,

    /// <summary>An http or https address.</summary>
    Link = 4,
}

/// <summary>Who reads a field.</summary>
public enum FieldVisibility
{
    /// <summary>公开: everybody, over every transport.</summary>
    Public = 1,

    /// <summary>合作方: the enterprises that the owner named its partners, signed in.</summary>
    Partner = 2,

    /// <summary>私有: the enterprise itself and the node.</summary>
    Private = 3,
}

/// <summary>Characters that a suffix may have behind its beginning.</summary>
public enum SuffixCharacters
{
    Digits = 1,

    /// <summary>ASCII letters and digits.</summary>
    Alphanumeric = 2,

    /// <summary>Letters and digits of every script, and <c>- _ . : / +</c>.</summary>
    Any = 3,
}

/// <summary>One field of a template.</summary>
/// <param name="Name">Type of the value in the Handle protocol: <c>name</c>, <c>BATCH</c>.</param>
/// <param name="Index">Index of the value, from 2000 on.</param>
/// <param name="MaxLength">Characters; 1 … 2000.</param>
public sealed record TemplateField(string Name, uint Index, string LabelZh, string LabelEn, FieldKind Kind, bool Required, FieldVisibility Visibility, int MaxLength);

/// <summary>How suffixes are made.</summary>
/// <param name="Start">Every suffix begins with it; may be empty.</param>
/// <param name="MinLength">Characters with the beginning.</param>
public sealed record SuffixRule(string Start, SuffixCharacters Characters, int MinLength, int MaxLength);

/// <summary>What a template says.</summary>
public sealed record TemplateContent(SuffixRule Suffix, IReadOnlyList<TemplateField> Fields)
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static TemplateContent Parse(string json) => JsonSerializer.Deserialize<TemplateContent>(json, Json)!;

    public string ToJson() => JsonSerializer.Serialize(this, Json);
}

/// <summary>One edition of a metadata template (标识元数据模板). Once an identifier was registered with it, it never changes.</summary>
public sealed class IdentifierTemplate
{
    public long Id { get; set; }

    public long EnterpriseId { get; set; }

    /// <summary><c>product</c>; with the edition it stands in every identifier.</summary>
    public string Code { get; set; } = "";

    /// <summary>From 1.</summary>
    public int Edition { get; set; } = 1;

    public string NameZh { get; set; } = "";

    public string NameEn { get; set; } = "";

    /// <summary><see cref="TemplateContent"/> as JSON.</summary>
    public string Content { get; set; } = "{}";

    /// <summary>When it was first used.</summary>
    public DateTimeOffset? UsedSince { get; set; }

    public DateTimeOffset Created { get; set; }

    public string CreatedBy { get; set; } = "";

    public int Version { get; set; } = 1;
}

/// <summary>Whether a template makes sense.</summary>
public static class TemplateRules
{
    public const uint FirstIndex = 2000;
    public const int MaxFields = 100, MaxFieldLength = 2000, LongestSuffix = 200;
    private const int LongestName = 60, LongestLabel = 100;
    private const uint LastIndex = 9999;

    public static List<Fault> Judge(string code, string nameZh, string nameEn, TemplateContent content)
    {
        List<Fault> faults = [];
        if (code.Length is 0 or > 40 || !code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            faults.Add(new("code", "代码应为 1 至 40 个小写字母、数字或连字符。", "A code is 1 to 40 lower-case letters, digits or hyphens."));
        JudgeLabel("nameZh", nameZh, faults);
        JudgeLabel("nameEn", nameEn, faults);
        JudgeSuffix(content.Suffix, faults);
        if (content.Fields.Count is 0 or > MaxFields) faults.Add(new("fields", $"模板应有 1 至 {MaxFields} 个字段。", $"A template has 1 to {MaxFields} fields."));
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        HashSet<uint> indexes = [];
        foreach ((int place, TemplateField field) in content.Fields.Take(MaxFields).Index())
        {
            string at = string.Create(CultureInfo.InvariantCulture, $"fields[{place}]");
            if (field.Name.Length is 0 or > LongestName || !field.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-') || field.Name.StartsWith("HS_", StringComparison.OrdinalIgnoreCase))
                faults.Add(new(at + ".name", $"名称应为 1 至 {LongestName} 个字母、数字、“_”“.”“-”，且不以 HS_ 开头。", $"A name is 1 to {LongestName} letters, digits, '_', '.', '-', and does not begin with HS_."));
            else if (!names.Add(field.Name)) faults.Add(new(at + ".name", $"名称 {field.Name} 重复。", $"The name {field.Name} is there twice."));
            if (field.Index is < FirstIndex or > LastIndex) faults.Add(new(at + ".index", $"索引应在 {FirstIndex} 与 {LastIndex} 之间。", $"An index lies between {FirstIndex} and {LastIndex}."));
            else if (!indexes.Add(field.Index)) faults.Add(new(at + ".index", $"索引 {field.Index} 重复。", $"The index {field.Index} is there twice."));
            JudgeLabel(at + ".labelZh", field.LabelZh, faults);
            JudgeLabel(at + ".labelEn", field.LabelEn, faults);
            if (field.MaxLength is < 1 or > MaxFieldLength) faults.Add(new(at + ".maxLength", $"长度应在 1 与 {MaxFieldLength} 之间。", $"The length lies between 1 and {MaxFieldLength}."));
        }

        return faults;
    }

    private static void JudgeSuffix(SuffixRule rule, List<Fault> faults)
    {
        if (!rule.Start.All(SuffixRules.IsPlain)) faults.Add(new("suffix.start", "后缀开头只能有字母、数字和 - _ . : / +。", "The beginning has letters, digits and - _ . : / + only."));
        if (rule.MaxLength is < 1 or > LongestSuffix) faults.Add(new("suffix.maxLength", $"后缀最多 {LongestSuffix} 个字符。", $"A suffix has at most {LongestSuffix} characters."));
        if (rule.MinLength < 1 || rule.MinLength > rule.MaxLength) faults.Add(new("suffix.minLength", "最短长度应不小于 1 且不超过最长长度。", "The least length lies between 1 and the greatest."));
        if (rule.Start.Length >= rule.MaxLength) faults.Add(new("suffix.start", "开头应短于最长长度。", "The beginning is shorter than the greatest length."));
    }

    private static void JudgeLabel(string field, string text, List<Fault> faults)
    {
        if (text.Trim().Length is 0 or > LongestLabel || text.Any(char.IsControl)) faults.Add(new(field, $"应有 1 至 {LongestLabel} 个字符。", $"1 to {LongestLabel} characters are expected."));
    }
}

/// <summary>How a suffix is judged.</summary>
public static class SuffixRules
{
    /// <returns>What is wrong with it, or <c>null</c>.</returns>
    public static Text? FaultOf(string suffix, SuffixRule rule)
    {
        if (suffix.Length < rule.MinLength || suffix.Length > rule.MaxLength)
            return new($"后缀应有 {rule.MinLength} 至 {rule.MaxLength} 个字符，实为 {suffix.Length} 个。", $"A suffix has {rule.MinLength} to {rule.MaxLength} characters; this one has {suffix.Length}.");
        if (!suffix.StartsWith(rule.Start, StringComparison.Ordinal)) return new($"后缀应以“{rule.Start}”开头。", $"A suffix begins with '{rule.Start}'.");
        foreach (char c in suffix.AsSpan(rule.Start.Length))
            if (!IsAllowed(c, rule.Characters)) return new($"后缀中不允许字符 {Show(c)}。", $"The character {Show(c)} is not allowed in a suffix.");
        // Two spellings of one text would be two identifiers on the wire, which nobody could tell apart on a label.
        return suffix.IsNormalized() ? null : new("后缀应为 Unicode 规范形式（NFC）。", "A suffix is in the normalised form of Unicode (NFC).");
    }

    public static bool IsPlain(char c) => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '+';

    private static bool IsAllowed(char c, SuffixCharacters characters) => characters switch
    {
        SuffixCharacters.Digits => char.IsAsciiDigit(c),
        SuffixCharacters.Alphanumeric => char.IsAsciiLetterOrDigit(c),
        _ => IsPlain(c),
    };

    private static string Show(char c) => char.IsControl(c) || char.IsSurrogate(c) || char.IsWhiteSpace(c) ? $"U+{(int)c:X4}" : $"“{c}”";
}
