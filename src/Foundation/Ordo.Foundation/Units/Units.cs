namespace Ordo.Foundation.Units;

/// <summary>Conversion between units of one quantity. Telemetry is <c>double</c>; what is accounted or compared with a legal limit is <c>decimal</c>.</summary>
public static class Units
{
    /// <exception cref="UnitMismatchException">The units measure different quantities: ppm is not mg/m³.</exception>
    public static double Convert(double value, Unit from, Unit to)
    {
        RequireSameQuantity(from, to);
        if (from == to) return value;
        double factor = (double)from.Numerator * (double)to.Denominator / ((double)from.Denominator * (double)to.Numerator);
        return (value + (double)from.Shift) * factor - (double)to.Shift;
    }

    /// <summary>Exact up to the 28 digits of <c>decimal</c>; rounding is the caller's, once, at output.</summary>
    /// <exception cref="UnitMismatchException">The units measure different quantities.</exception>
    /// <exception cref="OverflowException">The result does not fit a <c>decimal</c>.</exception>
    public static decimal Convert(decimal value, Unit from, Unit to)
    {
        RequireSameQuantity(from, to);
        if (from == to) return value;
        decimal up = from.Numerator * to.Denominator, down = from.Denominator * to.Numerator;
        decimal common = GreatestCommonDivisor(up, down);
        // Multiplied before it is divided: whole factors cost no digits, so only the division rounds.
        return (value + from.Shift) * (up / common) / (down / common) - to.Shift;
    }

    /// <summary>Converts by codes, for example <c>Convert(25, "temperature", "degC", "K")</c>.</summary>
    /// <exception cref="UnitMismatchException">The quantity does not have one of the units.</exception>
    public static double Convert(double value, string quantity, string from, string to) =>
        Convert(value, Find(quantity, from), Find(quantity, to));

    /// <inheritdoc cref="Convert(double, string, string, string)"/>
    public static decimal Convert(decimal value, string quantity, string from, string to) =>
        Convert(value, Find(quantity, from), Find(quantity, to));

    private static Unit Find(string quantity, string unit) => UnitCatalogue.UnitOf(quantity, unit)
        ?? throw new UnitMismatchException($"Quantity '{quantity}' has no unit '{unit}'.");

    private static decimal GreatestCommonDivisor(decimal a, decimal b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }

    private static void RequireSameQuantity(Unit from, Unit to)
    {
        if (from.Quantity != to.Quantity)
            throw new UnitMismatchException($"'{from.Code}' measures {from.Quantity}, '{to.Code}' measures {to.Quantity}: they do not convert.");
    }
}

/// <summary>A conversion between different quantities, or to a unit the quantity does not have.</summary>
public sealed class UnitMismatchException(string message) : ArgumentException(message);
