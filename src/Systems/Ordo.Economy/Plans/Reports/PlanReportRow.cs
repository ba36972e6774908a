namespace Ordo.Economy.Plans.Reports;

public enum PlanReportKind
{
    /// <summary>年度监测</summary>
    Annual = 1,

    /// <summary>中期评估</summary>
    MidTerm = 2,

    /// <summary>终期总结</summary>
    Final = 3,
}

/// <summary>A frozen report: what was known on a day, with the checksum that shows a later change. There is no route that changes or deletes one.</summary>
public sealed class PlanReportRow
{
    public long Id { get; set; }
    public long PlanId { get; set; }
    public PlanReportKind Kind { get; set; }
    public string Title { get; set; } = "";

    /// <summary>Figures known by this day.</summary>
    public DateOnly AsOf { get; set; }
    public string Summary { get; set; } = "";

    /// <summary>JSON of <see cref="PlanReportContent"/>, exactly as hashed.</summary>
    public string Content { get; set; } = "";

    /// <summary>SHA-256 of the previous report's hash, the head and the content: a chain, so that none can be exchanged alone.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Hash of the plan's report before this one; empty for the first.</summary>
    public string PreviousHash { get; set; } = "";
    public DateTimeOffset Frozen { get; set; }
    public string FrozenBy { get; set; } = "";
}
