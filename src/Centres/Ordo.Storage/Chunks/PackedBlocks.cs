using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>
/// Small unsigned numbers, packed in blocks of 128, each as wide as it needs. The few that are larger than the rest of their block are patched in,
/// so that one jump does not widen all; where bits would be lost to a range that is no power of two, <see cref="RadixPacking"/> keeps them. Where no block is narrower than another they are one.
/// </summary>
/// <remarks>
/// <code>
/// numbers = block* | 127 u8, code u8, packed: all as one block without patches
/// block   = code u8 (+ 128 when some are patched) | patched: how many u8 | packed | patched: positions u8* | upper parts varint*
/// code    = 0 … 64: bits a number, packed as BitPacking does · 65 … 124: a radix, packed as RadixPacking does, never patched
/// </code>
/// The last block is as short as what is left; how many numbers there are is known to the reader.
/// </remarks>
internal static class PackedBlocks
{
    public const int BlockSize = 128;
    private const byte PatchedFlag = 128, OneBlock = 127;

    public static void Write(ReadOnlySpan<ulong> numbers, ByteWriter to)
    {
        if (numbers.Length == 0) return;
        int start = to.Length;
        ulong largest = 0;
        for (ReadOnlySpan<ulong> left = numbers; left.Length > 0; left = left[Math.Min(BlockSize, left.Length)..])
            largest = Math.Max(largest, WriteBlock(left[..Math.Min(BlockSize, left.Length)], to));
        (int code, int bytes) = CheapestCode(largest, numbers.Length);
        if (numbers.Length <= BlockSize || bytes + 2 >= to.Length - start) return;
        to.Truncate(start);
        to.Byte(OneBlock);
        to.Byte((byte)code);
        Pack(numbers, code, bytes, to);
    }

    public static void Read(ref ByteReader from, Span<ulong> numbers)
    {
        if (numbers.Length > BlockSize && from.Remaining > 0 && from.Rest[0] == OneBlock)
        {
            from.Byte();
            Unpack(ref from, from.Byte(), numbers);
            return;
        }

        for (; numbers.Length > BlockSize; numbers = numbers[BlockSize..]) ReadBlock(ref from, numbers[..BlockSize]);
        if (numbers.Length > 0) ReadBlock(ref from, numbers);
    }

    /// <returns>The largest of the numbers.</returns>
    private static ulong WriteBlock(ReadOnlySpan<ulong> numbers, ByteWriter to)
    {
        int width = CheapestWidth(numbers, out int patched, out int bytes, out ulong largest);
        (int code, int without) = CheapestCode(largest, numbers.Length);
        if (without <= bytes) (width, patched, bytes) = (code, 0, without);
        to.Byte((byte)(width | (patched > 0 ? PatchedFlag : 0)));
        if (patched > 0) to.Byte((byte)patched);
        Pack(numbers, width, patched > 0 ? BitPacking.BytesOf(numbers.Length, width) : bytes, to);
        if (patched == 0) return largest;
        for (int i = 0; i < numbers.Length; i++)
            if (Bits.Length(numbers[i]) > width) to.Byte((byte)i);
        foreach (ulong number in numbers)
            if (Bits.Length(number) > width) to.VarInt(number >> width);
        return largest;
    }

    private static void ReadBlock(ref ByteReader from, Span<ulong> numbers)
    {
        byte head = from.Byte();
        int code = head & ~PatchedFlag;
        bool isPatched = (head & PatchedFlag) != 0;
        if (isPatched && code > 64) throw new InvalidDataException("A patched block of a radix.");
        int patched = isPatched ? from.Byte() : 0;
        Unpack(ref from, code, numbers);
        if (patched == 0) return;
        ReadOnlySpan<byte> positions = from.Bytes(patched);
        foreach (byte position in positions)
        {
            if (position >= numbers.Length || code == 64) throw new InvalidDataException("A patch outside its block.");
            numbers[position] |= from.VarInt() << code;
        }
    }

    private static void Pack(ReadOnlySpan<ulong> numbers, int code, int bytes, ByteWriter to)
    {
        if (code < RadixPacking.FirstCode) BitPacking.Pack(numbers, code, bytes, to);
        else RadixPacking.Pack(numbers, code, to);
    }

    private static void Unpack(ref ByteReader from, int code, Span<ulong> numbers)
    {
        if (code > RadixPacking.LastCode) throw new InvalidDataException($"Numbers packed in the unknown way {code}.");
        if (code < RadixPacking.FirstCode) BitPacking.Unpack(from.Bytes(BitPacking.BytesOf(numbers.Length, code)), code, numbers);
        else RadixPacking.Unpack(from.Bytes(RadixPacking.BytesOf(code, numbers.Length)), code, numbers);
    }

    /// <summary>The cheapest code without patches, and its bytes.</summary>
    private static (int Code, int Bytes) CheapestCode(ulong largest, int numbers)
    {
        int width = Bits.Length(largest), bytes = BitPacking.BytesOf(numbers, width), code = RadixPacking.CodeFor(largest);
        return code > 0 && RadixPacking.BytesOf(code, numbers) is var fewer && fewer < bytes ? (code, fewer) : (width, bytes);
    }

    /// <summary>The width with the fewest bytes, patches included.</summary>
    private static int CheapestWidth(ReadOnlySpan<ulong> numbers, out int patched, out int bestBytes, out ulong largest)
    {
        Span<byte> lengths = stackalloc byte[65]; // how many numbers need so many bits; at most 128
        lengths.Clear();
        largest = 0;
        foreach (ulong number in numbers)
        {
            lengths[Bits.Length(number)]++;
            if (number > largest) largest = number;
        }

        int widest = Bits.Length(largest), best = widest, above = 0;
        bestBytes = BitPacking.BytesOf(numbers.Length, widest);
        patched = 0;
        for (int width = widest - 1; width >= 0; width--)
        {
            above += lengths[width + 1];
            if (above * 2 >= bestBytes) break; // a patch costs two bytes at least, and ever more follow
            int bytes = BitPacking.BytesOf(numbers.Length, width) + 1 + (above * (1 + ((widest - width + 6) / 7)));
            if (bytes < bestBytes) (best, bestBytes, patched) = (width, bytes, above);
        }

        return best;
    }
}
