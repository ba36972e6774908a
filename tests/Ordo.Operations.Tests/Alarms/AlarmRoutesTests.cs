using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Alarms;

public sealed class SqliteAlarmRoutesTests(SqliteDatabase database) : AlarmRoutesTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresAlarmRoutesTests(PostgresDatabase database) : AlarmRoutesTests(database), IClassFixture<PostgresDatabase>;

/// <summary>The alarm desk over HTTP, one long story per provider.</summary>
public abstract class AlarmRoutesTests(TestDatabase database)
{
    [Fact]
    public async Task An_alarm_is_listed_acknowledged_by_a_named_account_and_kept()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(database);
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        using HttpClient south = await server.PersonAsync("zhao", "enterpriseUser", "south");
        using HttpClient gate = await server.PersonAsync("gate", "gateKeeper");
        using HttpClient ingest = await server.PersonAsync("meter", "ingest");

        server.Sample("north", 95);
        server.Sample("south", 85);
        await Patience.UntilAsync(async () => (await ListAsync(server.Admin, "")).Length == 3);

        // the list: highest priority first, then the newest
        JsonElement[] alarms = await ListAsync(server.Admin, "");
        Assert.Equal(["highHigh", "high", "high"], alarms.Select(a => a.GetProperty("kind").GetString()));
        JsonElement worst = alarms[0];
        Assert.Equal(
            (95.0, 90.0, "degC", 2, "unacknowledged", "The north", "Furnace temperature", true),
            (worst.GetProperty("value").GetDouble(), worst.GetProperty("limit").GetDouble(), worst.GetProperty("unit").GetString(), worst.GetProperty("priority").GetInt32(),
             worst.GetProperty("state").GetString(), worst.GetProperty("assetNameEn").GetString(), worst.GetProperty("pointNameEn").GetString(), worst.GetProperty("open").GetBoolean()));

        // scope
        Assert.Equal(2, (await ListAsync(north, "")).Length);
        Assert.Single(await ListAsync(south, ""));
        Assert.Equal(3, (await ListAsync(gate, "")).Length);
        Assert.Equal(HttpStatusCode.Forbidden, (await ingest.GetAsync(new Uri("/api/v1/alarms", UriKind.Relative))).StatusCode);
        long southern = (await ListAsync(south, ""))[0].GetProperty("id").GetInt64(), northern = worst.GetProperty("id").GetInt64();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(south, $"/api/v1/alarms/{southern}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(north, $"/api/v1/alarms/{southern}"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(north, $"/api/v1/alarms/{southern}/events"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(north, $"/api/v1/alarms?asset={server.Of["south"].Asset}"));
        Assert.Equal((HttpStatusCode.NotFound, "/problems/not-found"), await AcknowledgeAsync(north, southern));
        Assert.Equal((HttpStatusCode.Forbidden, "/problems/forbidden"), await AcknowledgeAsync(gate, northern));

        // filters and paging
        Assert.Single(await ListAsync(server.Admin, "?priority=2"));
        Assert.Equal(3, (await ListAsync(server.Admin, "?priority=2&priority=3")).Length);
        Assert.Single(await ListAsync(server.Admin, $"?asset={server.Of["south"].Asset}"));
        Assert.Equal(3, (await ListAsync(server.Admin, $"?asset={server.Park}")).Length);
        Assert.Equal(2, (await ListAsync(server.Admin, $"?point={server.Of["north"].Point}")).Length);
        Assert.Equal(3, (await ListAsync(server.Admin, "?q=FURNACE")).Length);
        Assert.Equal(3, (await ListAsync(server.Admin, "?q=炉")).Length);
        Assert.Empty(await ListAsync(server.Admin, "?q=boiler"));
        Assert.Empty(await ListAsync(server.Admin, "?from=2026-03-02T00:00:00Z"));
        Assert.Equal(3, (await ListAsync(server.Admin, "?to=2026-03-02T00:00:00Z")).Length);
        JsonElement page = await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/alarms?page=2&pageSize=2");
        Assert.Equal((3, 1), (page.GetProperty("total").GetInt32(), page.GetProperty("items").GetArrayLength()));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server.Admin, "/api/v1/alarms?pageSize=501"));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(server.Admin, "/api/v1/alarms?state=asleep"));

        // acknowledgement
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AcknowledgeAsync(north, northern, new string('x', 1001))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await AcknowledgeAsync(north, northern, " valve stuck ")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await AcknowledgeAsync(server.Admin, northern, "me too")).Status);
        JsonElement seen = await server.Admin.GetFromJsonAsync<JsonElement>($"/api/v1/alarms/{northern}");
        Assert.Equal(("acknowledged", "li.ming", "valve stuck"),
            (seen.GetProperty("state").GetString(), seen.GetProperty("acknowledgedBy").GetString(), seen.GetProperty("comment").GetString()));
        Assert.Equal(2, (await ListAsync(server.Admin, "?state=unacknowledged")).Length);
        Assert.Equal(3, (await ListAsync(server.Admin, "?state=active")).Length);
        Assert.Equal("""{"byPriority":{"1":0,"2":1,"3":2,"4":0},"unacknowledged":2,"active":3,"open":3,"shelved":0,"suppressed":0,"outOfService":0,"flood":null}""", await server.Admin.GetStringAsync(new Uri("/api/v1/alarms/summary", UriKind.Relative)));
        Assert.Equal("""{"byPriority":{"1":0,"2":0,"3":1,"4":0},"unacknowledged":1,"active":1,"open":1,"shelved":0,"suppressed":0,"outOfService":0,"flood":null}""", await south.GetStringAsync(new Uri("/api/v1/alarms/summary", UriKind.Relative)));

        // return
        server.Sample("north", 50);
        await Patience.UntilAsync(async () => (await ListAsync(server.Admin, "?state=active")).Length == 1);
        Assert.Equal((HttpStatusCode.Conflict, "/problems/alarm-already-normal"), await AcknowledgeAsync(north, northern));
        JsonElement[] events = await server.Admin.GetFromJsonAsync<JsonElement[]>($"/api/v1/alarms/{northern}/events") ?? [];
        Assert.Equal(["unacknowledged", "acknowledged", "normal"], events.Select(e => e.GetProperty("state").GetString()));
        Assert.Equal([null, "li.ming", null], events.Select(e => e.GetProperty("by").GetString()));
        Assert.Equal(["sample", "person", "sample"], events.Select(e => e.GetProperty("cause").GetString()));

        // rises again before anybody looked
        long first = (await ListAsync(north, ""))[0].GetProperty("id").GetInt64();
        server.Sample("north", 85);
        await Patience.UntilAsync(async () => (await ListAsync(north, "?state=all")).Length == 3);
        Assert.Equal((HttpStatusCode.Conflict, "/problems/alarm-risen-again"), await AcknowledgeAsync(north, first));
        JsonElement again = Assert.Single(await ListAsync(north, ""));
        Assert.Equal(1, again.GetProperty("repeats").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await AcknowledgeAsync(north, again.GetProperty("id").GetInt64())).Status);
        Assert.All(await ListAsync(north, "?state=all"), a => Assert.Equal("li.ming", a.GetProperty("acknowledgedBy").GetString()));

        // limits changed by a person work at once
        await server.SetLimitsAsync("north", new { high = 99 });
        await Patience.UntilAsync(async () => (await ListAsync(north, "")).Length == 0);

        Assert.Equal((HttpStatusCode.NotFound, "/problems/not-found"), await AcknowledgeAsync(server.Admin, 123_456_789));
    }

    private static async Task<JsonElement[]> ListAsync(HttpClient client, string query)
    {
        JsonElement page = await client.GetFromJsonAsync<JsonElement>($"/api/v1/alarms{query}");
        return [.. page.GetProperty("items").EnumerateArray()];
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string address)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(address, UriKind.Relative));
        return response.StatusCode;
    }

    private static async Task<(HttpStatusCode Status, string? Problem)> AcknowledgeAsync(HttpClient client, long id, string? comment = null)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync($"/api/v1/alarms/{id}/acknowledgement", new { comment });
        string? problem = response.IsSuccessStatusCode ? null : (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString();
        return (response.StatusCode, problem);
    }
}
