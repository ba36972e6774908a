using Ordo.Economy.Filing;
using Ordo.Economy.Forecasting;
using Ordo.Economy.Forecasting.Festival;
using Ordo.Economy.Growth;

namespace Ordo.Economy.Tests.Forecasting.Festival;

public class FestivalTests
{
    private static readonly Period First = Period.Step(2017, 2);

    /// <summary>Eleven steps a year with trend, season and noise, and the weeks behind the festival slower by the given coefficient.</summary>
    private static double[] Series(int steps, double coefficient, int seed)
    {
        var random = new Random(seed);
        double[] season = [1.75, 1.02, 1, 1.01, 1.03, 0.97, 0.98, 1.02, 1.04, 1.05, 1.08], series = new double[steps];
        Period step = First;
        for (int i = 0; i < steps; i++, step = step.NextStep)
            series[i] = 100 * Math.Exp(0.004 * i + coefficient * SpringFestival.Shift(step) + 0.01 * (random.NextDouble() - 0.5)) * season[i % 11];
        return series;
    }

    [Theory]
    [InlineData(2019, "2019-02-05")]
    [InlineData(2020, "2020-01-25")]
    [InlineData(2021, "2021-02-12")]
    [InlineData(2022, "2022-02-01")]
    [InlineData(2023, "2023-01-22")]
    [InlineData(2024, "2024-02-10")]
    [InlineData(2025, "2025-01-29")]
    [InlineData(2026, "2026-02-17")]
    [InlineData(2027, "2027-02-06")]
    public void The_festival_is_on_its_published_day(int year, string day) => Assert.Equal(day, SpringFestival.DayOf(year).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Only_the_border_of_February_and_March_moves()
    {
        // 14 of the 20 days behind the festival of 2026 lie in March, none of 2025.
        Assert.Equal(14 / 31.0, SpringFestival.Shift(Period.Step(2026, 3)) - SpringFestival.Shift(Period.Step(2025, 3)), 10);
        Assert.Equal(-14 / 59.0, SpringFestival.Shift(Period.Step(2026, 2)) - SpringFestival.Shift(Period.Step(2025, 2)), 10);
        Assert.All(Enumerable.Range(4, 9), month => Assert.Equal(0, SpringFestival.Shift(Period.Step(2026, month))));
        Assert.Equal(0, Enumerable.Range(1990, 61).Sum(year => SpringFestival.Shift(Period.Step(year, 3))), 9);
    }

    [Fact]
    public void The_effect_that_a_series_was_made_with_is_found()
    {
        FestivalEffect effect = FestivalEffect.Of(Series(110, -0.5, 3), First)!;
        Assert.InRange(effect.Coefficient, -0.56, -0.44);
        Assert.InRange(effect.StandardError, 0.001, 0.05);
        Assert.Equal((Math.Exp(effect.Coefficient * 10 / 31) - 1) * 100, effect.TenDaysOfMarch, 10);
        Assert.Null(FestivalEffect.Of(Series(FestivalEffect.Shortest - 1, -0.5, 3), First));
        Assert.Null(FestivalEffect.Of([.. Series(110, -0.5, 3).Select(value => value - 130)], First));
    }

    [Fact]
    public void It_is_used_where_it_makes_the_back_test_better_and_said_in_any_case()
    {
        (IForecastMethod method, RollingTest? test, FestivalReport report) = FestivalChoice.Of(ForecastMethods.Ets, Series(102, -0.5, 5), First, 6, 15, 0.9);
        Assert.True(report.Used, report.Reason);
        Assert.True(report.SmapeWith < report.SmapeWithout);
        Assert.Equal(report.SmapeWith, test!.Smape);
        Assert.Contains("Spring Festival", method.Forecast(Series(102, -0.5, 5), 11, 6).Model, StringComparison.Ordinal);

        (method, test, report) = FestivalChoice.Of(ForecastMethods.Ets, Series(102, 0, 5), First, 6, 15, 0.9);
        Assert.Equal(report.SmapeWith < report.SmapeWithout, report.Used);
        Assert.Equal(Math.Min(report.SmapeWith!.Value, report.SmapeWithout!.Value), test!.Smape);

        (method, _, report) = FestivalChoice.Of(ForecastMethods.Ets, Series(40, -0.5, 5), First, 6, 15, 0.9);
        Assert.Equal((false, null, ForecastMethods.Ets), (report.Used, report.Coefficient, method));
        Assert.Contains("40", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_festival_lowers_the_March_that_is_forecast()
    {
        double[] series = Series(99, -0.6, 8); // ends in December 2025; the festival of 2026 is late
        Forecast plain = ForecastMethods.Ets.Forecast(series, 11, 2), with = new FestivalMethod(ForecastMethods.Ets, First).Forecast(series, 11, 2);
        Assert.True(with.Mean[1] < plain.Mean[1] * 0.95);
        Assert.True(with.Mean[0] > plain.Mean[0]);
        Assert.True(with.Lower[1] < with.Mean[1] && with.Mean[1] < with.Upper[1]);
    }
}
