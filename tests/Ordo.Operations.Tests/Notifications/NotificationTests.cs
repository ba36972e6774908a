using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Ordo.Operations.Tests.Live;
using Ordo.Testing;
using static Ordo.Operations.Tests.Notifications.NotificationStand;

namespace Ordo.Operations.Tests.Notifications;

public sealed class SqliteNotificationTests(SqliteDatabase database) : NotificationTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresNotificationTests(PostgresDatabase database) : NotificationTests(database), IClassFixture<PostgresDatabase>;

/// <summary>From the sample to the mail server, on both databases, in one story.</summary>
public abstract class NotificationTests(TestDatabase database)
{
    [Fact]
    public async Task Whom_it_concerns_hears_once_and_others_when_nobody_acknowledges()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync(database);
        (long li, HttpClient liClient) = await stand.PersonAsync("li", "operator");
        (long boss, _) = await stand.PersonAsync("boss", "safetyOfficer");
        (long south, _) = await stand.PersonAsync("south-user", "enterpriseUser", "south");
        long mail = await stand.MailChannelAsync();
        long hook = await stand.WebhookAsync();
        // The same person twice, by name and by role, over two rules: still one message. South's user is named and must not hear of north.
        await stand.RuleAsync([Step(0, [mail, hook], Person(li), Person(south), new { kind = "role", role = "operator" }), Step(15, [mail], Person(boss))], new { priorities = new[] { 1, 2 } });
        await stand.RuleAsync([Step(0, [mail], Person(li))], new { priorities = new[] { 1, 2 } }, name: "again");

        stand.Server.Sample("north", 95); // high and high-high; only the latter is of priority 2
        await stand.PassUntilAsync(async () => stand.Mail.Mails.Count == 1 && stand.Http.Calls.Count == 1 && (await stand.DeliveriesAsync("&state=sent")).Length == 2);

        var letter = Assert.Single(stand.Mail.Mails);
        Assert.Equal("li@park.test", Assert.Single(stand.Mail.Recipients));
        Assert.Contains("north厂 炉温 高高限 95 °C", letter.Subject, StringComparison.Ordinal);
        Assert.Contains("https://ordo.park.test/alarms?state=all&open=", letter.TextBody, StringComparison.Ordinal);
        Assert.Equal("auto-generated", letter.Headers["Auto-Submitted"]);
        ReceivedCall call = Assert.Single(stand.Http.Calls);
        JsonElement body = JsonElement.Parse(call.Body);
        Assert.Contains("限值 90", body.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(call.Headers["Idempotency-Key"], body.GetProperty("key").GetString());

        await stand.PassAsync(TimeSpan.FromMinutes(14));
        Assert.Single(stand.Mail.Mails);
        await stand.PassUntilAsync(() => stand.Mail.Mails.Count == 2);
        Assert.Equal(["li@park.test", "boss@park.test"], stand.Mail.Recipients);
        Assert.Contains("无人确认，第 2 级", stand.Mail.Mails.Last().Subject, StringComparison.Ordinal);

        // Who was told stands at the alarm; the acknowledgement ends it for the next one before the boss hears.
        JsonElement worst = (await liClient.GetFromJsonAsync<JsonElement>("/api/v1/alarms?priority=2")).GetProperty("items")[0];
        JsonElement told = await liClient.GetFromJsonAsync<JsonElement>($"/api/v1/alarms/{worst.GetProperty("id").GetInt64()}/notifications");
        Assert.Equal(["li:0", "hook:0", "boss:1"], told.GetProperty("deliveries").EnumerateArray().Select(d => $"{d.GetProperty("recipient")}:{d.GetProperty("step")}").OrderBy(t => t[^1]).ThenByDescending(t => t));
        stand.Server.Sample("south", 95);
        await stand.PassUntilAsync(() => stand.Mail.Recipients.Count(r => r == "li@park.test") == 2);
        JsonElement second = (await liClient.GetFromJsonAsync<JsonElement>("/api/v1/alarms?priority=2")).GetProperty("items").EnumerateArray().Single(a => a.GetProperty("assetId").GetInt64() == stand.Server.Of["south"].Asset);
        await SendAsync(liClient, HttpMethod.Post, $"/api/v1/alarms/{second.GetProperty("id").GetInt64()}/acknowledgement", new { }, expected: HttpStatusCode.NoContent);
        await stand.PassAsync(TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(1));
        Assert.Equal(1, stand.Mail.Recipients.Count(r => r == "boss@park.test"));
        Assert.Equal(1, stand.Mail.Recipients.Count(r => r == "south-user@park.test")); // of south's own alarm
        Assert.Equal(stand.Mail.Mails.Count, stand.Mail.Mails.Select(m => m.MessageId).Distinct().Count());
    }
}

/// <summary>Receivers as they are: slow, full, wrong; and floods.</summary>
public sealed class ReceiverTests
{
    [Fact]
    public async Task A_webhook_that_hangs_delays_nobody_and_is_possibly_sent()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync(null, ("Operations:Notification:SendTimeout", "00:02:00"), ("Operations:Notification:Gap", "00:00:00"));
        (long li, _) = await stand.PersonAsync("li", "operator");
        long mail = await stand.MailChannelAsync();
        long hook = await stand.WebhookAsync();
        using var release = new CancellationTokenSource();
        stand.Http.Answer = context => Task.Delay(Timeout.Infinite, release.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await stand.RuleAsync([Step(0, [hook, mail], Person(li))]);

        for (int i = 1; i <= 6; i++)
        {
            stand.Server.Sample(i % 2 == 0 ? "north" : "south", 5 + (i % 2 * 80)); // a new low or high alarm each time
            stand.Server.Sample(i % 2 == 0 ? "north" : "south", 50);
            int wanted = Math.Min(i, 2);
            await stand.PassUntilAsync(() => stand.Mail.Mails.Count >= wanted, 1000);
        }
        Assert.NotEmpty(stand.Http.Calls);
        Assert.Empty(await stand.DeliveriesAsync("&state=possiblySent"));

        await stand.PassUntilAsync(async () => (await stand.DeliveriesAsync("&state=possiblySent")).Length > 0, 5000);
        JsonElement doubtful = (await stand.DeliveriesAsync("&state=possiblySent"))[0];
        Assert.Equal("hook", doubtful.GetProperty("channel").GetString());
        Assert.Contains("did not answer in time", doubtful.GetProperty("answer").GetString(), StringComparison.Ordinal);
        int heard = stand.Http.Calls.Count;
        await stand.PassAsync(TimeSpan.FromMinutes(40), TimeSpan.FromMinutes(1));
        Assert.Equal(stand.Http.Calls.Count, stand.Http.Calls.Select(c => c.Headers["Idempotency-Key"]).Distinct().Count());
        await release.CancelAsync();
    }

    [Fact]
    public async Task What_was_surely_not_taken_is_tried_again_with_growing_waits_and_an_end()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync(null, ("Operations:Notification:RetryAfter:0", "00:00:10"), ("Operations:Notification:RetryAfter:1", "00:01:00"),
            ("Operations:Notification:RetryAfter:2", "00:01:00"), ("Operations:Notification:RetryAfter:3", "00:01:00"), ("Operations:Notification:RetryAfter:4", "00:01:00"));
        long hook = await stand.WebhookAsync();
        var times = new ConcurrentQueue<DateTimeOffset>();
        int refuse = 2;
        stand.Http.Answer = context =>
        {
            times.Enqueue(stand.Time.GetUtcNow());
            context.Response.StatusCode = Interlocked.Decrement(ref refuse) >= 0 ? 503 : 200;
            return Task.CompletedTask;
        };
        await stand.RuleAsync([Step(0, [hook])]);
        stand.Server.Sample("north", 85);
        await stand.PassUntilAsync(async () => (await stand.DeliveriesAsync("&state=sent")).Length == 1, 1000);

        JsonElement sent = Assert.Single(await stand.DeliveriesAsync());
        Assert.Equal(3, sent.GetProperty("attempts").GetInt32());
        DateTimeOffset[] at = [.. times];
        Assert.True(at[1] - at[0] >= TimeSpan.FromSeconds(10) && at[2] - at[1] >= TimeSpan.FromSeconds(60), string.Join(", ", at));
        Assert.Single(stand.Http.Calls.Select(c => c.Headers["Idempotency-Key"]).Distinct()); // a receiver can tell

        // A refusal for good is not repeated, and the receiver's words stand in the log.
        stand.Http.Answer = context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync("who are you");
        };
        stand.Server.Sample("south", 85);
        await stand.PassUntilAsync(async () => (await stand.DeliveriesAsync("&state=failed")).Length == 1, 1000);
        JsonElement failed = Assert.Single(await stand.DeliveriesAsync("&state=failed"));
        Assert.Equal((1, "403 who are you"), (failed.GetProperty("attempts").GetInt32(), failed.GetProperty("answer").GetString()));

        // Somebody may send it again.
        stand.Http.Answer = context => context.Response.WriteAsync("ok");
        await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/deliveries/{failed.GetProperty("id").GetInt64()}/repetition", null, expected: HttpStatusCode.NoContent);
        await stand.PassUntilAsync(async () => (await stand.DeliveriesAsync("&state=sent")).Length == 2, 1000);
        await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/deliveries/{failed.GetProperty("id").GetInt64()}/repetition", null, expected: HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_flood_is_one_message_and_a_number()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        (long li, _) = await stand.PersonAsync("li", "operator");
        long mail = await stand.MailChannelAsync();
        for (int i = 0; i < 40; i++) await stand.Server.AddPointAsync("north", $"F{i}", $"flood{i}");
        await stand.RuleAsync([Step(0, [mail], Person(li))]);

        stand.Server.SampleMany([.. Enumerable.Range(0, 40).Select(i => $"flood{i}")], 85);
        await stand.PassUntilAsync(() => stand.Mail.Mails.Sum(AlarmsIn) >= 40, 1000);
        await stand.PassAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(40, stand.Mail.Mails.Sum(AlarmsIn));
        Assert.InRange(stand.Mail.Mails.Count, 1, 2); // those that rose while the first was leaving go into the next
        var last = stand.Mail.Mails.MaxBy(AlarmsIn)!;
        Assert.Matches("等 \\d+ 条告警", last.Subject);
        Assert.Matches("另有 \\d+ 条", last.TextBody);
    }

    private static int AlarmsIn(MimeKit.MimeMessage mail) => int.Parse(mail.Headers["X-Ordo-Alarms"]!, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task Quiet_hours_hold_what_is_not_urgent_until_they_end_and_only_if_it_still_stands()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        (long li, HttpClient client) = await stand.PersonAsync("li", "operator");
        long mail = await stand.MailChannelAsync();
        // It is 08:00 in the park.
        await stand.RuleAsync([Step(0, [mail], Person(li))], new { quiet = new { from = "07:00", to = "09:00", urgentPriority = 2 } });
        stand.Server.Sample("north", 85);
        stand.Server.Sample("south", 85);
        await stand.PassUntilAsync(async () => await stand.DeliveriesAsync() is [var one] && one.GetProperty("count").GetInt32() == 2);
        JsonElement[] alarms = [.. (await client.GetFromJsonAsync<JsonElement>("/api/v1/alarms")).GetProperty("items").EnumerateArray()];
        await SendAsync(client, HttpMethod.Post, $"/api/v1/alarms/{alarms[0].GetProperty("id").GetInt64()}/acknowledgement", new { }, expected: HttpStatusCode.NoContent);
        await stand.PassAsync(TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(5));
        Assert.Empty(stand.Mail.Mails);
        await stand.PassUntilAsync(() => stand.Mail.Mails.Count == 1, 30_000);
        Assert.Equal("1", stand.Mail.Mails.Single().Headers["X-Ordo-Alarms"]);
    }

    [Fact]
    public async Task A_rule_that_reaches_nobody_says_so_in_the_log()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        using HttpClient mute = await stand.Server.PersonAsync("mute", "operator"); // without an address
        long id = (await mute.GetFromJsonAsync<JsonElement>("/api/v1/auth/me")).GetProperty("accountId").GetInt64();
        await stand.RuleAsync([Step(0, [await stand.MailChannelAsync()], Person(id))], name: "to nobody");
        stand.Server.Sample("north", 85);
        await stand.PassUntilAsync(async () => (await stand.DeliveriesAsync("&state=failed")).Length == 1);
        JsonElement failed = Assert.Single(await stand.DeliveriesAsync());
        Assert.Equal(("to nobody", "nobody"), (failed.GetProperty("recipient").GetString(), failed.GetProperty("answer").GetString()));
    }

    [Fact]
    public async Task The_test_button_sends_a_real_message_and_shows_the_real_answer()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        long mail = await stand.MailChannelAsync();
        JsonElement result = await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/channels/{mail}/test", new { to = "someone@park.test" });
        Assert.Equal("sent", result.GetProperty("state").GetString());
        Assert.Equal("someone@park.test", Assert.Single(stand.Mail.Recipients));

        stand.Mail.Unknown.Add("nobody@park.test");
        result = await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/channels/{mail}/test", new { to = "nobody@park.test" });
        Assert.Equal("failed", result.GetProperty("state").GetString());
        Assert.StartsWith("550", result.GetProperty("answer").GetString(), StringComparison.Ordinal);

        // STARTTLS is not given up because somebody on the wire took it out of the offer.
        long tls = await stand.AddAsync("channels", new { kind = "email", name = "tls", settings = new { host = "127.0.0.1", port = stand.Mail.Port, security = "startTls", from = "ordo@park.test" } });
        result = await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/channels/{tls}/test", new { to = "someone@park.test" });
        Assert.Equal("failed", result.GetProperty("state").GetString());
        Assert.Single(stand.Mail.Mails);

        // A robot that says no in a friendly 200, repeating its own token: the token does not come back.
        long robot = await stand.WebhookAsync("ding", "dingTalk", new { address = stand.Http.Address + "/robot/send" }, "tok-123456", "SECabc");
        stand.Http.Answer = context => context.Response.WriteAsync("""{"errcode":310000,"errmsg":"sign not match for tok-123456"}""");
        result = await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/channels/{robot}/test", new { });
        Assert.Equal("failed", result.GetProperty("state").GetString());
        Assert.Contains("sign not match for ***", result.GetProperty("answer").GetString(), StringComparison.Ordinal);
        ReceivedCall call = Assert.Single(stand.Http.Calls);
        Assert.Matches("^/robot/send\\?access_token=tok-123456&timestamp=\\d{13}&sign=[A-Za-z0-9%]+$", call.Address);
    }

    [Fact]
    public async Task Secrets_are_enciphered_on_disk_and_never_come_back_or_go_elsewhere()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        long robot = await stand.WebhookAsync("feishu", "feishu", new { address = stand.Http.Address + "/hook" }, "tok-feishu-1", "sig-feishu-2");
        string shown = await stand.Server.Admin.GetStringAsync($"/api/v1/notifications/channels/{robot}");
        string audit = await stand.Server.Admin.GetStringAsync("/api/v1/audit?entity=channel");
        foreach (string secret in (string[])["tok-feishu-1", "sig-feishu-2"])
        {
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, audit, StringComparison.Ordinal);
            Assert.False(await stand.Server.IsOnDiskAsync(secret), secret);
        }
        Assert.True(JsonElement.Parse(shown).GetProperty("hasSecret").GetBoolean());

        object moved = new { kind = "feishu", name = "feishu", settings = new { address = stand.Http.Address + "/elsewhere" } };
        JsonElement refused = await SendAsync(stand.Server.Admin, HttpMethod.Put, $"/api/v1/notifications/channels/{robot}", moved, 1, HttpStatusCode.UnprocessableEntity);
        Assert.True(refused.GetProperty("errors").TryGetProperty("secret", out _), refused.ToString());
        object kept = new { kind = "feishu", name = "renamed", settings = new { address = stand.Http.Address + "/hook" } };
        await SendAsync(stand.Server.Admin, HttpMethod.Put, $"/api/v1/notifications/channels/{robot}", kept, 7, HttpStatusCode.PreconditionFailed);
        await SendAsync(stand.Server.Admin, HttpMethod.Put, $"/api/v1/notifications/channels/{robot}", kept, 1);
        JsonElement result = await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/channels/{robot}/test", new { });
        Assert.Equal("sent", result.GetProperty("state").GetString());
        Assert.Equal("/hook/tok-feishu-1", Assert.Single(stand.Http.Calls).Address);
    }

    [Fact]
    public async Task Targets_that_the_owner_did_not_list_are_refused_when_written_and_when_connected()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        foreach (string address in (string[])["http://127.0.0.2/x", "https://169.254.169.254/latest", "http://[::1]:80/", "https://10.0.0.1/", "http://example.com/", "ftp://example.com/", "https://user:pw@example.com/"])
        {
            JsonElement refused = await SendAsync(stand.Server.Admin, HttpMethod.Post, "/api/v1/notifications/channels",
                new { kind = "webhook", name = "x", settings = new { address, body = "{}" } }, expected: HttpStatusCode.UnprocessableEntity);
            Assert.True(refused.GetProperty("errors").TryGetProperty("settings.address", out _), address + refused);
        }

        // A name is judged by what it leads to.
        long byName = await stand.WebhookAsync("name", settings: new { address = "https://localhost.localdomain/x", body = "{}" });
        long local = await stand.WebhookAsync("local", settings: new { address = "https://localhost/x", body = "{}" });
        JsonElement result = await SendAsync(stand.Server.Admin, HttpMethod.Post, $"/api/v1/notifications/channels/{local}/test", new { });
        Assert.Equal("failed", result.GetProperty("state").GetString());
        Assert.True(byName > 0);
    }

    [Fact]
    public async Task The_browser_of_the_person_meant_is_told_and_nobody_elses()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        (long li, HttpClient client) = await stand.PersonAsync("li", "operator");
        (long away, _) = await stand.PersonAsync("away", "operator");
        long browser = await stand.AddAsync("channels", new { kind = "browser", name = "console", settings = new { } });
        await stand.RuleAsync([Step(0, [browser], Person(li), Person(away))], new { priorities = new[] { 2 } });
        await using EventStream own = await EventStream.OpenAsync(stand.Server, client), others = await EventStream.OpenAsync(stand.Server, stand.Server.Admin);
        stand.Server.Sample("north", 95);
        await stand.PassUntilAsync(async () => (await stand.DeliveriesAsync("&state=sent")).Length == 1 && (await stand.DeliveriesAsync("&state=cancelled")).Length == 1);

        JsonElement notice = default;
        while (notice.ValueKind == JsonValueKind.Undefined)
            if (await own.NextAsync() is { Event: "notice" } next) notice = next.Data;
        Assert.Contains("高高限", notice.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, notice.GetProperty("priority").GetInt32());
        // A later alarm reaches the other stream; the notice before it did not.
        stand.Server.Sample("south", 85);
        for (int alarms = 0; alarms < 3;)
        {
            var next = (await others.NextAsync())!.Value;
            Assert.NotEqual("notice", next.Event);
            if (next.Event == "alarm" && next.Data.GetProperty("assetId").GetInt64() == stand.Server.Of["south"].Asset) alarms = 3;
        }
    }

    [Fact]
    public async Task A_scoped_configurer_manages_only_what_is_theirs()
    {
        await using NotificationStand stand = await NotificationStand.StartAsync();
        using HttpClient north = await stand.Server.PersonAsync("north-safety", "safetyOfficer", "north");
        using HttpClient reader = await stand.Server.PersonAsync("reader", "analyst");
        long shared = await stand.MailChannelAsync();
        long southern = await stand.AddAsync("channels", new { kind = "browser", name = "south browser", assetId = stand.Server.Of["south"].Asset, settings = new { } });
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.GetAsync("/api/v1/notifications/channels")).StatusCode);

        JsonElement seen = Assert.Single((await north.GetFromJsonAsync<JsonElement>("/api/v1/notifications/channels")).EnumerateArray());
        Assert.Equal((shared, JsonValueKind.Null, false), (seen.GetProperty("id").GetInt64(), seen.GetProperty("settings").ValueKind, seen.GetProperty("mayEdit").GetBoolean()));
        await SendAsync(north, HttpMethod.Delete, $"/api/v1/notifications/channels/{shared}", null, 1, HttpStatusCode.Forbidden);
        await SendAsync(north, HttpMethod.Delete, $"/api/v1/notifications/channels/{southern}", null, 1, HttpStatusCode.NotFound);
        await SendAsync(north, HttpMethod.Post, $"/api/v1/notifications/channels/{shared}/test", new { to = "x@park.test" }, expected: HttpStatusCode.Forbidden);
        object rule = new { name = "n", assetId = stand.Server.Of["south"].Asset, steps = new[] { Step(0, [shared], new { kind = "role", role = "operator" }) } };
        await SendAsync(north, HttpMethod.Post, "/api/v1/notifications/rules", rule, expected: HttpStatusCode.UnprocessableEntity);
        object own = new { name = "n", assetId = stand.Server.Of["north"].Asset, steps = new[] { Step(0, [shared], new { kind = "role", role = "operator" }) } };
        await SendAsync(north, HttpMethod.Post, "/api/v1/notifications/rules", own, expected: HttpStatusCode.Created);
        Assert.Single((await north.GetFromJsonAsync<JsonElement>("/api/v1/notifications/rules")).EnumerateArray());
    }
}
