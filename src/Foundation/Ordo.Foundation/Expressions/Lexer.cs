using System.Globalization;

namespace Ordo.Foundation.Expressions;

internal enum TokenKind
{
    End,
    Number,
    Duration,
    Unit,
    Id,
    Name,
    Word,
    Operator,
    Open,
    Close,
    Comma,
}

/// <param name="Text">Of a word, a name, a unit (between the quotes) or an operator (in its ASCII form).</param>
/// <param name="Number">Of a number; of a duration in milliseconds.</param>
internal readonly record struct Token(TokenKind Kind, TextSpan Span, string Text, double Number);

/// <summary>Cuts an expression into tokens. Pure; every character belongs to a token, a blank or a fault.</summary>
internal static class Lexer
{
    private static readonly Dictionary<string, long> DurationUnits = new(StringComparer.Ordinal)
    {
        ["ms"] = 1, ["s"] = 1000, ["m"] = 60_000, ["min"] = 60_000, ["h"] = 3_600_000, ["d"] = 86_400_000,
    };

    /// <exception cref="ExpressionException">A character that begins nothing, or something that does not end.</exception>
    public static List<Token> Read(string text)
    {
        List<Token> tokens = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at == text.Length) break;
            Token token = Next(text, at);
            tokens.Add(token);
            at = token.Span.End;
        }

        tokens.Add(new(TokenKind.End, new(text.Length, 0), "", 0));
        return tokens;
    }

    private static Token Next(string text, int at)
    {
        char c = text[at];
        if (char.IsAsciiDigit(c) || (c == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))) return Number(text, at);
        if (c == '#') return Id(text, at);
        if (c == '[') return Quoted(text, at, ']', TokenKind.Name);
        if (c == '\'') return Quoted(text, at, '\'', TokenKind.Unit);
        if (char.IsLetter(c) || c == '_') return Word(text, at);
        return Symbol(text, at);
    }

    private static Token Number(string text, int at)
    {
        int end = at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            int digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (digits < text.Length && char.IsAsciiDigit(text[digits]))
            {
                end = digits;
                while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            }
        }

        if (!double.TryParse(text.AsSpan(at, end - at), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
            throw new ExpressionException(new(new(at, end - at), $"“{text[at..end]}”不是数字。", $"'{text[at..end]}' is no number."));

        int letters = end;
        while (letters < text.Length && char.IsAsciiLetter(text[letters])) letters++;
        if (letters == end) return new(TokenKind.Number, new(at, end - at), "", value);
        string unit = text[end..letters];
        if (!DurationUnits.TryGetValue(unit, out long length))
            throw new ExpressionException(new(new(end, letters - end), $"数字后的单位应加单引号：{text[at..end]} '{unit}'；时长可直接写 ms、s、min、h、d。", $"A unit behind a number stands in quotes: {text[at..end]} '{unit}'; durations are written ms, s, min, h, d."));
        return new(TokenKind.Duration, new(at, letters - at), "", value * length);
    }

    private static Token Id(string text, int at)
    {
        int end = at + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        if (!long.TryParse(text.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new ExpressionException(new(new(at, Math.Max(1, end - at)), "“#”之后应为点位编号，例如 #123。", "Behind '#' stands the number of a point, as in #123."));
        return new(TokenKind.Id, new(at, end - at), text[(at + 1)..end], 0);
    }

    private static Token Quoted(string text, int at, char close, TokenKind kind)
    {
        var content = new System.Text.StringBuilder();
        for (int i = at + 1; i < text.Length; i++)
        {
            if (text[i] != close) content.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == close) content.Append(text[i++]); // doubled: the character itself
            else return new(kind, new(at, i + 1 - at), content.ToString().Trim(), 0);
        }

        throw new ExpressionException(new(new(at, text.Length - at), $"“{text[at]}”没有结束的“{close}”。", $"'{text[at]}' has no closing '{close}'."));
    }

    private static Token Word(string text, int at)
    {
        int end = at;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return new(TokenKind.Word, new(at, end - at), text[at..end], 0);
    }

    private static Token Symbol(string text, int at)
    {
        string two = at + 1 < text.Length ? text.Substring(at, 2) : "";
        string? operation = two switch
        {
            "<=" or ">=" or "!=" or "==" or "&&" or "||" => two,
            "<>" => "!=",
            _ => null,
        };
        if (operation is not null) return new(TokenKind.Operator, new(at, 2), operation == "==" ? "=" : operation, 0);
        var one = new TextSpan(at, 1);
        return text[at] switch
        {
            '(' or '（' => new(TokenKind.Open, one, "(", 0),
            ')' or '）' => new(TokenKind.Close, one, ")", 0),
            ',' or '，' => new(TokenKind.Comma, one, ",", 0),
            '+' or '＋' => Operator("+"),
            '-' or '−' or '－' => Operator("-"),
            '*' or '×' or '·' => Operator("*"),
            '/' or '÷' => Operator("/"),
            '<' or '＜' => Operator("<"),
            '>' or '＞' => Operator(">"),
            '=' or '＝' => Operator("="),
            '≤' => Operator("<="),
            '≥' => Operator(">="),
            '≠' => Operator("!="),
            '!' => Operator("!"),
            _ => throw new ExpressionException(new(new(at, char.IsSurrogatePair(text, at) ? 2 : 1), $"“{text[at]}”在表达式中没有意义。", $"'{text[at]}' means nothing in an expression.")),
        };

        Token Operator(string sign) => new(TokenKind.Operator, one, sign, 0);
    }
}

/// <summary>Carries a fault out of the parser; does not leave this folder.</summary>
internal sealed class ExpressionException(ExpressionFault fault) : Exception
{
    public ExpressionFault Fault { get; } = fault;
}
