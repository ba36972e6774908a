using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Expressions;

/// <summary>How the numbers of a quantity may be reckoned with.</summary>
public enum MeasureScale
{
    Linear,

    /// <summary>With a zero of its own (°C): two of them may be subtracted, which gives a difference, but not added.</summary>
    Affine,

    /// <summary>A logarithm (dB, pH): may be compared and subtracted, but not added or averaged.</summary>
    Logarithmic,
}

/// <summary>
/// In what a value is expressed: base value = (value + <see cref="Shift"/>) × <see cref="Factor"/>. Values stay in the unit they came in and are
/// converted only where two meet, so that kilowatts added to kilowatts are exactly kilowatts.
/// </summary>
/// <param name="Quantity">The quantity of the catalogue; none for what came out of a product or quotient, which may be any quantity of its dimension.</param>
/// <param name="Symbol">As a person would write the unit.</param>
public sealed record Measure(Dimension Dimension, string? Quantity, Ratio Factor, decimal Shift, string Symbol)
{
    public static readonly Measure Number = new(Dimension.None, null, Ratio.One, 0, "");

    private static readonly FrozenDictionary<string, Row> Rows = DataFile.Read("Expressions.dimensions.csv", row => new Row(
        row.GetString("quantity"), Dimension.Parse(row.GetString("dimension")), row.GetString("kind"), Enum.Parse<MeasureScale>(row.GetString("scale"), ignoreCase: true)))
        .ToFrozenDictionary(row => row.Quantity);

    public MeasureScale Scale => Quantity is null ? MeasureScale.Linear : Rows[Quantity].Scale;

    /// <summary>What keeps quantities of one dimension apart; <c>null</c> when it came out of a product and fits any.</summary>
    public string? Kind => Quantity is null ? null : Rows[Quantity].Kind;

    /// <returns><c>null</c> when the quantity has no dimension in the table.</returns>
    public static Measure? Of(Unit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return Rows.TryGetValue(unit.Quantity, out Row? row) ? new(row.Dimension, unit.Quantity, Ratio.Of(unit.Numerator, unit.Denominator), unit.Shift, unit.Symbol) : null;
    }

    /// <summary>Reads the unit behind a number: a code of the catalogue, <c>quantity:code</c>, or a quotient or product of codes.</summary>
    /// <returns>The unit, or what is wrong with it.</returns>
    public static (Measure? Measure, Text Fault) Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Measure[] candidates = [.. UnitsOf(text)];
        if (candidates.Length > 0)
        {
            return candidates.All(other => other.Dimension == candidates[0].Dimension)
                ? (candidates[0], default)
                : (null, new(
                    $"“{text}”有多种含义，请写明：{string.Join("、", candidates.Select(c => $"{c.Quantity}:{text}"))}。", $"'{text}' has several meanings; write {string.Join(" or ", candidates.Select(c => $"{c.Quantity}:{text}"))}."));
        }

        // The last sign binds last: kg/m3/h is (kg/m3)/h.
        int sign = text.LastIndexOfAny(['/', '·', '*']);
        if (sign <= 0 || sign == text.Length - 1) return (null, new($"单位目录中没有“{text}”。", $"There is no unit '{text}' in the catalogue."));
        var (left, leftFault) = Parse(text[..sign]);
        var (right, rightFault) = Parse(text[(sign + 1)..]);
        if (left is null) return (null, leftFault);
        if (right is null) return (null, rightFault);
        return (text[sign] == '/' ? left.Absolute / right.Absolute : left.Absolute * right.Absolute, default);
    }

    /// <summary>The same unit counted from the absolute zero: what products are made of.</summary>
    public Measure Absolute => this with { Quantity = Scale == MeasureScale.Affine ? null : Quantity, Shift = 0 };

    public static Measure operator *(Measure a, Measure b) => Derived(a.Dimension * b.Dimension, a.Factor * b.Factor, Join(a.Symbol, "·", b.Symbol));

    public static Measure operator /(Measure a, Measure b) =>
        Derived(a.Dimension / b.Dimension, a.Factor / b.Factor, a.Dimension == b.Dimension && a.Factor == b.Factor ? "" : Join(a.Symbol.Length == 0 ? "1" : a.Symbol, "/", b.Symbol));

    public Measure? Root() => Dimension.TryRoot(out Dimension root) && Factor.TryRoot(out Ratio factor) ? Derived(root, factor, $"√({Symbol})") : null;

    /// <summary>Whether the two may stand on both sides of + − or a comparison.</summary>
    public bool Fits(Measure other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Dimension == other.Dimension && (Kind is null || other.Kind is null || Kind == other.Kind);
    }

    /// <summary>The function that turns numbers in this unit into numbers in another, <c>null</c> where it would change nothing.</summary>
    /// <param name="target">A unit of the same dimension.</param>
    /// <param name="isDifference">Differences have no zero, so the shift does not count.</param>
    public Func<double, double>? ConverterTo(Measure target, bool isDifference = false)
    {
        ArgumentNullException.ThrowIfNull(target);
        Ratio ratio = Factor / target.Factor;
        double up = (double)ratio.Numerator, down = (double)ratio.Denominator;
        double before = isDifference ? 0 : (double)Shift, after = isDifference ? 0 : (double)target.Shift;
        if (ratio == Ratio.One && before == after) return null;
        // Divided rather than multiplied by the reciprocal: 12.3 / 1000 is the nearest double, 12.3 × 0.001 often is not.
        if (before == 0 && after == 0) return ratio.Denominator == BigInteger.One ? value => value * up : value => value * up / down;
        return value => ((value + before) * up / down) - after;
    }

    /// <summary>Units of the catalogue that can show this measure, the likeliest first: the same quantity, then the same factor.</summary>
    public IEnumerable<Unit> Candidates() => UnitCatalogue.Quantities
        .SelectMany(quantity => quantity.Units)
        .Where(unit => Of(unit) is { } measure && Fits(measure) && measure.Scale == MeasureScale.Affine == (Scale == MeasureScale.Affine))
        .OrderByDescending(unit => unit.Quantity == Quantity)
        .ThenByDescending(unit => Of(unit)!.Factor == Factor);

    public override string ToString() => Symbol.Length > 0 ? Symbol : Dimension.ToString();

    private static IEnumerable<Measure> UnitsOf(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        IEnumerable<Unit?> units = colon < 0
            ? UnitCatalogue.Quantities.Select(quantity => quantity.UnitOf(text))
            : [UnitCatalogue.UnitOf(text[..colon], text[(colon + 1)..])];
        return units.OfType<Unit>().Select(Of).OfType<Measure>().Select(measure => measure.Symbol.Length > 0 ? measure : measure with { Symbol = text });
    }

    private static Measure Derived(Dimension dimension, Ratio factor, string symbol) => new(dimension, null, factor, 0, symbol.Length > 40 ? dimension.ToString() : symbol);

    private static string Join(string left, string sign, string right) => left.Length == 0 ? right : right.Length == 0 ? left : string.Create(CultureInfo.InvariantCulture, $"{left}{sign}{right}");

    private sealed record Row(string Quantity, Dimension Dimension, string Kind, MeasureScale Scale);
}
