using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Series;

namespace Ordo.Storage.OpenChunks;

/// <summary>
/// The open samples of all series. One thread applies batches; readers and the sealing thread look in under the lock of a stripe:
/// 64 neighbouring series share one, so that a line's fields, which are neighbours, take it once.
/// </summary>
/// <param name="target">Samples that become a chunk.</param>
/// <param name="budget">Samples all series together should stay below.</param>
internal sealed class OpenSeriesTable(int target, long budget)
{
    private const int Stripes = 256;
    private const int StripeBits = 6;

    /// <summary>With many series each sample meets memory that no cache has: it is fetched so many samples before it is needed.</summary>
    private const int Ahead = 12;

    /// <summary>With fewer samples a sealing would cost more than it frees. Short chunks are joined as they come.</summary>
    private const int SmallestTarget = 32;

    /// <summary>Samples that the buffers kept for the next sealing may hold together.</summary>
    private const int PooledSamples = 1 << 21;

    private readonly PagedColumn<OpenSeries> table = new();
    private readonly Lock[] stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Lock())];
    private readonly SampleBlocks blocks = new();
    private readonly Stack<SampleBuffer> pool = new(); // the sealing thread's
    private int pooled;
    private long openSamples;
    private long appliedSequence;
    private volatile int count;

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

    /// <param name="series">Below <see cref="Count"/>.</param>
    public ref OpenSeries this[int series] => ref table[series];

    public Lock LockOf(int series) => stripes[StripeOf(series)];

    /// <summary>The newest sample of a series; takes no lock.</summary>
    public bool TryGetLatest(int series, out Sample sample)
    {
        sample = default;
        return (uint)series < (uint)count && table[series].TryGetLatest(out sample);
    }

    /// <summary>Appends what memory holds of a series in a range, later arrivals behind earlier ones.</summary>
    public void CopyTo(SampleBuffer to, int series, long from, long last)
    {
        if ((uint)series >= (uint)count) return;
        lock (LockOf(series)) CopyLocked(to, series, from, last);
    }

    /// <summary>Appends what memory holds of a series, for who has its stripe's lock.</summary>
    public void CopyLocked(SampleBuffer to, int series, long from = long.MinValue, long last = long.MaxValue)
    {
        ref OpenSeries open = ref table[series];
        // Repetitions that reading takes out are counted no longer: uncounted, they would fill the memory on paper until no writer found room.
        if (open.Recount(blocks) is > 0 and int gone) Interlocked.Add(ref openSamples, -gone);
        open.CopyTo(to, from, last, blocks);
    }

    /// <summary>Makes room for a series. Applying thread only.</summary>
    public void Ensure(int series)
    {
        if (series < count) return;
        table.Ensure(series + 1);
        for (int added = count; added <= series && added < UnknownBelow; added++) table[added].SealedUntil = long.MaxValue;
        count = series + 1;
    }

    /// <summary>Applies a durable batch. Applying thread only.</summary>
    /// <param name="batch">The samples.</param>
    /// <param name="sequence">Its number in the log.</param>
    /// <param name="full">Receives the series that have enough samples for a chunk.</param>
    public void Apply(Batch batch, long sequence, List<int> full)
    {
        ReadOnlySpan<int> series = batch.Series;
        ReadOnlySpan<long> times = batch.Times[..series.Length];
        ReadOnlySpan<double> values = batch.Values[..series.Length];
        ReadOnlySpan<SampleQuality> qualities = batch.Qualities[..series.Length];
        int limit = Target();
        long added = 0;
        for (int i = 0; i < series.Length;)
        {
            int stripe = StripeOf(series[i]);
            lock (stripes[stripe])
            {
                do
                {
                    FetchFor(series, i);
                    int number = series[i];
                    if (number >= count) Ensure(number);
                    ref OpenSeries open = ref table[number];
                    added += open.Append(times[i], values[i], qualities[i], blocks);
                    open.LastSequence = sequence;
                    if (open.OpenCount >= limit / 2 && !open.IsQueued) added -= QueueIfFull(ref open, number, limit, full);
                    i++;
                }
                while (i < series.Length && StripeOf(series[i]) == stripe);
            }
        }

        Interlocked.Add(ref openSamples, added);
        AppliedSequence = sequence;
    }

    /// <summary>Has the processor fetch what samples further on in the batch will need: first the series, and when that is there the place the sample goes to.</summary>
    private unsafe void FetchFor(ReadOnlySpan<int> series, int at)
    {
        if (at + (2 * Ahead) < series.Length && series[at + (2 * Ahead)] is var later && later < count && Sse.IsSupported) Sse.Prefetch0(Unsafe.AsPointer(ref table[later]));
        if (at + Ahead < series.Length && series[at + Ahead] is var coming && coming < count) table[coming].Fetch(blocks);
    }

    /// <summary>Applies one sample that was in the log. Before any other thread runs.</summary>
    public void Replay(int series, long time, double value, SampleQuality quality, long sequence, List<int> full)
    {
        if (series >= count) Ensure(series);
        ref OpenSeries open = ref table[series];
        openSamples += open.Append(time, value, quality, blocks);
        open.LastSequence = sequence;
        if (open.OpenCount >= target / 2 && !open.IsQueued) openSamples -= QueueIfFull(ref open, series, target, full);
    }

    /// <summary>Takes the open samples of a snapshot, in order, into a series that has none. Several threads may restore several series for which there is room.</summary>
    /// <returns>Whether it has enough for a chunk.</returns>
    public bool Restore(int series, SampleBuffer samples, long sequence)
    {
        if (samples.Count == 0) return false;
        ref OpenSeries open = ref table[series];
        open.Restore(samples, blocks);
        open.LastSequence = sequence;
        Interlocked.Add(ref openSamples, samples.Count);
        return open.IsQueued = open.OpenCount >= target;
    }

    /// <summary>Takes a series' open samples out to be sealed. Sealing thread only.</summary>
    public SealPart? Detach(int series)
    {
        SampleBuffer into = TakeBuffer();
        // Read before the lock: of a record that is just being applied the series may have only a part of its samples yet.
        long applied = AppliedSequence;
        lock (LockOf(series))
            if (table[series].Detach(series, applied, into, blocks) is { } part) return part;
        KeepBuffer(into);
        return null;
    }

    /// <summary>Takes back the samples of a sealing whose chunks are on disk. Sealing thread only.</summary>
    public void Sealed(IReadOnlyList<SealPart> parts)
    {
        long samples = 0;
        foreach (SealPart part in parts)
        {
            lock (LockOf(part.Series)) table[part.Series].Sealed(part);
            samples += part.Counted;
            KeepBuffer(part.Samples);
        }

        Interlocked.Add(ref openSamples, -samples);
    }

    private SampleBuffer TakeBuffer()
    {
        if (!pool.TryPop(out SampleBuffer? kept)) return new();
        pooled -= kept.Capacity;
        return kept;
    }

    private void KeepBuffer(SampleBuffer buffer)
    {
        if (pooled + buffer.Capacity > PooledSamples) return;
        buffer.Clear();
        pooled += buffer.Capacity;
        pool.Push(buffer);
    }

    private static int StripeOf(int series) => (series >> StripeBits) & (Stripes - 1);

    /// <summary>With many series chunks must be smaller for all to fit.</summary>
    private int Target() => (int)Math.Clamp(budget / Math.Max(1, count), Math.Min(SmallestTarget, target), target);

    /// <summary>Series that began together would be full together: the first chunk of each has a length of its own, so that sealing is spread.</summary>
    private static int FirstTarget(in OpenSeries open, int number, int target) =>
        open.HasChunks ? target : target - (int)((uint)(number * 0x9E37_79B1u) % (uint)Math.Max(1, target / 2));

    private int QueueIfFull(ref OpenSeries open, int number, int target, List<int> full)
    {
        int wanted = FirstTarget(open, number, target);
        if (open.OpenCount < wanted) return 0;
        int gone = open.Recount(blocks);
        if (open.OpenCount < wanted) return gone;
        open.IsQueued = true;
        full.Add(number);
        return gone;
    }
}
