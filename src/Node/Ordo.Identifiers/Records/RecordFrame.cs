using System.Buffers.Binary;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Records;

/// <summary>What a frame of a segment says.</summary>
internal enum FrameKind : byte
{
    /// <summary>A handle and its values, in place of all before.</summary>
    Put = 1,

    /// <summary>The handle is gone.</summary>
    Delete = 2,

    /// <summary>A prefix gets its number (the handle is the prefix, upper case).</summary>
    Prefix = 3,

    /// <summary>The prefix is at home here.</summary>
    Home = 4,

    /// <summary>It is no longer.</summary>
    Unhome = 5,
}

/// <summary>
/// One entry of a segment, little-endian, begun at a multiple of eight bytes:
/// <code>
///  0  u32 CRC-32C of everything behind it up to the end of the values
///  4  u32 length of what follows the first 16 bytes: handle and values
///  8  u32 the highest bit: begins a write; the other seven of the upper byte: kind; number of the prefix in the lower three
/// 12  u16 length of the handle    14  u16 number of values
/// 16  handle as it was spelled at its creation, then the values as they are on the wire, by rising index; then zeros up to a multiple of eight
/// </code>
/// Change it together with docs of the store (README of this project) and the test that freezes it.
/// </summary>
internal readonly ref struct RecordFrame(FrameKind kind, int prefix, ReadOnlySpan<byte> handle, int valueCount, ReadOnlySpan<byte> values)
{
    private const uint WriteBit = 0x8000_0000;

    public const int HeadSize = 16;

    /// <summary>Most bytes of a frame: a message's worth of values and a handle.</summary>
    public const int MaxSize = Envelope.MaxMessage + HandleText.MaxBytes + HeadSize;

    public FrameKind Kind { get; } = kind;

    public int Prefix { get; } = prefix;

    public ReadOnlySpan<byte> Handle { get; } = handle;

    public int ValueCount { get; } = valueCount;

    public ReadOnlySpan<byte> Values { get; } = values;

    /// <summary>Everything before it was on disk when it was written. Nothing is said where it is false: older files do not mark it.</summary>
    public bool BeginsWrite { get; private init; }

    /// <summary>Bytes with the zeros behind it.</summary>
    public int PaddedSize => Pad(HeadSize + Handle.Length + Values.Length);

    /// <summary>Whether it does not fit into one message whole, or has more values than a record may have.</summary>
    public bool IsTooLarge => PaddedSize > Envelope.MaxMessage - 1024 || ValueCount > HandleValue.MaxCount;

    /// <summary>The values, in memory of their own.</summary>
    public HandleValue[] Decode()
    {
        var reader = new WireReader(Values.ToArray());
        var decoded = new HandleValue[ValueCount];
        for (int i = 0; i < decoded.Length; i++) decoded[i] = HandleValue.Read(ref reader);
        return decoded;
    }

    public void Write(Span<byte> target)
    {
        int size = HeadSize + Handle.Length + Values.Length;
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], size - HeadSize);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], ((uint)Kind << 24) | (uint)Prefix);
        BinaryPrimitives.WriteUInt16LittleEndian(target[12..], (ushort)Handle.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(target[14..], (ushort)ValueCount);
        Handle.CopyTo(target[HeadSize..]);
        Values.CopyTo(target[(HeadSize + Handle.Length)..]);
        target[size..PaddedSize].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target, Checksum.Of(target[4..size]));
    }

    /// <summary>Marks the first frame of a write.</summary>
    /// <param name="frames">Begin with it.</param>
    public static void MarkWrite(Span<byte> frames)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frames[8..], BinaryPrimitives.ReadUInt32LittleEndian(frames[8..]) | WriteBit);
        BinaryPrimitives.WriteUInt32LittleEndian(frames, Checksum.Of(frames[4..SizeAt(frames)]));
    }

    /// <summary>Bytes of the frame that begins here without its padding; 0 when no frame can.</summary>
    public static int SizeAt(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadSize) return 0;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        return length is 0 or > MaxSize - HeadSize || KindOf(BinaryPrimitives.ReadUInt32LittleEndian(head[8..])) is 0 or > FrameKind.Unhome ? 0 : (int)length + HeadSize;
    }

    /// <param name="bytes">The frame, at least <see cref="SizeAt"/> bytes.</param>
    /// <returns>False when it is damaged or none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RecordFrame frame)
    {
        frame = default;
        int size = SizeAt(bytes);
        return size > 0 && bytes.Length >= size && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Checksum.Of(bytes[4..size]) && TryGuess(bytes, out frame);
    }

    /// <summary>Reads a frame without a look at its checksum.</summary>
    /// <param name="bytes">As for <see cref="TryRead"/>.</param>
    public static bool TryGuess(ReadOnlySpan<byte> bytes, out RecordFrame frame)
    {
        frame = default;
        int size = SizeAt(bytes);
        if (size == 0 || bytes.Length < size) return false;
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        (int handle, int values) = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]));
        if (HeadSize + handle > size) return false;
        frame = new(KindOf(word), (int)(word & 0xFF_FFFF), bytes.Slice(HeadSize, handle), values, bytes[(HeadSize + handle)..size]) { BeginsWrite = (word & WriteBit) != 0 };
        return true;
    }

    /// <summary>Bytes of the whole frames at the beginning, with their padding.</summary>
    public static int WholeFrames(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (SizeAt(bytes[at..]) is > 0 and var size && at + Pad(size) <= bytes.Length && TryRead(bytes[at..], out _)) at += Pad(size);
        return at;
    }

    public static int Pad(int size) => (size + 7) & ~7;

    private static FrameKind KindOf(uint word) => (FrameKind)((word & ~WriteBit) >> 24);
}
