using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Chunks;

/// <summary>Samples of one series in growing columns, used again and again by whoever owns it. Not thread-safe.</summary>
internal sealed class SampleBuffer(int capacity = 0)
{
    private long[] times = new long[capacity];
    private double[] values = new double[capacity];
    private SampleQuality[] qualities = new SampleQuality[capacity];
    private int[] order = [];

    public int Count { get; private set; }

    /// <summary>Samples it holds without growing.</summary>
    public int Capacity => times.Length;

    public ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => values.AsSpan(0, Count);

    public ReadOnlySpan<SampleQuality> Qualities => qualities.AsSpan(0, Count);

    public void Clear() => Count = 0;

    public void Truncate(int count) => Count = Math.Min(count, Count);

    public void Add(long time, double value, SampleQuality quality)
    {
        if (Count == times.Length) Grow(Count + 1);
        times[Count] = time;
        values[Count] = value;
        qualities[Count++] = quality;
    }

    public void Add(ReadOnlySpan<long> moreTimes, ReadOnlySpan<double> moreValues, ReadOnlySpan<SampleQuality> moreQualities)
    {
        Reserve(moreTimes.Length, out Span<long> toTimes, out Span<double> toValues, out Span<SampleQuality> toQualities);
        moreTimes.CopyTo(toTimes);
        moreValues.CopyTo(toValues);
        moreQualities.CopyTo(toQualities);
    }

    /// <summary>Adds so many samples whose columns the caller fills.</summary>
    public void Reserve(int samples, out Span<long> toTimes, out Span<double> toValues, out Span<SampleQuality> toQualities)
    {
        if (Count + samples > times.Length) Grow(Count + samples);
        toTimes = times.AsSpan(Count, samples);
        toValues = values.AsSpan(Count, samples);
        toQualities = qualities.AsSpan(Count, samples);
        Count += samples;
    }

    /// <summary>Index of the first sample at or after a time, in a buffer that is in order.</summary>
    public int IndexOf(long time)
    {
        int index = times.AsSpan(0, Count).BinarySearch(time);
        return index >= 0 ? index : ~index;
    }

    /// <summary>Keeps only <c>from ≤ time &lt; to</c>, in a buffer that is in order.</summary>
    public void Cut(long from, long to)
    {
        int first = IndexOf(from), end = Math.Max(first, IndexOf(to));
        if (first > 0)
        {
            times.AsSpan(first, end - first).CopyTo(times);
            values.AsSpan(first, end - first).CopyTo(values);
            qualities.AsSpan(first, end - first).CopyTo(qualities);
        }

        Count = end - first;
    }

    /// <summary>Brings the samples into the order of time; of several with the same time the one added last stays.</summary>
    public void Normalize()
    {
        if (IsAscending(Times)) return;
        if (order.Length < Count) order = new int[times.Length];
        Span<int> indices = order.AsSpan(0, Count);
        for (int i = 0; i < indices.Length; i++) indices[i] = i;
        long[] keys = times;
        indices.Sort((a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));

        var (sortedTimes, sortedValues, sortedQualities) = (new long[times.Length], new double[times.Length], new SampleQuality[times.Length]);
        int count = 0;
        foreach (int index in indices)
        {
            if (count > 0 && sortedTimes[count - 1] == times[index]) count--;
            sortedTimes[count] = times[index];
            sortedValues[count] = values[index];
            sortedQualities[count++] = qualities[index];
        }

        (times, values, qualities, Count) = (sortedTimes, sortedValues, sortedQualities, count);
    }

    public SampleColumns ToColumns() => Count == 0 ? SampleColumns.Empty : new(Times.ToArray(), Values.ToArray(), Qualities.ToArray());

    private static bool IsAscending(ReadOnlySpan<long> times)
    {
        for (int i = 1; i < times.Length; i++)
            if (times[i] <= times[i - 1]) return false;
        return true;
    }

    private void Grow(int needed)
    {
        int capacity = Math.Max(needed, Math.Max(16, times.Length * 2));
        Array.Resize(ref times, capacity);
        Array.Resize(ref values, capacity);
        Array.Resize(ref qualities, capacity);
    }
}
