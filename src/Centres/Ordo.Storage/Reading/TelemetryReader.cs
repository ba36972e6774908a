using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Months;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Rollups;

namespace Ordo.Storage.Reading;

/// <summary>Answers queries from chunks and memory. Thread-safe; holds nothing between two calls.</summary>
internal sealed class TelemetryReader(OpenSeriesTable table, MonthFiles months, ParkCalendar calendar)
{
    private readonly OpenSeriesTable table = table;
    private readonly MonthFiles months = months;
    private readonly ParkCalendar calendar = calendar;

    /// <summary>With fewer series a second thread would only cost.</summary>
    private const int SeriesWorthAThread = 8;

    public bool TryGetLatest(int series, out Sample sample) => table.TryGetLatest(series, out sample);

    public async IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (fromMs >= toMs) yield break;
        await Task.Yield(); // reading is work, and the caller's thread may be one that must not do it
        SeriesScan scan = new SeriesScan(table, months).Over(series, fromMs, toMs - 1);
        var codec = new ChunkCodec();
        var samples = new SampleBuffer();
        while (scan.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            scan.Decode(codec, samples);
            if (samples.Count > 0) yield return samples.ToColumns();
        }
    }

    public SampleColumns ReadEnvelope(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, 2);
        if (fromMs >= toMs) return SampleColumns.Empty;
        SeriesScan scan = new SeriesScan(table, months).Over(series, fromMs, toMs - 1);
        var codec = new ChunkCodec();
        var samples = new SampleBuffer();
        var envelope = new Envelope(fromMs, toMs, maxPoints);
        while (scan.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            scan.Decode(codec, samples);
            envelope.Add(samples);
        }

        return envelope.ToColumns();
    }

    public (long[] StepStarts, IReadOnlyList<AggregateColumns> Series) Aggregate(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation)
    {
        if (fromMs >= toMs) return ([], [.. series.Select(_ => new AggregateColumns([], [], []))]);
        long[] starts = calendar.StepStarts(fromMs, toMs, step);
        Resolution? resolution = Resolutions.For(step, starts);
        var answers = new AggregateColumns[series.Count];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Math.Max(1, Math.Min(Environment.ProcessorCount, series.Count / SeriesWorthAThread)) };
        try
        {
            Parallel.For(0, answers.Length, parallel, () => new Worker(this, starts, resolution, aggregate), (i, _, worker) =>
            {
                answers[i] = Aggregate(series[i], fromMs, toMs, aggregate, worker, cancellation);
                return worker;
            }, _ => { });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]); // as if one thread had done it
        }

        return (starts, answers);
    }

    private AggregateColumns Aggregate(int series, long fromMs, long toMs, Aggregate aggregate, Worker worker, CancellationToken cancellation)
    {
        worker.Fold.Clear();
        worker.Fold.Add(worker.Scan.Over(series, fromMs, toMs - 1), cancellation);
        double? before = aggregate == Foundation.Telemetry.Aggregate.Delta ? LastBefore(series, fromMs, usableOnly: true)?.Value : null;
        return worker.Fold.ToColumns(aggregate, before);
    }

    /// <summary>The last sample, or the last usable one, strictly before a time.</summary>
    public Sample? LastBefore(int series, long timeMs, bool usableOnly)
    {
        if (timeMs == long.MinValue) return null;
        long last = timeMs - 1;
        var codec = new ChunkCodec();
        var samples = new SampleBuffer();
        var scan = new SeriesScan(table, months);
        // Backwards, a chunk at a time: what lies between the start of the newest chunk and the time asked for, then before that chunk.
        while (true)
        {
            long? start = StartOfChunkBefore(series, last);
            scan.Over(series, start ?? long.MinValue, last);
            Sample? found = null;
            while (scan.MoveNext())
            {
                scan.Decode(codec, samples);
                found = LastOf(samples, usableOnly) ?? found;
            }

            if (found is not null || start is null or long.MinValue) return found;
            last = start.Value - 1;
        }
    }

    private long? StartOfChunkBefore(int series, long last)
    {
        foreach (MonthFile file in months.All.Values.Reverse())
        {
            if (file.Month.Start > last) continue;
            if (StartOfChunkBefore(file, series, last) is { } start) return start;
        }

        return null;
    }

    private static long? StartOfChunkBefore(MonthFile file, int series, long last)
    {
        try
        {
            long? start = null;
            using MonthFile.Lease lease = file.Read();
            lease.Reader.Read(series, last, last, 1, (key, _) => start = key.Start);
            return start;
        }
        catch (DatabaseException e) when (e.IsDamage)
        {
            throw new TelemetryDamagedException($"{file.Path} is {(file.IsMissing ? "missing" : "damaged")}: what series {series} had last before {last} ms cannot be found. Restore the file from a backup; other months are not affected.", e);
        }
    }

    private static Sample? LastOf(SampleBuffer samples, bool usableOnly)
    {
        for (int i = samples.Count - 1; i >= 0; i--)
            if (!usableOnly || Statistics.IsUsable(samples.Values[i], samples.Qualities[i])) return new(samples.Times[i], samples.Values[i], samples.Qualities[i]);
        return null;
    }

    /// <summary>What one thread needs to answer one series after the other.</summary>
    private sealed class Worker(TelemetryReader reader, long[] starts, Resolution? resolution, Aggregate aggregate)
    {
        public StepFold Fold { get; } = new(starts);

        public SeriesScan Scan { get; } = new(
            reader.table, reader.months, resolution is { } known ? new RollupSource(known, reader.calendar, Statistics.FiguresOf(aggregate)) : null);
    }
}
