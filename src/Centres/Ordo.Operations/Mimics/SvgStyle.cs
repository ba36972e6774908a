using System.Text.RegularExpressions;
using Ordo.Foundation;

namespace Ordo.Operations.Mimics;

/// <summary>What styles and links of a drawing may say. A style that loads nothing has no <c>url()</c> but into the drawing, no at-rule that imports, and no escape to hide either. Pure.</summary>
internal static partial class SvgStyle
{
    private static readonly HashSet<string> Functions = new(StringComparer.OrdinalIgnoreCase)
    {
        "url", "rgb", "rgba", "hsl", "hsla", "var", "calc", "min", "max", "clamp", "translate", "translatex", "translatey", "rotate", "scale", "scalex", "scaley", "skewx", "skewy", "matrix",
        "inset", "circle", "ellipse", "polygon", "cubic-bezier", "steps", "not", "is", "where", "nth-child", "nth-of-type", "blur", "brightness", "contrast", "drop-shadow", "grayscale", "opacity", "saturate",
    };

    /// <summary>Into the drawing itself.</summary>
    public static bool IsInside(string link) => link.Trim().StartsWith('#');

    /// <summary>A picture that the drawing carries with it.</summary>
    public static bool IsPicture(string link) => Picture().IsMatch(link.Trim());

    /// <returns>What is wrong with a style sheet or a style attribute, or <c>null</c>.</returns>
    public static Text? FaultOf(string css)
    {
        string bare = Comment().Replace(css, " ");
        if (FaultOfValue(bare) is { } fault) return fault;
        if (bare.Contains(":host", StringComparison.OrdinalIgnoreCase)) return new("不允许 :host。", ":host is not allowed.");
        foreach (Match rule in AtRule().Matches(bare))
            if (rule.Groups[1].Value.ToLowerInvariant() is not ("media" or "keyframes")) return new($"不允许 {rule.Value}。", $"{rule.Value} is not allowed.");
        foreach (Match call in Call().Matches(bare))
            if (!Functions.Contains(call.Groups[1].Value)) return new($"不允许 {call.Groups[1].Value}()。", $"{call.Groups[1].Value}() is not allowed.");
        return null;
    }

    /// <returns>What is wrong with the value of any attribute, which the browser may read as style, or <c>null</c>.</returns>
    public static Text? FaultOfValue(string value)
    {
        if (value.Contains('\\', StringComparison.Ordinal)) return new("不允许反斜杠转义。", "escapes with a backslash are not allowed.");
        if (value.Contains("javascript:", StringComparison.OrdinalIgnoreCase)) return new("不允许脚本。", "scripts are not allowed.");
        foreach (Match url in Url().Matches(value))
            if (!url.Groups[1].Value.StartsWith('#')) return new("不允许外部 url()。", "a url() to the outside is not allowed.");
        return null;
    }

    [GeneratedRegex(@"^data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Picture();

    [GeneratedRegex(@"/\*.*?(?:\*/|\z)", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"@([A-Za-z-]*)")]
    private static partial Regex AtRule();

    [GeneratedRegex(@"([A-Za-z-]+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"url\s*\(\s*[""']?(.?)", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Url();
}
