using Ordo.Storage.Files;

namespace Ordo.Storage.Log;

/// <summary>What a log record carries. On disk: never renumber.</summary>
internal enum RecordType : byte
{
    /// <summary>Sources and series, always before the first sample that uses them.</summary>
    Definitions = 1,

    /// <summary>Samples as <see cref="BatchCodec"/> writes them.</summary>
    Samples = 2,
}

/// <summary>What stands at the front of a segment.</summary>
internal readonly record struct SegmentHead(long Number, long Previous, long PreviousEnd, long SequenceBefore);

/// <summary>
/// The bytes of the write-ahead log (预写日志). Segments are files <c>0000000001.log</c>, written once from front to back and used again under a new
/// number when the checkpoint no longer needs them, so that a sync never has to write metadata.
/// </summary>
/// <remarks>
/// <code>
/// segment = head, record*                                           all little-endian
/// head    = "ORDOLOG" 01 | number u64 | previous number u64 | previous end u64 | sequence number before its first record u64
///           | CRC-32C u32 of what stands before | zeros to 64 bytes
/// record  = payload length u32 | CRC-32C u32 | sequence number: 56 bits, type: the upper 8 | payload | zeros to a multiple of 8
/// </code>
/// The CRC of a record begins with the segment's number and the record's position: what an earlier use of the file left behind never fits.
/// <c>previous end</c> says how far the segment before counts: after a failed sync nothing behind the last good one is ever trusted again.
/// Files that change together: this one, <c>docs/formats/telemetry.md</c>, <c>LogFormatTests</c>.
/// </remarks>
internal static class LogFormat
{
    public const int HeadLength = 64;
    public const int RecordHeadLength = 16;
    public const string Extension = ".log";
    public const string SpareExtension = ".spare";
    private const int SignedHeadLength = 40;
    private static readonly byte[] Magic = "ORDOLOG\x01"u8.ToArray();

    public static string NameOf(long segment) => segment.ToString("D10", System.Globalization.CultureInfo.InvariantCulture) + Extension;

    public static bool TryParseName(string name, out long segment)
    {
        segment = 0;
        return name.EndsWith(Extension, StringComparison.Ordinal) && long.TryParse(name.AsSpan(0, name.Length - Extension.Length), out segment);
    }

    public static void WriteHead(Span<byte> bytes, SegmentHead head)
    {
        bytes.Clear();
        Magic.CopyTo(bytes);
        BitConverter.TryWriteBytes(bytes[8..], head.Number);
        BitConverter.TryWriteBytes(bytes[16..], head.Previous);
        BitConverter.TryWriteBytes(bytes[24..], head.PreviousEnd);
        BitConverter.TryWriteBytes(bytes[32..], head.SequenceBefore);
        BitConverter.TryWriteBytes(bytes[SignedHeadLength..], Checksum.Of(bytes[..SignedHeadLength]));
    }

    public static bool TryReadHead(ReadOnlySpan<byte> bytes, out SegmentHead head)
    {
        head = default;
        if (bytes.Length < HeadLength || !bytes[..8].SequenceEqual(Magic)) return false;
        if (BitConverter.ToUInt32(bytes[SignedHeadLength..]) != Checksum.Of(bytes[..SignedHeadLength])) return false;
        head = new(BitConverter.ToInt64(bytes[8..]), BitConverter.ToInt64(bytes[16..]), BitConverter.ToInt64(bytes[24..]), BitConverter.ToInt64(bytes[32..]));
        return true;
    }

    /// <summary>Bytes a record takes with its head and its padding.</summary>
    public static int RecordLength(int payload) => (RecordHeadLength + payload + 7) & ~7;

    public static ulong SequenceAndType(long sequence, RecordType type) => (ulong)sequence | ((ulong)type << 56);

    public static uint RecordChecksum(long segment, long position, uint length, ulong sequenceAndType, ReadOnlySpan<byte> payload)
    {
        uint state = Checksum.Add(Checksum.Start, (ulong)segment);
        state = Checksum.Add(state, (ulong)position);
        state = Checksum.Add(state, length);
        state = Checksum.Add(state, sequenceAndType);
        return Checksum.End(Checksum.Add(state, payload));
    }
}
