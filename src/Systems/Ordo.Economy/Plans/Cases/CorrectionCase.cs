namespace Ordo.Economy.Plans.Cases;

public enum CorrectionState
{
    /// <summary>A deviation was found and its cause written down; nobody is named yet.</summary>
    Opened = 1,

    /// <summary>An owner works on a measure until a deadline.</summary>
    InProgress = 2,

    /// <summary>The owner says that it is done; somebody has to check it against a new value.</summary>
    Reported = 3,

    /// <summary>A new measured value was seen.</summary>
    Closed = 4,

    /// <summary>Opened by mistake, or the target was changed.</summary>
    Withdrawn = 5,
}

/// <summary>What a person does with a case.</summary>
public enum CorrectionAction { Open = 1, Assign = 2, Remark = 3, Report = 4, Return = 5, Close = 6, Withdraw = 7 }

/// <summary>The way of a correction case (纠偏): opened, assigned, reported done, checked; a check that fails gives it back.</summary>
public static class CorrectionCase
{
    /// <returns><c>null</c> when the action is not possible in this state.</returns>
    public static CorrectionState? Next(CorrectionState state, CorrectionAction action) => (state, action) switch
    {
        (CorrectionState.Opened or CorrectionState.InProgress, CorrectionAction.Assign) => CorrectionState.InProgress,
        (CorrectionState.InProgress, CorrectionAction.Report) => CorrectionState.Reported,
        (CorrectionState.Reported, CorrectionAction.Return) => CorrectionState.InProgress,
        (CorrectionState.Reported, CorrectionAction.Close) => CorrectionState.Closed,
        (CorrectionState.Opened or CorrectionState.InProgress or CorrectionState.Reported, CorrectionAction.Remark) => state,
        (CorrectionState.Opened or CorrectionState.InProgress or CorrectionState.Reported, CorrectionAction.Withdraw) => CorrectionState.Withdrawn,
        _ => null,
    };

    public static bool IsOver(CorrectionState state) => state is CorrectionState.Closed or CorrectionState.Withdrawn;

    public static IEnumerable<CorrectionAction> Possible(CorrectionState state) => Enum.GetValues<CorrectionAction>().Where(action => Next(state, action) is not null);
}

public sealed class CorrectionCaseRow
{
    public long Id { get; set; }
    public long TargetId { get; set; }
    public string Title { get; set; } = "";
    public CorrectionState State { get; set; }

    /// <summary>Status of the target when the case was opened, and its figures, so that the effect can be seen.</summary>
    public PlanStatus StatusAtOpening { get; set; }
    public decimal? IndexAtOpening { get; set; }
    public decimal? ValueAtOpening { get; set; }
    public string Cause { get; set; } = "";
    public string Measure { get; set; } = "";

    /// <summary>Responsible department or person.</summary>
    public string Owner { get; set; } = "";
    public string ExpectedEffect { get; set; } = "";
    public DateOnly? Deadline { get; set; }
    public DateOnly? NextCheck { get; set; }

    /// <summary>Meeting or paper in which it was decided.</summary>
    public string Reference { get; set; } = "";

    /// <summary>The new figure that the check saw: without one no case is closed.</summary>
    public string? ClosingFigureId { get; set; }
    public decimal? ClosingValue { get; set; }
    public DateTimeOffset Opened { get; set; }
    public string OpenedBy { get; set; } = "";
    public DateTimeOffset? Ended { get; set; }
    public int Version { get; set; } = 1;
}

public sealed class CorrectionEventRow
{
    public long Id { get; set; }
    public long CaseId { get; set; }
    public CorrectionAction Action { get; set; }
    public CorrectionState From { get; set; }
    public CorrectionState To { get; set; }
    public DateTimeOffset Time { get; set; }
    public string Actor { get; set; } = "";
    public string Text { get; set; } = "";
}
