using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using static Ordo.Operations.Alarms.AlarmKind;

namespace Ordo.Operations.Tests.Alarms;

public sealed class AlarmEngineTests
{
    private readonly AlarmStand stand = new(AlarmStand.Point());

    [Fact]
    public void An_alarm_rises_is_acknowledged_by_somebody_and_returns()
    {
        stand.Sample(50);
        Assert.Empty(stand.Desk());

        stand.Sample(81);
        Assert.Equal("High Unacknowledged", stand.Desk());

        stand.Acknowledge(High, "li.ming");
        Assert.Equal("High Acknowledged", stand.Desk());

        stand.Sample(79);
        Assert.Equal("High Acknowledged", stand.Desk());
        stand.Sample(77);
        Assert.Empty(stand.Desk());

        stand.Write();
        AlarmOccurrence alarm = Assert.Single(stand.Journal.Occurrences);
        Assert.Equal((AlarmState.Normal, 81.0, 80.0, "degC", "炉温", 7L), (alarm.State, alarm.Value, alarm.Limit, alarm.Unit, alarm.PointNameZh, alarm.AssetId));
        Assert.Equal(("li.ming", stand.NowMs), (alarm.AcknowledgedBy, alarm.Returned!.Value.ToUnixTimeMilliseconds()));
        Assert.Equal(
            [AlarmStimulus.ConditionMet, AlarmStimulus.Acknowledge, AlarmStimulus.ConditionCleared],
            stand.Journal.Events.Select(e => e.Stimulus));
        Assert.Equal([81.0, null, 77.0], stand.Journal.Events.Select(e => e.Value));
    }

    [Fact]
    public void An_alarm_that_returned_unseen_waits_for_somebody()
    {
        stand.Sample(81);
        stand.Sample(50);
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());

        stand.Acknowledge(High);
        Assert.Empty(stand.Desk());
    }

    [Fact]
    public void Above_high_high_both_alarms_stand_with_their_own_priorities()
    {
        stand.Sample(95);
        Assert.Equal("High Unacknowledged, HighHigh Unacknowledged", stand.Desk());
        Assert.Equal([2, 3], stand.Engine.Open().OrderBy(o => o.Priority).Select(o => o.Priority));

        stand.Sample(85);
        Assert.Equal("High Unacknowledged, HighHigh ReturnedUnacknowledged", stand.Desk());

        stand.Sample(-1);
        Assert.Equal("LowLow Unacknowledged, Low Unacknowledged, High ReturnedUnacknowledged, HighHigh ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void Each_rise_is_an_occurrence_of_its_own_and_one_acknowledgement_covers_those_before()
    {
        for (int i = 0; i < 3; i++)
        {
            stand.Sample(81);
            stand.Sample(50);
        }
        Assert.Equal(2, Assert.Single(stand.Engine.Open()).Repeats);

        stand.Acknowledge(High, "zhao");
        stand.Write();
        Assert.Equal(3, stand.Journal.Occurrences.Count);
        Assert.All(stand.Journal.Occurrences, o => Assert.Equal((AlarmState.Normal, "zhao"), (o.State, o.AcknowledgedBy)));
    }

    [Fact]
    public void An_occurrence_that_was_followed_by_another_cannot_be_acknowledged_in_its_place()
    {
        stand.Sample(81);
        long first = stand.Engine.Open().Single().Id;
        stand.Sample(50);
        stand.Sample(81);

        Assert.Equal(Acknowledgement.NotOpen, stand.Engine.Acknowledge(first, "li.ming", 1, null).Outcome);
        Assert.Equal("High Unacknowledged", stand.Desk());
    }

    [Fact]
    public void A_second_acknowledgement_changes_nothing()
    {
        stand.Sample(81);
        long id = stand.Engine.Open().Single().Id;
        Assert.Equal(Acknowledgement.Done, stand.Engine.Acknowledge(id, "li.ming", 1, "seen").Outcome);
        Assert.Equal(Acknowledgement.AlreadyDone, stand.Engine.Acknowledge(id, "zhao", 2, "me too").Outcome);
        Assert.Equal(("li.ming", "seen"), (stand.Engine.Open().Single().AcknowledgedBy, stand.Engine.Open().Single().Comment));
    }

    [Fact]
    public void Bad_samples_and_NaN_neither_raise_nor_clear_and_uncertain_ones_do_both()
    {
        stand.Sample(99, new(QualityStatus.Bad, 'D'));
        stand.Sample(double.NaN);
        Assert.Empty(stand.Desk());

        stand.Sample(81, new(QualityStatus.Uncertain, 'T'));
        stand.Sample(50, SampleQuality.Bad);
        stand.Sample(double.NaN);
        Assert.Equal("High Unacknowledged", stand.Desk());

        stand.Sample(50, SampleQuality.Uncertain);
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void What_a_logger_kept_while_the_line_was_down_rings_no_siren_for_days_gone_by()
    {
        const long hour = 3_600_000;
        for (int ago = 72; ago >= 3; ago--) stand.SampleAt(stand.NowMs - ago * hour, 95);
        Assert.Empty(stand.Desk());
        Assert.Equal(70, stand.Engine.HistorySamples);

        stand.SampleAt(stand.NowMs - hour, 95); // the hour that has just ended is the present
        Assert.Equal("High Unacknowledged, HighHigh Unacknowledged", stand.Desk());
    }

    [Fact]
    public void A_day_value_is_judged_although_it_is_stamped_with_the_beginning_of_its_day()
    {
        const long day = 86_400_000;
        stand.SampleAt(stand.NowMs - 3 * day, 50);
        stand.SampleAt(stand.NowMs - day - 3_600_000, 81);
        Assert.Equal("High Unacknowledged", stand.Desk());
    }

    [Fact]
    public void Late_samples_are_not_judged_and_duplicates_change_nothing()
    {
        stand.Sample(81);
        stand.Sample(82);
        stand.SampleAt(stand.NowMs, 82);
        stand.SampleAt(stand.NowMs - 500, 50);

        Assert.Equal("High Unacknowledged", stand.Desk());
        Assert.Equal(1, stand.Engine.LateSamples);
    }

    [Fact]
    public void A_clock_that_ran_ahead_and_was_set_right_does_not_blind_the_point()
    {
        stand.SampleAt(stand.NowMs + 86_400_000, 50);
        stand.Sample(81);
        Assert.Equal("High Unacknowledged", stand.Desk());
    }

    [Fact]
    public void A_clock_that_always_runs_ahead_keeps_its_order()
    {
        stand.SampleAt(stand.NowMs + 86_400_000, 50);
        stand.SampleAt(stand.NowMs + 86_400_001, 81);
        stand.SampleAt(stand.NowMs + 86_400_000, 50); // sent again
        Assert.Equal("High Unacknowledged", stand.Desk());
    }

    [Fact]
    public void Times_outside_the_calendar_are_bounded()
    {
        stand.SampleAt(long.MaxValue, 81);
        Assert.Equal("High Unacknowledged", stand.Desk());
    }

    [Fact]
    public void Limits_are_in_the_unit_of_the_point()
    {
        stand.SetPoints(AlarmStand.Point(scale: 0.1));
        stand.Sample(790);
        Assert.Empty(stand.Desk());
        stand.Sample(810);
        Assert.Equal(81, stand.Engine.Open().Single().Value, 1e-9);
    }

    [Fact]
    public void New_limits_judge_the_newest_value_at_once()
    {
        stand.Sample(70);
        stand.SetPoints(AlarmStand.Point(high: 60));
        Assert.Equal("High Unacknowledged", stand.Desk());

        stand.SetPoints(AlarmStand.Point(high: 75));
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());

        stand.Write();
        Assert.All(stand.Journal.Events, e => Assert.Equal(AlarmCause.LimitsChanged, e.Cause));
    }

    [Theory]
    [InlineData("limit")]
    [InlineData("binding")]
    [InlineData("point")]
    public void An_alarm_nothing_watches_any_more_returns_and_still_waits_to_be_seen(string gone)
    {
        stand.Sample(85);
        switch (gone)
        {
            case "limit": stand.SetPoints(AlarmStand.Point(high: null)); break;
            case "binding": stand.SetPoints(AlarmStand.Point(series: null)); break;
            default: stand.SetPoints(); break;
        }
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
        stand.Write();
        Assert.Equal(AlarmCause.NoLongerWatched, stand.Journal.Events[^1].Cause);

        stand.SetPoints(AlarmStand.Point());
        Assert.Equal("High Unacknowledged", stand.Desk());
        Assert.Equal(1, stand.Engine.Open().Single().Repeats);
    }

    [Fact]
    public void A_renamed_point_keeps_its_alarm()
    {
        stand.Sample(85);
        long id = stand.Engine.Open().Single().Id;
        var renamed = AlarmStand.Point();
        renamed.Point.NameEn = "Kiln temperature";
        stand.SetPoints(renamed);
        Assert.Equal((id, "High Unacknowledged"), (stand.Engine.Open().Single().Id, stand.Desk()));
    }

    [Fact]
    public void A_point_moved_to_another_series_is_judged_by_that_one()
    {
        stand.Sample(50, series: 3);
        stand.Sample(85);
        stand.SetPoints(AlarmStand.Point(series: 3));
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
        stand.Sample(85, series: 0);
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void Limits_given_back_later_do_not_judge_the_time_between()
    {
        stand.Sample(50);
        stand.SetPoints();
        stand.Sample(85);
        stand.Sample(50);
        stand.SetPoints(AlarmStand.Point());
        stand.CatchUp();
        Assert.Empty(stand.Desk());
    }

    [Fact]
    public void Every_change_is_announced_in_order()
    {
        var heard = new List<string>();
        stand.Engine.Changed += o => heard.Add($"{o.Id} {o.State} {o.IsOpen}");
        stand.Sample(85);
        stand.Sample(50);
        stand.Sample(85);
        Assert.Equal(["1 Unacknowledged True", "1 ReturnedUnacknowledged True", "1 ReturnedUnacknowledged False", "2 Unacknowledged True"], heard);
    }

    [Fact]
    public void Judging_allocates_nothing_while_nothing_happens()
    {
        using Batch batch = Batch.Rent(1000);
        for (int i = 0; i < 1000; i++) batch.Add(i % 2, stand.NowMs + i, 50, SampleQuality.Good);
        stand.Engine.Observe(batch);
        long before = GC.GetAllocatedBytesForCurrentThread();
        stand.Engine.Observe(batch);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
