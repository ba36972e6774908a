namespace Ordo.Economy.Plans;

/// <summary>One quantified or pending target with what is known of it.</summary>
/// <param name="Target">As published.</param>
/// <param name="Base">Figure that progress is counted from; <c>null</c> when none is published or the kind counts from zero.</param>
/// <param name="Actual">Latest figure within the plan's time that measures the same thing; <c>null</c> when no document gives one.</param>
/// <param name="AsOf">Day that the assessment speaks of: the end of the actual's year, or the day asked for without one.</param>
/// <param name="Assessment">Status and progress.</param>
public sealed record PlanBoardRow(PlanValue Target, PlanValue? Base, PlanValue? Actual, DateOnly AsOf, PlanAssessment Assessment);

/// <summary>
/// Where every published target stands by the published figures alone. Only figures of the same code are compared, because the documents define many things
/// differently; a flow of one year is not taken for a sum of five, and a growth of one year not for a mean.
/// </summary>
public static class PlanBoard
{
    /// <param name="asOf">Later figures are not looked at.</param>
    public static IReadOnlyList<PlanBoardRow> Of(IReadOnlyList<PlanValue> values, DateOnly asOf, PlanBands bands)
    {
        ILookup<string, PlanValue> actuals = values.Where(value => value.Type == PlanValueType.Actual && value.Value is not null).ToLookup(value => value.Code);
        return [.. values.Where(value => value.Type == PlanValueType.Target && !value.IsCrossCheck).Select(target => Row(target, [.. actuals[target.Code]], asOf, bands))];
    }

    private static PlanBoardRow Row(PlanValue target, PlanValue[] actuals, DateOnly asOf, PlanBands bands)
    {
        bool isOfThePlan = target.Source == PlanCatalogue.PlanTitle;
        int firstYear = isOfThePlan ? Math.Min(2021, target.Year) : target.Year;
        DateOnly start = new(firstYear, 1, 1), end = new(target.Year, 12, 31);
        TargetKind kind = KindOf(target, isOfThePlan);
        PlanValue? from = kind is TargetKind.Rising or TargetKind.Ratio && target.Kind is PlanValueKind.Level or PlanValueKind.Ratio
            ? actuals.Where(value => value.Year < firstYear && IsWholeYear(value)).MaxBy(value => value.Year) : null;
        PlanValue? actual = actuals.Where(value => value.Year >= firstYear && value.Year <= target.Year && new DateOnly(value.Year, 12, 31) <= asOf && Measures(value, target, firstYear))
            .MaxBy(value => value.Year);
        DateOnly day = actual is null ? asOf : new DateOnly(actual.Year, 12, 31);
        var promise = new PlanTarget(kind, target.Kind == PlanValueKind.Reduction ? 0 : from?.Value, target.Value, start, end);
        return new(target, from, actual, day, PlanMonitor.Assess(promise, new(day, actual?.Value, actual?.IsBound ?? false), bands));
    }

    private static TargetKind KindOf(PlanValue target, bool isOfThePlan) => target switch
    {
        { Qualifier: PlanQualifier.AtMost or PlanQualifier.LessThan } => TargetKind.Ceiling,
        { Kind: PlanValueKind.Cumulative } => TargetKind.Cumulative,
        { Kind: PlanValueKind.Growth } => isOfThePlan ? TargetKind.MeanGrowth : TargetKind.Rising, // of a single year: reached or not
        { Kind: PlanValueKind.Ratio } => TargetKind.Ratio,
        { Kind: PlanValueKind.Reduction } => TargetKind.Falling,
        { Kind: PlanValueKind.Binary } => TargetKind.YesNo,
        _ => TargetKind.Rising,
    };

    /// <summary>Whether a figure can stand beside the target: a state of any year's end, a flow or growth only of the target's whole time.</summary>
    private static bool Measures(PlanValue actual, PlanValue target, int firstYear) => target.Kind switch
    {
        PlanValueKind.Level or PlanValueKind.Ratio or PlanValueKind.Binary => actual.Kind == target.Kind && IsWholeYear(actual),
        _ => actual.Kind == target.Kind && (firstYear == target.Year ? IsWholeYear(actual) : actual.Period.StartsWith($"{firstYear}-", StringComparison.Ordinal)),
    };

    private static bool IsWholeYear(PlanValue value) => value.Period.Length == 4;
}
