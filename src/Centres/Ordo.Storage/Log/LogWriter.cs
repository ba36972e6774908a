using System.Diagnostics;
using Ordo.Storage.Files;

namespace Ordo.Storage.Log;

/// <summary>
/// Appends groups of records and makes each group durable with one sync. Used by one thread.
/// A group lies in one segment, whole: either all of it is on disk when <see cref="Commit"/> returns, or none of it will count.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    private const int SparesKept = 8;
    private readonly IStoreFiles files;
    private readonly int segmentLength;
    private readonly ByteWriter group = new(1 << 20);
    private readonly Lock segmentsGate = new(); // guards closed and spares: the checkpoint releases segments from its own thread
    private readonly Queue<(long Number, long LastSequence)> closed = new();
    private readonly Queue<string> spares = new();
    private long bytesSinceRelease;
    private long samplesSinceRelease;
    private int groupSamples;
    private IStoreFile? segment;
    private long segmentNumber;
    private long previousEnd;
    private long position;
    private long length;
    private long committedSequence;
    private long spareNumber;

    /// <param name="files">The store's folder.</param>
    /// <param name="segmentLength">Bytes of a segment; a larger group gets a larger one.</param>
    /// <param name="found">What replay has read; writing goes on in a new segment behind it.</param>
    /// <param name="bytes">How much it has read.</param>
    /// <param name="samples">Samples in it.</param>
    public LogWriter(IStoreFiles files, int segmentLength, LogPosition found, long bytes, long samples = 0)
    {
        (bytesSinceRelease, samplesSinceRelease) = (bytes, samples);
        this.files = files;
        this.segmentLength = segmentLength;
        segmentNumber = found.Segment;
        previousEnd = found.End;
        committedSequence = NextSequence = found.Sequence;
        foreach ((long number, long lastSequence) in found.Segments) closed.Enqueue((number, lastSequence));
        foreach (string name in files.List().Where(name => name.EndsWith(LogFormat.SpareExtension, StringComparison.Ordinal))) spares.Enqueue(name);
        spareNumber = spares.Select(NumberOfSpare).DefaultIfEmpty().Max();
    }

    /// <summary>Sequence number of the newest record, appended or committed.</summary>
    public long NextSequence { get; private set; }

    /// <summary>Bytes of the log on disk that a restart would have to read.</summary>
    public long BytesSinceRelease => Volatile.Read(ref bytesSinceRelease);

    /// <summary>Samples in them.</summary>
    public long SamplesSinceRelease => Volatile.Read(ref samplesSinceRelease);

    public int GroupLength => group.Length;

    /// <summary>Number of the newest segment begun.</summary>
    public long SegmentNumber => Volatile.Read(ref segmentNumber);

    /// <summary>Adds a record to the group being gathered.</summary>
    /// <returns>Its sequence number.</returns>
    public long Append(RecordType type, ReadOnlySpan<byte> payload, int samples = 0)
    {
        long sequence = ++NextSequence;
        groupSamples += samples;
        group.UInt32((uint)payload.Length);
        group.UInt32(0);
        group.UInt64(LogFormat.SequenceAndType(sequence, type));
        group.Bytes(payload);
        int padding = -group.Length & 7;
        group.Reserve(8)[..padding].Clear();
        group.Advance(padding);
        return sequence;
    }

    /// <summary>Puts the group on disk.</summary>
    /// <exception cref="IOException">Nothing of the group counts. The segment is given up: what a failed sync left on disk is unknown, and a
    /// second sync that succeeds would not make it known.</exception>
    public void Commit()
    {
        try
        {
            if (segment is null || position + group.Length > length) OpenSegment();
            Seal();
            segment!.Write(group.Written, position);
            segment.Sync();
        }
        catch
        {
            Abandon();
            throw;
        }

        position += group.Length;
        Interlocked.Add(ref bytesSinceRelease, group.Length);
        Interlocked.Add(ref samplesSinceRelease, groupSamples);
        committedSequence = NextSequence;
        group.Clear();
        groupSamples = 0;
    }

    /// <summary>Gives up the segments whose records are all at or below a sequence number: a checkpoint holds them. Any thread.</summary>
    /// <param name="sequence">What the checkpoint holds.</param>
    /// <param name="bytes">What <see cref="BytesSinceRelease"/> was when the checkpoint began.</param>
    /// <param name="samples">What <see cref="SamplesSinceRelease"/> was then.</param>
    public void Release(long sequence, long bytes, long samples = 0)
    {
        lock (segmentsGate)
        {
            while (closed.TryPeek(out var oldest) && oldest.LastSequence <= sequence)
            {
                string name = LogFormat.NameOf(oldest.Number);
                if (spares.Count < SparesKept)
                {
                    string spare = (++spareNumber).ToString(System.Globalization.CultureInfo.InvariantCulture) + LogFormat.SpareExtension;
                    files.Rename(name, spare);
                    spares.Enqueue(spare);
                }
                else
                {
                    files.Delete(name);
                }

                closed.Dequeue();
            }
        }

        Interlocked.Add(ref bytesSinceRelease, -bytes);
        Interlocked.Add(ref samplesSinceRelease, -samples);
    }

    /// <summary>Closes the segment being written, so that a checkpoint of everything can release it too. Only while nobody commits.</summary>
    public void CloseSegment()
    {
        if (segment is null) return;
        segment.Dispose();
        segment = null;
        previousEnd = position;
        lock (segmentsGate) closed.Enqueue((segmentNumber, committedSequence));
    }

    /// <summary>Deletes the segments kept for use again: nothing but zeros and old records to whoever copies the folder.</summary>
    public void DeleteSpares()
    {
        lock (segmentsGate)
            while (spares.TryDequeue(out string? spare)) files.Delete(spare);
    }

    public void Dispose() => segment?.Dispose();

    private void OpenSegment()
    {
        CloseSegment();
        long number = segmentNumber + 1;
        string name = LogFormat.NameOf(number);
        IStoreFile? opened = null;
        try
        {
            opened = TakeSpare(name) ?? files.Create(name, Math.Max(segmentLength, LogFormat.HeadLength + group.Length));
            Span<byte> head = stackalloc byte[LogFormat.HeadLength];
            LogFormat.WriteHead(head, new(number, segmentNumber, previousEnd, committedSequence));
            opened.Write(head, 0);
            opened.Sync();
            files.SyncFolder();
        }
        catch
        {
            opened?.Dispose();
            if (opened is not null) TryDelete(name);
            throw;
        }

        segment = opened;
        segmentNumber = number;
        length = opened.Length;
        position = LogFormat.HeadLength;
    }

    private IStoreFile? TakeSpare(string name)
    {
        if (group.Length + LogFormat.HeadLength > segmentLength) return null;
        lock (segmentsGate)
        {
            if (!spares.TryDequeue(out string? spare)) return null;
            files.Rename(spare, name);
            return files.Open(name);
        }
    }

    private static long NumberOfSpare(string name) =>
        long.TryParse(name.AsSpan(0, name.Length - LogFormat.SpareExtension.Length), out long number) ? number : 0;

    private void TryDelete(string name)
    {
        try
        {
            files.Delete(name);
        }
        catch (IOException)
        {
            // Its head never became durable under this number: replay passes over it, and the next attempt writes the file anew.
        }
    }

    /// <summary>Fills in the checksums, which depend on where the group is going to lie.</summary>
    private void Seal()
    {
        Span<byte> bytes = group.WrittenForChange;
        for (int at = 0; at < bytes.Length;)
        {
            uint payload = BitConverter.ToUInt32(bytes[at..]);
            ulong sequenceAndType = BitConverter.ToUInt64(bytes[(at + 8)..]);
            uint crc = LogFormat.RecordChecksum(segmentNumber, position + at, payload, sequenceAndType, bytes.Slice(at + LogFormat.RecordHeadLength, (int)payload));
            BitConverter.TryWriteBytes(bytes[(at + 4)..], crc);
            at += LogFormat.RecordLength((int)payload);
        }

        Debug.Assert(group.Length % 8 == 0);
    }

    private void Abandon()
    {
        CloseSegment();
        group.Clear();
        groupSamples = 0;
        NextSequence = committedSequence;
    }
}

/// <summary>How far the log was read.</summary>
/// <param name="Segment">Number of the last segment, 0 when there is none.</param>
/// <param name="End">Where its good records end.</param>
/// <param name="Sequence">Sequence number of the last good record.</param>
/// <param name="Segments">The segments on disk with the last sequence number in each.</param>
internal sealed record LogPosition(long Segment, long End, long Sequence, IReadOnlyList<(long Number, long LastSequence)> Segments);
