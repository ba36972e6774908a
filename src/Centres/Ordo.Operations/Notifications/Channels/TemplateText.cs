using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ordo.Foundation;

namespace Ordo.Operations.Notifications.Channels;

/// <summary>How a value is written at its place.</summary>
public enum TemplateEscape
{
    /// <summary>Inside a JSON string.</summary>
    Json,

    /// <summary>Inside a query, a path or a form.</summary>
    Url,

    /// <summary>In a header: line ends and control characters become spaces.</summary>
    Header,

    /// <summary>As it is.</summary>
    None,
}

/// <summary>
/// Text with places to fill in: <c>{{phone}}</c>. A value can never end the string, field or header it stands in, whatever an alarm or a person is called.
/// A single brace is ordinary text, because JSON is full of them.
/// </summary>
public static class TemplateText
{
    /// <summary>Every place there is, with a value to try a template on.</summary>
    public static IReadOnlyDictionary<string, string> Places { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["title"] = "[2 高] 北厂 炉温 高高 \"95.2\" °C",
        ["text"] = "第一行\n第二行 \\ \"引号\"",
        ["phone"] = "13800000000",
        ["email"] = "someone@park.cn",
        ["recipient"] = "巴特尔",
        ["priority"] = "2",
        ["count"] = "1",
        ["alarmId"] = "17",
        ["time"] = "2026-03-01T08:00:00+08:00",
        ["link"] = "https://ordo.park.local/alarms?alarm=17",
        ["key"] = "019a0000-0000-7000-8000-000000000000",
        ["secret"] = "s3cret",
    };

    /// <returns>The filled text.</returns>
    public static string Fill(string template, TemplateEscape escape, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(values);
        var filled = new StringBuilder(template.Length + 256);
        int from = 0;
        while (Next(template, from) is { } place)
        {
            filled.Append(template, from, place.Start - from).Append(Escape(values.GetValueOrDefault(place.Name, ""), escape));
            from = place.End;
        }
        return filled.Append(template, from, template.Length - from).ToString();
    }

    /// <summary>What is wrong with a template, with the place.</summary>
    public static Text? FaultOf(string template, TemplateEscape escape)
    {
        ArgumentNullException.ThrowIfNull(template);
        int from = 0;
        while (Next(template, from) is { } place)
        {
            if (!Places.ContainsKey(place.Name))
            {
                string known = string.Join(", ", Places.Keys);
                return new($"第 {place.Start + 1} 个字符处的 {{{{{place.Name}}}}} 未知；可用：{known}。", $"{{{{{place.Name}}}}} at character {place.Start + 1} is unknown; there are {known}.");
            }
            from = place.End;
        }
        return escape == TemplateEscape.Json ? JsonFaultOf(Fill(template, escape, Places)) : null;
    }

    private static Text? JsonFaultOf(string filled)
    {
        try
        {
            using var _ = JsonDocument.Parse(filled);
            return null;
        }
        catch (JsonException e)
        {
            string place = $"{e.LineNumber + 1}:{e.BytePositionInLine + 1}";
            return new($"填入示例后不是有效的 JSON（行:字节 {place}）。占位符须放在引号内。", $"Filled in, it is not valid JSON (line:byte {place}). A placeholder must stand inside quotes.");
        }
    }

    private static (int Start, int End, string Name)? Next(string template, int from)
    {
        int start = template.IndexOf("{{", from, StringComparison.Ordinal);
        if (start < 0) return null;
        int end = template.IndexOf("}}", start, StringComparison.Ordinal);
        if (end < 0) return null;
        string name = template[(start + 2)..end].Trim();
        // "{{" that begins two nested JSON objects is no place.
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? (start, end + 2, name) : Next(template, start + 1);
    }

    private static string Escape(string value, TemplateEscape escape) => escape switch
    {
        TemplateEscape.Json => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value),
        TemplateEscape.Url => Uri.EscapeDataString(value),
        TemplateEscape.Header => string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c)),
        _ => value,
    };
}
