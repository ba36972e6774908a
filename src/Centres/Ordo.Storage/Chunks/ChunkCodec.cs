using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;

namespace Ordo.Storage.Chunks;

/// <summary>A chunk is damaged or written by something unknown.</summary>
internal sealed class ChunkDamagedException(string message) : Exception(message);

/// <summary>What stands at the front of a chunk: read without touching its columns.</summary>
internal readonly struct ChunkHead
{
    public required int Count { get; init; }

    public required long First { get; init; }

    public required long Last { get; init; }

    public required Statistics Statistics { get; init; }
}

/// <summary>
/// Packs a run of one series' samples, in order of time and without repeats, into bytes and back, bit for bit.
/// An instance owns scratch memory: one for each thread.
/// </summary>
/// <remarks>
/// <code>
/// chunk      = CRC-32C u32 of all that follows, begun with the series and the first time | version u8 = 1 | flags u8
///              | count varint | last time less first varint | not all usable: usable varint
///              | decimal: u8: decimals in the low half, order in bits 4-5, + 64 with exceptions
///              | statistics | times | values | qualities
/// flags      = bits 0-1 times  0 constant interval, 1 second differences, 2 differences over the smallest
///              bits 2-3 values 0 constant, 1 decimal, 2 xor
///              16 qualities follow   32 all samples are usable   64 statistics as doubles   128 the counter fell
/// statistics = constant: the value f64; none when nothing is usable; else
///              min zigzag, max - min, first - min, last - min varint, sum zigzag [, falls zigzag]    in units of the last decimal
///              or the same five or six as f64: min, max, first, last, sum [, falls]
/// times      = 0: nothing   1: first difference zigzag, packed second differences zigzag   2: smallest difference zigzag, packed differences over it
/// values     = constant: nothing
///              decimal: order 0: smallest zigzag, packed value less smallest; 1: first zigzag, packed differences zigzag;
///                       2: first, first difference zigzag, packed second differences zigzag;
///                       3: first, smallest difference zigzag, packed difference less smallest; exceptions: how many varint, (position varint, f64)*
///              xor: see XorColumn
/// qualities  = runs (samples varint, quality u16)*
/// packed     = see PackedBlocks
/// </code>
/// The first time and the series stand in the row that holds the chunk; the CRC ties them together.
/// Files that change together: this one, <c>docs/formats/telemetry.md</c>, <c>ChunkFormatTests</c>.
/// </remarks>
internal sealed class ChunkCodec
{
    /// <summary>Largest number of samples in a chunk.</summary>
    public const int MaxCount = 65_535;

    private const byte Version = 1;
    private const int MaxDecimals = 9;
    private const long LargestExact = 1L << 53; // integers below are exact in a double
    private static readonly double[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    private ulong[] numbers = new ulong[1024];
    private long[] scaled = new long[1024];
    private readonly List<int> exceptions = [];

    [Flags]
    private enum Layout : byte
    {
        /// <summary>A constant interval of a constant value, not usable, of good quality: the rest is what differs from that.</summary>
        None = 0,
        TimesSecondDifference = 1,
        TimesOverSmallest = 2,
        TimesMask = 3,
        ValuesDecimal = 4,
        ValuesXor = 8,
        ValuesMask = 12,
        HasQualities = 16,
        AllUsable = 32,
        RawStatistics = 64,
        HasFalls = 128,
    }

    /// <summary>How the integers of a decimal column are told. On disk: never renumber.</summary>
    private enum Order : byte
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

    /// <summary>Appends a chunk to <paramref name="to"/>.</summary>
    /// <param name="series">Only for the checksum.</param>
    /// <param name="times">1 … 65,535 times, strictly ascending.</param>
    /// <param name="values">As many values.</param>
    /// <param name="qualities">As many qualities.</param>
    /// <param name="to">Receives the bytes.</param>
    public void Write(int series, ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities, ByteWriter to)
    {
        ArgumentOutOfRangeException.ThrowIfZero(times.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(times.Length, MaxCount);
        EnsureScratch(times.Length);
        Statistics statistics = default;
        for (int i = 0; i < values.Length; i++) statistics.Add(values[i], qualities[i]);
        bool hasQualities = MemoryMarshal.Cast<SampleQuality, ushort>(qualities).ContainsAnyExcept((ushort)0);
        Layout valueLayout = ChooseValues(values, out int decimals);
        (long, long, long, long, long, long) scaledFigures = default;
        bool scaledStatistics = valueLayout == Layout.ValuesDecimal && TryScale(ref statistics, values, qualities, decimals, out scaledFigures);

        int start = to.Length;
        to.UInt32(0);
        to.Byte(Version);
        int layoutAt = to.Length;
        to.Byte(0);
        to.VarInt((ulong)times.Length);
        to.VarInt(unchecked((ulong)(times[^1] - times[0])));
        var layout = valueLayout;
        if (hasQualities) layout |= Layout.HasQualities;
        if (statistics.Usable == statistics.Count) layout |= Layout.AllUsable;
        else to.VarInt((ulong)statistics.Usable);
        if (statistics.Falls != 0) layout |= Layout.HasFalls;
        if (valueLayout == Layout.ValuesDecimal && !scaledStatistics) layout |= Layout.RawStatistics;

        Order order = valueLayout == Layout.ValuesDecimal ? CheapestOrder(scaled.AsSpan(0, values.Length)) : Order.Plain;
        if (valueLayout == Layout.ValuesDecimal) to.Byte((byte)(decimals | ((int)order << 4) | (exceptions.Count > 0 ? 64 : 0)));
        if (valueLayout == Layout.None) to.Double(values[0]);
        else if (statistics.Usable > 0)
        {
            if (scaledStatistics) WriteScaled(scaledFigures, statistics.Falls != 0, to);
            else WriteRaw(statistics, to);
        }

        layout |= WriteTimes(times, to);
        if (valueLayout == Layout.ValuesDecimal) WriteDecimals(values, order, to);
        else if (valueLayout == Layout.ValuesXor) XorColumn.Write(values, to);
        if (hasQualities) WriteQualities(qualities, to);

        to.WrittenForChange[layoutAt] = (byte)layout;
        BitConverter.TryWriteBytes(to.WrittenForChange[start..], Crc(series, times[0], to.Written[(start + 4)..]));
    }

    /// <summary>Reads the front of a chunk. The checksum is not looked at: where only the front is needed the whole would be read for it.</summary>
    public static ChunkHead ReadHead(long first, ReadOnlySpan<byte> chunk)
    {
        var reader = new ByteReader(chunk);
        return ReadHead(first, ref reader, out _, out _, out _);
    }

    /// <summary>Appends a chunk's samples to a buffer.</summary>
    /// <exception cref="ChunkDamagedException">The checksum is wrong or the bytes make no sense; nothing was appended.</exception>
    public ChunkHead Read(int series, long first, ReadOnlySpan<byte> chunk, SampleBuffer into)
    {
        Verify(series, first, chunk);
        try
        {
            var reader = new ByteReader(chunk);
            ChunkHead head = ReadHead(first, ref reader, out Layout layout, out byte decimalHead, out double constant);
            EnsureScratch(head.Count);
            int before = into.Count;
            into.Reserve(head.Count, out Span<long> times, out Span<double> values, out Span<SampleQuality> qualities);
            try
            {
                ReadTimes(ref reader, layout & Layout.TimesMask, head, times);
                switch (layout & Layout.ValuesMask)
                {
                    case Layout.None: values.Fill(constant); break;
                    case Layout.ValuesDecimal: ReadDecimals(ref reader, decimalHead, values); break;
                    default: XorColumn.Read(ref reader, values); break;
                }

                if ((layout & Layout.HasQualities) != 0) ReadQualities(ref reader, qualities);
                else qualities.Clear();
                return head;
            }
            catch
            {
                into.Truncate(before);
                throw;
            }
        }
        catch (InvalidDataException e)
        {
            throw new ChunkDamagedException(e.Message);
        }
    }

    public static void Verify(int series, long first, ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < 8) throw new ChunkDamagedException($"A chunk of {chunk.Length} bytes.");
        uint expected = BitConverter.ToUInt32(chunk), found = Crc(series, first, chunk[4..]);
        if (expected != found) throw new ChunkDamagedException($"The chunk's CRC should be {expected:X8}, is {found:X8}.");
        if (chunk[4] != Version) throw new ChunkDamagedException($"The chunk's version is {chunk[4]}, this program reads {Version}.");
    }

    private static uint Crc(int series, long first, ReadOnlySpan<byte> bytes) =>
        Checksum.End(Checksum.Add(Checksum.Add(Checksum.Add(Checksum.Start, (uint)series), (ulong)first), bytes));

    private void EnsureScratch(int count)
    {
        if (numbers.Length >= count) return;
        numbers = new ulong[MaxCount];
        scaled = new long[MaxCount];
    }

    private static ChunkHead ReadHead(long first, ref ByteReader reader, out Layout layout, out byte decimalHead, out double constant)
    {
        try
        {
            reader.Position = 5;
            layout = (Layout)reader.Byte();
            int count = reader.Count(MaxCount);
            if (count == 0) throw new InvalidDataException("A chunk without samples.");
            long last = unchecked(first + (long)reader.VarInt());
            Statistics statistics = default;
            statistics.Count = count;
            statistics.Usable = (layout & Layout.AllUsable) != 0 ? count : reader.Count(count);
            Layout values = layout & Layout.ValuesMask;
            decimalHead = values == Layout.ValuesDecimal ? reader.Byte() : (byte)0;
            if ((decimalHead & 15) > MaxDecimals) throw new InvalidDataException("More decimals than there can be.");
            constant = values == Layout.None ? reader.Double() : 0;
            if (statistics.Usable > 0)
            {
                if (values == Layout.None) FillConstant(constant, ref statistics);
                else if (values == Layout.ValuesDecimal && (layout & Layout.RawStatistics) == 0) ReadScaled(ref reader, layout, decimalHead & 15, ref statistics);
                else ReadRaw(ref reader, layout, ref statistics);
            }

            return new() { Count = count, First = first, Last = last, Statistics = statistics };
        }
        catch (InvalidDataException e)
        {
            throw new ChunkDamagedException(e.Message);
        }
    }

    // ---- statistics

    /// <summary>Min, max, first, last, sum and falls as integers of the last decimal; not possible when an exception is among the usable samples.</summary>
    private bool TryScale(ref Statistics statistics, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities, int decimals, out (long Min, long Max, long First, long Last, long Sum, long Falls) figures)
    {
        figures = default;
        foreach (int exception in exceptions)
            if (Statistics.IsUsable(values[exception], qualities[exception])) return false;

        long min = long.MaxValue, max = long.MinValue, first = 0, last = 0, sum = 0, falls = 0;
        bool any = false;
        for (int i = 0; i < values.Length; i++)
        {
            if (!Statistics.IsUsable(values[i], qualities[i])) continue;
            long value = scaled[i];
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            sum += value; // 65,535 × 2^53 fits
            if (!any) first = value;
            else if (value < last) falls += last;
            last = value;
            any = true;
        }

        if (!any) return true;
        if (Math.Abs(sum) >= LargestExact || Math.Abs(falls) >= LargestExact) return false;
        double power = Powers[decimals];
        (statistics.Sum, statistics.Falls) = (sum / power, falls / power); // exact, where adding doubles was not
        figures = (min, max, first, last, sum, falls);
        return true;
    }

    private static void WriteScaled(in (long Min, long Max, long First, long Last, long Sum, long Falls) figures, bool hasFalls, ByteWriter to)
    {
        to.ZigZag(figures.Min);
        to.VarInt((ulong)(figures.Max - figures.Min));
        to.VarInt((ulong)(figures.First - figures.Min));
        to.VarInt((ulong)(figures.Last - figures.Min));
        to.ZigZag(figures.Sum);
        if (hasFalls) to.ZigZag(figures.Falls);
    }

    private static void ReadScaled(ref ByteReader reader, Layout layout, int decimals, ref Statistics statistics)
    {
        double power = Powers[decimals];
        long min = reader.ZigZag();
        statistics.Min = min / power;
        statistics.Max = unchecked(min + (long)reader.VarInt()) / power;
        statistics.First = unchecked(min + (long)reader.VarInt()) / power;
        statistics.Last = unchecked(min + (long)reader.VarInt()) / power;
        statistics.Sum = reader.ZigZag() / power;
        if ((layout & Layout.HasFalls) != 0) statistics.Falls = reader.ZigZag() / power;
    }

    private static void WriteRaw(in Statistics statistics, ByteWriter to)
    {
        to.Double(statistics.Min);
        to.Double(statistics.Max);
        to.Double(statistics.First);
        to.Double(statistics.Last);
        to.Double(statistics.Sum);
        if (statistics.Falls != 0) to.Double(statistics.Falls);
    }

    private static void ReadRaw(ref ByteReader reader, Layout layout, ref Statistics statistics)
    {
        statistics.Min = reader.Double();
        statistics.Max = reader.Double();
        statistics.First = reader.Double();
        statistics.Last = reader.Double();
        statistics.Sum = reader.Double();
        if ((layout & Layout.HasFalls) != 0) statistics.Falls = reader.Double();
    }

    private static void FillConstant(double value, ref Statistics statistics)
    {
        (statistics.Min, statistics.Max, statistics.First, statistics.Last) = (value, value, value, value);
        statistics.Sum = value * statistics.Usable;
    }

    // ---- times

    private Layout WriteTimes(ReadOnlySpan<long> times, ByteWriter to)
    {
        if (IsConstantInterval(times)) return Layout.None;
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
            PackedBlocks.Write(numbers.AsSpan(0, differences), to);
            return Layout.TimesOverSmallest;
        }

        to.ZigZag((long)numbers[0]);
        ulong before = numbers[0];
        for (int i = 1; i < differences; i++)
        {
            ulong difference = numbers[i];
            numbers[i - 1] = Bits.ZigZag(unchecked((long)(difference - before)));
            before = difference;
        }

        PackedBlocks.Write(numbers.AsSpan(0, differences - 1), to);
        return Layout.TimesSecondDifference;
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

    private void ReadTimes(ref ByteReader reader, Layout layout, in ChunkHead head, Span<long> times)
    {
        int differences = times.Length - 1;
        long time = head.First;
        if (layout == Layout.None)
        {
            long interval = differences == 0 ? 0 : (long)(unchecked((ulong)(head.Last - head.First)) / (ulong)differences);
            for (int i = 0; i < times.Length; i++, time = unchecked(time + interval)) times[i] = time;
            return;
        }

        times[0] = time;
        if (layout == Layout.TimesOverSmallest)
        {
            long smallest = reader.ZigZag();
            PackedBlocks.Read(ref reader, numbers.AsSpan(0, differences));
            for (int i = 0; i < differences; i++) times[i + 1] = time = unchecked(time + smallest + (long)numbers[i]);
        }
        else
        {
            long difference = reader.ZigZag();
            times[1] = time = unchecked(time + difference);
            PackedBlocks.Read(ref reader, numbers.AsSpan(0, differences - 1));
            for (int i = 0; i < differences - 1; i++)
            {
                difference = unchecked(difference + Bits.UnZigZag(numbers[i]));
                times[i + 2] = time = unchecked(time + difference);
            }
        }

        if (time != head.Last) throw new InvalidDataException("The times do not end at the last time.");
    }

    // ---- values

    private Layout ChooseValues(ReadOnlySpan<double> values, out int decimals)
    {
        decimals = 0;
        exceptions.Clear();
        ReadOnlySpan<ulong> bits = MemoryMarshal.Cast<double, ulong>(values);
        if (!bits.ContainsAnyExcept(bits[0])) return Layout.None;

        int mostExceptions = values.Length / 16;
        int misses = 0;
        foreach (double value in values)
        {
            if (IsDecimal(value, decimals, out _)) continue;
            int more = decimals + 1;
            while (more <= MaxDecimals && !IsDecimal(value, more, out _)) more++;
            if (more <= MaxDecimals) decimals = more;
            else if (++misses > mostExceptions) return Layout.ValuesXor;
        }

        long before = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (!IsDecimal(values[i], decimals, out scaled[i]))
            {
                scaled[i] = before; // costs nothing as a difference
                exceptions.Add(i);
            }

            before = scaled[i];
        }

        // A leading exception must not make the first difference large.
        if (exceptions.Count > 0 && exceptions[0] == 0)
        {
            int firstGood = 0;
            while (firstGood < exceptions.Count && exceptions[firstGood] == firstGood) firstGood++;
            if (firstGood < values.Length) scaled.AsSpan(0, firstGood).Fill(scaled[firstGood]);
        }

        return exceptions.Count > mostExceptions ? Layout.ValuesXor : Layout.ValuesDecimal;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsDecimal(double value, int decimals, out long integer)
    {
        double power = Powers[decimals], rounded = Math.Round(value * power);
        if (!(Math.Abs(rounded) < LargestExact))
        {
            integer = 0;
            return false;
        }

        integer = (long)rounded;
        return BitConverter.DoubleToUInt64Bits(integer / power) == BitConverter.DoubleToUInt64Bits(value); // not -0.0, which has no integer
    }

    private static Order CheapestOrder(ReadOnlySpan<long> integers)
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
        return cheapest == plain ? Order.Plain : cheapest == rising ? Order.Rising : cheapest == first ? Order.First : Order.Second;
    }

    private void WriteDecimals(ReadOnlySpan<double> values, Order order, ByteWriter to)
    {
        ReadOnlySpan<long> integers = scaled.AsSpan(0, values.Length);
        Span<ulong> packed = numbers.AsSpan(0, integers.Length);
        switch (order)
        {
            case Order.Plain:
                long smallest = long.MaxValue;
                foreach (long integer in integers) smallest = Math.Min(smallest, integer);
                for (int i = 0; i < integers.Length; i++) packed[i] = (ulong)(integers[i] - smallest);
                to.ZigZag(smallest);
                break;
            case Order.First:
                for (int i = 1; i < integers.Length; i++) packed[i] = Bits.ZigZag(integers[i] - integers[i - 1]);
                to.ZigZag(integers[0]);
                packed = packed[1..];
                break;
            case Order.Rising:
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
        if (exceptions.Count == 0) return;
        to.VarInt((ulong)exceptions.Count);
        foreach (int exception in exceptions)
        {
            to.VarInt((ulong)exception);
            to.Double(values[exception]);
        }
    }

    private void ReadDecimals(ref ByteReader reader, byte decimalHead, Span<double> values)
    {
        double power = Powers[decimalHead & 15];
        var order = (Order)((decimalHead >> 4) & 3);
        Span<ulong> packed = numbers.AsSpan(0, values.Length);
        long integer = reader.ZigZag();
        if (order == Order.Plain)
        {
            PackedBlocks.Read(ref reader, packed);
            for (int i = 0; i < values.Length; i++) values[i] = unchecked(integer + (long)packed[i]) / power;
        }
        else
        {
            if (values.Length < 2) throw new InvalidDataException("Differences of a single value.");
            long difference = order == Order.First ? 0 : reader.ZigZag();
            int given = order == Order.Second ? 2 : 1;
            PackedBlocks.Read(ref reader, packed[given..]);
            values[0] = integer / power;
            if (given > 1) values[1] = (integer = unchecked(integer + difference)) / power;
            for (int i = given; i < values.Length; i++)
            {
                long step = order switch
                {
                    Order.First => Bits.UnZigZag(packed[i]),
                    Order.Rising => unchecked(difference + (long)packed[i]),
                    _ => difference = unchecked(difference + Bits.UnZigZag(packed[i])),
                };
                integer = unchecked(integer + step);
                values[i] = integer / power;
            }
        }

        if ((decimalHead & 64) == 0) return;
        for (int left = reader.Count(values.Length); left > 0; left--) values[reader.Count(values.Length - 1)] = reader.Double();
    }

    // ---- qualities

    private static void WriteQualities(ReadOnlySpan<SampleQuality> qualities, ByteWriter to)
    {
        for (int start = 0; start < qualities.Length;)
        {
            int end = start + 1;
            while (end < qualities.Length && qualities[end] == qualities[start]) end++;
            to.VarInt((ulong)(end - start));
            to.UInt16(qualities[start].Raw);
            start = end;
        }
    }

    private static void ReadQualities(ref ByteReader reader, Span<SampleQuality> qualities)
    {
        for (int start = 0; start < qualities.Length;)
        {
            int samples = reader.Count(qualities.Length - start);
            if (samples == 0) throw new InvalidDataException("A run of qualities is empty.");
            qualities.Slice(start, samples).Fill(new(reader.UInt16()));
            start += samples;
        }
    }
}
