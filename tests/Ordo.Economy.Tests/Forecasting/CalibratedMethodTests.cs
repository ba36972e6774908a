using Ordo.Economy.Forecasting;

namespace Ordo.Economy.Tests.Forecasting;

public sealed class CalibratedMethodTests
{
    /// <summary>Expects zero with an interval of a fixed half-width.</summary>
    private sealed class Fixed(double halfWidth) : IForecastMethod
    {
        public string Name => "fixed";
        public int MinimumLength => 2;

        public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9) =>
            new(new double[horizon], [.. Enumerable.Repeat(-halfWidth, horizon)], [.. Enumerable.Repeat(halfWidth, horizon)], "Fixed", new Dictionary<string, double>());
    }

    /// <summary>Plus and minus one in turn: every error is exactly 1.</summary>
    private static readonly double[] Errors = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 1.0 : -1)];

    private static double HalfWidth(double of, ReadOnlySpan<double> history) => new CalibratedMethod(new Fixed(of)).Forecast(history, 1, 6).Upper[0] / of;

    [Fact]
    public void Past_errors_and_what_is_assumed_are_mixed_by_their_worth()
    {
        // Four origins whose errors are twice the half-width, three origins' worth of 1.25: the mean of their logarithms.
        Assert.Equal(Math.Exp((3 * Math.Log(1.25) + 4 * Math.Log(2)) / 7), HalfWidth(0.5, Errors), 9);
        Assert.Equal(Math.Exp((3 * Math.Log(1.25) + 4 * Math.Log(0.9)) / 7), HalfWidth(1 / 0.9, Errors), 9);
    }

    [Fact]
    public void Nothing_seen_leaves_what_is_assumed() => Assert.Equal(1.25, HalfWidth(1, [1, -1, 1]), 9);

    [Fact]
    public void No_error_makes_an_interval_vanish_or_endless()
    {
        Assert.Equal(0.8, HalfWidth(1e6, Errors), 9);
        Assert.Equal(4, HalfWidth(1e-6, Errors), 9);
    }

    [Fact]
    public void The_interval_of_the_combination_holds_about_what_it_promises()
    {
        int inside = 0, all = 0;
        for (int seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            double level = 100;
            double[] walk = [.. Enumerable.Range(0, 66).Select(i => (level += random.NextDouble() * 6 - 3) * (1 + 0.2 * Math.Sin(i * Math.PI / 6)))];
            Forecast forecast = ForecastMethods.Combination.Forecast(walk.AsSpan(0, 60), 12, 6);
            for (int h = 0; h < 6; h++, all++) if (walk[60 + h] >= forecast.Lower[h] && walk[60 + h] <= forecast.Upper[h]) inside++;
        }

        Assert.InRange(inside * 100.0 / all, 84, 96);
    }
}
