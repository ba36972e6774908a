using Ordo.Foundation.Park;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms;

/// <summary>An occurrence as the console and other programs see it.</summary>
/// <param name="Id">Of the occurrence.</param>
/// <param name="AssetNameZh">Name of the asset now; empty when it is gone.</param>
/// <param name="AssetNameEn">Name of the asset now; empty when it is gone.</param>
/// <param name="Priority">1 (highest) … 4 (lowest).</param>
/// <param name="Raised">Time of the sample that raised it.</param>
/// <param name="Returned">Time of the sample that ended it.</param>
/// <param name="Value">That raised it; <c>null</c> when it was no finite number.</param>
/// <param name="Unit">Code of the unit of value and limit.</param>
/// <param name="Limit">0 where the kind has none.</param>
/// <param name="Open">The newest occurrence of its alarm, and not normal; unless it is held it stands on the desk.</param>
/// <param name="Repeats">Earlier occurrences, returned and not acknowledged, that this one stands for and that are acknowledged with it.</param>
/// <param name="DefinitionId">Whose alarm it is; negative for a limit of a point.</param>
/// <param name="NameZh">Name of the definition; empty for a limit of a point.</param>
/// <param name="NameEn">Name of the definition; empty for a limit of a point.</param>
/// <param name="BasePriority">The priority it rose with; it may be more urgent now.</param>
/// <param name="Overdue">More urgent because nobody reacted.</param>
/// <param name="Worse">More urgent because the value went beyond the worse limit.</param>
/// <param name="Latching">Stays until somebody resets it.</param>
/// <param name="Announced">People were told of it at some time.</param>
/// <param name="GroupId">Id of the first occurrence of its group: alarms of one asset that rose in the same trouble.</param>
/// <param name="FirstOut">It is the first of its group.</param>
/// <param name="Chattering">It rose and returned three times within a minute.</param>
/// <param name="Stale">It has been active for more than a day.</param>
/// <param name="HeldSince">Since when it is shelved, suppressed or out of service.</param>
/// <param name="HeldUntil">When that ends by itself.</param>
/// <param name="HeldBy">Who did it.</param>
/// <param name="HeldReason">Why; for a suppressed one <c>plantState:…</c>, <c>rule:…</c> or <c>commonCause:…</c>.</param>
/// <param name="Detail">What more there is to say: sources behind a common cause, the slope, what the raising system says.</param>
/// <param name="Consequence">What happens when nobody does anything.</param>
/// <param name="Response">What to do.</param>
/// <param name="RequiredRole">Code of the role whose business it is.</param>
/// <param name="TimeToRespondSeconds">So long there is to do it.</param>
public sealed record AlarmItem(
    long Id, long PointId, string PointCode, string PointNameZh, string PointNameEn, long AssetId, string AssetNameZh, string AssetNameEn,
    AlarmKind Kind, int Priority, AlarmState State, bool Open, int Repeats,
    DateTimeOffset Raised, DateTimeOffset? Returned, DateTimeOffset? Acknowledged, string? AcknowledgedBy, string? Comment,
    double? Value, double Limit, string Unit,
    long DefinitionId, string NameZh, string NameEn, int BasePriority, bool Overdue, bool Worse, bool Latching, bool Announced,
    long GroupId, bool FirstOut, bool Chattering, bool Stale,
    DateTimeOffset? HeldSince, DateTimeOffset? HeldUntil, string? HeldBy, string? HeldReason, string? Detail,
    string? Consequence, string? Response, string? RequiredRole, int? TimeToRespondSeconds)
{
    /// <param name="alarm">The occurrence.</param>
    /// <param name="assetNameZh">Of its asset now.</param>
    /// <param name="assetNameEn">Of its asset now.</param>
    /// <param name="definition">As it is now; <c>null</c> for a limit of a point that nobody said more about.</param>
    /// <param name="staleBefore">What rose before and is still active is stale.</param>
    internal static AlarmItem Of(AlarmOccurrence alarm, string? assetNameZh, string? assetNameEn, AlarmDefinition? definition, DateTimeOffset staleBefore) => new(
        alarm.Id, alarm.PointId, alarm.PointCode, alarm.PointNameZh, alarm.PointNameEn, alarm.AssetId, assetNameZh ?? "", assetNameEn ?? "",
        alarm.Kind, alarm.Priority, alarm.State, alarm.IsOpen, alarm.Repeats,
        alarm.Raised, alarm.Returned, alarm.Acknowledged, alarm.AcknowledgedBy, alarm.Comment,
        double.IsFinite(alarm.Value) ? alarm.Value : null, alarm.Limit, alarm.Unit,
        alarm.DefinitionId, alarm.NameZh, alarm.NameEn, alarm.BasePriority, alarm.Steps.HasFlag(AlarmSteps.Overdue), alarm.Steps.HasFlag(AlarmSteps.Worse),
        alarm.IsLatching, alarm.IsAnnounced,
        alarm.GroupId, alarm.GroupId == alarm.Id, alarm.IsChattering, alarm.State.IsActive() && alarm.Raised < staleBefore,
        alarm.HeldSince, alarm.HeldUntil, alarm.HeldBy, alarm.HeldReason, alarm.Detail,
        definition?.Consequence, definition?.Response, definition?.RequiredRole, definition?.TimeToRespondSeconds);
}

/// <summary>A transition as the console and other programs see it.</summary>
/// <param name="Id">Position in the journal.</param>
/// <param name="Time">Time of the sample, or of the act.</param>
/// <param name="State">After it.</param>
/// <param name="From">State before it.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Cause">Why.</param>
/// <param name="Recorded">When the server noted it.</param>
/// <param name="Value">The value judged; <c>null</c> where none was, or it was no finite number.</param>
/// <param name="By">Who acted; <c>null</c> when nobody did.</param>
/// <param name="Comment">What they said; the reason of a shelf; <c>2 → 1</c> where the priority changed.</param>
/// <param name="AlarmId">The occurrence; 0 where the alarm had none.</param>
public sealed record AlarmEventItem(
    long Id, DateTimeOffset Time, AlarmState State, AlarmState From, AlarmStimulus Kind, AlarmCause Cause, DateTimeOffset Recorded,
    double? Value, double? Limit, string? By, string? Comment, long AlarmId, long DefinitionId)
{
    internal static AlarmEventItem Of(AlarmEvent happened) => new(
        happened.Id, happened.Time, happened.To, happened.From, happened.Stimulus, happened.Cause, happened.Recorded,
        happened.Value is { } value && double.IsFinite(value) ? value : null, happened.Limit, happened.Actor, happened.Comment,
        happened.AlarmId, happened.DefinitionId);
}

/// <summary>How many alarms stand on the desk.</summary>
/// <param name="ByPriority">Open alarms of each of the four priorities.</param>
/// <param name="Unacknowledged">That wait for somebody to see them, returned ones included.</param>
/// <param name="Active">Whose condition holds.</param>
/// <param name="Open">All that stand on the desk.</param>
/// <param name="Shelved">Whose condition holds, or that wait, while an operator silenced them.</param>
/// <param name="Suppressed">Likewise, suppressed by design.</param>
/// <param name="OutOfService">Likewise, out of service.</param>
/// <param name="Flood">More than ten alarms within ten minutes, and not yet fewer than five again.</param>
public sealed record AlarmSummary(
    IReadOnlyDictionary<int, int> ByPriority, int Unacknowledged, int Active, int Open, int Shelved, int Suppressed, int OutOfService, AlarmFloodNow? Flood)
{
    /// <param name="all">Open alarms by priority and state.</param>
    /// <param name="flood">Where there is one.</param>
    internal static AlarmSummary Of(IReadOnlyCollection<(int Priority, AlarmState State, int Count)> all, AlarmFloodNow? flood = null)
    {
        (int Priority, AlarmState State, int Count)[] counts = [.. all.Where(c => !c.State.IsHeld())];
        return new(
        Enumerable.Range(AlarmPriority.Highest, AlarmPriority.Lowest).ToDictionary(p => p, p => counts.Where(c => c.Priority == p).Sum(c => c.Count)),
        counts.Where(c => c.State.IsUnacknowledged()).Sum(c => c.Count),
        counts.Where(c => c.State.IsActive()).Sum(c => c.Count),
        counts.Sum(c => c.Count),
        Held(AlarmState.Shelved), Held(AlarmState.Suppressed), Held(AlarmState.OutOfService), flood);

        int Held(AlarmState state) => all.Where(c => c.State == state).Sum(c => c.Count);
    }
}

/// <summary>A flood of alarms (IEC 62682): it began with a ten-minute period of more than ten, and there was none of fewer than five since.</summary>
/// <param name="Since">Beginning of the period it began with.</param>
/// <param name="Count">Alarms since then.</param>
public sealed record AlarmFloodNow(DateTimeOffset Since, int Count)
{
    public const int Begins = 10, Ends = 5;

    public static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    /// <param name="counts">Announced alarms of the last periods, oldest first; the last one has not ended yet.</param>
    /// <param name="lastPeriod">Beginning of the last.</param>
    internal static AlarmFloodNow? Now(IReadOnlyList<int> counts, DateTimeOffset lastPeriod)
    {
        int? from = null;
        for (int i = 0; i < counts.Count; i++)
        {
            bool isOver = i < counts.Count - 1; // the last period may yet become what it must be
            if (from is null && counts[i] > Begins) from = i;
            else if (from is not null && isOver && counts[i] < Ends) from = null;
        }
        return from is { } first ? new(lastPeriod - (Period * (counts.Count - 1 - first)), counts.Skip(first).Sum()) : null;
    }
}

/// <summary>Which occurrences a list shows.</summary>
public enum AlarmListState
{
    /// <summary>Everything that stands on the desk.</summary>
    Open,

    /// <summary>What waits for somebody to see it.</summary>
    Unacknowledged,

    /// <summary>Those whose condition holds.</summary>
    Active,

    /// <summary>Every occurrence there ever was.</summary>
    All,

    /// <summary>Those that an operator silenced for a time and whose condition holds.</summary>
    Shelved,

    /// <summary>Those suppressed by design whose condition holds.</summary>
    Suppressed,

    /// <summary>Those out of service whose condition holds.</summary>
    OutOfService,

    /// <summary>Latched: they wait to be reset.</summary>
    Latched,
}

/// <summary>An occurrence with the asset it belongs to, which may be gone.</summary>
internal sealed class AlarmRow
{
    public required AlarmOccurrence Alarm { get; init; }

    public Asset? Asset { get; init; }
}
