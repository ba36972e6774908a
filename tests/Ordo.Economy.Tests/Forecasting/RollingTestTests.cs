using Ordo.Economy.Forecasting;

namespace Ordo.Economy.Tests.Forecasting;

public sealed class RollingTestTests
{
    [Fact]
    public void Errors_of_the_last_value_are_counted_by_hand()
    {
        // From 3, 4, 5 known values the last one is carried on: errors of 1→2, 2→4 and 4→3 one step ahead.
        RollingTest test = RollingTest.Of(ForecastMethods.Naive, [1, 1, 1, 2, 4, 3], 1, 1, 3)!;
        Assert.Equal((3, 3), (test.Origins, test.Errors));
        Assert.Equal((200 / 3.0 + 200 / 3.0 + 200 / 7.0) / 3, test.Smape, 9);
        Assert.Equal(test.Naive2Smape, test.Smape);
        Assert.Equal((-1 - 2 + 1) / 3.0 / 3 * 100, test.Bias, 9);
    }

    [Fact]
    public void Twelve_origins_at_most_and_none_where_nothing_can_be_spared()
    {
        double[] series = [.. Enumerable.Range(0, 60).Select(i => 50 + 10 * Math.Sin(i * Math.PI / 6))];
        RollingTest test = RollingTest.Of(ForecastMethods.Naive2, series, 12, 6, 24)!;
        Assert.Equal((12, 1 + 2 + 3 + 4 + 5 + 7 * 6), (test.Origins, test.Errors));
        Assert.Null(RollingTest.Of(ForecastMethods.Naive2, series.AsSpan(0, 26), 12, 6, 24));
    }
}
