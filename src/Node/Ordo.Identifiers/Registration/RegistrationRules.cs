using System.Globalization;
using Ordo.Foundation;
using Ordo.Identifiers.Templates;

namespace Ordo.Identifiers.Registration;

/// <summary>Whether a suffix and values fit a template. Pure; the same for one identifier and for a file of a million.</summary>
internal static class RegistrationRules
{
    /// <param name="values">Texts by name of the field, trimmed; empty ones count as missing.</param>
    /// <param name="fields">The texts to keep.</param>
    public static List<Fault> Judge(Template template, string suffix, IReadOnlyDictionary<string, string> values, out Dictionary<string, string> fields)
    {
        List<Fault> faults = [];
        if (SuffixRules.FaultOf(suffix, template.Content.Suffix) is { } wrong) faults.Add(new("suffix", wrong));
        JudgeFields(template, values, faults, out fields);
        return faults;
    }

    public static void JudgeFields(Template template, IReadOnlyDictionary<string, string> values, List<Fault> faults, out Dictionary<string, string> fields)
    {
        fields = new(template.Content.Fields.Count, StringComparer.OrdinalIgnoreCase);
        int known = 0;
        foreach (TemplateField field in template.Content.Fields)
        {
            string text = "";
            if (values.TryGetValue(field.Name, out string? given))
            {
                known++;
                text = given.Trim();
            }

            if (text.Length == 0)
            {
                if (field.Required) faults.Add(new($"values.{field.Name}", $"缺少必填字段“{field.LabelZh}”。", $"The field '{field.LabelEn}' is required."));
            }
            else if (FaultOf(field, text) is { } wrong) faults.Add(new($"values.{field.Name}", wrong));
            else fields[field.Name] = text;
        }

        if (known == values.Count) return;
        foreach (string name in values.Keys)
            if (template.Content.Fields.All(field => field.Name != name)) faults.Add(new($"values.{name}", $"模板 {template.Key} 没有字段 {name}。", $"The template {template.Key} has no field {name}."));
    }

    private static Text? FaultOf(TemplateField field, string text)
    {
        if (text.Length > field.MaxLength) return new($"“{field.LabelZh}”最多 {field.MaxLength} 个字符，实为 {text.Length} 个。", $"'{field.LabelEn}' has at most {field.MaxLength} characters; this has {text.Length}.");
        foreach (char c in text)
            if (char.IsControl(c) && c is not '\n') return new($"“{field.LabelZh}”中不允许控制字符 U+{(int)c:X4}。", $"'{field.LabelEn}' holds the control character U+{(int)c:X4}.");
        if (!IsUnicode(text)) return new($"“{field.LabelZh}”不是有效的 Unicode 文本。", $"'{field.LabelEn}' is not valid Unicode.");
        return field.Kind switch
        {
            FieldKind.Number when !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) =>
                new($"“{field.LabelZh}”应为数字，实为“{Short(text)}”。", $"'{field.LabelEn}' should be a number, is '{Short(text)}'."),
            FieldKind.Date when !DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) =>
                new($"“{field.LabelZh}”应为日期（如 2026-03-01），实为“{Short(text)}”。", $"'{field.LabelEn}' should be a date such as 2026-03-01, is '{Short(text)}'."),
            FieldKind.Link when !(Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https") =>
                new($"“{field.LabelZh}”应为 http 或 https 地址，实为“{Short(text)}”。", $"'{field.LabelEn}' should be an http or https address, is '{Short(text)}'."),
            _ => null,
        };
    }

    private static bool IsUnicode(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
