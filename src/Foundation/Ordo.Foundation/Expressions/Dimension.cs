namespace Ordo.Foundation.Expressions;

/// <summary>Dimension of a quantity (量纲): integer exponents of length, mass, time, current, temperature, luminous intensity and money.</summary>
public readonly struct Dimension : IEquatable<Dimension>
{
    private const string Bases = "LMTIHJC";

    /// <summary>No dimension: a pure number.</summary>
    public static readonly Dimension None;

    public static readonly Dimension Time = Parse("T1");

    // One byte an exponent; products and quotients of sane expressions stay far inside.
    private readonly long packed;

    private Dimension(long packed) => this.packed = packed;

    public static Dimension operator *(Dimension a, Dimension b) => Combine(a, b, static (x, y) => x + y);

    public static Dimension operator /(Dimension a, Dimension b) => Combine(a, b, static (x, y) => x - y);

    public static bool operator ==(Dimension a, Dimension b) => a.Equals(b);

    public static bool operator !=(Dimension a, Dimension b) => !a.Equals(b);

    /// <summary>Reads <c>L2 M1 T-3</c>, or <c>1</c> for none.</summary>
    public static Dimension Parse(string text)
    {
        Dimension result = None;
        if (text == "1") return result;
        foreach (string part in text.Split(' '))
        {
            int basis = Bases.IndexOf(part[0], StringComparison.Ordinal);
            if (basis < 0) throw new FormatException($"'{part}' is no base of a dimension; one of {Bases}.");
            result = new(With(result.packed, basis, int.Parse(part.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)));
        }

        return result;
    }

    /// <summary>Half of each exponent.</summary>
    /// <returns><c>false</c> when one is odd: there is no root.</returns>
    public bool TryRoot(out Dimension root)
    {
        long half = 0;
        root = None;
        for (int basis = 0; basis < Bases.Length; basis++)
        {
            int exponent = Exponent(basis);
            if (exponent % 2 != 0) return false;
            half = With(half, basis, exponent / 2);
        }

        root = new(half);
        return true;
    }

    public bool Equals(Dimension other) => packed == other.packed;

    public override bool Equals(object? obj) => obj is Dimension other && Equals(other);

    public override int GetHashCode() => packed.GetHashCode();

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        Dimension self = this;
        string text = string.Join(' ', Enumerable.Range(0, Bases.Length).Where(basis => self.Exponent(basis) != 0).Select(basis => $"{Bases[basis]}{self.Exponent(basis)}"));
        return text.Length == 0 ? "1" : text;
    }

    private static Dimension Combine(Dimension a, Dimension b, Func<int, int, int> combine)
    {
        long result = 0;
        for (int basis = 0; basis < Bases.Length; basis++) result = With(result, basis, Math.Clamp(combine(a.Exponent(basis), b.Exponent(basis)), sbyte.MinValue, sbyte.MaxValue));
        return new(result);
    }

    private int Exponent(int basis) => (sbyte)(packed >> (8 * basis));

    private static long With(long packed, int basis, int exponent) => (packed & ~(0xFFL << (8 * basis))) | ((long)(byte)(sbyte)exponent << (8 * basis));
}
