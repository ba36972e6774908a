namespace Ordo.Economy.Growth;

/// <summary>What one step of a year is: a single month, or January and February together, because the Spring Festival moves between them (1–2 月).</summary>
/// <param name="FirstMonth">1…12; 1 for January–February.</param>
/// <param name="LastMonth">1…12.</param>
/// <param name="Value">Of the step alone.</param>
/// <param name="Growth">Percent against the same step of last year; <c>null</c> without a positive base.</param>
/// <param name="CumulativeGrowth">Percent, January to <paramref name="LastMonth"/>.</param>
public sealed record MonthStep(int FirstMonth, int LastMonth, decimal Value, decimal? Growth, decimal? CumulativeGrowth);

/// <summary>Splits the cumulative values that statistics publish into single months.</summary>
public static class CumulativeSeries
{
    /// <summary>January–February as one step, then every month alone, as far as both years are known without a gap.</summary>
    /// <param name="current">Cumulative values of this year, index 0 is January; January itself is not published and not looked at.</param>
    /// <param name="lastYear">The same of last year, same enterprises, comparable prices.</param>
    public static IReadOnlyList<MonthStep> Months(IReadOnlyList<decimal?> current, IReadOnlyList<decimal?> lastYear)
    {
        List<MonthStep> steps = [];
        decimal before = 0, baseBefore = 0;
        for (int month = 2; month <= Math.Min(12, Math.Min(current.Count, lastYear.Count)); month++)
        {
            // After a gap a difference would be of two months: better nothing than that.
            if (current[month - 1] is not { } now || lastYear[month - 1] is not { } then) break;
            steps.Add(new MonthStep(month == 2 ? 1 : month, month, now - before, GrowthRate.Of(now - before, then - baseBefore), GrowthRate.Of(now, then)));
            (before, baseBefore) = (now, then);
        }
        return steps;
    }
}
