using Ordo.Storage.Chunks;

namespace Ordo.Storage.Tests.Chunks;

/// <summary>What is done several values at a time is what is done one by one, bit by bit.</summary>
public sealed class DecimalVectorsTests
{
    private static readonly double[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    [Fact]
    public void Scaling_stops_at_the_same_value_with_the_same_integers()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            double[] values = Doubles.Column(random, random.Next(0, 70));
            if (values.Length > 0 && random.Next(2) == 0) values[random.Next(values.Length)] = Doubles.Odd[random.Next(Doubles.Odd.Length)];
            foreach (double power in Powers)
            {
                long[] expected = new long[values.Length], actual = new long[values.Length];
                int scaled = DecimalVectors.ScaleScalar(values, power, expected);
                Assert.Equal(scaled, DecimalVectors.Scale(values, power, actual));
                Assert.True(expected.AsSpan(0, scaled).SequenceEqual(actual.AsSpan(0, scaled)), $"seed {seed}, power {power}");
            }
        }
    }

    [Fact]
    public void Every_odd_double_is_judged_alike_wherever_it_stands()
    {
        foreach (double odd in Doubles.Odd)
            foreach (double power in Powers)
                for (int at = 0; at < 9; at++)
                {
                    var values = new double[9];
                    values[at] = odd;
                    Assert.Equal(DecimalVectors.ScaleScalar(values, power, new long[9]), DecimalVectors.Scale(values, power, new long[9]));
                    Assert.Equal(DecimalVectors.TryScale(odd, power, out _) ? 9 : at, DecimalVectors.Scale(values, power, new long[9]));
                }
    }

    [Fact]
    public void Values_come_back_from_integers_with_the_same_bits()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            long[] integers = Integers(new Random(seed), seed % 70);
            foreach (double power in Powers)
            {
                double[] expected = new double[integers.Length], actual = new double[integers.Length];
                DecimalVectors.UnscaleScalar(integers, power, expected);
                DecimalVectors.Unscale(integers, power, actual);
                Assert.Equal(expected.Select(BitConverter.DoubleToUInt64Bits), actual.Select(BitConverter.DoubleToUInt64Bits));
            }
        }
    }

    [Fact]
    public void Figures_are_the_same()
    {
        for (int seed = 0; seed < 5000; seed++)
        {
            long[] integers = Integers(new Random(seed), (seed % 70) + 1);
            Assert.Equal(DecimalVectors.FiguresOfScalar(integers), DecimalVectors.FiguresOf(integers));
        }
    }

    private static long[] Integers(Random random, int count)
    {
        int bits = random.Next(1, 53);
        long level = 0;
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0 ? random.NextInt64(-(1L << bits), 1L << bits) : level = Math.Min(level + random.Next(100), 1L << 52))];
    }
}
