namespace Ordo.Economy.Forecasting.Arima;

/// <summary>
/// Exact one-step errors of a stationary model, as a Kalman filter gives them, by the method of Ansley (1979): behind the first p observations the
/// autoregressive part is taken off, what is left has a covariance matrix with a narrow band, and its Cholesky factor gives errors, likelihood and forecasts.
/// </summary>
internal sealed class ExactErrors
{
    /// <summary>Relative change of a row of the factor that is none.</summary>
    private const double Steady = 1e-9;

    private readonly double[] ar, ma, covariances, crossing, later;
    private readonly int band;
    private readonly List<double[]> rows = [];
    private int alike;

    /// <param name="coefficients">Stationary and invertible.</param>
    public ExactErrors(ArimaCoefficients coefficients)
    {
        (ar, ma) = (coefficients.WholeAr(), coefficients.WholeMa());
        band = Math.Max(ar.Length, ma.Length);
        double[] psi = LagPolynomial.Psi(ar, ma, ma.Length + 1);
        double Ma(int lag) => lag == 0 ? 1 : ma[lag - 1];
        later = new double[ma.Length + 1];
        crossing = new double[ma.Length + 1];
        for (int lag = 0; lag <= ma.Length; lag++)
        {
            for (int j = 0; j + lag <= ma.Length; j++)
            {
                later[lag] += Ma(j) * Ma(j + lag);
                crossing[lag] += Ma(j + lag) * psi[j];
            }
        }
        covariances = ar.Length == 0 ? [] : Autocovariances(ar, crossing);
    }

    /// <summary>Sum of the logarithms of the variances of the errors, for an error of variance 1 when everything is known.</summary>
    public double LogDeterminant { get; private set; }

    /// <param name="centred">Differenced series less its mean.</param>
    /// <param name="errors">Standardised errors, as long as the series.</param>
    public void Of(ReadOnlySpan<double> centred, Span<double> errors)
    {
        double logs = 0;
        for (int t = 0; t < centred.Length; t++)
        {
            double[] row = Row(t);
            double value = centred[t];
            if (t >= ar.Length) for (int i = 0; i < ar.Length; i++) value -= ar[i] * centred[t - 1 - i];
            for (int back = Math.Min(band, t); back >= 1; back--) value -= row[back] * errors[t - back];
            errors[t] = value / row[0];
            logs += Math.Log(row[0]);
        }
        LogDeterminant = 2 * logs;
    }

    /// <summary>Best forecasts of the centred series behind its end.</summary>
    public double[] Forecast(ReadOnlySpan<double> centred, ReadOnlySpan<double> errors, int horizon)
    {
        double[] all = [.. centred, .. new double[horizon]];
        for (int t = centred.Length; t < all.Length; t++)
        {
            double[] row = Row(t);
            double value = 0;
            for (int back = t - centred.Length + 1; back <= Math.Min(band, t); back++) value += row[back] * errors[t - back];
            for (int i = 0; i < ar.Length && i < t; i++) value += ar[i] * all[t - 1 - i];
            all[t] = value;
        }
        return all[centred.Length..];
    }

    /// <summary>A row of the Cholesky factor, [0] on the diagonal and [k] in the column k before it.</summary>
    private double[] Row(int t)
    {
        while (rows.Count <= t) rows.Add(alike > band && rows.Count > ar.Length + band ? rows[^1] : Next(rows.Count));
        return rows[t];
    }

    private double[] Next(int t)
    {
        double[] row = new double[band + 1];
        for (int back = Math.Min(band, t); back >= 0; back--)
        {
            int column = t - back;
            double[] other = back == 0 ? row : rows[column];
            double sum = Covariance(t, column);
            int shared = Math.Min(band - back, column);
            if (shared > 0) sum -= Vectors.Dot(row.AsSpan(back + 1, shared), other.AsSpan(1, shared));
            row[back] = back == 0 ? Math.Sqrt(Math.Max(sum, 1e-300)) : sum / other[0];
        }

        bool same = t > ar.Length + band;
        for (int k = 0; same && k <= band; k++) same = Math.Abs(row[k] - rows[t - 1][k]) <= Steady * row[0];
        alike = same ? alike + 1 : 0;
        return row;
    }

    private double Covariance(int t, int earlier)
    {
        int lag = t - earlier;
        if (t < ar.Length) return covariances[lag];
        if (lag > ma.Length) return 0;
        return earlier < ar.Length ? crossing[lag] : later[lag];
    }

    /// <summary>γ(0) … γ(p) of the stationary process: the Yule–Walker equations with the moving-average part on the right.</summary>
    private static double[] Autocovariances(double[] ar, double[] crossing)
    {
        int size = ar.Length + 1;
        double[,] matrix = new double[size, size];
        double[] right = new double[size];
        for (int k = 0; k < size; k++)
        {
            matrix[k, k] += 1;
            for (int j = 1; j < size; j++) matrix[k, Math.Abs(k - j)] -= ar[j - 1];
            right[k] = k < crossing.Length ? crossing[k] : 0;
        }
        return LinearEquations.Solve(matrix, right) ?? [];
    }
}
