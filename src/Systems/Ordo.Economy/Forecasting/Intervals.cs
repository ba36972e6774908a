namespace Ordo.Economy.Forecasting;

/// <summary>Puts a normal interval around point forecasts.</summary>
internal static class Intervals
{
    /// <param name="floorAtZero">A series that was never negative gets no negative value: neither as forecast nor as limit.</param>
    public static Forecast Around(
        double[] mean, double[] variances, double confidence, bool floorAtZero, string model, IReadOnlyDictionary<string, double> parameters)
    {
        double reach = NormalQuantile.Central(confidence);
        double[] lower = new double[mean.Length], upper = new double[mean.Length];
        for (int h = 0; h < mean.Length; h++)
        {
            double width = reach * Math.Sqrt(Math.Max(variances[h], 0));
            if (floorAtZero) mean[h] = Math.Max(mean[h], 0);
            lower[h] = floorAtZero ? Math.Max(mean[h] - width, 0) : mean[h] - width;
            upper[h] = mean[h] + width;
        }
        return new Forecast(mean, lower, upper, model, parameters);
    }

    /// <summary>Forecast of the seasonally adjusted series with the season put back, limits included.</summary>
    public static Forecast Restore(Forecast adjusted, SeasonalPattern pattern, int length, string model)
    {
        double[] Back(IReadOnlyList<double> values) => [.. values.Select((value, h) => pattern.Restore(value, length + h))];
        return adjusted with { Mean = Back(adjusted.Mean), Lower = Back(adjusted.Lower), Upper = Back(adjusted.Upper), Model = model };
    }
}
