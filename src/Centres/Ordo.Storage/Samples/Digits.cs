using System.Buffers.Text;
using System.Globalization;

namespace Ordo.Storage.Samples;

/// <summary>Figures and times as text, for the columns of an answer.</summary>
internal static class Digits
{
    /// <summary>Largest magnitude whose thousandths are counted exactly, with fifteen digits or fewer.</summary>
    private const double MostThousandths = 1e15;

    private const int Thousand = 1000;

    /// <summary>The shortest digits that give the same double again, as .NET writes them. At most 24 bytes.</summary>
    /// <remarks>
    /// What meters send has few decimals, and finding that out is cheaper than searching the shortest digits: fifteen digits or fewer name one double only, so
    /// thousandths that give the value back are its shortest digits.
    /// </remarks>
    /// <param name="value">Finite.</param>
    public static int Write(double value, Span<byte> to)
    {
        double thousandths = Math.Round(value * Thousand);
        if (thousandths / Thousand != value || Math.Abs(thousandths) >= MostThousandths || (value == 0 && double.IsNegative(value)))
        {
            value.TryFormat(to, out int written, default, CultureInfo.InvariantCulture);
            return written;
        }

        long count = (long)thousandths;
        int at = 0;
        if (count < 0)
        {
            to[at++] = (byte)'-';
            count = -count;
        }

        (long whole, long rest) = Math.DivRem(count, Thousand);
        Utf8Formatter.TryFormat(whole, to[at..], out int length);
        return at + length + Fraction((int)rest, to[(at + length)..]);
    }

    /// <summary><c>T07:05:00Z</c>, with milliseconds where there are any: <c>T07:05:00.25Z</c>.</summary>
    /// <param name="timeMs">Milliseconds since midnight.</param>
    public static int WriteClock(int timeMs, Span<byte> to)
    {
        (int seconds, int fraction) = Math.DivRem(timeMs, Thousand);
        (int minutes, int second) = Math.DivRem(seconds, 60);
        (int hour, int minute) = Math.DivRem(minutes, 60);
        to[0] = (byte)'T';
        Two(hour, to[1..]);
        to[3] = (byte)':';
        Two(minute, to[4..]);
        to[6] = (byte)':';
        Two(second, to[7..]);
        int at = 9 + Fraction(fraction, to[9..]);
        to[at] = (byte)'Z';
        return at + 1;
    }

    private static void Two(int value, Span<byte> to) => (to[1], to[0]) = ((byte)('0' + (value % 10)), (byte)('0' + (value / 10)));

    /// <summary>Thousandths behind a point, without zeros at the end.</summary>
    private static int Fraction(int thousandths, Span<byte> to)
    {
        if (thousandths == 0) return 0;
        to[0] = (byte)'.';
        to[1] = (byte)('0' + (thousandths / 100));
        to[2] = (byte)('0' + (thousandths / 10 % 10));
        to[3] = (byte)('0' + (thousandths % 10));
        return to[3] != '0' ? 4 : to[2] != '0' ? 3 : 2;
    }
}
