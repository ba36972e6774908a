using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Forecasting;
using Ordo.Economy.Indicators;
using Ordo.Economy.Indices;
using Ordo.Foundation;

namespace Ordo.Economy.WarningLights;

/// <param name="Light">By the limits of the month that the board shows.</param>
public sealed record LightPoint(string Period, double? Value, Light? Light);

/// <summary>One indicator's light.</summary>
/// <param name="Measure">Value or growth on the year.</param>
/// <param name="Period">Of the figure judged.</param>
/// <param name="Limits">In the measure's own terms; <c>null</c> when there are none.</param>
/// <param name="IsFixed">By policy, not from history.</param>
/// <param name="History">Earlier values that made the limits.</param>
/// <param name="HighIsBad">The zones are mirrored: high is cold.</param>
/// <param name="MonthsInBand">In a row, this one included.</param>
/// <param name="IsWarning">Long enough in red or blue.</param>
/// <param name="Reason">Why there is no light.</param>
public sealed record LightRow(
    string Code, string NameZh, string NameEn, string Unit, int Decimals, IndicatorKind Kind, LightMeasure Measure, string Period, double? Value, Light? Light, LightLimits? Limits, bool IsFixed,
    int History, double? Mean, double? Deviation, bool HighIsBad, int MonthsInBand, bool IsWarning, string? Reason, int Reporting, int Expected, IReadOnlyList<LightPoint> Points);

/// <param name="Count">Single lights in it.</param>
public sealed record CompositePoint(string Period, decimal Index, decimal FullShare, Light Light, int Count);

/// <summary>A component of a composite index.</summary>
/// <param name="Weight">Standardisation factor; all of an index sum to 1. <c>null</c> when it is left out.</param>
/// <param name="Deviation">Of its changes: percent, or points of a rate.</param>
/// <param name="Reason">Why it is left out.</param>
public sealed record IndexPart(string Code, string NameZh, string NameEn, double? Weight, double? Deviation, string? Reason);

/// <param name="Level">The first eleven steps average 100.</param>
/// <param name="Growth">On the step before, percent.</param>
/// <param name="Diffusion">Percent of components that rose.</param>
public sealed record IndexPoint(string Period, double Level, double? Growth, double? Diffusion);

/// <summary>先行、一致、滞后指数</summary>
/// <param name="Reason">Why there is no index.</param>
public sealed record IndexSeries(string Code, string NameZh, string NameEn, IReadOnlyList<IndexPart> Components, IReadOnlyList<IndexPoint> Points, string? Reason);

/// <summary>The warning lights of a month (预警信号灯).</summary>
/// <param name="Composite">Of the month; <c>null</c> when too few single lights are lit.</param>
/// <param name="Edition">Of the limits, with their source below.</param>
public sealed record LightBoard(
    long AssetId, string AssetNameZh, string AssetNameEn, string Period, IReadOnlyList<string> Periods, CompositePoint? Composite, string? Reason, IReadOnlyList<CompositePoint> Composites,
    IReadOnlyList<LightRow> Lights, IReadOnlyList<IndexSeries> Indices, string Edition, string Source, bool Verified, LightLimits CompositeLimits, int WarnAfter, bool IsProtected)
{
    /// <summary>Steps of lights shown: two years.</summary>
    private const int Shown = 22;

    /// <summary>What the arithmetic leaves of a history that never changes, relative to its mean.</summary>
    private const double NoSpread = 1e-9;

    public static LightBoard Of(FigureReader reader, Area area, Period step, IReadOnlyList<Period> periods)
    {
        LightRules rules = reader.Snapshot.Rules.Lights;
        var cell = new CellKey(area);
        LightRow[] lights = [.. rules.Lights.Select(rule => RowOf(reader, rules, rule, cell, step)).OfType<LightRow>()];
        CompositePoint[] composites = [.. CompositesOf(rules, lights)];
        CompositePoint? now = composites.FirstOrDefault(point => point.Period == step.ToString());
        int lit = lights.Count(light => light.Light is not null);
        string? reason = now is not null ? null : new Text($"只有 {lit} 个灯可判，至少需要 {rules.FewestLights} 个。", $"Lights that can be told: {lit} of at least {rules.FewestLights}.").ToString();
        return new(area.Id, area.NameZh, area.NameEn, step.ToString(), [.. periods.Select(period => period.ToString())], now, reason, composites, lights,
            [.. rules.Indices.Select(index => SeriesOf(reader, rules, index, cell, step))], rules.Edition, rules.Source, rules.Verified, rules.Composite, rules.WarnAfter, reader.IsProtected);
    }

    private static LightRow? RowOf(FigureReader reader, LightRules rules, LightRule rule, CellKey cell, Period step)
    {
        if (reader.Snapshot.Rules.Catalogue.Find(rule.Code) is not { } indicator) return null;
        List<(Period Step, double? Value)> measured = [];
        Figure newest = Figure.Nothing(0);
        for ((Period each, int count) = (step, 0); count <= rules.Window; each = each.PreviousStep, count++)
        {
            Figure figure = reader.Read(rule.Code, cell, FigureReader.Best(indicator, each));
            if (count == 0) newest = figure;
            measured.Add((each, (double?)(rule.Measure == LightMeasure.Growth ? figure.Growth : figure.Value)));
        }

        measured.Reverse();
        // The month that is judged does not make its own limits.
        double[] history = [.. measured.SkipLast(1).Select(point => point.Value).OfType<double>()];
        double? now = measured[^1].Value;
        bool highIsBad = indicator.Direction == IndicatorDirection.Down;
        (double mean, double deviation) = Spread(history);
        LightLimits? limits = rule.Limits ?? (history.Length >= rules.Fewest && deviation > NoSpread * Math.Max(1, Math.Abs(mean)) ? LightLimits.OfHistory(mean, deviation, rules.Inner, rules.Outer) : null);
        LightPoint[] points = [.. measured.TakeLast(Shown).Select(point => new LightPoint(point.Step.ToString(), point.Value,
            limits is not null && point.Value is { } value ? WarningLight.Of(value, limits, highIsBad) : null))];
        Light? light = points[^1].Light;
        int months = light is null ? 0 : points.Reverse().TakeWhile(point => point.Light == light).Count();
        string? reason = light is not null ? null : newest.Hidden ? new Text("户数过少，不发布。", "Too few enterprises to be told.").ToString()
            : newest.Reporting == 0 ? new Text("本月没有数据。", "There are no data of this month.").ToString()
            : now is null ? new Text("没有可比的上年同期。", "There is no comparable figure of last year.").ToString()
            : history.Length < rules.Fewest ? new Text($"历史只有 {history.Length} 期，定界限至少需要 {rules.Fewest} 期。", $"Earlier values: {history.Length} of the {rules.Fewest} that limits need.").ToString()
            : new Text("历史没有变化，定不出界限。", "The history never changes and makes no limits.").ToString();
        return new(rule.Code, indicator.NameZh, indicator.NameEn, indicator.Unit, indicator.Decimals, indicator.Kind, rule.Measure, FigureReader.Best(indicator, step).ToString(), now, light, limits, rule.Limits is not null,
            history.Length, history.Length > 0 ? mean : null, history.Length > 1 ? deviation : null, highIsBad, months, light is Light.Red or Light.Blue && months >= rules.WarnAfter, reason,
            newest.Reporting, newest.Expected, points);
    }

    private static IEnumerable<CompositePoint> CompositesOf(LightRules rules, LightRow[] rows)
    {
        if (rows.Length == 0) yield break;
        for (int at = 0; at < rows[0].Points.Count; at++)
        {
            Light[] lit = [.. rows.Select(row => row.Points[at].Light).OfType<Light>()];
            if (lit.Length < rules.FewestLights) continue;
            CompositeLight whole = WarningLight.Composite(lit, rules.Composite);
            yield return new(rows[0].Points[at].Period, whole.Index, whole.FullShare, whole.Light, lit.Length);
        }
    }

    private static IndexSeries SeriesOf(FigureReader reader, LightRules rules, IndexRule rule, CellKey cell, Period last)
    {
        Period[] steps = new Period[rules.Window];
        for (int at = steps.Length - 1; at >= 0; at--, last = last.PreviousStep) steps[at] = last;
        List<IndexPart> parts = [];
        List<IndexComponent> components = [];
        foreach (string code in rule.Components)
        {
            if (reader.Snapshot.Rules.Catalogue.Find(code) is not { } indicator) continue;
            (IndexComponent? component, string? reason) = ComponentOf(reader, rules, indicator, cell, steps);
            if (component is not null) components.Add(component);
            parts.Add(new(code, indicator.NameZh, indicator.NameEn, null, component?.Deviation, reason));
        }

        if (components.Count < 2)
            return new(rule.Code, rule.NameZh, rule.NameEn, parts, [], new Text($"可用的成分只有 {components.Count} 个，至少需要 2 个。", $"Components that can be used: {components.Count} of at least 2.").ToString());
        // Where the first component begins, the index does.
        int begin = components.Min(component => component.Values.TakeWhile(value => value is null).Count());
        CompositeResult index = CompositeIndex.Of([.. components.Select(component => component with { Values = [.. component.Values.Skip(begin)] })], rules.SmallestDeviation);
        IReadOnlyList<double> levels = CompositeIndex.Rebase(index.Levels, 0, Math.Min(StepSeries.AYear, index.Levels.Count));
        IndexPart[] weighed = [.. parts.Select(part => components.FindIndex(component => component.Name == part.Code) is >= 0 and var place ? part with { Weight = index.Weights[place], Deviation = index.Deviations[place] } : part)];
        return new(rule.Code, rule.NameZh, rule.NameEn, weighed,
            [.. levels.Select((level, at) => new IndexPoint(steps[begin + at].ToString(), level, at == 0 ? null : index.Growth[at - 1], at == 0 ? null : index.Diffusion[at - 1]))], null);
    }

    /// <summary>Freed from its season, because a change from one month to the next says nothing of raw figures.</summary>
    private static (IndexComponent? Component, string? Reason) ComponentOf(FigureReader reader, LightRules rules, Indicator indicator, CellKey cell, Period[] steps)
    {
        var series = StepSeries.Read(reader, indicator, cell, steps[^1], steps.Length, rules.FewestCoverage);
        bool rate = indicator.Kind is IndicatorKind.Ratio or IndicatorKind.Index;
        // A flow has a season by its very steps: the first is of two months.
        int needed = indicator.Kind == IndicatorKind.Flow ? 3 * StepSeries.AYear : rules.Fewest;
        if (series.Values.Count < needed)
            return (null, new Text($"只有 {series.Values.Count} 期连续数据，至少需要 {needed} 期。", $"Known without a gap: {series.Values.Count} of the {needed} steps needed.").ToString());
        double[] numbers = series.Numbers;
        SeasonalPattern pattern = indicator.Kind == IndicatorKind.Flow ? SeasonalPattern.Of(numbers, StepSeries.AYear) : SeasonalPattern.OfTested(numbers, StepSeries.AYear);
        double[] adjusted = pattern.Remove(numbers);
        double?[] values = new double?[steps.Length];
        int first = Array.IndexOf(steps, series.Values[0].Period);
        for (int i = 0; i < adjusted.Length; i++) values[first + i] = adjusted[i];
        var component = new IndexComponent(indicator.Code, values, rate);
        return CompositeIndex.DeviationOf(component) is var deviation && deviation >= rules.SmallestDeviation ? (component with { Deviation = deviation }, null)
            : (null, new Text($"几乎不变（标准差 {deviation:0.###}），会占去全部权重。", $"It hardly moves (standard deviation {deviation:0.###}) and would take all the weight.").ToString());
    }

    private static (double Mean, double Deviation) Spread(double[] values)
    {
        if (values.Length < 2) return (values.FirstOrDefault(), 0);
        double mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)));
    }
}
