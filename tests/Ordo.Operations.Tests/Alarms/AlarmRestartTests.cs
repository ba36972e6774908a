using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Tests.Alarms;

public sealed class AlarmRestartTests
{
    private readonly AlarmStand stand = new(AlarmStand.Point(), AlarmStand.Point(id: 2, series: 1));

    [Fact]
    public void What_rose_and_returned_between_the_last_write_and_the_kill_is_found_again()
    {
        stand.Sample(50);
        stand.Write(allMarks: true);
        stand.Sample(85);
        stand.Sample(50);
        stand.KillAndStart();

        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void What_was_written_rises_no_second_time()
    {
        stand.Sample(85);
        stand.Write();
        stand.Acknowledge(AlarmKind.High);
        stand.Write();
        for (int i = 0; i < 3; i++)
        {
            stand.KillAndStart();
            stand.Write(allMarks: true);
        }

        Assert.Equal("High Acknowledged", stand.Desk());
        Assert.Equal(2, stand.Journal.Events.Count);
    }

    [Fact]
    public void A_point_that_never_had_a_sample_is_watched_from_the_first()
    {
        stand.Write();
        stand.Sample(85);
        stand.Sample(50);
        stand.KillAndStart();
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void After_a_clean_stop_nothing_is_read_from_the_store()
    {
        stand.Sample(85);
        stand.Write(allMarks: true);
        stand.KillAndStart();
        Assert.Equal(0, stand.Telemetry.Readings);
        stand.Sample(50);
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void Samples_that_come_while_the_store_is_read_are_judged_once_and_in_order()
    {
        stand.Sample(50);
        stand.Write(allMarks: true);
        stand.Sample(85);
        int during = 0;
        stand.Telemetry.DuringReading = () =>
        {
            if (during++ == 0) stand.Sample(50);
            else if (during == 2) stand.Sample(85);
        };
        stand.KillAndStart();
        stand.Telemetry.DuringReading = null;
        stand.Sample(50);
        stand.Write();

        Assert.Equal(2, stand.Journal.Occurrences.Count);
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void Limits_removed_while_the_server_was_down_return_their_alarm()
    {
        stand.Sample(85);
        stand.Write();
        stand.SetPoints();
        stand.KillAndStart();
        Assert.Equal("High ReturnedUnacknowledged", stand.Desk());
    }

    [Fact]
    public void When_the_journal_is_full_nothing_is_lost_and_ingest_never_waits()
    {
        const int rounds = AlarmEngine.Capacity; // each is a rise and a return: twice what may wait
        for (int i = 0; i < rounds; i++)
        {
            stand.Sample(85);
            stand.Sample(50);
        }
        Assert.InRange(stand.Engine.PendingChanges, AlarmEngine.Capacity, AlarmEngine.Capacity + 8);
        stand.Sample(85, series: 1);
        while (stand.Engine.PendingChanges > 0)
        {
            stand.Write();
            stand.CatchUp();
        }

        Assert.Equal(rounds, stand.Journal.Occurrences.Count(o => o.PointId == 1));
        Assert.Equal(AlarmState.Unacknowledged, Assert.Single(stand.Journal.Occurrences, o => o.PointId == 2).State);
        Assert.Equal(AlarmState.ReturnedUnacknowledged, stand.Engine.Open().Single(o => o.PointId == 1).State);
    }

    [Fact]
    public void A_sample_stamped_in_the_future_is_not_judged_from_the_store_where_it_was_overruled()
    {
        stand.Sample(50);
        stand.Write(allMarks: true);
        stand.SampleAt(stand.NowMs + 86_400_000, 20, SampleQuality.Uncertain);
        stand.Sample(85);
        stand.KillAndStart();
        Assert.Equal("High Unacknowledged", stand.Desk());
    }
}
