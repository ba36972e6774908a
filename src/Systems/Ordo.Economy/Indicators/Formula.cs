using System.Globalization;
using Ordo.Foundation;

namespace Ordo.Economy.Indicators;

/// <summary>A part of a formula.</summary>
public abstract record FormulaNode
{
    /// <summary>A literal, in base units: <c>360[天]</c>.</summary>
    public sealed record Number(decimal Value, Dimension Dimension) : FormulaNode;

    /// <summary>Another indicator, by code.</summary>
    public sealed record Reference(string Code) : FormulaNode;

    public sealed record Negation(FormulaNode Of) : FormulaNode;

    public sealed record Binary(char Operation, FormulaNode Left, FormulaNode Right) : FormulaNode;

    public sealed record Call(FormulaFunction Function, FormulaNode Of) : FormulaNode;
}

/// <summary>What a formula can ask beside adding up.</summary>
public enum FormulaFunction
{
    /// <summary><c>annual(COST)</c>: a flow of the period as if it went on for a year, × 12 ÷ months.</summary>
    Annual,

    /// <summary><c>count(PROFIT)</c>: enterprises that reported it.</summary>
    Count,

    /// <summary><c>negative(PROFIT)</c>: enterprises that reported it below zero.</summary>
    Negative,

    /// <summary><c>diffusion(S_PROD)</c>: 0…100 from answers 1 up, 0 same, −1 down.</summary>
    Diffusion,
}

/// <summary>What stands on both sides of a rule that a form must keep.</summary>
/// <param name="Comparison"><c>=</c>, <c>&lt;=</c> or <c>&gt;=</c>.</param>
public sealed record FormulaRule(FormulaNode Left, string Comparison, FormulaNode Right);

/// <summary>The text is no formula; the words say where and why.</summary>
public sealed class FormulaException(Text reason) : Exception(reason.En)
{
    public Text Reason { get; } = reason;
}

/// <summary>Figures a formula asks for, each in the unit of its indicator.</summary>
public interface IFormulaInput
{
    decimal? Sum(string code);

    int Count(string code);

    int Negative(string code);

    /// <summary>Months of the period.</summary>
    int Months { get; }
}

/// <summary>
/// Formulas of indicators and rules of forms: <c>+ − * /</c>, parentheses, numbers with an optional unit in brackets, codes and functions. Pure and small on
/// purpose: what a formula may do must be readable beside the catalogue.
/// </summary>
public static class Formula
{
    public const int MaxLength = 500;
    private const int MaxDepth = 30;

    /// <exception cref="FormulaException">It is none.</exception>
    public static FormulaNode Parse(string text)
    {
        var reader = new Reader(text);
        FormulaNode node = reader.Sum(0);
        return reader.AtEnd ? node : throw reader.Unexpected();
    }

    /// <exception cref="FormulaException">It is no rule.</exception>
    public static FormulaRule ParseRule(string text)
    {
        var reader = new Reader(text);
        FormulaNode left = reader.Sum(0);
        string comparison = reader.Comparison();
        FormulaNode right = reader.Sum(0);
        return reader.AtEnd ? new(left, comparison, right) : throw reader.Unexpected();
    }

    /// <summary>Codes a formula refers to, each once, in the order of the text.</summary>
    public static IReadOnlyList<string> References(FormulaNode node)
    {
        List<string> codes = [];
        Collect(node);
        return codes;

        void Collect(FormulaNode part)
        {
            switch (part)
            {
                case FormulaNode.Reference(var code) when !codes.Contains(code): codes.Add(code); break;
                case FormulaNode.Negation(var of): Collect(of); break;
                case FormulaNode.Call(_, var of): Collect(of); break;
                case FormulaNode.Binary(_, var left, var right): Collect(left); Collect(right); break;
            }
        }
    }

    /// <summary>What the result counts.</summary>
    /// <param name="dimensionOf">Of an indicator; <c>null</c> when there is none.</param>
    /// <exception cref="FormulaException">Things that cannot be added, or an indicator that does not exist.</exception>
    public static Dimension DimensionOf(FormulaNode node, Func<string, Dimension?> dimensionOf) => node switch
    {
        FormulaNode.Number(_, var dimension) => dimension,
        FormulaNode.Reference(var code) => dimensionOf(code) ?? throw new FormulaException(new($"没有指标 {code}。", $"There is no indicator {code}.")),
        FormulaNode.Negation(var of) => DimensionOf(of, dimensionOf),
        FormulaNode.Call(FormulaFunction.Annual, var of) => DimensionOf(of, dimensionOf),
        FormulaNode.Call(FormulaFunction.Diffusion, var of) => DimensionOf(of, dimensionOf) is { IsNone: true } none ? none : throw Unlike("diffusion()", of),
        FormulaNode.Call(_, var of) => Counted(of),
        FormulaNode.Binary('*', var left, var right) => DimensionOf(left, dimensionOf) + DimensionOf(right, dimensionOf),
        FormulaNode.Binary('/', var left, var right) => DimensionOf(left, dimensionOf) - DimensionOf(right, dimensionOf),
        FormulaNode.Binary(var sign, var left, var right) => DimensionOf(left, dimensionOf) is var dimension && dimension == DimensionOf(right, dimensionOf)
            ? dimension
            : throw new FormulaException(new($"“{Show(left)} {sign} {Show(right)}”两边的单位不同，不能相加减。", $"The units of '{Show(left)} {sign} {Show(right)}' differ: they cannot be added.")),
        _ => throw new InvalidOperationException(),
    };

    /// <param name="scaleOf">Base units in one unit of an indicator.</param>
    /// <param name="derived">Formula of an indicator that has one.</param>
    /// <returns>In base units; <c>null</c> where a figure is missing or the denominator is zero: missing is not zero.</returns>
    public static decimal? Evaluate(FormulaNode node, IFormulaInput input, Func<string, decimal> scaleOf, Func<string, FormulaNode?> derived)
    {
        decimal? Of(FormulaNode part) => Evaluate(part, input, scaleOf, derived);
        return node switch
        {
            FormulaNode.Number(var value, _) => value,
            FormulaNode.Reference(var code) => derived(code) is { } formula ? Of(formula) : input.Sum(code) * scaleOf(code),
            FormulaNode.Negation(var of) => -Of(of),
            FormulaNode.Call(FormulaFunction.Annual, var of) => Of(of) * 12 / input.Months,
            FormulaNode.Call(FormulaFunction.Count, FormulaNode.Reference(var code)) => input.Count(code) is > 0 and var count ? count : null,
            FormulaNode.Call(FormulaFunction.Negative, FormulaNode.Reference(var code)) => input.Count(code) > 0 ? input.Negative(code) : null,
            FormulaNode.Call(FormulaFunction.Diffusion, FormulaNode.Reference(var code)) => input.Count(code) is > 0 and var answers ? 50 + 50 * input.Sum(code) / answers : null,
            FormulaNode.Binary(var operation, var left, var right) => (Of(left), Of(right)) switch
            {
                ({ } a, { } b) => operation switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => b == 0 ? null : a / b },
                _ => null,
            },
            _ => null,
        };
    }

    public static string Show(FormulaNode node) => node switch
    {
        FormulaNode.Number(var value, _) => value.ToString(CultureInfo.InvariantCulture),
        FormulaNode.Reference(var code) => code,
        FormulaNode.Negation(var of) => $"-{Show(of)}",
        FormulaNode.Call(var function, var of) => $"{function.ToString().ToLowerInvariant()}({Show(of)})",
        FormulaNode.Binary(var operation, var left, var right) => $"({Show(left)} {operation} {Show(right)})",
        _ => "",
    };

    private static Dimension Counted(FormulaNode of) => of is FormulaNode.Reference ? new(Things: 1) : throw Unlike("count()", of);

    private static FormulaException Unlike(string function, FormulaNode of) =>
        new(new($"{function} 不能用于“{Show(of)}”。", $"{function} cannot be asked of '{Show(of)}'."));

    private ref struct Reader
    {
        private readonly string text;
        private int at;

        public Reader(string text)
        {
            if (text.Length > MaxLength) throw new FormulaException(new($"公式最多 {MaxLength} 个字符。", $"A formula has at most {MaxLength} characters."));
            this.text = text;
            SkipBlanks();
        }

        public readonly bool AtEnd => at == text.Length;

        public FormulaNode Sum(int depth)
        {
            FormulaNode left = Product(depth);
            while (Take('+', '-') is { } operation) left = new FormulaNode.Binary(operation, left, Product(depth));
            return left;
        }

        public string Comparison()
        {
            foreach (string sign in new[] { "<=", ">=", "=" })
            {
                if (!text.AsSpan(at).StartsWith(sign)) continue;
                at += sign.Length;
                SkipBlanks();
                return sign;
            }

            throw Unexpected();
        }

        public readonly FormulaException Unexpected() => AtEnd
            ? new(new("公式没有写完。", "The formula is not complete."))
            : new(new($"第 {at + 1} 个字符“{text[at]}”不应在此。", $"Character {at + 1}, '{text[at]}', is not expected here."));

        private FormulaNode Product(int depth)
        {
            FormulaNode left = Factor(depth);
            while (Take('*', '/') is { } operation) left = new FormulaNode.Binary(operation, left, Factor(depth));
            return left;
        }

        private FormulaNode Factor(int depth)
        {
            if (depth > MaxDepth) throw new FormulaException(new("括号嵌套过深。", "It is nested too deeply."));
            if (Take('-', '−') is not null) return new FormulaNode.Negation(Factor(depth + 1));
            if (Take('(', '（') is not null) return Closed(Sum(depth + 1));
            if (AtEnd) throw Unexpected();
            if (char.IsAsciiDigit(text[at])) return Number();
            if (!char.IsAsciiLetter(text[at])) throw Unexpected();
            string word = Word();
            if (Take('(', '（') is null) return new FormulaNode.Reference(word);
            if (!Enum.TryParse(word, ignoreCase: true, out FormulaFunction function))
                throw new FormulaException(new($"没有函数 {word}；可用：annual、count、negative、diffusion。", $"There is no function {word}; there are annual, count, negative, diffusion."));
            FormulaNode of = Closed(Sum(depth + 1));
            return function == FormulaFunction.Annual || of is FormulaNode.Reference ? new FormulaNode.Call(function, of) : throw Unlike(word + "()", of);
        }

        private FormulaNode Closed(FormulaNode inner) => Take(')', '）') is not null ? inner : throw Unexpected();

        private FormulaNode.Number Number()
        {
            int start = at;
            while (!AtEnd && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            if (!decimal.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)) throw Unexpected();
            if (AtEnd || text[at] != '[')
            {
                SkipBlanks();
                return new(value, default);
            }

            int end = text.IndexOf(']', at);
            string symbol = end < 0 ? text[(at + 1)..] : text[(at + 1)..end];
            EconomyUnit unit = (end < 0 ? null : EconomyUnit.Find(symbol)) ?? throw new FormulaException(new($"没有单位“{symbol}”。", $"There is no unit '{symbol}'."));
            at = end + 1;
            SkipBlanks();
            return new(value * unit.Scale, unit.Dimension);
        }

        private string Word()
        {
            int start = at;
            while (!AtEnd && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
            string word = text[start..at];
            SkipBlanks();
            return word;
        }

        private char? Take(char one, char other)
        {
            if (AtEnd || (text[at] != one && text[at] != other)) return null;
            char taken = text[at] == '−' ? '-' : text[at];
            at++;
            SkipBlanks();
            return taken;
        }

        private void SkipBlanks()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }
    }
}
