namespace Ordo.Economy.Forecasting;

/// <summary>
/// Another method with its interval made as wide as its own past errors ask for. It is forecast from a few points of the past again; how far the values that came
/// lay outside, measured by the interval's own half-width, says by horizon how much too narrow (or wide) the interval is.
/// </summary>
/// <remarks>
/// Few errors say little, so they are mixed with what methods of this kind need anyway, because their intervals know nothing of the uncertainty of their
/// parameters and of the choice of the model.
/// </remarks>
/// <param name="inner">What is forecast with.</param>
/// <param name="past">What the points of the past are forecast with: the same, or a cheaper twin.</param>
internal sealed class CalibratedMethod(IForecastMethod inner, IForecastMethod past) : IForecastMethod
{
    /// <summary>Points of the past, and how much history each is given: more would cost more than it tells.</summary>
    private const int Origins = 4, LongestKnown = 96;

    /// <summary>Widening that is assumed before anything is seen, and how many origins that knowledge is worth.</summary>
    private const double Assumed = 1.25, AssumedWorth = 3;

    private const double Narrowest = 0.8, Widest = 4;

    public CalibratedMethod(IForecastMethod inner) : this(inner, inner)
    {
    }

    public string Name => inner.Name;
    public int MinimumLength => inner.MinimumLength;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        Forecast forecast = inner.Forecast(history, period, horizon, confidence);
        List<(int Step, double Error)> errors = [];
        int origins = 0, stride = (horizon + 1) / 2, shortest = Math.Max(Math.Max(inner.MinimumLength + 2, history.Length / 2), period > 1 ? 2 * period + 4 : 0);
        for (int origin = history.Length - stride; origin >= shortest && origins < Origins; origin -= stride, origins++)
        {
            ReadOnlySpan<double> known = history[Math.Max(0, origin - LongestKnown)..origin];
            int steps = Math.Min(horizon, history.Length - origin);
            Forecast then = past.Forecast(known, period, steps, confidence);
            for (int h = 0; h < steps; h++) errors.Add((h, ErrorOf(then, h, history[origin + h])));
        }

        bool floorAtZero = ForecastMethods.NeverNegative(history);
        double[] lower = new double[horizon], upper = new double[horizon];
        for (int h = 0; h < horizon; h++)
        {
            double factor = FactorOf(errors, h, horizon, origins, confidence);
            lower[h] = forecast.Mean[h] - (forecast.Mean[h] - forecast.Lower[h]) * factor;
            upper[h] = forecast.Mean[h] + (forecast.Upper[h] - forecast.Mean[h]) * factor;
            if (floorAtZero) lower[h] = Math.Max(lower[h], 0);
        }

        return forecast with { Lower = lower, Upper = upper };
    }

    /// <summary>In half-widths of the side on which the value lies.</summary>
    private static double ErrorOf(Forecast forecast, int step, double actual)
    {
        double error = actual - forecast.Mean[step], width = error > 0 ? forecast.Upper[step] - forecast.Mean[step] : forecast.Mean[step] - forecast.Lower[step];
        return width > 0 ? Math.Abs(error) / width : 0;
    }

    /// <summary>The quantile of the errors of near horizons, mixed with what is assumed, in logarithms.</summary>
    private static double FactorOf(List<(int Step, double Error)> errors, int step, int horizon, int origins, double confidence)
    {
        int reach = Math.Max(1, horizon / 3);
        double[] near = [.. errors.Where(error => Math.Abs(error.Step - step) <= reach).Select(error => error.Error).Order()];
        if (near.Length == 0) return Assumed;
        double quantile = Math.Max(near[Math.Min(near.Length - 1, (int)Math.Ceiling(confidence * (near.Length + 1)) - 1)], 1e-3);
        double mixed = (AssumedWorth * Math.Log(Assumed) + origins * Math.Log(quantile)) / (AssumedWorth + origins);
        return Math.Clamp(Math.Exp(mixed), Narrowest, Widest);
    }
}
