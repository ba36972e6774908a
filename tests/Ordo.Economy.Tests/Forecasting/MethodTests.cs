using Ordo.Economy.Forecasting;

namespace Ordo.Economy.Tests.Forecasting;

/// <summary>What every method owes to whoever calls it.</summary>
public class MethodTests
{
    public static TheoryData<string> Names => new(ForecastMethods.All.Select(method => method.Name));

    /// <summary>Six years of months with trend, season and a disturbance that repeats from run to run.</summary>
    private static double[] Months(int count = 72)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(i => (100 + i) * (1 + 0.3 * Math.Sin(i * Math.PI / 6)) + random.NextDouble() * 4)];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_forecast_has_an_interval_around_it(string name)
    {
        Forecast forecast = ForecastMethods.Find(name)!.Forecast(Months(), 12, 18);
        Assert.Equal((18, 18, 18), (forecast.Mean.Count, forecast.Lower.Count, forecast.Upper.Count));
        for (int h = 0; h < 18; h++)
        {
            Assert.True(forecast.Lower[h] < forecast.Mean[h] && forecast.Mean[h] < forecast.Upper[h], $"step {h + 1}");
            Assert.True(forecast.Lower[h] >= 0, "a series that was never negative has no negative limit");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wider_probability_gives_a_wider_interval(string name)
    {
        IForecastMethod method = ForecastMethods.Find(name)!;
        Forecast narrow = method.Forecast(Months(), 12, 6, 0.5), wide = method.Forecast(Months(), 12, 6, 0.95);
        for (int h = 0; h < 6; h++) Assert.True(wide.Upper[h] - wide.Lower[h] > narrow.Upper[h] - narrow.Lower[h]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_constant_series_stays_constant(string name)
    {
        Forecast forecast = ForecastMethods.Find(name)!.Forecast([.. Enumerable.Repeat(42.0, 40)], 12, 12);
        Assert.All(forecast.Mean, value => Assert.Equal(42, value, 3));
        Assert.All(forecast.Upper, value => Assert.Equal(42, value, 2));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Zeros_and_negative_values_give_numbers(string name)
    {
        double[] series = [.. Months().Select((value, i) => i % 9 == 0 ? 0 : value - 130)];
        Forecast forecast = ForecastMethods.Find(name)!.Forecast(series, 12, 12);
        Assert.All(forecast.Mean.Concat(forecast.Lower).Concat(forecast.Upper), value => Assert.True(double.IsFinite(value)));
        Forecast zeros = ForecastMethods.Find(name)!.Forecast(new double[30], 12, 12);
        Assert.All(zeros.Mean, value => Assert.Equal(0, value, 6));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_unit_does_not_matter(string name)
    {
        double[] months = Months();
        Forecast yuan = ForecastMethods.Find(name)!.Forecast([.. months.Select(value => value * 1e4)], 12, 6);
        Forecast tenThousands = ForecastMethods.Find(name)!.Forecast(months, 12, 6);
        for (int h = 0; h < 6; h++) Assert.Equal(1, yuan.Mean[h] / 1e4 / tenThousands.Mean[h], 4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_cannot_be_forecast_is_refused_with_the_reason(string name)
    {
        IForecastMethod method = ForecastMethods.Find(name)!;
        var refused = Assert.Throws<SeriesTooShortException>(() => method.Forecast([1], 12, 6));
        Assert.Equal((1, method.MinimumLength), (refused.Length, refused.Minimum));
        Assert.Contains("Observation 3", Assert.Throws<ArgumentException>(() => method.Forecast([1, 2, double.NaN, 4, 5, 6], 12, 6)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => method.Forecast(Months(), 12, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => method.Forecast(Months(), 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => method.Forecast(Months(), 12, 1, 1.0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Any_series_of_any_length_gives_numbers(string name)
    {
        IForecastMethod method = ForecastMethods.Find(name)!;
        var random = new Random(3);
        for (int length = method.MinimumLength; length < 40; length++)
        {
            double[] series = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() * 100)];
            foreach (int period in new[] { 1, 4, 12 })
                Assert.All(method.Forecast(series, period, 3).Mean, value => Assert.True(double.IsFinite(value), $"{length} values, period {period}"));
        }
    }

    [Fact]
    public void Naive2_adjusts_only_what_the_test_finds_seasonal()
    {
        Assert.True(SeasonalPattern.IsPresent(Months(), 12));
        Assert.False(SeasonalPattern.IsPresent(Months(35), 12)); // fewer than three years
        double[] flat = [.. Enumerable.Range(0, 60).Select(i => 50 + (i * 7919 % 13))];
        Forecast naive = ForecastMethods.Naive.Forecast(flat, 12, 12), naive2 = ForecastMethods.Naive2.Forecast(flat, 12, 12);
        Assert.Equal(naive.Mean, naive2.Mean);
    }

    [Fact]
    public void A_pure_pattern_is_found_exactly()
    {
        double[] factors = [0.8, 1.1, 1.3, 0.8];
        double[] series = [.. Enumerable.Range(0, 24).Select(i => 100 * factors[i % 4])];
        WorkedNumbersTests.Equal(factors, SeasonalPattern.Of(series, 4).Indices, 12);
        Forecast naive2 = ForecastMethods.Naive2.Forecast(series, 4, 4);
        WorkedNumbersTests.Equal([80, 110, 130, 80], naive2.Mean, 9);
    }

    [Fact]
    public void Ets_chooses_trend_and_season_where_they_are()
    {
        EtsFit fit = EtsMethod.Choose(Months(120), 12);
        Assert.Equal(EtsSeason.Multiplicative, fit.Form.Season);
        Assert.NotEqual(EtsTrend.None, fit.Form.Trend);
        var random = new Random(5);
        Assert.Equal(EtsSeason.None, EtsMethod.Choose([.. Enumerable.Range(0, 80).Select(_ => 50 + random.NextDouble())], 12).Form.Season);
    }

    [Theory]
    [InlineData(0.5, 0.6744898)]
    [InlineData(0.9, 1.6448536)]
    [InlineData(0.95, 1.9599640)]
    [InlineData(0.9999999, 5.3267239)]
    public void Limits_are_those_of_the_normal_distribution(double confidence, double expected) => Assert.Equal(expected, NormalQuantile.Central(confidence), 6);
}
