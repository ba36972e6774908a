using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>How the integers of a column are told. On disk: never renumber.</summary>
internal enum IntegerOrder : byte
{
    /// <summary>Over the smallest: noise around a level.</summary>
    Plain = 0,

    /// <summary>Differences of either sign: a slow drift.</summary>
    First = 1,

    /// <summary>Second differences: a smooth curve.</summary>
    Second = 2,

    /// <summary>Differences over the smallest: a counter.</summary>
    Rising = 3,
}

/// <summary>A column of integers, told in the order that takes the fewest bits; an instance owns scratch memory.</summary>
internal sealed class IntegerColumn
{
    private ulong[] numbers = new ulong[1024];

    /// <summary>The order that takes the fewest bits.</summary>
    public static IntegerOrder CheapestOrder(ReadOnlySpan<long> integers)
    {
        long smallest = integers[0], smallestDifference = long.MaxValue;
        for (int i = 1; i < integers.Length; i++)
        {
            smallest = Math.Min(smallest, integers[i]);
            smallestDifference = Math.Min(smallestDifference, integers[i] - integers[i - 1]);
        }

        long plain = 0, first = 0, second = 0, rising = 0, before = integers[0], difference = 0;
        foreach (long integer in integers[1..])
        {
            long now = integer - before;
            plain += Bits.Length((ulong)(integer - smallest));
            first += Bits.Length(Bits.ZigZag(now));
            second += Bits.Length(Bits.ZigZag(now - difference));
            rising += Bits.Length((ulong)(now - smallestDifference));
            (before, difference) = (integer, now);
        }

        long cheapest = Math.Min(Math.Min(plain, first), Math.Min(second, rising));
        return cheapest == plain ? IntegerOrder.Plain : cheapest == rising ? IntegerOrder.Rising : cheapest == first ? IntegerOrder.First : IntegerOrder.Second;
    }

    public void Write(IntegerOrder order, ReadOnlySpan<long> integers, ByteWriter to)
    {
        Span<ulong> packed = Scratch(integers.Length);
        switch (order)
        {
            case IntegerOrder.Plain:
                long smallest = long.MaxValue;
                foreach (long integer in integers) smallest = Math.Min(smallest, integer);
                for (int i = 0; i < integers.Length; i++) packed[i] = (ulong)(integers[i] - smallest);
                to.ZigZag(smallest);
                break;
            case IntegerOrder.First:
                for (int i = 1; i < integers.Length; i++) packed[i] = Bits.ZigZag(integers[i] - integers[i - 1]);
                to.ZigZag(integers[0]);
                packed = packed[1..];
                break;
            case IntegerOrder.Rising:
                long smallestDifference = long.MaxValue;
                for (int i = 1; i < integers.Length; i++) smallestDifference = Math.Min(smallestDifference, integers[i] - integers[i - 1]);
                for (int i = 1; i < integers.Length; i++) packed[i] = (ulong)(integers[i] - integers[i - 1] - smallestDifference);
                to.ZigZag(integers[0]);
                to.ZigZag(smallestDifference);
                packed = packed[1..];
                break;
            default:
                long difference = integers[1] - integers[0];
                to.ZigZag(integers[0]);
                to.ZigZag(difference);
                for (int i = 2; i < integers.Length; i++)
                {
                    long now = integers[i] - integers[i - 1];
                    packed[i] = Bits.ZigZag(now - difference);
                    difference = now;
                }

                packed = packed[2..];
                break;
        }

        PackedBlocks.Write(packed, to);
    }

    /// <exception cref="InvalidDataException">The bytes make no sense.</exception>
    public void Read(ref ByteReader reader, IntegerOrder order, Span<long> integers)
    {
        Span<ulong> packed = Scratch(integers.Length);
        long integer = reader.ZigZag();
        if (order == IntegerOrder.Plain)
        {
            PackedBlocks.Read(ref reader, packed);
            for (int i = 0; i < integers.Length; i++) integers[i] = unchecked(integer + (long)packed[i]);
        }
        else
        {
            if (integers.Length < 2) throw new InvalidDataException("Differences of a single value.");
            long difference = order == IntegerOrder.First ? 0 : reader.ZigZag();
            int given = order == IntegerOrder.Second ? 2 : 1;
            PackedBlocks.Read(ref reader, packed[given..]);
            integers[0] = integer;
            if (given > 1) integers[1] = integer = unchecked(integer + difference);
            switch (order)
            {
                case IntegerOrder.First:
                    for (int i = 1; i < integers.Length; i++) integers[i] = integer = unchecked(integer + Bits.UnZigZag(packed[i]));
                    break;
                case IntegerOrder.Rising:
                    for (int i = 1; i < integers.Length; i++) integers[i] = integer = unchecked(integer + difference + (long)packed[i]);
                    break;
                default:
                    for (int i = 2; i < integers.Length; i++)
                    {
                        difference = unchecked(difference + Bits.UnZigZag(packed[i]));
                        integers[i] = integer = unchecked(integer + difference);
                    }

                    break;
            }
        }
    }

    private Span<ulong> Scratch(int count)
    {
        if (numbers.Length < count) numbers = new ulong[Math.Max(count, numbers.Length * 2)];
        return numbers.AsSpan(0, count);
    }
}
