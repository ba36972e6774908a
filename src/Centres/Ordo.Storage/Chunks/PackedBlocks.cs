using System.Runtime.InteropServices;
using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>
/// Small unsigned numbers, bit-packed in blocks of 128. The few that are larger than the rest of their block are patched in,
/// so that one jump does not widen all.
/// </summary>
/// <remarks>
/// <code>
/// block = width u8 (bits a number, 0 … 64; + 128 when some are patched)
///         | patched: how many u8 | packed, lowest bit first, rounded up to bytes | patched: positions u8* | upper parts varint*
/// </code>
/// The last block is as short as what is left; how many numbers there are is known to the reader.
/// </remarks>
internal static class PackedBlocks
{
    public const int BlockSize = 128;
    private const byte PatchedFlag = 128;

    public static void Write(ReadOnlySpan<ulong> numbers, ByteWriter to)
    {
        for (; numbers.Length > BlockSize; numbers = numbers[BlockSize..]) WriteBlock(numbers[..BlockSize], to);
        if (numbers.Length > 0) WriteBlock(numbers, to);
    }

    public static void Read(ref ByteReader from, Span<ulong> numbers)
    {
        for (; numbers.Length > BlockSize; numbers = numbers[BlockSize..]) ReadBlock(ref from, numbers[..BlockSize]);
        if (numbers.Length > 0) ReadBlock(ref from, numbers);
    }

    private static void WriteBlock(ReadOnlySpan<ulong> numbers, ByteWriter to)
    {
        int width = CheapestWidth(numbers, out int patched);
        to.Byte((byte)(width | (patched > 0 ? PatchedFlag : 0)));
        if (patched > 0) to.Byte((byte)patched);
        Pack(numbers, width, to);
        if (patched == 0) return;
        for (int i = 0; i < numbers.Length; i++)
            if (Bits.Length(numbers[i]) > width) to.Byte((byte)i);
        foreach (ulong number in numbers)
            if (Bits.Length(number) > width) to.VarInt(number >> width);
    }

    private static void ReadBlock(ref ByteReader from, Span<ulong> numbers)
    {
        byte head = from.Byte();
        int width = head & ~PatchedFlag;
        if (width > 64) throw new InvalidDataException($"A block of numbers {width} bits wide.");
        int patched = (head & PatchedFlag) != 0 ? from.Byte() : 0;
        Unpack(from.Bytes(((numbers.Length * width) + 7) / 8), width, numbers);
        if (patched == 0) return;
        ReadOnlySpan<byte> positions = from.Bytes(patched);
        foreach (byte position in positions)
        {
            if (position >= numbers.Length || width == 64) throw new InvalidDataException("A patch outside its block.");
            numbers[position] |= from.VarInt() << width;
        }
    }

    /// <summary>The width with the fewest bytes, patches included.</summary>
    private static int CheapestWidth(ReadOnlySpan<ulong> numbers, out int patched)
    {
        Span<byte> lengths = stackalloc byte[65]; // how many numbers need so many bits; at most 128
        lengths.Clear();
        int widest = 0;
        foreach (ulong number in numbers)
        {
            int length = Bits.Length(number);
            lengths[length]++;
            if (length > widest) widest = length;
        }

        int best = widest, bestBytes = ((numbers.Length * widest) + 7) / 8, above = 0;
        patched = 0;
        for (int width = widest - 1; width >= 0; width--)
        {
            above += lengths[width + 1];
            if (above * 2 >= bestBytes) break; // a patch costs two bytes at least, and ever more follow
            int bytes = (((numbers.Length * width) + 7) / 8) + 1 + (above * (1 + ((widest - width + 6) / 7)));
            if (bytes < bestBytes) (best, bestBytes, patched) = (width, bytes, above);
        }

        return best;
    }

    private static void Pack(ReadOnlySpan<ulong> numbers, int width, ByteWriter to)
    {
        int bytes = ((numbers.Length * width) + 7) / 8;
        if (bytes == 0) return;
        Span<byte> room = to.Reserve(bytes + 8);
        ulong mask = ulong.MaxValue >> (64 - width);
        ulong pending = 0;
        int pendingBits = 0, at = 0;
        foreach (ulong number in numbers)
        {
            ulong low = number & mask;
            pending |= low << pendingBits;
            pendingBits += width;
            if (pendingBits < 64) continue;
            MemoryMarshal.Write(room[at..], pending);
            at += 8;
            pendingBits -= 64;
            pending = pendingBits == 0 ? 0 : low >> (width - pendingBits);
        }

        if (pendingBits > 0) MemoryMarshal.Write(room[at..], pending);
        to.Advance(bytes);
    }

    private static void Unpack(ReadOnlySpan<byte> packed, int width, Span<ulong> numbers)
    {
        if (width == 0)
        {
            numbers.Clear();
            return;
        }

        ulong mask = ulong.MaxValue >> (64 - width);
        int safe = width <= 57 ? SafeCount(packed.Length, width, numbers.Length) : 0;
        for (int i = 0; i < safe; i++)
        {
            int bit = i * width;
            numbers[i] = MemoryMarshal.Read<ulong>(packed[(bit >> 3)..]) >> (bit & 7) & mask;
        }

        for (int i = safe; i < numbers.Length; i++) numbers[i] = ReadSlowly(packed, (long)i * width, width) & mask;
    }

    /// <summary>How many numbers can be read as eight bytes without running over the end.</summary>
    private static int SafeCount(int bytes, int width, int count) => bytes < 8 ? 0 : Math.Min(count, (((bytes - 8) * 8) / width) + 1);

    private static ulong ReadSlowly(ReadOnlySpan<byte> packed, long bit, int width)
    {
        ulong number = 0;
        int at = (int)(bit >> 3), have = -(int)(bit & 7);
        for (; have < width && at < packed.Length; at++, have += 8)
            number |= have < 0 ? (ulong)packed[at] >> -have : (ulong)packed[at] << have;
        return number;
    }
}
