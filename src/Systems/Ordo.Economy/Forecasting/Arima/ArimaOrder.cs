namespace Ordo.Economy.Forecasting.Arima;

/// <summary>
/// Which seasonal ARIMA model, in the notation of Box and Jenkins: <c>ARIMA(p,d,q)(P,D,Q)s</c>. Moving-average coefficients carry a plus sign,
/// <c>w(t) = φ·w(t−1) + ε(t) + θ·ε(t−1)</c>, so what Box and Jenkins print as θ = 0.40 is −0.40 here.
/// </summary>
/// <param name="Ar">p: autoregressive terms.</param>
/// <param name="Difference">d: differences from step to step.</param>
/// <param name="Ma">q: moving-average terms.</param>
/// <param name="SeasonalAr">P, in years.</param>
/// <param name="SeasonalDifference">D: differences from year to year.</param>
/// <param name="SeasonalMa">Q, in years.</param>
/// <param name="Period">s: steps of a year; 1 without a season.</param>
/// <param name="HasConstant">The differenced series has a mean other than zero: a level, or a drift after one difference.</param>
public readonly record struct ArimaOrder(int Ar, int Difference, int Ma, int SeasonalAr = 0, int SeasonalDifference = 0, int SeasonalMa = 0, int Period = 1, bool HasConstant = false)
{
    /// <summary>Coefficients that are fitted, the constant included.</summary>
    public int Coefficients => Ar + Ma + SeasonalAr + SeasonalMa + (HasConstant ? 1 : 0);

    /// <summary>Longest lag of the autoregressive part when both polynomials are multiplied.</summary>
    public int LongestAr => Ar + Period * SeasonalAr;

    /// <summary>Longest lag of the moving-average part when both polynomials are multiplied.</summary>
    public int LongestMa => Ma + Period * SeasonalMa;

    /// <summary>Observations that differencing takes away.</summary>
    public int Lost => Difference + Period * SeasonalDifference;

    public override string ToString() =>
        FormattableString.Invariant($"ARIMA({Ar},{Difference},{Ma})")
        + (Period > 1 && SeasonalAr + SeasonalDifference + SeasonalMa > 0 ? FormattableString.Invariant($"({SeasonalAr},{SeasonalDifference},{SeasonalMa}){Period}") : "")
        + (!HasConstant ? "" : Difference + SeasonalDifference > 0 ? " with drift" : " with mean");
}
