namespace Ordo.Economy.Forecasting;

/// <summary>How a method would have done on the end of a series that it was not shown. Stands beside every forecast.</summary>
/// <param name="Steps">Held back.</param>
/// <param name="Smape">Percent.</param>
/// <param name="Mase"><c>null</c> where it is undefined.</param>
/// <param name="Naive2Smape">Of Naive2 on the same steps.</param>
/// <param name="Covered">Share of the held-back values within the interval, percent.</param>
public sealed record BackTest(int Steps, double Smape, double? Mase, double Naive2Smape, double Covered)
{
    /// <returns><c>null</c> when fewer than twice the held-back steps, or fewer than the method needs, would be left.</returns>
    public static BackTest? Of(IForecastMethod method, ReadOnlySpan<double> series, int period, int horizon, double confidence = 0.9)
    {
        int steps = Math.Min(horizon, series.Length / 3), known = series.Length - steps;
        if (steps < 1 || known < Math.Max(method.MinimumLength, ForecastMethods.Naive2.MinimumLength)) return null;
        ReadOnlySpan<double> history = series[..known], actual = series[known..];
        Forecast forecast = method.Forecast(history, period, steps, confidence);
        int covered = 0;
        for (int h = 0; h < steps; h++) if (actual[h] >= forecast.Lower[h] && actual[h] <= forecast.Upper[h]) covered++;
        double[] mean = [.. forecast.Mean], naive = [.. ForecastMethods.Naive2.Forecast(history, period, steps, confidence).Mean];
        return new(steps, Accuracy.Smape(actual, mean), Accuracy.Mase(actual, mean, history, period), Accuracy.Smape(actual, naive), covered * 100.0 / steps);
    }
}
