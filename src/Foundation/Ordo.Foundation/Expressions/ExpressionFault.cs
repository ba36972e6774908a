namespace Ordo.Foundation.Expressions;

/// <summary>One thing that is wrong with an expression, and where.</summary>
/// <param name="Position">Index of its first character, from 0; the length of the text where something is missing at the end.</param>
/// <param name="Length">Characters it covers, at least 1 unless it stands at the end.</param>
/// <param name="Reason">What was expected and what was found, in both languages.</param>
public sealed record ExpressionFault(int Position, int Length, Text Reason)
{
    internal ExpressionFault(TextSpan span, string zh, string en)
        : this(span.Start, span.Length, new(zh, en))
    {
    }

    /// <summary>The place as people count: columns from 1.</summary>
    public override string ToString() => new Text($"第 {Position + 1} 个字符：{Reason.Zh}", $"Character {Position + 1}: {Reason.En}").ToString();
}

/// <summary>A stretch of the expression's text.</summary>
public readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static TextSpan Between(TextSpan first, TextSpan last) => new(first.Start, last.End - first.Start);
}
