using System.Text.Json;
using Ordo.Foundation.Park;

namespace Ordo.Foundation.Tests.Park;

public class GeoJsonTests
{
    [Theory]
    [InlineData("""{"type":"Point","coordinates":[109.84,40.65]}""")]
    [InlineData("""{"type":"Point","coordinates":[-180,90,1065.5]}""")]
    [InlineData("""{"type":"MultiPoint","coordinates":[[1,2]]}""")]
    [InlineData("""{"type":"LineString","coordinates":[[1,2],[3,4]],"bbox":[1,2,3,4]}""")]
    [InlineData("""{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}""")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0.0,0]]]}""")]
    [InlineData("""{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]],[[0.1,0.1],[0.2,0.1],[0.2,0.2],[0.1,0.1]]]]}""")]
    [InlineData("""{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}""")]
    public void A_geometry_of_the_standard_is_right(string geometry) => Assert.Empty(FaultsOf(geometry));

    [Theory]
    [InlineData("[1,2]", "geometry")]
    [InlineData("{}", "geometry.type")]
    [InlineData("""{"type":7,"coordinates":[1,2]}""", "geometry.type")]
    [InlineData("""{"type":"Feature","geometry":null}""", "geometry.type")]
    [InlineData("""{"type":"Point"}""", "geometry.coordinates")]
    [InlineData("""{"type":"Point","coordinates":[]}""", "geometry.coordinates")]
    [InlineData("""{"type":"Point","coordinates":["109","40"]}""", "geometry.coordinates")]
    [InlineData("""{"type":"Point","coordinates":[1,2,3,4]}""", "geometry.coordinates")]
    [InlineData("""{"type":"Point","coordinates":[40.65,109.84]}""", "geometry.coordinates")]
    [InlineData("""{"type":"Point","coordinates":[1e999,0]}""", "geometry.coordinates")]
    [InlineData("""{"type":"LineString","coordinates":[[1,2]]}""", "geometry.coordinates")]
    [InlineData("""{"type":"LineString","coordinates":[[1,2],3]}""", "geometry.coordinates[1]")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}""", "geometry.coordinates[0]")]
    [InlineData("""{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}""", "geometry.coordinates[0][3]")]
    [InlineData("""{"type":"Point","coordinates":[1,2],"crs":{}}""", "geometry.crs")]
    [InlineData("""{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}""", "geometry.geometries[0].type")]
    public void A_wrong_one_names_the_member(string geometry, string field) => Assert.Equal([field], FaultsOf(geometry).Select(fault => fault.Field));

    [Fact]
    public void A_geometry_too_long_for_a_cell_is_refused()
    {
        string positions = string.Join(',', Enumerable.Repeat("[109.12345678,40.12345678]", 1500));
        Assert.Equal(["geometry"], FaultsOf($$"""{"type":"LineString","coordinates":[{{positions}}]}""").Select(fault => fault.Field));
    }

    private static List<Fault> FaultsOf(string geometry) => GeoJson.FaultsOf(JsonElement.Parse(geometry));
}
