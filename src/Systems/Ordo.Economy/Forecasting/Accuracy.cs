namespace Ordo.Economy.Forecasting;

/// <summary>Forecast errors as the M4 competition defines them, so that figures can be compared with published ones.</summary>
public static class Accuracy
{
    /// <summary>Symmetric mean absolute percentage error, 0…200 %. A step whose actual and forecast are both 0 counts as met.</summary>
    public static double Smape(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        CheckPair(actual, forecast);
        double sum = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double size = Math.Abs(actual[i]) + Math.Abs(forecast[i]);
            if (size > 0) sum += 200 * Math.Abs(actual[i] - forecast[i]) / size;
        }
        return sum / actual.Length;
    }

    /// <summary>Mean absolute scaled error: the scale is the mean absolute error of the seasonal naive method within the known part.</summary>
    /// <returns><c>null</c> when the known part repeats itself exactly or is not longer than a season: the error is undefined then, not zero.</returns>
    public static double? Mase(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast, ReadOnlySpan<double> history, int period)
    {
        CheckPair(actual, forecast);
        if (history.Length <= period) return null;
        double scale = 0;
        for (int i = period; i < history.Length; i++) scale += Math.Abs(history[i] - history[i - period]);
        scale /= history.Length - period;
        if (scale == 0) return null;

        double sum = 0;
        for (int i = 0; i < actual.Length; i++) sum += Math.Abs(actual[i] - forecast[i]);
        return sum / actual.Length / scale;
    }

    /// <summary>Overall weighted average against Naive2 on the same series: 1 is as good as Naive2, below 1 is better.</summary>
    public static double Owa(double smape, double mase, double naive2Smape, double naive2Mase) =>
        (smape / naive2Smape + mase / naive2Mase) / 2;

    private static void CheckPair(ReadOnlySpan<double> actual, ReadOnlySpan<double> forecast)
    {
        if (actual.Length == 0 || actual.Length != forecast.Length)
            throw new ArgumentException($"Actual and forecast need the same number of steps, at least one; they have {actual.Length} and {forecast.Length}.");
    }
}
