namespace Ordo.Economy.Forecasting;

/// <summary>The last value stays.</summary>
internal sealed class NaiveMethod : IForecastMethod
{
    public string Name => "naive";
    public int MinimumLength => 2;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        return SeasonalNaiveMethod.Repeat(history, 1, horizon, confidence, "Naive");
    }
}

/// <summary>The value of the same step one year before; the last value as long as no full year is known.</summary>
internal sealed class SeasonalNaiveMethod : IForecastMethod
{
    public string Name => "snaive";
    public int MinimumLength => 2;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        return Repeat(history, history.Length > period ? period : 1, horizon, confidence, "sNaive");
    }

    /// <summary>Repeats the last <paramref name="lag"/> values; the error's variance grows by one share with each repetition.</summary>
    internal static Forecast Repeat(ReadOnlySpan<double> history, int lag, int horizon, double confidence, string model)
    {
        double squares = 0;
        for (int i = lag; i < history.Length; i++) squares += (history[i] - history[i - lag]) * (history[i] - history[i - lag]);
        double variance = squares / (history.Length - lag);
        double[] mean = new double[horizon], variances = new double[horizon];
        for (int h = 0; h < horizon; h++)
        {
            mean[h] = history[history.Length - lag + h % lag];
            variances[h] = variance * (h / lag + 1);
        }
        return Intervals.Around(mean, variances, confidence, ForecastMethods.NeverNegative(history), model, new Dictionary<string, double>());
    }
}

/// <summary>Another method on the seasonally adjusted series, the season put back afterwards: what makes Naive into Naive2.</summary>
internal sealed class AdjustedMethod(string name, string title, IForecastMethod inner) : IForecastMethod
{
    public string Name => name;
    public int MinimumLength => inner.MinimumLength;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        SeasonalPattern pattern = SeasonalPattern.OfTested(history, period);
        Forecast adjusted = inner.Forecast(pattern.Remove(history), 1, horizon, confidence);
        return Intervals.Restore(adjusted, pattern, history.Length, pattern.Indices.Count > 1 ? $"{title}, seasonally adjusted" : title);
    }
}
