using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Operations.Mimics;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Mimics;

public sealed class SqliteMimicTests(SqliteDatabase database) : MimicTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresMimicTests(PostgresDatabase database) : MimicTests(database), IClassFixture<PostgresDatabase>;

public abstract class MimicTests(TestDatabase database)
{
    private const string Drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 50\"><rect id=\"tank\" width=\"10\" height=\"20\" /><text id=\"t\">0</text></svg>";

    [Fact]
    public async Task A_diagram_is_for_readers_of_its_asset_shows_each_only_their_own_points_and_a_dangerous_one_is_never_kept()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        HttpClient north = await server.PersonAsync("northerner", "analyst", "north"), south = await server.PersonAsync("southerner", "enterpriseUser", "south");
        object[] bindings = [new { element = "tank", effect = "level", point = "@/T", min = 0, max = 100 }, new { element = "t", effect = "text", point = "north/T" }];
        JsonElement made = await ReadAsync(await north.PostAsJsonAsync("/api/v1/mimics", new { name = "北厂", svg = Drawing, bindings, assetId = server.Of["north"].Asset }), HttpStatusCode.Created);
        string address = $"/api/v1/mimics/{made.GetProperty("mimic").GetProperty("id")}";

        Assert.Equal(Drawing, made.GetProperty("svg").GetString());
        Assert.Equal("level", made.GetProperty("bindings")[0].GetProperty("effect").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await south.GetAsync(address)).StatusCode);
        Assert.Equal(0, (await south.GetFromJsonAsync<JsonElement>("/api/v1/mimics")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await north.GetFromJsonAsync<JsonElement>($"/api/v1/mimics?asset={server.Of["north"].Asset}")).GetProperty("total").GetInt32());
        await ReadAsync(await south.PostAsJsonAsync("/api/v1/mimics", new { name = "x", svg = Drawing, bindings }), HttpStatusCode.Forbidden);

        object asked = new { references = new[] { "@/T", "north/T", "@:temperature", "nowhere/T" }, asset = server.Of["north"].Asset };
        Assert.Equal(["@/T", "north/T"], Found(await ReadAsync(await north.PostAsJsonAsync("/api/v1/mimics/points", asked), HttpStatusCode.OK)));
        Assert.Empty(Found(await ReadAsync(await south.PostAsJsonAsync("/api/v1/mimics/points", asked), HttpStatusCode.OK)));

        await ReadAsync(await north.SendAsync(Put(address, 7, server.Of["north"].Asset)), HttpStatusCode.PreconditionFailed);
        Assert.Equal(2, (await ReadAsync(await north.SendAsync(Put(address, 1, server.Of["north"].Asset)), HttpStatusCode.OK)).GetProperty("mimic").GetProperty("version").GetInt32());
        JsonElement audit = await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/audit?entity=mimic");
        Assert.Equal(2, audit.GetProperty("total").GetInt32());
        Assert.DoesNotContain("<svg", audit.GetRawText(), StringComparison.Ordinal);
        await ReadAsync(await north.SendAsync(new(HttpMethod.Delete, address) { Headers = { IfMatch = { new("\"2\"") } } }), HttpStatusCode.NoContent);

        string svg = Drawing.Replace("<text", "\n<script>1</script><text", StringComparison.Ordinal);
        foreach (string route in (string[])["/api/v1/mimics", "/api/v1/mimics/check"])
        {
            JsonElement answer = await ReadAsync(await server.Admin.PostAsJsonAsync(route, new { name = "x", svg, bindings = Array.Empty<object>() }), HttpStatusCode.UnprocessableEntity);
            Assert.Contains("<script>", answer.GetProperty("errors").GetProperty("svg")[0].GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(0, (await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/mimics")).GetProperty("total").GetInt32());
    }

    private static string[] Found(JsonElement points) => [.. points.EnumerateArray().Where(p => p.GetProperty("point").ValueKind == JsonValueKind.Object).Select(p => p.GetProperty("reference").GetString()!)];

    private static HttpRequestMessage Put(string address, int version, long asset) => new(HttpMethod.Put, address)
    {
        Content = JsonContent.Create(new { name = "x", svg = Drawing, bindings = Array.Empty<object>(), assetId = asset }),
        Headers = { IfMatch = { new($"\"{version}\"") } },
    };

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }
}

public sealed class MimicRulesTests
{
    [Fact]
    public void A_binding_that_cannot_be_shown_is_refused_at_its_place()
    {
        var elements = new Dictionary<string, string> { ["tank"] = "rect", ["t"] = "text" };
        Assert.Empty(MimicRules.Judge([new("t", MimicEffect.Text, "@/T"), new("t", MimicEffect.Color, "A/T", Steps: [new(0, "process"), new(5, "#a0B1c2")]), new("tank", MimicEffect.Visibility, "A/T", Max: 3)], elements));
        foreach (var (binding, field) in (ReadOnlySpan<(MimicBinding, string)>)
        [
            (new("gone", MimicEffect.Spin, "A/T"), "element"), (new("tank", MimicEffect.Text, "A/T"), "effect"), (new("tank", (MimicEffect)99, "A/T"), "effect"), (new("tank", MimicEffect.Spin, "T"), "point"), (new("tank", MimicEffect.Spin, "@:power"), "point"),
            (new("tank", MimicEffect.Level, "A/T", 5, 5), "max"), (new("tank", MimicEffect.Rotation, "A/T", 0), "max"), (new("tank", MimicEffect.Rotation, "A/T", 0, 1, Turn: 1e9), "turn"), (new("tank", MimicEffect.Visibility, "A/T"), "min"),
            (new("tank", MimicEffect.Color, "A/T"), "steps"), (new("tank", MimicEffect.Color, "A/T", Steps: [new(0, "url(#x)")]), "steps[0].color"), (new("tank", MimicEffect.Color, "A/T", Steps: [new(1, "low"), new(1, "high")]), "steps[1].from"),
        ])
            Assert.Equal($"bindings[0].{field}", Assert.Single(MimicRules.Judge([binding], elements)).Field);
        Assert.Equal("bindings[1].effect", Assert.Single(MimicRules.Judge([new("t", MimicEffect.Spin, "@/T"), new("t", MimicEffect.Spin, "A/T")], elements)).Field);
    }
}
