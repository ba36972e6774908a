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
        WriteColumn(Gather(buckets, static (in Statistics s) => s.Min), to);
        WriteColumn(Gather(buckets, static (in Statistics s) => s.Max), to);
        WriteColumn(Gather(buckets, static (in Statistics s) => s.Sum), to);
        WriteColumn(Gather(buckets, static (in Statistics s) => s.First), to);
        WriteColumn(Gather(buckets, static (in Statistics s) => s.Last), to);
        WriteColumn(Gather(buckets, static (in Statistics s) => s.Falls), to);
        BitConverter.TryWriteBytes(to.WrittenForChange[start..], Checksum.End(Checksum.Add(place.Begin(), to.Written[(start + 4)..])));
    }

    /// <returns><c>null</c> when the block is damaged, of another time zone or of a newer version.</returns>
    public Statistics[]? Read(Place place, ReadOnlySpan<byte> block)
    {
        if (block.Length < 6 || BitConverter.ToUInt32(block) != Checksum.End(Checksum.Add(place.Begin(), block[4..])) || block[4] != Version) return null;
        try
        {
            var reader = new ByteReader(block) { Position = 5 };
            var buckets = new Statistics[reader.Count(MaxBuckets)];
            if (values.Length < buckets.Length) values = new double[buckets.Length];
            ReadColumn(ref reader, buckets.Length);
            for (int i = 0; i < buckets.Length; i++) buckets[i].Count = (long)values[i];
            ReadColumn(ref reader, buckets.Length);
            int usable = 0;
            for (int i = 0; i < buckets.Length; i++)
                if ((buckets[i].Usable = (long)values[i]) > 0) usable++;
            Scatter(ref reader, buckets, usable, static (ref Statistics s, double value) => s.Min = value);
            Scatter(ref reader, buckets, usable, static (ref Statistics s, double value) => s.Max = value);
            Scatter(ref reader, buckets, usable, static (ref Statistics s, double value) => s.Sum = value);
            Scatter(ref reader, buckets, usable, static (ref Statistics s, double value) => s.First = value);
            Scatter(ref reader, buckets, usable, static (ref Statistics s, double value) => s.Last = value);
            Scatter(ref reader, buckets, usable, static (ref Statistics s, double value) => s.Falls = value);
            return buckets;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private delegate double Getter(in Statistics statistics);

    private delegate void Setter(ref Statistics statistics, double value);

    private int Gather(ReadOnlySpan<Statistics> buckets, Getter get)
    {
        int count = 0;
        foreach (ref readonly Statistics bucket in buckets)
            if (bucket.Usable > 0) values[count++] = get(bucket);
        return count;
    }

    private void Scatter(ref ByteReader reader, Statistics[] buckets, int usable, Setter set)
    {
        ReadColumn(ref reader, usable);
        int at = 0;
        for (int i = 0; i < buckets.Length; i++)
            if (buckets[i].Usable > 0) set(ref buckets[i], values[at++]);
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
