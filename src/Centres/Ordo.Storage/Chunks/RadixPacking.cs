using System.Runtime.CompilerServices;
using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>
/// Numbers below a radix that is no power of two, several to a word: differences of −1, 0 and 1 take 1.6 bits each where whole bits would be two, numbers below a hundred 6.75 instead of seven.
/// </summary>
/// <remarks>
/// <code>
/// packed = words of <see cref="Radix.WordBits"/> bits, lowest bit first, each Σ number × radix^place; the last is as short as its numbers need; rounded up to bytes
/// </code>
/// The radices of an octave are eighths of it (all of them below 16), so one byte names any up to <see cref="LargestRadix"/>; above it whole bits lose less than a twentieth. On disk: never renumber.
/// </remarks>
internal static class RadixPacking
{
    public const int FirstCode = 65;
    public const int LargestRadix = 1920;
    private const int MaxWordBits = 32;
    private const int WordsAtOnce = 16; // a multiple of eight, so that what follows begins with a byte
    private static readonly Radix[] Radices = [.. AllRadices()];
    private static readonly byte[] CodeByRadix = Codes();

    public static int LastCode => FirstCode + Radices.Length - 1;

    /// <summary>The code of the smallest radix above the largest of the numbers; 0 when whole bits are as good.</summary>
    public static int CodeFor(ulong largest) => largest < LargestRadix ? CodeByRadix[largest + 1] : 0;

    /// <summary>Bytes of so many numbers.</summary>
    public static int BytesOf(int code, int numbers)
    {
        Radix radix = Radices[code - FirstCode];
        (int words, int rest) = Math.DivRem(numbers, radix.Digits);
        return ((words * radix.WordBits) + radix.BitsOf[rest] + 7) / 8;
    }

    public static void Pack(ReadOnlySpan<ulong> numbers, int code, ByteWriter to)
    {
        Radix radix = Radices[code - FirstCode];
        Span<ulong> words = stackalloc ulong[WordsAtOnce];
        while (numbers.Length > 0)
        {
            ReadOnlySpan<ulong> some = numbers[..Math.Min(WordsAtOnce * radix.Digits, numbers.Length)];
            int count = 0, bytes = BytesOf(code, some.Length);
            for (ReadOnlySpan<ulong> left = some; left.Length > 0;)
            {
                int digits = Math.Min(radix.Digits, left.Length);
                ulong word = 0;
                for (int i = digits - 1; i >= 0; i--) word = (word * radix.Base) + left[i];
                words[count++] = word;
                left = left[digits..];
            }

            BitPacking.Pack(words[..count], radix.WordBits, bytes, to);
            numbers = numbers[some.Length..];
        }
    }

    /// <param name="packed"><see cref="BytesOf"/> bytes.</param>
    /// <param name="code">Their radix.</param>
    /// <param name="numbers">Receives them.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, int code, Span<ulong> numbers)
    {
        Radix radix = Radices[code - FirstCode];
        ulong reciprocal = radix.Reciprocal, number = radix.Base;
        Span<ulong> words = stackalloc ulong[WordsAtOnce];
        while (numbers.Length > 0)
        {
            int count = Math.Min(WordsAtOnce, (numbers.Length + radix.Digits - 1) / radix.Digits);
            BitPacking.Unpack(packed, radix.WordBits, words[..count]);
            foreach (ulong word in words[..count])
            {
                int digits = Math.Min(radix.Digits, numbers.Length);
                ulong rest = word;
                for (int i = 0; i < digits; i++)
                {
                    ulong quotient = Divide(rest, reciprocal);
                    numbers[i] = rest - (quotient * number);
                    rest = quotient;
                }

                numbers = numbers[digits..];
            }

            if (numbers.Length > 0) packed = packed[(WordsAtOnce / 8 * radix.WordBits)..];
        }
    }

    /// <summary>Exact for every dividend below 2^32: the reciprocal is 2^64 over the divisor, rounded up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Divide(ulong dividend, ulong reciprocal) => Math.BigMul(dividend, reciprocal, out _);

    private static IEnumerable<Radix> AllRadices()
    {
        for (int octave = 2; octave < LargestRadix; octave *= 2)
        {
            int step = Math.Max(1, octave / 8);
            for (int radix = octave + step; radix < 2 * octave; radix += step) yield return new(radix);
        }
    }

    private static byte[] Codes()
    {
        var codes = new byte[LargestRadix + 1];
        int at = 0;
        for (int radix = 2; radix <= LargestRadix; radix++)
        {
            while (Radices[at].Base < (ulong)radix) at++;
            codes[radix] = (byte)((radix & (radix - 1)) == 0 ? 0 : FirstCode + at);
        }

        return codes;
    }

    /// <summary>A radix and the words that lose least of a bit: at most 32 bits long, so that a division by it is one multiplication.</summary>
    private sealed class Radix
    {
        public Radix(int radix)
        {
            Base = (ulong)radix;
            Reciprocal = (ulong.MaxValue / Base) + 1;
            BitsOf = [.. Enumerable.Range(0, MaxWordBits).Select(digits => BitsFor(radix, digits)).TakeWhile(bits => bits <= MaxWordBits)];
            Digits = Enumerable.Range(1, BitsOf.Length - 1).MinBy(digits => (double)BitsOf[digits] / digits);
            WordBits = BitsOf[Digits];
        }

        public ulong Base { get; }

        public ulong Reciprocal { get; }

        /// <summary>Numbers in a word.</summary>
        public int Digits { get; }

        public int WordBits { get; }

        /// <summary>Bits that so many numbers take.</summary>
        public int[] BitsOf { get; }

        private static int BitsFor(int radix, int digits)
        {
            UInt128 largest = 1;
            for (int i = 0; i < digits && largest < (UInt128)1 << 64; i++) largest *= (UInt128)radix;
            return Bits.Length((ulong)UInt128.Min(largest - 1, ulong.MaxValue));
        }
    }
}
