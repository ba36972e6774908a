using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Tests.Conformance;

/// <summary>What is asked of a store that keeps samples: figures by step as <c>docs/decisions/0012</c> defines them, thinned curves, restarts.</summary>
public abstract class StoreConformance : DoorConformance
{
    private const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    public static TheoryData<Aggregate> Aggregates => [.. Enum.GetValues<Aggregate>()];

    [Theory]
    [MemberData(nameof(Aggregates))]
    public async Task Figures_of_fixed_steps_are_those_of_a_plain_list(Aggregate aggregate)
    {
        (int[] series, List<Sample>[] model) = await FillAsync();
        for (int round = 0; round < 2; round++)
        {
            await CheckAsync(series, model, Origin + 1, Origin + (3 * Day) - 1, Step.Fixed(TimeSpan.FromHours(1)), aggregate);
            await CheckAsync(series, model, Origin - Day, Origin + Day, Step.Fixed(TimeSpan.FromMinutes(7)), aggregate);
            await CheckAsync(series, model, Origin, Origin + (40 * Day), Step.Fixed(TimeSpan.FromDays(41)), aggregate);
            await Store.SettleAsync();
        }
    }

    [Theory]
    [InlineData("Asia/Shanghai")]
    [InlineData("Europe/Berlin")]
    [InlineData("Asia/Kolkata")]
    public async Task Days_and_months_are_those_of_the_parks_zone(string zone)
    {
        Store.TimeZone = zone;
        Store.Reopen();
        int series = Store.Series("meter", "power");
        // Half a year around the change of clocks in Berlin.
        long from = Origin + (60 * Day), to = from + (190 * Day);
        await Store.WriteAsync(series, Enumerable.Range(0, 190 * 8).Select(i => (from + (i * 3 * Hour), (double)i)));
        List<Sample> model = await Store.AllAsync(series);
        TimeZoneInfo park = TimeZoneInfo.FindSystemTimeZoneById(zone);
        foreach (Step step in (Step[])[Step.Day, Step.Month])
        {
            var (starts, answers) = await Store.Reader.AggregateAsync([series], from + Hour, to, step, Aggregate.Sum);
            Assert.Equal(DaysOf(park, from + Hour, to, step), starts);
            for (int i = 0; i < starts.Length; i++)
            {
                long start = Math.Max(starts[i], from + Hour), end = i + 1 < starts.Length ? starts[i + 1] : to;
                double[] values = [.. model.Where(sample => sample.TimeMs >= start && sample.TimeMs < end).Select(sample => sample.Value)];
                Assert.Equal(values.Length, answers[0].Counts[i]);
                Assert.Equal(values.Length == 0 ? double.NaN : values.Sum(), answers[0].Values[i]);
            }
        }
    }

    [Fact]
    public async Task A_counter_that_falls_began_again_from_zero()
    {
        int series = Store.Series("meter", "energy"), fresh = Store.Series("meter", "fresh");
        await Store.WriteAsync(series, (Origin - (100 * Day), 990));
        // 990 → 995 → 1000 → (replaced) 3 → 8 → (rolled over) 1
        await Store.WriteAsync(series, (Origin, 995), (Origin + Minute, 1000), (Origin + Hour, 3), (Origin + Hour + Minute, 8), (Origin + (3 * Hour), 1));
        await Store.WriteAsync(fresh, (Origin, 100), (Origin + Minute, 130));
        for (int round = 0; round < 2; round++)
        {
            long from = Origin - (Origin % Hour);
            var (_, answers) = await Store.Reader.AggregateAsync([series, fresh], from, from + (4 * Hour), Step.Fixed(TimeSpan.FromHours(1)), Aggregate.Delta);
            Assert.Equal([10, 8, double.NaN, 1], answers[0].Values);
            Assert.Equal([30, double.NaN, double.NaN, double.NaN], answers[1].Values);
            var (_, whole) = await Store.Reader.AggregateAsync([series], from, from + (4 * Hour), Step.Fixed(TimeSpan.FromHours(4)), Aggregate.Delta);
            Assert.Equal(19, whole[0].Values.Where(value => !double.IsNaN(value)).Sum());
            await Store.SettleAsync();
        }
    }

    [Fact]
    public async Task Growth_counts_good_numbers_alone()
    {
        int series = Store.Series("meter", "energy");
        await Store.WriteAsync(
            (series, new(Origin - (2 * Day), 5, default)), (series, new(Origin - Minute, 4000, SampleQuality.Bad)), (series, new(Origin - 1, double.NaN, default)),
            (series, new(Origin, 7, default)), (series, new(Origin + 1, 0, SampleQuality.Uncertain)), (series, new(Origin + 2, 9, default)));
        var (_, answers) = await Store.Reader.AggregateAsync([series], Origin, Origin + 10, Step.Fixed(TimeSpan.FromDays(40)), Aggregate.Delta);
        Assert.Equal([4], answers[0].Values);
        Assert.Equal((3, 2), (answers[0].Counts[0], answers[0].GoodCounts[0]));
    }

    [Fact]
    public async Task Many_series_are_answered_in_the_order_asked_and_a_series_twice()
    {
        int[] series = [.. Enumerable.Range(0, 50).Select(i => Store.Series($"meter {i / 5}", $"channel {i}"))];
        await Store.WriteAsync(series.Select(number => (number, new Sample(Origin, number, default))));
        int[] asked = [.. series.Reverse(), 7, 7];
        var (starts, answers) = await Store.Reader.AggregateAsync(asked, Origin, Origin + 1, Step.Day, Aggregate.Last);
        Assert.Single(starts);
        Assert.Equal(asked.Select(number => (double)number), answers.Select(columns => columns.Values[0]));
        var (none, empty) = await Store.Reader.AggregateAsync(asked, Origin, Origin, Step.Day, Aggregate.Last);
        Assert.Empty(none);
        Assert.Equal(asked.Length, empty.Count);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    [InlineData(100_000)]
    public async Task A_thinned_curve_keeps_its_peaks_and_its_worst_quality(int maxPoints)
    {
        int series = Store.Series("meter", "power");
        var random = new Random(maxPoints);
        Sample[] samples = [.. Enumerable.Range(0, 3000).Select(i => new Sample(Origin + (i * 1000), Math.Round(random.NextDouble() * 100, 2), default))];
        samples[1234] = samples[1234] with { Value = -5000, Quality = SampleQuality.Bad };
        samples[2345] = samples[2345] with { Value = 7000 };
        await Store.WriteAsync(samples.Select(sample => (series, sample)));
        SampleColumns drawn = await Store.Reader.ReadEnvelopeAsync(series, Origin, Origin + 3_000_000, maxPoints);
        Assert.Equal(Math.Min(maxPoints, 3000), drawn.Count);
        Assert.Equal(maxPoints < 3000, drawn.IsThinned);
        Assert.Contains(-5000, drawn.Values);
        Assert.Contains(7000, drawn.Values);
        Assert.Contains(SampleQuality.Bad, drawn.Qualities);
        Assert.Equal(drawn.Times.Order(), drawn.Times);
        Assert.Empty((await Store.Reader.ReadEnvelopeAsync(series, Origin - Day, Origin, maxPoints)).Times);
    }

    [Fact]
    public async Task Any_time_a_long_can_say_is_kept()
    {
        long[] times = [long.MinValue, -62_135_596_800_001, -1, 0, 4_102_444_800_000, 253_402_300_799_999, 253_402_300_800_000, long.MaxValue - 1];
        int series = Store.Series("clock", "broken");
        foreach (long time in times) await Store.WriteAsync(series, (time, 1));
        await Store.SettleAsync();
        Assert.Equal(times, (await Store.AllAsync(series)).Select(sample => sample.TimeMs));
        Store.Reopen();
        Assert.Equal(times, (await Store.AllAsync(series)).Select(sample => sample.TimeMs));
        Assert.Equal(253_402_300_800_000, (await Store.Reader.LastBeforeAsync(series, long.MaxValue - 1))?.TimeMs);
    }

    [Fact]
    public async Task Twenty_years_in_one_batch_are_taken()
    {
        int series = Store.Series("archive", "monthly");
        (long, double)[] months = [.. Enumerable.Range(0, 240).Select(i => (Origin - (i * 30 * Day), (double)i))];
        await Store.WriteAsync(series, months);
        Assert.Equal(months.Reverse(), (await Store.AllAsync(series)).Select(sample => (sample.TimeMs, sample.Value)));
    }

    [Fact]
    public async Task Numbers_samples_and_the_latest_survive_a_restart()
    {
        int power = Store.Series("meter", "power"), energy = Store.Series("另一", "energy");
        await Store.WriteAsync((power, new(1000, 1.5, default)), (energy, new(1000, 7, SampleQuality.Bad)), (power, new(500, 0.5, default)));
        Store.Reopen();
        Assert.Equal((power, energy), (Store.Series("meter", "power"), Store.Series("另一", "energy")));
        Assert.Equal(2, Store.Series("meter", "new"));
        Assert.Equal([new(500, 0.5, default), new(1000, 1.5, default)], await Store.AllAsync(power));
        Assert.True(Store.Reader.TryGetLatest(power, out Sample latest));
        Assert.Equal(new(1000, 1.5, default), latest);
        Assert.True(Store.Reader.TryGetLatest(energy, out latest));
        Assert.Equal(new(1000, 7, SampleQuality.Bad), latest);

        // What is written after the restart wins over what was written before.
        await Store.WriteAsync(power, (1000, 15), (500, 5));
        Store.Reopen();
        Assert.Equal([new(500, 5, default), new(1000, 15, default)], await Store.AllAsync(power));
        Assert.True(Store.Reader.TryGetLatest(power, out latest));
        Assert.Equal(15, latest.Value);
    }

    [Fact]
    public async Task A_long_series_is_read_in_blocks_that_join_without_a_seam()
    {
        int series = Store.Series("meter", "power");
        for (int part = 0; part < 4; part++)
            await Store.WriteAsync(series, Enumerable.Range(part * 40_000, 40_000).Select(i => (Origin + (i * 1000L), (double)i)));
        await Store.WriteAsync(series, Enumerable.Range(0, 1600).Select(i => (Origin + (i * 100_000L), -1.0)));
        List<Sample> all = await Store.AllAsync(series);
        Assert.Equal(160_000, all.Count);
        for (int i = 0; i < all.Count; i++)
            if (all[i].TimeMs != Origin + (i * 1000L) || all[i].Value != (i % 100 == 0 ? -1 : i)) Assert.Fail($"Sample {i} is {all[i]}.");
    }

    [Fact]
    public async Task Writers_side_by_side_all_find_their_samples()
    {
        int[] series = [.. Enumerable.Range(0, 8).Select(i => Store.Series($"meter {i}", "power"))];
        await Task.WhenAll(series.Select(number => Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                await Store.WriteAsync((number, new(i, i, default)), (series[(number + 1) % 8], new(1_000_000 + (number * 1000) + i, i, default)));
                Assert.True((await Store.AllAsync(number, 0, 1000)).Count == i + 1);
            }
        })));
        foreach (int number in series) Assert.Equal(100, (await Store.AllAsync(number)).Count);
    }

    [Fact]
    public async Task A_series_nobody_has_defined_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.WriteAsync(5, (1, 1)));
    }

    [Fact]
    public async Task A_stopped_store_refuses_batches()
    {
        int series = Store.Series("meter", "power");
        IIngest ingest = Store.Ingest;
        using Batch batch = Batch.Rent();
        batch.Add(series, 1, 1, default);
        Store.Close();
        var refused = await Assert.ThrowsAsync<IngestRefusedException>(async () => await ingest.WriteAsync(batch));
        Assert.Equal(IngestRefusal.Stopping, refused.Reason);
    }

    /// <summary>Three series of good, bad and impossible values, with corrections and late parts.</summary>
    private async Task<(int[] Series, List<Sample>[] Model)> FillAsync()
    {
        int[] series = [.. Enumerable.Range(0, 3).Select(i => Store.Series($"meter {i}", "power"))];
        var model = series.Select(_ => new SortedDictionary<long, Sample>()).ToArray();
        var random = new Random(7);
        for (int round = 0; round < 6; round++)
        {
            var batch = new List<(int, Sample)>();
            for (int i = 0; i < 1500; i++)
            {
                int which = random.Next(3);
                long time = Origin + (random.NextInt64(0, 3 * Day) / 30_000 * 30_000);
                double value = random.Next(40) switch
                {
                    0 => double.NaN,
                    1 => double.PositiveInfinity,
                    _ => Math.Round((random.NextDouble() * 200) - 50, 2),
                };
                if (which > 0 && double.IsInfinity(value)) value = 1; // two series without, so that sums and growths mean something
                var sample = new Sample(time, value, random.Next(8) == 0 ? new((QualityStatus)random.Next(1, 3), 'M') : default);
                model[which][time] = sample;
                batch.Add((series[which], sample));
            }

            await Store.WriteAsync(batch);
            if (round == 3) await Store.SettleAsync();
        }

        return (series, [.. model.Select(samples => samples.Values.ToList())]);
    }

    private async Task CheckAsync(int[] series, List<Sample>[] model, long from, long to, Step step, Aggregate aggregate)
    {
        var (starts, answers) = await Store.Reader.AggregateAsync(series, from, to, step, aggregate);
        Assert.True(starts[0] <= from && starts[^1] < to && (starts.Length == 1 || starts[1] > from));
        for (int i = 0; i < series.Length; i++)
        {
            if (aggregate == Aggregate.Delta && model[i].Exists(sample => double.IsInfinity(sample.Value))) continue; // no counter sends it
            double? before = model[i].Where(sample => sample.TimeMs < from && IsUsable(sample)).Select(sample => (double?)sample.Value).LastOrDefault();
            for (int at = 0; at < starts.Length; at++)
            {
                long start = Math.Max(from, starts[at]), end = at + 1 < starts.Length ? starts[at + 1] : to;
                Sample[] inStep = [.. model[i].Where(sample => sample.TimeMs >= start && sample.TimeMs < end)];
                double[] usable = [.. inStep.Where(IsUsable).Select(sample => sample.Value)];
                Assert.Equal((inStep.Length, usable.Length), (answers[i].Counts[at], answers[i].GoodCounts[at]));
                double expected = Expected(aggregate, inStep.Length, usable, before), actual = answers[i].Values[at];
                Assert.True(
                    expected.Equals(actual) || Math.Abs(expected - actual) <= 1e-9 * Math.Max(1, Math.Abs(expected)),
                    $"Series {i}, {aggregate} by {step}, step {at} of {starts.Length}: {expected:R} expected, {actual:R} found.");
                if (usable.Length > 0) before = usable[^1];
            }
        }
    }

    private static double Expected(Aggregate aggregate, int count, double[] usable, double? before)
    {
        if (aggregate == Aggregate.Count) return count;
        if (usable.Length == 0) return double.NaN;
        return aggregate switch
        {
            Aggregate.Avg => usable.Average(),
            Aggregate.Min => usable.Min(),
            Aggregate.Max => usable.Max(),
            Aggregate.Sum => usable.Sum(),
            Aggregate.First => usable[0],
            Aggregate.Last => usable[^1],
            _ => Growth(before is { } value ? [value, .. usable] : usable),
        };
    }

    private static double Growth(double[] counter) =>
        counter.Zip(counter.Skip(1)).Sum(pair => pair.Second >= pair.First ? pair.Second - pair.First : pair.Second);

    private static bool IsUsable(Sample sample) => sample.Quality.IsGood && !double.IsNaN(sample.Value);

    private static IEnumerable<long> DaysOf(TimeZoneInfo zone, long from, long to, Step step)
    {
        DateTime day = TimeZoneInfo.ConvertTimeFromUtc(DateTimeOffset.FromUnixTimeMilliseconds(from).UtcDateTime, zone).Date;
        if (step == Step.Month) day = new(day.Year, day.Month, 1);
        while (true)
        {
            long start = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(day, zone)).ToUnixTimeMilliseconds();
            if (start >= to) yield break;
            yield return start;
            day = step == Step.Day ? day.AddDays(1) : day.AddMonths(1);
        }
    }
}
