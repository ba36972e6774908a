namespace Ordo.Economy.Forecasting.Arima;

/// <summary>Fitted coefficients of a model, in one row so that a search can move them: φ, θ, Φ, Θ, constant.</summary>
internal readonly struct ArimaCoefficients(ArimaOrder order, double[] row)
{
    public ArimaOrder Order => order;

    public double[] Row => row;

    public ReadOnlySpan<double> Ar => row.AsSpan(0, order.Ar);

    public ReadOnlySpan<double> Ma => row.AsSpan(order.Ar, order.Ma);

    public ReadOnlySpan<double> SeasonalAr => row.AsSpan(order.Ar + order.Ma, order.SeasonalAr);

    public ReadOnlySpan<double> SeasonalMa => row.AsSpan(order.Ar + order.Ma + order.SeasonalAr, order.SeasonalMa);

    /// <summary>Mean of the differenced series.</summary>
    public double Constant => order.HasConstant ? row[order.Coefficients - 1] : 0;

    /// <summary>Coefficients of the lags of the whole autoregressive part.</summary>
    public double[] WholeAr()
    {
        double[] product = LagPolynomial.Product(Negative(Ar), Negative(SeasonalAr), order.Period);
        for (int i = 0; i < product.Length; i++) product[i] = -product[i];
        return product;
    }

    /// <summary>Coefficients of the lags of the whole moving-average part.</summary>
    public double[] WholeMa() => LagPolynomial.Product(Ma, SeasonalMa, order.Period);

    /// <summary>Stationary and invertible, with every root of the whole polynomials beyond the radius.</summary>
    public bool IsInside(double radius)
    {
        double seasonal = order.SeasonalAr + order.SeasonalMa > 0 ? Math.Pow(radius, order.Period) : 1;
        return LagPolynomial.HasRootsBeyond(radius, Ar) && LagPolynomial.HasRootsBeyond(radius, Negative(Ma))
            && LagPolynomial.HasRootsBeyond(seasonal, SeasonalAr) && LagPolynomial.HasRootsBeyond(seasonal, Negative(SeasonalMa));
    }

    /// <summary>The same coefficients in the row of another order; what this one lacks is zero.</summary>
    public double[] RowOf(ArimaOrder other)
    {
        double[] target = new double[other.Coefficients];
        var view = new ArimaCoefficients(other, target);
        Take(Ar, view.Ar.Length, 0);
        Take(Ma, other.Ma, other.Ar);
        Take(SeasonalAr, other.SeasonalAr, other.Ar + other.Ma);
        Take(SeasonalMa, other.SeasonalMa, other.Ar + other.Ma + other.SeasonalAr);
        if (other.HasConstant) target[^1] = Constant;
        return target;

        void Take(ReadOnlySpan<double> from, int count, int at) => from[..Math.Min(from.Length, count)].CopyTo(target.AsSpan(at));
    }

    private static double[] Negative(ReadOnlySpan<double> values)
    {
        double[] negative = new double[values.Length];
        for (int i = 0; i < negative.Length; i++) negative[i] = -values[i];
        return negative;
    }
}
