using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Points;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Park;

public sealed class SqliteAssetRoutesTests(SqliteDatabase database) : AssetRoutesTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresAssetRoutesTests(PostgresDatabase database) : AssetRoutesTests(database), IClassFixture<PostgresDatabase>;

public abstract class AssetRoutesTests(TestDatabase database) : IAsyncLifetime
{
    private ParkServer server = null!;
    private HttpClient client = null!;
    private readonly string run = Guid.NewGuid().ToString("N")[..8];

    public async ValueTask InitializeAsync()
    {
        server = await ParkServer.StartAsync(database);
        client = server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_asset_comes_back_as_it_went_in()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        var draft = new AssetDraft(
            AssetKind.Enterprise, Code("E"), "示范稀土", "Demo Rare Earth", park,
            JsonElement.Parse("""{"type":"Point","coordinates":[109.84,40.65]}"""),
            JsonElement.Parse("""{"industry":"C32","creditCode":"91350100M000100Y43"}"""));
        HttpResponseMessage created = await client.AddAsync(draft);
        Assert.Equal(201, (int)created.StatusCode);
        Assert.Equal("\"1\"", created.Headers.ETag?.Tag);

        AssetItem read = await client.GetAsync(created.Headers.Location).ReadAsync<AssetItem>();
        Assert.Equal((AssetKind.Enterprise, draft.Code, "示范稀土", "Demo Rare Earth", park), (read.Kind, read.Code, read.NameZh, read.NameEn, read.ParentId));
        Assert.Equal("""{"type":"Point","coordinates":[109.84,40.65]}""", read.Geometry?.GetRawText());
        Assert.Equal("""{"creditCode":"91350100M000100Y43","industry":"C32"}""", read.Attributes.GetRawText());
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public async Task Every_fault_is_named_in_the_callers_language()
    {
        var draft = new AssetDraft(
            AssetKind.Enterprise, "", "", new('x', 201), null,
            JsonElement.Parse("""{"type":"Point","coordinates":[40.65,109.84]}"""), JsonElement.Parse("""{"creditCode":"1","heightM":3}"""));
        Dictionary<string, string> english = await client.AddAsync(draft).ErrorsAsync();
        Assert.Equal(["attributes.creditCode", "attributes.heightM", "code", "geometry.coordinates", "kind", "nameEn", "nameZh"], english.Keys.Order());
        using HttpClient chinese = server.Client(language: "zh");
        Assert.Contains("18 位", (await chinese.AddAsync(draft).ErrorsAsync())["attributes.creditCode"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_is_there_once()
    {
        await client.AddIdAsync(AssetKind.Park, Code("P"));
        Assert.Equal(["code"], (await client.AddAsync(new(AssetKind.Park, Code("P"), "二"))!.ErrorsAsync()).Keys);
    }

    [Theory]
    [InlineData(AssetKind.Park, AssetKind.Region, false)]
    [InlineData(AssetKind.Park, AssetKind.Park, false)]
    [InlineData(AssetKind.Park, AssetKind.Enterprise, true)]
    [InlineData(AssetKind.Enterprise, AssetKind.Enterprise, false)]
    [InlineData(AssetKind.Facility, AssetKind.Facility, true)]
    [InlineData(AssetKind.Equipment, AssetKind.Equipment, true)]
    [InlineData(AssetKind.Equipment, AssetKind.Facility, false)]
    [InlineData(null, AssetKind.Zone, false)]
    [InlineData(null, AssetKind.Region, true)]
    public void Kinds_nest_from_region_to_equipment(AssetKind? parent, AssetKind kind, bool may) =>
        Assert.Equal(may, AssetRules.NestingFaultOf(kind, parent) is null);

    [Fact]
    public async Task A_kind_changes_only_when_its_children_still_fit()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P")), zone = await client.AddIdAsync(AssetKind.Zone, Code("Z"), park);
        await client.AddIdAsync(AssetKind.Enterprise, Code("E"), zone);
        Assert.Equal(["kind"], (await client.PutAsync($"/api/v1/assets/{zone}", new AssetDraft(AssetKind.Facility, Code("Z"), "片", ParentId: park), 1).ErrorsAsync()).Keys);
    }

    [Fact]
    public async Task An_edit_needs_the_version_it_was_made_on()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        var renamed = new AssetDraft(AssetKind.Park, Code("P"), "改名");
        Assert.Equal(428, await client.PutAsync($"/api/v1/assets/{park}", renamed, null).StatusAsync());
        Assert.Equal(412, await client.PutAsync($"/api/v1/assets/{park}", renamed, 7).StatusAsync());
        Assert.Equal(2, (await client.PutAsync($"/api/v1/assets/{park}", renamed, 1).ReadAsync<AssetItem>()).Version);
        Assert.Equal(412, await client.PutAsync($"/api/v1/assets/{park}", renamed, 1).StatusAsync());
        Assert.Equal(412, await client.DeleteAsync($"/api/v1/assets/{park}", 1).StatusAsync());
    }

    [Fact]
    public async Task A_moved_asset_takes_all_that_is_below_with_it()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        long from = await client.AddIdAsync(AssetKind.Zone, Code("Z1"), park), to = await client.AddIdAsync(AssetKind.Zone, Code("Z2"), park);
        long enterprise = await client.AddIdAsync(AssetKind.Enterprise, Code("E"), from), facility = await client.AddIdAsync(AssetKind.Facility, Code("F"), enterprise);
        await client.PutAsync($"/api/v1/assets/{enterprise}", new AssetDraft(AssetKind.Enterprise, Code("E"), "企", ParentId: to), 1).ReadAsync<AssetItem>();
        List<AssetStep> path = await client.GetAsync($"/api/v1/assets/{facility}/path").ReadAsync<List<AssetStep>>();
        Assert.Equal([park, to, enterprise, facility], path.Select(step => step.Id));
        Assert.Equal([from], (await Tree(from)).Select(node => node.Id));
        Assert.Equal(["parentId"], (await client.PutAsync($"/api/v1/assets/{enterprise}", new AssetDraft(AssetKind.Enterprise, Code("E"), "企", ParentId: facility), 2).ErrorsAsync()).Keys.Except(["kind"]));
    }

    [Fact]
    public async Task An_asset_cannot_be_moved_below_itself()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        long upper = await client.AddIdAsync(AssetKind.Facility, Code("F1"), park), lower = await client.AddIdAsync(AssetKind.Facility, Code("F2"), upper);
        foreach (long target in new[] { upper, lower })
            Assert.Equal(["parentId"], (await client.PutAsync($"/api/v1/assets/{upper}", new AssetDraft(AssetKind.Facility, Code("F1"), "设", ParentId: target), 1).ErrorsAsync()).Keys);
    }

    [Fact]
    public async Task What_is_not_empty_is_deleted_only_when_that_is_said()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        long facility = await client.AddIdAsync(AssetKind.Facility, Code("F"), park), inner = await client.AddIdAsync(AssetKind.Facility, Code("G"), facility);
        PointItem point = await client.PostAsJsonAsync("/api/v1/points", new PointDraft(inner, "p", "功率", "activePower", "kW"), ParkServer.Json).ReadAsync<PointItem>();
        Assert.Equal(409, await client.DeleteAsync($"/api/v1/assets/{park}", 1).StatusAsync());
        Assert.Equal(409, await client.DeleteAsync($"/api/v1/assets/{inner}", 1).StatusAsync());
        Assert.Equal(204, await client.DeleteAsync($"/api/v1/assets/{park}?contents=true", 1).StatusAsync());
        Assert.Equal(404, await client.GetAsync($"/api/v1/assets/{inner}").StatusAsync());
        Assert.Equal(404, await client.GetAsync($"/api/v1/points/{point.Id}").StatusAsync());
    }

    [Fact]
    public async Task A_list_is_searched_by_code_and_both_names()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        await client.AddAsync(new(AssetKind.Enterprise, Code("Find-Me"), "草原乳业", "Grassland Dairy", park));
        foreach (string q in new[] { Code("find-m")[..^9], "原乳", "LAND dai", "éÉ" })
        {
            PageOf<AssetItem> found = await client.GetAsync($"/api/v1/assets?parent={park}&q={Uri.EscapeDataString(q)}").ReadAsync<PageOf<AssetItem>>();
            Assert.Equal(q == "éÉ" ? 0 : 1, found.Total);
        }

        Assert.Equal(0, (await client.GetAsync($"/api/v1/assets?parent={park}&q=%25").ReadAsync<PageOf<AssetItem>>()).Total);
        Assert.Equal(0, (await client.GetAsync($"/api/v1/assets?parent={park}&kind=zone").ReadAsync<PageOf<AssetItem>>()).Total);
    }

    [Fact]
    public async Task Outside_the_scope_nothing_exists()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        long mine = await client.AddIdAsync(AssetKind.Enterprise, Code("E1"), park), other = await client.AddIdAsync(AssetKind.Enterprise, Code("E2"), park);
        long below = await client.AddIdAsync(AssetKind.Facility, Code("F1"), mine);
        using HttpClient enterprise = server.Client(write: $"/{park}/{mine}/");
        Assert.Equal(404, await enterprise.GetAsync($"/api/v1/assets/{other}").StatusAsync());
        Assert.Equal(404, await enterprise.GetAsync($"/api/v1/assets/{park}").StatusAsync());
        Assert.Equal(404, await enterprise.GetAsync($"/api/v1/assets/tree?root={park}").StatusAsync());
        Assert.Equal(404, await enterprise.GetAsync($"/api/v1/assets/geojson?root={other}").StatusAsync());
        Assert.Equal(404, await enterprise.GetAsync($"/api/v1/points?asset={other}").StatusAsync());
        Assert.Equal(404, await enterprise.DeleteAsync($"/api/v1/assets/{other}", 1).StatusAsync());
        Assert.Equal([mine, below], (await enterprise.GetAsync("/api/v1/assets").ReadAsync<PageOf<AssetItem>>()).Items.Select(asset => asset.Id));
        Assert.Equal([mine, below], (await enterprise.GetAsync($"/api/v1/assets/{below}/path").ReadAsync<List<AssetStep>>()).Select(step => step.Id));
        Assert.Equal([null, mine], (await enterprise.GetAsync("/api/v1/assets/tree").ReadAsync<List<AssetNode>>()).Select(node => node.ParentId));
        Assert.Equal(["parentId"], (await enterprise.AddAsync(new(AssetKind.Facility, Code("X"), "外", ParentId: other)).ErrorsAsync()).Keys);
        Assert.Equal(["parentId"], (await enterprise.AddAsync(new(AssetKind.Region, Code("X"), "外")).ErrorsAsync()).Keys);
        // The own enterprise may be renamed, although it hangs below a park that is not the caller's.
        await enterprise.PutAsync($"/api/v1/assets/{mine}", new AssetDraft(AssetKind.Enterprise, Code("E1"), "新名", ParentId: park), 1).ReadAsync<AssetItem>();
        using HttpClient reader = server.Client(write: "/0/", read: $"/{park}/");
        Assert.Equal(403, await reader.DeleteAsync($"/api/v1/assets/{other}", 1).StatusAsync());
    }

    [Fact]
    public async Task The_tree_counts_children_and_points_and_stops_where_asked()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P")), zone = await client.AddIdAsync(AssetKind.Zone, Code("Z"), park);
        long facility = await client.AddIdAsync(AssetKind.Facility, Code("F"), zone);
        await client.PostAsJsonAsync("/api/v1/points", new PointDraft(zone, "p", "功率", "activePower", "kW"), ParkServer.Json);
        Assert.Equal([(park, null, 1, 0), (zone, park, 1, 1), (facility, zone, 0, 0)], (await Tree(park)).Select(node => (node.Id, node.ParentId, node.ChildCount, node.PointCount)));
        Assert.Equal([park, zone], (await Tree(park, "&depth=1")).Select(node => node.Id));
        Assert.Equal([zone, facility], (await Tree(zone, "&depth=1")).Select(node => node.Id));
        Assert.Equal([park], (await Tree(park, "&depth=0")).Select(node => node.Id));
    }

    [Fact]
    public async Task The_map_gets_features()
    {
        long park = await client.AddIdAsync(AssetKind.Park, Code("P"));
        AssetItem tank = await client.AddAsync(new(
            AssetKind.Facility, Code("T"), "储罐", "Tank", park,
            JsonElement.Parse("""{"type":"Point","coordinates":[109.84,40.65]}"""), JsonElement.Parse("""{"category":"tank","heightM":12.5}"""))).ReadAsync<AssetItem>();
        HttpResponseMessage response = await client.GetAsync($"/api/v1/assets/geojson?root={park}");
        Assert.Equal("application/geo+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement feature = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("features")[0];
        JsonElement expected = JsonElement.Parse($$$"""
            {"type":"Feature","id":{{{tank.Id}}},"geometry":{"type":"Point","coordinates":[109.84,40.65]},"properties":{
            "id":{{{tank.Id}}},"parentId":{{{park}}},"kind":"facility","code":"{{{tank.Code}}}","nameZh":"储罐","nameEn":"Tank","category":"tank","heightM":12.5}}
            """);
        Assert.True(JsonElement.DeepEquals(expected, feature), feature.GetRawText());
    }

    [Fact]
    public async Task The_catalogues_are_there_for_everybody_signed_in()
    {
        Assert.Equal(AssetAttributes.All.Count, (await client.GetAsync("/api/v1/asset-attributes").ReadAsync<List<AttributeItem>>()).Count);
        Assert.Equal(117, (await client.GetAsync("/api/v1/industries").ReadAsync<List<IndustryItem>>()).Count);
    }

    private string Code(string code) => $"{code}-{run}";

    private Task<List<AssetNode>> Tree(long root, string more = "") => client.GetAsync($"/api/v1/assets/tree?root={root}{more}").ReadAsync<List<AssetNode>>();
}
