using System.Buffers.Binary;

namespace Ordo.Identifiers.Protocol;

/// <summary>
/// Reads the numbers and texts of a message, big-endian. A read beyond the end makes the reader fail and answer zeros from then on, so a body is read
/// straight through and judged once at its end. Nothing is copied, and a list is only made when as many bytes as its count claims are really there.
/// </summary>
internal struct WireReader(ReadOnlyMemory<byte> input)
{
    private ReadOnlyMemory<byte> rest = input;

    /// <summary>A length or a count went beyond the end.</summary>
    public bool Failed { get; private set; }

    public readonly int Remaining => rest.Length;

    public byte Byte()
    {
        ReadOnlySpan<byte> bytes = Take(1).Span;
        return Failed ? (byte)0 : bytes[0];
    }

    public ushort UInt16()
    {
        ReadOnlySpan<byte> bytes = Take(2).Span;
        return Failed ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> bytes = Take(4).Span;
        return Failed ? 0 : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>A length and that many bytes.</summary>
    public Octets Octets()
    {
        uint length = UInt32();
        return new(Take(length));
    }

    /// <summary>As many bytes as asked for, without a length in front.</summary>
    public ReadOnlyMemory<byte> Take(uint length)
    {
        if (Failed || length > rest.Length)
        {
            Failed = true;
            return default;
        }

        ReadOnlyMemory<byte> taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    public ReadOnlyMemory<byte> TakeAll() => Take((uint)rest.Length);

    /// <summary>The count in front of a list.</summary>
    /// <param name="smallestItem">Bytes that every item has at least: no list is longer than the bytes for it.</param>
    /// <param name="limit">Most items accepted.</param>
    public int Count(int smallestItem, int limit)
    {
        uint count = UInt32();
        if (count <= limit && count <= rest.Length / smallestItem) return (int)count;
        Failed = true;
        return 0;
    }
}
