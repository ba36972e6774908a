using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Alarms;
using Ordo.Operations.Alarms;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Alarms;

public sealed class SqliteAlarmDefinitionRoutesTests() : AlarmDefinitionRoutesTests(null);

public sealed class PostgresAlarmDefinitionRoutesTests(PostgresDatabase database) : AlarmDefinitionRoutesTests(database), IClassFixture<PostgresDatabase>;

/// <summary>Definitions over HTTP: kept, changed by two people, many at once, as files; and what people do to their alarms.</summary>
public abstract class AlarmDefinitionRoutesTests(TestDatabase? database) : IAsyncLifetime
{
    private const string Root = "/api/v1/alarms";
    private OperationsServer server = null!;

    public async ValueTask InitializeAsync() => server = await OperationsServer.StartAsync(database);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_definition_lives_from_its_draft_to_its_last_change()
    {
        await TellsWhatIsWrongAsync();
        await IsMadeChangedAndDeletedAsync();
        await NeedsTwoPeopleWhenUrgentAsync();
        await IsChangedWithManyOthersAsync();
        await IsARowOfAFileAsync();
        await IsMadeFromATemplateAsync();
        await BelongsToAScopeAsync();
        await IsShelvedAndTakenOutOfServiceAsync();
        await IsRaisedByASystemAsync();
    }

    private async Task TellsWhatIsWrongAsync()
    {
        JsonElement wrong = await ProblemAsync(HttpMethod.Post, "/definitions", new { code = "", nameZh = "", kind = "deviation", priority = 7, pointId = Point("north"), deadband = -1, requiredRole = "king" });
        Assert.Equal(["code", "deadband", "limit", "nameZh", "priority", "requiredRole", "setpoint"], wrong.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order(StringComparer.Ordinal));

        wrong = await ProblemAsync(HttpMethod.Post, "/definitions", Expression("X", $"#{Point("north")} > 80 'kW'"));
        Assert.Contains($"{$"#{Point("north")} ".Length + 1}", wrong.GetProperty("errors").GetProperty("expression")[0].GetString(), StringComparison.Ordinal);
        wrong = await ProblemAsync(HttpMethod.Post, "/definitions", Expression("X", "#99999 > 1"));
        Assert.Contains("#99999", wrong.GetProperty("errors").GetProperty("expression")[0].GetString(), StringComparison.Ordinal);
        JsonElement check = await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/definitions/check-expression", new { expression = "[north/T] > 80 and avg([south/T], 5min) > 20" }), HttpStatusCode.OK);
        Assert.Equal((true, $"#{Point("north")} > 80 and avg(#{Point("south")}, 5min) > 20"), (check.GetProperty("ok").GetBoolean(), check.GetProperty("stored").GetString()));
    }

    private async Task IsMadeChangedAndDeletedAsync()
    {
        using HttpResponseMessage made = await SendAsync(server.Admin, HttpMethod.Post, "/definitions", Expression("DRY", "[north/T] > 70"));
        JsonElement item = await JsonAsync(made, HttpStatusCode.Created);
        long id = item.GetProperty("id").GetInt64();
        Assert.Equal(("\"1\"", $"#{Point("north")} > 70"), (made.Headers.ETag!.Tag, item.GetProperty("expression").GetString()));
        server.Sample("north", 75);
        await UntilOnDeskAsync("expression unacknowledged");

        object changed = new { code = "DRY", nameZh = "干", kind = "expression", priority = 2, assetId = server.Park, expression = "[north/T] > 74", reason = "too early" };
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}", changed)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}", changed, "\"1\"")).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}", changed, "\"1\"")).StatusCode); // the other editor
        JsonElement change = (await GetAsync($"/definitions/{id}/changes")).GetProperty("items")[0];
        Assert.Equal(("admin", "too early", "update", "applied"), (Text(change, "by"), Text(change, "reason"), Text(change, "action"), Text(change, "status")));
        Assert.Equal((4, 2), (change.GetProperty("before").GetProperty("priority").GetInt32(), change.GetProperty("after").GetProperty("priority").GetInt32()));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(server.Admin, HttpMethod.Delete, $"/definitions/{id}", null, "*")).StatusCode); // no reason
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server.Admin, HttpMethod.Delete, $"/definitions/{id}?reason=gone", null, "*")).StatusCode);
        await UntilOnDeskAsync("expression returnedUnacknowledged");
        Assert.Equal(3, (await GetAsync($"/definitions/{id}/changes")).GetProperty("total").GetInt32());
        await AcknowledgeAllAsync();
    }

    private async Task NeedsTwoPeopleWhenUrgentAsync()
    {
        long id = AlarmKeys.OfLimit(Point("north"), AlarmKind.HighHigh);
        JsonElement of = await GetAsync($"/definitions/{id}");
        Assert.Equal((true, 90.0, 2, 0), (of.GetProperty("ofPoint").GetBoolean(), of.GetProperty("limit").GetDouble(), of.GetProperty("priority").GetInt32(), of.GetProperty("version").GetInt32()));
        object urgent = new { code = "any", nameZh = "炉温高高", kind = "highHigh", priority = 1, response = "Open the vent.", timeToRespondSeconds = 120, severity = "severe", reason = "it may burst" };
        JsonElement pending = await JsonAsync(await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}", urgent, "\"0\""), HttpStatusCode.Accepted);
        string decide = $"/changes/{pending.GetProperty("id").GetInt64()}/approval";
        Assert.Equal(2, (await GetAsync($"/definitions/{id}")).GetProperty("priority").GetInt32());
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(server.Admin, HttpMethod.Post, decide, new { })).StatusCode); // not one's own

        using HttpClient second = await server.PersonAsync("wang.fang", "safetyOfficer");
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(second, HttpMethod.Post, decide, new { comment = "agreed" })).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(second, HttpMethod.Post, decide, new { })).StatusCode);
        JsonElement now = await GetAsync($"/definitions/{id}");
        Assert.Equal((1, 1, 1, 90.0), (now.GetProperty("priority").GetInt32(), now.GetProperty("suggestedPriority").GetInt32(), now.GetProperty("version").GetInt32(), now.GetProperty("limit").GetDouble()));
        server.Sample("north", 95);
        await UntilOnDeskAsync("high unacknowledged", "highHigh unacknowledged");
        JsonElement alarm = (await GetAsync("?priority=1")).GetProperty("items")[0];
        Assert.Equal(("Open the vent.", id), (Text(alarm, "response"), alarm.GetProperty("definitionId").GetInt64()));
        server.Sample("north", 50);
        await AcknowledgeAllAsync();

        JsonElement wrong = await ProblemAsync(HttpMethod.Put, $"/definitions/{id}", new { code = "any", nameZh = "炉温", kind = "highHigh", priority = 2, limit = 95, reason = "x" }, "\"1\"");
        Assert.True(wrong.GetProperty("errors").TryGetProperty("limit", out _)); // it is the point's
    }

    private async Task IsChangedWithManyOthersAsync()
    {
        object edit = new { withPriority = 3, onDelaySeconds = 5, requiredRole = "operator" };
        JsonElement preview = await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/definitions/mass-edit/preview", edit), HttpStatusCode.OK);
        Assert.Equal((4, false), (preview.GetProperty("total").GetInt32(), preview.GetProperty("isApplied").GetBoolean())); // high and low of both points
        string etag = Text(preview, "etag");
        Assert.Equal(["0", "5000"], preview.GetProperty("rows")[0].GetProperty("changes").GetProperty("onDelayMs").EnumerateArray().Select(v => v.GetString()));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(server.Admin, HttpMethod.Post, "/definitions/mass-edit", new { withPriority = 3, onDelaySeconds = 6, reason = "calm", etag })).StatusCode);
        JsonElement done = await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/definitions/mass-edit", new { withPriority = 3, onDelaySeconds = 5, requiredRole = "operator", reason = "calm", etag }), HttpStatusCode.OK);
        Assert.True(done.GetProperty("isApplied").GetBoolean());
        Assert.Equal(0, (await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/definitions/mass-edit/preview", edit), HttpStatusCode.OK)).GetProperty("total").GetInt32());
    }

    private async Task IsARowOfAFileAsync()
    {
        string file = await server.Admin.GetStringAsync(new Uri($"{Root}/definitions.csv", UriKind.Relative));
        Assert.Contains($"point:{Point("north")}:high,high,", file, StringComparison.Ordinal);
        JsonElement same = await JsonAsync(await ImportAsync(file), HttpStatusCode.OK);
        Assert.Equal((0, 0, 6), Counts(same));

        string bad = $"code,kind,nameZh,pointId,priority,limit\nN1,high,新,{Point("north")},9,70\nN2,hihg,新,{Point("north")},3,70\nN3,high,,{Point("north")},3,x\n";
        JsonElement refused = await JsonAsync(await ImportAsync(bad), HttpStatusCode.UnprocessableEntity);
        Assert.Equal(["2 priority 9", "3 kind hihg", "4 limit x"], refused.GetProperty("rows").EnumerateArray().Select(r => $"{r.GetProperty("row")} {Text(r, "column")} {Text(r, "value")}"));
        string good = $"code,kind,nameZh,pointId,priority,limit\nN1,high,新,{Point("north")},3,70\n";
        Assert.Equal((1, 0, 0), Counts(await JsonAsync(await ImportAsync(good, check: true), HttpStatusCode.OK)));
        Assert.Equal((1, 0, 0), Counts(await JsonAsync(await ImportAsync(good), HttpStatusCode.OK)));
        Assert.Equal((0, 1, 0), Counts(await JsonAsync(await ImportAsync(good.Replace(",70", ",72", StringComparison.Ordinal)), HttpStatusCode.OK)));
        Assert.Equal(72, (await GetAsync("/definitions?q=N1")).GetProperty("items")[0].GetProperty("limit").GetDouble());
    }

    private async Task IsMadeFromATemplateAsync()
    {
        object template = new { nameZh = "厂", assetKind = "enterprise", parts = new[] { new { quantity = "temperature", suffix = "stale", settings = new { code = "", nameZh = "数据中断", kind = "stale", priority = 4, windowSeconds = 600 } } } };
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server.Admin, HttpMethod.Put, "/templates/plant", template)).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await SendAsync(server.Admin, HttpMethod.Put, "/templates/plant", template)).StatusCode);
        JsonElement check = await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/templates/plant/application", new { check = true }), HttpStatusCode.OK);
        Assert.Equal(["north/T.stale", "south/T.stale"], check.GetProperty("codes").EnumerateArray().Select(c => c.GetString()).Order(StringComparer.Ordinal));
        Assert.Equal((2, 0, 0), Counts(await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/templates/plant/application", new { reason = "all plants" }), HttpStatusCode.OK)));
        Assert.Equal((0, 0, 2), Counts(await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/templates/plant/application", new { reason = "again" }), HttpStatusCode.OK)));
    }

    private async Task BelongsToAScopeAsync()
    {
        using HttpClient south = await server.PersonAsync("bao.er", "safetyOfficer", "south");
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(south, HttpMethod.Get, $"/definitions/{AlarmKeys.OfLimit(Point("north"), AlarmKind.High)}", null)).StatusCode);
        Assert.Equal(4, JsonSerializer.Deserialize<JsonElement>(await south.GetStringAsync(new Uri($"{Root}/definitions", UriKind.Relative))).GetProperty("total").GetInt32());
        JsonElement wrong = await JsonAsync(await SendAsync(south, HttpMethod.Post, "/definitions", Expression("SPY", "[north/T] > 1", server.Of["south"].Asset)), HttpStatusCode.UnprocessableEntity);
        Assert.Contains("north/T", wrong.GetProperty("errors").GetProperty("expression")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(south, HttpMethod.Put, "/templates/plant", new { nameZh = "厂", assetKind = "enterprise", parts = Array.Empty<object>() })).StatusCode);
    }

    private async Task IsShelvedAndTakenOutOfServiceAsync()
    {
        long id = AlarmKeys.OfLimit(Point("south"), AlarmKind.HighHigh);
        server.Sample("south", 95);
        server.Sample("south", 95, milliseconds: 6000); // its high waits 5 s since the mass edit
        await UntilOnDeskAsync("high unacknowledged", "highHigh unacknowledged");
        DateTimeOffset until = server.Time.GetUtcNow().AddMinutes(30);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}/shelf", new { until })).StatusCode); // no reason
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}/shelf", new { until = until.AddDays(1), reason = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}/shelf", new { until, reason = "sensor is being cleaned" })).StatusCode);
        await UntilOnDeskAsync("high unacknowledged");
        JsonElement shelved = (await GetAsync("?state=shelved")).GetProperty("items")[0];
        Assert.Equal(("admin", "sensor is being cleaned"), (Text(shelved, "heldBy"), Text(shelved, "heldReason")));
        Assert.Equal(1, (await GetAsync("/held")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await GetAsync("/summary")).GetProperty("shelved").GetInt32());
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server.Admin, HttpMethod.Put, $"/definitions/{id}/service", new { reason = "permit 4711" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server.Admin, HttpMethod.Delete, $"/definitions/{id}/service", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(server.Admin, HttpMethod.Delete, $"/definitions/{id}/service", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server.Admin, HttpMethod.Delete, $"/definitions/{id}/shelf?reason=done", null)).StatusCode);
        await UntilOnDeskAsync("high unacknowledged", "highHigh unacknowledged");

        JsonElement group = Assert.Single((await GetAsync("/groups")).GetProperty("items").EnumerateArray());
        Assert.Equal((2, 2), (group.GetProperty("count").GetInt32(), group.GetProperty("unacknowledged").GetInt32()));
        Assert.Equal(
            ["unshelve", "returnToService", "removeFromService", "shelve", "conditionMet"],
            (await GetAsync($"/journal?definition={id}")).GetProperty("items").EnumerateArray().Select(e => Text(e, "kind")));

        object state = new { state = "maintenance", reason = "overhaul" };
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(server.Admin, HttpMethod.Put, $"/plant-states/{server.Park}", state)).StatusCode);
        Assert.Equal("maintenance", Text((await GetAsync("/plant-states")).GetProperty("items")[0], "state"));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(server.Admin, HttpMethod.Post, $"/{group.GetProperty("first").GetProperty("id").GetInt64()}/comments", new { comment = "called the fitter" })).StatusCode);
        server.Sample("south", 50);
        await AcknowledgeAllAsync();
    }

    private async Task IsRaisedByASystemAsync()
    {
        var raiser = server.Services.GetRequiredService<IAlarmRaiser>();
        var alarm = new RaisedAlarm(new("energy", "meter-1-tamper"), server.Of["north"].Asset, new("表计开盖", "Meter cover open"), 3) { Detail = "cover", Response = "Send somebody." };
        for (int i = 0; i < 2; i++) await raiser.RaiseAsync(alarm);
        JsonElement item = (await GetAsync("?kind=raised")).GetProperty("items")[0];
        Assert.Equal(("Meter cover open", "cover", "Send somebody."), (Text(item, "nameEn"), Text(item, "detail"), Text(item, "response")));
        await raiser.ClearAsync(alarm.Key);
        await raiser.ClearAsync(new("energy", "never"));
        Assert.Equal("returnedUnacknowledged", Text((await GetAsync("?kind=raised")).GetProperty("items")[0], "state"));
    }

    private long Point(string name) => server.Of[name].Point;

    private object Expression(string code, string expression, long? asset = null) =>
        new { code, nameZh = "干", nameEn = "Dry", kind = "expression", priority = 4, assetId = asset ?? server.Park, expression };

    private async Task UntilOnDeskAsync(params string[] expected) => await Patience.UntilAsync(async () =>
    {
        server.Time.Advance(TimeSpan.FromMilliseconds(50));
        return expected.SequenceEqual((await GetAsync("")).GetProperty("items").EnumerateArray().Select(a => $"{Text(a, "kind")} {Text(a, "state")}").Order(StringComparer.Ordinal));
    });

    private async Task AcknowledgeAllAsync()
    {
        await Patience.UntilAsync(async () =>
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            long[] ids = [.. (await GetAsync("")).GetProperty("items").EnumerateArray().Select(a => a.GetProperty("id").GetInt64())];
            if (ids.Length == 0) return true;
            JsonElement done = await JsonAsync(await SendAsync(server.Admin, HttpMethod.Post, "/acknowledgements", new { ids }), HttpStatusCode.OK);
            Assert.All(done.EnumerateArray(), r => Assert.Equal("done", Text(r, "outcome")));
            return false;
        });
    }

    private async Task<JsonElement> GetAsync(string address) =>
        JsonSerializer.Deserialize<JsonElement>(await server.Admin.GetStringAsync(new Uri(Root + address, UriKind.Relative)));

    private async Task<JsonElement> ProblemAsync(HttpMethod method, string address, object body, string? match = null) =>
        await JsonAsync(await SendAsync(server.Admin, method, address, body, match), HttpStatusCode.UnprocessableEntity);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<HttpResponseMessage> ImportAsync(string file, bool check = false)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", "alarms.csv" } };
        return await server.Admin.PostAsync(new Uri($"{Root}/definitions/import?check={(check ? "true" : "false")}&reason=file", UriKind.Relative), form);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string address, object? body, string? match = null)
    {
        using var request = new HttpRequestMessage(method, Root + address) { Content = body is null ? null : JsonContent.Create(body) };
        if (match is not null) request.Headers.IfMatch.Add(match == "*" ? EntityTagHeaderValue.Any : new(match));
        return await client.SendAsync(request);
    }

    private static (int, int, int) Counts(JsonElement result) =>
        (result.GetProperty("created").GetInt32(), result.GetProperty("updated").GetInt32(), result.GetProperty("unchanged").GetInt32());

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
