using Ordo.Storage.Chunks;
using Ordo.Storage.Files;

namespace Ordo.Storage.Rollups;

/// <summary>
/// Statistics of neighbouring buckets of one series, in columns. A rollup is never the only place of anything while its chunks are there: one that
/// cannot be read is passed over, and made again.
/// </summary>
/// <remarks>
/// <code>
/// block  = CRC-32C u32, begun with series, resolution, start and the time zone's checksum as u64 each | version u8 = 1 | buckets varint
///          | counts column | usable column | min | max | sum | first | last | falls columns, of the buckets that have a usable sample
/// column = length varint | as ValueColumn writes a whole column
/// </code>
/// Files that change together: this one, <c>docs/formats/telemetry.md</c>, <c>RollupTests</c>.
/// </remarks>
internal sealed class RollupBlock
{
    private const byte Version = 1;
    private const int MaxBuckets = 100_000;

    /// <summary>In the order they stand on disk.</summary>
    private static readonly Figures[] Columns = [Figures.Min, Figures.Max, Figures.Sum, Figures.First, Figures.Last, Figures.Falls];

    private readonly ValueColumn column = new();
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
        for (int i = 0; i < buckets.Length; i++) values[i] = buckets[i].Usable;
        WriteColumn(buckets.Length, to);
        foreach (Figures figure in Columns)
        {
            int count = 0;
            foreach (ref readonly Statistics bucket in buckets)
                if (bucket.Usable > 0) values[count++] = Get(bucket, figure);
            WriteColumn(count, to);
        }

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
        if (block.Length < 6 || BitConverter.ToUInt32(block) != Checksum.End(Checksum.Add(place.Begin(), block[4..])) || block[4] != Version) return null;
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
            ReadColumn(ref reader, count);
            int usable = 0;
            for (int i = 0; i < read.Length; i++)
                if ((read[i].Usable = (long)values[i]) > 0) usable++;
            foreach (Figures figure in Columns)
            {
                if ((wanted & figure) == 0) reader.Bytes(reader.Count());
                else ReadFigure(ref reader, figure, read, usable);
            }

            return count;
        }
        catch (InvalidDataException)
        {
            return null;
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
