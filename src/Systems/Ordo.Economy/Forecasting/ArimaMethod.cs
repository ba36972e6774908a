using Ordo.Economy.Forecasting.Arima;

namespace Ordo.Economy.Forecasting;

/// <summary>Seasonal ARIMA with the model chosen automatically; of the logarithms where these have the likelier errors.</summary>
/// <param name="exact">Fits the best models again by exact likelihood; without, the conditional sum of squares has the last word, at a quarter of the cost.</param>
internal sealed class ArimaMethod(bool exact = true) : IForecastMethod
{
    public string Name => "arima";
    public int MinimumLength => 6;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        // In units of its own size, so that no tolerance depends on yuan or ten thousands of them.
        double size = 0;
        foreach (double value in history) size += Math.Abs(value) / history.Length;
        if (size == 0) size = 1;
        bool logarithms = LikelierInLogarithms(history, period);
        double[] values = new double[history.Length];
        for (int i = 0; i < values.Length; i++) values[i] = logarithms ? Math.Log(history[i] / size) : history[i] / size;

        (ArimaFit fit, double[] differenced) = ArimaSearch.Choose(values, period, exact);
        (double[] mean, double[] variances) = fit.Forecast(values, differenced, horizon);
        string model = logarithms ? $"{fit.Order} of logarithms" : fit.Order.ToString();
        if (!logarithms)
        {
            for (int h = 0; h < horizon; h++) (mean[h], variances[h]) = (mean[h] * size, variances[h] * size * size);
            return Intervals.Around(mean, variances, confidence, ForecastMethods.NeverNegative(history), model, fit.Describe());
        }

        double reach = NormalQuantile.Central(confidence);
        double[] lower = new double[horizon], upper = new double[horizon];
        for (int h = 0; h < horizon; h++)
        {
            double width = reach * Math.Sqrt(variances[h]);
            (mean[h], lower[h], upper[h]) = (size * Math.Exp(mean[h]), size * Math.Exp(mean[h] - width), size * Math.Exp(mean[h] + width));
        }
        return new Forecast(mean, lower, upper, model, fit.Describe());
    }

    /// <summary>Compares the likelihood of the airline model on values and on logarithms, the latter with the change of scale taken into account.</summary>
    private static bool LikelierInLogarithms(ReadOnlySpan<double> history, int period)
    {
        if (period < 2 || history.Length < 3 * period || !SeasonalPattern.AllPositive(history)) return false;
        double[] values = history.ToArray(), logarithms = new double[values.Length];
        double sum = 0;
        for (int i = 0; i < values.Length; i++) sum += logarithms[i] = Math.Log(values[i]);
        var airline = new ArimaOrder(0, 1, 1, 0, 1, 1, period);
        double[] first = Stationarity.Differenced(Stationarity.Differenced(values, period), 1), second = Stationarity.Differenced(Stationarity.Differenced(logarithms, period), 1);
        double Criterion(double[] series) => series.Length * Math.Log(Math.Max(ArimaFit.Conditional(series, airline).Variance, 1e-300));
        return Criterion(second) + 2 * sum * second.Length / values.Length < Criterion(first);
    }
}
