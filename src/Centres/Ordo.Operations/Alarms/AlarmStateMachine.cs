using static Ordo.Operations.Alarms.AlarmState;
using static Ordo.Operations.Alarms.AlarmStimulus;

namespace Ordo.Operations.Alarms;

/// <summary>State of an alarm (ISA-18.2 / IEC 62682). Stored: never renumber, only add.</summary>
public enum AlarmState : byte
{
    /// <summary>正常: nothing to see; not shown on the desk.</summary>
    Normal = 0,

    /// <summary>未确认: the condition holds and nobody has said that they saw it.</summary>
    Unacknowledged = 1,

    /// <summary>已确认: the condition holds and somebody knows.</summary>
    Acknowledged = 2,

    /// <summary>已恢复未确认: the condition is gone, and nobody has said that they saw it.</summary>
    ReturnedUnacknowledged = 3,

    /// <summary>锁存未确认: a latching alarm whose condition is gone; nobody has said that they saw it.</summary>
    LatchedUnacknowledged = 4,

    /// <summary>锁存已确认: a latching alarm whose condition is gone, seen, and waiting for somebody to reset it.</summary>
    LatchedAcknowledged = 5,

    /// <summary>搁置: an operator silenced it for a time, with a reason.</summary>
    Shelved = 6,

    /// <summary>设计抑制: silenced by a rule or by the state of the plant.</summary>
    Suppressed = 7,

    /// <summary>退出服务: taken out for maintenance, by permit.</summary>
    OutOfService = 8,
}

/// <summary>What can happen to an alarm. Stored: never renumber, only add.</summary>
public enum AlarmStimulus : byte
{
    ConditionMet = 1,
    ConditionCleared = 2,
    Acknowledge = 3,

    /// <summary>Releases a latched alarm that was seen.</summary>
    Reset = 4,
    Shelve = 5,
    Unshelve = 6,

    /// <summary>The end of the shelf was reached.</summary>
    ShelfEnded = 7,
    Suppress = 8,
    Unsuppress = 9,
    RemoveFromService = 10,
    ReturnToService = 11,

    /// <summary>Not a transition: the priority went up, because nobody reacted or the value got worse.</summary>
    PriorityRaised = 20,

    /// <summary>Not a transition: the priority went back.</summary>
    PriorityLowered = 21,

    /// <summary>Not a transition: somebody wrote something down.</summary>
    Comment = 22,

    /// <summary>Not a transition: a sample that came too late for the siren had passed the limit.</summary>
    LateMet = 23,

    /// <summary>Not a transition: and a later one of those that came too late had not.</summary>
    LateCleared = 24,
}

/// <summary>What keeps an alarm from being announced. Several can hold at once.</summary>
[Flags]
public enum AlarmHolds : byte
{
    None = 0,
    Shelved = 1,
    Suppressed = 2,
    OutOfService = 4,
}

/// <summary>Where an alarm stands: its state, and what the state alone does not tell.</summary>
/// <param name="State">As shown.</param>
/// <param name="ConditionHolds">Of the process, also while the alarm is held.</param>
/// <param name="Holds">What keeps it from being announced; the state names the strongest.</param>
/// <param name="WasMetWhileHeld">The condition held, or was latched, at some time while it was not announced.</param>
public readonly record struct AlarmSituation(AlarmState State, bool ConditionHolds, AlarmHolds Holds, bool WasMetWhileHeld)
{
    /// <summary>Nothing to know about it.</summary>
    public bool IsPlain => this == default;
}

/// <summary>The transitions of an alarm (ISA-18.2 / IEC 62682), as a table. Time, journal and announcement are the caller's.</summary>
public static class AlarmStateMachine
{
    /// <param name="before">Where the alarm stands.</param>
    /// <param name="stimulus">What happens to it.</param>
    /// <param name="isLatching">Stays on the desk after the condition is gone until somebody resets it.</param>
    /// <returns>The same when nothing changes: a repeated sample or a second acknowledgement is everyday traffic, not an error.</returns>
    public static AlarmSituation Next(AlarmSituation before, AlarmStimulus stimulus, bool isLatching)
    {
        AlarmSituation after = stimulus switch
        {
            ConditionMet => before with { ConditionHolds = true, WasMetWhileHeld = before.WasMetWhileHeld || before.Holds != AlarmHolds.None },
            ConditionCleared => before with { ConditionHolds = false },
            Shelve => Held(before, AlarmHolds.Shelved),
            Suppress => Held(before, AlarmHolds.Suppressed),
            RemoveFromService => Held(before, AlarmHolds.OutOfService),
            Unshelve or ShelfEnded => before with { Holds = before.Holds & ~AlarmHolds.Shelved },
            Unsuppress => before with { Holds = before.Holds & ~AlarmHolds.Suppressed },
            ReturnToService => before with { Holds = before.Holds & ~AlarmHolds.OutOfService },
            _ => before,
        };
        after = after with { State = StateOf(before, after, stimulus, isLatching) };
        return after.Holds == AlarmHolds.None ? after with { WasMetWhileHeld = false } : after;
    }

    /// <summary>The condition of the alarm holds and people are told so.</summary>
    public static bool IsActive(this AlarmState state) => state is Unacknowledged or Acknowledged;

    /// <summary>Waits for somebody to say that they saw it.</summary>
    public static bool IsUnacknowledged(this AlarmState state) => state is Unacknowledged or ReturnedUnacknowledged or LatchedUnacknowledged;

    /// <summary>Waits to be reset, now or after it was seen.</summary>
    public static bool IsLatched(this AlarmState state) => state is LatchedUnacknowledged or LatchedAcknowledged;

    /// <summary>Kept from being announced.</summary>
    public static bool IsHeld(this AlarmState state) => state is Shelved or Suppressed or OutOfService;

    private static AlarmSituation Held(AlarmSituation before, AlarmHolds hold) => before with
    {
        Holds = before.Holds | hold,
        WasMetWhileHeld = before.WasMetWhileHeld || before.ConditionHolds || before.State.IsLatched(),
    };

    private static AlarmState StateOf(AlarmSituation before, AlarmSituation after, AlarmStimulus stimulus, bool isLatching)
    {
        if (after.Holds.HasFlag(AlarmHolds.OutOfService)) return OutOfService;
        if (after.Holds.HasFlag(AlarmHolds.Suppressed)) return Suppressed;
        if (after.Holds.HasFlag(AlarmHolds.Shelved)) return Shelved;
        if (before.Holds != AlarmHolds.None) return AnnouncedAgain(after, stimulus, isLatching);
        return (before.State, stimulus) switch
        {
            (Normal, ConditionMet) => Unacknowledged,
            (Unacknowledged, Acknowledge) => Acknowledged,
            (Unacknowledged, ConditionCleared) => isLatching ? LatchedUnacknowledged : ReturnedUnacknowledged,
            (Acknowledged, ConditionCleared) => isLatching ? LatchedAcknowledged : Normal,
            (ReturnedUnacknowledged, Acknowledge) => Normal,
            (ReturnedUnacknowledged, ConditionMet) => Unacknowledged, // a new occurrence
            (LatchedUnacknowledged, Acknowledge) => LatchedAcknowledged,
            (LatchedUnacknowledged, ConditionMet) => Unacknowledged, // a new occurrence
            (LatchedAcknowledged, Reset) => Normal,
            (LatchedAcknowledged, ConditionMet) => Unacknowledged, // a new occurrence
            var (state, _) => state,
        };
    }

    /// <summary>The last hold ended. Never straight to acknowledged: the operator must look again.</summary>
    private static AlarmState AnnouncedAgain(AlarmSituation after, AlarmStimulus stimulus, bool isLatching) =>
        after.ConditionHolds ? Unacknowledged
        : isLatching && after.WasMetWhileHeld && (stimulus is Unshelve or ShelfEnded) ? LatchedUnacknowledged
        : Normal;
}
