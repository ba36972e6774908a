using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ordo.Storage.Files;

/// <summary>A growing byte buffer that is used again and again. Integers are little-endian; varints are LEB128, seven bits a byte, lowest first.</summary>
internal sealed class ByteWriter(int capacity = 256)
{
    private byte[] buffer = new byte[capacity];

    public int Length { get; private set; }

    public int Capacity => buffer.Length;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public Span<byte> WrittenForChange => buffer.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = Math.Min(length, Length);

    /// <summary>Room for at least so many bytes behind what is written; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (buffer.Length - Length < bytes) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + bytes));
        return buffer.AsSpan(Length);
    }

    public void Advance(int bytes) => Length += bytes;

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), value);
        Length += 2;
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
        Length += 4;
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        Length += 8;
    }

    public void Int64(long value) => UInt64((ulong)value);

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void VarInt(ulong value)
    {
        Span<byte> room = Reserve(10);
        int at = 0;
        while (value >= 0x80)
        {
            room[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[at++] = (byte)value;
        Length += at;
    }

    public void ZigZag(long value) => VarInt(Bits.ZigZag(value));
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Bytes may come from a damaged disk, so running over the end is an error and never a read beyond it.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    public int Position { get; set; }

    public readonly int Remaining => bytes.Length - Position;

    public readonly ReadOnlySpan<byte> Rest => bytes[Position..];

    public byte Byte()
    {
        if (Position >= bytes.Length) throw TooShort();
        return bytes[Position++];
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public long Int64() => (long)UInt64();

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)(bytes.Length - Position)) throw TooShort();
        ReadOnlySpan<byte> taken = bytes.Slice(Position, count);
        Position += count;
        return taken;
    }

    public ulong VarInt()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }

        throw new InvalidDataException("A number has more than ten bytes.");
    }

    /// <summary>A varint that counts things in memory.</summary>
    public int Count(int most = int.MaxValue)
    {
        ulong value = VarInt();
        return value <= (ulong)most ? (int)value : throw new InvalidDataException($"A count of {value} where at most {most} is possible.");
    }

    public long ZigZag() => Bits.UnZigZag(VarInt());

    private static InvalidDataException TooShort() => new("The data ends too early.");
}

internal static class Bits
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>Bits needed to write a value: 0 for 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(ulong value) => 64 - BitOperations.LeadingZeroCount(value);
}
