using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Park;

namespace Ordo.Foundation.Tests.Park;

public sealed class Gcj02Tests
{
    /// <summary>Within the box, a shift away from its edge.</summary>
    private static readonly Arbitrary<(double Longitude, double Latitude)> InChina = Gen.Choose(0, 1_000_000).SelectMany(_ => Gen.Choose(0, 1_000_000), (x, y) => (72.05 + (x * 65.7e-6), 0.9 + (y * 54.8e-6))).ToArbitrary();

    [Fact]
    public void There_and_back_is_the_same_place_to_a_millionth_of_a_degree() => Prop.ForAll(InChina, place =>
    {
        var shifted = Gcj02.FromWgs84(place.Longitude, place.Latitude);
        var back = Gcj02.ToWgs84(shifted.Longitude, shifted.Latitude);
        var again = Gcj02.FromWgs84(back.Longitude, back.Latitude);
        return Near(back, place) && Near(again, shifted);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_shift_is_some_hundred_metres() => Prop.ForAll(InChina, place =>
    {
        var (longitude, latitude) = Gcj02.FromWgs84(place.Longitude, place.Latitude);
        double metres = Math.Sqrt(Math.Pow((longitude - place.Longitude) * Math.Cos(place.Latitude / 180 * Math.PI), 2) + Math.Pow(latitude - place.Latitude, 2)) * 111_200;
        return metres is > 1 and < 1_500;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(2.35, 48.85)]
    [InlineData(-122.4, 37.8)]
    [InlineData(139.7, 35.7)]
    [InlineData(110, -20)]
    [InlineData(double.NaN, 40)]
    public void Outside_of_China_nothing_is_shifted(double longitude, double latitude)
    {
        Assert.Equal((longitude, latitude), Gcj02.FromWgs84(longitude, latitude));
        Assert.Equal((longitude, latitude), Gcj02.ToWgs84(longitude, latitude));
    }

    [Theory]
    [InlineData("""{"type":"Point","coordinates":[110.2,40.55,1030],"crs":"GCJ-02"}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[110.1,40.5],[110.2,40.5],[110.2,40.6],[110.1,40.5]]],"crs":{"type":"name","properties":{"name":"GCJ-02"}}}""")]
    [InlineData("""{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[110.1,40.5],[110.2,40.5]]}],"crs":"gcj02"}""")]
    public void A_geometry_that_is_declared_as_shifted_is_kept_as_WGS_84(string text)
    {
        JsonElement geometry = JsonElement.Parse(text);
        Assert.Empty(GeoJson.FaultsOf(geometry));
        JsonElement kept = GeoJson.ToWgs84(geometry);
        Assert.False(kept.TryGetProperty("crs", out _));
        Assert.Empty(GeoJson.FaultsOf(kept));
        double[] before = Numbers(text), after = Numbers(kept.GetRawText());
        Assert.Equal(before.Length, after.Length);
        var (longitude, latitude) = Gcj02.ToWgs84(before[0], before[1]);
        Assert.Equal(longitude, after[0], 1e-7);
        Assert.Equal(latitude, after[1], 1e-7);
        Assert.NotEqual(before[0], after[0], 1e-4);
        if (before.Length == 3) Assert.Equal(1030, after[2]);
    }

    [Theory]
    [InlineData("\"WGS-84\"")]
    [InlineData("{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:OGC:1.3:CRS84\"}}")]
    public void WGS_84_may_be_declared_and_changes_nothing(string crs)
    {
        JsonElement geometry = JsonElement.Parse($"{{\"type\":\"Point\",\"coordinates\":[110.2,40.55],\"crs\":{crs}}}");
        Assert.Empty(GeoJson.FaultsOf(geometry));
        Assert.Equal("{\"type\":\"Point\",\"coordinates\":[110.2,40.55]}", GeoJson.ToWgs84(geometry).GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"Point","coordinates":[110.2,40.55],"crs":"BD-09"}""", "geometry.crs")]
    [InlineData("""{"type":"Point","coordinates":[110.2,40.55],"crs":7}""", "geometry.crs")]
    [InlineData("""{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[110.2,40.55],"crs":"GCJ-02"}]}""", "geometry.geometries[0].crs")]
    public void Another_reference_system_is_refused_at_its_place(string text, string field) => Assert.Equal(field, Assert.Single(GeoJson.FaultsOf(JsonElement.Parse(text))).Field);

    private static bool Near((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) < 1e-6 && Math.Abs(a.Y - b.Y) < 1e-6;

    private static double[] Numbers(string json) => [.. System.Text.RegularExpressions.Regex.Matches(json[json.IndexOf("coordinates", StringComparison.Ordinal)..].Split("crs")[0], @"-?\d+(\.\d+)?").Select(m => double.Parse(m.Value, System.Globalization.CultureInfo.InvariantCulture))];
}
