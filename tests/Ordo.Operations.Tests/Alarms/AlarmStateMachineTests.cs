using Ordo.Operations.Alarms;
using static Ordo.Operations.Alarms.AlarmState;
using static Ordo.Operations.Alarms.AlarmStimulus;

namespace Ordo.Operations.Tests.Alarms;

public sealed class AlarmStateMachineTests
{
    /// <summary>Every state × every stimulus, as in the standard's table.</summary>
    public static TheoryData<AlarmState, AlarmStimulus, AlarmState> Table => new()
    {
        { Normal, ConditionMet, Unacknowledged },
        { Normal, ConditionCleared, Normal },
        { Normal, Acknowledge, Normal },
        { Unacknowledged, ConditionMet, Unacknowledged },
        { Unacknowledged, ConditionCleared, ReturnedUnacknowledged },
        { Unacknowledged, Acknowledge, Acknowledged },
        { Acknowledged, ConditionMet, Acknowledged },
        { Acknowledged, ConditionCleared, Normal },
        { Acknowledged, Acknowledge, Acknowledged },
        { ReturnedUnacknowledged, ConditionMet, Unacknowledged },
        { ReturnedUnacknowledged, ConditionCleared, ReturnedUnacknowledged },
        { ReturnedUnacknowledged, Acknowledge, Normal },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_state_answers_each_stimulus_as_the_standard_says(AlarmState state, AlarmStimulus stimulus, AlarmState next) =>
        Assert.Equal(next, AlarmStateMachine.Next(state, stimulus));

    [Fact]
    public void The_table_has_no_gap() =>
        Assert.Equal(Enum.GetValues<AlarmState>().Length * Enum.GetValues<AlarmStimulus>().Length, Table.Count);

    [Fact]
    public void Numbers_in_the_database_never_change()
    {
        Assert.Equal("Normal=0 Unacknowledged=1 Acknowledged=2 ReturnedUnacknowledged=3", Numbers<AlarmState>());
        Assert.Equal("ConditionMet=1 ConditionCleared=2 Acknowledge=3", Numbers<AlarmStimulus>());
        Assert.Equal("LowLow=1 Low=2 High=3 HighHigh=4", Numbers<AlarmKind>());
        Assert.Equal("Sample=1 LimitsChanged=2 NoLongerWatched=3 Person=4", Numbers<AlarmCause>());
    }

    private static string Numbers<T>() where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)}"));
}
