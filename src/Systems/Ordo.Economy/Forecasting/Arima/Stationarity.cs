namespace Ordo.Economy.Forecasting.Arima;

/// <summary>How often a series must be differenced before it can be stationary.</summary>
internal static class Stationarity
{
    /// <summary>Seasonal strength from which a year-to-year difference is taken (Wang, Smith and Hyndman 2006).</summary>
    private const double StrongSeason = 0.64;

    /// <summary>5 % point of the KPSS statistic of a level (Kwiatkowski, Phillips, Schmidt and Shin 1992).</summary>
    private const double KpssLimit = 0.463;

    private const int MostDifferences = 2;

    /// <summary>1 where the season explains most of what the trend leaves.</summary>
    public static int SeasonalDifferences(ReadOnlySpan<double> series, int period) => SeasonalStrength(series, period) > StrongSeason ? 1 : 0;

    /// <summary>1 − variance of the remainder ÷ variance of season and remainder, after classical decomposition; 0 where there is no season to speak of.</summary>
    public static double SeasonalStrength(ReadOnlySpan<double> series, int period)
    {
        if (period < 2 || series.Length < 2 * period + 2) return 0;
        SeasonalPattern pattern = SeasonalPattern.Of(series, period, multiplicative: false);
        int half = period / 2;
        double[] both = new double[series.Length - 2 * half], remainder = new double[both.Length];
        for (int i = half; i < series.Length - half; i++)
        {
            both[i - half] = series[i] - SeasonalPattern.CentredAverage(series, i, period);
            remainder[i - half] = both[i - half] - pattern.Indices[i % period];
        }
        double whole = Variance(both);
        return whole > 0 ? Math.Max(0, 1 - Variance(remainder) / whole) : 0;
    }

    /// <summary>Differences until the KPSS test no longer rejects a steady level, two at most.</summary>
    public static int Differences(ReadOnlySpan<double> series)
    {
        double[] values = series.ToArray();
        int count = 0;
        while (count < MostDifferences && values.Length > 4 && Kpss(values) > KpssLimit)
        {
            values = Differenced(values, 1);
            count++;
        }
        return count;
    }

    /// <summary>Statistic of the hypothesis that the series moves around one level; 0 for a constant series. Lag window of Bartlett, ⌊3√n/13⌋ lags.</summary>
    public static double Kpss(ReadOnlySpan<double> series)
    {
        int n = series.Length, lags = (int)(3 * Math.Sqrt(n) / 13);
        double mean = SeasonalPattern.Mean(series), partial = 0, squares = 0, longRun = 0;
        for (int i = 0; i < n; i++)
        {
            double deviation = series[i] - mean;
            partial += deviation;
            squares += partial * partial;
            longRun += deviation * deviation;
        }
        for (int lag = 1; lag <= lags; lag++)
        {
            double sum = 0;
            for (int i = lag; i < n; i++) sum += (series[i] - mean) * (series[i - lag] - mean);
            longRun += 2 * (1 - lag / (lags + 1.0)) * sum;
        }
        return longRun > 1e-12 * mean * mean * n ? squares / (n * longRun) : 0;
    }

    public static double[] Differenced(ReadOnlySpan<double> series, int lag)
    {
        double[] differenced = new double[Math.Max(series.Length - lag, 0)];
        for (int i = 0; i < differenced.Length; i++) differenced[i] = series[i + lag] - series[i];
        return differenced;
    }

    private static double Variance(ReadOnlySpan<double> values)
    {
        double mean = SeasonalPattern.Mean(values), sum = 0;
        foreach (double value in values) sum += (value - mean) * (value - mean);
        return sum / values.Length;
    }
}
