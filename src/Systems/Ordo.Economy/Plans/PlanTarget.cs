namespace Ordo.Economy.Plans;

/// <summary>What kind of promise a target is; decides how progress is measured.</summary>
public enum TargetKind
{
    /// <summary>A level that shall rise from its base: enterprises, capacity.</summary>
    Rising,

    /// <summary>A level that shall fall from its base, or a cut that shall be reached: energy intensity.</summary>
    Falling,

    /// <summary>A sum of flows since the plan began: investment of five years.</summary>
    Cumulative,

    /// <summary>A share or quotient that shall rise from its base.</summary>
    Ratio,

    /// <summary>A mean yearly growth: the target holds for the mean of all years, not for each.</summary>
    MeanGrowth,

    /// <summary>A level that must not be exceeded.</summary>
    Ceiling,

    /// <summary>Done or not, or so many of so many objects.</summary>
    YesNo,
}

/// <param name="Kind">How progress is measured.</param>
/// <param name="Base">Value when the plan began; <c>null</c> when none is published: progress is then value ÷ target, which is said.</param>
/// <param name="Target">Value promised for the end; <c>null</c> when it is still to be set.</param>
/// <param name="Start">First day of the plan.</param>
/// <param name="End">Last day.</param>
public sealed record PlanTarget(TargetKind Kind, decimal? Base, decimal? Target, DateOnly Start, DateOnly End);

/// <param name="AsOf">Last day that the value speaks of.</param>
/// <param name="Value">Level, sum since the start, objects done; <c>null</c> when there is none.</param>
/// <param name="IsLowerBound">The source says "more than" or "at least": progress is at least what is computed.</param>
/// <param name="YearlyRates">For <see cref="TargetKind.MeanGrowth"/>: percent of each year so far.</param>
public sealed record PlanActual(DateOnly AsOf, decimal? Value, bool IsLowerBound = false, IReadOnlyList<decimal>? YearlyRates = null);

public enum PlanStatus
{
    /// <summary>No actual value, or only a bound that proves nothing.</summary>
    NoData,

    /// <summary>The target's number is still to be set by somebody else.</summary>
    TargetNotSet,
    Ahead,
    OnTrack,
    AtRisk,

    /// <summary>The end is past and the target not reached. Never said before the end.</summary>
    Missed,
    Done,
}

/// <summary>Where an index of progress over time begins to mean something else. Common practice, so settings.</summary>
/// <param name="Ahead">From here on ahead.</param>
/// <param name="OnTrack">From here on as planned; below at risk.</param>
/// <param name="SlightlyBehind">From here on slightly behind.</param>
/// <param name="Behind">From here on behind; below seriously behind.</param>
/// <param name="CeilingWarning">Share of a ceiling from which on it is at risk.</param>
public sealed record PlanBands(decimal Ahead = 1.2m, decimal OnTrack = 1.0m, decimal SlightlyBehind = 0.9m, decimal Behind = 0.7m, decimal CeilingWarning = 0.9m);

/// <summary>How far behind, when at risk.</summary>
public enum Delay { None, Slight, Clear, Serious }

/// <param name="Status">The word for it.</param>
/// <param name="Delay">How far behind.</param>
/// <param name="Progress">Percent of the way; for a ceiling the share used.</param>
/// <param name="TimeProgress">Percent of the plan's time.</param>
/// <param name="Index">Progress over time progress; 1 is as planned.</param>
/// <param name="PathValue">Value on the straight path at this day.</param>
/// <param name="Rest">What is still missing, in the target's unit; 0 when reached.</param>
/// <param name="RequiredPerYear">Rest per remaining year; for a mean growth the percent needed in each. <c>null</c> when no time is left.</param>
/// <param name="IsLowerBound">Progress is at least this.</param>
/// <param name="HasNoBase">Progress is value ÷ target, because no base is published.</param>
public sealed record PlanAssessment(
    PlanStatus Status, Delay Delay, decimal? Progress, decimal TimeProgress, decimal? Index, decimal? PathValue, decimal? Rest, decimal? RequiredPerYear,
    bool IsLowerBound, bool HasNoBase);
