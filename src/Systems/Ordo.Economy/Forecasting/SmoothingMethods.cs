namespace Ordo.Economy.Forecasting;

/// <summary>Simple, Holt's and damped exponential smoothing of a series without a season.</summary>
internal sealed class SmoothingMethod(string title, EtsTrend trend) : IForecastMethod
{
    public string Name => title;
    public int MinimumLength => 4;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        EtsFit fit = EtsFit.Of(history, 1, new EtsForm(EtsError.Additive, trend, EtsSeason.None), 250);
        return Intervals.Around(fit.Mean(horizon), fit.Variances(horizon), confidence, ForecastMethods.NeverNegative(history), title, fit.Describe());
    }
}

/// <summary>
/// The Theta method of Assimakopoulos and Nikolopoulos (2000): half the straight line through the series, half the simple exponential smoothing of
/// the line with doubled curvature.
/// </summary>
internal sealed class ThetaMethod : IForecastMethod
{
    public string Name => "Theta";
    public int MinimumLength => 4;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        (double[] doubled, double intercept, double slope) = DoubledLine(history);
        EtsFit fit = EtsFit.Of(doubled, 1, new EtsForm(EtsError.Additive, EtsTrend.None, EtsSeason.None), 150);
        // The doubled line errs by twice the error of the forecast.
        return Of(fit, intercept, slope, history.Length, horizon, confidence, ForecastMethods.NeverNegative(history));
    }

    /// <summary>With a given alpha and the doubled line's first value as first level: the textbook arithmetic.</summary>
    internal static (double Smoothed, double[] Mean) WithAlpha(ReadOnlySpan<double> history, double alpha, int horizon)
    {
        (double[] doubled, double intercept, double slope) = DoubledLine(history);
        EtsFit fit = EtsFit.WithFixed(doubled, new EtsForm(EtsError.Additive, EtsTrend.None, EtsSeason.None), new EtsParameters(alpha), new EtsState(doubled[0], 0, []));
        return (fit.State.Level, MeanOf(fit.State.Level, intercept, slope, history.Length, horizon));
    }

    private static Forecast Of(EtsFit fit, double intercept, double slope, int length, int horizon, double confidence, bool floorAtZero)
    {
        double[] variances = fit.Variances(horizon);
        for (int h = 0; h < horizon; h++) variances[h] /= 4;
        var parameters = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["alpha"] = fit.Parameters.Alpha, ["level"] = fit.State.Level, ["intercept"] = intercept, ["slope"] = slope,
        };
        return Intervals.Around(MeanOf(fit.State.Level, intercept, slope, length, horizon), variances, confidence, floorAtZero, "Theta", parameters);
    }

    private static double[] MeanOf(double level, double intercept, double slope, int length, int horizon)
    {
        double[] mean = new double[horizon];
        for (int h = 1; h <= horizon; h++) mean[h - 1] = (intercept + slope * (length + h) + level) / 2;
        return mean;
    }

    private static (double[] Doubled, double Intercept, double Slope) DoubledLine(ReadOnlySpan<double> history)
    {
        (double intercept, double slope) = Line.Through(history);
        double[] doubled = new double[history.Length];
        for (int i = 0; i < doubled.Length; i++) doubled[i] = 2 * history[i] - (intercept + slope * (i + 1));
        return (doubled, intercept, slope);
    }
}
