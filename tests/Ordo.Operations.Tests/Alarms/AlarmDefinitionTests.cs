using Ordo.Operations.Alarms;
using Ordo.Operations.Alarms.Definitions;
using static Ordo.Operations.Alarms.AlarmKind;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>What definitions say beyond the limit: delays, latching, other kinds, urgency.</summary>
public sealed class AlarmDefinitionTests
{
    private static readonly AlarmActor Li = new("li.ming", 1, "valve is being changed");
    private readonly AlarmStand stand = new(AlarmStand.Point(lowLow: null, low: null), AlarmStand.Point(id: 2, series: 1, lowLow: null, low: null, high: null, highHigh: null));

    /// <summary>Signal conditioning after IEC 62682: limit 80, deadband 2, on-delay 5 s, off-delay 3 s, one sample a second.</summary>
    [Fact]
    public void An_alarm_with_delays_rises_and_returns_at_the_second_the_standard_says()
    {
        double[] values = [78, 81, 79.5, 80, 82, 83, 84, 82, 81, 79, 78.5, 77.9, 77, 78.2, 77.5, 77.2, 76, 75, 74];
        stand.Define(Of(High) with { Limit = 80, Deadband = 2, OnDelayMs = 5000, OffDelayMs = 3000, PointId = 2 });
        var (raised, returned) = (-1, -1);
        for (int t = 0; t < values.Length; t++)
        {
            stand.Sample(values[t], series: 1);
            bool isActive = stand.Desk() == "High Unacknowledged";
            if (isActive && raised < 0) raised = t;
            if (!isActive && raised >= 0 && returned < 0) returned = t;
        }
        Assert.Equal((8, 17), (raised, returned));
    }

    [Fact]
    public void A_delay_passes_also_when_no_sample_comes()
    {
        stand.Define(Of(High) with { Limit = 80, OnDelayMs = 5000, PointId = 2 });
        stand.Sample(85, series: 1);
        long since = stand.NowMs;
        stand.Pass(TimeSpan.FromSeconds(4));
        Assert.Empty(stand.Desk());
        stand.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(("High Unacknowledged", since + 5000), (stand.Desk(), stand.Engine.Open().Single().Raised.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void A_kill_in_the_middle_of_a_delay_does_not_begin_it_anew()
    {
        stand.Define(Of(High) with { Limit = 80, OnDelayMs = 5000, PointId = 2 });
        stand.Sample(50, series: 1);
        stand.Write(allMarks: true);
        for (int i = 0; i < 3; i++) stand.Sample(85, series: 1);
        stand.Write(allMarks: true);
        stand.KillAndStart();
        stand.Sample(85, series: 1);
        stand.Sample(85, series: 1);
        Assert.Empty(stand.Desk());
        stand.Sample(85, series: 1);
        Assert.Equal("High Unacknowledged", stand.Desk());
    }

    [Fact]
    public void A_limit_of_a_point_takes_priority_delay_and_latching_from_what_was_said_more_about_it()
    {
        long id = AlarmKeys.OfLimit(1, High);
        stand.Define(Of(High) with { Id = id, Priority = 1, IsLatching = true, OnDelayMs = 1000 });
        stand.Sample(85);
        Assert.Empty(stand.Desk());
        stand.Sample(85);
        Assert.Equal(("High Unacknowledged", 1, id, 80), (stand.Desk(), stand.Engine.Open()[0].Priority, stand.Engine.Open()[0].DefinitionId, stand.Engine.Open()[0].Limit));
        stand.Sample(50);
        Assert.Equal("High LatchedUnacknowledged", stand.Desk());
        Assert.Equal(ResetOutcome.Refused, stand.Engine.Reset(stand.Engine.Open()[0].Id, Li).Outcome);
        stand.Acknowledge(High);
        Assert.Equal("High LatchedAcknowledged", stand.Desk());
        Assert.Equal(ResetOutcome.Done, stand.Engine.Reset(stand.Engine.Open()[0].Id, Li).Outcome);
        Assert.Empty(stand.Desk());
    }

    [Fact]
    public void A_limit_that_is_switched_off_is_not_judged_and_its_alarm_returns()
    {
        stand.Sample(85);
        stand.Define(Of(High) with { Id = AlarmKeys.OfLimit(1, High), IsEnabled = false });
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
        stand.Sample(95);
        Assert.Equal("High ReturnedUnacknowledged, HighHigh Unacknowledged", stand.Desk());
    }

    [Fact]
    public void A_deviation_counts_from_the_set_point_or_from_the_other_point()
    {
        stand.SetPoints(AlarmStand.Point(lowLow: null, low: null, high: null, highHigh: null), AlarmStand.Point(id: 2, series: 1, lowLow: null, low: null, high: null, highHigh: null));
        stand.Define(Of(Deviation) with { Limit = 5, Deadband = 1, PointId = 1, ReferencePointId = 2 });
        stand.Sample(50);
        Assert.Empty(stand.Desk()); // the other was never seen
        stand.Sample(54, series: 1);
        Assert.Empty(stand.Desk());
        stand.Sample(55, series: 1);
        Assert.Equal("Deviation Unacknowledged", stand.Desk());
        stand.Sample(50.5);
        Assert.Equal("Deviation Unacknowledged", stand.Desk());
        stand.Sample(51);
        Assert.Equal("Deviation ReturnedUnacknowledged", stand.Desk());

        stand.Define(Of(Deviation) with { Limit = 5, PointId = 1, Setpoint = 20, Direction = AlarmDirection.Up });
        stand.Sample(10);
        Assert.Equal("Deviation ReturnedUnacknowledged", stand.Desk());
        stand.Sample(25);
        Assert.Equal("Deviation Unacknowledged", stand.Desk());
    }

    /// <summary>One value a minute: 1.200 1.196 1.190 1.183 1.175 1.166; the slope of the last five is −0.0075 a minute.</summary>
    [Fact]
    public void A_falling_pressure_is_told_by_its_slope()
    {
        stand.Define(Of(RateOfChange) with { Limit = 0.0074, Deadband = 0.001, WindowSeconds = 240, Direction = AlarmDirection.Down, PointId = 2 });
        double[] values = [1.200, 1.201, 1.199, 1.202, 1.200, 1.196, 1.190, 1.183, 1.175];
        foreach (double value in values)
        {
            stand.Time.Advance(TimeSpan.FromSeconds(59));
            stand.Sample(value, series: 1);
        }
        Assert.Empty(stand.Desk());
        stand.Time.Advance(TimeSpan.FromSeconds(59));
        stand.Sample(1.166, series: 1);
        Assert.Equal("RateOfChange Unacknowledged", stand.Desk());
        Assert.Equal("-0.0075 / min", stand.Engine.Open().Single().Detail);
    }

    [Fact]
    public void A_state_is_abnormal_by_value_or_by_bit()
    {
        stand.Define(Of(AlarmKind.State) with { Values = "2,3", PointId = 2 });
        stand.Sample(1, series: 1);
        Assert.Empty(stand.Desk());
        stand.Sample(3, series: 1);
        Assert.Equal("State Unacknowledged", stand.Desk());

        stand.Define(Of(AlarmKind.State) with { Mask = 0b100, PointId = 2 });
        Assert.Equal("State ReturnedUnacknowledged", stand.Desk());
        stand.Sample(0b1101, series: 1);
        Assert.Equal("State Unacknowledged", stand.Desk());
        stand.Sample(0b1001, series: 1);
        Assert.Equal("State ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void Nobody_reacts_and_the_alarm_becomes_more_urgent_until_somebody_does()
    {
        stand.Define(Of(High) with { Limit = 80, Priority = 3, StepUpAfterSeconds = 60, PointId = 2 });
        stand.Sample(85, series: 1);
        stand.Pass(TimeSpan.FromSeconds(59));
        Assert.Equal(3, stand.Engine.Open().Single().Priority);
        stand.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal((2, 3, AlarmSteps.Overdue), Urgency());
        stand.Acknowledge(High);
        Assert.Equal((3, 3, AlarmSteps.None), Urgency());
        stand.Write();
        Assert.Equal(
            [(AlarmStimulus.PriorityRaised, "3 → 2"), (AlarmStimulus.PriorityLowered, "2 → 3")],
            stand.Journal.Events.Where(e => e.Stimulus >= AlarmStimulus.PriorityRaised).Select(e => (e.Stimulus, e.Comment)));
    }

    [Fact]
    public void A_value_that_gets_worse_is_more_urgent_and_less_when_it_comes_back()
    {
        stand.Define(Of(High) with { Limit = 80, WorseLimit = 90, Deadband = 2, Priority = 3, PointId = 2 });
        stand.Sample(85, series: 1);
        Assert.Equal(3, Urgency().Priority);
        stand.Sample(91, series: 1);
        Assert.Equal((2, 3, AlarmSteps.Worse), Urgency());
        stand.Write(allMarks: true);
        stand.KillAndStart();
        stand.Sample(89, series: 1);
        Assert.Equal(2, Urgency().Priority);
        stand.Sample(87, series: 1);
        Assert.Equal(3, Urgency().Priority);
    }

    /// <summary>Acknowledged at 10:00, shelved at 10:05 for 30 minutes; it went and came meanwhile: at 10:35 the operator must look again.</summary>
    [Fact]
    public void A_shelved_alarm_is_silent_is_logged_and_comes_back_when_the_shelf_ends()
    {
        AlarmDefinition definition = Of(High) with { Id = AlarmKeys.OfLimit(1, High) };
        stand.Sample(85);
        stand.Acknowledge(High);
        stand.Engine.Shelve(definition, stand.Time.GetUtcNow().AddMinutes(30), Li);
        Assert.Empty(stand.Desk());
        stand.Pass(TimeSpan.FromMinutes(5));
        stand.Sample(50);
        stand.Sample(85);
        Assert.Empty(stand.Desk());
        Assert.Equal((AlarmState.Shelved, true), (stand.Engine.StandingOf(definition.Id).Situation.State, stand.Engine.StandingOf(definition.Id).Situation.ConditionHolds));
        stand.Pass(TimeSpan.FromMinutes(24));
        Assert.Empty(stand.Desk());
        stand.Write(allMarks: true);
        stand.KillAndStart();
        Assert.Empty(stand.Desk());
        stand.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal("High Unacknowledged", stand.Desk());

        stand.Write();
        Assert.Equal(
            ["ConditionMet Normal→Unacknowledged ", "Acknowledge Unacknowledged→Acknowledged ", "Shelve Acknowledged→Shelved valve is being changed",
             "ConditionCleared Shelved→Shelved ", "ConditionMet Shelved→Shelved ", "ShelfEnded Shelved→Unacknowledged "],
            stand.Journal.Events.Select(e => $"{e.Stimulus} {e.From}→{e.To} {e.Comment}"));
        Assert.Equal([true, true], stand.Journal.Occurrences.Select(o => o.IsAnnounced));
    }

    [Fact]
    public void A_shelf_over_a_normal_alarm_survives_a_restart_and_ends()
    {
        AlarmDefinition definition = Of(High) with { Id = AlarmKeys.OfLimit(1, High) };
        stand.Engine.Shelve(definition, stand.Time.GetUtcNow().AddMinutes(10), Li);
        stand.Write();
        stand.KillAndStart();
        Assert.Equal(("li.ming", "valve is being changed"), (stand.Engine.StandingOf(definition.Id).Hold!.ShelvedBy, stand.Engine.StandingOf(definition.Id).Hold!.ShelfReason));
        stand.Sample(85);
        Assert.Empty(stand.Desk());
        stand.Sample(50);
        stand.Pass(TimeSpan.FromMinutes(11));
        Assert.True(stand.Engine.StandingOf(definition.Id).Situation.IsPlain);
        stand.Write();
        Assert.Equal(AlarmState.Normal, Assert.Single(stand.Journal.Occurrences).State);
        Assert.False(stand.Journal.Occurrences.Single().IsAnnounced);
        Assert.Empty(stand.Journal.Restart().Holds);
    }

    [Fact]
    public void In_maintenance_what_means_nothing_then_is_suppressed_and_logged()
    {
        stand.Define(Of(High) with { Id = AlarmKeys.OfLimit(1, High), SuppressIn = "maintenance,stopped", AssetPath = "/1/7/" });
        stand.Sample(95);
        Assert.Equal("High Unacknowledged, HighHigh Unacknowledged", stand.Desk());
        stand.SetPlantState(1, "maintenance");
        Assert.Equal("HighHigh Unacknowledged", stand.Desk());
        stand.SetPlantState(7, "running"); // nearer, and it wins
        Assert.Equal("High Unacknowledged, HighHigh Unacknowledged", stand.Desk());
    }

    [Fact]
    public void Out_of_service_is_stronger_than_a_shelf_and_ends_by_itself()
    {
        AlarmDefinition definition = Of(High) with { Id = AlarmKeys.OfLimit(1, High) };
        stand.Sample(85);
        stand.Engine.RemoveFromService(definition, stand.Time.GetUtcNow().AddHours(1), Li);
        stand.Engine.Shelve(definition, stand.Time.GetUtcNow().AddHours(2), Li);
        stand.Write();
        Assert.Equal("High OutOfService", stand.Everything());
        stand.Pass(TimeSpan.FromMinutes(61));
        stand.Write();
        Assert.Equal("High Shelved", stand.Everything());
        Assert.True(stand.Engine.Unshelve(definition, Li).WasHeld);
        Assert.Equal("High Unacknowledged", stand.Desk());
        Assert.False(stand.Engine.Unshelve(definition, Li).WasHeld);
    }

    [Fact]
    public void Somebody_sets_the_servers_clock_and_no_shelf_ends()
    {
        AlarmDefinition definition = Of(High) with { Id = AlarmKeys.OfLimit(1, High) };
        stand.Engine.Shelve(definition, stand.Time.GetUtcNow().AddMinutes(30), Li);
        stand.Time.SetClock(stand.Time.GetUtcNow().AddDays(1));
        stand.Pass(TimeSpan.FromMinutes(29));
        Assert.Equal(AlarmState.Shelved, stand.Engine.StandingOf(definition.Id).Situation.State);
        stand.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(AlarmState.Normal, stand.Engine.StandingOf(definition.Id).Situation.State);
    }

    [Fact]
    public void Alarms_of_one_asset_are_one_group_and_the_first_is_marked()
    {
        stand.Sample(85);
        stand.Sample(95);
        AlarmOccurrence[] open = [.. stand.Engine.Open().OrderBy(o => o.Id)];
        Assert.Equal([open[0].Id, open[0].Id], open.Select(o => o.GroupId));

        stand.Sample(50);
        stand.Acknowledge(High);
        stand.Acknowledge(HighHigh);
        stand.Time.Advance(TimeSpan.FromMinutes(11));
        stand.Sample(85);
        Assert.Equal(stand.Engine.Open().Single().Id, stand.Engine.Open().Single().GroupId);
    }

    [Fact]
    public void An_alarm_that_comes_and_goes_three_times_a_minute_chatters()
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.DoesNotContain(stand.Engine.Open(), o => o.IsChattering);
            stand.Sample(85);
            stand.Sample(50);
        }
        Assert.True(stand.Engine.Open().Single().IsChattering);
    }

    [Fact]
    public void Late_samples_are_judged_for_the_journal_and_not_for_the_siren()
    {
        stand.Sample(50);
        for (int i = 1; i <= 5; i++) stand.SampleAt(stand.NowMs - (10_000 * i), i < 4 ? 85 : 50);
        Assert.Empty(stand.Desk());
        stand.Write();
        Assert.Equal(
            [(AlarmStimulus.LateMet, 85.0), (AlarmStimulus.LateCleared, 50.0)],
            stand.Journal.Events.Select(e => (e.Stimulus, e.Value!.Value)));
    }

    [Fact]
    public void A_raised_alarm_lives_like_any_other()
    {
        AlarmDefinition tamper = Of(Raised) with { PointId = null, System = "energy", SystemCode = "tamper" };
        stand.Define(tamper);
        stand.Engine.Raise(tamper, true, stand.Time.GetUtcNow(), null, "cover open");
        stand.Engine.Raise(tamper, true, stand.Time.GetUtcNow(), null, "cover open");
        Assert.Equal(("Raised Unacknowledged", "cover open"), (stand.Desk(), stand.Engine.Open().Single().Detail));
        stand.Write();
        stand.KillAndStart();
        Assert.Equal("Raised Unacknowledged", stand.Desk());
        stand.Engine.Raise(tamper, false, stand.Time.GetUtcNow(), null, null);
        Assert.Equal("Raised ReturnedUnacknowledged", stand.Desk());
        stand.Define();
        Assert.Equal("Raised ReturnedUnacknowledged", stand.Desk());
    }

    private (int Priority, int Base, AlarmSteps Steps) Urgency()
    {
        AlarmOccurrence alarm = stand.Engine.Open().Single();
        return (alarm.Priority, alarm.BasePriority, alarm.Steps);
    }

    private static AlarmDefinition Of(AlarmKind kind) => new()
    {
        Id = 100, Code = "A", NameZh = "甲", Kind = kind, AssetId = 7, PointId = 1, Priority = 3,
    };
}
