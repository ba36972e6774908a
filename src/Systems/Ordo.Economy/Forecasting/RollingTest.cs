namespace Ordo.Economy.Forecasting;

/// <summary>
/// How a method did from several points of the past, each time not shown what came after (滚动原点回测). Stands beside every forecast of an indicator.
/// </summary>
/// <param name="Origins">Points of the past forecast from.</param>
/// <param name="Errors">Forecasts compared with what came.</param>
/// <param name="Smape">Percent.</param>
/// <param name="Mase"><c>null</c> where it is undefined.</param>
/// <param name="Naive2Smape">Of Naive2 from the same points: a method above it is no use here.</param>
/// <param name="Bias">Mean of forecast less actual, percent of the mean size of the actual values; positive is too high.</param>
/// <param name="Covered">Share of the actual values within the interval, percent.</param>
public sealed record RollingTest(int Origins, int Errors, double Smape, double? Mase, double Naive2Smape, double Bias, double Covered)
{
    /// <summary>As many as are asked for where the series is long enough.</summary>
    public const int MostOrigins = 12;

    /// <param name="shortest">Observations that must be known at the first origin.</param>
    /// <returns><c>null</c> when fewer than three origins are left.</returns>
    public static RollingTest? Of(IForecastMethod method, ReadOnlySpan<double> series, int period, int horizon, int shortest, double confidence = 0.9)
    {
        int first = Math.Max(series.Length - MostOrigins, Math.Max(shortest, Math.Max(method.MinimumLength, ForecastMethods.Naive2.MinimumLength)));
        if (series.Length - first < 3) return null;
        List<double> actual = [], mean = [], naive = [];
        int covered = 0;
        for (int origin = first; origin < series.Length; origin++)
        {
            ReadOnlySpan<double> known = series[..origin];
            int steps = Math.Min(horizon, series.Length - origin);
            Forecast forecast = method.Forecast(known, period, steps, confidence);
            for (int h = 0; h < steps; h++)
            {
                double value = series[origin + h];
                actual.Add(value);
                if (value >= forecast.Lower[h] && value <= forecast.Upper[h]) covered++;
            }

            mean.AddRange(forecast.Mean);
            naive.AddRange(ForecastMethods.Naive2.Forecast(known, period, steps, confidence).Mean);
        }

        double size = actual.Average(Math.Abs), bias = mean.Zip(actual, (f, y) => f - y).Average();
        double[] values = [.. actual], forecasts = [.. mean];
        return new(series.Length - first, values.Length, Accuracy.Smape(values, forecasts), Accuracy.Mase(values, forecasts, series[..first], period), Accuracy.Smape(values, [.. naive]),
            size > 0 ? bias / size * 100 : 0, covered * 100.0 / values.Length);
    }
}
