using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>Conditions over several points and time windows, and what is usual at this hour.</summary>
public sealed class AlarmExpressionTests
{
    private readonly AlarmStand stand = new(Temperature(1, 0), Temperature(2, 1));

    [Fact]
    public void Two_points_together_make_a_condition()
    {
        stand.Define(Expression("#1 > 80 and #2 > 60"));
        stand.Sample(85);
        Assert.Empty(stand.Desk());
        stand.Sample(61, series: 1);
        Assert.Equal("Expression Unacknowledged", stand.Desk());
        Assert.Equal("T1 = 85 degC, T2 = 61 degC", stand.Engine.Open().Single().Detail);
        stand.Sample(double.NaN);
        Assert.Equal("Expression Unacknowledged", stand.Desk()); // what is unknown neither raises nor clears
        stand.Sample(79);
        Assert.Equal("Expression ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void An_average_over_five_minutes_rises_later_than_a_peak_and_falls_although_nothing_comes()
    {
        stand.Define(Expression("avg(#1, 5min) > 50"));
        for (int i = 0; i < 120; i++) stand.Sample(0);
        for (int i = 0; i < 119; i++) stand.Sample(100);
        Assert.Empty(stand.Desk());
        for (int i = 0; i < 4; i++) stand.Sample(100);
        Assert.Equal("Expression Unacknowledged", stand.Desk());
        stand.Sample(0);
        for (int i = 0; i < 200; i++) stand.Sample(0);
        Assert.Equal("Expression ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void Starts_are_counted_in_an_hour_and_forgotten_after_it()
    {
        stand.Define(Expression("count(#1, 1h) >= 4"));
        for (int i = 0; i < 4; i++)
        {
            stand.Sample(1);
            stand.Pass(TimeSpan.FromMinutes(5));
        }
        Assert.Equal("Expression Unacknowledged", stand.Desk());
        stand.Pass(TimeSpan.FromMinutes(46));
        Assert.Equal("Expression ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void A_window_is_found_again_in_the_store_after_a_kill()
    {
        stand.Define(Expression("avg(#1, 5min) > 50"));
        for (int i = 0; i < 250; i++) stand.Sample(40);
        stand.Write(allMarks: true);
        stand.KillAndStart();
        stand.Sample(500);
        Assert.Empty(stand.Desk()); // one peak among 250: without the window it would have been the average
        for (int i = 0; i < 10; i++) stand.Sample(500);
        Assert.Equal("Expression Unacknowledged", stand.Desk());
    }

    [Fact]
    public void A_rule_suppresses_by_design_while_it_holds()
    {
        stand.SetPoints(AlarmStand.Point(lowLow: null, low: null, highHigh: null), Temperature(2, 1));
        stand.Define(new AlarmDefinition { Id = AlarmKeys.OfLimit(1, AlarmKind.High), Code = "A", NameZh = "甲", Kind = AlarmKind.High, AssetId = 7, PointId = 1, Priority = 3, SuppressWhen = "#2 < 5" });
        stand.Sample(1, series: 1);
        stand.Sample(85);
        Assert.Empty(stand.Desk());
        stand.Write(allMarks: true);
        Assert.Equal("High Suppressed", stand.Everything());
        stand.KillAndStart();
        stand.Sample(10, series: 1);
        Assert.Equal("High Unacknowledged", stand.Desk());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(37)]
    public void A_window_says_what_the_samples_say(int stepMs)
    {
        const long window = 60_000;
        var random = new Random(stepMs);
        var track = new WindowTrack(window, 900_000);
        List<(long Time, double Value)> all = [];
        long slack = window / WindowTrack.Slots;
        for (long time = 1_000_000; time < 1_300_000; time += stepMs)
        {
            double value = random.Next(0, 100);
            all.Add((time, value));
            track.Add(time, value);
            double count = track.Over(Ordo.Foundation.Expressions.WindowFunction.Count, time).Value;
            Assert.InRange(count, all.Count(s => s.Time > time - window), all.Count(s => s.Time > time - window - slack));
            Assert.InRange(track.Over(Ordo.Foundation.Expressions.WindowFunction.Max, time).Value,
                all.Where(s => s.Time > time - window).Max(s => s.Value), all.Where(s => s.Time > time - window - slack).Max(s => s.Value));
        }
        Assert.False(track.Over(Ordo.Foundation.Expressions.WindowFunction.Avg, 2_000_000).IsKnown);
    }

    /// <summary>Four weeks of a value that is high by day and low by night: a day's value at night is unusual, at noon it is not.</summary>
    [Fact]
    public void A_band_knows_what_is_usual_at_this_hour()
    {
        var profile = new BandProfile(TimeZoneInfo.Utc);
        var random = new Random(1);
        long start = DateTimeOffset.Parse("2026-02-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        List<long> times = [];
        List<double> values = [];
        for (long time = start; time < start + (28L * 86_400_000); time += 60_000)
        {
            bool isDay = (time / 3_600_000 % 24) is >= 8 and < 18;
            times.Add(time);
            values.Add((isDay ? 100 : 20) + random.NextDouble());
        }
        profile.Learn(new([.. times], [.. values], new SampleQuality[times.Count]), 1, 0, [(start, start + 60_000)]);

        stand.Define(new AlarmDefinition { Id = 100, Code = "B", NameZh = "带", Kind = AlarmKind.Band, AssetId = 7, PointId = 1, Priority = 4, Limit = 4, Deadband = 1 });
        stand.Sample(1000);
        Assert.Empty(stand.Desk()); // nothing was learned yet
        BandEvaluator band = Assert.IsType<BandEvaluator>(stand.Engine.NextToLearn());
        Assert.Null(stand.Engine.NextToLearn());
        stand.Engine.Learned(band, profile);
        stand.Time.Advance(TimeSpan.FromHours(2));
        stand.Sample(100.5);
        Assert.Equal("Band Unacknowledged", stand.Desk()); // at two in the morning
        stand.Sample(20.5);
        Assert.Equal("Band ReturnedUnacknowledged", stand.Desk());
        stand.Time.Advance(TimeSpan.FromHours(10));
        stand.Sample(100.5);
        Assert.Equal("Band ReturnedUnacknowledged", stand.Desk());
    }

    private static PointEntry Temperature(long id, int series)
    {
        PointEntry entry = AlarmStand.Point(id, series, null, null, null, null);
        entry.Point.Quantity = "temperature";
        return entry;
    }

    private static AlarmDefinition Expression(string text) => new() { Id = 100, Code = "E", NameZh = "式", Kind = AlarmKind.Expression, AssetId = 7, Priority = 3, Expression = text };
}
