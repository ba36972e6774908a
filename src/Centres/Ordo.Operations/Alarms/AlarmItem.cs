using Ordo.Foundation.Park;

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
/// <param name="Open">Stands on the desk: the newest occurrence of its alarm, and not normal.</param>
/// <param name="Repeats">Earlier occurrences, returned and not acknowledged, that this one stands for and that are acknowledged with it.</param>
public sealed record AlarmItem(
    long Id, long PointId, string PointCode, string PointNameZh, string PointNameEn, long AssetId, string AssetNameZh, string AssetNameEn,
    AlarmKind Kind, int Priority, AlarmState State, bool Open, int Repeats,
    DateTimeOffset Raised, DateTimeOffset? Returned, DateTimeOffset? Acknowledged, string? AcknowledgedBy, string? Comment,
    double? Value, double Limit, string Unit)
{
    internal static AlarmItem Of(AlarmOccurrence alarm, string? assetNameZh, string? assetNameEn) => new(
        alarm.Id, alarm.PointId, alarm.PointCode, alarm.PointNameZh, alarm.PointNameEn, alarm.AssetId, assetNameZh ?? "", assetNameEn ?? "",
        alarm.Kind, alarm.Priority, alarm.State, alarm.IsOpen, alarm.Repeats,
        alarm.Raised, alarm.Returned, alarm.Acknowledged, alarm.AcknowledgedBy, alarm.Comment,
        double.IsFinite(alarm.Value) ? alarm.Value : null, alarm.Limit, alarm.Unit);
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
public sealed record AlarmEventItem(
    long Id, DateTimeOffset Time, AlarmState State, AlarmState From, AlarmStimulus Kind, AlarmCause Cause, DateTimeOffset Recorded,
    double? Value, double? Limit, string? By, string? Comment)
{
    internal static AlarmEventItem Of(AlarmEvent happened) => new(
        happened.Id, happened.Time, happened.To, happened.From, happened.Stimulus, happened.Cause, happened.Recorded,
        happened.Value is { } value && double.IsFinite(value) ? value : null, happened.Limit, happened.Actor, happened.Comment);
}

/// <summary>How many alarms stand on the desk.</summary>
/// <param name="ByPriority">Open alarms of each of the four priorities.</param>
/// <param name="Unacknowledged">That wait for somebody to see them, returned ones included.</param>
/// <param name="Active">Whose condition holds.</param>
/// <param name="Open">All that stand on the desk.</param>
public sealed record AlarmSummary(IReadOnlyDictionary<int, int> ByPriority, int Unacknowledged, int Active, int Open)
{
    /// <param name="counts">Open alarms by priority and state.</param>
    internal static AlarmSummary Of(IReadOnlyCollection<(int Priority, AlarmState State, int Count)> counts) => new(
        Enumerable.Range(AlarmPriority.Highest, AlarmPriority.Lowest).ToDictionary(p => p, p => counts.Where(c => c.Priority == p).Sum(c => c.Count)),
        counts.Where(c => c.State.IsUnacknowledged()).Sum(c => c.Count),
        counts.Where(c => c.State.IsActive()).Sum(c => c.Count),
        counts.Sum(c => c.Count));
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
}

/// <summary>An occurrence with the asset it belongs to, which may be gone.</summary>
internal sealed class AlarmRow
{
    public required AlarmOccurrence Alarm { get; init; }

    public Asset? Asset { get; init; }
}
