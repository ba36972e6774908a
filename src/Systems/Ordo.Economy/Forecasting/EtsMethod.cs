namespace Ordo.Economy.Forecasting;

/// <summary>
/// Exponential smoothing with the form chosen by the corrected information criterion. Admissible are additive and (for positive series)
/// multiplicative errors, no, additive or damped trend, no, additive or multiplicative season; an additive error with a multiplicative season is left out,
/// because its variance is not finite, and a multiplicative trend, because it runs away.
/// </summary>
internal sealed class EtsMethod : IForecastMethod
{
    private const int FirstLook = 80, FullSearch = 300, Finalists = 2;

    public string Name => "ets";
    public int MinimumLength => 4;

    public Forecast Forecast(ReadOnlySpan<double> history, int period, int horizon, double confidence = 0.9)
    {
        ForecastMethods.Check(this, history, period, horizon);
        EtsFit fit = Choose(history, period);
        return Intervals.Around(fit.Mean(horizon), fit.Variances(horizon), confidence, ForecastMethods.NeverNegative(history), fit.Form.ToString(), fit.Describe());
    }

    /// <summary>Looks briefly at every admissible form and searches on only where it promises most.</summary>
    internal static EtsFit Choose(ReadOnlySpan<double> history, int period)
    {
        bool positive = SeasonalPattern.AllPositive(history);
        bool seasonal = period > 1 && history.Length >= 2 * period + 4;
        List<EtsFit.Search> searches = [];
        foreach (EtsSeason season in Enum.GetValues<EtsSeason>())
        {
            if (season != EtsSeason.None && !seasonal || season == EtsSeason.Multiplicative && !positive) continue;
            foreach (EtsTrend trend in Enum.GetValues<EtsTrend>())
            {
                // Both errors share the recursion, so the second starts where the first arrived.
                EtsError first = season == EtsSeason.Multiplicative ? EtsError.Multiplicative : EtsError.Additive;
                EtsFit.Search search = EtsFit.Search.Start(history, period, new EtsForm(first, trend, season)).Improve(FirstLook);
                searches.Add(search);
                if (first == EtsError.Additive && positive) searches.Add(search.With(EtsError.Multiplicative));
            }
        }
        return searches.OrderBy(search => search.Aicc).Take(Finalists).Select(search => search.Improve(FullSearch)).MinBy(search => search.Aicc)!.Fit();
    }
}
