using System.Runtime.InteropServices;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;

namespace Ordo.Storage.OpenChunks;

/// <summary>
/// What memory holds of one series: its newest sample, the samples not yet in a chunk, and those that are just being sealed.
/// All but the newest sample is guarded by the lock of the series' stripe, see <see cref="OpenSeriesTable"/>.
/// </summary>
/// <remarks>
/// A structure of 64 bytes in a long array, because a park may have a million of them and each sample touches one: the fields of a line are
/// neighbours here, and an arriving sample meets this and the place it is written to, nothing else. That place is in a block of <see cref="SampleBlocks"/>.
/// </remarks>
internal struct OpenSeries
{
    private Extra? extra;
    private long sealedUntil;
    private long latestTime;
    private double latestValue;
    private int head; // first and last block of the open samples; nothing while there are none
    private int tail;
    private int count;
    private int counted; // samples of the open ones that the table has counted: repetitions may have gone since
    private int latestVersion; // odd while the newest sample is being changed
    private ushort latestQuality;
    private State state;

    [Flags]
    private enum State : byte
    {
        None = 0,
        HasLatest = 1,
        IsUnordered = 2,
        IsQueued = 4,
        HasChunks = 8,
    }

    /// <summary>Log sequence number of the newest record that has touched the series, perhaps still being applied.</summary>
    public long LastSequence { get; set; }

    /// <summary>The series has had a sample.</summary>
    public readonly bool IsKnown => (state & State.HasLatest) != 0;

    /// <summary>A chunk of the series has been written since the store was opened.</summary>
    public readonly bool HasChunks => (state & State.HasChunks) != 0;

    /// <summary>No chunk holds a sample after this time, so that what is newer need not be compared with chunks.</summary>
    public long SealedUntil
    {
        readonly get => HasChunks ? sealedUntil : long.MinValue;
        set
        {
            sealedUntil = value;
            state |= State.HasChunks;
        }
    }

    /// <summary>The series stands in the queue of the sealing thread.</summary>
    public bool IsQueued
    {
        readonly get => (state & State.IsQueued) != 0;
        set => state = value ? state | State.IsQueued : state & ~State.IsQueued;
    }

    public readonly int OpenCount => count;

    /// <summary>More than one only after a sealing has failed.</summary>
    public readonly int PartsBeingSealed => extra?.Sealing?.Count ?? 0;

    /// <summary>Has the place fetched where the next sample will stand; takes no lock.</summary>
    public readonly void Fetch(SampleBlocks blocks)
    {
        if (!SampleBlocks.BeginsAt(count)) blocks.Fetch(tail, count);
    }

    /// <summary>Adds a sample.</summary>
    /// <returns>How much the table's count grows: 0 when the sample replaced one.</returns>
    public int Append(long time, double value, SampleQuality quality, SampleBlocks blocks)
    {
        int at = count;
        // What is newer than all before, as nearly every sample is, goes behind the others without a look at them: their memory is far away.
        if (at > 0 && time <= latestTime)
        {
            long before = blocks.At(tail, at - 1).Time;
            // A repetition of the newest is everyday traffic: it must not cost a place.
            if (time == before) at--;
            else if (time < before) state |= State.IsUnordered;
        }

        if (at == count && SampleBlocks.BeginsAt(at)) AddBlock(blocks);
        blocks.At(tail, at) = new(time, value);
        if (quality.Raw != 0 || extra?.Qualities is not null) SetQuality(at, quality);
        int more = at + 1 - count;
        count = at + 1;
        counted += more;
        NoteLatest(time, value, quality);
        return more;
    }

    /// <summary>Takes the samples of a snapshot, which are in order, into a series that has none.</summary>
    public void Restore(SampleBuffer from, SampleBlocks blocks)
    {
        if (from.Count == 0) return;
        ReadOnlySpan<long> times = from.Times;
        ReadOnlySpan<double> values = from.Values;
        for (; count < times.Length; count++)
        {
            if (SampleBlocks.BeginsAt(count)) AddBlock(blocks);
            blocks.At(tail, count) = new(times[count], values[count]);
        }

        if (MemoryMarshal.Cast<SampleQuality, ushort>(from.Qualities).ContainsAnyExcept((ushort)0)) (extra ??= new()).Qualities = from.Qualities.ToArray();
        counted = count;
        NoteLatest(times[^1], values[^1], from.Qualities[^1]);
    }

    /// <summary>Sets the newest sample if there is none that is newer. One thread at a time.</summary>
    public void NoteLatest(long time, double value, SampleQuality quality)
    {
        if (time < latestTime && IsKnown) return;
        // Each write waits for the ones before it to be visible: a reader that sees a new part sees the odd version first.
        latestVersion++;
        Volatile.Write(ref latestTime, time);
        Volatile.Write(ref latestValue, value);
        Volatile.Write(ref latestQuality, quality.Raw);
        state |= State.HasLatest;
        Volatile.Write(ref latestVersion, latestVersion + 1);
    }

    /// <summary>The newest sample by time; takes no lock.</summary>
    public bool TryGetLatest(out Sample sample)
    {
        var spin = default(SpinWait);
        while (true)
        {
            int version = Volatile.Read(ref latestVersion);
            sample = new(Volatile.Read(ref latestTime), Volatile.Read(ref latestValue), new(Volatile.Read(ref latestQuality)));
            if ((version & 1) == 0 && version == Volatile.Read(ref latestVersion)) return version > 0;
            spin.SpinOnce();
        }
    }

    /// <summary>Brings the open samples in order and makes room by taking repetitions out.</summary>
    /// <returns>How much the table's count shrinks.</returns>
    public int Recount(SampleBlocks blocks)
    {
        Compact(blocks);
        int gone = counted - count;
        counted = count;
        return gone;
    }

    /// <summary>Takes the open samples out to be sealed; they stay readable until <see cref="Sealed"/>.</summary>
    /// <param name="number">The series.</param>
    /// <param name="applied">Every log record up to this one is applied whole.</param>
    /// <param name="into">An empty buffer.</param>
    /// <param name="blocks">Gets the series' block back.</param>
    public SealPart? Detach(int number, long applied, SampleBuffer into, SampleBlocks blocks)
    {
        IsQueued = false;
        if (count == 0) return null;
        Compact(blocks);
        CopyOpen(into, blocks);
        blocks.Return(head, 0);
        var part = new SealPart(number, into, Math.Min(LastSequence, applied), counted);
        extra ??= new();
        (extra.Sealing ??= []).Add(part);
        extra.Qualities = null;
        (count, counted) = (0, 0);
        return part;
    }

    /// <summary>The part is in chunks on disk.</summary>
    public void Sealed(SealPart part)
    {
        extra!.Sealing!.Remove(part);
        if (extra.Sealing.Count == 0) extra.Sealing = null;
        if (extra is { Sealing: null, Qualities: null }) extra = null;
        SealedUntil = Math.Max(SealedUntil, part.Samples.Times[^1]);
    }

    /// <summary>Appends what memory holds of <c>from ≤ time ≤ last</c>, later arrivals behind earlier ones; the caller normalizes. After <see cref="Recount"/>.</summary>
    public readonly void CopyTo(SampleBuffer to, long from, long last, SampleBlocks blocks)
    {
        if (extra?.Sealing is { } parts)
        {
            foreach (SealPart part in parts)
            {
                int start = part.Samples.IndexOf(from), end = last == long.MaxValue ? part.Samples.Count : part.Samples.IndexOf(last + 1);
                if (start < end) to.Add(part.Samples.Times[start..end], part.Samples.Values[start..end], part.Samples.Qualities[start..end]);
            }
        }

        int index = 0;
        for (int block = head; index < count; block = blocks.After(block))
        {
            int length = SampleBlocks.LengthAt(index);
            ReadOnlySpan<OpenSample> places = blocks.Of(block, Math.Min(length, count - index));
            if (places[0].Time > last) break;
            if (places[^1].Time >= from)
            {
                int start = IndexOf(places, from), end = last == long.MaxValue ? places.Length : IndexOf(places, last + 1);
                Copy(to, places[start..end], index + start);
            }

            index += length;
        }
    }

    /// <summary>Brings the open samples in order and takes repetitions out.</summary>
    private void Compact(SampleBlocks blocks)
    {
        if ((state & State.IsUnordered) == 0) return;
        var ordered = new SampleBuffer(count);
        CopyOpen(ordered, blocks);
        ordered.Normalize();
        count = ordered.Count;
        int block = head, index = 0;
        while (true)
        {
            int length = SampleBlocks.LengthAt(index);
            Span<OpenSample> places = blocks.Of(block, Math.Min(length, count - index));
            for (int i = 0; i < places.Length; i++) places[i] = new(ordered.Times[index + i], ordered.Values[index + i]);
            index += length;
            if (index >= count) break;
            block = blocks.After(block);
        }

        blocks.Cut(block, index);
        tail = block;
        if (extra?.Qualities is not null) extra.Qualities = ordered.Qualities.ToArray();
        state &= ~State.IsUnordered;
    }

    private readonly void CopyOpen(SampleBuffer to, SampleBlocks blocks)
    {
        int index = 0;
        for (int block = head; index < count; block = blocks.After(block))
        {
            int length = SampleBlocks.LengthAt(index);
            Copy(to, blocks.Of(block, Math.Min(length, count - index)), index);
            index += length;
        }
    }

    private readonly void Copy(SampleBuffer to, ReadOnlySpan<OpenSample> from, int index)
    {
        to.Reserve(from.Length, out Span<long> times, out Span<double> values, out Span<SampleQuality> qualities);
        for (int i = 0; i < from.Length; i++) (times[i], values[i]) = (from[i].Time, from[i].Value);
        if (extra?.Qualities is { } known)
        {
            // It grows with samples that are not good; those behind it are.
            int told = Math.Clamp(known.Length - index, 0, from.Length);
            known.AsSpan(Math.Min(index, known.Length), told).CopyTo(qualities);
            qualities[told..].Clear();
        }
        else
        {
            qualities.Clear();
        }
    }

    private static int IndexOf(ReadOnlySpan<OpenSample> places, long time)
    {
        int low = 0, high = places.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (places[middle].Time < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void AddBlock(SampleBlocks blocks)
    {
        tail = blocks.Rent(count, count == 0 ? SampleBlocks.None : tail);
        if (count == 0) head = tail;
    }

    private void SetQuality(int at, SampleQuality quality)
    {
        extra ??= new();
        if (at >= (extra.Qualities?.Length ?? 0))
        {
            if (quality.Raw == 0) return;
            Array.Resize(ref extra.Qualities, Math.Max(at + 1, count * 2));
        }

        extra.Qualities![at] = quality;
    }

    /// <summary>What few series have at a time.</summary>
    private sealed class Extra
    {
        public SampleQuality[]? Qualities; // beside the samples, once one is not good
        public List<SealPart>? Sealing; // oldest first
    }
}

/// <summary>Samples of one series on their way into chunks: in order, not changed any more.</summary>
/// <param name="Series">Whose they are.</param>
/// <param name="Samples">At least one.</param>
/// <param name="Sequence">The series' samples of all log records up to this one are in the part, or were sealed before.</param>
/// <param name="Counted">How many samples the table has counted for them.</param>
internal sealed record SealPart(int Series, SampleBuffer Samples, long Sequence, int Counted);
