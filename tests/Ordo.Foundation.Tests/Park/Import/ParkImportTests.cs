using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Points;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Park.Import;

public sealed class SqliteParkImportTests() : ParkImportTests(new SqliteDatabase());

public sealed class PostgresParkImportTests() : ParkImportTests(new PostgresDatabase());

/// <summary>Every test has a database of its own, because a file is a whole park.</summary>
public abstract class ParkImportTests(TestDatabase database) : IAsyncLifetime
{
    private const string Small = """
        type,code,parent,kind,nameZh,nameEn,creditCode,category,heightM,longitude,latitude,gateway,source,template,asset,channel,quantity,unit,scale,high,deadband
        point,pm25,,,细颗粒物,PM2.5,,,,,,hj212,150200A1,,AQ1,a34004-Rtd,concentration,µg/m³,,75,5
        asset,AQ1,E1,设施,空气站,Air station,,环境空气监测站,12.5,109.84,40.65,,,,,,,,,,
        asset,E1,P1,enterprise,示范稀土,Demo Rare Earth,91350100M000100Y43,,,,,,,,,,,,,,
        source,,,,一号空气站,Air station 1,,,,,,hj212,150200A1,air-station,AQ1,,,,,,
        asset,P1,,园区,园区,Park,,,,,,,,,,,,,,,
        point,kw,,,功率,Power,,,,,,line,"steel,meter=EM01",,E1,activePower,有功功率,kW,0.001,,

        """;

    private readonly SourceShelf shelf = new();
    private ParkServer server = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        server = await StartAsync(database, shelf);
        client = server.Client();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static Task<ParkServer> StartAsync(TestDatabase database, SourceShelf shelf) =>
        ParkServer.StartAsync(database, services => services.AddSingleton(shelf).AddTransient<IParkImportPart, SourcesPart>());

    [Fact]
    public async Task A_park_comes_in_whatever_the_order_of_its_rows()
    {
        Dictionary<string, ImportCount> counts = await ImportAsync(Small).ReadAsync<Dictionary<string, ImportCount>>();
        Assert.Equal((new(3, 0, 0), new(1, 0, 0), new(2, 0, 0)), (counts["assets"], counts["sources"], counts["points"]));

        AssetItem station = Assert.Single((await client.GetAsync("/api/v1/assets?q=AQ1").ReadAsync<PageOf<AssetItem>>()).Items);
        Assert.Equal("""{"category":"airStation","heightM":12.5}""", station.Attributes.GetRawText());
        Assert.Equal("""{"type":"Point","coordinates":[109.84,40.65]}""", station.Geometry?.GetRawText());
        Assert.Equal(["P1", "E1", "AQ1"], (await client.GetAsync($"/api/v1/assets/{station.Id}/path").ReadAsync<List<AssetStep>>()).Select(step => step.Code));
        PointItem point = Assert.Single((await client.GetAsync($"/api/v1/points?asset={station.Id}").ReadAsync<PageOf<PointItem>>()).Items);
        Assert.Equal(("ug/m3", 75.0, 5.0, true), (point.Unit, point.Limits.High, point.Limits.Deadband, point.SeriesId is not null));
        Assert.Equal("空气站", shelf.Sources["150200A1"]["nameZh"][2..]);
    }

    [Fact]
    public async Task The_same_file_twice_changes_nothing_and_another_changes_only_what_it_says()
    {
        await ImportAsync(Small).ReadAsync<JsonElement>();
        Dictionary<string, ImportCount> again = await ImportAsync(Small).ReadAsync<Dictionary<string, ImportCount>>();
        Assert.Equal((new(0, 0, 3), new(0, 0, 2)), (again["assets"], again["points"]));

        // No column leaves what is stored, an empty cell clears it.
        string change = "type,code,kind,nameZh,heightM,asset,quantity,unit,high\nasset,AQ1,Facility,新空气站,,,,,\npoint,pm25,,细颗粒物,,AQ1,concentration,ug/m3,80\n";
        Dictionary<string, ImportCount> counts = await ImportAsync(change).ReadAsync<Dictionary<string, ImportCount>>();
        Assert.Equal((new(0, 1, 0), new(0, 1, 0)), (counts["assets"], counts["points"]));
        AssetItem station = Assert.Single((await client.GetAsync("/api/v1/assets?q=AQ1").ReadAsync<PageOf<AssetItem>>()).Items);
        Assert.Equal(("新空气站", "Air station", """{"category":"airStation"}""", 2), (station.NameZh, station.NameEn, station.Attributes.GetRawText(), station.Version));
        Assert.NotNull(station.Geometry);
        PointItem point = Assert.Single((await client.GetAsync("/api/v1/points?q=pm25").ReadAsync<PageOf<PointItem>>()).Items);
        Assert.Equal((80.0, 5.0, "a34004-Rtd", 2), (point.Limits.High, point.Limits.Deadband, point.Channel, point.Version));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("xlsx")]
    public async Task What_is_exported_comes_back_as_it_was(string format)
    {
        await ImportAsync(Small).ReadAsync<JsonElement>();
        await client.AddAsync(new(AssetKind.Zone, "=Z\"1,", "'+甲\n乙".Replace("\n", " ", StringComparison.Ordinal), "-5", (await IdOf("P1"))));
        byte[] exported = await client.GetByteArrayAsync($"/api/v1/exports/park.{format}");

        Dictionary<string, ImportCount> same = await ImportAsync(exported, format).ReadAsync<Dictionary<string, ImportCount>>();
        Assert.Equal((new(0, 0, 4), new(0, 0, 1), new(0, 0, 2)), (same["assets"], same["sources"], same["points"]));

        await using var other = new SqliteDatabase();
        await using ParkServer fresh = await StartAsync(other, new());
        using HttpClient freshClient = fresh.Client(language: "zh");
        await ImportAsync(exported, format, freshClient).ReadAsync<JsonElement>();
        Assert.Equal(await client.GetStringAsync("/api/v1/exports/park.csv"), await freshClient.GetStringAsync("/api/v1/exports/park.csv"));
    }

    [Fact]
    public async Task Every_bad_cell_is_named_and_nothing_changes()
    {
        const string bad = """
            type,code,parent,kind,nameZh,creditCode,geometry,asset,quantity,unit,decimals,high,note
            asset,P1,,Park,,,,,,,,,
            asset,E1,Nowhere,Enterprise,企业,91350100M000100Y44,"{""type"":""Point"",""coordinates"":[40,109]}",,,,,,
            asset,E1,P1,Enterprise,企业,,,,,,,,
            asset,Z1,E1,Zone,片区,,{,,,,,,
            asset,X1,P1,Pyramid,塔,,,,,,,,
            point,p1,,,点,,,E9,activePower,kW,,,
            point,p2,,,点,,,E1,activePower,mg/m3,many,1;5,
            point,p3,,Park,点,,,E1,activePower,kW,,,red,over
            thing,t1,,,物,,,,,,,,
            """;
        List<BadCell> rows = await BadCellsAsync(ImportAsync(bad));
        (int, string, string)[] expected =
        [
            (2, "nameZh", ""), (3, "creditCode", "91350100M000100Y44"), (3, "geometry", """{"type":"Point","coordinates":[40,109]}"""), (3, "parent", "Nowhere"),
            (4, "code", "E1"), (5, "geometry", "{"), (5, "kind", "Zone"), (6, "kind", "Pyramid"), (7, "asset", "E9"), (8, "decimals", "many"), (8, "high", "1;5"), (8, "unit", "mg/m3"),
            (9, "#14", "over"), (9, "kind", "Park"), (9, "note", "red"), (10, "type", "thing"),
        ];
        Assert.Equal(expected, rows.Select(row => (row.Row, row.Column, row.Value)).Order());
        Assert.All(rows, row => Assert.True(row is { Sheet: "park.csv", Reason.Length: > 5 }));
        Assert.Equal(0, (await client.GetAsync("/api/v1/assets").ReadAsync<PageOf<AssetItem>>()).Total);
    }

    [Fact]
    public async Task The_form_of_the_file_is_judged_first()
    {
        Assert.Equal([(1, "colour", "colour")], await PlacesAsync(ImportAsync("type,code,kind,nameZh,colour\nasset,P,Park,园,red\n")));
        Assert.Equal([(1, "kind", "")], await PlacesAsync(ImportAsync("type,code,nameZh\nasset,P,园\n")));
        Assert.Equal([(1, "type", "")], await PlacesAsync(ImportAsync("code,nameZh\nP,园\n")));
        Assert.Equal([(0, "", "")], await PlacesAsync(ImportAsync("type,code\nasset,\"open\n")));
        Assert.Equal([(0, "", "")], await PlacesAsync(ImportAsync(Encoding.UTF8.GetBytes("no workbook"), "xlsx")));
        Assert.Equal(422, await ImportAsync([1, 2], "pdf").StatusAsync());
        Assert.Equal(400, await client.PostAsync("/api/v1/imports/park", new MultipartFormDataContent { { new StringContent("x"), "other" } }).StatusAsync());
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_leaves_everything()
    {
        Dictionary<string, ImportCount> counts = await ImportAsync(Small, query: "?check=true").ReadAsync<Dictionary<string, ImportCount>>();
        Assert.Equal(new(3, 0, 0), counts["assets"]);
        Assert.Equal(0, (await client.GetAsync("/api/v1/assets").ReadAsync<PageOf<AssetItem>>()).Total);
        Assert.Empty(shelf.Sources);
    }

    [Fact]
    public async Task Reasons_and_headers_speak_both_languages_and_Excels_code_page_is_read()
    {
        Encoding gb18030 = CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;
        byte[] file = gb18030.GetBytes("类型;编码;类别;中文名称;统一社会信用代码\r\n资产;P1;园区;稀土园;\r\n资产;E1;企业;;1\r\n");
        using HttpClient chinese = server.Client(language: "zh");
        List<BadCell> rows = await BadCellsAsync(ImportAsync(file, "csv", chinese));
        Assert.Contains(rows, row => row is { Row: 3, Column: "统一社会信用代码", Value: "1" } && row.Reason.Contains("18 位", StringComparison.Ordinal));
        byte[] good = gb18030.GetBytes("类型;编码;类别;中文名称\r\n资产;P1;园区;稀土园\r\n");
        await ImportAsync(good, "csv", chinese).ReadAsync<JsonElement>();
        Assert.Equal("稀土园", Assert.Single((await client.GetAsync("/api/v1/assets").ReadAsync<PageOf<AssetItem>>()).Items).NameZh);
    }

    [Fact]
    public async Task A_file_moves_subtrees_but_makes_no_ring()
    {
        await ImportAsync("type,code,parent,kind,nameZh\nasset,P,,Park,园\nasset,A,P,Facility,甲\nasset,B,A,Facility,乙\nasset,C,B,Facility,丙\n").ReadAsync<JsonElement>();
        Assert.Equal([(2, "parent", "C")], await PlacesAsync(ImportAsync("type,code,parent,kind,nameZh\nasset,A,C,Facility,甲\n")));
        await ImportAsync("type,code,parent,kind,nameZh\nasset,A,C,Facility,甲\nasset,B,P,Facility,乙\n").ReadAsync<JsonElement>();
        Assert.Equal(["P", "B", "C", "A"], (await client.GetAsync($"/api/v1/assets/{await IdOf("A")}/path").ReadAsync<List<AssetStep>>()).Select(step => step.Code));
        Assert.Equal([(2, "kind", "Equipment")], await PlacesAsync(ImportAsync("type,code,kind,nameZh\nasset,B,Equipment,乙\n")));
    }

    [Fact]
    public async Task Two_points_may_exchange_their_series()
    {
        const string head = "type,code,kind,nameZh,asset,quantity,unit,gateway,source,channel\n";
        await ImportAsync($"{head}asset,P,Park,园,,,,,,\npoint,a,,甲,P,activePower,kW,line,m,x\npoint,b,,乙,P,activePower,kW,line,m,y\n").ReadAsync<JsonElement>();
        await ImportAsync($"{head}point,a,,甲,P,activePower,kW,line,m,y\npoint,b,,乙,P,activePower,kW,line,m,x\n").ReadAsync<JsonElement>();
        IReadOnlyList<PointItem> points = (await client.GetAsync("/api/v1/points").ReadAsync<PageOf<PointItem>>()).Items;
        Assert.Equal([("a", "y"), ("b", "x")], points.Select(point => (point.Code, point.Channel!)));
        Assert.Equal([(2, "channel", "x")], await PlacesAsync(ImportAsync($"{head}point,c,,丙,P,activePower,kW,line,m,x\n")));
        Assert.Equal([(3, "channel", "z")], await PlacesAsync(ImportAsync($"{head}point,c,,丙,P,activePower,kW,line,m,z\npoint,d,,丁,P,activePower,kW,line,m,z\n")));
    }

    [Fact]
    public async Task Who_holds_a_part_imports_and_exports_that_part()
    {
        await ImportAsync(Small).ReadAsync<JsonElement>();
        using HttpClient enterprise = server.Client(write: $"/{await IdOf("P1")}/{await IdOf("E1")}/");
        string own = await enterprise.GetStringAsync("/api/v1/exports/park.csv");
        Assert.DoesNotContain("P1", own, StringComparison.Ordinal);
        Dictionary<string, ImportCount> same = await ImportAsync(Encoding.UTF8.GetBytes(own), "csv", enterprise).ReadAsync<Dictionary<string, ImportCount>>();
        Assert.Equal((new(0, 0, 2), new(0, 0, 2)), (same["assets"], same["points"]));
        Assert.Equal([(2, "code", "P1")], await PlacesAsync(ImportAsync("type,code,kind,nameZh\nasset,P1,Park,我的\n"u8.ToArray(), "csv", enterprise)));
        Assert.Equal([(2, "parent", "P1")], await PlacesAsync(ImportAsync("type,code,parent,kind,nameZh\nasset,E2,P1,Enterprise,企\n"u8.ToArray(), "csv", enterprise)));
        Assert.Equal([(2, "source", "theirs")], await PlacesAsync(ImportAsync(
            "type,code,nameZh,asset,quantity,unit,gateway,source,channel\npoint,x,点,E1,activePower,kW,line,theirs,kw\n"u8.ToArray(), "csv", enterprise)));
    }

    [Fact]
    public async Task The_template_explains_every_column_and_is_itself_a_right_file()
    {
        byte[] template = await client.GetByteArrayAsync("/api/v1/imports/park/template.xlsx");
        using var reader = new XlsxReader(new MemoryStream(template));
        Assert.Equal(["Assets", "Sources", "Points", "Explanation"], reader.Sheets().Select(sheet => sheet.Name));
        Assert.Contains(reader.Rows(reader.Sheets()[3].Id), row => row.Cells is ["Assets", "Unified social credit code", "creditCode", ..]);
        await ImportAsync(template, "xlsx").ReadAsync<JsonElement>();
    }

    [Fact]
    public async Task The_demo_park_comes_in_whole()
    {
        byte[] demo = await File.ReadAllBytesAsync(Path.Combine(Root(), "src", "Host", "Ordo.Simulator", "data", "demo-park", "park.csv"));
        Dictionary<string, ImportCount> counts = await ImportAsync(demo, "csv").ReadAsync<Dictionary<string, ImportCount>>();
        Assert.True(counts["assets"].Created > 500 && counts["sources"].Created > 20 && counts["points"].Created > 200);
    }

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Ordo.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    private async Task<long> IdOf(string code) =>
        (await client.GetAsync($"/api/v1/assets?q={code}").ReadAsync<PageOf<AssetItem>>()).Items.Single(asset => asset.Code == code).Id;

    private Task<HttpResponseMessage> ImportAsync(string csv, string query = "") => ImportAsync(Encoding.UTF8.GetBytes(csv), "csv", query: query);

    private Task<HttpResponseMessage> ImportAsync(byte[] file, string extension, HttpClient? caller = null, string query = "")
    {
        var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return (caller ?? client).PostAsync($"/api/v1/imports/park{query}", new MultipartFormDataContent { { content, "file", $"park.{extension}" } });
    }

    private static async Task<List<BadCell>> BadCellsAsync(Task<HttpResponseMessage> response)
    {
        HttpResponseMessage answer = await response;
        Assert.True((int)answer.StatusCode == 422, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return problem.GetProperty("rows").Deserialize<List<BadCell>>(ParkServer.Json)!;
    }

    private static async Task<IEnumerable<(int, string, string)>> PlacesAsync(Task<HttpResponseMessage> response) =>
        (await BadCellsAsync(response)).Select(row => (row.Row, row.Column, row.Value)).Order();
}
