using System.Globalization;

namespace Ordo.Economy.Plans;

/// <param name="Actual">Latest value, measured or derived.</param>
/// <param name="Points">Values of the years within the plan, oldest first.</param>
/// <param name="Rates">Of a mean growth: every year from the first on; <c>null</c> when one is missing.</param>
internal sealed record Known(PlanValue? Actual, IReadOnlyList<OutcomePoint> Points, IReadOnlyList<decimal>? Rates, PlanDerivation? Derivation)
{
    public static readonly Known Nothing = new(null, [], null, null);
}

/// <summary>What the figures say about a target, directly or by one of the named joins.</summary>
internal static class PlanEvidence
{
    public static Known Find(PlanTargetRow target, PlanValue[] own, decimal? baseValue, ILookup<(string, string), PlanValue> actuals, DateOnly asOf)
    {
        bool InTime(PlanValue value) => value.Year >= target.StartYear && value.Year <= target.Year && new DateOnly(value.Year, 12, 31) <= asOf;
        if (target.Kind == TargetKind.MeanGrowth) return OfRates(target, own, actuals, InTime);

        PlanValue[] measured = [.. own.Where(value => InTime(value) && PlanBoard.Measures(value, target)).OrderBy(value => value.Year)];
        if (measured.Length > 0) return new(measured[^1], Points(measured), null, null);
        if (target.Kind == TargetKind.Cumulative && OfFlows(target, own, InTime) is { } sum) return sum;
        if (PlanRemarks.JoinOf(target.IndicatorCode) is not { } join) return Known.Nothing;
        PlanValue[][] sources = [.. join.Sources.Select(code => (PlanValue[])[.. actuals[(code, target.Area)].Where(value => InTime(value) && PlanBoard.IsWholeYear(value)).OrderBy(value => value.Year)])];
        return join.Rule switch
        {
            PlanJoinRule.Quotient => OfQuotient(target, sources[0], sources[1]),
            PlanJoinRule.Level when sources[0] is [.., var last] levels => new(last, Points(levels), null, new(join.Rule, levels)),
            PlanJoinRule.AtLeastSum => AtLeast(target, join.Rule, 0, sources[0]),
            PlanJoinRule.AtLeastAdded => AtLeast(target, join.Rule, baseValue ?? 0, sources[0]),
            _ => Known.Nothing,
        };
    }

    /// <summary>One rate for each year, without a gap from the first year of the plan; of its own code or of the code that the join names.</summary>
    private static Known OfRates(PlanTargetRow target, PlanValue[] own, ILookup<(string, string), PlanValue> actuals, Func<PlanValue, bool> inTime)
    {
        PlanJoin? join = PlanRemarks.JoinOf(target.IndicatorCode);
        IEnumerable<PlanValue> all = join is { Rule: PlanJoinRule.YearlyRates } ? own.Concat(actuals[(join.Sources[0], target.Area)]) : own;
        PlanValue[] rates = [.. all.Where(value => value.Kind == PlanValueKind.Growth && PlanBoard.IsWholeYear(value) && inTime(value)).OrderBy(value => value.Year)];
        PlanValue[] first = [.. rates.TakeWhile((value, i) => value.Year == target.StartYear + i)];
        if (first.Length == 0 || first.Length < rates.Length) return new(null, Points(rates), null, null);
        return new(first[^1], Points(first), [.. first.Select(value => value.Value!.Value)], join is null ? null : new(join.Rule, first));
    }

    /// <summary>Flows of single years that follow each other from the first on make the sum so far.</summary>
    private static Known? OfFlows(PlanTargetRow target, PlanValue[] own, Func<PlanValue, bool> inTime)
    {
        PlanValue[] flows = [.. own.Where(value => value.Kind == PlanValueKind.Cumulative && PlanBoard.IsWholeYear(value) && inTime(value)).OrderBy(value => value.Year)];
        PlanValue[] chain = [.. flows.TakeWhile((value, i) => value.Year == target.StartYear + i)];
        if (chain.Length == 0) return null;
        decimal sum = 0;
        List<OutcomePoint> points = [.. chain.Select(flow => new OutcomePoint(flow.Year, sum += flow.Value!.Value, flow.IsBound, flow.Id))];
        return new(Derived(target, chain[^1].Year, sum, chain.Any(flow => flow.IsBound), chain, string.Join(" + ", chain.Select(flow => Text(flow.Value)))), points, null, null);
    }

    private static Known OfQuotient(PlanTargetRow target, PlanValue[] parts, PlanValue[] wholes)
    {
        var pairs = parts.Join(wholes.Where(whole => whole.Value != 0), part => part.Year, whole => whole.Year, (part, whole) => (part, whole)).ToArray();
        if (pairs is not [.., var (part, whole)]) return Known.Nothing;
        decimal Share((PlanValue Part, PlanValue Whole) pair) => Math.Round(pair.Part.Value!.Value / pair.Whole.Value!.Value * 100, 4);
        return new(Derived(target, part.Year, Share((part, whole)), part.IsBound, [part, whole], $"{Text(part.Value)} ÷ {Text(whole.Value)} × 100"),
            [.. pairs.Select(pair => new OutcomePoint(pair.part.Year, Share(pair), pair.part.IsBound))], null, new(PlanJoinRule.Quotient, [part, whole]));
    }

    private static Known AtLeast(PlanTargetRow target, PlanJoinRule rule, decimal start, PlanValue[] flows)
    {
        if (flows.Length == 0) return Known.Nothing;
        decimal sum = start + flows.Sum(flow => flow.Value!.Value);
        string formula = (start == 0 ? "≥ " : $"≥ {Text(start)} + ") + string.Join(" + ", flows.Select(flow => Text(flow.Value)));
        return new(Derived(target, flows[^1].Year, sum, isBound: true, flows, formula), [new(flows[^1].Year, sum, IsBound: true)], null, new(rule, flows));
    }

    private static OutcomePoint[] Points(PlanValue[] values) => [.. values.Select(value => new OutcomePoint(value.Year, value.Value!.Value, value.IsBound, value.Id))];

    private static PlanValue Derived(PlanTargetRow target, int year, decimal value, bool isBound, PlanValue[] from, string formula) => new(
        $"{target.IndicatorCode}.{year.ToString(CultureInfo.InvariantCulture)}.A=", target.IndicatorCode, target.Area, target.Category, target.NameZh, target.NameEn, target.Unit, target.ValueKind,
        year, value, PlanValueType.Actual, isBound ? PlanQualifier.AtLeast : PlanQualifier.Exact, year.ToString(CultureInfo.InvariantCulture),
        string.Join("; ", from.Select(figure => figure.Source).Distinct()), string.Join("; ", from.Select(figure => figure.Section).Distinct()), formula);

    private static string Text(decimal? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
