using System.Globalization;

namespace Ordo.Simulator.DemoPark;

/// <summary>A place on the drawing board: metres east and north of the park's centre.</summary>
public readonly record struct Spot(double X, double Y)
{
    public static Spot operator +(Spot a, Spot b) => new(a.X + b.X, a.Y + b.Y);

    public static Spot operator -(Spot a, Spot b) => new(a.X - b.X, a.Y - b.Y);

    public static Spot operator *(Spot a, double factor) => new(a.X * factor, a.Y * factor);

    public double Length => Math.Sqrt(X * X + Y * Y);

    public Spot Turned(double angle) => new(X * Math.Cos(angle) - Y * Math.Sin(angle), X * Math.Sin(angle) + Y * Math.Cos(angle));
}

/// <summary>An upright rectangle on the drawing board.</summary>
public readonly record struct Block(double West, double South, double East, double North)
{
    public double Width => East - West;

    public double Depth => North - South;

    public Spot Centre => new((West + East) / 2, (South + North) / 2);

    public Block Inset(double margin) => new(West + margin, South + margin, East - margin, North - margin);

    public Spot[] Corners => [new(West, South), new(East, South), new(East, North), new(West, North)];
}

/// <summary>
/// From the drawing board to the map. The board is drawn with straight roads, then bent a little, turned and laid on the ellipsoid, because no
/// real park is a chessboard. Areas and roads follow the bend; buildings keep their right angles.
/// </summary>
public static class Plan
{
    /// <summary>An invented site on the plain east of Baotou.</summary>
    private const double Longitude = 110.2150, Latitude = 40.5520;
    private const double MetresPerDegree = 111_132, Turn = 6 * Math.PI / 180, LongestEdge = 120;

    /// <summary>An area or road: its edges are divided so that they follow the bend.</summary>
    public static string Polygon(params Spot[] ring) => Text("Polygon", $"[{Ring(Divide(ring).Select(Bend))}]");

    /// <summary>A building or group of buildings.</summary>
    /// <param name="shapes">Outlines, counter-clockwise.</param>
    public static string Buildings(IReadOnlyList<Spot[]> shapes) => shapes.Count == 1
        ? Text("Polygon", $"[{Ring(Rigid(shapes[0]))}]")
        : Text("MultiPolygon", $"[{string.Join(',', shapes.Select(shape => $"[{Ring(Rigid(shape))}]"))}]");

    public static string Point(Spot spot) => Text("Point", Position(Bend(spot)));

    /// <summary>A strip of the given width along a line, for roads, rails and rivers.</summary>
    public static string Strip(double width, params Spot[] line)
    {
        Spot[] bent = [.. DivideLine(line).Select(Bend)];
        var left = new Spot[bent.Length];
        var right = new Spot[bent.Length];
        for (int i = 0; i < bent.Length; i++)
        {
            Spot along = bent[Math.Min(i + 1, bent.Length - 1)] - bent[Math.Max(i - 1, 0)];
            Spot aside = along.Turned(Math.PI / 2) * (width / 2 / along.Length);
            (left[i], right[i]) = (bent[i] + aside, bent[i] - aside);
        }
        return Text("Polygon", $"[{Ring([.. right, .. left.Reverse()])}]");
    }

    private static Spot Bend(Spot spot) => new(spot.X + 90 * Math.Sin(spot.Y / 1500 + 0.4), spot.Y + 70 * Math.Sin(spot.X / 1900));

    private static IEnumerable<Spot> Rigid(Spot[] shape)
    {
        Spot centre = shape.Aggregate((a, b) => a + b) * (1.0 / shape.Length), bent = Bend(centre);
        Spot east = Bend(centre + new Spot(1, 0)) - bent;
        double angle = Math.Atan2(east.Y, east.X);
        return shape.Select(corner => bent + (corner - centre).Turned(angle));
    }

    private static IEnumerable<Spot> Divide(Spot[] ring) => DivideLine([.. ring, ring[0]]).SkipLast(1);

    private static IEnumerable<Spot> DivideLine(Spot[] line)
    {
        for (int i = 0; i + 1 < line.Length; i++)
        {
            int parts = (int)Math.Ceiling((line[i + 1] - line[i]).Length / LongestEdge);
            for (int part = 0; part < parts; part++) yield return line[i] + (line[i + 1] - line[i]) * ((double)part / parts);
        }
        yield return line[^1];
    }

    private static string Ring(IEnumerable<Spot> spots)
    {
        string[] positions = [.. spots.Select(Position)];
        return $"[{string.Join(',', positions)},{positions[0]}]";
    }

    private static string Position(Spot spot)
    {
        Spot turned = spot.Turned(Turn);
        double longitude = Longitude + turned.X / (MetresPerDegree * Math.Cos(Latitude * Math.PI / 180)), latitude = Latitude + turned.Y / MetresPerDegree;
        return string.Create(CultureInfo.InvariantCulture, $"[{longitude:0.000000},{latitude:0.000000}]");
    }

    private static string Text(string type, string coordinates) => $$"""{"type":"{{type}}","coordinates":{{coordinates}}}""";
}
