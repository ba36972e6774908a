using Ordo.Economy.Forecasting;

namespace Ordo.Economy.Tests.Forecasting;

/// <summary>Figures that can be followed by hand.</summary>
public class WorkedNumbersTests
{
    private static readonly double[] Series = [10, 12, 11, 13, 12];

    [Fact]
    public void Simple_smoothing_follows_the_textbook()
    {
        double[] fitted = new double[5];
        EtsFit fit = EtsFit.WithFixed(Series, new(EtsError.Additive, EtsTrend.None, EtsSeason.None), new(0.3), new(10, 0, []), fitted);
        Equal([10, 10, 10.6, 10.72, 11.404], fitted, 3);
        Equal([11.5828, 11.5828], fit.Mean(2), 4);
    }

    [Fact]
    public void Holt_follows_the_textbook()
    {
        EtsFit fit = EtsFit.WithFixed(Series.AsSpan(1), new(EtsError.Additive, EtsTrend.Additive, EtsSeason.None), new(0.5, 0.3), new(10, 2, []));
        Assert.Equal(13.45875, fit.State.Level, 6);
        Assert.Equal(0.954875, fit.State.Slope, 6);
        Equal([14.413625, 15.3685, 16.323375], fit.Mean(3), 6);
    }

    [Fact]
    public void A_damped_trend_follows_the_textbook()
    {
        EtsFit fit = EtsFit.WithFixed(Series.AsSpan(1), new(EtsError.Additive, EtsTrend.Damped, EtsSeason.None), new(0.5, 0.3, Phi: 0.9), new(10, 2, []));
        Equal([13.665961, 14.186588, 14.655153], fit.Mean(3), 6);
    }

    [Fact]
    public void Theta_follows_the_textbook()
    {
        (double smoothed, double[] mean) = ThetaMethod.WithAlpha(Series, 0.3, 3);
        Assert.Equal(11.45215, smoothed, 6);
        Equal([12.276075, 12.526075, 12.776075], mean, 6);
    }

    [Fact]
    public void Errors_are_those_of_the_M4_competition()
    {
        double[] known = [10, 12, 11, 13, 11, 13, 12, 14], actual = [12, 14, 13, 15], forecast = [11.5, 14.2, 12.4, 14.8], naive2 = [12, 14, 12, 14];
        double smape = Accuracy.Smape(actual, forecast), naiveSmape = Accuracy.Smape(actual, naive2);
        double mase = Accuracy.Mase(actual, forecast, known, 4)!.Value, naiveMase = Accuracy.Mase(actual, naive2, known, 4)!.Value;
        Assert.Equal(2.935113, smape, 6);
        Assert.Equal(3.724138, naiveSmape, 6);
        Assert.Equal(0.375, mase, 6);
        Assert.Equal(0.5, naiveMase, 6);
        Assert.Equal(0.769066, Accuracy.Owa(smape, mase, naiveSmape, naiveMase), 6);
        Assert.Equal(1, Accuracy.Owa(naiveSmape, naiveMase, naiveSmape, naiveMase));
    }

    [Fact]
    public void Where_nothing_can_be_measured_the_error_is_undefined_and_not_zero()
    {
        Assert.Null(Accuracy.Mase([5], [4], [1, 2, 1, 2, 1, 2], 2));
        Assert.Null(Accuracy.Mase([5], [4], [1, 2], 2));
        Assert.Equal(0, Accuracy.Smape([0, 0], [0, 0]));
        Assert.Throws<ArgumentException>(() => Accuracy.Smape([1, 2], [1]));
    }

    internal static void Equal(double[] expected, IReadOnlyList<double> actual, int digits)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], digits);
    }
}
