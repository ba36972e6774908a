using Ordo.Storage.Chunks;
using Ordo.Storage.Files;
using Ordo.Storage.OpenChunks;

namespace Ordo.Storage.Months;

/// <summary>
/// Turns open samples into chunks of the month files (封存). Samples newer than any chunk become chunks of their own; late and corrected ones are
/// merged with the chunks they fall into, the newer value winning. Used by one thread.
/// </summary>
/// <remarks>A sealing that fails has changed nothing in its month; it can be repeated, because merging the same samples again gives the same chunks.</remarks>
internal sealed class Sealer(MonthFiles months, OpenSeriesTable table, int chunkSamples, long lastSeal)
{
    private readonly ChunkCodec codec = new();
    private readonly ByteWriter chunk = new(16_384);
    private readonly SampleBuffer merged = new(2048);
    private long nextId = ChunkKey.FirstId(lastSeal + 1);

    /// <summary>Number of the newest sealing; one that failed has its number too, because a part of it may be on disk.</summary>
    public long LastSeal { get; private set; } = lastSeal;

    /// <summary>Chunks that could not be read when late samples had to be merged into them.</summary>
    public long DamagedChunks { get; private set; }

    public long ChunksWritten { get; private set; }

    public long BytesWritten { get; private set; }

    /// <summary>Writes all parts; returns when they are on disk. A month that fails does not hold up the others.</summary>
    /// <param name="parts">Any number of series; several parts of one series in the order they were taken out.</param>
    /// <param name="failures">Receives why parts are missing in what is returned.</param>
    /// <returns>The parts that are on disk, whole.</returns>
    public List<SealPart> Seal(IReadOnlyList<SealPart> parts, List<Exception> failures)
    {
        LastSeal++;
        nextId = ChunkKey.FirstId(LastSeal);
        var failed = new HashSet<SealPart>(ReferenceEqualityComparer.Instance);
        foreach (IGrouping<Month, Slice> month in parts.SelectMany(SlicesOf).GroupBy(slice => slice.Month).OrderBy(group => group.Key))
        {
            try
            {
                SealMonth(month);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                failures.Add(e);
                foreach (Slice slice in month) failed.Add(slice.Part);
            }
        }

        return [.. parts.Where(part => !failed.Contains(part))];
    }

    private void SealMonth(IGrouping<Month, Slice> month)
    {
        MonthWriter writer = months.ToWrite(month.Key).Writer;
        writer.Begin();
        try
        {
            // By series, so that the index is walked from front to back; the order is stable, so parts of a series stay in theirs.
            foreach (Slice slice in month.OrderBy(slice => slice.Part.Series)) SealSlice(writer, slice);
            writer.Commit();
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    private static IEnumerable<Slice> SlicesOf(SealPart part)
    {
        for (int start = 0; start < part.Samples.Count;)
        {
            Month month = Month.Of(part.Samples.Times[start]);
            int end = month.Last == long.MaxValue ? part.Samples.Count : part.Samples.IndexOf(month.Last + 1);
            yield return new(part, month, start, end);
            start = end;
        }
    }

    private void SealSlice(MonthWriter writer, Slice slice)
    {
        SampleBuffer samples = slice.Part.Samples;
        int at = slice.Start;
        ref OpenSeries open = ref table[slice.Part.Series];
        // A part of the series taken out earlier may be in the same sealing.
        bool isLate = samples.Times[at] <= open.SealedUntil || open.PartsBeingSealed > 1;
        if (isLate && !writer.IsAged(slice.Part.Series)) writer.DropRollups(slice.Part.Series, samples.Times[at]);
        if (isLate || slice.Count < chunkSamples / 2) at = Join(writer, slice);
        WriteChunks(writer, slice, samples, at, slice.End);
    }

    /// <summary>
    /// Joins a slice with the chunks it falls into, and a short one with the short chunk before it: where memory is scarce, or a gateway restarts often,
    /// chunks would else stay small for ever.
    /// </summary>
    /// <returns>Index of the first sample that remains to be written, behind all chunks that were looked at.</returns>
    private int Join(MonthWriter writer, Slice slice)
    {
        SampleBuffer samples = slice.Part.Samples;
        int series = slice.Part.Series, at = slice.Start;
        List<(ChunkKey Key, byte[] Data)> chunks = writer.Find(series, samples.Times[at], samples.Times[slice.End - 1]);
        for (int i = 0; i < chunks.Count; i++)
        {
            (ChunkKey key, byte[] data) = chunks[i];
            int inside, behind;
            try
            {
                ChunkHead head = ChunkCodec.ReadHead(key.Start, data);
                inside = IndexIn(samples, slice, head.First);
                behind = head.Last == long.MaxValue ? slice.End : IndexIn(samples, slice, head.Last + 1);
                if (i == chunks.Count - 1 && head.Count + slice.End - behind <= chunkSamples) behind = slice.End;
                merged.Clear();
                if (inside < behind) codec.Read(series, key.Start, data, merged);
            }
            catch (ChunkDamagedException)
            {
                // It is left where it is: reading its range says so. The new samples stand beside it.
                DamagedChunks++;
                continue;
            }

            WriteChunks(writer, slice, samples, at, inside);
            at = behind;
            if (inside == behind) continue; // no sample falls into this chunk: it stays as it is
            merged.Add(samples.Times[inside..behind], samples.Values[inside..behind], samples.Qualities[inside..behind]);
            merged.Normalize();
            writer.Delete(key.Id);
            WriteChunks(writer, slice, merged, 0, merged.Count);
        }

        return at;
    }

    private static int IndexIn(SampleBuffer samples, in Slice slice, long time) => Math.Clamp(samples.IndexOf(time), slice.Start, slice.End);

    /// <summary>Writes samples as chunks of about equal length, none much longer than the one asked for.</summary>
    private void WriteChunks(MonthWriter writer, in Slice slice, SampleBuffer samples, int from, int to)
    {
        int series = slice.Part.Series;
        for (int left = to - from; left > 0; left = to - from)
        {
            int count = Math.Max(1, (int)Math.Round((double)left / chunkSamples)) is var pieces ? (left + pieces - 1) / pieces : left;
            ReadOnlySpan<long> times = samples.Times.Slice(from, count);
            chunk.Clear();
            codec.Write(series, times, samples.Values.Slice(from, count), samples.Qualities.Slice(from, count), chunk);
            LastSeal = new ChunkKey(nextId, 0).Seal; // a very large sealing takes several numbers
            writer.Insert(new(nextId++, times[0]), series, slice.Part.Sequence, chunk.Written);
            ChunksWritten++;
            BytesWritten += chunk.Length;
            from += count;
        }
    }

    /// <param name="Part">Whose samples.</param>
    /// <param name="Month">All of the slice lies in it.</param>
    /// <param name="Start">Index of its first sample.</param>
    /// <param name="End">Index behind its last.</param>
    private readonly record struct Slice(SealPart Part, Month Month, int Start, int End)
    {
        public int Count => End - Start;
    }
}
