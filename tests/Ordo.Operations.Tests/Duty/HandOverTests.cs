using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Tests.Notifications;
using Ordo.Testing;
using static Ordo.Operations.Tests.Notifications.NotificationStand;

namespace Ordo.Operations.Tests.Duty;

public sealed class SqliteHandOverTests(SqliteDatabase database) : HandOverTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresHandOverTests(PostgresDatabase database) : HandOverTests(database), IClassFixture<PostgresDatabase>;

/// <summary>Two shifts, one roster, and what both sign.</summary>
public abstract class HandOverTests(TestDatabase database)
{
    private const string Password = "another-long-word";

    [Fact]
    public async Task Who_is_on_duty_is_known_swapped_told_and_relieved_with_two_signatures()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync(database);
        OperationsServer server = stand.Server;
        (long li, HttpClient liClient) = await stand.PersonAsync("li", "operator");
        (long wang, HttpClient wangClient) = await stand.PersonAsync("wang", "operator");
        using HttpClient south = await server.PersonAsync("south", "enterpriseUser", "south");

        // 2026-03-01 08:00 in the park: the day shift begins.
        object plan = new { firstDay = "2026-03-01", shifts = new[] { new { name = "白班", from = "08:00", hours = 12 }, new { name = "夜班", from = "20:00", hours = 12 } }, teams = new object[] { new { name = "甲班", members = new[] { li } }, new { name = "乙班", members = new[] { wang } } }, cycle = new[] { new[] { 0, 1 } } };
        JsonElement roster = await SendAsync(server.Admin, HttpMethod.Post, "/api/v1/duty/rosters", new { name = "主控室", plan, assetId = server.Of["north"].Asset }, expected: HttpStatusCode.Created);
        long rosterId = roster.GetProperty("id").GetInt64();
        JsonElement wrong = await SendAsync(server.Admin, HttpMethod.Post, "/api/v1/duty/rosters", new { name = "", plan = new { firstDay = "2026-03-01", shifts = new[] { new { name = "x", from = "8", hours = 30 } }, teams = Array.Empty<object>(), cycle = new[] { new[] { 4, 5 } } } }, expected: HttpStatusCode.UnprocessableEntity);
        foreach (string field in (string[])["name", "plan.shifts[0].from", "plan.shifts[0].hours", "plan.teams", "plan.cycle[0]"]) Assert.True(wrong.GetProperty("errors").TryGetProperty(field, out _), field);

        Assert.Equal("li", await OnDutyAsync(liClient));
        Assert.Empty((await south.GetFromJsonAsync<JsonElement>("/api/v1/duty/now")).EnumerateArray());
        await SendAsync(server.Admin, HttpMethod.Post, $"/api/v1/duty/rosters/{rosterId}/swaps", new { day = "2026-03-01", shift = 0, personId = li, otherDay = "2026-03-02", otherShift = 1, otherPersonId = wang, reason = "家中有事" }, expected: HttpStatusCode.NoContent);
        Assert.Equal("wang", await OnDutyAsync(liClient));
        JsonElement calendar = await liClient.GetFromJsonAsync<JsonElement>($"/api/v1/duty/rosters/{rosterId}/calendar?from=2026-03-01&to=2026-03-02");
        Assert.Equal(["wang", "wang", "li", "li"], calendar.GetProperty("shifts").EnumerateArray().Select(s => s.GetProperty("people")[0].GetProperty("name").GetString()));
        long swap = calendar.GetProperty("substitutions")[0].GetProperty("id").GetInt64();
        await SendAsync(server.Admin, HttpMethod.Delete, $"/api/v1/duty/rosters/{rosterId}/substitutions/{swap}", null, expected: HttpStatusCode.NoContent);
        Assert.Equal("li", await OnDutyAsync(liClient)); // and the other half is gone too

        // An alarm goes to who is on duty, and into the hand-over.
        await stand.RuleAsync([Step(0, [await stand.MailChannelAsync()], new { kind = "duty", id = rosterId })]);
        server.Sample("north", 85);
        await stand.PassUntilAsync(() => stand.Mail.Mails.Count == 1);
        Assert.Equal("li@park.test", stand.Mail.Recipients.Single());

        JsonElement draft = await SendAsync(liClient, HttpMethod.Post, "/api/v1/duty/handovers", new { rosterId }, expected: HttpStatusCode.Created);
        string address = $"/api/v1/duty/handovers/{draft.GetProperty("id").GetInt64()}";
        Assert.Equal(1, draft.GetProperty("snapshot").GetProperty("total").GetInt32());
        await SendAsync(liClient, HttpMethod.Post, "/api/v1/duty/handovers", new { rosterId }, expected: HttpStatusCode.Conflict);
        Assert.Equal(HttpStatusCode.NotFound, (await south.GetAsync(address)).StatusCode);
        await SendAsync(liClient, HttpMethod.Put, address + "/notes", new { situation = "平稳", done = "", watch = "1 号炉温度偏高", equipment = "" }, 1);
        await SendAsync(liClient, HttpMethod.Put, address + "/notes", new { situation = "late", done = "", watch = "", equipment = "" }, 1, HttpStatusCode.PreconditionFailed);

        object Sign(string side, string name, string password = Password, string? remark = null) => new Dictionary<string, object?> { ["as"] = side, ["userName"] = name, ["password"] = password, ["remark"] = remark };
        await SendAsync(liClient, HttpMethod.Post, address + "/signatures", Sign("incoming", "wang"), 2, HttpStatusCode.Conflict); // who goes signs first
        await SendAsync(liClient, HttpMethod.Post, address + "/signatures", Sign("outgoing", "li", "wrong-password-x"), 2, HttpStatusCode.UnprocessableEntity);
        await SendAsync(liClient, HttpMethod.Post, address + "/signatures", Sign("outgoing", "south"), 2, HttpStatusCode.UnprocessableEntity); // no right to
        await SendAsync(liClient, HttpMethod.Post, address + "/signatures", Sign("outgoing", "li"), 2);
        await SendAsync(liClient, HttpMethod.Put, address + "/notes", new { situation = "changed", done = "", watch = "", equipment = "" }, 3, HttpStatusCode.Conflict);
        await SendAsync(liClient, HttpMethod.Post, address + "/signatures", Sign("incoming", "li"), 3, HttpStatusCode.UnprocessableEntity); // not the same person
        JsonElement signed = await SendAsync(wangClient, HttpMethod.Post, address + "/signatures", Sign("incoming", "wang", remark: "已阅"), 3);
        Assert.Equal(("signed", true, "已阅", "li", "wang"), (signed.GetProperty("state").GetString(), signed.GetProperty("intact").GetBoolean(), signed.GetProperty("incomingRemark").GetString(),
            signed.GetProperty("outgoing").GetProperty("name").GetString(), signed.GetProperty("incoming").GetProperty("name").GetString()));
        await SendAsync(liClient, HttpMethod.Delete, address, null, 4, HttpStatusCode.Conflict);
        await SendAsync(liClient, HttpMethod.Delete, $"/api/v1/duty/rosters/{rosterId}", null, 1, HttpStatusCode.Conflict);

        // The picture of that moment stays, and a change behind the server's back shows.
        server.Sample("north", 50);
        Assert.Equal(1, (await liClient.GetFromJsonAsync<JsonElement>(address)).GetProperty("snapshot").GetProperty("total").GetInt32());
        await using (OrdoDbContext context = await server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync())
            await context.Database.ExecuteSqlAsync($"""UPDATE operations_handover SET "IncomingRemark" = '从未说过'""");
        Assert.False((await liClient.GetFromJsonAsync<JsonElement>(address)).GetProperty("intact").GetBoolean());
    }

    private static async Task<string?> OnDutyAsync(HttpClient client)
    {
        JsonElement now = Assert.Single((await client.GetFromJsonAsync<JsonElement>("/api/v1/duty/now")).EnumerateArray());
        return now.GetProperty("shifts")[0].GetProperty("people")[0].GetProperty("name").GetString();
    }
}
