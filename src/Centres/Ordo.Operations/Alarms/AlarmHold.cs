namespace Ordo.Operations.Alarms;

/// <summary>
/// What keeps an alarm from being announced, and since when; there only while something does. Of the definition and not of an occurrence, for an alarm
/// can be shelved before it ever rises.
/// </summary>
public sealed record AlarmHold
{
    public required long DefinitionId { get; init; }

    public required long AssetId { get; init; }

    public AlarmHolds Holds { get; init; }

    /// <summary>The condition held, or was latched, at some time since.</summary>
    public bool WasMet { get; init; }

    public DateTimeOffset? ShelvedSince { get; init; }

    public DateTimeOffset? ShelvedUntil { get; init; }

    public string? ShelvedBy { get; init; }

    public string? ShelfReason { get; init; }

    public DateTimeOffset? SuppressedSince { get; init; }

    /// <summary>Which rule, which state of the plant, which common cause.</summary>
    public string? SuppressedBy { get; init; }

    public DateTimeOffset? OutSince { get; init; }

    public DateTimeOffset? OutUntil { get; init; }

    public string? OutBy { get; init; }

    /// <summary>Reason, with the number of the permit.</summary>
    public string? OutReason { get; init; }

    /// <summary>Of the strongest hold.</summary>
    public (DateTimeOffset? Since, DateTimeOffset? Until, string? By, string? Reason) Strongest =>
        Holds.HasFlag(AlarmHolds.OutOfService) ? (OutSince, OutUntil, OutBy, OutReason)
        : Holds.HasFlag(AlarmHolds.Suppressed) ? (SuppressedSince, null, null, SuppressedBy)
        : (ShelvedSince, ShelvedUntil, ShelvedBy, ShelfReason);
}
