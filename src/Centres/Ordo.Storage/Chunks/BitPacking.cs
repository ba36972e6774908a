using System.Runtime.InteropServices;
using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>Numbers of so many bits each, lowest bit first, rounded up to bytes.</summary>
internal static class BitPacking
{
    public static int BytesOf(int numbers, int width) => (int)((((long)numbers * width) + 7) / 8);

    /// <param name="numbers">Whose low bits.</param>
    /// <param name="width">How many bits of each.</param>
    /// <param name="bytes">How many bytes to keep: fewer than all when the last number is shorter.</param>
    /// <param name="to">Receives them.</param>
    public static void Pack(ReadOnlySpan<ulong> numbers, int width, int bytes, ByteWriter to)
    {
        if (bytes == 0) return;
        Span<byte> room = to.Reserve(BytesOf(numbers.Length, width) + 8);
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

    public static void Unpack(ReadOnlySpan<byte> packed, int width, Span<ulong> numbers)
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
