namespace Ordo.Foundation.Park;

/// <summary>Rules for the texts people give: codes and names.</summary>
public static class Names
{
    public const int MaxCode = 64, MaxName = 200;

    /// <summary>What is wrong with a code, or <c>null</c>: 1 … 64 characters without blanks at the ends.</summary>
    public static Text? CodeFaultOf(string? code) => FaultOf(code, MaxCode, mayBeEmpty: false);

    /// <summary>What is wrong with a name, or <c>null</c>.</summary>
    public static Text? NameFaultOf(string? name, bool mayBeEmpty) => FaultOf(name, MaxName, mayBeEmpty);

    /// <summary>What is wrong with a text, or <c>null</c>. Control characters are refused because no sheet and no log shows them.</summary>
    public static Text? FaultOf(string? text, int maxLength, bool mayBeEmpty)
    {
        if (string.IsNullOrEmpty(text)) return mayBeEmpty ? null : new("不能为空。", "Must not be empty.");
        if (text.Length > maxLength) return new($"最多 {maxLength} 个字符，实为 {text.Length} 个。", $"At most {maxLength} characters; this has {text.Length}.");
        if (char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1])) return new("首尾不能有空格。", "Must not begin or end with a blank.");
        return text.Any(char.IsControl) || !IsWellFormed(text) ? new("含有控制字符或残缺字符。", "Contains control characters or broken characters.") : null;
    }

    /// <summary>Surrogates come in pairs, and U+FFFE and U+FFFF, which XML cannot carry, do not occur.</summary>
    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) i++;
            else if (char.IsSurrogate(text[i]) || text[i] >= '\uFFFE') return false;
        }

        return true;
    }
}
