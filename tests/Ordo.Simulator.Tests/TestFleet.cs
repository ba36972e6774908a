using System.Globalization;
using System.IO.Compression;
using Ordo.Simulator.Hj212;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Tests;

/// <summary>The committed recordings, and a second, plainer way to read them.</summary>
internal static class TestFleet
{
    public const string AirMn = "150200A22000000000000001";

    public static string Data { get; } = Path.Combine(AppContext.BaseDirectory, "data");

    public static Fleet Fleet { get; } = new(Data);

    public static Station AirStation(ReplayClock clock) => Fleet.Stations(clock).First(station => station.Mn == AirMn);

    /// <summary>All lines of a recording, cells as they stand in the file.</summary>
    public static List<string[]> Lines(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(Data, file)), CompressionMode.Decompress));
        List<string[]> lines = [];
        while (reader.ReadLine() is { } line) lines.Add(line.Split(','));
        return lines;
    }

    public static string MeasuredPm25(int year, int month, int day, int hour) =>
        Lines("beijing-air/Aotizhongxin_201503-201602.csv.gz").Single(cells =>
            cells[1..5].SequenceEqual(new[] { year, month, day, hour }.Select(part => part.ToString(CultureInfo.InvariantCulture))))[5];
}
