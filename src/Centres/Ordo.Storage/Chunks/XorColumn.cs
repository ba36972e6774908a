using System.Numerics;
using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>
/// Values that are no short decimals, each as its difference in bits from the one before (after Pelkonen et al., "Gorilla", VLDB 2015):
/// neighbours mostly share sign, exponent and the first bits of the mantissa.
/// </summary>
/// <remarks>
/// <code>
/// first value: 64 bits; then for each: 0                                      the same again
///                                      1 0 | bits                             within the window of the one before
///                                      1 1 | leading zeros 5 | length - 1: 6 | bits     a new window
/// </code>
/// Lowest bit first.
/// </remarks>
internal static class XorColumn
{
    private const int MaxLeading = 31;

    public static void Write(ReadOnlySpan<double> values, ByteWriter to)
    {
        var bits = new BitWriter(to);
        ulong before = BitConverter.DoubleToUInt64Bits(values[0]);
        bits.Write(before, 64);
        int windowLeading = 64, windowLength = 0;
        foreach (double value in values[1..])
        {
            ulong now = BitConverter.DoubleToUInt64Bits(value), xor = now ^ before;
            before = now;
            if (xor == 0)
            {
                bits.Write(0, 1);
                continue;
            }

            int leading = Math.Min(BitOperations.LeadingZeroCount(xor), MaxLeading);
            int trailing = BitOperations.TrailingZeroCount(xor);
            int windowTrailing = 64 - windowLeading - windowLength;
            if (windowLength > 0 && leading >= windowLeading && trailing >= windowTrailing)
            {
                bits.Write(0b01, 2);
                bits.Write(xor >> windowTrailing, windowLength);
                continue;
            }

            (windowLeading, windowLength) = (leading, 64 - leading - trailing);
            bits.Write(0b11, 2);
            bits.Write((ulong)leading, 5);
            bits.Write((ulong)windowLength - 1, 6);
            bits.Write(xor >> trailing, windowLength);
        }

        bits.Flush();
    }

    public static void Read(ref ByteReader from, Span<double> values)
    {
        var bits = new BitReader(from.Rest);
        ulong before = bits.Read(64);
        values[0] = BitConverter.UInt64BitsToDouble(before);
        int windowTrailing = 0, windowLength = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (bits.Read(1) != 0)
            {
                if (bits.Read(1) != 0)
                {
                    int leading = (int)bits.Read(5);
                    windowLength = (int)bits.Read(6) + 1;
                    windowTrailing = 64 - leading - windowLength;
                    if (windowTrailing < 0) throw new InvalidDataException("A window wider than a value.");
                }

                before ^= bits.Read(windowLength) << windowTrailing;
            }

            values[i] = BitConverter.UInt64BitsToDouble(before);
        }

        from.Position += bits.BytesTaken;
    }

    private ref struct BitWriter(ByteWriter to)
    {
        private ulong pending;
        private int pendingBits;

        /// <param name="value">Nothing above its lowest <paramref name="count"/> bits.</param>
        /// <param name="count">1 … 64.</param>
        public void Write(ulong value, int count)
        {
            pending |= value << pendingBits;
            int free = 64 - pendingBits;
            pendingBits += count;
            if (count < free) return;
            to.UInt64(pending);
            pendingBits = count - free;
            pending = pendingBits == 0 ? 0 : value >> free;
        }

        public void Flush()
        {
            for (; pendingBits > 0; pendingBits -= 8, pending >>= 8) to.Byte((byte)pending);
            pendingBits = 0;
        }
    }

    private ref struct BitReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> bytes = bytes;
        private ulong pending;
        private int pendingBits;
        private int at;

        /// <summary>Bytes begun: the writer starts the next column at a new byte.</summary>
        public readonly int BytesTaken => at - (pendingBits / 8);

        public ulong Read(int count)
        {
            ulong value = 0;
            for (int have = 0; have < count;)
            {
                if (pendingBits == 0) Refill();
                int take = Math.Min(count - have, pendingBits);
                value |= (pending & (ulong.MaxValue >> (64 - take))) << have;
                pending = take == 64 ? 0 : pending >> take;
                pendingBits -= take;
                have += take;
            }

            return value;
        }

        private void Refill()
        {
            int available = Math.Min(8, bytes.Length - at);
            if (available <= 0) throw new InvalidDataException("The values end too early.");
            pending = 0;
            for (int i = 0; i < available; i++) pending |= (ulong)bytes[at + i] << (8 * i);
            at += available;
            pendingBits = available * 8;
        }
    }
}
