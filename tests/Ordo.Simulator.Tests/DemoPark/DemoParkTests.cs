using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ordo.Simulator.DemoPark;

namespace Ordo.Simulator.Tests.DemoPark;

public sealed partial class DemoParkTests
{
    private static readonly List<Dictionary<string, string>> Rows = ReadPark();
    private static readonly List<Dictionary<string, string>> Assets = [.. Rows.Where(row => row["type"] == "asset")];

    [Fact]
    public void The_committed_files_are_what_is_drawn_from_the_enterprises()
    {
        string folder = Directory.CreateTempSubdirectory("ordo-demo-park").FullName, committed = Path.Combine(TestFleet.Data, "demo-park");
        File.Copy(Path.Combine(committed, "enterprises.csv"), Path.Combine(folder, "enterprises.csv"));
        ParkWriter.Write(folder);
        foreach (string file in new[] { "park.csv", "devices.csv" })
            Assert.Equal(File.ReadAllText(Path.Combine(committed, file)), File.ReadAllText(Path.Combine(folder, file)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_park_has_its_zones_and_more_than_34_marked_enterprises_each_with_its_own_code()
    {
        Assert.Equal(6, Assets.Count(row => row["kind"] == "Zone"));
        var enterprises = Assets.Where(row => row["kind"] == "Enterprise").ToList();
        Assert.True(enterprises.Count > 34);
        Assert.All(enterprises, row => Assert.EndsWith("（示范）", row["nameZh"], StringComparison.Ordinal));
        Assert.Equal(enterprises.Count, enterprises.Select(row => row["creditCode"]).Distinct().Count());
        Assert.Equal(Assets.Count, Assets.Select(row => row["code"]).Distinct().Count());
        Assert.All(Assets, row => Assert.Equal("true", row["demonstration"]));
    }

    [Fact]
    public void Credit_codes_are_valid_and_evidently_invented()
    {
        // GB 32100-2015 written a second time: the weighted sum of all 18 characters is a multiple of 31.
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
        Assert.Equal(0, "91350100M000100Y43".Select((c, i) => Alphabet.IndexOf(c, StringComparison.Ordinal) * weights[i]).Sum() % 31); // the example of the standard
        foreach (var row in Assets.Where(row => row["kind"] == "Enterprise"))
        {
            string code = row["creditCode"];
            Assert.Matches("^91150200DEM0[0-9]{4}[0-9X][0-9A-Y]$", code);
            Assert.Equal(0, code.Select((c, i) => Alphabet.IndexOf(c, StringComparison.Ordinal) * weights[i]).Sum() % 31);
            Assert.Matches("^[0-9]{4}$", row["industry"]);
        }
    }

    [Fact]
    public void Every_parent_stands_above_its_children_in_the_file()
    {
        HashSet<string> seen = [];
        foreach (var row in Assets)
        {
            Assert.True(row["parent"].Length == 0 ? row["kind"] == "Region" : seen.Contains(row["parent"]), row["code"]);
            seen.Add(row["code"]);
        }
        Assert.All(Rows.Where(row => row["type"] != "asset"), row => Assert.Contains(row["asset"], seen));
    }

    [Fact]
    public void Every_ring_is_closed_simple_enough_and_lies_near_the_park()
    {
        foreach (var row in Assets.Where(row => row["geometry"].Length > 0))
        {
            using var geometry = JsonDocument.Parse(row["geometry"]);
            JsonElement coordinates = geometry.RootElement.GetProperty("coordinates");
            foreach (JsonElement ring in geometry.RootElement.GetProperty("type").GetString() switch
            {
                "Polygon" => coordinates.EnumerateArray(),
                "MultiPolygon" => coordinates.EnumerateArray().SelectMany(polygon => polygon.EnumerateArray()),
                _ => [],
            })
            {
                Assert.True(ring.GetArrayLength() >= 4);
                Assert.Equal(ring[0].GetRawText(), ring[ring.GetArrayLength() - 1].GetRawText());
                Assert.True(SignedArea(ring) > 0, $"{row["code"]} runs clockwise"); // RFC 7946, 3.1.6
            }
            foreach (Match position in Position().Matches(row["geometry"]))
            {
                Assert.InRange(double.Parse(position.Groups[1].Value, CultureInfo.InvariantCulture), 110.16, 110.27);
                Assert.InRange(double.Parse(position.Groups[2].Value, CultureInfo.InvariantCulture), 40.52, 40.59);
            }
        }
    }

    [Fact]
    public void Every_source_of_the_park_is_a_device_and_some_devices_wait_to_be_claimed()
    {
        HashSet<string> devices = [.. TestFleet.Fleet.Devices.Select(device => device.Key)], sources = [.. Rows.Where(row => row["type"] == "source").Select(row => row["source"])];
        Assert.Subset(devices, sources);
        Assert.Equal(["air", "meter", "meter", "meter", "outlet"], TestFleet.Fleet.Devices.Where(device => !sources.Contains(device.Key)).Select(device => device.Kind).Order());
        Assert.All(Rows.Where(row => row["type"] == "point"), row => Assert.Contains(row["source"], sources));
    }

    private static double SignedArea(JsonElement ring)
    {
        double sum = 0;
        for (int i = 0; i + 1 < ring.GetArrayLength(); i++)
            sum += ring[i][0].GetDouble() * ring[i + 1][1].GetDouble() - ring[i + 1][0].GetDouble() * ring[i][1].GetDouble();
        return sum;
    }

    private static List<Dictionary<string, string>> ReadPark()
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestFleet.Data, "demo-park", "park.csv"));
        string[] header = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => header.Zip(Cell().Matches(line).Select(cell => cell.Groups[1].Success ? cell.Groups[1].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : cell.Groups[2].Value))
            .ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    [GeneratedRegex("""\G(?:"((?:[^"]|"")*)"|([^,"]*))(?:,|$)""")]
    private static partial Regex Cell();

    [GeneratedRegex(@"\[(\d+\.\d+),(\d+\.\d+)\]")]
    private static partial Regex Position();
}
