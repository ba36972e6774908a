namespace Ordo.Operations.Alarms.Definitions;

/// <summary>To which side a value may go too far.</summary>
public enum AlarmDirection : byte
{
    Both = 0,
    Up = 1,
    Down = 2,
}

/// <summary>How bad it is when nobody does anything; with the time to respond it suggests the priority.</summary>
public enum AlarmSeverity : byte
{
    None = 0,
    Minor = 1,
    Major = 2,
    Severe = 3,
}

/// <summary>
/// What is watched and what it means when it happens (报警定义). Limits of points are definitions too, without being stored; one whose priority, delays
/// or texts somebody set is stored under its negative id and still takes limit and deadband from the point.
/// </summary>
public sealed record AlarmDefinition
{
    public long Id { get; set; }

    /// <summary>By which people and files know it; unique.</summary>
    public required string Code { get; set; }

    public required string NameZh { get; set; }

    public string NameEn { get; set; } = "";

    public required AlarmKind Kind { get; init; }

    public required long AssetId { get; set; }

    /// <summary>The point it watches; <c>null</c> for an expression and for what systems raise.</summary>
    public long? PointId { get; set; }

    public bool IsEnabled { get; set; } = true;

    /// <summary>1 (highest) … 4 (lowest).</summary>
    public required int Priority { get; set; }

    public bool IsLatching { get; set; }

    /// <summary>
    /// In the unit of the point: a limit, the greatest deviation, the greatest change per minute; for a band the number of standard deviations. <c>null</c> for a
    /// limit of a point: the point has it.
    /// </summary>
    public double? Limit { get; set; }

    /// <summary>Beyond this the alarm is one step more urgent; in the unit of the point.</summary>
    public double? WorseLimit { get; set; }

    /// <summary>How far the value must come back; in the unit of <see cref="Limit"/>, ≥ 0.</summary>
    public double Deadband { get; set; }

    /// <summary>The condition must hold for so long, milliseconds.</summary>
    public int OnDelayMs { get; set; }

    /// <summary>The condition must be gone for so long, milliseconds.</summary>
    public int OffDelayMs { get; set; }

    public AlarmDirection Direction { get; set; }

    /// <summary>Of a deviation: the value that should be.</summary>
    public double? Setpoint { get; set; }

    /// <summary>Of a deviation: the point whose value should be reached.</summary>
    public long? ReferencePointId { get; set; }

    /// <summary>Over which time a slope is taken, after which silence counts, seconds.</summary>
    public int? WindowSeconds { get; set; }

    /// <summary>Of a state: the values that are abnormal, with commas between.</summary>
    public string? Values { get; set; }

    /// <summary>Of a state: only these bits are looked at; abnormal are <see cref="Values"/>, or without them any bit that is set.</summary>
    public long? Mask { get; set; }

    public string? Expression { get; set; }

    /// <summary>Suppressed by design while this expression holds.</summary>
    public string? SuppressWhen { get; set; }

    /// <summary>Suppressed by design while the plant is in one of these states, with commas between.</summary>
    public string? SuppressIn { get; set; }

    /// <summary>What happens when nobody does anything.</summary>
    public string? Consequence { get; set; }

    public AlarmSeverity Severity { get; set; }

    /// <summary>What to do.</summary>
    public string? Response { get; set; }

    /// <summary>Code of the role whose business it is.</summary>
    public string? RequiredRole { get; set; }

    public int? TimeToRespondSeconds { get; set; }

    /// <summary>Unacknowledged for so long, the alarm becomes one step more urgent, seconds.</summary>
    public int? StepUpAfterSeconds { get; set; }

    /// <summary>Code of the template it was made from.</summary>
    public string? Template { get; set; }

    /// <summary>Of what systems raise: which one.</summary>
    public string? System { get; init; }

    /// <summary>Of what systems raise: the system's own name for it.</summary>
    public string? SystemCode { get; init; }

    public int Version { get; set; } = 1;

    public DateTimeOffset Changed { get; set; }

    public string ChangedBy { get; set; } = "";

    /// <summary>Path of its asset, when it was read together with it; not stored.</summary>
    public string? AssetPath { get; set; }

    /// <summary>A limit of a point.</summary>
    public bool IsLimitOfPoint => AlarmKeys.IsLimitOfPoint(Id);

    /// <summary>Judges the same: nothing that the engine decides by differs, only words do.</summary>
    public bool JudgesAs(AlarmDefinition other) => Judgement.Equals(other.Judgement);

    private object Judgement => (
        (Kind, PointId, IsEnabled, Limit, WorseLimit, Deadband, OnDelayMs, OffDelayMs),
        (Direction, Setpoint, ReferencePointId, WindowSeconds, Values, Mask, Expression, SuppressWhen));
}
