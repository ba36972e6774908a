using Ordo.Storage.Chunks;
using Ordo.Storage.Files;

namespace Ordo.Storage.Rollups;

/// <summary>
/// The figures of buckets whose samples are decimals, as integers of the last decimal, each told by what it differs from what the others let expect: a meter's smallest value is its first, and its sum
/// lies near the middle of first and last.
/// </summary>
/// <remarks>
/// <code>
/// figures = columns of the buckets that have a usable sample:
///           first less last of the bucket before (0 before the first) | last less first | max less the larger of first and last | the smaller of them less min
///           | sum less (usable × (first + last)) >> 1 | falls
/// column  = length varint, 0 when all are zero | order u8 | integers as IntegerColumn writes them
/// </code>
/// Sum and falls are the exact sums of the decimals: where adding doubles was off by its roundings, what comes back is nearer the truth than what went in.
/// </remarks>
internal sealed class DecimalFigures
{
    private const double LargestExact = 1L << 53; // integers below are exact in a double
    private readonly IntegerColumn column = new();
    private readonly ByteWriter scratch = new(4096);
    private double[] values = [];
    private long[] ends = [], first = [], last = [], figure = [];

    /// <summary>Writes the columns if the figures are all decimals.</summary>
    /// <param name="buckets">Those that have a usable sample.</param>
    /// <param name="to">Unchanged when they are not.</param>
    /// <returns>How many decimals they have; <c>null</c> when they are not decimals.</returns>
    public int? TryWrite(ReadOnlySpan<Statistics> buckets, ByteWriter to)
    {
        if (CommonDecimals(buckets) is not { } decimals || !TrySums(buckets, decimals, out long[] sums, out long[] falls)) return null;
        int count = buckets.Length;
        Span<long> told = figure.AsSpan(0, count);
        for (int i = 0; i < count; i++) told[i] = first[i] - (i == 0 ? 0 : last[i - 1]);
        WriteColumn(told, to);
        for (int i = 0; i < count; i++) told[i] = last[i] - first[i];
        WriteColumn(told, to);
        for (int i = 0; i < count; i++) told[i] = ends[i + count] - Math.Max(first[i], last[i]);
        WriteColumn(told, to);
        for (int i = 0; i < count; i++) told[i] = Math.Min(first[i], last[i]) - ends[i];
        WriteColumn(told, to);
        for (int i = 0; i < count; i++) told[i] = sums[i] - Middle(buckets[i].Usable, first[i], last[i]);
        WriteColumn(told, to);
        WriteColumn(falls, to);
        return decimals;
    }

    /// <param name="reader">Stands before the first column.</param>
    /// <param name="decimals">What <see cref="TryWrite"/> said.</param>
    /// <param name="buckets">With their counts; receives the figures.</param>
    /// <param name="count">How many of them have a usable sample.</param>
    /// <param name="wanted">The figures to read; others are passed over.</param>
    /// <exception cref="InvalidDataException">The bytes make no sense.</exception>
    public void Read(ref ByteReader reader, int decimals, Span<Statistics> buckets, int count, Figures wanted)
    {
        EnsureScratch(count);
        double power = ValueColumn.PowerOf((byte)decimals);
        bool needsEnds = (wanted & ~Figures.Falls) != 0;
        ReadColumn(ref reader, first.AsSpan(0, count), needsEnds);
        ReadColumn(ref reader, last.AsSpan(0, count), needsEnds);
        long before = 0;
        for (int i = 0; needsEnds && i < count; i++)
        {
            first[i] = unchecked(first[i] + before);
            last[i] = before = unchecked(last[i] + first[i]);
        }

        int at = 0;
        if ((wanted & (Figures.First | Figures.Last)) != 0)
            foreach (ref Statistics bucket in buckets)
                if (bucket.Usable > 0) (bucket.First, bucket.Last) = (first[at] / power, last[at++] / power);
        Span<long> told = figure.AsSpan(0, count);
        if (ReadColumn(ref reader, told, (wanted & Figures.Max) != 0))
        {
            at = 0;
            foreach (ref Statistics bucket in buckets)
                if (bucket.Usable > 0) bucket.Max = unchecked(Math.Max(first[at], last[at]) + told[at++]) / power;
        }

        if (ReadColumn(ref reader, told, (wanted & Figures.Min) != 0))
        {
            at = 0;
            foreach (ref Statistics bucket in buckets)
                if (bucket.Usable > 0) bucket.Min = unchecked(Math.Min(first[at], last[at]) - told[at++]) / power;
        }

        if (ReadColumn(ref reader, told, (wanted & Figures.Sum) != 0))
        {
            at = 0;
            foreach (ref Statistics bucket in buckets)
                if (bucket.Usable > 0) bucket.Sum = unchecked(Middle(bucket.Usable, first[at], last[at]) + told[at++]) / power;
        }

        if (ReadColumn(ref reader, told, (wanted & Figures.Falls) != 0))
        {
            at = 0;
            foreach (ref Statistics bucket in buckets)
                if (bucket.Usable > 0) bucket.Falls = told[at++] / power;
        }
    }

    private static long Middle(long usable, long first, long last) => unchecked(usable * (first + last)) >> 1;

    /// <summary>Fills first, last and, in one array, min and max.</summary>
    private int? CommonDecimals(ReadOnlySpan<Statistics> buckets)
    {
        int count = buckets.Length;
        EnsureScratch(count);
        for (int i = 0; i < count; i++)
            (values[i], values[i + count], values[i + (2 * count)], values[i + (3 * count)]) = (buckets[i].Min, buckets[i].Max, buckets[i].First, buckets[i].Last);
        ReadOnlySpan<double> all = values.AsSpan(0, 4 * count);
        for (int decimals = 0; decimals <= ValueColumn.MaxDecimals; decimals++)
        {
            if (DecimalVectors.Scale(all, ValueColumn.PowerOf((byte)decimals), ends) < all.Length) continue;
            ends.AsSpan(2 * count, count).CopyTo(first);
            ends.AsSpan(3 * count, count).CopyTo(last);
            return decimals;
        }

        return null;
    }

    private static bool TrySums(ReadOnlySpan<Statistics> buckets, int decimals, out long[] sums, out long[] falls)
    {
        double power = ValueColumn.PowerOf((byte)decimals);
        (sums, falls) = (new long[buckets.Length], new long[buckets.Length]);
        for (int i = 0; i < buckets.Length; i++)
        {
            ref readonly Statistics bucket = ref buckets[i];
            double largest = Math.Max(Math.Abs(bucket.Min), Math.Abs(bucket.Max));
            if (largest * power * bucket.Usable >= LargestExact) return false; // so that no product or sum leaves 64 bits
            if (!TryExact(bucket.Sum, largest, bucket.Usable, power, out sums[i]) || !TryExact(bucket.Falls, largest, bucket.Usable, power, out falls[i])) return false;
        }

        return true;
    }

    /// <summary>The decimal that a sum of doubles stands for: the only one within the error that adding so many can have made.</summary>
    private static bool TryExact(double sum, double largest, long terms, double power, out long integer)
    {
        integer = 0;
        double error = largest * terms * terms / (1L << 53);
        if (!(error * power < 0.25)) return false;
        integer = (long)Math.Round(sum * power);
        return Math.Abs((integer / power) - sum) <= error;
    }

    private void EnsureScratch(int count)
    {
        if (first.Length >= count) return;
        int length = Math.Max(count, first.Length * 2);
        (values, ends) = (new double[4 * length], new long[4 * length]);
        (first, last, figure) = (new long[length], new long[length], new long[length]);
    }

    private void WriteColumn(ReadOnlySpan<long> integers, ByteWriter to)
    {
        if (!integers.ContainsAnyExcept(0))
        {
            to.VarInt(0);
            return;
        }

        scratch.Clear();
        IntegerOrder order = IntegerColumn.CheapestOrder(integers);
        scratch.Byte((byte)order);
        column.Write(order, integers, scratch);
        to.VarInt((ulong)scratch.Length);
        to.Bytes(scratch.Written);
    }

    /// <returns>Whether it was read.</returns>
    private bool ReadColumn(ref ByteReader reader, Span<long> integers, bool isWanted)
    {
        var bytes = new ByteReader(reader.Bytes(reader.Count()));
        if (!isWanted || integers.IsEmpty) return false;
        if (bytes.Remaining == 0) integers.Clear();
        else column.Read(ref bytes, (IntegerOrder)bytes.Byte(), integers);
        return true;
    }
}
