using System.Buffers.Binary;

namespace Ordo.Identifiers.Protocol;

[Flags]
internal enum EnvelopeFlags : byte
{
    None = 0,
    Truncated = 0x20,
    Encrypted = 0x40,
    Compressed = 0x80,
}

/// <summary>
/// The 20 bytes in front of every packet:
/// <code>
///  0 major  1 minor  2 flags + suggested major  3 suggested minor
///  4 session id   8 request id   12 sequence number of the packet   16 length of the whole message behind the envelope
/// </code>
/// </summary>
/// <param name="Suggested">What the sender can speak; 0.x means that it did not say.</param>
/// <param name="Length">Bytes of the whole message, not of this packet; at most <see cref="MaxMessage"/>.</param>
internal readonly record struct Envelope(
    ProtocolVersion Version, EnvelopeFlags Flags, ProtocolVersion Suggested, uint SessionId, uint RequestId, uint Sequence, int Length)
{
    public const int Size = 20;
    public const int MaxMessage = 262_144;
    private const byte SuggestedMajorMask = 0x03;

    public bool HasSuggestion => Suggested.Major != 0;

    /// <returns>False when there are fewer than 20 bytes, or when they claim more than a message may have.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Envelope envelope)
    {
        envelope = default;
        if (bytes.Length < Size) return false;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
        if (length > MaxMessage) return false;
        envelope = new(
            new(bytes[0], bytes[1]), (EnvelopeFlags)(bytes[2] & 0xE0), new((byte)(bytes[2] & SuggestedMajorMask), bytes[3]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), (int)length);
        return true;
    }

    public void Write(Span<byte> bytes)
    {
        (bytes[0], bytes[1]) = (Version.Major, Version.Minor);
        (bytes[2], bytes[3]) = ((byte)((byte)Flags | Suggested.Major), Suggested.Minor);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], SessionId);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], RequestId);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], (uint)Length);
    }
}

/// <summary>
/// The 24 bytes behind the envelope:
/// <code>
///  0 op code   4 response code   8 flags   12 serial of the site info   14 recursion count   15 reserved   16 expiration   20 length of the body
/// </code>
/// </summary>
/// <param name="SiteSerial">0xffff: unknown.</param>
/// <param name="Expiration">Seconds since 1970.</param>
internal readonly record struct Header(OpCode OpCode, ResponseCode ResponseCode, OpFlags Flags, ushort SiteSerial, byte Recursion, uint Expiration, uint BodyLength)
{
    public const int Size = 24;

    public static Header Read(ReadOnlySpan<byte> bytes) => new(
        (OpCode)BinaryPrimitives.ReadUInt32BigEndian(bytes), (ResponseCode)BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]),
        (OpFlags)BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[12..]), bytes[14],
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)OpCode);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)ResponseCode);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], (uint)Flags);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[12..], SiteSerial);
        (bytes[14], bytes[15]) = (Recursion, 0);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], Expiration);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], BodyLength);
    }
}
