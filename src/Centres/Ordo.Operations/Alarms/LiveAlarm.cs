using Ordo.Operations.Alarms.Definitions;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>Whose alarm something is about.</summary>
/// <param name="Definition">The stored definition; <c>null</c> for a limit of a point that nobody said more about.</param>
/// <param name="Point">The point it is shown with, where there is one.</param>
internal readonly record struct AlarmSubject(
    long DefinitionId, AlarmKind Kind, long AssetId, AlarmDefinition? Definition = null, Ordo.Foundation.Points.Point? Point = null, string? Detail = null);

/// <summary>What made an alarm change.</summary>
internal readonly record struct AlarmTrigger(
    AlarmCause Cause, DateTimeOffset Time, DateTimeOffset Recorded, double? Value = null, double? Limit = null,
    string? Actor = null, long? ActorId = null, string? Comment = null);

/// <summary>The one live state of an alarm that is not simply normal. Guarded by the engine's lock.</summary>
internal sealed class LiveAlarm(AlarmSubject subject) : Timed
{
    public AlarmSubject Subject { get; set; } = subject;

    public AlarmSituation Situation { get; set; }

    /// <summary>The newest occurrence, while the alarm is not normal.</summary>
    public AlarmOccurrence? Current { get; set; }

    public AlarmHold? Hold { get; set; }

    /// <summary>When people were told, on the engine's own clock.</summary>
    public long AnnouncedMs { get; set; }

    /// <summary>When the shelf ends, on the engine's own clock.</summary>
    public long ShelfEndsMs { get; set; } = long.MaxValue;

    /// <summary>When it returns to service, on the engine's own clock.</summary>
    public long ServiceEndsMs { get; set; } = long.MaxValue;
}
