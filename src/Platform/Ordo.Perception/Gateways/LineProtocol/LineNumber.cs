using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using Ordo.Foundation;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// Numbers and truth values as line protocol writes them: <c>-12.5</c>, <c>1e3</c>, <c>7i</c>, <c>7u</c>, <c>t</c>, <c>FALSE</c>.
/// Every decimal text becomes the nearest double, as <see cref="double.Parse(string)"/> would have it.
/// </summary>
internal static class LineNumber
{
    /// <summary>Powers of ten that a double holds exactly.</summary>
    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static readonly ulong[] WholePowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary>
    /// Reads a plain decimal or integer of at most seven digits before and seven behind the point, eight bytes at a time and without a loop,
    /// because digits one by one cost a mispredicted branch at the end of every number.
    /// </summary>
    /// <param name="text">The buffer; 24 bytes behind <paramref name="at"/> must be readable, whatever they hold.</param>
    /// <param name="at">The first character; afterwards, and only when read, the delimiter behind the number.</param>
    /// <param name="value">Exact: both parts together stay below 2⁵³ and the power of ten is exact, so one division rounds once.</param>
    /// <returns><c>false</c>: nothing is consumed, the general reader decides.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadShort(ref byte text, ref nint at, out double value)
    {
        nint i = at;
        bool negative = Unsafe.Add(ref text, i) == '-';
        i += negative ? 1 : 0;

        ulong chunk = LoadDigits(ref text, i);
        int whole = LeadingDigits(chunk);
        value = 0;
        if (whole is 0 or 8) return false;
        ulong mantissa = Value(chunk, whole);
        i += whole;

        byte next = Unsafe.Add(ref text, i);
        if (next == '.')
        {
            chunk = LoadDigits(ref text, i + 1);
            int fraction = LeadingDigits(chunk);
            if (fraction is 0 or 8) return false;
            mantissa = (mantissa * WholePowersOfTen[fraction]) + Value(chunk, fraction);
            i += 1 + fraction;
            next = Unsafe.Add(ref text, i);
            value = mantissa / PowersOfTen[fraction];
        }
        else
        {
            value = mantissa;
            if (next == 'i')
            {
                next = Unsafe.Add(ref text, ++i);
                // An integer has no negative zero.
                if (mantissa == 0) negative = false;
            }
        }
        if (!IsDelimiter(next)) return false;
        if (negative) value = -value;
        at = i;
        return true;
    }

    /// <summary>Reads an integer of up to nineteen digits, eight at a time.</summary>
    /// <param name="text">The buffer; 32 bytes behind <paramref name="at"/> must be readable.</param>
    /// <param name="at">The first character; afterwards, and only when read, the byte behind the last digit.</param>
    /// <param name="magnitude">The number without its sign.</param>
    /// <param name="negative">Whether it began with a minus.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadInteger(ref byte text, ref nint at, out ulong magnitude, out bool negative)
    {
        nint i = at;
        negative = Unsafe.Add(ref text, i) == '-';
        i += negative ? 1 : 0;
        nint first = i;
        magnitude = 0;
        while (true)
        {
            ulong chunk = LoadDigits(ref text, i);
            int digits = LeadingDigits(chunk);
            i += digits;
            if (i - first > 19) return false;
            if (digits < 8)
            {
                magnitude = (magnitude * WholePowersOfTen[digits]) + Value(chunk, digits);
                break;
            }
            magnitude = (magnitude * 100_000_000) + EightDigits(chunk);
        }
        if (i == first) return false;
        at = i;
        return true;
    }

    /// <summary>Reads a whole token that begins with a digit, a point, a minus or <c>n</c>.</summary>
    /// <returns>What is wrong with it, or <c>null</c>.</returns>
    public static Text? ReadNumber(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        if (token[^1] is (byte)'i' or (byte)'u') return ReadInteger(token[..^1], token[^1] == 'i', out value);
        if (TryReadExact(token, out value)) return null;
        if (!IsDecimal(token)) return LineReasons.InvalidNumber;
        value = double.Parse(token, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? null : LineReasons.InvalidFloat;
    }

    /// <summary>Reads a whole token as a truth value, 1 or 0.</summary>
    /// <returns>What is wrong with it, or <c>null</c>.</returns>
    public static Text? ReadBoolean(ReadOnlySpan<byte> token, out double value)
    {
        bool isTrue = token.SequenceEqual("t"u8) || token.SequenceEqual("T"u8)
            || token.SequenceEqual("true"u8) || token.SequenceEqual("True"u8) || token.SequenceEqual("TRUE"u8);
        value = isTrue ? 1 : 0;
        bool isFalse = token.SequenceEqual("f"u8) || token.SequenceEqual("F"u8)
            || token.SequenceEqual("false"u8) || token.SequenceEqual("False"u8) || token.SequenceEqual("FALSE"u8);
        return isTrue || isFalse ? null : LineReasons.InvalidBoolean;
    }

    /// <summary>
    /// Up to eighteen digits without an exponent, when they fit the 53 bits of a double: then digits and power of ten are both exact and one
    /// division rounds once.
    /// </summary>
    private static bool TryReadExact(ReadOnlySpan<byte> token, out double value)
    {
        value = 0;
        bool negative = token[0] == '-';
        int first = negative ? 1 : 0;
        int point = -1;
        long mantissa = 0;
        if (token.Length > 19) return false;
        for (int i = first; i < token.Length; i++)
        {
            uint digit = (uint)(token[i] - '0');
            if (digit <= 9) mantissa = (mantissa * 10) + digit;
            else if (token[i] == '.' && point < 0) point = i;
            else return false;
        }
        int digits = token.Length - first - (point < 0 ? 0 : 1);
        if (digits is 0 or > 18 || mantissa > 1L << 53) return false;
        value = point < 0 ? mantissa : mantissa / PowersOfTen[token.Length - 1 - point];
        if (negative) value = -value;
        return true;
    }

    private static Text? ReadInteger(ReadOnlySpan<byte> digits, bool signed, out double value)
    {
        value = 0;
        ReadOnlySpan<byte> magnitude = signed && digits is [(byte)'-', ..] ? digits[1..] : digits;
        if (magnitude.IsEmpty || magnitude.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return LineReasons.InvalidNumber;
        if (signed && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            value = number;
            return null;
        }
        if (!signed && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong natural))
        {
            value = natural;
            return null;
        }
        return LineReasons.IntegerOutOfRange(Excerpt.Of(digits, 40), signed);
    }

    /// <summary><c>-? digits [. digits] [e [+-] digits]</c> with at least one digit before the exponent; stricter than what .NET would read.</summary>
    private static bool IsDecimal(ReadOnlySpan<byte> token)
    {
        if (token is [(byte)'-', ..]) token = token[1..];
        int whole = CountDigits(token);
        token = token[whole..];
        int fraction = 0;
        if (token is [(byte)'.', ..])
        {
            fraction = CountDigits(token[1..]);
            token = token[(1 + fraction)..];
        }
        if (whole + fraction == 0) return false;
        if (token.IsEmpty) return true;
        if (token[0] is not ((byte)'e' or (byte)'E')) return false;
        token = token[1..];
        if (token is [(byte)'+' or (byte)'-', ..]) token = token[1..];
        return !token.IsEmpty && CountDigits(token) == token.Length;
    }

    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? text.Length : end;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsDelimiter(byte next) => next is (byte)',' or (byte)' ' or (byte)'\n' or (byte)'\r';

    /// <summary>Eight bytes, the first in the lowest place; digits become 0 … 9, everything else ten or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LoadDigits(ref byte text, nint at)
    {
        ulong chunk = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, at));
        if (!BitConverter.IsLittleEndian) chunk = BinaryPrimitives.ReverseEndianness(chunk);
        return chunk ^ 0x3030_3030_3030_3030;
    }

    /// <summary>Number of digits before the first byte that is none. A carry out of that byte spoils only the bytes behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LeadingDigits(ulong chunk) =>
        BitOperations.TrailingZeroCount(((chunk + 0x7676_7676_7676_7676) | chunk) & 0x8080_8080_8080_8080) >> 3;

    /// <summary>The first <paramref name="digits"/> (0 … 7) digits as a number: moved to the end of the eight, zeros before them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Value(ulong chunk, int digits) => EightDigits((chunk << (56 - (8 * digits))) << 8);

    /// <summary>Eight digits as a number: neighbours become pairs, pairs become fours, fours become the eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EightDigits(ulong chunk)
    {
        chunk = (chunk * 10) + (chunk >> 8);
        return (((chunk & 0x0000_00FF_0000_00FF) * 0x000F_4240_0000_0064) + (((chunk >> 16) & 0x0000_00FF_0000_00FF) * 0x0000_2710_0000_0001)) >> 32;
    }
}
