using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ordo.Storage.Chunks;

/// <summary>
/// The arithmetic of decimal columns, several values at a time. Beside each operation stands its scalar reference, which says what is meant and does what the vectors leave over; the tests hold
/// the two equal, bit by bit.
/// </summary>
internal static class DecimalVectors
{
    private const double LargestExact = 1L << 53; // integers below are exact in a double

    /// <summary>Smallest, largest, sum and falls (the values from which the next one fell) of a column of integers.</summary>
    public readonly record struct Figures(long Min, long Max, long Sum, long Falls);

    /// <summary>Whether a value is exactly an integer over a power of ten: bit for bit what the division gives back. Not -0.0, which has no integer, and not NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryScale(double value, double power, out long integer)
    {
        double rounded = Math.Round(value * power);
        if (!(Math.Abs(rounded) < LargestExact))
        {
            integer = 0;
            return false;
        }

        integer = (long)rounded;
        return BitConverter.DoubleToUInt64Bits(integer / power) == BitConverter.DoubleToUInt64Bits(value);
    }

    /// <summary>Scales values up to the first that is no integer over the power.</summary>
    /// <returns>How many were scaled.</returns>
    public static int Scale(ReadOnlySpan<double> values, double power, Span<long> integers)
    {
        int at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref double from = ref MemoryMarshal.GetReference(values);
            ref long to = ref MemoryMarshal.GetReference(integers);
            Vector256<double> powers = Vector256.Create(power), limits = Vector256.Create(LargestExact);
            for (; at <= Math.Min(values.Length, integers.Length) - Vector256<double>.Count; at += Vector256<double>.Count)
            {
                Vector256<double> value = Vector256.LoadUnsafe(ref from, (nuint)at);
                // Plus zero: -0.0 becomes 0, as it does when it becomes an integer.
                Vector256<double> rounded = Vector256.Round(value * powers) + Vector256<double>.Zero;
                Vector256<long> isExact = Vector256.LessThan(Vector256.Abs(rounded), limits).AsInt64() & Vector256.Equals((rounded / powers).AsInt64(), value.AsInt64());
                if (isExact != Vector256<long>.AllBitsSet) break;
                Vector256.ConvertToInt64(rounded).StoreUnsafe(ref to, (nuint)at);
            }
        }

        return at + ScaleScalar(values[at..], power, integers[at..]);
    }

    public static int ScaleScalar(ReadOnlySpan<double> values, double power, Span<long> integers)
    {
        for (int i = 0; i < values.Length; i++)
            if (!TryScale(values[i], power, out integers[i])) return i;
        return values.Length;
    }

    /// <summary>Values from integers.</summary>
    public static void Unscale(ReadOnlySpan<long> integers, double power, Span<double> values)
    {
        int at = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref long from = ref MemoryMarshal.GetReference(integers);
            ref double to = ref MemoryMarshal.GetReference(values);
            Vector256<double> powers = Vector256.Create(power);
            for (; at <= Math.Min(values.Length, integers.Length) - Vector256<long>.Count; at += Vector256<long>.Count)
                (Vector256.ConvertToDouble(Vector256.LoadUnsafe(ref from, (nuint)at)) / powers).StoreUnsafe(ref to, (nuint)at);
        }

        UnscaleScalar(integers[at..], power, values[at..]);
    }

    public static void UnscaleScalar(ReadOnlySpan<long> integers, double power, Span<double> values)
    {
        for (int i = 0; i < integers.Length; i++) values[i] = integers[i] / power;
    }

    /// <param name="integers">At least one, all below 2^53: as many as a chunk holds cannot overflow the sum.</param>
    public static Figures FiguresOf(ReadOnlySpan<long> integers)
    {
        int width = Vector<long>.Count;
        if (!Vector.IsHardwareAccelerated || integers.Length <= width) return FiguresOfScalar(integers);
        // Each lane looks at a value and at the one before it, so it begins with the second.
        ref long first = ref MemoryMarshal.GetReference(integers);
        Vector<long> min = new(first), max = min, sum = Vector<long>.Zero, falls = Vector<long>.Zero;
        int at = 1;
        for (; at <= integers.Length - width; at += width)
        {
            Vector<long> before = Vector.LoadUnsafe(ref first, (nuint)(at - 1)), now = Vector.LoadUnsafe(ref first, (nuint)at);
            min = Vector.Min(min, now);
            max = Vector.Max(max, now);
            sum += now;
            falls += before & Vector.LessThan(now, before);
        }

        Figures rest = FiguresOfScalar(integers[(at - 1)..]); // its first is counted already, and is the one before the next
        long smallest = rest.Min, largest = rest.Max;
        for (int lane = 0; lane < width; lane++)
        {
            smallest = Math.Min(smallest, min[lane]);
            largest = Math.Max(largest, max[lane]);
        }

        return new(smallest, largest, first + Vector.Sum(sum) + rest.Sum - integers[at - 1], Vector.Sum(falls) + rest.Falls);
    }

    public static Figures FiguresOfScalar(ReadOnlySpan<long> integers)
    {
        long min = integers[0], max = min, sum = 0, falls = 0, before = min;
        foreach (long integer in integers)
        {
            min = Math.Min(min, integer);
            max = Math.Max(max, integer);
            sum += integer;
            if (integer < before) falls += before;
            before = integer;
        }

        return new(min, max, sum, falls);
    }
}
