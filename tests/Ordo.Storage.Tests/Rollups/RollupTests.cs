using Ordo.Foundation.Telemetry;
using Ordo.Storage.Months;
using Ordo.Storage.Chunks;
using Ordo.Storage.Files;
using Ordo.Storage.Rollups;
using Ordo.Storage.Tests.Store;

namespace Ordo.Storage.Tests.Rollups;

public sealed class RollupTests : IDisposable
{
    private const long Start = 1_769_875_200_000 - (3 * 86_400_000L); // 2026-01-28T16:00:00Z: days of the park on both sides of a UTC month's end
    private readonly StoreFolder folder = new() { Options = StoreFolder.SmallOptions with { ChunkSamples = 512 } };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_dense_series_gets_hours_and_days_and_a_denser_one_minutes()
    {
        using TelemetryStore store = folder.Open();
        int slow = store.Series("meter", "a minute"), quick = store.Series("meter", "a second"), rare = store.Series("meter", "four hours");
        await WriteAsync(store, slow, 10 * 1440, 60_000);
        await WriteAsync(store, quick, 2 * 86_400, 1_000);
        await WriteAsync(store, rare, 30, 4 * 3_600_000);
        store.Keeper.SealAll();
        store.Keeper.RollUp();
        Assert.Equal([(2, slow), (3, slow), (1, quick), (2, quick), (3, quick)], Rows().Select(row => (row.Resolution, row.Series)).Distinct().OrderBy(row => row.Series).ThenBy(row => row.Resolution));
        // The last hours of January were added when February began.
        Assert.Contains(Rows(), row => row is { Resolution: 2, Until: 1_769_904_000_000 } && row.Series == slow);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rollups_chunks_and_memory_together_answer_as_the_samples_do(int seed)
    {
        var random = new Random(seed);
        TelemetryStore store = folder.Open();
        try
        {
            int series = store.Series("meter", "power");
            var model = new SortedDictionary<long, double>();
            long time = Start;
            for (int round = 0; round < 25; round++)
            {
                using (Batch batch = Batch.Rent())
                {
                    for (int i = random.Next(200, 1500); i > 0; i--, time += random.Next(20) == 0 ? 61_000 : 60_000) Add(batch, time, Math.Round(random.NextDouble() * 100, 1));
                    // Now and then something late: a correction, or a sample that was never there.
                    if (random.Next(3) == 0)
                        for (int i = random.Next(1, 5); i > 0; i--) Add(batch, Start + random.NextInt64(time - Start), -random.Next(100));
                    await store.WriteAsync(batch);
                }

                int what = random.Next(6);
                if (what < 4) store.Keeper.SealAll();
                if (what < 3) store.Keeper.RollUp();
                if (what == 5)
                {
                    if (random.Next(2) == 0) store.Stop();
                    else store.Kill();
                    store = folder.Open();
                }

                foreach (Step step in new[] { Step.Day, Step.Month, Step.Fixed(TimeSpan.FromHours(1)), Step.Fixed(TimeSpan.FromHours(7)), Step.Fixed(TimeSpan.FromMinutes(15)) })
                    await Check(store, series, model, step, Start + random.NextInt64(time - Start), random, $"seed {seed}, round {round}, {step}");
            }

            void Add(Batch batch, long at, double value)
            {
                batch.Add(series, at, value, SampleQuality.Good);
                model[at] = value;
            }
        }
        finally
        {
            store.Dispose();
        }
    }

    [Fact]
    public async Task A_damaged_rollup_is_passed_over_and_made_again()
    {
        using (TelemetryStore store = folder.Open())
        {
            await WriteAsync(store, store.Series("meter", "power"), 2 * 1440, 60_000);
            store.Keeper.SealAll();
            store.Keeper.RollUp();
        }

        Execute("UPDATE rollup SET data = zeroblob(length(data))");
        using TelemetryStore again = folder.Open();
        var (_, answer) = await again.AggregateAsync([0], Start, Start + 86_400_000, Step.Day, Aggregate.Count);
        Assert.Equal([1440], answer[0].Counts);
        await again.WriteAsync((0, Start + 30_000, 1)); // a late sample: the rollups from there on go, and come back
        again.Keeper.SealAll();
        again.Keeper.RollUp();
        Assert.Contains(Rows(), row => row.Resolution == 2);
        (_, answer) = await again.AggregateAsync([0], Start, Start + 86_400_000, Step.Day, Aggregate.Count);
        Assert.Equal([1441], answer[0].Counts);
    }

    [Fact]
    public async Task Days_of_another_time_zone_are_not_taken()
    {
        using (TelemetryStore store = folder.Open())
        {
            await WriteAsync(store, store.Series("meter", "power"), 2 * 1440, 60_000);
            store.Keeper.SealAll();
            store.Keeper.RollUp();
        }

        folder.Options = folder.Options with { TimeZone = "Europe/Berlin" };
        using TelemetryStore again = folder.Open();
        var (starts, answer) = await again.AggregateAsync([0], Start, Start + (2 * 86_400_000), Step.Day, Aggregate.Count);
        Assert.Equal([420L, 1440, 1020], answer[0].Counts); // seven hours until midnight in Berlin
        Assert.Equal(3, starts.Length);
    }

    [Fact]
    public void A_block_comes_back_and_another_place_refuses_it()
    {
        var random = new Random(1);
        var block = new RollupBlock();
        for (int count = 0; count < 300; count += 7)
        {
            var buckets = new Statistics[count];
            foreach (ref Statistics bucket in buckets.AsSpan())
                for (int i = random.Next(4); i > 0; i--) bucket.Add(random.Next(3) == 0 ? random.NextDouble() : random.Next(10), random.Next(4) == 0 ? SampleQuality.Bad : SampleQuality.Good);
            var bytes = new ByteWriter();
            var place = new RollupBlock.Place(3, Resolution.Hour, Start, 7);
            block.Write(place, buckets, bytes);
            Assert.Equal(buckets, block.Read(place, bytes.Written));
            Assert.Null(block.Read(place with { Series = 4 }, bytes.Written));
            Assert.Null(block.Read(place with { Zone = 8 }, bytes.Written));
            Assert.Null(block.Read(place, bytes.Written[..^1]));
        }
    }

    [Fact]
    public void Sums_of_decimals_come_back_exact_whatever_adding_doubles_made_of_them()
    {
        var random = new Random(2);
        foreach (int decimals in new[] { 0, 1, 2, 5 })
        {
            decimal unit = 1m / (decimal)Math.Pow(10, decimals);
            var buckets = new Statistics[100];
            var (sums, falls) = (new decimal[100], new decimal[100]);
            long level = 1_000_000;
            for (int at = 0; at < buckets.Length; at++)
            {
                decimal? before = null;
                for (int i = random.Next(0, 60); i >= 0; i--)
                {
                    level += random.Next(decimals == 1 ? -500 : -3, 500);
                    decimal value = level * unit;
                    buckets[at].Add((double)value, SampleQuality.Good);
                    sums[at] += value;
                    if (value < before) falls[at] += before.Value;
                    before = value;
                }
            }

            var (bytes, doubles) = (new ByteWriter(), 100 * 6 * sizeof(double));
            var place = new RollupBlock.Place(3, Resolution.Hour, Start, 7);
            new RollupBlock().Write(place, buckets, bytes);
            Assert.InRange(bytes.Length, 1, doubles / 3);
            Statistics[] back = new RollupBlock().Read(place, bytes.Written)!;
            for (int at = 0; at < back.Length; at++)
            {
                Assert.Equal((buckets[at].Count, buckets[at].Usable, buckets[at].Min, buckets[at].Max), (back[at].Count, back[at].Usable, back[at].Min, back[at].Max));
                Assert.Equal((buckets[at].First, buckets[at].Last), (back[at].First, back[at].Last));
                Assert.Equal(((double)sums[at], (double)falls[at]), (back[at].Sum, back[at].Falls));
            }

            // Whoever wants one figure gets the same as who wants all.
            foreach (Figures figure in new[] { Figures.Min, Figures.Max, Figures.Sum, Figures.First, Figures.Last, Figures.Falls })
            {
                Statistics[] one = new RollupBlock().Read(place, bytes.Written, figure)!;
                for (int at = 0; at < one.Length; at++) Assert.Equal(Of(back[at], figure), Of(one[at], figure));
            }
        }

        static double Of(Statistics bucket, Figures figure) => figure switch
        {
            Figures.Min => bucket.Min,
            Figures.Max => bucket.Max,
            Figures.Sum => bucket.Sum,
            Figures.First => bucket.First,
            Figures.Last => bucket.Last,
            _ => bucket.Falls,
        };
    }

    [Fact]
    public void Figures_that_are_no_decimals_come_back_bit_for_bit()
    {
        double[] odd = [1.0 / 3, -0.0, double.PositiveInfinity, 5e-324, 1e300, 123456789.123456789];
        foreach (double value in odd)
        {
            var buckets = new Statistics[2];
            buckets[0].Add(value, SampleQuality.Good);
            buckets[0].Add(1, SampleQuality.Good);
            buckets[1].Add(2.5, SampleQuality.Good);
            var bytes = new ByteWriter();
            var place = new RollupBlock.Place(3, Resolution.Hour, Start, 7);
            new RollupBlock().Write(place, buckets, bytes);
            Statistics[] back = new RollupBlock().Read(place, bytes.Written)!;
            Assert.Equal(BitConverter.DoubleToUInt64Bits(buckets[0].Sum), BitConverter.DoubleToUInt64Bits(back[0].Sum));
            Assert.Equal(BitConverter.DoubleToUInt64Bits(value), BitConverter.DoubleToUInt64Bits(back[0].First));
        }
    }

    /// <summary>Numbers on disk: a change of these bytes is a change of format.</summary>
    [Fact]
    public void The_bytes_are_frozen()
    {
        Check("4E199D120203050100000223050100000213010500310882000403131400040000030500040000040A050000076E00", ThreeBuckets());
        Statistics[] third = ThreeBuckets();
        third[0].Add(1.0 / 3, SampleQuality.Good);
        Check("97975F8D020305010000423605010000421DFF1302555555555555D53F07BFAAAAAAAAAA2AF90F0501000E030412025555555555553F40ABBAAAAAAAAAAA6A040701018C010623001302555555555555D53F07BFAAAAAAAAAA2AF90F0601010008CD00", third);

        static void Check(string expected, Statistics[] buckets)
        {
            var bytes = new ByteWriter();
            new RollupBlock().Write(new(3, Resolution.Hour, 3_600_000, 7), buckets, bytes);
            Assert.True(expected == Convert.ToHexString(bytes.Written), $"the bytes are {Convert.ToHexString(bytes.Written)}");
        }
    }

    [Fact]
    public void A_block_of_version_1_is_read()
    {
        byte[] block = Convert.FromHexString("3C74DDA301030501000002230501000002130701018C010519000501000E03040601000E0518000701018C010623000701018C0105190005010000040B");
        Assert.Equal(ThreeBuckets(), new RollupBlock().Read(new(3, Resolution.Hour, 3_600_000, 7), block));
    }

    private static Statistics[] ThreeBuckets()
    {
        var buckets = new Statistics[3];
        foreach (double value in new[] { 10.5, 11, 9.5 }) buckets[0].Add(value, SampleQuality.Good);
        buckets[2].Add(7, SampleQuality.Good);
        buckets[2].Add(8, SampleQuality.Bad);
        return buckets;
    }

    private static async Task Check(TelemetryStore store, int series, SortedDictionary<long, double> model, Step step, long from, Random random, string what)
    {
        long to = random.Next(2) == 0 ? model.Keys.Last() + 1 : from + random.NextInt64(1, 40 * 86_400_000L);
        var (starts, answers) = await store.AggregateAsync([series], from, to, step, Aggregate.Delta);
        var (_, sums) = await store.AggregateAsync([series], from, to, step, Aggregate.Sum);
        double? before = model.Where(sample => sample.Key < from).Select(sample => (double?)sample.Value).LastOrDefault();
        using var samples = model.Where(sample => sample.Key >= from && sample.Key < to).GetEnumerator();
        bool more = samples.MoveNext();
        for (int i = 0; i < starts.Length; i++)
        {
            double sum = 0, growth = 0;
            long count = 0;
            for (; more && (i + 1 == starts.Length || samples.Current.Key < starts[i + 1]); more = samples.MoveNext(), count++)
            {
                double value = samples.Current.Value;
                sum += value;
                growth += before is null ? 0 : value >= before ? value - before.Value : value;
                before = value;
            }

            Assert.True(count == sums[0].Counts[i], $"{what}: step {i} has {sums[0].Counts[i]} samples, should have {count}");
            if (count == 0) continue;
            Assert.True(Math.Abs(sum - sums[0].Values[i]) < 1e-6, $"{what}: step {i} sums to {sums[0].Values[i]}, should be {sum}");
            Assert.True(Math.Abs(growth - answers[0].Values[i]) < 1e-6, $"{what}: step {i} grew by {answers[0].Values[i]}, should be {growth}");
        }
    }

    private static async Task WriteAsync(TelemetryStore store, int series, int count, long interval)
    {
        using Batch batch = Batch.Rent(count);
        for (int i = 0; i < count; i++) batch.Add(series, Start + (i * interval), i % 100, SampleQuality.Good);
        await store.WriteAsync(batch);
    }

    private List<(int Resolution, int Series, long Start, long Until)> Rows()
    {
        var rows = new List<(int, int, long, long)>();
        foreach (string path in Directory.GetFiles(folder.Path, "*.db"))
        {
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False;Vfs={PageChecksums.VfsName}");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT resolution, series, start, until FROM rollup ORDER BY series, resolution, start";
            using var reader = command.ExecuteReader();
            while (reader.Read()) rows.Add((reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3)));
        }

        return rows;
    }

    private void Execute(string sql)
    {
        foreach (string path in Directory.GetFiles(folder.Path, "*.db"))
        {
            using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False;Vfs={PageChecksums.VfsName}");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
