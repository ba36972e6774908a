using System.Buffers;

namespace Ordo.Foundation.Telemetry;

/// <summary>
/// The samples of one message, columnar. Rented from a pool by the gateway that fills it; <see cref="IIngest.WriteAsync"/> only reads it, but for calling
/// samples of the far future uncertain, and whoever rented it disposes it after that call has completed. Nobody else keeps a reference to its columns.
/// </summary>
public sealed class Batch : IDisposable
{
    private int[] series;
    private long[] times;
    private double[] values;
    private SampleQuality[] qualities;

    private Batch(int capacity)
    {
        series = ArrayPool<int>.Shared.Rent(capacity);
        times = ArrayPool<long>.Shared.Rent(capacity);
        values = ArrayPool<double>.Shared.Rent(capacity);
        qualities = ArrayPool<SampleQuality>.Shared.Rent(capacity);
    }

    /// <summary>Number of samples.</summary>
    public int Count { get; private set; }

    /// <summary>Series of each sample, as <see cref="ISeriesCatalogue"/> numbers them.</summary>
    public ReadOnlySpan<int> Series => series.AsSpan(0, Count);

    /// <summary>Time of each sample, milliseconds since 1970-01-01T00:00:00Z; any sign.</summary>
    public ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => values.AsSpan(0, Count);

    public ReadOnlySpan<SampleQuality> Qualities => qualities.AsSpan(0, Count);

    public static Batch Rent(int capacity = 256) => new(Math.Max(capacity, 16));

    public void Add(int seriesId, long timeMs, double value, SampleQuality quality)
    {
        int at = Count;
        if (at == series.Length || at == times.Length || at == values.Length || at == qualities.Length) Grow(at + 1);
        series[at] = seriesId;
        times[at] = timeMs;
        values[at] = value;
        qualities[at] = quality;
        Count = at + 1;
    }

    /// <summary>Adds the values that several series had at one moment.</summary>
    /// <param name="seriesIds">One series for each value.</param>
    /// <param name="timeMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="rowValues">As many as there are series.</param>
    /// <param name="quality">Of each of the values.</param>
    public void AddRow(ReadOnlySpan<int> seriesIds, long timeMs, ReadOnlySpan<double> rowValues, SampleQuality quality)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(rowValues.Length, seriesIds.Length);
        int at = Count, end = at + seriesIds.Length;
        if (end > series.Length || end > times.Length || end > values.Length || end > qualities.Length) Grow(end);
        seriesIds.CopyTo(series.AsSpan(at));
        rowValues.CopyTo(values.AsSpan(at));
        times.AsSpan(at, seriesIds.Length).Fill(timeMs);
        qualities.AsSpan(at, seriesIds.Length).Fill(quality);
        Count = end;
    }

    /// <summary>Adds so many samples whose columns the caller fills; what stands in them before is old.</summary>
    public void Reserve(int samples, out Span<int> toSeries, out Span<long> toTimes, out Span<double> toValues, out Span<SampleQuality> toQualities)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        int at = Count, end = checked(at + samples);
        if (end > series.Length || end > times.Length || end > values.Length || end > qualities.Length) Grow(end);
        toSeries = series.AsSpan(at, samples);
        toTimes = times.AsSpan(at, samples);
        toValues = values.AsSpan(at, samples);
        toQualities = qualities.AsSpan(at, samples);
        Count = end;
    }

    /// <summary>Says anew what a sample is worth: for the store, which knows what time it is.</summary>
    public void Requalify(int index, SampleQuality quality)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        qualities[index] = quality;
    }

    public void Clear() => Count = 0;

    /// <summary>Cuts the batch back to its first <paramref name="count"/> samples, for a message whose last line turned out to be bad.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count;
    }

    public void Dispose()
    {
        if (series.Length == 0) return;
        ArrayPool<int>.Shared.Return(series);
        ArrayPool<long>.Shared.Return(times);
        ArrayPool<double>.Shared.Return(values);
        ArrayPool<SampleQuality>.Shared.Return(qualities);
        (series, times, values, qualities, Count) = ([], [], [], [], 0);
    }

    private void Grow(int needed)
    {
        ObjectDisposedException.ThrowIf(series.Length == 0, this);
        int capacity = Math.Max(needed, Count * 2);
        GrowColumn(ref series, capacity);
        GrowColumn(ref times, capacity);
        GrowColumn(ref values, capacity);
        GrowColumn(ref qualities, capacity);
    }

    private void GrowColumn<T>(ref T[] column, int capacity)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(capacity);
        column.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(column);
        column = larger;
    }
}
