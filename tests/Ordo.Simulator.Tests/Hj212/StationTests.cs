using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Ordo.Simulator.Hj212;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Tests.Hj212;

public class StationTests
{
    private static readonly DateTimeOffset Anchor = new(2026, 11, 23, 15, 0, 0, Recording.China);
    private static readonly List<string[]> Air = TestFleet.Lines("beijing-air/Aotizhongxin_201503-201602.csv.gz");

    /// <summary>What the code means, and the file's unit in units of the wire; written down a second time on purpose.</summary>
    private static readonly Dictionary<string, (string Column, decimal PerUnit)> Meaning = new()
    {
        ["a34004"] = ("PM2.5", 1), ["a34002"] = ("PM10", 1), ["a21026"] = ("SO2", 1), ["a21004"] = ("NO2", 1), ["a21005"] = ("CO", 1000), ["a05024"] = ("O3", 1),
        ["a01001"] = ("TEMP", 1), ["a01006"] = ("PRES", 10), ["a01007"] = ("WSPM", 1),
    };

    [Fact]
    public void Every_value_an_air_station_sends_stands_in_the_file_at_the_same_hour_of_the_year() =>
        Prop.ForAll(Gen.Choose(0, 24 * 365).ToArbitrary(), hours =>
        {
            DateTimeOffset time = Anchor.AddHours(hours);
            string[] row = Air.Single(cells => cells.AsSpan(2, 3).SequenceEqual([Text(time.Month), Text(time.Day), Text(time.Hour)]));
            foreach (var (code, value) in Values(TestFleet.AirStation(new ReplayClock(Anchor, Anchor, 1)).RealTime(time)))
            {
                if (code == "a01008") continue;
                var (column, perUnit) = Meaning[code];
                Assert.Equal(Math.Round(Number(row[Array.IndexOf(Air[0], column)]) / perUnit, 3), value);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_value_an_outlet_sends_stands_in_the_file()
    {
        List<string[]> water = TestFleet.Lines("waste-water/water_treatment_1990-1991.csv.gz");
        HashSet<decimal> chemicalOxygenDemand = [.. water.Skip(1).Select(row => row[Array.IndexOf(water[0], "DQO-S")]).Where(cell => cell.Length > 0).Select(Number)];
        Station outlet = TestFleet.Fleet.Stations(new ReplayClock(Anchor, Anchor, 1)).First(station => station.Mn == "150200A32000000000000002");
        HashSet<decimal> sent = [];
        for (int hour = 0; hour < water.Count; hour++)
            if (Values(outlet.RealTime(Anchor.AddHours(hour))).TryGetValue("w01018", out decimal value)) sent.Add(value);
        Assert.Equal(chemicalOxygenDemand.Order(), sent.Order());
    }

    [Fact]
    public void At_speed_1_lowest_mean_and_highest_of_an_hour_are_the_measured_value()
    {
        Dictionary<string, string> hour = Fields(TestFleet.AirStation(new ReplayClock(Anchor, Anchor, 1)).Interval(Anchor, TimeSpan.FromHours(1)));
        string measured = TestFleet.MeasuredPm25(2015, 11, 23, 15);
        Assert.Equal((measured, measured, measured), (hour["a34004-Min"], hour["a34004-Avg"], hour["a34004-Max"]));
    }

    [Fact]
    public void At_speed_60_an_hour_holds_the_mean_of_sixty_measured_hours()
    {
        Dictionary<string, string> hour = Fields(TestFleet.AirStation(new ReplayClock(Anchor, Anchor, 60)).Interval(Anchor, TimeSpan.FromHours(1)));
        int first = Air.FindIndex(cells => cells.AsSpan(1, 4).SequenceEqual(["2015", "11", "23", "15"]));
        decimal[] measured = [.. Air.Skip(first).Take(60).Select(cells => cells[5]).Where(cell => cell.Length > 0).Select(Number)];
        Assert.Equal((measured.Min(), Math.Round(measured.Average(), 3), measured.Max()), (Number(hour["a34004-Min"]), Number(hour["a34004-Avg"]), Number(hour["a34004-Max"])));
    }

    [Fact]
    public void An_outlets_hourly_mass_is_its_amount_of_water_times_its_concentration()
    {
        Station outlet = TestFleet.Fleet.Stations(new ReplayClock(Anchor, Anchor, 1)).First(station => station.Mn == "150200A32000000000000002");
        Dictionary<string, string> hour = Fields(outlet.Interval(Anchor, TimeSpan.FromHours(1)));
        Assert.InRange(Number(hour["w00000-Cou"]) - Number(hour["w00000-Avg"]) * 3.6m, -0.05m, 0.05m);
        Assert.InRange(Number(hour["w01018-Cou"]) - Number(hour["w00000-Cou"]) * Number(hour["w01018-Avg"]) / 1000, -0.01m, 0.01m);
    }

    [Fact]
    public void Even_the_longest_message_fits_the_standard()
    {
        foreach (Station station in TestFleet.Fleet.Stations(new ReplayClock(Anchor, Anchor, 60)))
            for (int hour = 0; hour < 48; hour++)
                new Hj212Frame("20261123150000001", station.SystemCode, 2061, "123456", station.Mn, 5, $"DataTime=20261123150000;{station.Interval(Anchor.AddHours(hour), TimeSpan.FromHours(1))}").ToBytes();
    }

    private static Dictionary<string, decimal> Values(string items) =>
        Fields(items).Where(field => field.Key.EndsWith("-Rtd", StringComparison.Ordinal)).ToDictionary(field => field.Key[..^4], field => Number(field.Value));

    private static Dictionary<string, string> Fields(string items) => items.Split([';', ',']).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
