using Ordo.Storage.Files;

namespace Ordo.Storage.Log;

/// <summary>What a replay met.</summary>
/// <param name="Segments">Segments read.</param>
/// <param name="Bytes">Bytes of good records.</param>
/// <param name="Records">Good records read.</param>
/// <param name="TornBytes">Bytes of unfinished records at the very end: never acknowledged.</param>
/// <param name="DamagedBytes">Bytes that could not be read although good records, or a later segment, follow: acknowledged samples may be lost.</param>
internal sealed record LogScan(int Segments, long Bytes, long Records, long TornBytes, long DamagedBytes);

/// <summary>Reads the log from front to back and hands on every good record.</summary>
internal static class LogReader
{
    public delegate void RecordHandler(long sequence, RecordType type, ReadOnlySpan<byte> payload);

    /// <param name="files">The store's folder.</param>
    /// <param name="start">Where the checkpoint left the log: number of the last segment begun and the last sequence number it holds.</param>
    /// <param name="handle">Called for each record after the checkpoint, in order.</param>
    public static (LogPosition Position, LogScan Scan) Read(IStoreFiles files, LogPosition start, RecordHandler handle)
    {
        List<Segment> segments = FindSegments(files);
        var ends = new List<(long, long)>();
        long lastSegment = start.Segment, lastEnd = start.End, lastSequence = start.Sequence;
        long read = 0, records = 0, torn = 0, damaged = 0;
        byte[] bytes = [];
        for (int i = 0; i < segments.Count; i++)
        {
            Segment segment = segments[i];
            int length = ReadAll(files, segment.Name, ref bytes);
            bool isLast = i == segments.Count - 1;
            bool endIsKnown = !isLast && segments[i + 1].Head.Previous == segment.Head.Number;
            int end = endIsKnown ? (int)Math.Min(segments[i + 1].Head.PreviousEnd, length) : length;
            var cursor = new Cursor(bytes, segment.Head.Number, end);
            long sequenceBefore = segment.Head.SequenceBefore;
            while (cursor.TryNext(sequenceBefore, out long sequence, out RecordType type, out ReadOnlySpan<byte> payload))
            {
                sequenceBefore = sequence;
                records++;
                if (sequence <= start.Sequence) continue;
                handle(sequence, type, payload);
                lastSequence = sequence;
            }

            damaged += cursor.Passed;
            if (endIsKnown) damaged += end - cursor.Position;
            else torn += cursor.UnfinishedBytes();
            lastSequence = Math.Max(lastSequence, sequenceBefore);
            read += cursor.Position - LogFormat.HeadLength - cursor.Passed;
            (lastSegment, lastEnd) = (segment.Head.Number, cursor.Position);
            ends.Add((segment.Head.Number, lastSequence));
        }

        return (new(lastSegment, lastEnd, lastSequence, ends), new(segments.Count, read, records, torn, damaged));
    }

    private static List<Segment> FindSegments(IStoreFiles files)
    {
        var segments = new List<Segment>();
        Span<byte> head = stackalloc byte[LogFormat.HeadLength];
        foreach (string name in files.List())
        {
            if (!LogFormat.TryParseName(name, out long number)) continue;
            using IStoreFile file = files.Open(name);
            int read = file.Read(head, 0);
            // A file without its head was being made when the machine stopped: no record of it was ever acknowledged.
            if (LogFormat.TryReadHead(head[..read], out SegmentHead found) && found.Number == number) segments.Add(new(name, found));
        }

        segments.Sort((a, b) => a.Head.Number.CompareTo(b.Head.Number));
        return segments;
    }

    private static int ReadAll(IStoreFiles files, string name, ref byte[] bytes)
    {
        using IStoreFile file = files.Open(name);
        int length = (int)file.Length;
        if (bytes.Length < length) bytes = GC.AllocateUninitializedArray<byte>(length);
        return file.Read(bytes.AsSpan(0, length), 0);
    }

    private sealed record Segment(string Name, SegmentHead Head);

    /// <summary>Goes from record to record; where one is bad it looks for the next good one, eight bytes at a time.</summary>
    private ref struct Cursor(byte[] bytes, long segment, int end)
    {
        // A group that failed gave its numbers back, so that a gap is only what damage hides.
        private const long LargestGap = 1 << 24;

        public int Position { get; private set; } = LogFormat.HeadLength;

        /// <summary>Bad bytes that were passed over because good records follow.</summary>
        public long Passed { get; private set; }

        public bool TryNext(long sequenceBefore, out long sequence, out RecordType type, out ReadOnlySpan<byte> payload)
        {
            for (int at = Position; at + LogFormat.RecordHeadLength <= end; at += 8)
            {
                if (!TryReadAt(at, sequenceBefore, out sequence, out type, out payload)) continue;
                Passed += at - Position;
                Position = at + LogFormat.RecordLength(payload.Length);
                return true;
            }

            (sequence, type) = (0, 0);
            payload = default;
            return false;
        }

        /// <summary>Bytes of a record that was begun behind the last good one; what was never written does not count.</summary>
        public readonly long UnfinishedBytes()
        {
            if (end - Position < LogFormat.RecordHeadLength) return 0;
            uint length = BitConverter.ToUInt32(bytes, Position);
            byte type = bytes[Position + 15];
            return length == 0 || type is 0 or > 2 ? 0 : Math.Min(end - Position, (long)length + LogFormat.RecordHeadLength);
        }

        private readonly bool TryReadAt(int at, long sequenceBefore, out long sequence, out RecordType type, out ReadOnlySpan<byte> payload)
        {
            payload = default;
            uint length = BitConverter.ToUInt32(bytes, at);
            ulong sequenceAndType = BitConverter.ToUInt64(bytes, at + 8);
            sequence = (long)(sequenceAndType & 0x00FF_FFFF_FFFF_FFFF);
            type = (RecordType)(sequenceAndType >> 56);
            if (type is not (RecordType.Definitions or RecordType.Samples)) return false;
            if (length > end - at - LogFormat.RecordHeadLength) return false;
            if (sequence <= sequenceBefore || sequence > sequenceBefore + LargestGap) return false;
            payload = bytes.AsSpan(at + LogFormat.RecordHeadLength, (int)length);
            return BitConverter.ToUInt32(bytes, at + 4) == LogFormat.RecordChecksum(segment, at, length, sequenceAndType, payload);
        }
    }
}
