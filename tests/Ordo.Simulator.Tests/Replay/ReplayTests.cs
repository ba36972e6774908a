using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Tests.Replay;

public class ReplayTests
{
    private static readonly DateTimeOffset Anchor = new(2026, 11, 23, 15, 0, 0, Recording.China);

    [Fact]
    public void Before_the_anchor_time_runs_as_it_was_measured_and_after_it_faster()
    {
        var clock = new ReplayClock(Anchor, Anchor, speed: 60);
        Assert.Equal(Anchor.AddHours(-5), clock.ToReplay(Anchor.AddHours(-5)));
        Assert.Equal(Anchor.AddHours(5), clock.ToReplay(Anchor.AddMinutes(5)));
        Assert.Equal(Anchor.AddMinutes(5), clock.ToWall(Anchor.AddHours(5)));
    }

    [Fact]
    public void Each_row_begins_once_whatever_the_windows_are_through_which_it_is_seen()
    {
        var clock = new ReplayClock(Anchor, Anchor.AddMinutes(20), speed: 60);
        DateTimeOffset start = Anchor.AddHours(-3), end = Anchor.AddHours(1);
        List<DateTimeOffset> whole = [.. clock.RowStarts(start, end, TimeSpan.FromHours(1)).Select(row => row.Replay)];
        List<DateTimeOffset> pieces = [];
        for (DateTimeOffset t = start; t < end; t += TimeSpan.FromSeconds(7))
            pieces.AddRange(clock.RowStarts(t, t + TimeSpan.FromSeconds(7) < end ? t + TimeSpan.FromSeconds(7) : end, TimeSpan.FromHours(1)).Select(row => row.Replay));
        Assert.Equal(whole, pieces);
        Assert.Equal(63, whole.Count); // 3 h at speed 1, then 60 h
    }

    [Fact]
    public void Every_hour_of_every_day_of_the_year_has_its_own_row()
    {
        Recording air = TestFleet.Fleet.RecordingOf(TestFleet.Fleet.Devices[0]);
        HashSet<int> rows = [];
        for (DateTimeOffset hour = new(2028, 1, 1, 0, 0, 0, Recording.China); hour.Year == 2028; hour += TimeSpan.FromHours(1)) rows.Add(air.RowAt(hour));
        Assert.Equal(air.Table.Count, rows.Count); // 2028 is a leap year: 8784 hours
        Assert.Equal((0, air.Table.Count - 1), (rows.Min(), rows.Max()));
    }

    [Fact]
    public void Meters_replay_Mondays_on_Mondays_and_their_register_only_grows()
    {
        Device device = TestFleet.Fleet.Devices.First(device => device is { Kind: "meter", Offset: > 0 });
        Recording meter = TestFleet.Fleet.RecordingOf(device);
        List<string[]> lines = TestFleet.Lines(device.File);
        Func<DateTimeOffset, decimal> register = meter.Register("Usage_kWh");
        decimal last = -1;
        for (DateTimeOffset t = Anchor; t < Anchor.AddDays(7 * 60); t += TimeSpan.FromMinutes(15))
        {
            // The file's stamp is the end of the interval, its weekday that of the day it closes.
            Assert.Equal(t.DayOfWeek.ToString(), lines[meter.RowAt(t) + 1][9]);
            decimal now = register(t);
            if (last >= 0) Assert.Equal(meter.Table["Usage_kWh"][meter.RowAt(t - TimeSpan.FromMinutes(15))], now - last);
            last = now;
        }
    }

    [Fact]
    public void Devices_on_one_file_never_begin_with_the_same_row()
    {
        foreach (var same in TestFleet.Fleet.Devices.GroupBy(device => (device.File, device.Part)))
            Assert.Equal(same.Count(), same.Select(device => TestFleet.Fleet.RecordingOf(device).RowAt(Anchor)).Distinct().Count());
    }
}
