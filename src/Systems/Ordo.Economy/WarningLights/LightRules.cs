using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;
using Ordo.Foundation;

namespace Ordo.Economy.WarningLights;

/// <summary>Which number of an indicator lights the light.</summary>
public enum LightMeasure
{
    /// <summary>Its value.</summary>
    Value,

    /// <summary>Its growth on the year, same enterprises.</summary>
    Growth,
}

/// <param name="Code">Of a monthly indicator.</param>
/// <param name="Measure">What is judged.</param>
/// <param name="Limits">Fixed by policy; without them they come from the indicator's own history.</param>
public sealed record LightRule(string Code, LightMeasure Measure, LightLimits? Limits = null);

/// <summary>A composite index and what it is made of.</summary>
public sealed record IndexRule(string Code, string NameZh, string NameEn, IReadOnlyList<string> Components);

/// <summary>Everything the warning lights are set by (<c>lights.json</c>); setting <c>lights</c>.</summary>
/// <param name="Window">Steps of history looked at, eleven a year.</param>
/// <param name="Fewest">Fewer earlier values make no limits.</param>
/// <param name="Inner">Standard deviations from the mean to yellow and light blue.</param>
/// <param name="Outer">The same to red and blue.</param>
/// <param name="Composite">Limits of the whole, percent of the highest possible sum.</param>
/// <param name="FewestLights">With fewer single lights there is none of the whole.</param>
/// <param name="WarnAfter">Months in a row in red or blue that are a warning.</param>
/// <param name="SmallestDeviation">A component of an index whose changes spread less (percent, or points of a rate) is left out, because it would take all the weight.</param>
/// <param name="FewestCoverage">Percent of last year's reporting enterprises below which a total counts as incomplete and is not forecast from.</param>
/// <param name="AnomalyDistance">Robust standard deviations beyond which a value is an anomaly.</param>
/// <param name="BreakStatistic">Largest Wald statistic that is no break: 15.56 is the 1 % value of Andrews (2003) for two coefficients and 15 % trimming.</param>
/// <param name="ShortestSegment">Steps that a part between two breaks has at least.</param>
public sealed record LightRules(
    string Edition, string Source, bool Verified, int Window, int Fewest, double Inner, double Outer, LightLimits Composite, int FewestLights, int WarnAfter, IReadOnlyList<LightRule> Lights,
    double SmallestDeviation, IReadOnlyList<IndexRule> Indices, decimal FewestCoverage, double AnomalyDistance, double BreakStatistic, int ShortestSegment)
{
    public const int MostLights = 40, MostComponents = 20, MostIndices = 6;

    internal static LightRules Shipped { get; } = ShippedData.Read<LightRules>("lights.json");

    /// <summary>What cannot be: every fault with its place.</summary>
    public IEnumerable<(string Field, Text Reason)> Faults(IndicatorCatalogue catalogue)
    {
        if (Window is < 11 or > 240) yield return ("window", new("应在 11 到 240 步之间。", "Between 11 and 240 steps."));
        if (Fewest is < 3 or > 240) yield return ("fewest", new("应在 3 到 240 之间。", "Between 3 and 240."));
        if (!(Inner > 0 && Outer > Inner && Outer < 10)) yield return ("outer", new("应有 0 < 内侧 < 外侧 < 10。", "Expected 0 < inner < outer < 10."));
        if (!Composite.AreRising) yield return ("composite", new("四个界限须由低到高。", "The four limits must rise."));
        if (FewestLights is < 1 or > MostLights) yield return ("fewestLights", new("应在 1 到 40 之间。", "Between 1 and 40."));
        if (WarnAfter is < 1 or > 24) yield return ("warnAfter", new("应在 1 到 24 之间。", "Between 1 and 24."));
        if (!(SmallestDeviation > 0)) yield return ("smallestDeviation", new("应大于 0。", "Above 0."));
        if (FewestCoverage is < 1 or > 100) yield return ("fewestCoverage", new("应在 1 到 100 之间。", "Between 1 and 100."));
        if (!(AnomalyDistance >= 2)) yield return ("anomalyDistance", new("应不小于 2。", "At least 2."));
        if (!(BreakStatistic >= 5)) yield return ("breakStatistic", new("应不小于 5。", "At least 5."));
        if (ShortestSegment is < 5 or > 60) yield return ("shortestSegment", new("应在 5 到 60 之间。", "Between 5 and 60."));
        if (Lights.Count is 0 or > MostLights) yield return ("lights", new("应有 1 到 40 个灯。", "1 to 40 lights."));
        foreach (LightRule rule in Lights)
        {
            if (catalogue.Find(rule.Code) is not { Frequency: Frequency.Month }) yield return ($"lights.{rule.Code}", new("须为月度指标。", "Must be a monthly indicator."));
            if (rule.Limits is { AreRising: false }) yield return ($"lights.{rule.Code}", new("四个界限须由低到高。", "The four limits must rise."));
        }

        if (Indices.Count > MostIndices) yield return ("indices", new("最多 6 个指数。", "At most 6 indices."));
        foreach (IndexRule index in Indices)
        {
            if (index.Components.Count is 0 or > MostComponents) yield return ($"indices.{index.Code}", new("应有 1 到 20 个成分。", "1 to 20 components."));
            foreach (string code in index.Components)
                if (catalogue.Find(code) is not { Frequency: Frequency.Month }) yield return ($"indices.{index.Code}.{code}", new("须为月度指标。", "Must be a monthly indicator."));
        }
    }
}
