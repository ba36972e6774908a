using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Series;

namespace Ordo.Storage.OpenChunks;

/// <summary>
/// The open samples of all series. One thread applies batches; readers and the sealing thread look in under the lock of a stripe:
/// 64 neighbouring series share one, so that a line's fields, which are neighbours, take it once.
/// </summary>
internal sealed class OpenSeriesTable
{
    private const int Stripes = 256;

    /// <summary>Enough for what is sealed in one go; more would only lend large buffers to slow series.</summary>
    private const int PooledBuffers = 2048;
    private readonly PagedColumn<OpenSeries?> table = new();
    private readonly Lock[] stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];
    private readonly Stack<SampleBuffer> pool = new(); // guarded by itself
    private readonly Stack<SampleBuffer> taken = new(); // the applying thread's share of the pool
    private readonly int target;
    private readonly long budget;
    private long openSamples;
    private long appliedSequence;
    private volatile int count;

    /// <param name="target">Samples that become a chunk.</param>
    /// <param name="budget">Samples all series together should stay below.</param>
    public OpenSeriesTable(int target, long budget) => (this.target, this.budget) = (target, budget);

    /// <summary>Series that have ever had a sample are below this number.</summary>
    public int Count => count;

    /// <summary>After a snapshot was found damaged: of series below this number nobody knows how far their chunks reach, so they are always compared.</summary>
    public int UnknownBelow { get; set; }

    /// <summary>Log sequence number up to which every record is applied, whole.</summary>
    public long AppliedSequence
    {
        get => Volatile.Read(ref appliedSequence);
        set => Volatile.Write(ref appliedSequence, value);
    }

    /// <summary>Samples in memory, those being sealed included.</summary>
    public long OpenSamples => Volatile.Read(ref openSamples);

    public Lock LockOf(int series) => stripes[(series >> 6) & (Stripes - 1)];

    public OpenSeries? this[int series] => (uint)series < (uint)count ? Volatile.Read(ref table[series]) : null;

    /// <summary>The series, made when it has none yet. Applying thread only.</summary>
    public OpenSeries Ensure(int series)
    {
        if (this[series] is { } known) return known;
        table.Ensure(series + 1);
        var added = new OpenSeries(series);
        if (series < UnknownBelow) added.SealedUntil = long.MaxValue;
        Volatile.Write(ref table[series], added);
        if (series >= count) count = series + 1;
        return added;
    }

    /// <summary>Applies a durable batch. Applying thread only.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="sequence">Its number in the log.</param>
    /// <param name="full">Receives the series that have enough samples for a chunk.</param>
    public void Apply(Batch batch, long sequence, List<OpenSeries> full)
    {
        ReadOnlySpan<int> series = batch.Series;
        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        ReadOnlySpan<SampleQuality> qualities = batch.Qualities;
        RefillPool();
        int limit = Target();
        long added = 0;
        for (int i = 0; i < series.Length;)
        {
            Lock stripe = LockOf(series[i]);
            lock (stripe)
            {
                do
                {
                    OpenSeries open = Ensure(series[i]);
                    added += open.Append(times[i], values[i], qualities[i], taken);
                    open.LastSequence = sequence;
                    if (!open.IsQueued && open.OpenCount >= FirstTarget(open, limit)) added -= QueueIfFull(open, limit, full);
                    i++;
                }
                while (i < series.Length && LockOf(series[i]) == stripe);
            }
        }

        Interlocked.Add(ref openSamples, added);
        AppliedSequence = sequence;
    }

    /// <summary>Applies one sample that was in the log. Before any other thread runs.</summary>
    public void Replay(int series, long time, double value, SampleQuality quality, long sequence, List<OpenSeries> full)
    {
        OpenSeries open = Ensure(series);
        openSamples += open.Append(time, value, quality, taken);
        open.LastSequence = sequence;
        if (!open.IsQueued && open.OpenCount >= target) openSamples -= QueueIfFull(open, target, full);
    }

    /// <summary>Takes a series' open samples out to be sealed.</summary>
    public SealPart? Detach(OpenSeries series)
    {
        // Read before the lock: of a record that is just being applied the series may have only a part of its samples yet.
        long applied = AppliedSequence;
        lock (LockOf(series.Number)) return series.Detach(applied);
    }

    /// <summary>Takes back the samples of a sealing whose chunks are on disk.</summary>
    public void Sealed(IReadOnlyList<SealPart> parts)
    {
        long samples = 0;
        foreach (SealPart part in parts)
        {
            lock (LockOf(part.Series.Number)) part.Series.Sealed(part);
            samples += part.Counted;
        }

        Interlocked.Add(ref openSamples, -samples);
        lock (pool)
        {
            foreach (SealPart part in parts)
            {
                if (pool.Count >= PooledBuffers) break;
                part.Samples.Clear();
                pool.Push(part.Samples);
            }
        }
    }

    /// <summary>With many series chunks must be smaller for all to fit.</summary>
    private int Target() => (int)Math.Clamp(budget / Math.Max(1, count), Math.Min(64, target), target);

    /// <summary>Series that began together would be full together: the first chunk of each has a length of its own, so that sealing is spread.</summary>
    private static int FirstTarget(OpenSeries open, int target) =>
        open.HasChunks ? target : target - (int)((uint)(open.Number * 0x9E37_79B1u) % (uint)Math.Max(1, target / 2));

    private static int QueueIfFull(OpenSeries open, int target, List<OpenSeries> full)
    {
        int gone = open.Recount();
        if (open.OpenCount < FirstTarget(open, target)) return gone;
        open.IsQueued = true;
        full.Add(open);
        return gone;
    }

    private void RefillPool()
    {
        if (taken.Count > 0) return;
        lock (pool)
            for (int i = 0; i < 256 && pool.TryPop(out SampleBuffer? buffer); i++) taken.Push(buffer);
    }
}
