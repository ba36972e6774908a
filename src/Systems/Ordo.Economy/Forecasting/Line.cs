namespace Ordo.Economy.Forecasting;

/// <summary>Least-squares line through values at 1, 2, 3 …</summary>
internal static class Line
{
    public static (double Intercept, double Slope) Through(ReadOnlySpan<double> values)
    {
        int n = values.Length;
        if (n == 1) return (values[0], 0);
        double meanTime = (n + 1) / 2.0, mean = SeasonalPattern.Mean(values), product = 0, square = 0;
        for (int i = 0; i < n; i++)
        {
            double time = i + 1 - meanTime;
            product += time * (values[i] - mean);
            square += time * time;
        }
        double slope = product / square;
        return (mean - slope * meanTime, slope);
    }
}
