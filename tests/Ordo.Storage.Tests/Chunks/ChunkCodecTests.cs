using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Files;

namespace Ordo.Storage.Tests.Chunks;

public class ChunkCodecTests
{
    private readonly ChunkCodec codec = new();

    [Fact]
    public void Every_column_comes_back_bit_for_bit()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, random.Next(2, 1500));
            CheckRoundTrip(Doubles.Times(random, count), Doubles.Column(random, count), Qualities(random, count), $"seed {seed}");
        }
    }

    [Fact]
    public void Every_odd_double_comes_back_alone_in_pairs_and_among_decimals()
    {
        foreach (double first in Doubles.Odd)
        {
            CheckRoundTrip([1], [first], [SampleQuality.Good], $"{first}");
            foreach (double second in Doubles.Odd) CheckRoundTrip([1, 5], [first, second], new SampleQuality[2], $"{first}, {second}");
            for (int at = 0; at < 40; at += 13)
            {
                double[] values = [.. Enumerable.Range(0, 40).Select(i => i / 10.0)];
                values[at] = first;
                CheckRoundTrip([.. Enumerable.Range(0, 40).Select(i => i * 1000L)], values, new SampleQuality[40], $"{first} at {at}");
            }
        }
    }

    [Fact]
    public void Times_reach_from_end_to_end_of_what_a_long_can_say()
    {
        CheckRoundTrip([long.MinValue, long.MaxValue], [1, 2], new SampleQuality[2], "two");
        CheckRoundTrip([long.MinValue, 0, long.MaxValue], [1, 2, 3], new SampleQuality[3], "three");
        CheckRoundTrip([long.MinValue, -1, long.MaxValue - 1], [1, 2, 3], new SampleQuality[3], "a constant interval that no long holds");
        CheckRoundTrip([long.MinValue, long.MinValue + 1, long.MaxValue - 1, long.MaxValue], [1, 2, 3, 4], new SampleQuality[4], "four");
    }

    [Fact]
    public void The_head_knows_the_statistics_without_the_columns()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, 600);
            long[] times = Doubles.Times(random, count);
            double[] values = Doubles.Column(random, count);
            SampleQuality[] qualities = Qualities(random, count);
            var bytes = new ByteWriter();
            codec.Write(7, times, values, qualities, bytes);
            ChunkHead head = ChunkCodec.ReadHead(times[0], bytes.Written);
            Statistics expected = default;
            for (int i = 0; i < count; i++) expected.Add(values[i], qualities[i]);

            Assert.Equal((count, times[0], times[^1]), (head.Count, head.First, head.Last));
            Assert.Equal(expected.Usable, head.Statistics.Usable);
            if (expected.Usable == 0) continue;
            Assert.Equal((expected.Min, expected.Max, expected.First, expected.Last), (head.Statistics.Min, head.Statistics.Max, head.Statistics.First, head.Statistics.Last));
            AssertClose(expected.Sum, head.Statistics.Sum, $"sum, seed {seed}");
            AssertClose(expected.Falls, head.Statistics.Falls, $"falls, seed {seed}");
        }
    }

    [Fact]
    public void A_flipped_bit_is_noticed_wherever_it_is()
    {
        var random = new Random(1);
        long[] times = Doubles.Times(random, 300);
        double[] values = [.. Enumerable.Range(0, 300).Select(i => Math.Round(random.NextDouble() * 100, 2))];
        var bytes = new ByteWriter();
        codec.Write(7, times, values, new SampleQuality[300], bytes);
        byte[] chunk = bytes.Written.ToArray();
        for (int bit = 0; bit < chunk.Length * 8; bit++)
        {
            chunk[bit / 8] ^= (byte)(1 << (bit % 8));
            var into = new SampleBuffer();
            Assert.Throws<ChunkDamagedException>(() => codec.Read(7, times[0], chunk, into));
            Assert.Equal(0, into.Count);
            chunk[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Throws<ChunkDamagedException>(() => codec.Read(8, times[0], chunk, new()));
        Assert.Throws<ChunkDamagedException>(() => codec.Read(7, times[0] + 1, chunk, new()));
    }

    /// <summary>With a right checksum over wrong bytes nothing but an exception of ours may come out: no hang, no memory, no reading beyond the end.</summary>
    [Fact]
    public void Bytes_that_make_no_sense_are_refused_and_nothing_worse()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, 400);
            long[] times = Doubles.Times(random, count);
            var bytes = new ByteWriter();
            codec.Write(7, times, Doubles.Column(random, count), Qualities(random, count), bytes);
            byte[] chunk = bytes.Written.ToArray();
            for (int i = random.Next(1, 5); i > 0; i--) chunk[random.Next(5, chunk.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) chunk = chunk[..random.Next(8, chunk.Length + 1)];
            uint state = Checksum.Add(Checksum.Add(Checksum.Start, 7UL), (ulong)times[0]);
            BitConverter.TryWriteBytes(chunk, Checksum.End(Checksum.Add(state, chunk.AsSpan(4))));
            try
            {
                codec.Read(7, times[0], chunk, new());
            }
            catch (ChunkDamagedException)
            {
            }
        }
    }

    [Fact]
    public void Common_columns_are_small()
    {
        var random = new Random(3);
        long[] times = [.. Enumerable.Range(0, 1024).Select(i => 1_700_000_000_000 + (i * 60_000L))];
        int gauge = 50;
        double[] gauges = [.. times.Select(_ => (double)(gauge = Math.Clamp(gauge + random.Next(-1, 2), 0, 100)))];
        double energy = 123_456.78;
        double[] meter = [.. times.Select(_ => energy = Math.Round(energy + (random.Next(100, 200) / 100.0), 2))];
        Assert.InRange(Length(times, gauges), 1, 330);
        Assert.InRange(Length(times, meter), 1, 1050);
        Assert.InRange(Length(times, [.. times.Select(_ => 21.5)]), 1, 24);
    }

    /// <summary>Numbers on disk: a change of these bytes is a change of format, and needs a new version beside the old one.</summary>
    [Theory]
    [InlineData("0050AC2A022003D00F000000000000F83F", new long[] { 1000, 2000, 3000 }, new[] { 1.5, 1.5, 1.5 }, new ushort[] { 0, 0, 0 })]
    [InlineData("12F58738021604C03E0202B41F1E001EA43FD00F0D00803E50468C1F06940C8C020000020244", new long[] { 1000, 2000, 3500, 9000 }, new[] { 20.1, 20.4, 19.9, 20.25 }, new ushort[] { 0, 0, 0x4402, 0x4402 })]
    [InlineData("5E552646029A052D030000000000000080182D4454FB210940343333333333D33F00000000000000807E93AABA61880B40182D4454FB2109400A0420F8343333333333D33F3739CCCCCCCCCCCC07BF092F22C0958EFB3FE0470B11D57E480270000000000000FF0F010000010100030000", new long[] { -5, 0, 7, 20, 40 }, new[] { 0.1 + 0.2, 1.0 / 3, Math.PI, -0.0, double.NaN }, new ushort[] { 0, 1, 0, 0, 0 })]
    [InlineData("D2DED6BF028411C00710600A9E015F29F014C602C8010E850281844042E3570512820008090A0A0108000000000000F8FF", new long[] { 0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 660, 720, 780, 840, 900, 960 }, new double[] { 100, 107, 113, 121, 128, 134, 142, 149, double.NaN, 163, 5, 12, 18, 26, 33, 39, 46 }, new ushort[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void The_bytes_are_frozen(string expected, long[] times, double[] values, ushort[] qualities)
    {
        var bytes = new ByteWriter();
        codec.Write(7, times, values, [.. qualities.Select(raw => new SampleQuality(raw))], bytes);
        Assert.True(expected == Convert.ToHexString(bytes.Written), $"the bytes are {Convert.ToHexString(bytes.Written)}");
    }

    [Theory]
    [InlineData("AF18DA7B012003D00F000000000000F83F", new long[] { 1000, 2000, 3000 }, new[] { 1.5, 1.5, 1.5 }, new ushort[] { 0, 0, 0 })]
    [InlineData("61699ABB011604C03E0202B41F1E001EA43FD00F0D00803E50468C1F06940C8C020000020244", new long[] { 1000, 2000, 3500, 9000 }, new[] { 20.1, 20.4, 19.9, 20.25 }, new ushort[] { 0, 0, 0x4402, 0x4402 })]
    [InlineData("C4A973C2019A052D030000000000000080182D4454FB210940343333333333D33F00000000000000807E93AABA61880B40182D4454FB2109400A0420F8343333333333D33F3739CCCCCCCCCCCC07BF092F22C0958EFB3FE0470B11D57E480270000000000000FF0F010000010100030000", new long[] { -5, 0, 7, 20, 40 }, new[] { 0.1 + 0.2, 1.0 / 3, Math.PI, -0.0, double.NaN }, new ushort[] { 0, 1, 0, 0, 0 })]
    [InlineData("01B3660C018411C00710600A9E015F29F014C602C8010E850281844042E3570512820008090A0A0108000000000000F8FF", new long[] { 0, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 660, 720, 780, 840, 900, 960 }, new double[] { 100, 107, 113, 121, 128, 134, 142, 149, double.NaN, 163, 5, 12, 18, 26, 33, 39, 46 }, new ushort[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void A_chunk_of_version_1_is_read(string chunk, long[] times, double[] values, ushort[] qualities)
    {
        var back = new SampleBuffer();
        codec.Read(7, times[0], Convert.FromHexString(chunk), back);
        Assert.Equal(times, back.Times.ToArray());
        Assert.Equal(values.Select(BitConverter.DoubleToUInt64Bits), back.Values.ToArray().Select(BitConverter.DoubleToUInt64Bits));
        Assert.Equal(qualities, back.Qualities.ToArray().Select(quality => quality.Raw));
    }

    private int Length(long[] times, double[] values)
    {
        var bytes = new ByteWriter();
        codec.Write(7, times, values, new SampleQuality[times.Length], bytes);
        return bytes.Length;
    }

    private void CheckRoundTrip(long[] times, double[] values, SampleQuality[] qualities, string what)
    {
        var bytes = new ByteWriter();
        bytes.Byte(99); // a chunk may stand anywhere in a buffer
        codec.Write(7, times, values, qualities, bytes);
        var back = new SampleBuffer();
        codec.Read(7, times[0], bytes.Written[1..], back);
        Assert.True(times.AsSpan().SequenceEqual(back.Times), what);
        Assert.True(qualities.AsSpan().SequenceEqual(back.Qualities), what);
        for (int i = 0; i < values.Length; i++)
            Assert.True(BitConverter.DoubleToUInt64Bits(values[i]) == BitConverter.DoubleToUInt64Bits(back.Values[i]), $"{what}: value {i} is {back.Values[i]:R}, was {values[i]:R}");
    }

    private static SampleQuality[] Qualities(Random random, int count)
    {
        var qualities = new SampleQuality[count];
        if (random.Next(2) == 0) return qualities;
        for (int i = 0; i < count; i++)
            qualities[i] = random.Next(5) > 0 && i > 0 ? qualities[i - 1] : new((QualityStatus)random.Next(3), random.Next(2) == 0 ? '\0' : 'D');
        return qualities;
    }

    private static void AssertClose(double expected, double actual, string what)
    {
        if (double.IsFinite(expected) && Math.Abs(expected) < 1e300) Assert.True(Math.Abs(expected - actual) <= 1e-9 * Math.Max(1, Math.Abs(expected)), $"{what}: {expected:R} and {actual:R}");
        else if (double.IsFinite(actual)) Assert.True(Math.Abs(actual) > 1e290, what);
    }
}
