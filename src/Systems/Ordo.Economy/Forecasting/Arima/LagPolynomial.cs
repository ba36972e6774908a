namespace Ordo.Economy.Forecasting.Arima;

/// <summary>Polynomials in the lag operator, held as their coefficients from lag 1 on; the coefficient at lag 0 is one.</summary>
internal static class LagPolynomial
{
    /// <summary>Coefficients of <c>(1 + Σ a·Bⁱ)(1 + Σ b·B^(s·j))</c> from lag 1 on.</summary>
    public static double[] Product(ReadOnlySpan<double> plain, ReadOnlySpan<double> seasonal, int period)
    {
        double[] product = new double[plain.Length + period * seasonal.Length];
        for (int j = 0; j <= seasonal.Length; j++)
        {
            double factor = j == 0 ? 1 : seasonal[j - 1];
            for (int i = 0; i <= plain.Length; i++)
                if (i + j > 0) product[i + period * j - 1] += factor * (i == 0 ? 1 : plain[i - 1]);
        }
        return product;
    }

    /// <summary>Whether every root of <c>1 − Σ c·Bⁱ</c> lies farther from the origin than <paramref name="radius"/>: stationary, or with changed signs invertible.</summary>
    /// <remarks>The step-down recursion of Schur and Cohn: no root need be found.</remarks>
    public static bool HasRootsBeyond(double radius, ReadOnlySpan<double> coefficients)
    {
        int order = coefficients.Length;
        Span<double> current = stackalloc double[order], next = stackalloc double[order];
        double scale = 1;
        for (int i = 0; i < order; i++) current[i] = coefficients[i] * (scale *= radius);
        for (int k = order; k >= 1; k--)
        {
            double last = current[k - 1];
            if (!(Math.Abs(last) < 1)) return false;
            for (int i = 0; i < k - 1; i++) next[i] = (current[i] + last * current[k - 2 - i]) / (1 - last * last);
            next[..(k - 1)].CopyTo(current);
        }
        return true;
    }

    /// <summary>Weights of past disturbances in <c>(1 − Σ ar·Bⁱ) y = (1 + Σ ma·Bⁱ) ε</c>, the first of them 1.</summary>
    public static double[] Psi(ReadOnlySpan<double> ar, ReadOnlySpan<double> ma, int count)
    {
        double[] psi = new double[count];
        for (int k = 0; k < count; k++)
        {
            double sum = k == 0 ? 1 : k <= ma.Length ? ma[k - 1] : 0;
            for (int i = 1; i <= Math.Min(k, ar.Length); i++) sum += ar[i - 1] * psi[k - i];
            psi[k] = sum;
        }
        return psi;
    }

    /// <summary>Coefficients of the lags in <c>(1 − B)^d (1 − B^s)^D</c>, signs as an autoregression has them: <c>y(t) = Σ c·y(t−i) + w(t)</c>.</summary>
    public static double[] Differences(int plain, int seasonal, int period)
    {
        double[] product = [];
        for (int i = 0; i < plain; i++) product = Product(product, [-1], 1);
        for (int i = 0; i < seasonal; i++) product = Product(product, [-1], period);
        for (int i = 0; i < product.Length; i++) product[i] = -product[i];
        return product;
    }
}
