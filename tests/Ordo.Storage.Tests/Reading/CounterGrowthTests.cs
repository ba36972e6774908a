using Ordo.Foundation.Telemetry;
using Ordo.Storage.Tests.Store;

namespace Ordo.Storage.Tests.Reading;

public sealed class CounterGrowthTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(100, 130, 30)] // it rose
    [InlineData(99_990, 15, 25)] // it rolled over
    [InlineData(70_000, 100, 30_100)] // the last roll-over that is one: less than half a round
    [InlineData(50_000, 10, 10)] // half a round or more: a reset
    [InlineData(700, 0, 0)]
    public void A_fall_is_a_roll_over_only_where_that_is_plausible(double earlier, double later, double growth) =>
        Assert.Equal(growth, new CounterRule(100_000).Between(1, earlier, 2, later));

    [Fact]
    public void Each_replacement_between_two_readings_adds_what_the_old_meter_still_counted()
    {
        var rule = new CounterRule(1000, [new(20, 500, 90), new(10, 120, 480)]);
        Assert.Equal(20 + 20 + 10, rule.Between(5, 100, 25, 100));
        Assert.Equal(20, rule.Between(5, 100, 9, 120)); // before them
        Assert.Equal(10, rule.Between(20, 90, 21, 100)); // the moment itself is the new meter's
        Assert.True(rule.HasReplacement(9, 10));
        Assert.False(rule.HasReplacement(10, 19));
    }

    /// <summary>Whatever is in chunks, in rollups or in memory, and however steps lie: the growth is that of the readings one after the other.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Growth_is_that_of_the_readings_one_after_the_other(int seed)
    {
        var random = new Random(seed);
        const double Modulus = 10_000;
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "energy");
        var readings = new List<Sample>();
        double reading = random.Next(10_000);
        long time = 1_769_875_200_000;
        var replacements = new List<MeterReplacement>();
        for (int i = 0; i < 3_000; i++)
        {
            time += 60_000;
            reading += random.Next(0, 40);
            if (random.Next(400) == 0)
            {
                double old = (reading + 5) % Modulus;
                replacements.Add(new(time - 30_000, old, reading = random.Next(100)));
            }

            if (random.Next(500) == 0) reading = 0; // power was lost
            reading %= Modulus;
            SampleQuality quality = random.Next(50) == 0 ? SampleQuality.Bad : SampleQuality.Good;
            readings.Add(new(time, random.Next(100) == 0 ? double.NaN : reading, quality));
        }

        using (Batch batch = Batch.Rent())
        {
            foreach (Sample sample in readings) batch.Add(series, sample.TimeMs, sample.Value, sample.Quality);
            await store.WriteAsync(batch);
        }

        if (seed > 1) store.Keeper.SealAll();
        if (seed > 2) store.Keeper.RollUp();
        var rule = new CounterRule(Modulus, replacements);
        Sample[] usable = [.. readings.Where(sample => sample.Quality.IsGood && !double.IsNaN(sample.Value))];
        foreach (Step step in new[] { Step.Fixed(TimeSpan.FromMinutes(7)), Step.Fixed(TimeSpan.FromHours(1)), Step.Day })
        {
            long from = readings[random.Next(0, 1000)].TimeMs + random.Next(-10, 10), to = readings[random.Next(2000, 3000)].TimeMs;
            var (starts, growth) = await store.GrowthAsync(series, from, to, step, rule);
            for (int i = 0; i < starts.Length; i++)
            {
                long start = Math.Max(from, starts[i]), end = i + 1 < starts.Length ? starts[i + 1] : to;
                double expected = usable.Zip(usable.Skip(1)).Where(pair => pair.Second.TimeMs >= start && pair.Second.TimeMs < end)
                    .Sum(pair => rule.Between(pair.First.TimeMs, pair.First.Value, pair.Second.TimeMs, pair.Second.Value));
                if (usable.Any(sample => sample.TimeMs >= start && sample.TimeMs < end)) Assert.Equal(expected, growth.Values[i], 6);
                else Assert.True(double.IsNaN(growth.Values[i]));
            }
        }
    }

    [Fact]
    public async Task A_question_given_up_ends()
    {
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "energy");
        for (int i = 0; i < 5; i++) await store.WriteAsync([.. Enumerable.Range(i * 1000, 1000).Select(at => (series, at * 1000L, (double)at))]);
        store.Keeper.SealAll();
        var given = new CancellationToken(canceled: true);
        long to = 5_000_000;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.AggregateAsync([series], 0, to, Step.Fixed(TimeSpan.FromSeconds(3)), Aggregate.Avg, given));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.ReadEnvelopeAsync(series, 0, to, 100, given));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.LastBeforeAsync(series, to, given));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.GrowthAsync(series, 0, to, Step.Day, new(), given));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.GapsAsync(series, 0, to, TimeSpan.FromSeconds(1), cancellation: given).ToListAsync(CancellationToken.None));

        // In the middle of a long answer, too: after the first block no other comes.
        using var later = new CancellationTokenSource();
        int blocks = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (SampleColumns block in store.ReadAsync(series, 0, to, later.Token))
            {
                blocks += block.Count > 0 ? 1 : 0;
                await later.CancelAsync();
            }
        });
        Assert.Equal(1, blocks);
    }
}
