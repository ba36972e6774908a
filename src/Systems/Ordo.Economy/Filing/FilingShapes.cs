namespace Ordo.Economy.Filing;

/// <summary>Opens a form.</summary>
/// <param name="AssetId">The enterprise.</param>
/// <param name="Form">Code of the form.</param>
/// <param name="Period"><c>2026-03</c>, <c>2026-01..2026-02</c>, <c>2026-Q1</c>, <c>2026</c>.</param>
public sealed record OpenFiling(long AssetId, string Form, string Period);

/// <summary>What was typed.</summary>
/// <param name="Values">Code of the item → number as text; a blank item is left out or empty.</param>
/// <param name="Explanations">Key of a finding → why it is right.</param>
public sealed record SaveFiling(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string>? Explanations = null);

/// <summary>A decision of a check.</summary>
/// <param name="Pass">Passed, or sent back.</param>
/// <param name="Remark">Needed when it is sent back.</param>
public sealed record DecideFiling(bool Pass, string? Remark = null);

/// <summary>Opens another revision of an accepted form.</summary>
/// <param name="Reason">Why the figures change.</param>
/// <param name="IsFinal">They come from the yearly settlement (年报) and are the last word.</param>
public sealed record CorrectFiling(string Reason, bool IsFinal = false);

/// <summary>Reminds by hand those whose form is missing.</summary>
/// <param name="AssetIds">Which enterprises; all that are missing by default.</param>
public sealed record RemindFilings(string Form, string Period, IReadOnlyList<long>? AssetIds = null);

/// <param name="Written">Enterprises reminded.</param>
/// <param name="Reached">People told.</param>
/// <param name="Unreached">Enterprises without anybody who has an address.</param>
public sealed record RemindOutcome(int Written, int Reached, int Unreached);

/// <summary>A reminder that went out.</summary>
/// <param name="DaysLeft">Days to the deadline when it was due, negative after it; <c>null</c> when a person sent it.</param>
/// <param name="Reached">People told.</param>
public sealed record ReminderItem(long Id, long AssetId, string AssetNameZh, string AssetNameEn, string Form, string Period, int? DaysLeft, DateTimeOffset Time, string Actor, int Reached);

/// <summary>A form in a list.</summary>
/// <param name="DaysLate">Days after the deadline on which it was first submitted, or today; 0 when in time.</param>
public sealed record FilingItem(
    long Id, long AssetId, string AssetCode, string AssetNameZh, string AssetNameEn, string Form, string Period, int Revision, Vintage Vintage, FilingState State,
    DateTimeOffset Opened, DateTimeOffset? Submitted, DateTimeOffset? Accepted, string? Remark, DateOnly Deadline, int DaysLate, int Version);

/// <summary>One line of a form with what it can be compared with.</summary>
public sealed record FilingLine(
    string Code, string NameZh, string NameEn, string Definition, string Unit, Indicators.FigureBasis Basis, int Decimals, bool Required, bool MayBeNegative, bool Answer, bool Binary,
    decimal? Value, decimal? LastPeriod, decimal? LastYear);

/// <param name="Field">Code of the item.</param>
public sealed record FilingFault(string Field, string Reason);

/// <param name="Explanation">What was said about it; <c>null</c> when nothing.</param>
public sealed record FilingFinding(string Key, string Item, FindingKind Kind, string Reason, decimal? Expected, string? Explanation);

public sealed record FilingEventItem(FilingAct Act, DateTimeOffset Time, string Actor, string? Remark);

/// <summary>A form to work on.</summary>
/// <param name="Faults">What makes it impossible to submit.</param>
/// <param name="Findings">What wants an explanation.</param>
/// <param name="MeteredElectricity">万kWh by the enterprise's own meters.</param>
public sealed record FilingDetail(
    FilingItem Filing, string FormNameZh, string FormNameEn, IReadOnlyList<FilingLine> Lines, IReadOnlyList<FilingFault> Faults, IReadOnlyList<FilingFinding> Findings,
    IReadOnlyList<FilingEventItem> Events, decimal? MeteredElectricity, bool CanFile, bool CanCheck, bool CanAccept, bool IsNewest);

/// <summary>One enterprise's duty for a form and period.</summary>
/// <param name="State"><c>null</c> when nothing was opened.</param>
/// <param name="LastReached">People that the last reminder was sent to.</param>
public sealed record FilingDuty(
    long AssetId, string AssetCode, string AssetNameZh, string AssetNameEn, string Form, string Period, long? FilingId, int? Revision, FilingState? State, DateOnly Deadline, int DaysLate,
    int Reminders, DateTimeOffset? LastReminder, int? LastReached);

/// <summary>How a form stands over all enterprises.</summary>
public sealed record DutyCount(string Form, string FormNameZh, string FormNameEn, string Period, DateOnly Deadline, int Due, int Missing, int InCheck, int Accepted, int Late);

/// <summary>A figure that does not fit, of an accepted or submitted form.</summary>
public sealed record MisfitItem(
    long FilingId, long AssetId, string AssetNameZh, string AssetNameEn, string Item, string ItemNameZh, string ItemNameEn, string Unit, FindingKind Kind, decimal? Reported, decimal? Expected, string Reason, string? Explanation);

/// <summary>What an uploaded workbook became.</summary>
/// <param name="Filings">Drafts that were written.</param>
/// <param name="Rows">Cells that make a draft impossible to submit, to be mended there.</param>
public sealed record WorkbookOutcome(IReadOnlyList<FilingItem> Filings, IReadOnlyList<Foundation.Park.Import.BadCell> Rows);
