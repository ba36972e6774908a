using System.Globalization;

namespace Ordo.Foundation.Units;

/// <summary>
/// A unit of one quantity (单位): base value = (value + <see cref="Shift"/>) × <see cref="Numerator"/> ∕ <see cref="Denominator"/>.
/// The factor is kept as a fraction, so that °F, rpm and per-hour figures convert without a rounded constant in between.
/// </summary>
/// <param name="Quantity">Code of the quantity it measures; units of different quantities never convert.</param>
/// <param name="Code">ASCII, unique within the quantity: <c>mg/m3</c>.</param>
/// <param name="Symbol">As it is printed: <c>mg/m³</c>; empty for pure numbers.</param>
/// <param name="Name">Spelled out.</param>
/// <param name="Numerator">A whole number &gt; 0.</param>
/// <param name="Denominator">A whole number &gt; 0.</param>
/// <param name="Shift">In this unit: 273.15 for °C.</param>
public sealed record Unit(string Quantity, string Code, string Symbol, Text Name, decimal Numerator, decimal Denominator, decimal Shift)
{
    /// <summary>Reads a factor as the data file writes it, <c>0.001</c> or <c>5/9</c>, into a fraction of whole numbers.</summary>
    internal static (decimal Numerator, decimal Denominator) ReadFactor(string text)
    {
        string[] parts = text.Split('/');
        var (numerator, denominator) = (Number(parts[0]), parts.Length == 2 ? Number(parts[1]) : 1);
        while (numerator % 1 != 0 || denominator % 1 != 0) (numerator, denominator) = (numerator * 10, denominator * 10);
        return (numerator, denominator);

        static decimal Number(string part) => decimal.Parse(part, CultureInfo.InvariantCulture);
    }
}

/// <summary>What can be measured (物理量), with its units; the first unit is the usual one.</summary>
/// <param name="Code">Stable code: <c>activePower</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Decimals">Shown unless a point says otherwise, 0 … 15.</param>
/// <param name="Units">At least one.</param>
public sealed record Quantity(string Code, Text Name, int Decimals, IReadOnlyList<Unit> Units)
{
    public Unit? UnitOf(string code) => Units.FirstOrDefault(unit => unit.Code == code);
}
