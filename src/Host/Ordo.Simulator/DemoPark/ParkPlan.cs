using System.Globalization;

namespace Ordo.Simulator.DemoPark;

/// <summary>
/// An enterprise of the demo park, a row of <c>enterprises.csv</c>: the block it lies in and its share of the ground there, how its site is built
/// (see <see cref="Site"/>), its class in GB/T 4754-2017, and how many of its electricity meters report.
/// </summary>
public sealed record Enterprise(
    string Code, string Block, double Weight, string Layout, string NameZh, string NameEn, string Industry, string Scale, bool KeyEnergyUser, bool KeyPolluter, int Meters)
{
    public static List<Enterprise> Load(string path) => [.. File.ReadLines(path).Skip(1).Select(line => line.Split(',')).Select(cell => new Enterprise(
        cell[0], cell[1], double.Parse(cell[2], CultureInfo.InvariantCulture), cell[3], cell[4], cell[5], cell[6], cell[7], cell[8] == "true", cell[9] == "true", cell[10][0] - '0'))];
}

/// <summary>A zone (片区) with the blocks that belong to it.</summary>
public sealed record Zone(string Code, string NameZh, string NameEn, string LandUse, string[] Blocks, Spot[] Outline);

/// <summary>A road, its line and the width of its strip.</summary>
public sealed record Road(string Code, string NameZh, string NameEn, double WidthM, Spot[] Line);

/// <summary>
/// The drawing board of the park: arterial roads every 1.2 … 1.5 km, what smells and smokes in the south-east because the wind comes from the
/// north-west, food in the west, the river and a green belt in the south, the railway in the north-east.
/// </summary>
public static class ParkPlan
{
    public const double ArterialWidth = 40, LocalWidth = 18, Verge = 16;

    private static readonly double[] East = [-2900, -1500, 0, 1450, 2900];
    private static readonly double[] North = [-1500, -400, 800, 1900];

    /// <summary>Blocks between the centre lines of the arterial roads.</summary>
    public static IReadOnlyDictionary<string, Block> Blocks { get; } = new Dictionary<string, Block>
    {
        ["A1"] = At(0, 2), ["A2"] = At(0, 1), ["B1"] = At(1, 1), ["C1"] = At(1, 2), ["C2"] = At(2, 2),
        ["D1"] = At(0, 0), ["D2"] = At(1, 0), ["E1"] = At(2, 1), ["E3"] = At(3, 1), ["F1"] = At(2, 0), ["F2"] = At(3, 0),
        // The railway cuts the corner.
        ["E2"] = At(3, 2) with { East = 2330 },
    };

    public static IReadOnlyList<Zone> Zones { get; } =
    [
        new("Z-A", "绿色食品与物流区", "Food and logistics zone", "一类工业用地、物流仓储用地", ["A1", "A2"], Hull(East[0], North[1], East[1], North[3])),
        new("Z-B", "综合服务与科创区", "Service and innovation zone", "商务与科研用地", ["B1"], Hull(East[1], North[1], East[2], North[2])),
        new("Z-C", "稀土新材料区", "Rare earth materials zone", "二类工业用地", ["C1", "C2"], Hull(East[1], North[2], East[3], North[3])),
        new("Z-D", "光伏与新能源装备区", "Photovoltaics and wind equipment zone", "二类工业用地", ["D1", "D2"], Hull(East[0], North[0], East[2], North[1])),
        new("Z-E", "冶金与铝基材料区", "Metals and aluminium zone", "三类工业用地", ["E1", "E2", "E3"],
            [new(East[2], North[1]), new(East[4], North[1]), new(East[4], 900), new(2420, North[3]), new(East[3], North[3]), new(East[3], North[2]), new(East[2], North[2])]),
        new("Z-F", "现代煤化工区", "Coal chemistry zone", "三类工业用地", ["F1", "F2"], Hull(East[2], North[0], East[4], North[1])),
    ];

    /// <summary>In the south the river bank, in the north-east the railway.</summary>
    public static Spot[] Boundary { get; } = [.. Bank(-2960, 2960), new(2960, 930), new(2450, 1960), new(-2960, 1960)];

    public static IReadOnlyList<Road> Arterials { get; } =
    [
        new("RD-E1", "滨河大道", "Binhe Avenue", ArterialWidth, Line(East[0], North[0], East[4], North[0])),
        new("RD-E2", "敕勒川大街", "Chilechuan Street", ArterialWidth + 8, Line(East[0] - 250, North[1], East[4] + 250, North[1])),
        new("RD-E3", "稀土大街", "Xitu Street", ArterialWidth, Line(East[0] - 250, North[2], East[4], North[2])),
        new("RD-E4", "青山路", "Qingshan Road", ArterialWidth, Line(East[0], North[3], 2440, North[3])),
        new("RD-N1", "牧歌路", "Muge Road", ArterialWidth, Line(East[0], North[0], East[0], North[3])),
        new("RD-N2", "云冈路", "Yungang Road", ArterialWidth, Line(East[1], North[0], East[1], North[3] + 250)),
        new("RD-N3", "园区中央大道", "Central Avenue", ArterialWidth + 8, Line(East[2], North[0], East[2], North[3] + 250)),
        new("RD-N4", "钢城路", "Gangcheng Road", ArterialWidth, Line(East[3], North[0], East[3], North[3])),
        new("RD-N5", "东环路", "East Ring Road", ArterialWidth, [new(East[4], North[0]), new(East[4], 890), new(2440, North[3])]),
    ];

    /// <summary>The river 敕勒河, invented like everything here.</summary>
    public static Spot[] River { get; } = [.. Enumerable.Range(0, 45).Select(i => RiverAt(-3400 + i * 155.0))];

    public static Spot[] Railway { get; } = [new(900, 2330), new(1900, 2230), new(2480, 2010), new(2800, 1500), new(3060, 900), new(3130, 100), new(3140, -900), new(3200, -1700)];

    public static IReadOnlyList<(string Code, string NameZh, string NameEn, Spot[] Outline)> Greens { get; } =
    [
        ("GB-1", "滨河防护绿带", "Riverside green belt", [.. Bank(-2900, 2900), new(2900, -1545), new(-2900, -1545)]),
        ("GB-2", "煤化工隔离林带", "Shelter belt of the coal chemistry zone", [new(30, -460), new(2870, -460), new(2870, -425), new(30, -425)]),
        ("GB-3", "铁路防护林", "Railway shelter belt", [new(2480, 1940), new(2935, 930), new(3000, 930), new(2540, 1960)]),
        ("GB-4", "东环绿地", "East ring green", [new(2350, 840), new(2860, 840), new(2860, 880), new(2425, 1850), new(2350, 1850)]),
    ];

    /// <summary>
    /// Shares a block among its enterprises: cut in two where the weights balance, across the longer side, with a local road in the cut, and so on.
    /// </summary>
    public static (List<(Enterprise Enterprise, Block Plot)> Plots, List<Spot[]> LocalRoads) Share(Block block, IReadOnlyList<Enterprise> enterprises)
    {
        List<(Enterprise, Block)> plots = [];
        List<Spot[]> roads = [];
        Cut(block.Inset(ArterialWidth / 2 + Verge), [.. enterprises]);
        return (plots, roads);

        void Cut(Block ground, Enterprise[] among)
        {
            if (among.Length == 1)
            {
                plots.Add((among[0], ground));
                return;
            }
            double total = among.Sum(e => e.Weight);
            int first = Enumerable.Range(1, among.Length - 1).MinBy(n => Math.Abs(among.Take(n).Sum(e => e.Weight) - total / 2));
            double share = among.Take(first).Sum(e => e.Weight) / total, gap = LocalWidth / 2 + Verge / 2;
            if (ground.Width > ground.Depth)
            {
                double x = ground.West + ground.Width * share;
                roads.Add([new(x, ground.South - Verge), new(x, ground.North + Verge)]);
                Cut(ground with { East = x - gap }, among[..first]);
                Cut(ground with { West = x + gap }, among[first..]);
            }
            else
            {
                double y = ground.North - ground.Depth * share;
                roads.Add([new(ground.West - Verge, y), new(ground.East + Verge, y)]);
                Cut(ground with { South = y + gap }, among[..first]);
                Cut(ground with { North = y - gap }, among[first..]);
            }
        }
    }

    private static Block At(int column, int row) => new(East[column], North[row], East[column + 1], North[row + 1]);

    private static Spot RiverAt(double x) => new(x, -1960 + 95 * Math.Sin(x / 620) + 40 * Math.Sin(x / 270 + 1));

    private static IEnumerable<Spot> Bank(double west, double east) =>
        Enumerable.Range(0, 41).Select(i => RiverAt(west + (east - west) * i / 40) + new Spot(0, 75));

    private static Spot[] Hull(double west, double south, double east, double north) => new Block(west, south, east, north).Corners;

    private static Spot[] Line(double x1, double y1, double x2, double y2) => [new(x1, y1), new(x2, y2)];
}
