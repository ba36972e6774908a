using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ordo.Operations.Tests.Notifications;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>
/// The server dies while it tells somebody. What was surely not handed over is told after the start; what may have arrived is not told again, and the
/// log says so (docs/decisions/0044).
/// </summary>
public sealed class NotificationKillTests
{
    private static readonly string[] Settings =
        ["--set", "Operations:Notification:AllowedTargets:0=127.0.0.1", "--set", "Operations:Notification:Gap=00:00:00", "--set", "Operations:Notification:SendTimeout=00:05:00"];

    [Fact]
    public async Task Killed_between_handing_over_and_noting_it_each_recipient_has_heard_once()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("server", null, Settings);
        await using var mail = new MailReceiver();
        await using HttpReceiver http = await HttpReceiver.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        Plant plant = await BuildAsync(server, admin, mail.Port, http.Address);

        // Both receivers have the whole message and keep their answer to themselves.
        var (mailHere, httpHere) = (Reached(), Reached());
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        mail.BeforeAnswer = () => { mailHere.TrySetResult(); return release.Task; };
        http.Answer = _ => { httpHere.TrySetResult(); return release.Task; };
        await plant.RaiseAsync(1);
        await Task.WhenAll(mailHere.Task, httpHere.Task).WaitAsync(Patience.Limit);
        await server.KillAloneAsync();
        release.SetResult();
        mail.BeforeAnswer = () => Task.CompletedTask;
        http.Answer = _ => Task.CompletedTask;

        await server.StartAgainAsync();
        using HttpClient again = await server.SignInAsync();
        await Patience.UntilAsync(async () => (await again.ItemsAsync("/api/v1/notifications/deliveries?state=possiblySent")).Length == 2);
        // A later alarm reaches both; by then the earlier one would have been repeated.
        await plant.RaiseAsync(2);
        await Patience.UntilAsync(async () => (await again.ItemsAsync("/api/v1/notifications/deliveries?state=sent")).Length == 2);
        Assert.Equal(2, mail.Mails.Count);
        Assert.Equal(2, mail.Mails.Select(m => m.MessageId).Distinct().Count());
        Assert.Equal(2, http.Calls.Count);
        Assert.Equal(2, http.Calls.Select(c => c.Headers["Idempotency-Key"]).Distinct().Count());
        Assert.Equal(4, (await again.ItemsAsync("/api/v1/notifications/deliveries")).Length);
    }

    [Fact]
    public async Task Killed_before_anything_was_handed_over_the_recipient_hears_after_the_start()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("server", null, Settings);
        // A mail server that takes the call and says nothing: the message is claimed, and not a byte of it has left.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        using HttpClient admin = await server.SignInAsync();
        Plant plant = await BuildAsync(server, admin, port, hook: null);
        await plant.RaiseAsync(1);
        using (Socket call = await silent.AcceptSocketAsync().WaitAsync(Patience.Limit))
        {
            await Patience.UntilAsync(async () => (await admin.ItemsAsync("/api/v1/notifications/deliveries?state=claimed")).Length == 1);
            await server.KillAloneAsync();
        }
        silent.Stop();

        await using var mail = new MailReceiver(port);
        await server.StartAgainAsync();
        using HttpClient again = await server.SignInAsync();
        await Patience.UntilAsync(async () => (await again.ItemsAsync("/api/v1/notifications/deliveries?state=sent")).Length == 1);
        Assert.Equal("admin@park.test", Assert.Single(mail.Recipients));
        Assert.Single(await again.ItemsAsync("/api/v1/notifications/deliveries"));
    }

    private static TaskCompletionSource Reached() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task<Plant> BuildAsync(ServerProcess server, HttpClient admin, int mailPort, string? hook)
    {
        long park = await admin.PostAsync("/api/v1/assets", new { kind = "park", code = "P", nameZh = "园区" });
        foreach (int meter in (int[])[1, 2])
            await admin.PostAsync("/api/v1/points", new
            {
                assetId = park, code = $"M{meter}", nameZh = $"功率 {meter}", quantity = "activePower", unit = "kW", gateway = "line", source = $"plant,meter={meter}", channel = "power", limits = new { high = 100 },
            });
        using var address = new HttpRequestMessage(HttpMethod.Put, "/api/v1/notifications/me") { Content = JsonContent.Create(new { email = "admin@park.test" }) };
        address.Headers.IfMatch.Add(new("\"0\""));
        using HttpResponseMessage entered = await admin.SendAsync(address);
        Assert.Equal(HttpStatusCode.OK, entered.StatusCode);
        List<long> channels = [await admin.PostAsync("/api/v1/notifications/channels", new { kind = "email", name = "mail", settings = new { host = "127.0.0.1", port = mailPort, security = "none", from = "ordo@park.test" } })];
        if (hook is not null) channels.Add(await admin.PostAsync("/api/v1/notifications/channels", new { kind = "webhook", name = "hook", settings = new { address = hook, body = """{"text":"{{text}}"}""" } }));
        JsonElement me = await admin.GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
        await admin.PostAsync("/api/v1/notifications/rules", new
        {
            name = "all", steps = new[] { new { afterMinutes = 0, channelIds = channels, recipients = new[] { new { kind = "person", id = me.GetProperty("accountId").GetInt64() } } } },
        });
        return new(server, await server.WriterAsync());
    }

    private sealed record Plant(ServerProcess Server, HttpClient Writer)
    {
        public async Task RaiseAsync(int meter)
        {
            string line = string.Create(CultureInfo.InvariantCulture, $"plant,meter={meter} power=500 {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n");
            using var content = new StringContent(line, Encoding.UTF8);
            using HttpResponseMessage answer = await Writer.PostAsync("/api/v2/write?bucket=b&org=o&precision=ms", content);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        }
    }
}
