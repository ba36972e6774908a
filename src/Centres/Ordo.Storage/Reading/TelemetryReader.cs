using System.Runtime.ExceptionServices;
using Microsoft.Extensions.ObjectPool;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Months;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Rollups;

namespace Ordo.Storage.Reading;

/// <summary>Answers queries from chunks and memory. Thread-safe; holds nothing between two calls but empty buffers.</summary>
internal sealed class TelemetryReader(OpenSeriesTable table, MonthFiles months, ParkCalendar calendar)
{
    private readonly OpenSeriesTable table = table;
    private readonly MonthFiles months = months;
    private readonly ParkCalendar calendar = calendar;
    private readonly DefaultObjectPool<Buffers> pool = new(new BuffersPolicy(table, months));

    /// <summary>With fewer series a second thread would only cost.</summary>
    private const int SeriesWorthAThread = 8;

    public bool TryGetLatest(int series, out Sample sample) => table.TryGetLatest(series, out sample);

    public IEnumerable<SampleColumns> Read(int series, long fromMs, long toMs, CancellationToken cancellation)
    {
        if (fromMs >= toMs) yield break;
        Buffers buffers = pool.Get();
        try
        {
            SeriesScan scan = buffers.Scan.Over(series, fromMs, toMs - 1);
            while (scan.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                scan.Decode(buffers.Codec, buffers.Samples);
                if (buffers.Samples.Count > 0) yield return buffers.Samples.ToColumns();
            }
        }
        finally
        {
            pool.Return(buffers);
        }
    }

    public SampleColumns ReadEnvelope(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, 2);
        if (fromMs >= toMs) return SampleColumns.Empty;
        Buffers buffers = pool.Get();
        try
        {
            SeriesScan scan = buffers.Scan.Over(series, fromMs, toMs - 1);
            var envelope = new Envelope(fromMs, toMs, maxPoints, buffers.Drawn);
            while (scan.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                scan.Decode(buffers.Codec, buffers.Samples);
                envelope.Add(buffers.Samples);
            }

            return envelope.ToColumns();
        }
        finally
        {
            pool.Return(buffers);
        }
    }

    public (long[] StepStarts, IReadOnlyList<AggregateColumns> Series) Aggregate(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation)
    {
        if (fromMs >= toMs) return ([], [.. series.Select(_ => new AggregateColumns([], [], []))]);
        long[] starts = calendar.StepStarts(fromMs, toMs, step);
        Resolution? resolution = Resolutions.For(step, starts);
        var answers = new AggregateColumns[series.Count];
        int threads = Math.Min(Environment.ProcessorCount, series.Count / SeriesWorthAThread);
        if (threads <= 1)
        {
            var worker = new Worker(this, starts, resolution, aggregate);
            for (int i = 0; i < answers.Length; i++) answers[i] = Aggregate(series[i], fromMs, toMs, aggregate, worker, cancellation);
            return (starts, answers);
        }

        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = threads };
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
        Buffers buffers = pool.Get();
        try
        {
            return LastBefore(series, last, usableOnly, buffers.Scan, buffers.Codec, buffers.Samples);
        }
        finally
        {
            pool.Return(buffers);
        }
    }

    private Sample? LastBefore(int series, long last, bool usableOnly, SeriesScan scan, ChunkCodec codec, SampleBuffer samples)
    {
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

    /// <summary>What one thread needs to read one series: kept for the next question, because its buffers cost more than a short answer.</summary>
    private sealed class Buffers(OpenSeriesTable table, MonthFiles months)
    {
        /// <summary>Beyond so many samples they are let go: a long history read once must not stay in memory.</summary>
        private const int KeptSamples = 1 << 14;

        public SeriesScan Scan { get; } = new(table, months);

        public ChunkCodec Codec { get; } = new();

        public SampleBuffer Samples { get; } = new();

        public SampleBuffer Drawn { get; } = new();

        public bool TryClear()
        {
            Drawn.Clear();
            return Scan.TryRelease() && Samples.Capacity <= KeptSamples && Drawn.Capacity <= KeptSamples;
        }
    }

    private sealed class BuffersPolicy(OpenSeriesTable table, MonthFiles months) : PooledObjectPolicy<Buffers>
    {
        public override Buffers Create() => new(table, months);

        public override bool Return(Buffers obj) => obj.TryClear();
    }

    /// <summary>What one thread needs to answer one series after the other.</summary>
    private sealed class Worker(TelemetryReader reader, long[] starts, Resolution? resolution, Aggregate aggregate)
    {
        public StepFold Fold { get; } = new(starts);

        public SeriesScan Scan { get; } = new(
            reader.table, reader.months, resolution is { } known ? new RollupSource(known, reader.calendar, Statistics.FiguresOf(aggregate)) : null);
    }
}
