using System.Text;
using Ordo.Foundation.Telemetry;

namespace Ordo.Testing;

/// <summary>A telemetry store that behaves, in memory: numbers series, keeps samples sorted, tells its observers. For tests of everything above the store.</summary>
/// <param name="observers">Asked for at each write, because observers may themselves need the store's catalogue.</param>
public sealed class MemoryTelemetry(Func<IEnumerable<ISampleObserver>>? observers = null) : ISeriesCatalogue, ITelemetryReader, IIngest
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Gateway, string Source), int> sourceIds = [];
    private readonly List<(string Gateway, string Source, List<int> Series)> sources = [];
    private readonly Dictionary<(int Source, string Channel), int> seriesIds = [];
    private readonly List<(int Source, string Channel, SortedList<long, Sample> Samples)> series = [];

    /// <summary>As <c>Storage:MaxSeriesPerSource</c>.</summary>
    public int MaxSeriesPerSource { get; set; } = int.MaxValue;

    public int SeriesCount => series.Count;

    public int SourceCount => sources.Count;

    /// <summary>Stores one sample, creating its series.</summary>
    public int Write(SeriesKey key, DateTimeOffset time, double value, SampleQuality quality = default)
    {
        int id = SeriesOf(key);
        using Batch batch = Batch.Rent();
        batch.Add(id, time.ToUnixTimeMilliseconds(), value, quality);
        Write(batch);
        return id;
    }

    public int SeriesOf(SeriesKey key) =>
        TrySeriesOf(SourceOf(key.Gateway, Encoding.UTF8.GetBytes(key.Source)), Encoding.UTF8.GetBytes(key.Channel), out int id)
            ? id : throw new InvalidOperationException($"Source {key.Source} has no room for {key.Channel}.");

    public ValueTask WriteAsync(Batch batch, CancellationToken cancellation = default)
    {
        Write(batch);
        return ValueTask.CompletedTask;
    }

    private void Write(Batch batch)
    {
        lock (gate)
        {
            for (int i = 0; i < batch.Count; i++)
                series[batch.Series[i]].Samples[batch.Times[i]] = new(batch.Times[i], batch.Values[i], batch.Qualities[i]);
        }

        foreach (ISampleObserver observer in observers?.Invoke() ?? []) observer.Observe(batch);
    }

    public int SourceOf(string gateway, ReadOnlySpan<byte> source)
    {
        (string, string) name = (gateway, Encoding.UTF8.GetString(source));
        lock (gate)
        {
            if (sourceIds.TryGetValue(name, out int id)) return id;
            sources.Add((gateway, name.Item2, []));
            return sourceIds[name] = sources.Count - 1;
        }
    }

    public bool TrySeriesOf(int source, ReadOnlySpan<byte> channel, out int series)
    {
        (int, string) name = (source, Encoding.UTF8.GetString(channel));
        lock (gate)
        {
            if (seriesIds.TryGetValue(name, out series)) return true;
            if (sources[source].Series.Count >= MaxSeriesPerSource) return false;
            series = this.series.Count;
            this.series.Add((source, name.Item2, []));
            sources[source].Series.Add(series);
            seriesIds[name] = series;
            return true;
        }
    }

    public bool TryFind(SeriesKey key, out int series)
    {
        series = -1;
        lock (gate) return sourceIds.TryGetValue((key.Gateway, key.Source), out int source) && seriesIds.TryGetValue((source, key.Channel), out series);
    }

    public SeriesKey KeyOf(int series)
    {
        lock (gate)
        {
            var (source, channel, _) = this.series[series];
            return new(sources[source].Gateway, sources[source].Source, channel);
        }
    }

    public int SourceOfSeries(int series)
    {
        lock (gate) return this.series[series].Source;
    }

    public (string Gateway, string Source) SourceName(int source)
    {
        lock (gate) return (sources[source].Gateway, sources[source].Source);
    }

    public IReadOnlyList<int> SeriesOfSource(int source)
    {
        lock (gate) return [.. sources[source].Series];
    }

    public bool TryGetLatest(int series, out Sample sample)
    {
        lock (gate)
        {
            IList<Sample> samples = (uint)series < (uint)this.series.Count ? this.series[series].Samples.Values : [];
            sample = samples.Count == 0 ? default : samples[^1];
            return samples.Count > 0;
        }
    }

    public async IAsyncEnumerable<SampleColumns> ReadAsync(
        int series, long fromMs, long toMs, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask;
        foreach (Sample[] block in Range(series, fromMs, toMs).Chunk(1000)) yield return ColumnsOf(block);
    }

    public ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation = default)
    {
        Sample[] samples = Range(series, fromMs, toMs);
        if (samples.Length <= maxPoints) return ValueTask.FromResult(ColumnsOf(samples));
        double slice = (toMs - fromMs) / (double)Math.Max(maxPoints / 2, 1);
        IEnumerable<Sample> kept = samples.GroupBy(sample => (long)((sample.TimeMs - fromMs) / slice))
            .SelectMany(group => new[] { group.MinBy(sample => sample.Value), group.MaxBy(sample => sample.Value) }.Distinct().OrderBy(sample => sample.TimeMs));
        SampleColumns drawn = ColumnsOf([.. kept]);
        return ValueTask.FromResult(new SampleColumns(drawn.Times, drawn.Values, drawn.Qualities) { IsThinned = true });
    }

    public ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation = default)
    {
        long first = fromMs - fromMs % step.Milliseconds;
        long[] starts = [.. Enumerable.Range(0, (int)((toMs - first + step.Milliseconds - 1) / step.Milliseconds)).Select(i => first + i * step.Milliseconds)];
        return ValueTask.FromResult((starts, (IReadOnlyList<AggregateColumns>)[.. series.Select(id => AggregatesOf(id, starts, step.Milliseconds, aggregate))]));
    }

    public ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation = default)
    {
        Sample[] before = Range(series, long.MinValue, timeMs);
        return ValueTask.FromResult<Sample?>(before.Length == 0 ? null : before[^1]);
    }

    private AggregateColumns AggregatesOf(int id, long[] starts, long length, Aggregate aggregate)
    {
        Sample[][] steps = [.. starts.Select(start => Range(id, start, start + length))];
        return new(
            [.. steps.Select((samples, i) => ValueOf(id, starts[i], [.. samples.Where(sample => sample.Quality.IsGood)], samples.Length, aggregate))],
            [.. steps.Select(samples => (long)samples.Length)],
            [.. steps.Select(samples => (long)samples.Count(sample => sample.Quality.IsGood))]);
    }

    private double ValueOf(int id, long start, Sample[] good, int count, Aggregate aggregate) => aggregate switch
    {
        Aggregate.Count => count,
        _ when good.Length == 0 => double.NaN,
        Aggregate.Avg => good.Average(sample => sample.Value),
        Aggregate.Min => good.Min(sample => sample.Value),
        Aggregate.Max => good.Max(sample => sample.Value),
        Aggregate.Sum => good.Sum(sample => sample.Value),
        Aggregate.First => good[0].Value,
        Aggregate.Last => good[^1].Value,
        _ => Range(id, long.MinValue, start) is [.., var before] ? good[^1].Value - before.Value : double.NaN,
    };

    private Sample[] Range(int id, long fromMs, long toMs)
    {
        lock (gate) return [.. series[id].Samples.Values.Where(sample => sample.TimeMs >= fromMs && sample.TimeMs < toMs)];
    }

    private static SampleColumns ColumnsOf(Sample[] samples) =>
        new([.. samples.Select(sample => sample.TimeMs)], [.. samples.Select(sample => sample.Value)], [.. samples.Select(sample => sample.Quality)]);
}
