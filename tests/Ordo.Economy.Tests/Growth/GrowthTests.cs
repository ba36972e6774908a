using Ordo.Economy.Growth;

namespace Ordo.Economy.Tests.Growth;

public class GrowthTests
{
    [Fact]
    public void Single_months_come_out_of_cumulative_values_and_January_stays_with_February()
    {
        IReadOnlyList<MonthStep> steps = CumulativeSeries.Months([null, 222.6m, 353.1m], [null, 210.0m, 330.0m]);
        Assert.Equal(2, steps.Count);
        Assert.Equal((1, 2, 222.6m, 6.0m, 6.0m), (steps[0].FirstMonth, steps[0].LastMonth, steps[0].Value, steps[0].Growth!.Value, steps[0].CumulativeGrowth!.Value));
        Assert.Equal((3, 3, 130.5m, 8.75m, 7.0m), (steps[1].FirstMonth, steps[1].LastMonth, steps[1].Value, steps[1].Growth!.Value, steps[1].CumulativeGrowth!.Value));
    }

    [Fact]
    public void A_gap_ends_the_months_instead_of_making_one_of_two() =>
        Assert.Single(CumulativeSeries.Months([null, 10, null, 40], [null, 9, 15, 20]));

    [Theory]
    [InlineData(6.4, 7.0526, 4)]
    [InlineData(6.35, 6.92, 2)]
    [InlineData(6.45, 7.18, 2)]
    public void A_month_from_rates_and_base_share(double quarter, double march, int digits) =>
        Assert.Equal((decimal)march, GrowthRate.OfMonthFromRates(62, 6.0m, (decimal)quarter), digits);

    [Fact]
    public void Growth_compares_the_same_enterprises()
    {
        Assert.Equal(7.4m, GrowthRate.Of(500, 465.549m)!.Value, 3);
        Assert.Equal(4.167m, GrowthRate.Of(500, 480)!.Value, 3);
        Assert.Null(GrowthRate.Of(500, 0));
        Assert.Null(GrowthRate.Of(500, -20)); // from a loss there is no rate
    }

    [Fact]
    public void Real_growth_and_means_of_growth()
    {
        Assert.Equal(15.942m, GrowthRate.Real(20, 103.5m), 3);
        Assert.Equal(115.942m, GrowthRate.AtComparablePrices(120, 103.5m), 3);
        Assert.Equal(1.3382256m, GrowthRate.Factor([6, 6, 6, 6, 6]), 7);
        Assert.Equal(6, GrowthRate.Average(100, 133.82256m, 5)!.Value, 6);
        Assert.Equal(6, GrowthRate.Mean([6, 6]), 9);
        Assert.Equal((Math.Pow(1.01, 12) - 1) * 100, GrowthRate.Annualised([100, 101])!.Value, 6);
        Assert.Equal((Math.Pow(1.03, 4) - 1) * 100, GrowthRate.Annualised([100, 101, 102, 103])!.Value, 6);
        Assert.Null(GrowthRate.Annualised([0, 101]));
    }

    /// <summary>Days of the festival, shares in January before and during it, share in January and February after it.</summary>
    [Theory]
    [InlineData("2019-02-05", 0.80, 0, 0, 0.90)]
    [InlineData("2020-01-25", 1.00, 1.00, 0.05, 0.95)]
    [InlineData("2021-02-12", 0.45, 0, 0, 0.55)]
    [InlineData("2022-02-01", 1.00, 0.1429, 0, 1.00)]
    [InlineData("2023-01-22", 1.00, 1.00, 0.20, 0.80)]
    [InlineData("2024-02-10", 0.55, 0, 0, 0.70)]
    [InlineData("2025-01-29", 1.00, 0.5714, 0, 1.00)]
    [InlineData("2026-02-17", 0.20, 0, 0, 0.30)]
    [InlineData("2027-02-06", 0.75, 0, 0, 0.85)]
    public void The_festival_moves_between_months(string day, double before, double during, double afterInJanuary, double afterInFebruary)
    {
        DateOnly festival = DateOnly.ParseExact(day, "yyyy-MM-dd");
        Assert.Equal((decimal)before, SpringFestival.Before(festival, 1), 4);
        Assert.Equal((decimal)during, SpringFestival.Holiday(festival, 1), 4);
        Assert.Equal((decimal)afterInJanuary, SpringFestival.After(festival, 1), 4);
        Assert.Equal((decimal)afterInFebruary, SpringFestival.After(festival, 2), 4);
        Assert.Equal(1, Enumerable.Range(1, 3).Sum(month => SpringFestival.After(festival, month)));
    }
}
