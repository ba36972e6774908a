using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>How the times of a chunk are told. On disk: never renumber.</summary>
internal enum TimeKind : byte
{
    /// <summary>Nothing is written: the first time, the last and how many there are say it all.</summary>
    Constant = 0,

    /// <summary>Second differences: a steady beat that jumps now and then.</summary>
    SecondDifferences = 1,

    /// <summary>Differences over the smallest: a beat that jitters.</summary>
    OverSmallest = 2,
}

/// <summary>The times of a chunk, ascending; see <see cref="ChunkCodec"/> for the bytes.</summary>
internal static class TimeColumn
{
    /// <param name="times">At least one, ascending.</param>
    /// <param name="numbers">Scratch memory, as long as the times.</param>
    /// <param name="to">Receives the bytes.</param>
    public static TimeKind Write(ReadOnlySpan<long> times, Span<ulong> numbers, ByteWriter to)
    {
        if (IsConstantInterval(times)) return TimeKind.Constant;
        int differences = times.Length - 1;
        ulong smallest = ulong.MaxValue;
        for (int i = 0; i < differences; i++)
        {
            // Times ascend, so a difference is positive as an unsigned number even where it overflows a signed one.
            numbers[i] = unchecked((ulong)(times[i + 1] - times[i]));
            smallest = Math.Min(smallest, numbers[i]);
        }

        long overSmallestBits = 0, secondBits = 0;
        for (int i = 0; i < differences; i++)
        {
            overSmallestBits += Bits.Length(numbers[i] - smallest);
            if (i > 0) secondBits += Bits.Length(Bits.ZigZag(unchecked((long)(numbers[i] - numbers[i - 1]))));
        }

        if (overSmallestBits <= secondBits)
        {
            for (int i = 0; i < differences; i++) numbers[i] -= smallest;
            to.ZigZag((long)smallest);
            PackedBlocks.Write(numbers[..differences], to);
            return TimeKind.OverSmallest;
        }

        to.ZigZag((long)numbers[0]);
        ulong before = numbers[0];
        for (int i = 1; i < differences; i++)
        {
            ulong difference = numbers[i];
            numbers[i - 1] = Bits.ZigZag(unchecked((long)(difference - before)));
            before = difference;
        }

        PackedBlocks.Write(numbers[..(differences - 1)], to);
        return TimeKind.SecondDifferences;
    }

    private static bool IsConstantInterval(ReadOnlySpan<long> times)
    {
        if (times.Length < 3) return true;
        long interval = unchecked(times[1] - times[0]);
        for (int i = 2; i < times.Length; i++)
            if (unchecked(times[i] - times[i - 1]) != interval) return false;
        // The reader divides the whole span, so the span must not have wrapped.
        return unchecked((ulong)interval) <= ulong.MaxValue / (ulong)(times.Length - 1);
    }

    public static void Read(ref ByteReader reader, TimeKind kind, in ChunkHead head, Span<ulong> numbers, Span<long> times)
    {
        int differences = times.Length - 1;
        long time = head.First;
        if (kind == TimeKind.Constant)
        {
            long interval = differences == 0 ? 0 : (long)(unchecked((ulong)(head.Last - head.First)) / (ulong)differences);
            for (int i = 0; i < times.Length; i++, time = unchecked(time + interval)) times[i] = time;
            return;
        }

        times[0] = time;
        if (kind == TimeKind.OverSmallest)
        {
            long smallest = reader.ZigZag();
            PackedBlocks.Read(ref reader, numbers[..differences]);
            for (int i = 0; i < differences; i++) times[i + 1] = time = unchecked(time + smallest + (long)numbers[i]);
        }
        else if (kind != TimeKind.SecondDifferences)
        {
            throw new InvalidDataException($"Times of the unknown kind {(byte)kind}.");
        }
        else
        {
            long difference = reader.ZigZag();
            times[1] = time = unchecked(time + difference);
            PackedBlocks.Read(ref reader, numbers[..(differences - 1)]);
            for (int i = 0; i < differences - 1; i++)
            {
                difference = unchecked(difference + Bits.UnZigZag(numbers[i]));
                times[i + 2] = time = unchecked(time + difference);
            }
        }

        if (time != head.Last) throw new InvalidDataException("The times do not end at the last time.");
    }
}
