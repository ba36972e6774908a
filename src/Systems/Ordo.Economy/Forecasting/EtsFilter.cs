namespace Ordo.Economy.Forecasting;

/// <summary>
/// The recursion of every exponential smoothing form. Error and state equations share it: with the same parameters an additive and a
/// multiplicative error give the same forecasts and states, only the likelihood differs.
/// </summary>
internal struct EtsFilter
{
    public double Level, Slope;

    /// <summary>Sum of squared errors, of squared errors relative to the forecast, and of the logarithm of the forecasts' size.</summary>
    public double SquaredErrors, SquaredRelativeErrors, LogForecasts;

    /// <summary>Position in the ring of seasonal indices of the next observation.</summary>
    public int Position;

    /// <param name="ring">Seasonal indices, the first belongs to the first observation; updated in place. Not looked at without a season.</param>
    /// <param name="fitted">One-step forecasts, when somebody wants them.</param>
    public static EtsFilter Run(
        ReadOnlySpan<double> series, EtsSeason season, EtsParameters p, double level, double slope, Span<double> ring, Span<double> fitted = default)
    {
        double alpha = p.Alpha, beta = p.Beta, gamma = p.Gamma, phi = p.Phi;
        double squares = 0, relativeSquares = 0, logProduct = 1, logs = 0;
        int position = 0;
        for (int t = 0; t < series.Length; t++)
        {
            double trend = phi * slope, smooth = level + trend, forecast = smooth, error, adjusted;
            if (season == EtsSeason.None) adjusted = error = series[t] - forecast;
            else if (season == EtsSeason.Additive)
            {
                forecast += ring[position];
                adjusted = error = series[t] - forecast;
                ring[position] += gamma * error;
            }
            else
            {
                double index = ring[position];
                forecast *= index;
                error = series[t] - forecast;
                adjusted = error / index;
                ring[position] = index + gamma * error / smooth;
            }
            if (!fitted.IsEmpty) fitted[t] = forecast;
            level = smooth + alpha * adjusted;
            slope = trend + beta * adjusted;
            if (++position >= ring.Length) position = 0;

            squares += error * error;
            double relative = error / forecast;
            relativeSquares += relative * relative;
            // One logarithm for many forecasts: the product is taken out before it can overflow.
            logProduct *= Math.Abs(forecast);
            if (logProduct is > 1e200 or < 1e-200)
            {
                logs += Math.Log(logProduct);
                logProduct = 1;
            }
        }
        return new EtsFilter
        {
            Level = level, Slope = slope, Position = position,
            SquaredErrors = squares, SquaredRelativeErrors = relativeSquares, LogForecasts = logs + Math.Log(logProduct),
        };
    }
}
