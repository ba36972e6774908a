using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ordo.Foundation.Park;

/// <summary>
/// Checks a geometry (RFC 7946, clause 3.1; WGS-84 longitude and latitude in degrees). The orientation of rings is not checked, as clause 3.1.6
/// asks of parsers; a third coordinate is the height in metres. A geometry may be declared as GCJ-02 by a member <c>crs</c>; it is kept as WGS-84.
/// </summary>
public static class GeoJson
{
    /// <summary>Longest geometry in characters: what one cell of a workbook holds, so that every geometry survives an export.</summary>
    public const int MaxLength = 32_767;

    /// <summary>Everything that is wrong with a geometry, each with the member it concerns: <c>geometry.coordinates[0][3]</c>.</summary>
    public static List<Fault> FaultsOf(JsonElement geometry, string field = "geometry")
    {
        var check = new Check();
        if (geometry.GetRawText().Length > MaxLength)
            check.Add(field, $"几何数据超过 {MaxLength} 个字符，请简化边界。", $"The geometry is longer than {MaxLength} characters; simplify its boundary.");
        else
            check.Geometry(geometry, field, mayCollect: true);
        return check.Faults;
    }

    /// <summary>Reads a geometry from text, as a cell of a sheet holds it.</summary>
    /// <returns><c>null</c> when the text is no JSON.</returns>
    public static JsonElement? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A geometry without faults as it is kept: in WGS-84, without a declaration.</summary>
    public static JsonElement ToWgs84(JsonElement geometry)
    {
        if (!geometry.TryGetProperty("crs", out JsonElement crs)) return geometry;
        JsonObject kept = JsonObject.Create(geometry)!;
        kept.Remove("crs");
        if (SystemOf(crs) == ReferenceSystem.Gcj02)
        {
            if (kept["coordinates"] is JsonArray coordinates) Unshift(coordinates);
            foreach (JsonNode? member in kept["geometries"] as JsonArray ?? [])
                if (member?["coordinates"] is JsonArray inner) Unshift(inner);
        }
        return JsonSerializer.SerializeToElement(kept);
    }

    private static void Unshift(JsonArray coordinates)
    {
        if (coordinates.Count > 0 && coordinates[0] is JsonValue)
        {
            var (longitude, latitude) = Gcj02.ToWgs84(coordinates[0]!.GetValue<double>(), coordinates[1]!.GetValue<double>());
            // Eight decimals are a millimetre; more would only make a boundary longer than a cell holds.
            (coordinates[0], coordinates[1]) = (Math.Round(longitude, 8), Math.Round(latitude, 8));
        }
        else
            foreach (JsonNode? inner in coordinates) Unshift((JsonArray)inner!);
    }

    private enum ReferenceSystem
    {
        Wgs84,
        Gcj02,
    }

    /// <summary>By name, or as GeoJSON of 2008 wrote it: <c>{"type": "name", "properties": {"name": "…"}}</c>.</summary>
    private static ReferenceSystem? SystemOf(JsonElement crs)
    {
        JsonElement name = crs;
        if (crs.ValueKind == JsonValueKind.Object && (!crs.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty("name", out name))) return null;
        return name.ValueKind != JsonValueKind.String ? null : name.GetString()!.ToUpperInvariant() switch
        {
            "WGS-84" or "WGS84" or "EPSG:4326" or "URN:OGC:DEF:CRS:OGC:1.3:CRS84" or "URN:OGC:DEF:CRS:EPSG::4326" => ReferenceSystem.Wgs84,
            "GCJ-02" or "GCJ02" => ReferenceSystem.Gcj02,
            _ => null,
        };
    }

    private sealed class Check
    {
        private const int MostFaults = 20;

        public List<Fault> Faults { get; } = [];

        public void Add(string field, string zh, string en)
        {
            if (Faults.Count < MostFaults) Faults.Add(new(field, zh, en));
        }

        public void Geometry(JsonElement geometry, string field, bool mayCollect)
        {
            if (geometry.ValueKind != JsonValueKind.Object)
            {
                Add(field, "应为 GeoJSON 几何对象。", "Expected a GeoJSON geometry object.");
                return;
            }
            if (geometry.TryGetProperty("crs", out JsonElement crs) && (!mayCollect || SystemOf(crs) is null))
                Add($"{field}.crs", "坐标系应为 WGS-84（RFC 7946，默认）或 GCJ-02，且只在最外层声明。", "The reference system is WGS-84 (RFC 7946, by default) or GCJ-02, declared on the outermost geometry only.");

            string? type = geometry.TryGetProperty("type", out JsonElement typeElement) && typeElement.ValueKind == JsonValueKind.String ? typeElement.GetString() : null;
            if (type == "GeometryCollection" && mayCollect) Collection(geometry, field);
            else if (ShapeOf(type) is not { } shape)
                Add($"{field}.type", $"“{type}”不是几何类型，应为 Point、LineString、Polygon 及其 Multi 形式或 GeometryCollection（不可嵌套）。",
                    $"'{type}' is no geometry type; expected Point, LineString, Polygon, their Multi forms, or GeometryCollection (not nested).");
            else if (!geometry.TryGetProperty("coordinates", out JsonElement coordinates))
                Add($"{field}.coordinates", "缺少 coordinates。", "Member coordinates is missing.");
            else shape(coordinates, $"{field}.coordinates");
        }

        private Action<JsonElement, string>? ShapeOf(string? type) => type switch
        {
            "Point" => Position,
            "MultiPoint" => Each(Position, atLeast: 1),
            "LineString" => Each(Position, atLeast: 2),
            "MultiLineString" => Each(Each(Position, atLeast: 2), atLeast: 1),
            "Polygon" => Each(Ring, atLeast: 1),
            "MultiPolygon" => Each(Each(Ring, atLeast: 1), atLeast: 1),
            _ => null,
        };

        private void Collection(JsonElement geometry, string field)
        {
            if (geometry.TryGetProperty("geometries", out JsonElement geometries))
                Each((member, at) => Geometry(member, at, mayCollect: false), atLeast: 1)(geometries, $"{field}.geometries");
            else
                Add($"{field}.geometries", "缺少 geometries。", "Member geometries is missing.");
        }

        private Action<JsonElement, string> Each(Action<JsonElement, string> inner, int atLeast) => (array, field) =>
        {
            if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() < atLeast)
            {
                Add(field, $"应为至少含 {atLeast} 个元素的数组。", $"Expected an array of at least {atLeast}.");
                return;
            }
            int index = 0;
            foreach (JsonElement item in array.EnumerateArray()) inner(item, $"{field}[{index++}]");
        };

        private void Ring(JsonElement ring, string field)
        {
            Each(Position, atLeast: 4)(ring, field);
            if (ring.ValueKind == JsonValueKind.Array && ring.GetArrayLength() >= 4 && !JsonElement.DeepEquals(ring[0], ring[ring.GetArrayLength() - 1]))
                Add($"{field}[{ring.GetArrayLength() - 1}]", "环未闭合：最后一个位置应与第一个相同。", "The ring is not closed: its last position must equal its first.");
        }

        private void Position(JsonElement position, string field)
        {
            if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() is < 2 or > 3 || position.EnumerateArray().Any(number => number.ValueKind != JsonValueKind.Number))
                Add(field, "位置应为 [经度, 纬度] 或 [经度, 纬度, 高程] 数字。", "A position is [longitude, latitude] or [longitude, latitude, height], all numbers.");
            else if (position[0].GetDouble() is not (>= -180 and <= 180) || position[1].GetDouble() is not (>= -90 and <= 90))
                Add(field, $"经度应在 −180…180、纬度应在 −90…90 之间，实为 [{position[0]}, {position[1]}]（顺序为先经度后纬度）。",
                    $"Longitude must lie in -180…180 and latitude in -90…90; found [{position[0]}, {position[1]}] (longitude comes first).");
        }
    }
}
