using Ordo.Economy.Plans.Cases;

namespace Ordo.Economy.Plans;

/// <summary>A plan with how many of its targets have which status.</summary>
public sealed record PlanItem(
    long Id, string Code, string NameZh, string NameEn, string Document, DateOnly Start, DateOnly End, bool IsShipped, int Targets, IReadOnlyList<PlanStatusCount> Statuses);

public sealed record PlanStatusCount(PlanStatus Status, int Count);

/// <summary>A row of the board: <see cref="PlanBoardRow"/> with where it belongs.</summary>
/// <param name="Plan">Code of the plan.</param>
/// <param name="Parts">How many areas, parks or enterprises it is divided among.</param>
/// <param name="OpenCase">Correction case that is under way.</param>
/// <param name="Remarks">Differences between the documents that must be known.</param>
public sealed record PlanBoardItem(
    long TargetId, string Plan, string Chapter, string Task, string Responsible, long? ParentId, long? AssetId, int Parts, long? OpenCase, int Remarks,
    PlanValue Target, PlanValue? Base, PlanValue? Actual, DateOnly AsOf, PlanAssessment Assessment, TargetKind Kind, IReadOnlyList<OutcomePoint> Series, PlanOutcome Outcome,
    PlanDerivation? Derivation);

/// <summary>A figure as its page shows it.</summary>
/// <param name="ReplacedBy">Id of the figure that corrects it.</param>
public sealed record PlanFigureItem(PlanValue Figure, bool IsShipped, string? Replaces, string? ReplacedBy, DateTimeOffset Entered, string EnteredBy);

/// <param name="Figures">Of the same code and area, corrected ones included.</param>
/// <param name="Related">Figures of the same subject that are not mixed with it.</param>
/// <param name="Path">Targets of the years before the last.</param>
/// <param name="PartsCheck">Whether the parts make the whole; <c>null</c> without parts.</param>
public sealed record PlanTargetDetail(
    PlanBoardItem Row, PlanItem Plan, IReadOnlyList<PlanFigureItem> Figures, IReadOnlyList<PlanRemark> Remarks, IReadOnlyList<PlanValue> Related, IReadOnlyList<OutcomePoint> Path,
    IReadOnlyList<PlanPartItem> Parts, PlanPartsCheck? PartsCheck, IReadOnlyList<CorrectionItem> Cases, int StartYear, int Version);

/// <param name="Value">Promised by the part.</param>
/// <param name="Weight">Its share in a ratio.</param>
public sealed record PlanPartItem(long TargetId, string Code, string Area, long? AssetId, string NameZh, string NameEn, decimal? Value, decimal? Weight, string Responsible, decimal? Actual, int? ActualYear, PlanStatus Status, decimal? Progress);

/// <summary>One document with its sections, to walk through its figures.</summary>
public sealed record PlanDocumentItem(string Document, int Figures, int Targets, IReadOnlyList<PlanSectionItem> Sections);

public sealed record PlanSectionItem(string Section, int Figures);

/// <summary>A plan that somebody enters.</summary>
public sealed record PlanDraft(string Code, string NameZh, string NameEn, string Document, DateOnly Start, DateOnly End, IReadOnlyList<PlanTargetDraft> Targets);

/// <param name="Indicator">Code that its figures carry.</param>
/// <param name="Path">Targets of earlier years, by year.</param>
public sealed record PlanTargetDraft(
    string Indicator, string Chapter, string Task, string NameZh, string NameEn, string Unit, TargetKind Kind, decimal? Base, decimal? Value, int Year, string Section,
    string Area = "", string Responsible = "", string Note = "", IReadOnlyList<PlanPathDraft>? Path = null);

public sealed record PlanPathDraft(int Year, decimal Value);

/// <summary>A plan whose targets come as rows pasted from a spreadsheet.</summary>
/// <param name="Table">Tab-separated with a header: indicator, chapter, task, nameZh, nameEn, unit, kind, base, value, year, section, area, responsible.</param>
public sealed record PlanImport(string Code, string NameZh, string NameEn, string Document, DateOnly Start, DateOnly End, string Table);

/// <param name="Value">Only of a target still to be set, or of a plan entered here.</param>
/// <param name="Reference">Paper or meeting that sets or changes the value.</param>
public sealed record PlanTargetChange(string Responsible, decimal? Value, IReadOnlyList<PlanPathDraft> Path, string Reference = "");

public sealed record PlanPartDraft(string Area, decimal Value, long? AssetId = null, decimal? Weight = null, string Responsible = "");

/// <param name="IsSum">Of a cumulative target: the sum since the plan began, not the flow of one year.</param>
/// <param name="Replaces">Id of the figure that it corrects.</param>
public sealed record PlanFigureDraft(int Year, decimal Value, string Document, string Section, PlanQualifier Qualifier = PlanQualifier.Exact, bool IsSum = false, string Note = "", string? Replaces = null);
