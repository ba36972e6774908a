namespace Ordo.Storage.Tests.Chunks;

/// <summary>Columns of values as meters, gauges and broken devices send them.</summary>
internal static class Doubles
{
    public static readonly double[] Odd =
    [
        0, -0.0, double.NaN, BitConverter.UInt64BitsToDouble(0x7FF8_0000_0000_1234), BitConverter.UInt64BitsToDouble(0xFFF0_0000_0000_0001),
        double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -double.Epsilon, BitConverter.UInt64BitsToDouble(0x000F_FFFF_FFFF_FFFF),
        double.MaxValue, double.MinValue, 9007199254740991, 9007199254740992, -9007199254740993, 0.1, 1.0 / 3, 1e-9, 123456.789, 1e22, 4.35, 0.07, 1e15 + 0.3, 2.5e-310,
    ];

    /// <summary>One of ten kinds of columns, drawn by the random numbers given.</summary>
    public static double[] Column(Random random, int count)
    {
        var values = new double[count];
        double level = random.Next(-1000, 1000);
        int kind = random.Next(10);
        for (int i = 0; i < count; i++)
        {
            values[i] = kind switch
            {
                0 => level,
                1 => random.Next(0, 100),
                2 => Math.Round(level += random.NextDouble(), 2),
                3 => Math.Round(random.NextDouble() * 50, random.Next(0, 5)),
                4 => level += random.Next(0, 3),
                5 => random.NextDouble(),
                6 => (float)random.NextDouble(),
                7 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                8 => random.Next(20) == 0 ? Odd[random.Next(Odd.Length)] : random.Next(0, 1000) / 10.0,
                _ => Odd[random.Next(Odd.Length)],
            };
        }

        return values;
    }

    public static long[] Times(Random random, int count)
    {
        var times = new long[count];
        long time = random.Next(5) == 0 ? random.NextInt64(long.MinValue, long.MaxValue / 2) : random.NextInt64(0, 4_000_000_000_000);
        int kind = random.Next(5);
        for (int i = 0; i < count; i++)
        {
            times[i] = time;
            time += kind switch
            {
                0 => 60_000,
                1 => 1_000 + random.Next(0, 20),
                2 => random.Next(50) == 0 ? 120_000 : 60_000,
                3 => 1 + random.NextInt64(1L << random.Next(1, 40)),
                _ => 1,
            };
        }

        return times;
    }
}
