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
}

/// <summary>What can happen to an alarm. Stored: never renumber, only add.</summary>
public enum AlarmStimulus : byte
{
    ConditionMet = 1,
    ConditionCleared = 2,
    Acknowledge = 3,
}

/// <summary>The transitions of an alarm. Time, journal and announcement are the caller's.</summary>
public static class AlarmStateMachine
{
    public static AlarmState Next(AlarmState state, AlarmStimulus stimulus) => (state, stimulus) switch
    {
        (Normal, ConditionMet) => Unacknowledged,
        (Unacknowledged, Acknowledge) => Acknowledged,
        (Unacknowledged, ConditionCleared) => ReturnedUnacknowledged,
        (Acknowledged, ConditionCleared) => Normal,
        (ReturnedUnacknowledged, Acknowledge) => Normal,
        (ReturnedUnacknowledged, ConditionMet) => Unacknowledged, // a new occurrence
        _ => state, // a repeated sample or a second acknowledgement is everyday traffic, not an error
    };

    /// <summary>The condition of the alarm holds.</summary>
    public static bool IsActive(this AlarmState state) => state is Unacknowledged or Acknowledged;

    /// <summary>Waits for somebody to say that they saw it.</summary>
    public static bool IsUnacknowledged(this AlarmState state) => state is Unacknowledged or ReturnedUnacknowledged;
}
