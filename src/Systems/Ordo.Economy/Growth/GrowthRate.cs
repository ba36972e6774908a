namespace Ordo.Economy.Growth;

/// <summary>
/// Growth rates in percent. A rate that was published is kept as published beside these: they usually differ, because the statistics office compares the
/// same enterprises of both years. Two rates are never averaged or added; a percentage point (百分点) is not a percent.
/// </summary>
public static class GrowthRate
{
    /// <summary>同比 or any other change of a level: <c>current ÷ base − 1</c>. For a real rate both levels are at comparable prices (可比价) and of the same enterprises (同口径).</summary>
    /// <returns><c>null</c> when the base is not positive: from a loss or from nothing there is no rate.</returns>
    public static decimal? Of(decimal current, decimal comparableBase) => comparableBase > 0 ? (current / comparableBase - 1) * 100 : null;

    /// <summary>Nominal growth freed from the price change.</summary>
    /// <param name="nominal">Percent.</param>
    /// <param name="priceIndex">Price index, same period of last year = 100.</param>
    public static decimal Real(decimal nominal, decimal priceIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(priceIndex);
        return ((1 + nominal / 100) / (priceIndex / 100) - 1) * 100;
    }

    /// <summary>The level of this year at last year's prices: <c>current ÷ (index ÷ 100)</c>.</summary>
    public static decimal AtComparablePrices(decimal current, decimal priceIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(priceIndex);
        return current / (priceIndex / 100);
    }

    /// <summary>年均增长: the constant yearly rate that leads from the first to the last level.</summary>
    /// <returns><c>null</c> unless both levels are positive.</returns>
    public static double? Average(decimal first, decimal last, int years)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(years, 1);
        return first > 0 && last > 0 ? (Math.Pow((double)(last / first), 1.0 / years) - 1) * 100 : null;
    }

    /// <summary>Mean of yearly rates as growth factors; 两年平均 is the case of two.</summary>
    public static double Mean(IReadOnlyList<decimal> rates)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rates.Count);
        return (Math.Pow((double)Factor(rates), 1.0 / rates.Count) - 1) * 100;
    }

    /// <summary>Product of the growth factors <c>1 + g</c>.</summary>
    public static decimal Factor(IReadOnlyList<decimal> rates) => rates.Aggregate(1m, (product, rate) => product * (1 + rate / 100));

    /// <summary>环比折年率 of seasonally adjusted levels; never of raw ones.</summary>
    /// <param name="adjusted">Adjusted monthly levels, oldest first: two give the one-month rate, four the three-month rate.</param>
    public static double? Annualised(IReadOnlyList<decimal> adjusted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(adjusted.Count, 2);
        if (adjusted.Any(level => level <= 0)) return null;
        return (Math.Pow((double)(adjusted[^1] / adjusted[0]), 12.0 / (adjusted.Count - 1)) - 1) * 100;
    }

    /// <summary>The single month that two cumulative growth rates imply, from the share of the earlier months in the base.</summary>
    /// <param name="earlierShare">Share of the earlier months in the base of all, percent, below 100.</param>
    /// <param name="earlier">Cumulative growth of the earlier months, percent.</param>
    /// <param name="all">Cumulative growth including the month, percent.</param>
    /// <remarks>Rounding of the rates is multiplied by <c>1 ÷ (1 − share)</c>: show the result as "about".</remarks>
    public static decimal OfMonthFromRates(decimal earlierShare, decimal earlier, decimal all)
    {
        if (earlierShare is < 0 or >= 100) throw new ArgumentOutOfRangeException(nameof(earlierShare), earlierShare, "A share of earlier months lies from 0 to below 100 percent.");
        decimal share = earlierShare / 100;
        return (all - share * earlier) / (1 - share);
    }
}
