using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;

namespace Ordo.Storage.OpenChunks;

/// <summary>
/// What memory holds of one series: its newest sample, the samples not yet in a chunk, and those that are just being sealed.
/// All but the newest sample is guarded by the lock of the series' stripe, see <see cref="OpenSeriesTable"/>.
/// </summary>
internal sealed class OpenSeries(int number)
{
    private SampleBuffer? open;
    private bool isAscending = true;
    private int counted; // samples of the open ones that the table has counted: repetitions may have gone since
    private List<SealPart>? sealing; // oldest first
    private bool isLatestKnown;
    private int latestVersion; // odd while the newest sample is being changed
    private Sample latest;

    public int Number { get; } = number;

    /// <summary>Log sequence number of the newest record that has touched the series, perhaps still being applied.</summary>
    public long LastSequence { get; set; }

    /// <summary>A chunk of the series has been written since the store was opened.</summary>
    public bool HasChunks { get; private set; }

    /// <summary>No chunk holds a sample after this time, so that what is newer need not be compared with chunks.</summary>
    public long SealedUntil { get; set; } = long.MinValue;

    /// <summary>The series stands in the queue of the sealing thread.</summary>
    public bool IsQueued { get; set; }

    public int OpenCount => open?.Count ?? 0;

    /// <summary>More than one only after a sealing has failed.</summary>
    public int PartsBeingSealed => sealing?.Count ?? 0;

    /// <summary>Adds a sample.</summary>
    /// <returns>How much the table's count grows: 0 when the sample replaced one.</returns>
    public int Append(long time, double value, SampleQuality quality, Stack<SampleBuffer> pool)
    {
        open ??= pool.TryPop(out SampleBuffer? pooled) ? pooled : new();
        int before = open.Count;
        if (before > 0 && time <= open.Times[before - 1])
        {
            // A repetition of the newest is everyday traffic: it must not cost a place.
            if (time == open.Times[before - 1]) open.Truncate(before - 1);
            else isAscending = false;
        }

        open.Add(time, value, quality);
        NoteLatest(time, value, quality);
        int more = open.Count - before;
        counted += more;
        return more;
    }

    /// <summary>Sets the newest sample if there is none that is newer. One thread at a time.</summary>
    public void NoteLatest(long time, double value, SampleQuality quality)
    {
        if (isLatestKnown && time < latest.TimeMs) return;
        Interlocked.Increment(ref latestVersion);
        latest = new(time, value, quality);
        isLatestKnown = true;
        Interlocked.Increment(ref latestVersion);
    }

    /// <summary>The newest sample by time; takes no lock.</summary>
    public bool TryGetLatest(out Sample sample)
    {
        var spin = default(SpinWait);
        while (true)
        {
            int version = Volatile.Read(ref latestVersion);
            sample = latest;
            bool known = isLatestKnown;
            Interlocked.MemoryBarrier();
            if ((version & 1) == 0 && version == Volatile.Read(ref latestVersion)) return known;
            spin.SpinOnce();
        }
    }

    /// <summary>Brings the open samples in order and takes repetitions out, which may make room.</summary>
    public void Compact()
    {
        if (isAscending || open is null) return;
        open.Normalize();
        isAscending = true;
    }

    /// <summary>Appends everything memory holds, in order and without repetitions.</summary>
    public void CopyAllTo(SampleBuffer to)
    {
        CopyTo(to, long.MinValue, long.MaxValue);
        to.Normalize();
    }

    /// <summary>Makes room by taking repetitions out.</summary>
    /// <returns>How much the table's count shrinks.</returns>
    public int Recount()
    {
        Compact();
        int gone = counted - OpenCount;
        counted = OpenCount;
        return gone;
    }

    /// <summary>Takes the open samples out to be sealed; they stay readable until <see cref="Sealed"/>.</summary>
    /// <param name="applied">Every log record up to this one is applied whole.</param>
    public SealPart? Detach(long applied)
    {
        IsQueued = false;
        if (OpenCount == 0) return null;
        Compact();
        var part = new SealPart(this, open!, Math.Min(LastSequence, applied), counted);
        (sealing ??= []).Add(part);
        open = null;
        counted = 0;
        return part;
    }

    /// <summary>The part is in chunks on disk.</summary>
    public void Sealed(SealPart part)
    {
        sealing!.Remove(part);
        if (sealing.Count == 0) sealing = null;
        HasChunks = true;
        SealedUntil = Math.Max(SealedUntil, part.Samples.Times[^1]);
    }

    /// <summary>Appends what memory holds of <c>from ≤ time ≤ last</c>, later arrivals behind earlier ones; the caller normalizes.</summary>
    public void CopyTo(SampleBuffer to, long from, long last)
    {
        if (sealing is not null)
            foreach (SealPart part in sealing) CopyRange(part.Samples, to, from, last);
        if (open is null) return;
        Compact();
        CopyRange(open, to, from, last);
    }

    private static void CopyRange(SampleBuffer samples, SampleBuffer to, long from, long last)
    {
        int first = samples.IndexOf(from);
        int end = last == long.MaxValue ? samples.Count : samples.IndexOf(last + 1);
        if (first < end) to.Add(samples.Times[first..end], samples.Values[first..end], samples.Qualities[first..end]);
    }
}

/// <summary>Samples of one series on their way into chunks: in order, not changed any more.</summary>
/// <param name="Series">Whose they are.</param>
/// <param name="Samples">At least one.</param>
/// <param name="Sequence">The series' samples of all log records up to this one are in the part, or were sealed before.</param>
/// <param name="Counted">How many samples the table has counted for them.</param>
internal sealed record SealPart(OpenSeries Series, SampleBuffer Samples, long Sequence, int Counted);
