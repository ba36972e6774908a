using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MimeKit;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Tests.Notifications;
using Ordo.Testing;
using static Ordo.Operations.Tests.Notifications.NotificationStand;

namespace Ordo.Operations.Tests.Reports;

public sealed class SqliteReportTests(SqliteDatabase database) : ReportRoutesTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresReportTests(PostgresDatabase database) : ReportRoutesTests(database), IClassFixture<PostgresDatabase>;

/// <summary>From the customer's workbook to the mail in the morning, on both databases.</summary>
public abstract class ReportRoutesTests(TestDatabase database)
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private static readonly byte[] Good = CustomerWorkbook.Make(["{{time each hour}}", "{{avg north/T each hour}}"], new Dictionary<string, string> { ["B8"] = "{{max north/T}}", ["C8"] = "{{max north/T in previous}}" });

    [Fact]
    public async Task A_template_is_checked_filled_at_once_and_by_the_morning_sent()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync(database);
        OperationsServer server = stand.Server;
        (long li, HttpClient liClient) = await stand.PersonAsync("li", "operator");
        (long south, HttpClient southClient) = await stand.PersonAsync("south", "enterpriseUser", "south");
        long mail = await stand.MailChannelAsync(), hook = await stand.WebhookAsync();
        JsonElement report = await ReadAsync(await liClient.PostAsJsonAsync("/api/v1/reports", new
        {
            name = "北厂日报", kind = "daily", assetId = server.Of["north"].Asset, scheduled = true, runAtMinutes = 510,
            delivery = new { channelIds = new[] { mail, hook }, recipients = new[] { Person(li), Person(south) } },
        }), HttpStatusCode.Created);
        string address = $"/api/v1/reports/{report.GetProperty("id").GetInt64()}";
        await ReadAsync(await liClient.PostAsJsonAsync(address + "/runs", new { }), HttpStatusCode.Conflict);

        // A broken placeholder, a stranger's point, a file that is none: refused, and it says where.
        JsonElement refused = await ReadAsync(await PutTemplateAsync(liClient, address, CustomerWorkbook.Make(["{{time each hour}}", "{{average north/T each hour}}"], new Dictionary<string, string> { ["B8"] = "{{max north/T", ["C8"] = "{{max south/T}}" }), 1), HttpStatusCode.UnprocessableEntity);
        Assert.Equal("/problems/report-template-refused", refused.GetProperty("type").GetString());
        Assert.Equal(["月报!B5", "月报!B8", "月报!C8"], refused.GetProperty("cells").EnumerateArray().Select(c => $"{c.GetProperty("sheet")}!{c.GetProperty("cell")}"));
        await ReadAsync(await PutTemplateAsync(liClient, address, "no workbook"u8.ToArray(), 1), HttpStatusCode.UnprocessableEntity);
        await ReadAsync(await PutTemplateAsync(liClient, address, Good, 7), HttpStatusCode.PreconditionFailed);
        report = await ReadAsync(await PutTemplateAsync(liClient, address, Good, 1), HttpStatusCode.OK);
        Assert.Equal("日报.xlsx", report.GetProperty("fileName").GetString());
        Assert.Equal(Good, await liClient.GetByteArrayAsync(address + "/template"));

        // Outside the scope it looks like none at all.
        foreach (string path in (string[])["", "/template", "/runs", "/runs/1/workbook", "/runs/1/page"]) Assert.Equal(HttpStatusCode.NotFound, (await southClient.GetAsync(address + path)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await southClient.PostAsJsonAsync("/api/v1/reports", new { name = "x", kind = "daily" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await southClient.PostAsJsonAsync(address + "/runs", new { })).StatusCode);

        // A day of hourly values, one hour left out and one doubtful.
        DateTimeOffset morning = Midnight(server); // it is eight o'clock
        var store = (MemoryTelemetry)server.Services.GetService(typeof(MemoryTelemetry))!;
        for (int hour = 0; hour < 24; hour++)
            if (hour != 5) store.Write(new("json", "north", "t"), morning.AddDays(-1).AddHours(hour).AddMinutes(1), 20 + hour, hour == 6 ? SampleQuality.Uncertain : default);
        await stand.PassUntilAsync(async () => (await RunsAsync(liClient, address)) is [var first, ..] && first.GetProperty("state").GetString() == "done", milliseconds: 60_000);

        JsonElement run = (await RunsAsync(liClient, address))[0];
        Assert.Equal((26, 4), (run.GetProperty("figures").GetInt32(), run.GetProperty("incomplete").GetInt32())); // two hours of the table, the day's maximum, and the day before
        Assert.Equal(JsonValueKind.Null, run.GetProperty("by").ValueKind);
        using (var opened = new OpenedWorkbook(await liClient.GetByteArrayAsync($"{address}/runs/{run.GetProperty("id")}/workbook")))
        {
            Dictionary<string, string> cells = opened.Cells("月报");
            Assert.Equal(["20", "", "", "43", "43", ""], [cells["B5"], cells["B10"], cells["B11"], cells["B28"], cells["B31"], cells["C31"]]);
            Assert.Equal("=SUM(B5:B28)", cells["B29"]);
        }
        using HttpResponseMessage page = await liClient.GetAsync($"{address}/runs/{run.GetProperty("id")}/page");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Contains("sandbox", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("北厂日报", html, StringComparison.Ordinal);
        Assert.Contains("<sup>91.6 %</sup>", html, StringComparison.Ordinal); // 22 of 24 hours stand behind the maximum
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);

        // Li gets it with the workbook; south may not read it; the webhook gets the text.
        await stand.PassUntilAsync(() => stand.Mail.Mails.Count == 1 && stand.Http.Calls.Count == 1);
        Assert.Equal("li@park.test", Assert.Single(stand.Mail.Recipients));
        MimePart file = (MimePart)Assert.Single(stand.Mail.Mails.Single().Attachments);
        Assert.Equal((WorkbookType, true), (file.ContentType.MimeType, file.FileName!.StartsWith("北厂日报 ", StringComparison.Ordinal)));
        Assert.Contains("https://ordo.park.test/reports/", stand.Mail.Mails.Single().TextBody, StringComparison.Ordinal);
        Assert.Contains("完整率", JsonElement.Parse(stand.Http.Calls.Single().Body).GetProperty("text").GetString(), StringComparison.Ordinal);

        // At once, for a day of one's own; nobody is told.
        JsonElement asked = await ReadAsync(await liClient.PostAsJsonAsync(address + "/runs", new { day = $"{morning.AddDays(-3).AddHours(8):yyyy-MM-dd}" }), HttpStatusCode.Accepted);
        await stand.PassUntilAsync(async () => (await RunsAsync(liClient, address))[0].GetProperty("state").GetString() == "done");
        Assert.Equal(("li", 0d), ((await RunsAsync(liClient, address))[0].GetProperty("by").GetString(), (await RunsAsync(liClient, address))[0].GetProperty("completeness").GetDouble()));
        Assert.Equal(asked.GetProperty("id").GetInt64(), (await RunsAsync(liClient, address))[0].GetProperty("id").GetInt64());
        await ReadAsync(await liClient.PostAsJsonAsync(address + "/runs", new { day = "2999-01-01" }), HttpStatusCode.UnprocessableEntity);
        Assert.Single(stand.Mail.Mails);

        int version = (await liClient.GetFromJsonAsync<JsonElement>(address)).GetProperty("version").GetInt32();
        await ReadAsync(await liClient.SendAsync(new(HttpMethod.Delete, address) { Headers = { IfMatch = { new($"\"{version}\"") } } }), HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.NotFound, (await liClient.GetAsync(address)).StatusCode);
    }

    private static DateTimeOffset Midnight(OperationsServer server)
    {
        DateTimeOffset local = server.Time.GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        return new DateTimeOffset(local.Date, TimeSpan.FromHours(8)).ToUniversalTime();
    }

    private static async Task<JsonElement[]> RunsAsync(HttpClient client, string address) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(address + "/runs")).GetProperty("items").EnumerateArray()];

    private static Task<HttpResponseMessage> PutTemplateAsync(HttpClient client, string address, byte[] file, int version) => client.SendAsync(new(HttpMethod.Put, address + "/template?name=" + Uri.EscapeDataString("日报.xlsx"))
    {
        Content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(WorkbookType) } },
        Headers = { IfMatch = { new($"\"{version}\"") } },
    });

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {body}");
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }
}
