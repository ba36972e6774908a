namespace Ordo.Economy.Structure;

/// <summary>How a total is spread over its parts, in percent.</summary>
public static class Concentration
{
    /// <summary>结构: each part's share. <c>null</c> when the total is not positive.</summary>
    public static IReadOnlyList<decimal>? Shares(IReadOnlyList<decimal> values) =>
        values.Sum() is > 0 and var total ? [.. values.Select(value => value / total * 100)] : null;

    /// <summary>集中度 CRn: share of the n largest.</summary>
    public static decimal? Ratio(IReadOnlyList<decimal> values, int largest) =>
        values.Sum() is > 0 and var total ? values.OrderDescending().Take(largest).Sum() / total * 100 : null;

    /// <summary>Herfindahl–Hirschman index: sum of squared shares in percent, 10,000 for a single one.</summary>
    public static decimal? Herfindahl(IReadOnlyList<decimal> values) => Shares(values)?.Sum(share => share * share);

    /// <summary>区位商: share of an industry here over its share in the wider area; above 1 means specialised.</summary>
    /// <param name="localIndustry">Of the industry here, same measure and period as the others.</param>
    /// <param name="localTotal">Of all industries here.</param>
    /// <param name="wideIndustry">Of the industry in the wider area, this place included.</param>
    /// <param name="wideTotal">Of all industries there.</param>
    public static decimal? LocationQuotient(decimal localIndustry, decimal localTotal, decimal wideIndustry, decimal wideTotal) =>
        localTotal > 0 && wideTotal > 0 && wideIndustry > 0 ? localIndustry / localTotal / (wideIndustry / wideTotal) : null;
}
