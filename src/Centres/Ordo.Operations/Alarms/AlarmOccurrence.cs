namespace Ordo.Operations.Alarms;

/// <summary>
/// One occurrence of an alarm (报警): from what raised it until it is normal again. An alarm has one definition and one live state, and that is
/// the state of its newest occurrence; each time it rises is a record of its own.
/// Names, unit and limit are those of the moment it rose, because a record must still be true after somebody renames the point.
/// </summary>
public sealed record AlarmOccurrence
{
    /// <summary>Given by the engine, growing; an id once shown is never used for another occurrence, not even after a crash.</summary>
    public required long Id { get; init; }

    /// <summary>Whose alarm it is: a stored definition, or, negative, a limit of a point (<see cref="AlarmKeys"/>).</summary>
    public long DefinitionId { get; init; }

    /// <summary>0 where the alarm belongs to no single point.</summary>
    public required long PointId { get; init; }

    public required long AssetId { get; init; }

    public required AlarmKind Kind { get; init; }

    /// <summary>1 (highest) … 4 (lowest), as it is now.</summary>
    public required int Priority { get; init; }

    /// <summary>The priority it rose with.</summary>
    public int BasePriority { get; init; }

    /// <summary>Why it is more urgent than it was.</summary>
    public AlarmSteps Steps { get; init; }

    public required AlarmState State { get; init; }

    /// <summary>
    /// The newest occurrence of its alarm, and not normal; unless it is held it stands on the desk. An occurrence that returned unacknowledged
    /// and was followed by another no longer stands there by itself; it is acknowledged together with its successor.
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

    /// <summary>Name of the definition; empty for a limit of a point, which is called after its point and kind.</summary>
    public string NameZh { get; init; } = "";

    public string NameEn { get; init; } = "";

    public bool IsLatching { get; init; }

    /// <summary>People were told of it at some time; only such occurrences count in the figures of performance.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Id of the first occurrence of the group that this one belongs to: alarms of one asset that rose in the same trouble.</summary>
    public long GroupId { get; init; }

    /// <summary>It rose and returned three times within a minute (IEC 62682).</summary>
    public bool IsChattering { get; init; }

    /// <summary>Since when it is held; <c>null</c> while it is not.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>When the hold ends by itself.</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    public string? HeldBy { get; init; }

    public string? HeldReason { get; init; }

    /// <summary>What more there is to say: the sources behind a common cause, the slope, the place in the band, what the raising system says.</summary>
    public string? Detail { get; init; }
}

/// <summary>What makes an alarm one step more urgent each. Stored: never renumber, only add.</summary>
[Flags]
public enum AlarmSteps : byte
{
    None = 0,

    /// <summary>Nobody reacted in the time the definition gives.</summary>
    Overdue = 1,

    /// <summary>The value went beyond the worse limit.</summary>
    Worse = 2,
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

    /// <summary>Time passed: a delay, a shelf, a silence, a limit for a reaction.</summary>
    Time = 5,

    /// <summary>A rule of the definition, or the state of the plant.</summary>
    Rule = 6,

    /// <summary>A system or a gateway said so.</summary>
    System = 7,

    /// <summary>Many sources fell silent at once: one alarm speaks for all of them.</summary>
    CommonCause = 8,
}

/// <summary>One transition in the journal (报警日志); append-only.</summary>
public sealed record AlarmEvent
{
    /// <summary>Position in the journal, without gaps within one run of the server; given when it is written.</summary>
    public long Id { get; init; }

    /// <summary>The occurrence; 0 where the alarm had none at that time.</summary>
    public required long AlarmId { get; init; }

    public long DefinitionId { get; init; }

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

    /// <summary>The comment of a person, or the reason they had to give.</summary>
    public string? Comment { get; init; }

    /// <summary>SHA-256 over the event before it and this one (<see cref="JournalChain"/>); <c>null</c> for what was written before the chain began.</summary>
    public byte[]? Hash { get; init; }
}

/// <summary>
/// Priority of an alarm, 1 urgent, 2 high, 3 medium, 4 low. 1 is kept for alarms somebody rationalised as such; a limit alone never earns it.
/// </summary>
public static class AlarmPriority
{
    public const int Highest = 1, Lowest = 4;

    public static int DefaultOf(AlarmKind kind) => kind is AlarmKind.HighHigh or AlarmKind.LowLow or AlarmKind.CommonCause ? 2 : 3;
}

/// <summary>
/// Which alarm it is. A stored definition has a positive id. A limit of a point is a definition without being stored: its id is worked out from the
/// point and the limit, so that it never changes and needs no row.
/// </summary>
public static class AlarmKeys
{
    private const int Kinds = 8;
    private const long FirstCommonCause = long.MinValue / 2;

    public static long OfLimit(long pointId, AlarmKind kind) => -((pointId * Kinds) + (int)kind);

    /// <param name="cause">What fell silent: a gateway, a source, everything.</param>
    public static long OfCommonCause(string cause)
    {
        uint hash = 2_166_136_261; // FNV-1a: the same in every run
        foreach (char c in cause) hash = (hash ^ c) * 16_777_619;
        return FirstCommonCause - hash;
    }

    public static bool IsLimitOfPoint(long definitionId) => definitionId is < 0 and > FirstCommonCause;

    /// <param name="definitionId">Of a limit of a point.</param>
    public static (long PointId, AlarmKind Kind) LimitOf(long definitionId) => (-definitionId / Kinds, (AlarmKind)(-definitionId % Kinds));
}
