using System.Globalization;
using System.Text;
using Row = System.Collections.Generic.Dictionary<string, string>;

namespace Ordo.Simulator.DemoPark;

/// <summary>
/// Writes the demo park from <c>enterprises.csv</c> and the drawing board: <c>park.csv</c>, the import file of the platform, and
/// <c>devices.csv</c>, the devices the simulator runs. The same input gives the same bytes.
/// </summary>
public sealed class ParkWriter
{
    private static readonly string[] Columns =
    [
        "type", "code", "parent", "kind", "nameZh", "nameEn", "administrativeDivision", "parkLevel", "creditCode", "industry", "category", "equipmentCategory", "landUse",
        "enterpriseScale", "keyEnergyUser", "keyPolluter", "outletCode", "heightM", "areaM2", "medium", "demonstration", "note", "geometry",
        "gateway", "source", "template", "heartbeatSeconds", "asset", "channel", "quantity", "unit", "decimals", "lowLow", "low", "high", "highHigh", "deadband", "staleAfterSeconds",
    ];

    private const string WaterFile = "waste-water/water_treatment_1990-1991.csv.gz";
    private const string MeterFile = "steel-energy/steel_energy_2018_jan-sep.csv.gz", GasFile = "methane-metec/observations_20220509-0512.csv.gz";
    private static readonly string[] OutletsThatReport = ["U02", "C01", "F01"];
    private const int WeeksOfMeterData = 39, RowsPerWeek = 7 * 96;

    private readonly List<Row> assets = [], sources = [], points = [];
    private readonly Dictionary<string, Block> grounds = [];
    private readonly List<string> devices = ["kind,key,file,part,offset"];
    private int meters;

    /// <param name="folder">Holds <c>enterprises.csv</c>; the other files are written beside it.</param>
    public static void Write(string folder)
    {
        var writer = new ParkWriter();
        writer.Draw(Enterprise.Load(Path.Combine(folder, "enterprises.csv")));
        File.WriteAllText(Path.Combine(folder, "park.csv"), writer.Table());
        File.WriteAllText(Path.Combine(folder, "devices.csv"), string.Join('\n', writer.devices) + "\n");
    }

    /// <summary>A code with correct check characters that no register can have given out: its organisation code spells DEM0 (demo, with a zero).</summary>
    public static string InventedCreditCode(int number)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];
        string organisation = string.Create(CultureInfo.InvariantCulture, $"DEM0{number:D4}");
        int sum = organisation.Select((c, i) => (char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10) * organisationWeights[i]).Sum();
        string code = $"91150200{organisation}{(11 - sum % 11) switch { 11 => "0", 10 => "X", var check => check.ToString(CultureInfo.InvariantCulture) }}";
        int total = 0, weight = 1;
        foreach (char c in code)
        {
            total += Alphabet.IndexOf(c, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }
        return code + Alphabet[(31 - total % 31) % 31];
    }

    private void Draw(List<Enterprise> enterprises)
    {
        Asset("IM", "", "Region", "内蒙古自治区", "Inner Mongolia Autonomous Region", ("administrativeDivision", "150000"));
        Asset("BT", "IM", "City", "包头市", "Baotou", ("administrativeDivision", "150200"));
        Asset("CLC", "BT", "Park", "敕勒川稀土新材料产业园（示范）", "Chilechuan Rare Earth Industrial Park (demonstration)",
            ("administrativeDivision", "150200"), ("parkLevel", "autonomousRegion"), ("geometry", Plan.Polygon(ParkPlan.Boundary)),
            ("note", "虚构园区，仅供演示；数值为真实测量数据的回放。Invented; the values are real measurements, replayed."));
        Landscape();
        foreach (Zone zone in ParkPlan.Zones)
        {
            Asset(zone.Code, "CLC", "Zone", zone.NameZh, zone.NameEn, ("landUse", zone.LandUse), ("geometry", Plan.Polygon(zone.Outline)));
            foreach (string block in zone.Blocks) Quarter(zone, block, [.. enterprises.Where(enterprise => enterprise.Block == block)]);
        }
        AirStations();
        Outlets();
        Fence();
        foreach (Enterprise enterprise in enterprises) Meters(enterprise);
    }

    private void Landscape()
    {
        Facility("RIVER", "CLC", "waterBody", "敕勒河", "Chile River", Plan.Strip(110, ParkPlan.River));
        Facility("RAIL", "CLC", "railway", "园区铁路专用线", "Park railway", Plan.Strip(14, ParkPlan.Railway));
        foreach (var (code, zh, en, outline) in ParkPlan.Greens) Facility(code, "CLC", "greenBelt", zh, en, Plan.Polygon(outline));
        foreach (Road road in ParkPlan.Arterials) Facility(road.Code, "CLC", "road", road.NameZh, road.NameEn, Plan.Strip(road.WidthM, road.Line));
        Facility("GATE-W", "CLC", "gate", "西卡口", "West gate", Plan.Point(new(-3080, -400)));
        Facility("GATE-E", "CLC", "gate", "东卡口", "East gate", Plan.Point(new(3080, -400)));
        Facility("GATE-N", "CLC", "gate", "北卡口", "North gate", Plan.Point(new(0, 2080)));
        Facility("FIRE-1", "CLC", "fireStation", "化工区消防站", "Fire station of the chemical zone", Plan.Buildings([new Block(1340, -430, 1400, -400).Corners]), heightM: 12);
    }

    private void Quarter(Zone zone, string block, List<Enterprise> enterprises)
    {
        var (plots, roads) = ParkPlan.Share(ParkPlan.Blocks[block], enterprises);
        foreach (var (index, line) in roads.Index())
            Facility($"RD-{block}-{index + 1}", zone.Code, "road", $"{block}-{index + 1}支路", $"Local road {block}-{index + 1}", Plan.Strip(ParkPlan.LocalWidth, line));
        foreach (var (enterprise, plot) in plots)
        {
            grounds[enterprise.Code] = plot;
            if (enterprise.Layout == "green")
            {
                Facility(enterprise.Code, zone.Code, "greenBelt", enterprise.NameZh, enterprise.NameEn, Plan.Polygon(plot.Corners));
                continue;
            }
            int number = assets.Count(row => row["kind"] == "Enterprise") + 1;
            Asset(enterprise.Code, zone.Code, "Enterprise", $"{enterprise.NameZh}（示范）", $"{enterprise.NameEn} (demonstration)",
                ("creditCode", InventedCreditCode(number)), ("industry", enterprise.Industry), ("enterpriseScale", enterprise.Scale),
                ("keyEnergyUser", Text(enterprise.KeyEnergyUser)), ("keyPolluter", Text(enterprise.KeyPolluter)),
                ("areaM2", Number(Math.Round(plot.Width * plot.Depth))), ("geometry", Plan.Polygon(plot.Corners)));
            foreach (var (index, facility) in Site.Build(enterprise.Layout, plot, ParkPlan.Blocks[block], seed: number).Index())
            {
                if (facility.Category == "wasteWaterOutlet" && OutletsThatReport.Contains(enterprise.Code)) continue; // drawn with its source
                Facility($"{enterprise.Code}-{index + 1:D2}", enterprise.Code, facility.Category, facility.NameZh, facility.NameEn,
                    facility.Shapes is [[var spot]] ? Plan.Point(spot) : Plan.Buildings(facility.Shapes), facility.HeightM);
            }
        }
    }

    private void AirStations()
    {
        (string Parent, string Zh, string En, Spot Spot, string File, bool Claimed)[] stations =
        [
            ("Z-B", "园区中心空气站", "Park centre air station", new(-260, 520), "Aotizhongxin", true),
            ("Z-A", "上风向对照站", "Upwind reference station", new(-2860, 1560), "Huairou", true),
            ("Z-C", "稀土区空气站", "Rare earth zone air station", new(40, 1210), "Dongsi", true),
            ("Z-E", "冶金区空气站", "Metals zone air station", new(2290, 840), "Gucheng", true),
            ("Z-F", "煤化工下风向站", "Coal chemistry downwind station", new(2860, -1380), "Tiantan", true),
            // Reports like the others, but is in no park file: somebody has to claim it.
            ("CLC", "敕勒村敏感点空气站", "Chile village air station", new(-900, 2150), "Changping", false),
        ];
        foreach (var (index, (parent, zh, en, spot, file, claimed)) in stations.Index())
        {
            string code = $"AQ{index + 1:D2}", mn = string.Create(CultureInfo.InvariantCulture, $"150200A22{index + 1:D15}");
            devices.Add($"air,{mn},beijing-air/{file}_201503-201602.csv.gz,,");
            Facility(code, parent, "airStation", zh, en, Plan.Point(spot));
            if (!claimed) continue;
            Source("hj212", mn, zh, en, code, "hj212-air-station", heartbeatSeconds: 30);
            // Demo limits: GB 3095-2012 grade II, daily means for particles, hourly means for gases.
            Gas("PM25", "a34004", "PM2.5", "ug/m3", high: 75, highHigh: 150, deadband: 15);
            Gas("PM10", "a34002", "PM10", "ug/m3", high: 150, highHigh: 250, deadband: 10);
            Gas("SO2", "a21026", "SO₂", "ug/m3", high: 500, deadband: 20);
            Gas("NO2", "a21004", "NO₂", "ug/m3", high: 200, deadband: 10);
            Gas("CO", "a21005", "CO", "mg/m3", decimals: 1, high: 10, deadband: 0.5);
            Gas("O3", "a05024", "O₃", "ug/m3", high: 200, deadband: 10);
            Point(code, "TEMP", "气温", "Air temperature", "temperature", "degC", 1, mn, "a01001-Rtd");
            Point(code, "PRES", "气压", "Air pressure", "pressure", "kPa", 2, mn, "a01006-Rtd");
            Point(code, "WS", "风速", "Wind speed", "speed", "m/s", 1, mn, "a01007-Rtd");
            Point(code, "WD", "风向", "Wind direction", "direction", "deg", 0, mn, "a01008-Rtd");

            void Gas(string point, string factor, string symbol, string unit, double high, int decimals = 0, double? highHigh = null, double deadband = 0)
            {
                Point(code, point, symbol, symbol, "concentration", unit, decimals, mn, $"{factor}-Rtd", high: high, highHigh: highHigh, deadband: deadband);
                Point(code, $"{point}-H", $"{symbol} 小时均值", $"{symbol} hourly mean", "concentration", unit, decimals + 1, mn, $"{factor}-Avg.hour");
            }
        }
    }

    private void Outlets()
    {
        (string Enterprise, string Code, string Zh, string En, string Stage, int Offset, bool Claimed, double Cod, double CodHigh, double Solids)[] outlets =
        [
            ("U02", "U02-IN", "污水厂总进口", "Inlet of the sewage works", "E", 0, true, 700, 900, 500),
            // GB 18918-2002: COD 120 mg/L (grade III), suspended solids 30 mg/L (grade II).
            ("U02", "U02-OUT", "污水厂总排口", "Outlet of the sewage works", "S", 0, true, 120, 160, 50),
            ("C01", "C01-WW", "煤制烯烃废水排放口", "Waste water outlet of Coal-to-Olefins", "D", 40, true, 400, 500, 150),
            // What an agreement with the sewage works may allow above GB 8978-1996 grade III (COD 500 mg/L).
            ("F01", "F01-WW", "乳业废水排放口", "Waste water outlet of the dairy", "E", 90, true, 600, 700, 500),
            ("M04", "M04-WW", "特钢废水排放口", "Waste water outlet of the steel works", "S", 200, false, 0, 0, 0),
        ];
        foreach (var (index, (enterprise, code, zh, en, stage, offset, claimed, cod, codHigh, solids)) in outlets.Index())
        {
            string mn = string.Create(CultureInfo.InvariantCulture, $"150200A32{index + 1:D15}");
            devices.Add($"outlet,{mn},{WaterFile},{stage},{offset}");
            if (!claimed) continue;
            Block ground = grounds[enterprise];
            Facility(code, enterprise, "wasteWaterOutlet", zh, en, Plan.Point(new(ground.East - 12 - 40 * (index % 2), ground.South + 8)));
            assets[^1]["outletCode"] = string.Create(CultureInfo.InvariantCulture, $"DW{index + 1:D3}");
            Source("hj212", mn, zh, en, code, "hj212-waste-water-outlet", heartbeatSeconds: 30);
            Point(code, "FLOW", "流量", "Flow", "volumeFlow", "L/s", 1, mn, "w00000-Rtd");
            Point(code, "FLOW-H", "小时排水量", "Hourly amount of water", "volume", "m3", 0, mn, "w00000-Cou.hour");
            Point(code, "PH", "pH 值", "pH", "pH", "pH", 1, mn, "w01001-Rtd", low: 6, high: 9, deadband: 0.1);
            Point(code, "SS", "悬浮物", "Suspended solids", "concentration", "mg/L", 0, mn, "w01012-Rtd", high: solids, deadband: 5);
            Point(code, "COND", "电导率", "Conductivity", "conductivity", "uS/cm", 0, mn, "w01014-Rtd");
            Point(code, "BOD", "五日生化需氧量", "BOD₅", "concentration", "mg/L", 0, mn, "w01017-Rtd");
            Point(code, "COD", "化学需氧量", "COD", "concentration", "mg/L", 0, mn, "w01018-Rtd", high: cod, highHigh: codHigh, deadband: 20);
            Point(code, "COD-H", "化学需氧量小时均值", "COD hourly mean", "concentration", "mg/L", 1, mn, "w01018-Avg.hour");
            Point(code, "COD-M", "化学需氧量小时排放量", "COD hourly mass", "mass", "kg", 1, mn, "w01018-Cou.hour");
        }
    }

    /// <summary>Eight methane sensors around the olefin plant and an anemometer, as at the test site the data come from.</summary>
    private void Fence()
    {
        const string Plant = "C01", Fence = "C01-FENCE";
        (string Part, string Zh, double X, double Y)[] places =
            [("N", "北", 0, 1), ("NE", "东北", 1, 1), ("E", "东", 1, 0), ("SE", "东南", 1, -1), ("S", "南", 0, -1), ("SW", "西南", -1, -1), ("W", "西", -1, 0), ("NW", "西北", -1, 1)];
        Block plot = grounds[Plant];
        Facility(Fence, Plant, "other", "厂界甲烷监测网", "Fence-line methane network", Plan.Point(plot.Centre));
        foreach (var (part, zh, x, y) in places)
        {
            string code = $"CH4-{part}";
            devices.Add($"gas,{code},{GasFile},{part},0");
            Equipment(code, Fence, "gasDetector", $"厂界甲烷探测器（{zh}）", $"Fence methane sensor {part}",
                Plan.Point(plot.Centre + new Spot(x * (plot.Width / 2 - 8), y * (plot.Depth / 2 - 8))));
            Source("json", code, $"厂界甲烷探测器（{zh}）", $"Fence methane sensor {part}", code);
            Point(code, "CH4", "甲烷", "Methane", "volumeFraction", "ppm", 3, code, "methane", high: 25, highHigh: 50, deadband: 10, gateway: "json");
        }
        devices.Add($"wind,WIND-C01,{GasFile},,0");
        Equipment("WIND-C01", Fence, "sensor", "厂界风速风向仪", "Fence anemometer", Plan.Point(plot.Centre + new Spot(0, plot.Depth / 2 - 20)));
        Source("json", "WIND-C01", "厂界风速风向仪", "Fence anemometer", "WIND-C01");
        Point("WIND-C01", "WS", "风速", "Wind speed", "speed", "m/s", 2, "WIND-C01", "windSpeed", gateway: "json");
        Point("WIND-C01", "WD", "风向", "Wind direction", "direction", "deg", 0, "WIND-C01", "windDirection", gateway: "json");
    }

    private void Meters(Enterprise enterprise)
    {
        for (int i = 1; i <= enterprise.Meters; i++)
        {
            string code = $"EM{++meters:D2}", series = $"electricity,meter={code}";
            devices.Add($"meter,\"{series}\",{MeterFile},,{(meters - 1) * 2 % WeeksOfMeterData * RowsPerWeek}");
            if (i > 1 && i == enterprise.Meters) continue; // left for somebody to claim
            Row substation = assets.First(row => row["parent"] == enterprise.Code && row.GetValueOrDefault("category") is "substation" or "distributionRoom");
            string zh = $"{i}号进线电能表", en = $"Meter of feeder {i}";
            Equipment(code, substation["code"], "electricityMeter", zh, en, geometry: "");
            Source("line", series, $"{enterprise.NameZh} {zh}", $"{enterprise.NameEn}: {en}", code, "line-steel-meter");
            bool watched = enterprise.Code is "M04" or "M05" or "R06" or "P04";
            Point(code, "P", "有功功率", "Active power", "activePower", "kW", 1, series, "activePower", high: watched ? 540 : null, highHigh: watched ? 590 : null, deadband: watched ? 60 : 0, gateway: "line");
            Point(code, "QL", "无功功率（滞后）", "Reactive power, lagging", "reactivePower", "kvar", 1, series, "reactivePowerLagging", gateway: "line");
            Point(code, "QC", "无功功率（超前）", "Reactive power, leading", "reactivePower", "kvar", 1, series, "reactivePowerLeading", gateway: "line");
            Point(code, "PF", "功率因数", "Power factor", "powerFactor", "%", 1, series, "powerFactorLagging", low: enterprise.Code == "M05" ? 55 : null, deadband: enterprise.Code == "M05" ? 20 : 0, gateway: "line");
            Point(code, "EP", "正向有功电能", "Active energy", "activeEnergy", "kWh", 1, series, "activeEnergy", gateway: "line");
        }
    }

    private void Asset(string code, string parent, string kind, string zh, string en, params (string Column, string Value)[] more)
    {
        Row row = new() { ["type"] = "asset", ["code"] = code, ["parent"] = parent, ["kind"] = kind, ["nameZh"] = zh, ["nameEn"] = en, ["demonstration"] = "true" };
        foreach (var (column, value) in more) row[column] = value;
        assets.Add(row);
    }

    private void Facility(string code, string parent, string category, string zh, string en, string geometry, double? heightM = null) =>
        Asset(code, parent, "Facility", zh, en, ("category", category), ("geometry", geometry), ("heightM", Number(heightM)));

    private void Equipment(string code, string parent, string category, string zh, string en, string geometry) =>
        Asset(code, parent, "Equipment", zh, en, ("equipmentCategory", category), ("geometry", geometry));

    private void Source(string gateway, string key, string zh, string en, string asset, string template = "", int heartbeatSeconds = 10) =>
        sources.Add(new()
        {
            ["type"] = "source", ["gateway"] = gateway, ["source"] = key, ["nameZh"] = zh, ["nameEn"] = en, ["asset"] = asset, ["template"] = template,
            ["heartbeatSeconds"] = Number(heartbeatSeconds),
        });

    private void Point(
        string asset, string code, string zh, string en, string quantity, string unit, int decimals, string source, string channel,
        double? low = null, double? high = null, double? highHigh = null, double deadband = 0, string gateway = "hj212") =>
        points.Add(new()
        {
            ["type"] = "point", ["asset"] = asset, ["code"] = code, ["nameZh"] = zh, ["nameEn"] = en, ["quantity"] = quantity, ["unit"] = unit, ["decimals"] = Number(decimals),
            ["gateway"] = gateway, ["source"] = source, ["channel"] = channel,
            ["low"] = Number(low), ["high"] = Number(high), ["highHigh"] = Number(highHigh), ["deadband"] = deadband == 0 ? "" : Number(deadband),
            // The newest hour bears the time of its start, so it is up to two hours old when the next one comes.
            ["staleAfterSeconds"] = channel.EndsWith(".hour", StringComparison.Ordinal) ? "7500" : "",
        });

    private string Table()
    {
        var text = new StringBuilder(string.Join(',', Columns)).Append('\n');
        foreach (Row row in assets.Concat(sources).Concat(points))
            text.AppendJoin(',', Columns.Select(column => Cell(row.GetValueOrDefault(column, "")))).Append('\n');
        return text.ToString();
    }

    private static string Cell(string value) => value.AsSpan().ContainsAny(",\"\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;

    private static string Number(double? value) => value?.ToString("0.##", CultureInfo.InvariantCulture) ?? "";

    private static string Text(bool value) => value ? "true" : "false";
}
