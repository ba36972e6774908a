namespace Ordo.Operations.Alarms;

/// <summary>
/// One occurrence of an alarm (报警): from the sample that raised it until it is normal again. An alarm, the pair of point and
/// <see cref="AlarmKind"/>, has one live state, and that is the state of its newest occurrence; each time it rises is a record of its own.
/// Names, unit and limit are those of the moment it rose, because a record must still be true after somebody renames the point.
/// </summary>
public sealed record AlarmOccurrence
{
    /// <summary>Given by the engine, growing; an id once shown is never used for another occurrence, not even after a crash.</summary>
    public required long Id { get; init; }

    public required long PointId { get; init; }

    public required long AssetId { get; init; }

    public required AlarmKind Kind { get; init; }

    /// <summary>1 (highest) … 4 (lowest).</summary>
    public required int Priority { get; init; }

    public required AlarmState State { get; init; }

    /// <summary>
    /// Stands on the desk: the newest occurrence of its alarm, and not normal. An occurrence that returned unacknowledged and was
    /// followed by another no longer stands there by itself; it is acknowledged together with its successor.
    /// </summary>
    public required bool IsOpen { get; init; }

    /// <summary>Earlier occurrences of the same alarm, returned and still unacknowledged, that this one stands for.</summary>
    public int Repeats { get; init; }

    /// <summary>Time of the sample that raised it.</summary>
    public required DateTimeOffset Raised { get; init; }

    /// <summary>Time of the sample that ended the condition; server time when the limit, not the value, went away.</summary>
    public DateTimeOffset? Returned { get; init; }

    /// <summary>Server time.</summary>
    public DateTimeOffset? Acknowledged { get; init; }

    /// <summary>Sign-in name, with the token's name where a token acted.</summary>
    public string? AcknowledgedBy { get; init; }

    public long? AcknowledgedById { get; init; }

    public string? Comment { get; init; }

    /// <summary>Value that raised it, in <see cref="Unit"/>.</summary>
    public required double Value { get; init; }

    /// <summary>Limit it passed, in <see cref="Unit"/>.</summary>
    public required double Limit { get; init; }

    /// <summary>Code of the unit.</summary>
    public required string Unit { get; init; }

    public required string PointCode { get; init; }

    public required string PointNameZh { get; init; }

    public required string PointNameEn { get; init; }
}

/// <summary>Why an alarm changed its state. Stored: never renumber, only add.</summary>
public enum AlarmCause : byte
{
    /// <summary>A sample met or left the limit.</summary>
    Sample = 1,

    /// <summary>Somebody changed the limits, and the newest value was judged by the new ones.</summary>
    LimitsChanged = 2,

    /// <summary>The limit, the point or its series was taken away, so nothing watches the condition any more.</summary>
    NoLongerWatched = 3,

    /// <summary>Somebody acted.</summary>
    Person = 4,
}

/// <summary>One transition in the journal (报警日志); append-only.</summary>
public sealed record AlarmEvent
{
    /// <summary>Position in the journal, without gaps within one run of the server; given when it is written.</summary>
    public long Id { get; init; }

    public required long AlarmId { get; init; }

    public required AlarmStimulus Stimulus { get; init; }

    public required AlarmCause Cause { get; init; }

    /// <summary>State of the alarm before; for a new occurrence that of the occurrence before it.</summary>
    public required AlarmState From { get; init; }

    public required AlarmState To { get; init; }

    /// <summary>Time of the sample; server time where a person or a changed definition was the cause.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Server time at which the transition happened here.</summary>
    public required DateTimeOffset Recorded { get; init; }

    /// <summary>The value judged, in the point's unit; <c>null</c> where none was.</summary>
    public double? Value { get; init; }

    public double? Limit { get; init; }

    public string? Actor { get; init; }

    public long? ActorId { get; init; }

    public string? Comment { get; init; }
}

/// <summary>
/// Priority of an alarm, 1 urgent, 2 high, 3 medium, 4 low. 1 is kept for alarms somebody rationalised as such; a limit alone never earns it.
/// </summary>
public static class AlarmPriority
{
    public const int Highest = 1, Lowest = 4;

    public static int DefaultOf(AlarmKind kind) => kind is AlarmKind.HighHigh or AlarmKind.LowLow ? 2 : 3;
}
