using Ordo.Storage.Chunks;
using Ordo.Storage.Files;

namespace Ordo.Storage.Rollups;

/// <summary>
/// Statistics of neighbouring buckets of one series, in columns. A rollup is never the only place of anything while its chunks are there: one that
/// cannot be read is passed over, and made again.
/// </summary>
/// <remarks>
/// <code>
/// block = CRC-32C u32, begun with series, resolution, start and the time zone's checksum as u64 each | version u8 = 2 | buckets varint
///         | counts column | usable column, empty when it is the counts | decimals u8
///         | decimals 0 … 9: the figures as DecimalFigures writes them
///           255: min | max | sum | first | last | falls columns, of the buckets that have a usable sample
/// column = length varint | as ValueColumn writes a whole column
/// </code>
/// Version 1 is read too: usable is always there, no decimals, always the columns of doubles.
/// Files that change together: this one, <c>DecimalFigures.cs</c>, <c>docs/formats/telemetry.md</c>, <c>RollupTests</c>.
/// </remarks>
internal sealed class RollupBlock
{
    private const byte Version = 2, Oldest = 1, NoDecimals = 255;
    private const int MaxBuckets = 100_000;

    /// <summary>In the order they stand on disk where they are doubles.</summary>
    private static readonly Figures[] Columns = [Figures.Min, Figures.Max, Figures.Sum, Figures.First, Figures.Last, Figures.Falls];

    private readonly ValueColumn column = new();
    private readonly DecimalFigures decimalFigures = new();
    private readonly ByteWriter scratch = new(4096);
    private double[] values = new double[1024];

    /// <summary>What ties a block to its place.</summary>
    public readonly record struct Place(int Series, Resolution Resolution, long Start, uint Zone)
    {
        public uint Begin() => Checksum.Add(Checksum.Add(Checksum.Add(Checksum.Add(Checksum.Start, (uint)Series), (ulong)Resolution), (ulong)Start), Zone);
    }

    public void Write(Place place, ReadOnlySpan<Statistics> buckets, ByteWriter to)
    {
        int start = to.Length;
        to.UInt32(0);
        to.Byte(Version);
        to.VarInt((ulong)buckets.Length);
        if (values.Length < buckets.Length) values = new double[buckets.Length];
        for (int i = 0; i < buckets.Length; i++) values[i] = buckets[i].Count;
        WriteColumn(buckets.Length, to);
        WriteUsable(buckets, to);
        Statistics[] usable = [.. buckets.ToArray().Where(bucket => bucket.Usable > 0)];
        int decimalsAt = to.Length;
        to.Byte(NoDecimals);
        if (decimalFigures.TryWrite(usable, to) is { } decimals) to.WrittenForChange[decimalsAt] = (byte)decimals;
        else WriteDoubles(usable, to);
        BitConverter.TryWriteBytes(to.WrittenForChange[start..], Checksum.End(Checksum.Add(place.Begin(), to.Written[(start + 4)..])));
    }

    /// <param name="place">Where the block stands.</param>
    /// <param name="block">Its bytes.</param>
    /// <param name="wanted">The figures to read; others are passed over and stay 0.</param>
    /// <returns><c>null</c> when the block is damaged, of another time zone or of a newer version.</returns>
    public Statistics[]? Read(Place place, ReadOnlySpan<byte> block, Figures wanted = Figures.All)
    {
        Statistics[] buckets = [];
        return Read(place, block, wanted, ref buckets) is { } count ? buckets.AsSpan(0, count).ToArray() : null;
    }

    /// <param name="place">Where the block stands.</param>
    /// <param name="block">Its bytes.</param>
    /// <param name="wanted">The figures to read; others are passed over and stay 0.</param>
    /// <param name="buckets">Written over, and replaced when it is too short.</param>
    /// <returns>How many there are; <c>null</c> when the block is damaged, of another time zone or of a newer version.</returns>
    public int? Read(Place place, ReadOnlySpan<byte> block, Figures wanted, ref Statistics[] buckets)
    {
        if (block.Length < 6 || BitConverter.ToUInt32(block) != Checksum.End(Checksum.Add(place.Begin(), block[4..])) || block[4] is < Oldest or > Version) return null;
        try
        {
            var reader = new ByteReader(block) { Position = 5 };
            int count = reader.Count(MaxBuckets);
            if (buckets.Length < count) buckets = new Statistics[count];
            Span<Statistics> read = buckets.AsSpan(0, count);
            read.Clear();
            if (values.Length < count) values = new double[count];
            ReadColumn(ref reader, count);
            for (int i = 0; i < read.Length; i++) read[i].Count = (long)values[i];
            int usable = ReadUsable(ref reader, read);
            byte decimals = block[4] == Oldest ? NoDecimals : reader.Byte();
            if (decimals == NoDecimals) ReadDoubles(ref reader, read, usable, wanted);
            else decimalFigures.Read(ref reader, decimals, read, usable, wanted);
            return count;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void WriteUsable(ReadOnlySpan<Statistics> buckets, ByteWriter to)
    {
        bool isCount = true;
        for (int i = 0; i < buckets.Length; i++)
        {
            values[i] = buckets[i].Usable;
            isCount &= buckets[i].Usable == buckets[i].Count;
        }

        WriteColumn(isCount ? 0 : buckets.Length, to);
    }

    private void WriteDoubles(ReadOnlySpan<Statistics> buckets, ByteWriter to)
    {
        foreach (Figures figure in Columns)
        {
            for (int i = 0; i < buckets.Length; i++) values[i] = Get(buckets[i], figure);
            WriteColumn(buckets.Length, to);
        }
    }

    /// <returns>How many buckets have a usable sample.</returns>
    private int ReadUsable(ref ByteReader reader, Span<Statistics> buckets)
    {
        ReadOnlySpan<byte> bytes = reader.Bytes(reader.Count());
        var usable = new ByteReader(bytes);
        if (bytes.Length > 0) column.ReadWhole(ref usable, values.AsSpan(0, buckets.Length));
        int count = 0;
        for (int i = 0; i < buckets.Length; i++)
            if ((buckets[i].Usable = bytes.Length > 0 ? (long)values[i] : buckets[i].Count) > 0) count++;
        return count;
    }

    private void ReadDoubles(ref ByteReader reader, Span<Statistics> buckets, int usable, Figures wanted)
    {
        foreach (Figures figure in Columns)
        {
            if ((wanted & figure) == 0) reader.Bytes(reader.Count());
            else ReadFigure(ref reader, figure, buckets, usable);
        }
    }

    private static double Get(in Statistics statistics, Figures figure) => figure switch
    {
        Figures.Min => statistics.Min,
        Figures.Max => statistics.Max,
        Figures.Sum => statistics.Sum,
        Figures.First => statistics.First,
        Figures.Last => statistics.Last,
        _ => statistics.Falls,
    };

    private static ref double FieldOf(ref Statistics statistics, Figures figure)
    {
        switch (figure)
        {
            case Figures.Min: return ref statistics.Min;
            case Figures.Max: return ref statistics.Max;
            case Figures.Sum: return ref statistics.Sum;
            case Figures.First: return ref statistics.First;
            case Figures.Last: return ref statistics.Last;
            default: return ref statistics.Falls;
        }
    }

    private void ReadFigure(ref ByteReader reader, Figures figure, Span<Statistics> buckets, int usable)
    {
        ReadColumn(ref reader, usable);
        int at = 0;
        for (int i = 0; i < buckets.Length; i++)
            if (buckets[i].Usable > 0) FieldOf(ref buckets[i], figure) = values[at++];
    }

    private void WriteColumn(int count, ByteWriter to)
    {
        scratch.Clear();
        column.WriteWhole(values.AsSpan(0, count), scratch);
        to.VarInt((ulong)scratch.Length);
        to.Bytes(scratch.Written);
    }

    private void ReadColumn(ref ByteReader reader, int count)
    {
        var bytes = new ByteReader(reader.Bytes(reader.Count()));
        column.ReadWhole(ref bytes, values.AsSpan(0, count));
    }
}
