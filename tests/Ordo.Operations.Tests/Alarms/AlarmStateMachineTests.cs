using Ordo.Operations.Alarms;
using static Ordo.Operations.Alarms.AlarmState;
using static Ordo.Operations.Alarms.AlarmStimulus;

namespace Ordo.Operations.Tests.Alarms;

public sealed class AlarmStateMachineTests
{
    private static readonly AlarmState[] States = Enum.GetValues<AlarmState>();

    /// <summary>What can happen; the others are notes in the journal and no transitions.</summary>
    private static readonly AlarmStimulus[] Stimuli =
        [ConditionMet, ConditionCleared, Acknowledge, Reset, Shelve, Unshelve, ShelfEnded, Suppress, Unsuppress, RemoveFromService, ReturnToService];

    /// <summary>
    /// The standard's table, one line per state: what each stimulus makes of it, in the order of <see cref="Stimuli"/>. A dot: nothing changes. <c>a|b</c>: a while the
    /// condition holds, b while it does not. <c>/</c>: without latching / with latching.
    /// </summary>
    private const string Table = """
        N    U  .    .  .  S  .      .      P  .    O  .
        U    .  R/LU A  .  S  .      .      P  .    O  .
        A    .  N/LA .  .  S  .      .      P  .    O  .
        R    U  .    N  .  S  .      .      P  .    O  .
        LU   U  .    LA .  S  .      .      P  .    O  .
        LA   U  .    .  N  S  .      .      P  .    O  .
        S    .  .    .  .  .  U|N/LU U|N/LU P  .    O  .
        P    .  .    .  .  .  .      .      .  U|N  O  .
        O    .  .    .  .  .  .      .      .  .    .  U|N
        """;

    public static TheoryData<AlarmState, AlarmStimulus, bool, bool, AlarmState> Cases()
    {
        var cases = new TheoryData<AlarmState, AlarmStimulus, bool, bool, AlarmState>();
        foreach (string line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] cells = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            AlarmState from = StateOf(cells[0]);
            for (int i = 0; i < Stimuli.Length; i++)
                foreach (bool holds in HoldsIn(from))
                    foreach (bool latching in (bool[])[false, true])
                        if (IsPossible(from, latching))
                            cases.Add(from, Stimuli[i], holds, latching, Expected(cells[i + 1], from, holds, latching));
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_state_answers_each_stimulus_as_the_standard_says(AlarmState state, AlarmStimulus stimulus, bool conditionHolds, bool latching, AlarmState next) =>
        Assert.Equal(next, AlarmStateMachine.Next(SituationOf(state, conditionHolds), stimulus, latching).State);

    [Fact]
    public void The_table_has_no_gap()
    {
        string[] lines = Table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(States, lines.Select(l => StateOf(l.Split(' ')[0])));
        Assert.All(lines, l => Assert.Equal(Stimuli.Length + 1, l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal(Enum.GetValues<AlarmStimulus>().Where(s => s < PriorityRaised), Stimuli);
    }

    [Theory]
    [InlineData(AlarmHolds.Shelved | AlarmHolds.Suppressed | AlarmHolds.OutOfService, OutOfService)]
    [InlineData(AlarmHolds.Shelved | AlarmHolds.Suppressed, Suppressed)]
    public void The_strongest_hold_is_shown_and_the_others_go_on(AlarmHolds holds, AlarmState shown)
    {
        AlarmSituation situation = default;
        foreach (AlarmStimulus hold in (AlarmStimulus[])[Shelve, Suppress, RemoveFromService])
            if (holds.HasFlag(HoldOf(hold))) situation = AlarmStateMachine.Next(situation, hold, false);
        Assert.Equal((shown, holds), (situation.State, situation.Holds));

        if (holds.HasFlag(AlarmHolds.OutOfService)) situation = AlarmStateMachine.Next(situation, ReturnToService, false);
        Assert.Equal(Suppressed, situation.State);
        situation = AlarmStateMachine.Next(situation, Unsuppress, false);
        Assert.Equal(Shelved, situation.State);
        Assert.True(AlarmStateMachine.Next(situation, ShelfEnded, false).IsPlain);
    }

    /// <summary>IEC 62682, a latching alarm from beginning to end.</summary>
    [Fact]
    public void A_latching_alarm_stays_until_it_was_seen_and_reset()
    {
        (AlarmStimulus, AlarmState)[] life =
        [
            (ConditionMet, Unacknowledged), (Acknowledge, Acknowledged), (ConditionCleared, LatchedAcknowledged), (Acknowledge, LatchedAcknowledged),
            (ConditionMet, Unacknowledged), (ConditionCleared, LatchedUnacknowledged), (Reset, LatchedUnacknowledged), (Acknowledge, LatchedAcknowledged), (Reset, Normal),
        ];
        AlarmSituation situation = default;
        foreach (var (stimulus, expected) in life)
        {
            situation = AlarmStateMachine.Next(situation, stimulus, isLatching: true);
            Assert.Equal(expected, situation.State);
        }
        Assert.True(situation.IsPlain);
    }

    /// <summary>An acknowledged alarm whose condition went and came while it was shelved must be looked at again.</summary>
    [Theory]
    [InlineData(true, Unacknowledged)]
    [InlineData(false, Normal)]
    public void After_a_shelf_the_operator_looks_again(bool cameBack, AlarmState expected)
    {
        AlarmSituation situation = default;
        foreach (AlarmStimulus stimulus in (AlarmStimulus[])[ConditionMet, Acknowledge, Shelve, ConditionCleared]) situation = AlarmStateMachine.Next(situation, stimulus, false);
        if (cameBack) situation = AlarmStateMachine.Next(situation, ConditionMet, false);
        Assert.Equal(Shelved, situation.State);
        Assert.Equal(expected, AlarmStateMachine.Next(situation, ShelfEnded, false).State);
    }

    [Fact]
    public void Numbers_in_the_database_never_change()
    {
        Assert.Equal(
            "Normal=0 Unacknowledged=1 Acknowledged=2 ReturnedUnacknowledged=3 LatchedUnacknowledged=4 LatchedAcknowledged=5 Shelved=6 Suppressed=7 OutOfService=8",
            Numbers<AlarmState>());
        Assert.Equal(
            "ConditionMet=1 ConditionCleared=2 Acknowledge=3 Reset=4 Shelve=5 Unshelve=6 ShelfEnded=7 Suppress=8 Unsuppress=9 RemoveFromService=10 ReturnToService=11 "
            + "PriorityRaised=20 PriorityLowered=21 Comment=22 LateMet=23 LateCleared=24",
            Numbers<AlarmStimulus>());
        Assert.Equal(
            "LowLow=1 Low=2 High=3 HighHigh=4 Deviation=5 RateOfChange=6 State=7 Stale=8 Expression=9 Band=10 Raised=11 CommonCause=12", Numbers<AlarmKind>());
        Assert.Equal("Sample=1 LimitsChanged=2 NoLongerWatched=3 Person=4 Time=5 Rule=6 System=7 CommonCause=8", Numbers<AlarmCause>());
        Assert.Equal("None=0 Shelved=1 Suppressed=2 OutOfService=4", Numbers<AlarmHolds>());
        Assert.Equal("None=0 Overdue=1 Worse=2", Numbers<AlarmSteps>());
    }

    private static AlarmState Expected(string cell, AlarmState from, bool holds, bool latching)
    {
        if (cell == ".") return from;
        string[] byCondition = cell.Split('|');
        string[] byLatching = byCondition[holds || byCondition.Length == 1 ? 0 : 1].Split('/');
        return StateOf(byLatching[latching && byLatching.Length > 1 ? 1 : 0]);
    }

    /// <summary>Where the condition is part of the state there is one possibility; held alarms know both.</summary>
    private static bool[] HoldsIn(AlarmState state) => state.IsHeld() ? [false, true] : [state.IsActive()];

    private static bool IsPossible(AlarmState state, bool latching) => (latching || !state.IsLatched()) && (!latching || state != ReturnedUnacknowledged);

    private static AlarmSituation SituationOf(AlarmState state, bool conditionHolds) => new(state, conditionHolds, state switch
    {
        Shelved => AlarmHolds.Shelved,
        Suppressed => AlarmHolds.Suppressed,
        OutOfService => AlarmHolds.OutOfService,
        _ => AlarmHolds.None,
    }, state.IsHeld());

    private static AlarmHolds HoldOf(AlarmStimulus stimulus) => stimulus switch
    {
        Shelve => AlarmHolds.Shelved,
        Suppress => AlarmHolds.Suppressed,
        _ => AlarmHolds.OutOfService,
    };

    private static AlarmState StateOf(string letters) => letters switch
    {
        "N" => Normal,
        "U" => Unacknowledged,
        "A" => Acknowledged,
        "R" => ReturnedUnacknowledged,
        "LU" => LatchedUnacknowledged,
        "LA" => LatchedAcknowledged,
        "S" => Shelved,
        "P" => Suppressed,
        _ => OutOfService,
    };

    private static string Numbers<T>() where T : struct, Enum =>
        string.Join(' ', Enum.GetValues<T>().Select(value => $"{value}={Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)}"));
}
