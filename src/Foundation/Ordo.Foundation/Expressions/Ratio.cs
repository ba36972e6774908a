using System.Numerics;

namespace Ordo.Foundation.Expressions;

/// <summary>An exact positive fraction: factors of units multiplied together must not pick up rounding, or 1 kW × 1 h would not be 1 kW·h.</summary>
public readonly record struct Ratio
{
    public static readonly Ratio One = new(1, 1);

    private Ratio(BigInteger numerator, BigInteger denominator)
    {
        BigInteger common = BigInteger.GreatestCommonDivisor(numerator, denominator);
        (Numerator, Denominator) = (numerator / common, denominator / common);
    }

    public BigInteger Numerator { get; }

    public BigInteger Denominator { get; }

    /// <param name="numerator">A whole number &gt; 0.</param>
    /// <param name="denominator">A whole number &gt; 0.</param>
    public static Ratio Of(decimal numerator, decimal denominator) => new(new BigInteger(numerator), new BigInteger(denominator));

    public static Ratio operator *(Ratio a, Ratio b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Ratio operator /(Ratio a, Ratio b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>The fraction whose square this is, where there is one.</summary>
    public bool TryRoot(out Ratio root)
    {
        (BigInteger up, BigInteger down) = (Root(Numerator), Root(Denominator));
        bool exact = up * up == Numerator && down * down == Denominator;
        root = exact ? new(up, down) : One;
        return exact;
    }

    public double ToDouble() => Denominator.IsOne ? (double)Numerator : Numerator.IsOne ? 1 / (double)Denominator : (double)Numerator / (double)Denominator;

    private static BigInteger Root(BigInteger value)
    {
        if (value < 2) return value;
        BigInteger guess = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (guess + (value / guess)) >> 1;
            if (next >= guess) return guess;
            guess = next;
        }
    }
}
