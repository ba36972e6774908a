using Ordo.Operations.Performance;

namespace Ordo.Operations.Tests.Performance;

/// <summary>The calculations against worked numbers that can be checked by hand.</summary>
public sealed class PerformanceNumbersTests
{
    private static readonly DateOnly Day = new(2026, 3, 1);

    /// <summary>26 periods of ten minutes with two upsets and a short one between.</summary>
    private static readonly int[] Upsets = [2, 1, 0, 3, 12, 25, 18, 9, 6, 4, 2, 1, 0, 11, 4, 3, 1, 0, 0, 2, 15, 13, 5, 5, 5, 3];

    [Fact]
    public void Floods_begin_above_ten_and_end_before_the_first_period_below_five()
    {
        IReadOnlyList<AlarmFlood> floods = AlarmFlood.In(Upsets);
        Assert.Equal([new(4, 5, 70, 25), new(13, 1, 11, 11), new(20, 5, 43, 15)], floods);
    }

    [Fact]
    public void A_flood_that_still_lasts_ends_with_the_period()
    {
        Assert.Equal([new AlarmFlood(1, 2, 17, 11)], AlarmFlood.In([0, 11, 6]));
        Assert.Empty(AlarmFlood.In([10, 10, 10])); // ten is not more than ten
        Assert.Empty(AlarmFlood.In([]));
    }

    [Fact]
    public void Two_operators_share_a_flood()
    {
        Assert.Empty(AlarmFlood.In([20, 9], operators: 2));
        Assert.Equal([new AlarmFlood(0, 2, 31, 21)], AlarmFlood.In([21, 10, 9], operators: 2));
    }

    [Fact]
    public void The_figures_of_the_two_upsets_are_those_worked_by_hand()
    {
        PerformanceCounts counted = Count(Upsets);
        IReadOnlyList<AlarmFlood> floods = AlarmFlood.In(counted.PerTenMinutes);
        Dictionary<string, PerformanceFigure> figures = PerformanceFigures.Of(counted, floods, 26 * PerformanceCounts.PeriodMs, 1, 4, Day).ToDictionary(f => f.Code);

        Assert.Equal(150, counted.Total);
        Assert.Equal(5.769, figures["averageRate"].Value!.Value, 3);
        Assert.Equal(830.8, figures["perDay"].Value!.Value, 1);
        Assert.Equal(25, figures["peak"].Value);
        Assert.Equal(100.0 * 6 / 26, figures["busyPeriods"].Value!.Value, 6); // 12, 25, 18, 11, 15 and 13
        Assert.Equal(100.0 * 110 / 260, figures["timeInFlood"].Value!.Value, 6); // 42.3 %
        Assert.All((string[])["averageRate", "perDay", "peak", "busyPeriods", "timeInFlood"], code => Assert.Equal(TargetVerdict.Missed, figures[code].Verdict));
        Assert.Equal(TargetVerdict.Met, figures["stale"].Verdict);
    }

    [Fact]
    public void More_operators_halve_the_rate_and_not_the_number_of_alarms()
    {
        PerformanceCounts counted = Count([2, 2, 2, 2]);
        var figures = PerformanceFigures.Of(counted, [], 4 * PerformanceCounts.PeriodMs, 2, 0, Day).ToDictionary(f => f.Code);
        Assert.Equal((8, 1.0, TargetVerdict.Met), (counted.Total, figures["averageRate"].Value, figures["averageRate"].Verdict));
        Assert.Equal(TargetVerdict.Borderline, PerformanceFigures.Of(counted, [], 4 * PerformanceCounts.PeriodMs, 1, 0, Day)[0].Verdict);
    }

    [Fact]
    public void The_ten_most_frequent_of_a_week_make_the_share_worked_by_hand()
    {
        int[] perAlarm = [5, 412, 188, 133, 97, 80, 61, 55, 40, 31, 27, 26, .. Enumerable.Repeat(5, 149)];
        Assert.Equal(1900, perAlarm.Sum());
        int[] top = PerformanceFigures.MostFrequent(perAlarm, 10);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], top);
        Assert.Equal(59.16, PerformanceFigures.Percent(top.Sum(number => perAlarm[number]), 1900), 2);
    }

    [Fact]
    public void Of_equally_frequent_alarms_the_first_met_come_first_and_silent_ones_never()
    {
        Assert.Equal([3, 1, 2], PerformanceFigures.MostFrequent([0, 4, 4, 9, 0, 4], 3));
        Assert.Equal([1], PerformanceFigures.MostFrequent([0, 1], 10));
    }

    [Theory]
    [InlineData("averageRate", 1, TargetVerdict.Met)]
    [InlineData("averageRate", 2, TargetVerdict.Borderline)]
    [InlineData("averageRate", 2.01, TargetVerdict.Missed)]
    [InlineData("timeInFlood", 0.99, TargetVerdict.Met)]
    [InlineData("timeInFlood", 1, TargetVerdict.Missed)]
    [InlineData("priority4", 80, TargetVerdict.Met)]
    [InlineData("priority4", 60, TargetVerdict.Borderline)]
    [InlineData("priority4", 59.9, TargetVerdict.Missed)]
    [InlineData("chattering", 0, TargetVerdict.Met)]
    [InlineData("chattering", 1, TargetVerdict.Missed)]
    public void A_figure_is_judged_on_the_right_side_of_its_target(string code, double value, TargetVerdict verdict) =>
        Assert.Equal(verdict, PerformanceTarget.Find(code, Day)!.Judge(value));

    [Fact]
    public void Targets_are_dated_name_their_source_and_say_when_they_are_unverified()
    {
        Assert.Equal(13, PerformanceTarget.All.Count);
        Assert.All(PerformanceTarget.All, target => Assert.NotEqual("", target.Source));
        Assert.Equal(["topTen", "stale"], PerformanceTarget.All.Where(target => !target.Verified).Select(target => target.Code));
        Assert.Null(PerformanceTarget.Find("averageRate", new(2015, 12, 31)));
        Assert.Throws<FormatException>(() => PerformanceTarget.Parse("averageRate\tatMost\t1"));
    }

    [Fact]
    public void Three_times_within_a_minute_is_chatter_and_no_longer_fleeting()
    {
        var alarm = new ChatterWatch();
        alarm.Add(0, 5_000);
        alarm.Add(20_000, 5_000);
        Assert.Equal((0, 2), (alarm.Episodes, alarm.Fleeting));
        alarm.Add(50_000, 10_000); // cleared at 60 s
        Assert.Equal((1, 3, 0), (alarm.Episodes, alarm.InEpisodes, alarm.Fleeting));
        alarm.Add(70_000, 5_000); // 20 … 75 s: the same episode
        Assert.Equal((1, 4, 0), (alarm.Episodes, alarm.InEpisodes, alarm.Fleeting));
        alarm.Add(500_000, 8_000);
        Assert.Equal((1, 4, 1), (alarm.Episodes, alarm.InEpisodes, alarm.Fleeting));
    }

    [Fact]
    public void A_third_time_that_clears_after_the_minute_is_no_chatter()
    {
        var alarm = new ChatterWatch();
        alarm.Add(0, 1_000);
        alarm.Add(20_000, 1_000);
        alarm.Add(50_000, 10_001);
        Assert.Equal((0, 0, 2), (alarm.Episodes, alarm.InEpisodes, alarm.Fleeting));
    }

    [Fact]
    public void What_still_stands_breaks_the_chatter()
    {
        var alarm = new ChatterWatch();
        alarm.Add(0, 1_000);
        alarm.Add(10_000, 1_000);
        alarm.Add(20_000, null);
        alarm.Add(30_000, 1_000);
        Assert.Equal(0, alarm.Episodes);
    }

    [Fact]
    public void Two_episodes_apart_are_two()
    {
        var alarm = new ChatterWatch();
        foreach (long begin in (long[])[0, 600_000])
            for (int i = 0; i < 3; i++) alarm.Add(begin + (i * 10_000), 1_000);
        Assert.Equal((2, 6), (alarm.Episodes, alarm.InEpisodes));
    }

    [Fact]
    public void Delays_have_the_quantiles_that_sorting_would_give()
    {
        var random = new Random(4);
        var histogram = new DelayHistogram();
        int[] delays = [.. Enumerable.Range(0, 2_001).Select(_ => random.Next(0, 3_600))];
        foreach (int delay in delays) histogram.Add(delay);
        int[] sorted = [.. delays.Order()];
        Assert.Equal((sorted[1_000], sorted[1_800]), (histogram.Quantile(0.5), histogram.Quantile(0.9)));
        Assert.Null(new DelayHistogram().Quantile(0.5));
    }

    [Fact]
    public void Long_delays_are_told_to_the_minute_and_a_clock_ahead_is_no_negative_delay()
    {
        var histogram = new DelayHistogram();
        histogram.Add(-3);
        histogram.Add(7_259);
        histogram.Add(86_400L * 365);
        Assert.Equal((0, 7_200, (8 * 24 * 60 - 1) * 60), (histogram.Quantile(0.1), histogram.Quantile(0.5), histogram.Quantile(1)));
    }

    [Fact]
    public void An_alarm_is_stale_from_its_second_day_on_until_it_clears()
    {
        const long hour = 3_600_000, day = 24 * hour;
        Assert.Equal(0, StaleAlarms.WorstDay([new(1, 0, null)], 0, day - 1));
        Assert.Equal(1, StaleAlarms.WorstDay([new(1, 0, null)], 0, 3 * day));
        Assert.Equal(0, StaleAlarms.WorstDay([new(1, 0, 23 * hour)], 0, 3 * day));
        Assert.Equal(0, StaleAlarms.WorstDay([new(1, -9 * day, -1)], 0, 3 * day)); // over before the period
        // one stale on the first two days, another on the last: never two at once
        Assert.Equal(1, StaleAlarms.WorstDay([new(1, -5 * day, 2 * day - 1), new(2, day + hour, null)], 0, 3 * day));
        Assert.Equal(2, StaleAlarms.WorstDay([new(1, -5 * day, null), new(2, day + hour, null)], 0, 3 * day));
    }

    [Fact]
    public void Only_what_is_asked_for_is_counted()
    {
        var rises = new RiseColumns(0);
        DateTimeOffset begin = DateTimeOffset.UnixEpoch.AddDays(1);
        rises.Add(begin.AddMinutes(-1), null, null, 0, 3); // before
        rises.Add(begin, begin.AddSeconds(30), begin.AddSeconds(12), 0, 2);
        rises.Add(begin.AddMinutes(9), null, null, 1, 4); // not in the scope
        rises.Add(begin.AddMinutes(11), null, begin.AddMinutes(12), 0, 3);
        rises.Add(begin.AddMinutes(20), null, null, 0, 3); // after
        var counted = new PerformanceCounts(begin.ToUnixTimeMilliseconds(), begin.AddMinutes(20).ToUnixTimeMilliseconds(), [true, false]);
        counted.Add(rises);
        Assert.Equal((2, 2, 0), (counted.Total, counted.PerAlarm[0], counted.PerAlarm[1]));
        Assert.Equal([1, 1], counted.PerTenMinutes);
        Assert.Equal([0, 0, 1, 1, 0], counted.PerPriority);
        Assert.Equal((2, 12, 60), (counted.Acknowledgement[0].Count, counted.Acknowledgement[2].Quantile(1), counted.Acknowledgement[3].Quantile(1)));
    }

    private static PerformanceCounts Count(int[] perTenMinutes)
    {
        var rises = new RiseColumns(0);
        for (int period = 0; period < perTenMinutes.Length; period++)
            for (int i = 0; i < perTenMinutes[period]; i++)
                rises.Add(DateTimeOffset.UnixEpoch.AddMinutes(10 * period).AddSeconds(i), null, null, i, 4);
        var counted = new PerformanceCounts(0, perTenMinutes.Length * PerformanceCounts.PeriodMs, [.. Enumerable.Repeat(true, 100)]);
        counted.Add(rises);
        return counted;
    }
}
