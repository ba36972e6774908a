using System.Buffers.Binary;

namespace Ordo.Identifiers.Protocol;

/// <summary>Writes a message, big-endian, into a buffer that grows and is used again for the next one.</summary>
internal sealed class WireWriter(int capacity = 512)
{
    private byte[] buffer = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, Length);

    /// <summary>Forgets what was written; the buffer stays.</summary>
    public WireWriter Clear()
    {
        Length = 0;
        return this;
    }

    public WireWriter Byte(byte value)
    {
        Extend(1)[0] = value;
        return this;
    }

    public WireWriter UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Extend(2), value);
        return this;
    }

    public WireWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Extend(4), value);
        return this;
    }

    public WireWriter Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Extend(bytes.Length));
        return this;
    }

    /// <summary>A length and the bytes.</summary>
    public WireWriter Octets(ReadOnlySpan<byte> bytes) => UInt32((uint)bytes.Length).Raw(bytes);

    public WireWriter Octets(Octets octets) => Octets(octets.Span);

    /// <summary>Puts a number into what is already written: a length that is known only now.</summary>
    public void PatchUInt32(int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(buffer.AsSpan(offset, 4), value);

    /// <summary>Written bytes, to be written over.</summary>
    public Span<byte> Patch(int offset, int count) => buffer.AsSpan(offset, count);

    /// <summary>Room for bytes that the caller fills.</summary>
    public Span<byte> Extend(int count)
    {
        int needed = checked(Length + count);
        if (needed > buffer.Length) Array.Resize(ref buffer, Math.Max(needed, buffer.Length * 2));
        Span<byte> room = buffer.AsSpan(Length, count);
        Length = needed;
        return room;
    }

    /// <summary>Takes back the last bytes written.</summary>
    public void Truncate(int length) => Length = length;

    public byte[] ToArray() => Written.ToArray();
}
