using Ordo.Foundation.Telemetry;
using Ordo.Storage.Series;

namespace Ordo.Storage.ClickHouse;

/// <summary>The newest sample of each series, in memory. One writer at a time; readers take no lock and try again when they met a writer.</summary>
internal sealed class LatestValues
{
    private readonly PagedColumn<Entry> entries = new();
    private readonly Lock gate = new();
    private volatile int count;

    public bool TryGet(int series, out Sample sample)
    {
        sample = default;
        if (series >= count) return false;
        ref Entry entry = ref entries[series];
        while (true)
        {
            int before = Volatile.Read(ref entry.Turn);
            bool known = entry.IsKnown;
            sample = entry.Sample;
            Interlocked.MemoryBarrier();
            if ((before & 1) == 0 && before == Volatile.Read(ref entry.Turn)) return known;
        }
    }

    public void Apply(Batch batch)
    {
        ReadOnlySpan<int> series = batch.Series;
        lock (gate)
            for (int i = 0; i < series.Length; i++) Set(series[i], new(batch.Times[i], batch.Values[i], batch.Qualities[i]));
    }

    /// <summary>Takes over what was read from ClickHouse, unless memory knows the same or a later time: that was stored here, perhaps after the reading.</summary>
    public void ApplyRead(int series, Sample sample)
    {
        lock (gate)
            if (!TryGet(series, out Sample known) || known.TimeMs < sample.TimeMs) Set(series, sample);
    }

    private void Set(int series, Sample sample)
    {
        if (series >= count)
        {
            entries.Ensure(series + 1);
            count = series + 1;
        }

        ref Entry entry = ref entries[series];
        if (entry.IsKnown && sample.TimeMs < entry.Sample.TimeMs) return;
        int turn = entry.Turn;
        Volatile.Write(ref entry.Turn, turn + 1);
        Interlocked.MemoryBarrier();
        entry.Sample = sample;
        entry.IsKnown = true;
        Volatile.Write(ref entry.Turn, turn + 2);
    }

    private struct Entry
    {
        /// <summary>Odd while the sample is being written.</summary>
        public int Turn;

        public bool IsKnown;
        public Sample Sample;
    }
}
