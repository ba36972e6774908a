namespace Ordo.Economy.Forecasting.Arima;

/// <summary>
/// Chooses a seasonal ARIMA model in the manner of Hyndman and Khandakar (2008): differences by tests, then from a few first models step by step to the neighbour
/// with the smallest corrected information criterion, by conditional sum of squares; the best few are fitted again by exact likelihood.
/// </summary>
internal sealed class ArimaSearch
{
    private const int MostPlain = 5, MostSeasonal = 2, MostModels = 60, Finalists = 2;

    private readonly double[] differenced;
    private readonly ArimaOrder frame;
    private readonly Dictionary<ArimaOrder, ArimaFit> tried = [];
    private readonly bool mayHaveConstant;

    private ArimaSearch(double[] differenced, ArimaOrder frame)
    {
        (this.differenced, this.frame) = (differenced, frame);
        mayHaveConstant = frame.Difference + frame.SeasonalDifference <= 1;
    }

    /// <returns>The model and the differenced series that it was fitted on.</returns>
    public static (ArimaFit Fit, double[] Differenced) Choose(ReadOnlySpan<double> series, int period, bool exact = true)
    {
        bool seasonal = period > 1 && series.Length >= 2 * period + 4;
        int years = seasonal ? Stationarity.SeasonalDifferences(series, period) : 0;
        double[] values = years > 0 ? Stationarity.Differenced(series, period) : series.ToArray();
        int steps = Stationarity.Differences(values);
        for (int i = 0; i < steps; i++) values = Stationarity.Differenced(values, 1);
        var search = new ArimaSearch(values, new(0, steps, 0, 0, years, 0, seasonal ? period : 1));
        ArimaFit best = search.Run();
        return (exact ? search.Refined(best) : best, values);
    }

    private ArimaFit Run()
    {
        bool seasonal = frame.Period > 1;
        ArimaFit best = Try(frame with { HasConstant = mayHaveConstant })!;
        foreach ((int ar, int ma, int seasonalAr, int seasonalMa) in new[] { (2, 2, 1, 1), (1, 0, 1, 0), (0, 1, 0, 1), (0, 0, 0, 0) })
        {
            ArimaOrder first = frame with { Ar = ar, Ma = ma, SeasonalAr = seasonal ? seasonalAr : 0, SeasonalMa = seasonal ? seasonalMa : 0, HasConstant = mayHaveConstant && ar + ma > 0 };
            if (Try(first) is { } fit && fit.Aicc < best.Aicc) best = fit;
        }

        for (bool moved = true; moved && tried.Count < MostModels;)
        {
            moved = false;
            foreach (ArimaOrder next in Neighbours(best.Order))
            {
                if (tried.ContainsKey(next) || Try(next, best) is not { } fit || fit.Aicc >= best.Aicc) continue;
                (best, moved) = (fit, true);
                break;
            }
        }

        return best;
    }

    /// <summary>The best few fitted again; the one that search ended at when none of them holds.</summary>
    private ArimaFit Refined(ArimaFit best) =>
        tried.Values.Where(fit => double.IsFinite(fit.Aicc)).OrderBy(fit => fit.Aicc).Take(Finalists).Select(fit => fit.Refined(differenced))
            .Where(fit => double.IsFinite(fit.Aicc)).MinBy(fit => fit.Aicc) ?? best;

    private ArimaFit? Try(ArimaOrder order, ArimaFit? from = null)
    {
        if (tried.TryGetValue(order, out ArimaFit? known)) return known;
        if (order.LongestAr > differenced.Length / 3 || order.LongestMa > differenced.Length / 3 || tried.Count >= MostModels) return null;
        double[]? start = from is null ? null : new ArimaCoefficients(from.Order, [.. from.Coefficients]).RowOf(order);
        if (start is not null && order.HasConstant && !from!.Order.HasConstant) start[^1] = SeasonalPattern.Mean(differenced);
        if (start is not null && !new ArimaCoefficients(order, start).IsInside(1.002)) start = null; // a part of a stationary model need not be one
        return tried[order] = ArimaFit.Conditional(differenced, order, start);
    }

    private IEnumerable<ArimaOrder> Neighbours(ArimaOrder order)
    {
        bool seasonal = frame.Period > 1;
        foreach ((int ar, int ma) in new[] { (-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1) })
        {
            if (!seasonal) break;
            ArimaOrder next = order with { SeasonalAr = order.SeasonalAr + ar, SeasonalMa = order.SeasonalMa + ma };
            if (next.SeasonalAr is >= 0 and <= MostSeasonal && next.SeasonalMa is >= 0 and <= MostSeasonal) yield return next;
        }

        foreach ((int ar, int ma) in new[] { (-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1) })
        {
            ArimaOrder next = order with { Ar = order.Ar + ar, Ma = order.Ma + ma };
            if (next.Ar is >= 0 and <= MostPlain && next.Ma is >= 0 and <= MostPlain) yield return next;
        }

        if (mayHaveConstant) yield return order with { HasConstant = !order.HasConstant };
    }
}
