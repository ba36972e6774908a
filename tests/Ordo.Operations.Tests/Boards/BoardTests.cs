using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Boards;

public sealed class SqliteBoardTests(SqliteDatabase database) : BoardTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresBoardTests(PostgresDatabase database) : BoardTests(database), IClassFixture<PostgresDatabase>;

public abstract class BoardTests(TestDatabase database)
{
    [Fact]
    public async Task A_board_is_shared_by_scope_and_a_template_serves_every_asset_of_its_kind()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        HttpClient north = await server.PersonAsync("northerner", "analyst", "north"), south = await server.PersonAsync("southerner", "enterpriseUser", "south");
        object document = new { widgets = new object[] { new { kind = "value", x = 0, y = 0, w = 8, h = 4, points = new[] { "@/T", "north/T", "@:temperature" } }, new { kind = "text", x = 8, y = 0, w = 8, h = 4, text = "值班电话 5 号" } } };
        JsonElement own = await ReadAsync(await north.PostAsJsonAsync("/api/v1/boards", new { name = "北厂", assetId = server.Of["north"].Asset, document }), HttpStatusCode.Created);
        JsonElement template = await ReadAsync(await server.Admin.PostAsJsonAsync("/api/v1/boards", new { name = "企业", assetKind = "enterprise", document }), HttpStatusCode.Created);
        string ownAddress = $"/api/v1/boards/{own.GetProperty("board").GetProperty("id")}", templateAddress = $"/api/v1/boards/{template.GetProperty("board").GetProperty("id")}";

        Assert.Equal(["企业", "北厂"], Names(await north.GetFromJsonAsync<JsonElement>("/api/v1/boards")).Order(StringComparer.Ordinal));
        Assert.Equal(["企业"], Names(await south.GetFromJsonAsync<JsonElement>("/api/v1/boards")));
        Assert.Equal(["企业"], Names(await north.GetFromJsonAsync<JsonElement>("/api/v1/boards?kind=enterprise")));
        Assert.Equal(HttpStatusCode.NotFound, (await south.GetAsync(ownAddress)).StatusCode);
        await ReadAsync(await north.SendAsync(Put(templateAddress, document, 1)), HttpStatusCode.Forbidden);

        // The same references mean each reader's own points, and nothing outside their scope.
        object asked = new { references = new[] { "@/T", "north/T", "@:temperature", "<x>" }, asset = server.Of["south"].Asset };
        JsonElement[] found = [.. (await ReadAsync(await south.PostAsJsonAsync("/api/v1/boards/points", asked), HttpStatusCode.OK)).EnumerateArray()];
        long point = server.Of["south"].Point;
        Assert.Equal([$"@/T={point}", "north/T=", $"@:temperature={point}"], found.Select(f => $"{f.GetProperty("reference").GetString()}={string.Join(',', f.GetProperty("pointIds").EnumerateArray())}"));
        Assert.All((await ReadAsync(await north.PostAsJsonAsync("/api/v1/boards/points", new { references = new[] { "@/T" }, asset = server.Of["south"].Asset }), HttpStatusCode.OK)).EnumerateArray(), f => Assert.Equal(0, f.GetProperty("pointIds").GetArrayLength()));

        await ReadAsync(await north.SendAsync(Put(ownAddress, document, 7, server.Of["north"].Asset)), HttpStatusCode.PreconditionFailed);
        Assert.Equal(2, (await ReadAsync(await north.SendAsync(Put(ownAddress, document, 1, server.Of["north"].Asset)), HttpStatusCode.OK)).GetProperty("board").GetProperty("version").GetInt32());
        await ReadAsync(await north.SendAsync(new(HttpMethod.Delete, ownAddress) { Headers = { IfMatch = { new("\"2\"") } } }), HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("""{"widgets":[{"kind":"iframe","x":0,"y":0,"w":8,"h":4}]}""", "document.widgets[0].kind")]
    [InlineData("""{"widgets":[{"kind":"value","x":0,"y":0,"w":8,"h":4,"onclick":"x()"}]}""", "document.widgets[0].onclick")]
    [InlineData("""{"widgets":[{"kind":"text","x":0,"y":0,"w":8,"h":4,"text":"a <script>alert(1)</script>"}]}""", "document.widgets[0].text")]
    [InlineData("""{"widgets":[{"kind":"text","x":0,"y":0,"w":8,"h":4,"title":"https://elsewhere.example"}]}""", "document.widgets[0].title")]
    [InlineData("""{"widgets":[{"kind":"gauge","x":0,"y":0,"w":8,"h":4,"min":5,"max":5}]}""", "document.widgets[0].max")]
    [InlineData("""{"widgets":[{"kind":"value","x":20,"y":0,"w":8,"h":4}]}""", "document.widgets[0].x")]
    [InlineData("""{"widgets":[{"kind":"value","x":0,"y":0,"w":8,"h":4,"points":["T"]}]}""", "document.widgets[0].points[0]")]
    [InlineData("""{"widgets":[{"kind":"value","x":"0","y":0,"w":8,"h":4}]}""", "document.widgets[0].x")]
    [InlineData("""{"widgets":[],"script":"x"}""", "document.script")]
    [InlineData("""{"widgets":[{"kind":"sankey","x":0,"y":0,"w":8,"h":4,"flows":[{"from":"a","to":"b","point":"E/P"},{"from":"b","to":"c","point":"E/P"},{"from":"c","to":"a","point":"E/P"}]}]}""", "document.widgets[0].flows[2].to")]
    [InlineData("""{"widgets":[{"kind":"sankey","x":0,"y":0,"w":8,"h":4,"flows":[{"from":"a","to":"b","point":"@:power"}]}]}""", "document.widgets[0].flows[0].point")]
    [InlineData("""{"widgets":[{"kind":"sankey","x":0,"y":0,"w":8,"h":4,"flows":[{"from":"<b>","to":"b","point":"E/P"}]}]}""", "document.widgets[0].flows[0].from")]
    [InlineData("""{"widgets":[{"kind":"sankey","x":0,"y":0,"w":8,"h":4,"flows":[{"from":"a","to":"b","point":"E/P","onclick":"x"}]}]}""", "document.widgets[0].flows[0].onclick")]
    [InlineData("""{"widgets":[{"kind":"sankey","x":0,"y":0,"w":8,"h":4,"flows":[null]}]}""", "document.widgets[0].flows[0]")]
    [InlineData("""{"widgets":[1]}""", "document.widgets[0]")]
    [InlineData("""[]""", "document")]
    public void What_could_run_or_is_not_understood_is_refused_by_name(string document, string element)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Ordo.Foundation.Http.HttpConventions.Configure(options);
        var (read, faults) = Ordo.Operations.Boards.BoardRules.Read(JsonElement.Parse(document), options);
        Assert.Null(read);
        Assert.Equal(element, Assert.Single(faults).Field);
    }

    private static string[] Names(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(b => b.GetProperty("name").GetString()!)];

    private static HttpRequestMessage Put(string address, object document, int version, long? asset = null) => new(HttpMethod.Put, address)
    {
        Content = JsonContent.Create(new { name = "x", document, assetId = asset }),
        Headers = { IfMatch = { new($"\"{version}\"") } },
    };

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }
}
