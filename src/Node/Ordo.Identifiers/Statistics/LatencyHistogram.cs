using System.Globalization;
using System.Numerics;
using System.Text;

namespace Ordo.Identifiers.Statistics;

/// <summary>
/// How long answers took, in buckets whose width grows with the time: 16 for each doubling, so a percentile read from them is at most 1/16 too high. Adding is one
/// interlocked increment and never waits; histograms of several days or nodes are added up.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 4, Sub = 1 << SubBits;

    /// <summary>In units of 100 ns; the last bucket begins at 2³⁶ of them, nearly two hours.</summary>
    private const int Highest = 36;
    private readonly long[] buckets = new long[((Highest - SubBits + 1) * Sub) + 1];

    public long Count => buckets.Sum();

    public void Add(TimeSpan elapsed) => Interlocked.Increment(ref buckets[IndexOf(elapsed.Ticks)]);

    public LatencyHistogram Copy()
    {
        var copy = new LatencyHistogram();
        for (int i = 0; i < buckets.Length; i++) copy.buckets[i] = Volatile.Read(ref buckets[i]);
        return copy;
    }

    /// <summary>What came since an earlier copy.</summary>
    public LatencyHistogram Since(LatencyHistogram earlier)
    {
        var fresh = new LatencyHistogram();
        for (int i = 0; i < buckets.Length; i++) fresh.buckets[i] = buckets[i] - earlier.buckets[i];
        return fresh;
    }

    public void Merge(LatencyHistogram other)
    {
        for (int i = 0; i < buckets.Length; i++) buckets[i] += other.buckets[i];
    }

    /// <summary>The time within which a share of the answers was given: the end of its bucket. <c>null</c> without an answer.</summary>
    /// <param name="share">0.5, 0.95, 0.99.</param>
    public TimeSpan? Percentile(double share)
    {
        long all = Count;
        if (all == 0) return null;
        long wanted = Math.Max(1, (long)Math.Ceiling(all * share)), passed = 0;
        for (int i = 0; i < buckets.Length; i++)
        {
            passed += buckets[i];
            if (passed >= wanted) return TimeSpan.FromTicks(EndOf(i));
        }

        return null;
    }

    /// <summary>Buckets that hold something: <c>37:1200 38:7</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < buckets.Length; i++)
            if (buckets[i] != 0) text.Append(text.Length == 0 ? "" : " ").Append(CultureInfo.InvariantCulture, $"{i}:{buckets[i]}");
        return text.ToString();
    }

    /// <summary>What <see cref="ToString"/> wrote; what is not of that form is left out.</summary>
    public static LatencyHistogram Parse(string text)
    {
        var histogram = new LatencyHistogram();
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && int.TryParse(part.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out int bucket) && bucket < histogram.buckets.Length
                && long.TryParse(part.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long count)) histogram.buckets[bucket] += count;
        }

        return histogram;
    }

    private static int IndexOf(long ticks)
    {
        if (ticks < Sub) return (int)Math.Max(0, ticks);
        int power = BitOperations.Log2((ulong)ticks);
        return power >= Highest ? (Highest - SubBits + 1) * Sub : ((power - SubBits + 1) * Sub) + (int)((ticks >> (power - SubBits)) & (Sub - 1));
    }

    private static long EndOf(int bucket)
    {
        if (bucket < Sub) return bucket + 1;
        int power = (bucket / Sub) + SubBits - 1;
        return (long)(Sub + (bucket % Sub) + 1) << (power - SubBits);
    }
}
