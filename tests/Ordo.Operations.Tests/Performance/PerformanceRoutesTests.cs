using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Performance;

public sealed class SqlitePerformanceRoutesTests(SqliteDatabase database) : PerformanceRoutesTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresPerformanceRoutesTests(PostgresDatabase database) : PerformanceRoutesTests(database), IClassFixture<PostgresDatabase>;

/// <summary>The figures over HTTP, one long story per provider.</summary>
public abstract class PerformanceRoutesTests(TestDatabase database)
{
    [Fact]
    public async Task The_figures_follow_what_happens_within_each_callers_scope()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        using HttpClient meter = await server.PersonAsync("meter", "ingest");

        // one that stands in the south since long before the period; and one of now; the north chatters: three times over and back within half a minute
        AlarmOccurrence standing = new()
        {
            Id = -1, DefinitionId = AlarmKeys.OfLimit(server.Of["south"].Point, AlarmKind.Low), IsAnnounced = true, PointId = server.Of["south"].Point, AssetId = server.Of["south"].Asset, Kind = AlarmKind.Low, Priority = 3, State = AlarmState.Acknowledged, IsOpen = true,
            Raised = server.Time.GetUtcNow().AddDays(-20), Value = 1, Limit = 10, Unit = "degC", PointCode = "T", PointNameZh = "炉温", PointNameEn = "Furnace temperature",
        };
        await AddStandingAsync(server, standing);
        server.Sample("south", 85);
        for (int i = 0; i < 3; i++)
        {
            server.Sample("north", 85);
            server.Sample("north", 50, milliseconds: 8_000);
        }

        await Patience.UntilAsync(async () => (await FiguresAsync(server.Admin, "")).Total == 4);
        var all = await FiguresAsync(server.Admin, "?operators=2");
        Assert.Equal((4, 0.001984, 1), (all.Total, Math.Round(all.Value("averageRate")!.Value, 6), all.Value("chattering"))); // 4 in 1008 periods, for two
        Assert.Equal(100, all.Value("priority3"));
        Assert.Equal(("missed", "met"), (all.Verdict("chattering"), all.Verdict("averageRate")));
        JsonElement worst = all.Json.GetProperty("topTen")[0];
        Assert.Equal(AlarmKeys.OfLimit(server.Of["north"].Point, AlarmKind.High), worst.GetProperty("definitionId").GetInt64());
        Assert.Equal(("high", 3, 75.0, 1, 3, 0, "The north"),
            (worst.GetProperty("kind").GetString(), worst.GetProperty("count").GetInt32(), worst.GetProperty("share").GetDouble(), worst.GetProperty("chatterEpisodes").GetInt32(),
             worst.GetProperty("chatterOccurrences").GetInt32(), worst.GetProperty("fleeting").GetInt32(), worst.GetProperty("assetNameEn").GetString()));
        Assert.Equal(4, all.Json.GetProperty("counts").EnumerateArray().Sum(n => n.GetInt32()));

        // scope
        Assert.Equal(3, (await FiguresAsync(north, "")).Total);
        Assert.Equal(1, (await FiguresAsync(server.Admin, $"?asset={server.Of["south"].Asset}")).Total);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(north, $"?asset={server.Of["south"].Asset}"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(meter, ""));

        // an acknowledgement that covers the earlier occurrences reaches the figures of all of them
        Assert.Equal(4, Unacknowledged(await FiguresAsync(server.Admin, "")));
        JsonElement alarms = await server.Admin.GetFromJsonAsync<JsonElement>($"/api/v1/alarms?point={server.Of["north"].Point}");
        server.Time.Advance(TimeSpan.FromSeconds(60));
        await server.Admin.PostAsJsonAsync($"/api/v1/alarms/{alarms.GetProperty("items")[0].GetProperty("id").GetInt64()}/acknowledgement", new { });
        var seen = await FiguresAsync(server.Admin, "");
        Assert.Equal(1, Unacknowledged(seen));
        Assert.Equal(77, seen.Json.GetProperty("acknowledgement")[0].GetProperty("medianSeconds").GetInt64()); // 68 s, 77 s and 86 s ago

        // a period without an alarm knows the one that stood through it, and tells when it went
        JsonElement stale = Assert.Single(all.Json.GetProperty("stale").EnumerateArray());
        Assert.Equal(("The south", "acknowledged"), (stale.GetProperty("assetNameEn").GetString(), stale.GetProperty("state").GetString()));
        Assert.Equal((1.0, "met"), (all.Value("stale"), all.Verdict("stale")));
        Assert.Empty((await FiguresAsync(north, "")).Json.GetProperty("stale").EnumerateArray());
        await AddStandingAsync(server, standing with { State = AlarmState.Normal, IsOpen = false, Returned = server.Time.GetUtcNow() });
        var gone = await FiguresAsync(server.Admin, "?from=2026-02-28T20:00:00Z");
        Assert.Equal((0, 1.0), (gone.Json.GetProperty("stale").GetArrayLength(), gone.Value("stale")));
        var quiet = await FiguresAsync(server.Admin, "?from=2026-02-28T20:00:00Z&to=2026-02-28T23:00:00Z");
        Assert.Equal((0, 1.0, 1), (quiet.Total, quiet.Value("stale"), quiet.Json.GetProperty("stale").GetArrayLength()));
        Assert.Null(quiet.Value("topTen"));

        // what cannot be answered
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server.Admin, "?from=2026-03-01T00:00:00Z&to=2026-03-01T00:00:00Z"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server.Admin, "?from=2020-03-01T00:00:00Z"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server.Admin, "?from=0001-01-01T00:00:00Z&to=0001-01-02T00:00:00Z"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server.Admin, "?operators=0"));
        Assert.Equal(13, (await north.GetFromJsonAsync<JsonElement[]>("/api/v1/alarm-performance/targets"))!.Length);
    }

    private static async Task AddStandingAsync(OperationsServer server, AlarmOccurrence standing)
    {
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
        await database.Set<AlarmOccurrence>().Where(o => o.Id == standing.Id).ExecuteDeleteAsync();
        database.Add(standing);
        await database.SaveChangesAsync();
    }

    private static int Unacknowledged(Answer answer) => answer.Json.GetProperty("acknowledgement")[0].GetProperty("unacknowledged").GetInt32();

    private static async Task<Answer> FiguresAsync(HttpClient client, string query) => new(await client.GetFromJsonAsync<JsonElement>($"/api/v1/alarm-performance{query}"));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string query)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri($"/api/v1/alarm-performance{query}", UriKind.Relative));
        return response.StatusCode;
    }

    private sealed record Answer(JsonElement Json)
    {
        public int Total => Json.GetProperty("total").GetInt32();

        public double? Value(string code) => Figure(code).GetProperty("value") is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

        public string? Verdict(string code) => Figure(code).GetProperty("verdict").GetString();

        private JsonElement Figure(string code) => Json.GetProperty("figures").EnumerateArray().Single(f => f.GetProperty("code").GetString() == code);
    }
}
