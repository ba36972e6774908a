using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Persistence;
using Ordo.Testing;
using static Ordo.Operations.Tests.Boards.BoardLinkTests;

namespace Ordo.Operations.Tests.Boards;

/// <summary>Who may look at what with a link.</summary>
public sealed class BoardLinkTests
{
    [Fact]
    public async Task A_link_opens_its_board_and_nothing_else()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        var (north, south) = (server.Of["north"], server.Of["south"]);
        server.Sample("north", 42);
        server.Sample("south", 24);
        long board = await BoardAsync(server.Admin, "访客", north.Asset, "north/T"), other = await BoardAsync(server.Admin, "别的", south.Asset, "south/T");
        string key = await LinkAsync(server, server.Admin, board, new { name = "门户" });

        using HttpClient guest = Guest(server, key);
        JsonElement shown = await ReadAsync(await guest.GetAsync("/api/v1/shared/board"), HttpStatusCode.OK);
        Assert.Equal("访客", shown.GetProperty("name").GetString());
        Assert.Equal(north.Point, shown.GetProperty("references")[0].GetProperty("pointIds")[0].GetInt64());
        JsonElement point = await ReadAsync(await guest.GetAsync($"/api/v1/points/{north.Point}"), HttpStatusCode.OK);
        Assert.Equal("T", point.GetProperty("code").GetString());
        Assert.All(["source", "gateway", "channel", "seriesId"], secret => Assert.False(point.TryGetProperty(secret, out JsonElement value) && value.ValueKind != JsonValueKind.Null, secret));

        // Other points, other boards, lists, changes, the desk: closed, whatever the maker may do.
        foreach (string address in (string[])
            [
                $"/api/v1/points/{south.Point}", "/api/v1/points", $"/api/v1/assets/{north.Asset}", "/api/v1/assets", "/api/v1/assets/tree", "/api/v1/assets/geojson",
                $"/api/v1/boards/{board}", $"/api/v1/boards/{other}", "/api/v1/boards", $"/api/v1/boards/{board}/links", "/api/v1/boards/links", "/api/v1/alarms", "/api/v1/cockpit/wall",
                "/api/v1/auth/me", "/api/v1/tokens", "/api/v1/audit", "/api/v1/quantities", "/api/v1/live", $"/api/v1/live?points={south.Point}", $"/api/v1/live?points={north.Point},{south.Point}",
                $"/api/v1/live?points={north.Point}&points={south.Point}",
            ])
            Assert.True((await guest.GetAsync(address, HttpCompletionOption.ResponseHeadersRead)).StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, address);
        Assert.Equal(HttpStatusCode.Forbidden, (await guest.PostAsJsonAsync("/api/v1/boards/points", new { references = new[] { "south/T" } })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await guest.PostAsJsonAsync($"/api/v1/boards/{board}/links", new { name = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await guest.DeleteAsync($"/api/v1/boards/{board}")).StatusCode);

        HttpResponseMessage answer = await guest.GetAsync("/api/v1/shared/board");
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Admin.GetAsync("/api/v1/shared/board")).StatusCode); // it is no page for accounts
    }

    [Fact]
    public async Task The_map_of_a_link_shows_its_places_and_the_ground_around_them_and_no_neighbour()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        var (north, south) = (server.Of["north"], server.Of["south"]);
        object square = new { type = "Polygon", coordinates = new[] { new[] { new[] { 110.1, 40.5 }, [110.2, 40.5], [110.2, 40.6], [110.1, 40.5] } } };
        Task<long> Add(string code, string kind, long parent, string? category) =>
            server.AddAsync("/api/v1/assets", new { kind, code, nameZh = code, parentId = parent, geometry = square, attributes = category is null ? null : new { category } });
        long zone = await Add("zone", "zone", server.Park, null), road = await Add("road", "facility", zone, "road"), lake = await Add("lake", "facility", server.Park, "waterBody");
        await Add("yard", "facility", south.Asset, "road");
        await Add("office", "facility", server.Park, null);
        await Add("mill", "facility", north.Asset, null);
        long elsewhere = await server.AddAsync("/api/v1/assets", new { kind = "park", code = "other", nameZh = "别的园区" });
        await Add("street", "facility", elsewhere, "road");

        // Both enterprises are on the board, one of them on its map.
        object[] widgets = [new { kind = "value", x = 0, y = 0, w = 8, h = 4, points = new[] { "south/T" } }, new { kind = "map", x = 0, y = 4, w = 8, h = 8, points = new[] { "north/T" } }];
        long board = (await ReadAsync(await server.Admin.PostAsJsonAsync("/api/v1/boards", new { name = "地图", document = new { widgets } }), HttpStatusCode.Created)).GetProperty("board").GetProperty("id").GetInt64();
        using HttpClient guest = Guest(server, await LinkAsync(server, server.Admin, board, new { name = "门户" }));
        JsonElement tree = await ReadAsync(await guest.GetAsync("/api/v1/assets/tree"), HttpStatusCode.OK);
        Assert.Equal(new[] { server.Park, north.Asset, zone, road, lake }.Order(), tree.EnumerateArray().Select(n => n.GetProperty("id").GetInt64()).Order());
        Assert.All(tree.EnumerateArray(), n => Assert.Equal((0, 0), (n.GetProperty("childCount").GetInt32(), n.GetProperty("pointCount").GetInt32())));
        JsonElement shapes = await ReadAsync(await guest.GetAsync("/api/v1/assets/geojson"), HttpStatusCode.OK);
        Assert.Equal(new[] { zone, road, lake }.Order(), shapes.GetProperty("features").EnumerateArray().Select(f => f.GetProperty("id").GetInt64()).Order());
        Assert.Empty((await ReadAsync(await guest.GetAsync($"/api/v1/assets/tree?root={south.Asset}"), HttpStatusCode.OK)).EnumerateArray());
        Assert.Empty((await ReadAsync(await guest.GetAsync($"/api/v1/assets/geojson?root={elsewhere}"), HttpStatusCode.OK)).GetProperty("features").EnumerateArray());
    }

    [Fact]
    public async Task A_link_is_refused_when_its_signature_its_day_or_its_maker_is_no_good()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        HttpClient maker = await server.PersonAsync("maker", "analyst", "north");
        long board = await BoardAsync(maker, "访客", server.Of["north"].Asset, "north/T", "south/T"), second = await BoardAsync(maker, "另一", server.Of["north"].Asset, "north/T");
        string key = await LinkAsync(server, maker, board, new { name = "门户" }), otherKey = await LinkAsync(server, maker, second, new { name = "另一" });
        JsonElement shown = await ReadAsync(await Guest(server, key).GetAsync("/api/v1/shared/board"), HttpStatusCode.OK);
        // The maker may not read the south, so neither does the link.
        Assert.Equal([1, 0], shown.GetProperty("references").EnumerateArray().Select(r => r.GetProperty("pointIds").GetArrayLength()));

        string[] parts = key.Split('.'), others = otherKey.Split('.');
        long later = long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) + 86_400;
        foreach (string wrong in (string[])[$"{parts[0]}.{parts[1]}.{parts[2][..^1]}", $"{parts[0]}.{parts[1]}.{Flip(parts[2])}", $"{parts[0]}.{later}.{parts[2]}", $"{others[0]}.{others[1]}.{parts[2]}", $"{parts[0]}.{parts[1]}.", "x", "", "..", key + ".", new string('a', 5000)])
            Assert.Equal(HttpStatusCode.Unauthorized, (await Guest(server, wrong).GetAsync("/api/v1/shared/board")).StatusCode);

        // Revoked by whoever may share the board; a stranger sees no such link.
        HttpClient stranger = await server.PersonAsync("stranger", "analyst", "south");
        JsonElement link = Assert.Single((await ReadAsync(await maker.GetAsync($"/api/v1/boards/{second}/links"), HttpStatusCode.OK)).EnumerateArray());
        string address = $"/api/v1/boards/links/{link.GetProperty("id")}";
        await ReadAsync(await stranger.DeleteAsync(address), HttpStatusCode.NotFound);
        Assert.Equal(0, (await ReadAsync(await stranger.GetAsync("/api/v1/boards/links"), HttpStatusCode.OK)).GetProperty("total").GetInt32());
        await ReadAsync(await Guest(server, otherKey).GetAsync("/api/v1/shared/board"), HttpStatusCode.OK);
        await ReadAsync(await server.Admin.DeleteAsync(address), HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Guest(server, otherKey).GetAsync("/api/v1/shared/board")).StatusCode);

        // Expired; or its maker is disabled.
        string shortly = await LinkAsync(server, maker, board, new { name = "一小时", expires = server.Time.GetUtcNow().AddHours(1) });
        await ReadAsync(await Guest(server, shortly).GetAsync("/api/v1/shared/board"), HttpStatusCode.OK);
        server.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.Unauthorized, (await Guest(server, shortly).GetAsync("/api/v1/shared/board")).StatusCode);
        await ReadAsync(await Guest(server, key).GetAsync("/api/v1/shared/board"), HttpStatusCode.OK);
        JsonElement account = (await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/accounts?q=maker")).GetProperty("items").EnumerateArray().Single(a => a.GetProperty("userName").GetString() == "maker");
        HttpResponseMessage read = await server.Admin.GetAsync($"/api/v1/accounts/{account.GetProperty("id")}");
        await ReadAsync(await server.Admin.SendAsync(new(HttpMethod.Put, $"/api/v1/accounts/{account.GetProperty("id")}")
        {
            Content = JsonContent.Create(new { displayName = "maker", language = "zh-CN", disabled = true, grants = new[] { new { role = "analyst", assetId = server.Of["north"].Asset } } }),
            Headers = { IfMatch = { read.Headers.ETag ?? System.Net.Http.Headers.EntityTagHeaderValue.Any } },
        }), HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Guest(server, key).GetAsync("/api/v1/shared/board")).StatusCode);
    }

    [Fact]
    public async Task The_stream_of_a_link_says_its_points_and_ends_when_it_is_revoked()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        long board = await BoardAsync(server.Admin, "访客", null, "north/T");
        string key = await LinkAsync(server, server.Admin, board, new { name = "门户" });
        using HttpClient guest = Guest(server, key);
        using HttpResponseMessage stream = await guest.GetAsync($"/api/v1/live?points={server.Of["north"].Point}", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("event: hello", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        long link = (await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/boards/links")).GetProperty("items")[0].GetProperty("id").GetInt64();
        await ReadAsync(await server.Admin.DeleteAsync($"/api/v1/boards/links/{link}"), HttpStatusCode.NoContent);
        Task<string> rest = reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Patience.UntilAsync(() =>
        {
            server.Sample("south", 95); // an alarm besides, which is no business of the link's
            return Task.FromResult(rest.IsCompleted);
        });
        string said = await rest;
        Assert.DoesNotContain("event: alarm", said, StringComparison.Ordinal);
        Assert.DoesNotContain("95", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_too_often_waits()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(null, ("Access:LinkRequestsPerSecond", "1"), ("Access:LinkRefusalsPerSecond", "1"));
        string key = await LinkAsync(server, server.Admin, await BoardAsync(server.Admin, "访客", null, "north/T"), new { name = "门户" });
        foreach (string each in (string[])[key, "wrong.1.x"])
        {
            using HttpClient guest = Guest(server, each);
            HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => guest.GetAsync("/api/v1/shared/board")));
            HttpResponseMessage refused = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
            Assert.NotNull(refused.Headers.RetryAfter);
        }
    }

    internal static HttpClient Guest(OperationsServer server, string key)
    {
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Link {key}");
        return client;
    }

    internal static string Flip(string signature) => (signature[0] == 'A' ? 'B' : 'A') + signature[1..];

    internal static async Task<long> BoardAsync(HttpClient client, string name, long? asset, params string[] points) =>
        (await ReadAsync(await client.PostAsJsonAsync("/api/v1/boards", new { name, assetId = asset, document = new { widgets = new object[] { new { kind = "value", x = 0, y = 0, w = 8, h = 4, points } } } }), HttpStatusCode.Created))
            .GetProperty("board").GetProperty("id").GetInt64();

    internal static async Task<string> LinkAsync(OperationsServer server, HttpClient maker, long board, object draft)
    {
        string address = (await ReadAsync(await maker.PostAsJsonAsync($"/api/v1/boards/{board}/links", draft), HttpStatusCode.Created)).GetProperty("address").GetString()!;
        string[] parts = address.Split('#');
        Assert.StartsWith("/shared/", parts[0], StringComparison.Ordinal);
        Assert.Equal(parts[0]["/shared/".Length..], parts[1].Split('.')[0]);
        return parts[1];
    }

    internal static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }
}

public sealed class SqliteBoardLinkKeepingTests(SqliteDatabase database) : BoardLinkKeepingTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresBoardLinkKeepingTests(PostgresDatabase database) : BoardLinkKeepingTests(database), IClassFixture<PostgresDatabase>;

/// <summary>How links are made, listed and kept.</summary>
public abstract class BoardLinkKeepingTests(TestDatabase database)
{
    [Fact]
    public async Task A_link_is_made_by_right_for_a_time_listed_with_its_use_and_written_down()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        long board = await BoardAsync(server.Admin, "企业", null, "@/T");
        HttpClient enterprise = await server.PersonAsync("person", "enterpriseUser", "north"), analyst = await server.PersonAsync("analyst", "analyst", "north");
        await ReadAsync(await enterprise.PostAsJsonAsync($"/api/v1/boards/{board}/links", new { name = "x" }), HttpStatusCode.Forbidden);
        await ReadAsync(await analyst.PostAsJsonAsync($"/api/v1/boards/{board}/links", new { name = "x" }), HttpStatusCode.NotFound);
        foreach (var (draft, field) in ((object, string)[])
            [
                (new { name = "" }, "name"), (new { name = "x", expires = server.Time.GetUtcNow().AddDays(400) }, "expires"), (new { name = "x", expires = server.Time.GetUtcNow() }, "expires"),
                (new { name = "x", assetId = 999_999 }, "assetId"), (new { name = "x", frameAncestors = new[] { "https://a.example", "*" } }, "frameAncestors[1]"),
                (new { name = "x", frameAncestors = new[] { "https://a.example; script-src *" } }, "frameAncestors[0]"), (new { name = "x", frameAncestors = new[] { "https://a.example/page" } }, "frameAncestors[0]"),
            ])
            Assert.True((await ReadAsync(await server.Admin.PostAsJsonAsync($"/api/v1/boards/{board}/links", draft), HttpStatusCode.UnprocessableEntity)).GetProperty("errors").TryGetProperty(field, out _), field);

        string key = await LinkAsync(server, server.Admin, board, new { name = "门户", assetId = server.Of["north"].Asset, frameAncestors = new[] { "https://Portal.Example.cn/", "http://10.0.0.5:8088" } });
        JsonElement link = Assert.Single((await ReadAsync(await server.Admin.GetAsync($"/api/v1/boards/{board}/links"), HttpStatusCode.OK)).EnumerateArray());
        Assert.Equal(30, (link.GetProperty("expires").GetDateTimeOffset() - server.Time.GetUtcNow()).TotalDays, 0.1);
        Assert.Equal(["https://portal.example.cn", "http://10.0.0.5:8088"], link.GetProperty("frameAncestors").EnumerateArray().Select(f => f.GetString()));
        Assert.Equal(JsonValueKind.Null, link.TryGetProperty("lastUsed", out JsonElement never) ? never.ValueKind : JsonValueKind.Null);

        JsonElement shown = await ReadAsync(await Guest(server, key).GetAsync("/api/v1/shared/board"), HttpStatusCode.OK);
        Assert.Equal(server.Of["north"].Asset, shown.GetProperty("assetId").GetInt64());
        Assert.Equal(server.Of["north"].Point, shown.GetProperty("references")[0].GetProperty("pointIds")[0].GetInt64());
        link = Assert.Single((await ReadAsync(await server.Admin.GetAsync($"/api/v1/boards/{board}/links"), HttpStatusCode.OK)).EnumerateArray());
        Assert.Equal(server.Time.GetUtcNow(), link.GetProperty("lastUsed").GetDateTimeOffset());

        string audit = (await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/audit?entity=link")).GetRawText();
        Assert.Contains("门户", audit, StringComparison.Ordinal);
        await using (OrdoDbContext context = await server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            ShareLink row = await context.Set<ShareLink>().SingleAsync(TestContext.Current.CancellationToken);
            byte[] secret = server.Services.GetRequiredService<LinkSecrets>().Reveal(row.Key)!;
            Assert.DoesNotContain(Convert.ToBase64String(secret), row.Key, StringComparison.Ordinal);
            Assert.DoesNotContain(row.Key, audit, StringComparison.Ordinal);
        }

        // A board that is deleted takes its links along.
        await ReadAsync(await server.Admin.SendAsync(new(HttpMethod.Delete, $"/api/v1/boards/{board}") { Headers = { IfMatch = { new("\"1\"") } } }), HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Guest(server, key).GetAsync("/api/v1/shared/board")).StatusCode);
        Assert.Equal(0, (await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/boards/links")).GetProperty("total").GetInt32());
    }
}
