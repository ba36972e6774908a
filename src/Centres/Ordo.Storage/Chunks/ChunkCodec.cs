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
/// chunk      = CRC-32C u32 of all that follows, begun with the series and the first time | version u8 = 2 | flags u8
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
/// packed     = see PackedBlocks; version 1 is the same without radices
/// </code>
/// The first time and the series stand in the row that holds the chunk; the CRC ties them together.
/// Files that change together: this one, <c>docs/formats/telemetry.md</c>, <c>ChunkFormatTests</c>.
/// </remarks>
internal sealed class ChunkCodec
{
    /// <summary>Largest number of samples in a chunk.</summary>
    public const int MaxCount = 65_535;

    private const byte Version = 2, Oldest = 1;
    private const long LargestExact = 1L << 53; // integers below are exact in a double
    private const int ValuesShift = 2;
    private readonly ValueColumn column = new();
    private ulong[] numbers = new ulong[1024];

    /// <summary>Bits 0-1 are the <see cref="TimeKind"/>, bits 2-3 the <see cref="ValueKind"/>.</summary>
    [Flags]
    private enum Layout : byte
    {
        None = 0,
        TimesMask = 3,
        ValuesMask = 12,
        HasQualities = 16,
        AllUsable = 32,
        RawStatistics = 64,
        HasFalls = 128,
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
        ValueKind kind = column.Choose(values);
        ScaledFigures figures = default;
        bool isScaled = kind == ValueKind.Decimal && TryScaleAll(ref statistics, qualities, out figures);
        if (!isScaled)
        {
            for (int i = 0; i < values.Length; i++) statistics.Add(values[i], qualities[i]);
            isScaled = kind == ValueKind.Decimal && TryScale(ref statistics, values, qualities, out figures);
        }


        int start = to.Length;
        to.UInt32(0);
        to.Byte(Version);
        int layoutAt = to.Length;
        to.Byte(0);
        to.VarInt((ulong)times.Length);
        to.VarInt(unchecked((ulong)(times[^1] - times[0])));
        Layout layout = LayoutOf(kind, statistics, isScaled, qualities);
        if ((layout & Layout.AllUsable) == 0) to.VarInt((ulong)statistics.Usable);
        if (kind == ValueKind.Decimal) to.Byte(column.DecimalHead);
        if (kind == ValueKind.Constant) to.Double(values[0]);
        else if (statistics.Usable > 0 && isScaled) WriteScaled(figures, statistics.Falls != 0, to);
        else if (statistics.Usable > 0) WriteRaw(statistics, to);

        layout |= (Layout)TimeColumn.Write(times, numbers, to);
        column.Write(kind, values, to);
        if ((layout & Layout.HasQualities) != 0) WriteQualities(qualities, to);

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
                TimeColumn.Read(ref reader, (TimeKind)(layout & Layout.TimesMask), head, numbers, times);
                column.Read(ref reader, KindOf(layout), decimalHead, constant, values);
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
        if (chunk[4] is < Oldest or > Version) throw new ChunkDamagedException($"The chunk's version is {chunk[4]}, this program reads {Oldest} to {Version}.");
    }

    private static uint Crc(int series, long first, ReadOnlySpan<byte> bytes) =>
        Checksum.End(Checksum.Add(Checksum.Add(Checksum.Add(Checksum.Start, (uint)series), (ulong)first), bytes));

    private void EnsureScratch(int count)
    {
        if (numbers.Length >= count) return;
        numbers = new ulong[Math.Max(count, numbers.Length * 2)];
    }

    private static Layout LayoutOf(ValueKind kind, in Statistics statistics, bool isScaled, ReadOnlySpan<SampleQuality> qualities)
    {
        var layout = (Layout)((int)kind << ValuesShift);
        if (MemoryMarshal.Cast<SampleQuality, ushort>(qualities).ContainsAnyExcept((ushort)0)) layout |= Layout.HasQualities;
        if (statistics.Usable == statistics.Count) layout |= Layout.AllUsable;
        if (statistics.Falls != 0) layout |= Layout.HasFalls;
        if (kind == ValueKind.Decimal && !isScaled) layout |= Layout.RawStatistics;
        return layout;
    }

    private static ValueKind KindOf(Layout layout) => (ValueKind)((int)(layout & Layout.ValuesMask) >> ValuesShift);

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
            ValueKind kind = KindOf(layout);
            decimalHead = kind == ValueKind.Decimal ? reader.Byte() : (byte)0;
            constant = kind == ValueKind.Constant ? reader.Double() : 0;
            if (statistics.Usable > 0)
            {
                if (kind == ValueKind.Constant) FillConstant(constant, ref statistics);
                else if (kind == ValueKind.Decimal && (layout & Layout.RawStatistics) == 0) ReadScaled(ref reader, layout, ValueColumn.PowerOf(decimalHead), ref statistics);
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

    /// <summary>The everyday case of <see cref="TryScale"/>: every value is decimal and good.</summary>
    private bool TryScaleAll(ref Statistics statistics, ReadOnlySpan<SampleQuality> qualities, out ScaledFigures figures)
    {
        figures = default;
        if (column.Exceptions.Count > 0 || !AreAllGood(qualities)) return false;
        ReadOnlySpan<long> scaled = column.Integers[..qualities.Length];
        DecimalVectors.Figures found = DecimalVectors.FiguresOf(scaled);
        if (Math.Abs(found.Sum) >= LargestExact || Math.Abs(found.Falls) >= LargestExact) return false;
        statistics = new() { Count = scaled.Length, Usable = scaled.Length, Falls = found.Falls / column.Power };
        figures = new(found.Min, found.Max, scaled[0], scaled[^1], found.Sum, found.Falls);
        return true;
    }

    private static bool AreAllGood(ReadOnlySpan<SampleQuality> qualities)
    {
        foreach (SampleQuality quality in qualities)
            if (!quality.IsGood) return false;
        return true;
    }

    /// <summary>Min, max, first, last, sum and falls as integers of the last decimal; not possible when an exception is among the usable samples.</summary>
    private bool TryScale(ref Statistics statistics, ReadOnlySpan<double> values, ReadOnlySpan<SampleQuality> qualities, out ScaledFigures figures)
    {
        figures = default;
        foreach (int exception in column.Exceptions)
            if (Statistics.IsUsable(values[exception], qualities[exception])) return false;

        long min = long.MaxValue, max = long.MinValue, first = 0, last = 0, sum = 0, falls = 0;
        bool any = false;
        ReadOnlySpan<long> scaled = column.Integers;
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
        (statistics.Sum, statistics.Falls) = (sum / column.Power, falls / column.Power); // exact, where adding doubles was not
        figures = new(min, max, first, last, sum, falls);
        return true;
    }

    private static void WriteScaled(in ScaledFigures figures, bool hasFalls, ByteWriter to)
    {
        to.ZigZag(figures.Min);
        to.VarInt((ulong)(figures.Max - figures.Min));
        to.VarInt((ulong)(figures.First - figures.Min));
        to.VarInt((ulong)(figures.Last - figures.Min));
        to.ZigZag(figures.Sum);
        if (hasFalls) to.ZigZag(figures.Falls);
    }

    private static void ReadScaled(ref ByteReader reader, Layout layout, double power, ref Statistics statistics)
    {
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

    /// <summary>Statistics as integers of the last decimal.</summary>
    private readonly record struct ScaledFigures(long Min, long Max, long First, long Last, long Sum, long Falls);
}
