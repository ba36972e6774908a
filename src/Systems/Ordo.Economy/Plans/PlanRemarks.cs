namespace Ordo.Economy.Plans;

public enum PlanRemarkKind
{
    /// <summary>Two places of the documents contradict each other.</summary>
    Conflict,

    /// <summary>What is counted differs between years or documents.</summary>
    Scope,

    /// <summary>Another standard is spoken of.</summary>
    Standard,
}

/// <summary>What must be known before figures of one code are compared.</summary>
/// <param name="Related">Codes that belong to the same subject and are not mixed with it.</param>
public sealed record PlanRemark(string Code, PlanRemarkKind Kind, string Zh, string En, IReadOnlyList<string> Related);

/// <summary>How the value of a target comes from figures of another code or kind.</summary>
public enum PlanJoinRule
{
    /// <summary>First ÷ second × 100 of the same year.</summary>
    Quotient,

    /// <summary>A count of any kind, taken as the state at the year's end.</summary>
    Level,

    /// <summary>The known years of a flow: a lower bound of the plan's sum.</summary>
    AtLeastSum,

    /// <summary>The same on top of the base.</summary>
    AtLeastAdded,

    /// <summary>Rates of every year, for a mean.</summary>
    YearlyRates,
}

public sealed record PlanJoin(string Target, PlanJoinRule Rule, IReadOnlyList<string> Sources);

/// <summary>Shipped beside the figures: what differs between the documents, and what may be joined all the same.</summary>
public static class PlanRemarks
{
    private static readonly Lazy<IReadOnlyList<PlanRemark>> ShippedRemarks = new(() => [.. PlanCatalogue.Lines("plan-remarks.tsv").Select(cells =>
        new PlanRemark(cells[0], Enum.Parse<PlanRemarkKind>(cells[1], ignoreCase: true), cells[2], cells[3], cells[4].Split(',')))]);

    private static readonly Lazy<IReadOnlyDictionary<string, PlanJoin>> ShippedJoins = new(() => PlanCatalogue.Lines("plan-joins.tsv").Select(cells =>
        new PlanJoin(cells[0], Enum.Parse<PlanJoinRule>(cells[1], ignoreCase: true), cells[2].Split(','))).ToDictionary(join => join.Target, StringComparer.Ordinal));

    public static IReadOnlyList<PlanRemark> All => ShippedRemarks.Value;

    public static IEnumerable<PlanRemark> Of(string code) => All.Where(remark => remark.Code == code || remark.Related.Contains(code));

    public static PlanJoin? JoinOf(string code) => ShippedJoins.Value.GetValueOrDefault(code);
}
