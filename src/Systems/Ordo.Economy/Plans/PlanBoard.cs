namespace Ordo.Economy.Plans;

/// <summary>One quantified or pending target with what is known of it.</summary>
/// <param name="Target">As published.</param>
/// <param name="Base">Figure that progress is counted from; <c>null</c> when none is published or the kind counts from zero.</param>
/// <param name="Actual">Latest figure within the plan's time that measures the same thing; <c>null</c> when no document gives one.</param>
/// <param name="AsOf">Day that the assessment speaks of: the end of the actual's year, or the day asked for without one.</param>
/// <param name="Assessment">Status and progress.</param>
/// <param name="Kind">What kind of promise.</param>
/// <param name="Series">All values of whole years that measure the target, oldest first, the base included; of a mean growth the yearly rates.</param>
/// <param name="Outcome">Forecast to the deadline.</param>
/// <param name="Derivation">How the actual was computed, when no document gives it as such.</param>
public sealed record PlanBoardRow(
    PlanValue Target, PlanValue? Base, PlanValue? Actual, DateOnly AsOf, PlanAssessment Assessment,
    TargetKind Kind, IReadOnlyList<OutcomePoint> Series, PlanOutcome Outcome, PlanDerivation? Derivation)
{
    /// <summary>Key of the target in the database; 0 outside it.</summary>
    public long TargetId { get; init; }
}

/// <param name="Rule">How the figures are joined.</param>
/// <param name="Figures">That it was computed from.</param>
public sealed record PlanDerivation(PlanJoinRule Rule, IReadOnlyList<PlanValue> Figures);

/// <summary>
/// Where every target stands by the figures alone. Only figures of the same code and area are compared, because the documents define many things
/// differently; a flow of one year is not taken for a sum of five, and a growth of one year not for a mean. The few figures that may be joined all the same are
/// named in <c>plan-joins.tsv</c>, and the row says so.
/// </summary>
public static class PlanBoard
{
    /// <summary>The board of the shipped figures.</summary>
    /// <param name="asOf">Later figures are not looked at.</param>
    public static IReadOnlyList<PlanBoardRow> Of(IReadOnlyList<PlanValue> values, DateOnly asOf, PlanBands bands) =>
        Of([.. PlanContent.Targets(values).Select(target => target.Target)], values, asOf, bands);

    public static IReadOnlyList<PlanBoardRow> Of(IReadOnlyList<PlanTargetRow> targets, IReadOnlyList<PlanValue> figures, DateOnly asOf, PlanBands bands)
    {
        ILookup<(string, string), PlanValue> actuals = figures.Where(value => value.Type == PlanValueType.Actual && value.Value is not null).ToLookup(value => (value.Code, value.Area));
        ILookup<string, PlanValue> promised = figures.Where(value => value.Type == PlanValueType.Target).ToLookup(value => value.Id);
        return [.. targets.Select(target => Row(target, promised[target.Code].FirstOrDefault() ?? AsValue(target), actuals, asOf, bands))];
    }

    private static PlanBoardRow Row(PlanTargetRow target, PlanValue shown, ILookup<(string, string), PlanValue> actuals, DateOnly asOf, PlanBands bands)
    {
        DateOnly start = new(target.StartYear, 1, 1), end = new(target.Year, 12, 31);
        PlanValue[] own = [.. actuals[(target.IndicatorCode, target.Area)]];
        PlanValue? from = target.BaseValue is null && HasWay(target)
            ? own.Where(value => value.Year < target.StartYear && Measures(value, target) && IsWholeYear(value)).MaxBy(value => value.Year) : null;
        decimal? baseValue = target.BaseValue ?? from?.Value;
        Known known = PlanEvidence.Find(target, own, baseValue, actuals, asOf);

        DateOnly day = known.Actual is { } actual ? new(actual.Year, 12, 31) : asOf;
        var promise = new PlanTarget(target.Kind, baseValue, target.Value, start, end);
        PlanAssessment assessment = PlanMonitor.Assess(promise, new(day, known.Actual?.Value, known.Actual?.IsBound ?? false, known.Rates), bands);
        List<OutcomePoint> series = SeriesOf(target, from, baseValue, known);
        PlanOutcome outcome = assessment.IsLowerBound || target.Value is null && series.Count < 2 ? PlanOutcome.Unknown
            : target.Kind == TargetKind.MeanGrowth ? PlanOutcome.OfRates(known.Rates is null ? [] : series, target.Year - target.StartYear + 1, target.Year, target.Value)
            : PlanOutcome.OfLevels(series, target.Year, target.Value, IsDownwards(target, baseValue));
        return new(shown, from, known.Actual, day, assessment, target.Kind, series, outcome, known.Derivation) { TargetId = target.Id };
    }

    private static List<OutcomePoint> SeriesOf(PlanTargetRow target, PlanValue? from, decimal? baseValue, Known known)
    {
        List<OutcomePoint> series = [.. known.Points];
        // Sums, cuts and counts of objects begin at zero on the first morning; a level begins at its base.
        decimal? first = target.Kind is TargetKind.Cumulative or TargetKind.YesNo ? 0 : target.Kind == TargetKind.MeanGrowth ? null : baseValue;
        if (first is { } value && (series.Count == 0 || series[0].Year >= target.StartYear))
            series.Insert(0, new(from?.Year ?? target.StartYear - 1, value, from?.IsBound ?? false, from?.Id));
        return series;
    }

    private static bool HasWay(PlanTargetRow target) =>
        target.Kind is TargetKind.Rising or TargetKind.Ratio or TargetKind.Falling && target.ValueKind is PlanValueKind.Level or PlanValueKind.Ratio or PlanValueKind.Reduction;

    private static bool IsDownwards(PlanTargetRow target, decimal? from) =>
        target.Kind == TargetKind.Ceiling || (target.Kind == TargetKind.Falling && (from is null || target.Value < from));

    /// <summary>Whether a figure can stand beside the target: a state of any year's end, a flow or growth only of the target's whole time.</summary>
    internal static bool Measures(PlanValue actual, PlanTargetRow target) => target.ValueKind switch
    {
        PlanValueKind.Level or PlanValueKind.Ratio or PlanValueKind.Binary => actual.Kind == target.ValueKind && IsWholeYear(actual),
        PlanValueKind.Reduction when target.Unit != "%" => actual.Kind == target.ValueKind && IsWholeYear(actual),
        _ => actual.Kind == target.ValueKind && (target.StartYear == target.Year ? IsWholeYear(actual)
            : actual.Period.StartsWith($"{target.StartYear}-", StringComparison.Ordinal) || actual.Period.StartsWith($"{target.StartYear - 1}→", StringComparison.Ordinal)),
    };

    internal static bool IsWholeYear(PlanValue value) => value.Period.Length == 4;

    private static PlanValue AsValue(PlanTargetRow target) => new(
        target.Code, target.IndicatorCode, target.Area, target.Category, target.NameZh, target.NameEn, target.Unit, target.ValueKind, target.Year, target.Value,
        PlanValueType.Target, target.Qualifier, target.Period, "", target.Section, target.Note);
}
