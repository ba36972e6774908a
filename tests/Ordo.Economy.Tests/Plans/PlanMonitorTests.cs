using Ordo.Economy.Plans;

namespace Ordo.Economy.Tests.Plans;

public class PlanMonitorTests
{
    private static readonly DateOnly Start = new(2021, 1, 1), End = new(2025, 12, 31), End2023 = new(2023, 12, 31);
    private static readonly PlanBands Bands = new();

    private static PlanAssessment Assess(TargetKind kind, decimal? from, decimal? to, decimal? value, DateOnly? asOf = null, bool atLeast = false) =>
        PlanMonitor.Assess(new(kind, from, to, Start, End), new(asOf ?? End2023, value, atLeast), Bands);

    [Fact]
    public void Time_passes_by_years_and_by_days()
    {
        Assert.Equal(60m, PlanMonitor.TimeProgress(Start, End, End2023));
        Assert.Equal(70m, PlanMonitor.TimeProgress(Start, End, new(2024, 6, 30)), 0);
        Assert.Equal(69.93m, PlanMonitor.TimeProgressByDays(Start, End, new(2024, 6, 30)), 2);
        Assert.Equal((0m, 100m), (PlanMonitor.TimeProgress(Start, End, new(2020, 5, 1)), PlanMonitor.TimeProgress(Start, End, new(2030, 1, 1))));
    }

    [Fact]
    public void A_year_is_not_even()
    {
        decimal[] shares = [6, 6, 8, 8.2m, 8.4m, 8.8m, 8.5m, 8.6m, 8.9m, 9.1m, 9.3m, 10.2m];
        decimal time = PlanMonitor.SeasonalTimeProgress(shares, 6);
        Assert.Equal(45.4m, time);
        Assert.Equal(0.925m, 42.0m / time, 3);
        Assert.Throws<ArgumentException>(() => PlanMonitor.SeasonalTimeProgress([50, 50], 6));
    }

    /// <summary>Progress and index at the end of 2023 as the indicator notes compute them from the published figures.</summary>
    [Theory]
    [InlineData(TargetKind.Ratio, 46.8, 60.0, 49.6, 21.21, 0.354, PlanStatus.AtRisk, Delay.Serious)] // digital rate of equipment
    [InlineData(TargetKind.Rising, 11.0, 30.0, 32.0, 110.53, 1.842, PlanStatus.Done, Delay.None)] // platforms
    [InlineData(TargetKind.Rising, 0.0, 40.0, 57.0, 142.5, 2.375, PlanStatus.Done, Delay.None)] // workshops
    [InlineData(TargetKind.Rising, 0.0, 15.0, 35.0, 233.33, 3.889, PlanStatus.Done, Delay.None)] // smart factories
    [InlineData(TargetKind.Rising, 1.0, 3.0, 6.0, 250, 4.167, PlanStatus.Done, Delay.None)] // 5G base stations
    [InlineData(TargetKind.Ratio, 0.0, 100.0, 63.86, 63.86, 1.064, PlanStatus.OnTrack, Delay.None)] // smart parks, as coverage
    [InlineData(TargetKind.Falling, 15.7, 14.13, 14.6, 70.06, 1.168, PlanStatus.OnTrack, Delay.None)] // water for 万元
    public void The_published_targets(TargetKind kind, double from, double to, double value, double progress, double index, PlanStatus status, Delay delay)
    {
        PlanAssessment result = Assess(kind, (decimal)from, (decimal)to, (decimal)value);
        Assert.Equal((decimal)progress, result.Progress!.Value, 2);
        Assert.Equal((decimal)index, result.Index!.Value, 3);
        Assert.Equal((status, delay), (result.Status, result.Delay));
    }

    [Fact]
    public void The_path_and_the_pace_that_is_left()
    {
        PlanAssessment digital = Assess(TargetKind.Ratio, 46.8m, 60, 49.6m);
        Assert.Equal(54.72m, digital.PathValue);
        Assert.Equal(10.4m, digital.Rest);
        Assert.Equal(5.2m, digital.RequiredPerYear!.Value, 9);
        PlanAssessment parks = Assess(TargetKind.YesNo, null, 83, 53);
        Assert.Equal((63.8554m, 15m), (Math.Round(parks.Progress!.Value, 4), parks.RequiredPerYear!.Value));
        Assert.Equal(64.9m, 55 * (1 + 18 / 100m)); // 亩均产值 of 2025
        PlanAssessment yield = Assess(TargetKind.Rising, 55, 64.9m, 62);
        Assert.Equal(70.7m, yield.Progress!.Value, 1);
    }

    [Fact]
    public void More_than_is_a_bound_and_proves_only_what_it_reaches()
    {
        PlanAssessment servers = Assess(TargetKind.Rising, 120, 300, 260, atLeast: true);
        Assert.Equal((PlanStatus.Ahead, true), (servers.Status, servers.IsLowerBound));
        Assert.Equal(77.78m, servers.Progress!.Value, 2);
        Assert.Equal(1.296m, servers.Index!.Value, 3);
        Assert.Equal(PlanStatus.NoData, Assess(TargetKind.Rising, 0, 15, 4, atLeast: true).Status); // behind, or only not counted?
        Assert.Equal(PlanStatus.NoData, Assess(TargetKind.Falling, 100, 80, 85, atLeast: true).Status);
        Assert.Equal(PlanStatus.NoData, Assess(TargetKind.Rising, 0, 15, 14, End, atLeast: true).Status);
    }

    [Fact]
    public void A_mean_growth_is_done_only_when_the_last_year_is()
    {
        var target = new PlanTarget(TargetKind.MeanGrowth, 4.5m, 6, Start, End);
        PlanAssessment result = PlanMonitor.Assess(target, new(End2023, null, YearlyRates: [8.1m, 8.2m, 7.4m]), Bands);
        Assert.Equal(3.2134m, result.RequiredPerYear!.Value, 4);
        Assert.Equal(PlanStatus.Ahead, result.Status);
        Assert.Equal(1.25620m, Ordo.Economy.Growth.GrowthRate.Factor([8.1m, 8.2m, 7.4m]), 5);
        Assert.Equal(PlanStatus.Done, PlanMonitor.Assess(target, new(End, null, YearlyRates: [8.1m, 8.2m, 7.4m, 5, 5]), Bands).Status);
        Assert.Equal(PlanStatus.Missed, PlanMonitor.Assess(target, new(End, null, YearlyRates: [5, 5, 5, 5, 5]), Bands).Status);
        Assert.Equal(PlanStatus.NoData, PlanMonitor.Assess(target, new(End2023, null), Bands).Status);
    }

    [Fact]
    public void A_sum_of_flows_begins_at_zero_whatever_the_years_before_brought()
    {
        PlanAssessment investment = Assess(TargetKind.Cumulative, 9300, 12000, 7000);
        Assert.Equal(58.33m, investment.Progress!.Value, 2);
        Assert.Equal((PlanStatus.AtRisk, Delay.Slight), (investment.Status, investment.Delay));
        Assert.Equal(2500m, investment.RequiredPerYear!.Value);
    }

    [Theory]
    [InlineData(80, PlanStatus.OnTrack, Delay.None)]
    [InlineData(90, PlanStatus.AtRisk, Delay.Slight)]
    [InlineData(101, PlanStatus.AtRisk, Delay.Serious)]
    public void A_ceiling_warns_before_it_is_broken(int value, PlanStatus status, Delay delay)
    {
        PlanAssessment result = Assess(TargetKind.Ceiling, null, 100, value);
        Assert.Equal((status, delay), (result.Status, result.Delay));
        Assert.Equal(value > 100 ? PlanStatus.Missed : PlanStatus.Done, Assess(TargetKind.Ceiling, null, 100, value, End).Status);
    }

    [Fact]
    public void Missing_is_never_said_before_the_end()
    {
        Assert.Equal(PlanStatus.AtRisk, Assess(TargetKind.Rising, 0, 100, 1, new(2025, 12, 30)).Status);
        Assert.Equal(PlanStatus.Missed, Assess(TargetKind.Rising, 0, 100, 99, End).Status);
        Assert.Equal(PlanStatus.Done, Assess(TargetKind.Rising, 0, 100, 100, End).Status);
        Assert.Equal(PlanStatus.OnTrack, Assess(TargetKind.YesNo, null, 1, 0).Status);
        Assert.Equal(PlanStatus.Missed, Assess(TargetKind.YesNo, null, 1, 0, End).Status);
        Assert.Equal(PlanStatus.Done, Assess(TargetKind.YesNo, null, 1, 1).Status);
    }

    [Fact]
    public void What_is_not_known_is_said()
    {
        Assert.Equal(PlanStatus.TargetNotSet, Assess(TargetKind.Falling, null, null, 5).Status); // 完成国家目标任务
        Assert.Equal(PlanStatus.NoData, Assess(TargetKind.Rising, 0, 10, null).Status);
        PlanAssessment noBase = Assess(TargetKind.Rising, null, 200, 150);
        Assert.True(noBase.HasNoBase);
        Assert.Equal(75m, noBase.Progress);
        Assert.Equal(70.06m, Assess(TargetKind.Falling, 0, 10, 7.006m).Progress!.Value, 2); // a cut, counted from zero
    }
}
