namespace Ordo.Economy.Plans;

public enum PartsRule
{
    /// <summary>The parts are added.</summary>
    Sum,

    /// <summary>A share: the parts count by their weights.</summary>
    WeightedMean,

    /// <summary>The whole holds for every part alike.</summary>
    Each,
}

public enum PartsVerdict
{
    Make,
    FallShort,

    /// <summary>More is promised by the parts than by the whole; of a ceiling it may not be.</summary>
    Exceed,

    /// <summary>A weight or the whole is missing.</summary>
    CannotSay,
}

/// <param name="Total">What the parts make together.</param>
/// <param name="Difference">Total − whole.</param>
public sealed record PlanPartsCheck(PartsRule Rule, decimal? Whole, decimal? Total, decimal? Difference, PartsVerdict Verdict);

/// <summary>Whether the parts of a target (分解) make the whole.</summary>
public static class PlanParts
{
    /// <summary>Of rounding in the parts: a thousandth of the whole.</summary>
    private const decimal Tolerance = 0.001m;

    public static PartsRule RuleOf(TargetKind kind, PlanValueKind valueKind) => kind switch
    {
        TargetKind.MeanGrowth or TargetKind.Ratio => PartsRule.WeightedMean,
        TargetKind.YesNo => PartsRule.Each,
        _ => valueKind is PlanValueKind.Ratio or PlanValueKind.Growth or PlanValueKind.Reduction ? PartsRule.WeightedMean : PartsRule.Sum,
    };

    public static PlanPartsCheck Check(PartsRule rule, decimal? whole, IReadOnlyList<(decimal Value, decimal? Weight)> parts, bool isFalling = false)
    {
        decimal? total = rule switch
        {
            PartsRule.Sum => parts.Sum(part => part.Value),
            PartsRule.WeightedMean => parts.All(part => part.Weight is > 0) ? parts.Sum(part => part.Value * part.Weight!.Value) / parts.Sum(part => part.Weight!.Value) : null,
            _ => parts.Count == 0 ? null : parts.Min(part => part.Value),
        };
        if (whole is not { } goal || total is not { } sum) return new(rule, whole, total, null, PartsVerdict.CannotSay);
        decimal difference = sum - goal, allowed = Math.Abs(goal) * Tolerance;
        // A level that shall fall is promised more strictly when the parts stay below it.
        decimal beyond = isFalling && rule != PartsRule.Sum ? -difference : difference;
        return new(rule, whole, sum, difference, Math.Abs(difference) <= allowed ? PartsVerdict.Make : beyond > 0 ? PartsVerdict.Exceed : PartsVerdict.FallShort);
    }
}
