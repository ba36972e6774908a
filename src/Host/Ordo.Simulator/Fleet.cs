using System.Globalization;
using Ordo.Simulator.Hj212;
using Ordo.Simulator.Http;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator;

/// <summary>One line of <c>data/demo-park/devices.csv</c>.</summary>
/// <param name="Kind"><c>air</c>, <c>outlet</c>, <c>meter</c>, <c>gas</c> or <c>wind</c>.</param>
/// <param name="Key">The device's identity on the wire: MN, line-protocol series, source name.</param>
/// <param name="File">Recording, relative to the data folder.</param>
/// <param name="Part">Which of the file's measuring places: stage of the sewage works (E, D, S), gas sensor (N, NE …); empty where the file has one.</param>
/// <param name="Offset">Rows into the file at which this device begins, so that two devices on one file never show the same.</param>
public sealed record Device(string Kind, string Key, string File, string Part, int Offset);

/// <summary>The devices of the demo park and the recordings behind them.</summary>
public sealed class Fleet
{
    private static readonly Factor[] AirFactors =
    [
        new("a34004", "PM2.5"),
        new("a34002", "PM10"),
        new("a21026", "SO2"),
        new("a21004", "NO2"),
        new("a21005", "CO", Scale: 0.001m), // µg/m³ to mg/m³, as air stations send it
        new("a05024", "O3"),
        new("a01001", "TEMP"),
        new("a01006", "PRES", Scale: 0.1m), // hPa to kPa
        new("a01007", "WSPM"),
        new("a01008", "wd", Decimals: 1),
    ];

    private readonly Dictionary<string, MeasuredTable> tables = [];
    private readonly string dataFolder;

    public Fleet(string dataFolder)
    {
        this.dataFolder = dataFolder;
        string path = Path.Combine(dataFolder, "demo-park", "devices.csv");
        Devices = [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => Read(line, path))];
    }

    public IReadOnlyList<Device> Devices { get; }

    public IEnumerable<Station> Stations(ReplayClock clock) =>
        Devices.Where(device => device.Kind is "air" or "outlet").Select(device => device.Kind == "air"
            ? new Station(device.Key, "22", RecordingOf(device), clock, AirFactors)
            : new Station(device.Key, "32", RecordingOf(device), clock, WaterFactors(device.Part)));

    public SteelMeters Meters() => new(Devices.Where(device => device.Kind == "meter").Select(device => (device.Key, RecordingOf(device))));

    public GasSensors Gas() => new([.. Devices.Where(device => device.Kind is "gas" or "wind").Select(device => (device.Key, RecordingOf(device), GasChannels(device)))]);

    public Recording RecordingOf(Device device) => device.Kind switch
    {
        "air" => Recording.SameHourOfYear(Table(device.File)),
        // Daily values: each measured day stands for an hour, because a curve with one step a day shows nobody anything.
        "outlet" => Recording.Repeated(Table(device.File), TimeSpan.FromHours(1), device.Offset),
        "meter" => Recording.Repeated(Table(device.File), TimeSpan.FromMinutes(15), device.Offset),
        _ => Recording.Repeated(Table(device.File), TimeSpan.FromMinutes(1), device.Offset),
    };

    /// <summary>The factors an outlet reports at a stage of the sewage works: E inlet, D secondary settler, S outlet. The flow is that of the whole works.</summary>
    public static IReadOnlyList<Factor> WaterFactors(string stage) =>
    [
        new("w00000", "Q-E", Scale: 1 / 86.4m, Decimals: 2, Amount: true), // m³/d to L/s
        new("w01001", $"PH-{stage}"),
        new("w01012", $"SS-{stage}", Amount: true),
        new("w01014", $"COND-{stage}"),
        new("w01017", $"DBO-{stage}", Amount: true),
        new("w01018", $"DQO-{stage}", Amount: true),
    ];

    private static IReadOnlyList<(string Channel, string Column)> GasChannels(Device device) => device.Kind == "wind"
        ? [("windSpeed", "wind_speed_m_s"), ("windDirection", "wind_from_deg")]
        : [("methane", $"ch4_ppm_{device.Part}")];

    private MeasuredTable Table(string file)
    {
        if (!tables.TryGetValue(file, out MeasuredTable? table)) tables[file] = table = MeasuredTable.Load(Path.Combine(dataFolder, file));
        return table;
    }

    private static Device Read(string line, string path)
    {
        // The key of a meter holds a comma (steel,meter=EM01) and is the only quoted cell.
        int quote = line.LastIndexOf('"');
        string[] cells = quote < 0 ? line.Split(',') : [line[..line.IndexOf(',', StringComparison.Ordinal)], line[(line.IndexOf('"', StringComparison.Ordinal) + 1)..quote], .. line[(quote + 2)..].Split(',')];
        if (cells.Length != 5 || cells[0] is not ("air" or "outlet" or "meter" or "gas" or "wind")) throw new InvalidDataException($"{path}: cannot read '{line}'.");
        return new(cells[0], cells[1], cells[2], cells[3], cells[4].Length == 0 ? 0 : int.Parse(cells[4], CultureInfo.InvariantCulture));
    }
}
