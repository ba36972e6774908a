using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Operations.Grafana;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Grafana;

public sealed class SqliteGrafanaTests(SqliteDatabase database) : GrafanaTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresGrafanaTests(PostgresDatabase database) : GrafanaTests(database), IClassFixture<PostgresDatabase>;

public abstract class GrafanaTests(TestDatabase database)
{
    [Fact]
    public async Task A_data_source_finds_reads_and_marks_what_lies_in_its_own_scope_and_nothing_else()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        HttpClient north = await server.PersonAsync("northerner", "analyst", "north");
        Assert.Equal(HttpStatusCode.OK, (await north.GetAsync("/api/v1/grafana")).StatusCode);

        Assert.Equal(["north/T"], (await ReadAsync(await north.PostAsJsonAsync("/api/v1/grafana/search", new { target = "/t" }), HttpStatusCode.OK)).EnumerateArray().Select(t => t.GetString()));
        JsonElement metric = Assert.Single((await ReadAsync(await north.PostAsJsonAsync("/api/v1/grafana/metrics", new { metric = "" }), HttpStatusCode.OK)).EnumerateArray());
        Assert.Equal("north/T", metric.GetProperty("value").GetString());
        Assert.Equal("aggregate", metric.GetProperty("payloads")[0].GetProperty("name").GetString());

        server.Sample("north", 20);
        server.Sample("north", 95);
        server.Sample("south", 95);
        DateTimeOffset now = server.Time.GetUtcNow();
        object range = new { from = now.AddHours(-1), to = now.AddHours(1) };
        JsonElement[] figures = [.. (await ReadAsync(await north.PostAsJsonAsync("/api/v1/grafana/query", new { range, intervalMs = 3_600_000, maxDataPoints = 800, targets = new object[] { new { target = "north/T", refId = "B", payload = new { aggregate = "max" } }, new { target = "north/T" }, new { target = "south/T" } } }), HttpStatusCode.OK)).EnumerateArray()];
        Assert.Equal([95, 57.5], figures.Select(f => Assert.Single(f.GetProperty("datapoints").EnumerateArray())[0].GetDouble()));
        Assert.Equal(("B", "°C"), (figures[0].GetProperty("refId").GetString(), figures[0].GetProperty("unit").GetString()));
        Assert.InRange(figures[0].GetProperty("datapoints")[0][1].GetInt64(), now.AddHours(-1).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());

        JsonElement[] series = [.. (await ReadAsync(await north.PostAsJsonAsync("/api/v1/grafana/query", Ask("north/T", "south/T", "north:temperature")), HttpStatusCode.OK)).EnumerateArray()];
        Assert.Equal(["north/T", "north/T"], series.Select(s => s.GetProperty("target").GetString()));
        JsonElement refused = await ReadAsync(await north.PostAsJsonAsync("/api/v1/grafana/query", Ask("north", "@/T")), HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["targets[0].target", "targets[1].target"], refused.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));
        await ReadAsync(await north.PostAsJsonAsync("/api/v1/grafana/query", new { range = new { from = "2026-11-27T00:00:00Z", to = "2026-11-27T00:00:00Z" }, targets = Array.Empty<object>() }), HttpStatusCode.UnprocessableEntity);

        await Patience.UntilAsync(async () => await CountAsync(server.Admin, range, "") == 4);
        Assert.Equal((int[])[2, 2, 0, 0], (int[])[await CountAsync(north, range, ""), await CountAsync(north, range, "north"), await CountAsync(north, range, "south"), await CountAsync(north, range, "nowhere")]);
        Assert.Equal(0, await CountAsync(north, new { from = now.AddHours(-3), to = now.AddHours(-2) }, ""));
    }

    private static async Task<int> CountAsync(HttpClient reader, object range, string query)
    {
        JsonElement found = await ReadAsync(await reader.PostAsJsonAsync("/api/v1/grafana/annotations", new { range, annotation = new { query } }), HttpStatusCode.OK);
        Assert.All(found.EnumerateArray(), alarm => Assert.True(alarm.GetProperty("title").GetString()!.Contains("Furnace temperature", StringComparison.Ordinal) && alarm.GetProperty("text").GetString() == "T 95 degC"));
        return found.GetArrayLength();
    }

    private static object Ask(params string[] targets) => new
    {
        range = new { from = "2026-11-27T00:00:00Z", to = "2026-11-27T06:00:00Z" }, intervalMs = 30_000, maxDataPoints = 800, targets = targets.Select(target => new { target, refId = "A", type = "timeserie" }),
    };

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }
}

public sealed class GrafanaStepTests
{
    [Theory]
    [InlineData(6 * 3_600_000L, 30_000L, 800, "30s")]
    [InlineData(6 * 3_600_000L, 20_000L, 100, "5m")]
    [InlineData(3_600_000L, null, null, "5s")]
    [InlineData(30 * 86_400_000L, 1L, 30, "1d")]
    [InlineData(3650 * 86_400_000L, 1L, 100, "888h")]
    public void A_step_is_round_no_finer_than_the_panel_and_never_gives_more_than_is_enough(long range, long? interval, int? points, string step) =>
        Assert.Equal(step, GrafanaSteps.Of(range, interval, points).ToString());

    [Fact]
    public void No_request_makes_a_step_that_gives_more_figures_than_there_may_be()
    {
        foreach (int points in (int[])[-5, 0, 1, 7, 100_000, int.MaxValue])
            foreach (long range in (long[])[1, 1_000, 86_400_000, 366 * 86_400_000L, 100 * 366 * 86_400_000L])
                Assert.InRange(range / GrafanaSteps.Of(range, 0, points).Milliseconds, 0, GrafanaSteps.MostPoints);
    }
}
