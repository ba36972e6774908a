namespace Ordo.Simulator.DemoPark;

/// <summary>A facility on an enterprise's ground.</summary>
/// <param name="Category">Value of the attribute <c>category</c>.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="HeightM">Height above ground in metres, or <c>null</c> for what has none.</param>
/// <param name="Shapes">Outlines; a single corner is a point.</param>
public sealed record Facility(string Category, string NameZh, string NameEn, double? HeightM, IReadOnlyList<Spot[]> Shapes);

/// <summary>
/// Lays out one enterprise: a front with office and gate towards the road, behind it production as its kind of industry builds it, substation
/// and outlet at the back. Works in coordinates of the plot, u along the front and v away from it.
/// </summary>
public sealed class Site
{
    private readonly Random random;
    private readonly List<Facility> facilities = [];
    private readonly Spot origin, alongFront, away;
    private readonly double width, depth;

    private Site(Block plot, Block quarter, int seed)
    {
        random = new(seed);
        // The front looks to the nearest arterial road.
        double south = plot.South - quarter.South, north = quarter.North - plot.North, west = plot.West - quarter.West, east = quarter.East - plot.East;
        double nearest = Math.Min(Math.Min(south, north), Math.Min(west, east));
        (origin, alongFront, away, width, depth) =
            south == nearest ? (new Spot(plot.West, plot.South), new Spot(1, 0), new Spot(0, 1), plot.Width, plot.Depth)
            : north == nearest ? (new Spot(plot.East, plot.North), new Spot(-1, 0), new Spot(0, -1), plot.Width, plot.Depth)
            : west == nearest ? (new Spot(plot.West, plot.North), new Spot(0, -1), new Spot(1, 0), plot.Depth, plot.Width)
            : (new Spot(plot.East, plot.South), new Spot(0, 1), new Spot(-1, 0), plot.Depth, plot.Width);
    }

    private double Dice(double low, double high) => low + random.NextDouble() * (high - low);

    /// <param name="layout">Kind of industry: halls, food, logistics, campus, furnace, smelter, silicon, chemical, power, water.</param>
    /// <param name="plot">The enterprise's ground.</param>
    /// <param name="quarter">The block between arterial roads that it lies in.</param>
    /// <param name="seed">Equal seeds give equal sites.</param>
    public static List<Facility> Build(string layout, Block plot, Block quarter, int seed)
    {
        var site = new Site(plot, quarter, seed);
        double front = layout == "campus" ? 30 : Math.Clamp(site.depth * 0.2, 60, 100);
        if (layout != "campus") site.Front(front);
        var yard = new Block(25, front, site.width - 25, site.depth - 25);
        site.Production(layout, yard);
        site.facilities.Add(new("gate", "主大门", "Main gate", null, [[site.At(site.width * 0.5, 4)]]));
        return site.facilities;
    }

    private void Front(double front)
    {
        double w = Math.Min(width * 0.28, 90), d = front - 36;
        Add("office", "办公楼", "Office building", Math.Round(Dice(4, 8)) * 3.8, random.Next(2) == 0 ? L(30, 20, w, d) : U(30, 20, w, d));
        double canteen = Math.Min(width * 0.16, 50);
        Add("building", "食堂与倒班楼", "Canteen and dormitory", 14, Box(width - 30 - canteen, 22, canteen, Math.Min(d, 28)));
    }

    private void Production(string layout, Block yard)
    {
        switch (layout)
        {
            case "campus":
                Campus(yard);
                return;
            case "water":
                Basins(yard);
                Utilities(yard, outlet: true);
                return;
            case "logistics":
                Halls(Left(yard, 1), 3, "warehouse", "号仓库", "Warehouse", 13);
                Utilities(yard, outlet: false);
                return;
            case "food":
                Halls(Left(yard, 0.74), 3, "workshop", "号生产车间", "Production hall", 15);
                Circles(Right(yard, 0.2), "tank", "原料筒仓", "Silos", 6, 8, 26);
                break;
            case "smelter":
                Halls(Left(yard, 0.72), 4, "workshop", "号电解车间", "Potroom", 21);
                Halls(Part(yard, 0.76, 1, 0, 0.5), 2, "workshop", "号铸造车间", "Casthouse", 18);
                Circles(Part(yard, 0.78, 1, 0.55, 0.75), "tank", "氧化铝储仓", "Alumina silos", 11, 4, 38);
                Chimney(0.88, 0.86, 80, "1号电解烟气排放口", "Potroom gas outlet 1");
                break;
            case "furnace":
                Halls(Left(yard, 0.44), 2, "workshop", "号轧制车间", "Rolling hall", 19);
                Furnaces(Part(yard, 0.5, 0.78, 0, 0.8));
                Halls(Part(yard, 0.83, 1, 0.05, 0.55), 1, "warehouse", "号原料库", "Raw material store", 16);
                Chimney(0.88, 0.72, 60, "1号炉窑废气排放口", "Furnace gas outlet 1");
                break;
            case "silicon":
                Halls(Left(yard, 0.5), 3, "workshop", "号还原车间", "Reduction hall", 22);
                Process(Part(yard, 0.55, 0.78, 0, 0.9));
                Circles(Part(yard, 0.82, 1, 0.1, 0.7), "tankFarm", "氯硅烷罐区", "Chlorosilane tank farm", 9, 8, 14);
                Chimney(0.66, 0.95, 45, "1号尾气排放口", "Tail gas outlet 1");
                break;
            case "chemical":
                Circles(Part(yard, 0, 0.26, 0.06, 0.92), "tankFarm", "罐区", "Tank farm", 13, 12, 17);
                Process(Part(yard, 0.31, 0.66, 0, 0.95));
                Halls(Part(yard, 0.71, 1, 0, 0.5), 2, "workshop", "号车间", "Hall", 16);
                Add("other", "循环水冷却塔", "Cooling water towers", 12, Row(Part(yard, 0.72, 0.98, 0.6, 0.72), 5));
                Chimney(0.72, 0.88, 90, "1号工艺废气排放口", "Process gas outlet 1");
                break;
            case "power":
                Add("powerPlant", "主厂房", "Boiler and turbine house", 58, Stepped(Part(yard, 0.32, 0.72, 0.3, 0.62)));
                Circles(Part(yard, 0, 0.28, 0.1, 0.9), "other", "自然通风冷却塔", "Cooling towers", 34, 2, 95);
                Circles(Part(yard, 0.78, 1, 0.05, 0.5), "warehouse", "封闭煤仓", "Coal domes", 38, 1, 34);
                Chimney(0.55, 0.82, 180, "1号烟囱排放口", "Stack 1");
                break;
            default:
                Halls(Left(yard, 0.97), yard.Width > 260 ? 4 : 3, "workshop", "号车间", "Hall", Math.Round(Dice(12, 17)));
                break;
        }
        Utilities(yard, outlet: layout is "chemical" or "furnace" or "smelter" or "silicon" or "food" or "power");
    }

    private void Utilities(Block yard, bool outlet)
    {
        Add("substation", "变电站", "Substation", 9, Box(yard.East - 46, yard.North - 2, 40, 22));
        if (outlet) facilities.Add(new("wasteWaterOutlet", "废水排放口", "Waste water outlet", null, [[At(yard.West + 6, yard.North + 14)]]));
    }

    /// <summary>Parallel halls along the longer side of an area, of different lengths, now and then with an annex.</summary>
    private void Halls(Block area, int count, string category, string zh, string en, double height)
    {
        bool upright = area.Depth >= area.Width;
        double span = upright ? area.Width : area.Depth, length = upright ? area.Depth : area.Width;
        while (count > 1 && span / count < 42) count--;
        double lane = span / count, hall = Math.Min(lane - 18, 84);
        if (hall < 14 || length < 30) return;
        for (int i = 0; i < count; i++)
        {
            double run = length * Dice(0.72, 0.94), start = random.Next(2) == 0 ? 0 : (length * 0.94 - run) / 2, annex = random.Next(3) == 0 ? Math.Min(12, lane - hall - 4) : 0;
            double across = (upright ? area.West : area.South) + i * lane;
            Spot[] outline = annex > 0
                ? [new(0, 0), new(hall, 0), new(hall, run * 0.35), new(hall + annex, run * 0.35), new(hall + annex, run * 0.6), new(hall, run * 0.6), new(hall, run), new(0, run)]
                : [new(0, 0), new(hall, 0), new(hall, run), new(0, run)];
            IEnumerable<Spot> placed = upright
                ? outline.Select(p => new Spot(across + p.X, area.South + start + p.Y))
                : outline.Reverse().Select(p => new Spot(area.West + start + p.Y, across + p.X)); // mirrored, so run backwards
            Add(category, $"{i + 1}{zh}", $"{en} {i + 1}", height, [.. placed]);
        }
    }

    /// <summary>A group of equal round bodies in rows, one facility.</summary>
    private void Circles(Block area, string category, string zh, string en, double radius, int most, double height)
    {
        radius = Math.Min(radius, Math.Min(area.Width, area.Depth) / 2);
        double pitch = radius * 2 + Math.Max(6, radius * 0.6);
        int columns = Math.Max(1, (int)((area.Width + pitch - 2 * radius) / pitch)), rows = Math.Max(1, (int)((area.Depth + pitch - 2 * radius) / pitch));
        List<Spot[]> circles = [];
        for (int i = 0; i < Math.Min(most, rows * columns); i++)
            circles.Add(Circle(area.West + radius + i % columns * pitch, area.South + radius + i / columns * pitch, radius));
        Add(category, zh, en, height, [.. circles]);
    }

    /// <summary>Open process units: steel frames of several sizes and columns between them.</summary>
    private void Process(Block area)
    {
        List<Spot[]> frames = [], columns = [];
        int rows = Math.Max(2, (int)(area.Depth / 70));
        for (int row = 0; row < rows; row++)
        {
            double v = area.South + row * area.Depth / rows, d = area.Depth / rows - 24, w = area.Width * Dice(0.3, 0.55);
            frames.Add(Box(area.West, v, w, d));
            frames.Add(Box(area.West + w + 14, v, (area.Width - w - 14) * 0.6, d * Dice(0.5, 0.9)));
            for (int i = 0; i < 3; i++) columns.Add(Circle(area.West + w + 20 + i * (area.Width - w - 40) / 3, v + d + 8, Dice(2.5, 4.5)));
        }
        Add("productionLine", "工艺装置区", "Process units", 24, [.. frames]);
        Add("other", "塔器", "Columns", 52, [.. columns]);
    }

    private void Furnaces(Block area)
    {
        Add("furnace", "熔炼车间", "Melt shop", 36, Stepped(new(area.West, area.South, area.East, area.South + area.Depth * 0.55)));
        Circles(new(area.West, area.South + area.Depth * 0.65, area.East, area.South + area.Depth * 0.8), "other", "除尘器", "Dust collectors", 8, 4, 20);
    }

    private void Basins(Block area)
    {
        Circles(Part(area, 0, 0.42, 0, 0.8), "wasteWaterPlant", "二沉池", "Secondary clarifiers", 24, 6, 4);
        Add("wasteWaterPlant", "生化池", "Biological basins", 6, Row(Part(area, 0.48, 1, 0, 0.4), 4));
        Add("wasteWaterPlant", "高效沉淀池", "Lamella settlers", 7, Row(Part(area, 0.48, 0.8, 0.5, 0.7), 3));
        Add("pumpStation", "进水泵房", "Inlet pump station", 11, Box(area.East - 44, area.South + area.Depth * 0.52, 30, 22));
    }

    private void Campus(Block area)
    {
        double w = area.Width * 0.36, d = area.Depth * 0.3;
        Add("office", "主楼", "Main building", Math.Round(Dice(9, 18)) * 3.9, U(area.West + area.Width * 0.32, area.South + 10, w, d));
        Add("building", "东配楼", "East wing", 22, L(area.East - w * 0.75, area.South + area.Depth * 0.45, w * 0.7, d));
        Add("building", "西配楼", "West wing", 22, L(area.West + 6, area.South + area.Depth * 0.45, w * 0.7, d));
        Add("building", "报告厅", "Auditorium", 16, Circle(area.West + area.Width * 0.5, area.South + area.Depth * 0.78, Math.Min(area.Width, area.Depth) * 0.1));
        Add("distributionRoom", "配电室", "Distribution room", 7, Box(area.East - 34, area.North - 26, 26, 16));
    }

    private void Chimney(double across, double deep, double height, string zh, string en) =>
        Add("wasteGasOutlet", zh, en, height, Circle(25 + (width - 50) * across, depth * deep, height > 100 ? 7 : 3.5));

    private void Add(string category, string zh, string en, double height, params Spot[][] shapes) =>
        facilities.Add(new(category, zh, en, height, [.. shapes.Select(shape => shape.Select(corner => At(corner.X, corner.Y)).ToArray())]));

    private void Add(string category, string zh, string en, double height, Spot[] shape) => Add(category, zh, en, height, [shape]);

    private Spot At(double u, double v) => origin + alongFront * u + away * v;

    private static Block Left(Block area, double share) => area with { East = area.West + area.Width * share, North = area.North - 30 };

    private static Block Right(Block area, double share) => area with { West = area.East - area.Width * share, North = area.North - 40 };

    private static Block Part(Block area, double west, double east, double south, double north) =>
        new(area.West + area.Width * west, area.South + area.Depth * south, area.West + area.Width * east, area.South + area.Depth * north);

    private static Spot[] Box(double u, double v, double w, double d) => [new(u, v), new(u + w, v), new(u + w, v + d), new(u, v + d)];

    private static Spot[] L(double u, double v, double w, double d)
    {
        double t = Math.Min(18, Math.Min(w, d) / 2);
        return [new(u, v), new(u + w, v), new(u + w, v + t), new(u + t, v + t), new(u + t, v + d), new(u, v + d)];
    }

    private static Spot[] U(double u, double v, double w, double d)
    {
        double t = Math.Min(16, Math.Min(w / 3, d / 2));
        return [new(u, v), new(u + w, v), new(u + w, v + d), new(u + w - t, v + d), new(u + w - t, v + t), new(u + t, v + t), new(u + t, v + d), new(u, v + d)];
    }

    private static Spot[] Stepped(Block b) =>
    [
        new(b.West, b.South), new(b.East, b.South), new(b.East, b.South + b.Depth * 0.6), new(b.West + b.Width * 0.7, b.South + b.Depth * 0.6),
        new(b.West + b.Width * 0.7, b.South + b.Depth * 0.85), new(b.West + b.Width * 0.35, b.South + b.Depth * 0.85), new(b.West + b.Width * 0.35, b.North), new(b.West, b.North),
    ];

    private static Spot[][] Row(Block area, int count)
    {
        double pitch = area.Width / count;
        return [.. Enumerable.Range(0, count).Select(i => Box(area.West + i * pitch, area.South, pitch * 0.8, area.Depth))];
    }

    private static Spot[] Circle(double u, double v, double radius)
    {
        const int Corners = 20;
        return [.. Enumerable.Range(0, Corners).Select(i => new Spot(u + radius * Math.Cos(2 * Math.PI * i / Corners), v + radius * Math.Sin(2 * Math.PI * i / Corners)))];
    }
}
