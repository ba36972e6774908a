namespace Ordo.Economy.Forecasting.Arima;

/// <summary>One fitted seasonal ARIMA model.</summary>
/// <param name="Order">Which model.</param>
/// <param name="Coefficients">φ, θ, Φ, Θ, constant, in this order.</param>
/// <param name="Variance">Of the one-step error, degrees of freedom taken off.</param>
/// <param name="Aicc">Corrected information criterion up to a constant that models with the same differences share; +∞ when a root is too near the unit circle.</param>
/// <param name="IsExact">Fitted by exact likelihood, not by the conditional sum of squares.</param>
public sealed record ArimaFit(ArimaOrder Order, IReadOnlyList<double> Coefficients, double Variance, double Aicc, bool IsExact)
{
    /// <summary>Nearer roots make a model that is one of fewer terms in disguise: its likelihood is flat and its forecasts shaky.</summary>
    private const double NearestRoot = 1.01;

    /// <summary>While searching: a hair outside of the unit circle.</summary>
    private const double EdgeRoot = 1.001;

    private const int Steps = 20;

    /// <summary>Relative gains in the sum of squares that end a search: while models are compared, and for the one that is kept.</summary>
    private const double RoughGain = 1e-5, FineGain = 1e-7;

    /// <summary>Multiplications for one exact likelihood beyond which the conditional sum of squares has to do: with a series that long they hardly differ.</summary>
    private const double MostWork = 2e4;

    /// <summary>Fits by the conditional sum of squares.</summary>
    /// <param name="differenced">The series after the order's differences.</param>
    /// <param name="start">Coefficients to start from; zeros without.</param>
    internal static ArimaFit Conditional(double[] differenced, ArimaOrder order, double[]? start = null, double gain = RoughGain)
    {
        double[] point = start ?? new double[order.Coefficients], errors = new double[differenced.Length];
        if (start is null && order.HasConstant) point[^1] = SeasonalPattern.Mean(differenced);
        double squares = LeastSquares.Minimize(
            (row, into) =>
            {
                var at = new ArimaCoefficients(order, row);
                if (!at.IsInside(EdgeRoot)) return false;
                ConditionalErrors.Of(differenced, at, into);
                return true;
            },
            (row, at, columns) => ConditionalErrors.Derivatives(at, new(order, row), columns), point, errors, Steps, gain);
        return Judge(order, point, squares, squares, differenced.Length, isExact: false);
    }

    /// <summary>Fits again by exact Gaussian likelihood, or where the series is too long for it once more by the conditional sum of squares.</summary>
    internal ArimaFit Refined(double[] differenced)
    {
        int band = Math.Max(Order.LongestAr, Order.LongestMa);
        if ((double)differenced.Length * band * band / 2 > MostWork || band >= differenced.Length) return Conditional(differenced, Order, [.. Coefficients], FineGain);
        double[] point = [.. Coefficients], errors = new double[differenced.Length], centred = new double[differenced.Length], shifted = new double[differenced.Length];
        double sum = 0;
        bool At(double[] row, double[] into)
        {
            var at = new ArimaCoefficients(Order, row);
            if (!at.IsInside(EdgeRoot)) return false;
            Centre(differenced, at.Constant, centred);
            var exact = new ExactErrors(at);
            exact.Of(centred, into);
            sum = Vectors.Dot(into, into);
            // The likelihood as a sum of squares: each error is scaled by the root of the geometric mean of the variances.
            double scale = Math.Exp(exact.LogDeterminant / (2 * into.Length));
            for (int t = 0; t < into.Length; t++) into[t] *= scale;
            return double.IsFinite(scale);
        }

        void Slopes(double[] row, double[] at, double[][] columns)
        {
            for (int i = 0; i < row.Length; i++)
            {
                double kept = row[i], step = Order.HasConstant && i == row.Length - 1 ? 1e-4 * Math.Max(Math.Abs(kept), Math.Sqrt(Variance)) : 1e-5;
                row[i] = kept + step;
                if (!At(row, shifted))
                {
                    row[i] = kept + (step = -step);
                    if (!At(row, shifted)) at.CopyTo(shifted, 0);
                }
                row[i] = kept;
                for (int t = 0; t < at.Length; t++) columns[i][t] = (shifted[t] - at[t]) / step;
            }
        }

        double squares = LeastSquares.Minimize(At, Slopes, point, errors, Steps, FineGain);
        if (!double.IsFinite(squares)) return this;
        At(point, errors);
        return Judge(Order, point, squares, sum, differenced.Length, isExact: true);
    }

    /// <summary>Forecast of the undifferenced series with the variances of its errors.</summary>
    internal (double[] Mean, double[] Variances) Forecast(ReadOnlySpan<double> series, double[] differenced, int horizon)
    {
        var at = new ArimaCoefficients(Order, [.. Coefficients]);
        double[] centred = new double[differenced.Length], errors = new double[differenced.Length], ahead;
        Centre(differenced, at.Constant, centred);
        if (IsExact)
        {
            var exact = new ExactErrors(at);
            exact.Of(centred, errors);
            ahead = exact.Forecast(centred, errors, horizon);
        }
        else
        {
            ConditionalErrors.Of(differenced, at, errors);
            ahead = Ahead(at, centred, errors, horizon);
        }

        double[] differences = LagPolynomial.Differences(Order.Difference, Order.SeasonalDifference, Order.Period);
        double[] all = [.. series[Math.Max(0, series.Length - differences.Length)..], .. new double[horizon]];
        for (int h = 0; h < horizon; h++)
        {
            int t = all.Length - horizon + h;
            double value = ahead[h] + at.Constant;
            for (int lag = 1; lag <= differences.Length; lag++) value += differences[lag - 1] * all[t - lag];
            all[t] = value;
        }

        double[] whole = LagPolynomial.Product([.. at.WholeAr().Select(c => -c)], [.. differences.Select(c => -c)], 1);
        double[] psi = LagPolynomial.Psi([.. whole.Select(c => -c)], at.WholeMa(), horizon), variances = new double[horizon];
        double sum = 0;
        for (int h = 0; h < horizon; h++)
        {
            sum += psi[h] * psi[h];
            variances[h] = Variance * sum;
        }
        return (all[^horizon..], variances);
    }

    internal IReadOnlyDictionary<string, double> Describe()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        int next = 0;
        foreach ((string name, int count) in new[] { ("ar", Order.Ar), ("ma", Order.Ma), ("sar", Order.SeasonalAr), ("sma", Order.SeasonalMa) })
            for (int i = 1; i <= count; i++) values[FormattableString.Invariant($"{name}{i}")] = Coefficients[next++];
        if (Order.HasConstant) values[Order.Difference + Order.SeasonalDifference > 0 ? "drift" : "mean"] = Coefficients[next] / (Order.SeasonalDifference > 0 ? Order.Period : 1);
        return values;
    }

    private static double[] Ahead(ArimaCoefficients at, double[] centred, double[] errors, int horizon)
    {
        double[] ar = at.WholeAr(), ma = at.WholeMa(), all = [.. centred, .. new double[horizon]];
        for (int t = centred.Length; t < all.Length; t++)
        {
            for (int lag = 1; lag <= Math.Min(ar.Length, t); lag++) all[t] += ar[lag - 1] * all[t - lag];
            for (int lag = t - centred.Length + 1; lag <= Math.Min(ma.Length, t); lag++) all[t] += ma[lag - 1] * errors[t - lag];
        }
        return all[centred.Length..];
    }

    private static void Centre(double[] differenced, double constant, double[] centred)
    {
        for (int t = 0; t < differenced.Length; t++) centred[t] = differenced[t] - constant;
    }

    private static ArimaFit Judge(ArimaOrder order, double[] point, double squares, double sum, int n, bool isExact)
    {
        int k = order.Coefficients + 1;
        double aicc = n - k - 1 <= 0 || !double.IsFinite(squares) || !new ArimaCoefficients(order, point).IsInside(NearestRoot) ? double.PositiveInfinity
            : n * Math.Log(Math.Max(squares / n, 1e-300)) + 2.0 * k * n / (n - k - 1);
        return new(order, point, sum / Math.Max(n - order.Coefficients, 1), aicc, isExact);
    }
}
