using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Notifications;

/// <summary>The server of <see cref="OperationsServer"/> with a mail server and an HTTP receiver beside it, and people who have addresses.</summary>
internal sealed class NotificationStand : IAsyncDisposable
{
    private NotificationStand(OperationsServer server, HttpReceiver http) => (Server, Http) = (server, http);

    public OperationsServer Server { get; }

    public MailReceiver Mail { get; } = new();

    public HttpReceiver Http { get; }

    public FakeTime Time => Server.Time;

    public static async Task<NotificationStand> StartAsync(TestDatabase? database = null, params (string Key, string Value)[] settings)
    {
        (string, string)[] all =
        [
            ("Operations:Notification:AllowedTargets:0", "127.0.0.1"),
            // The clock of these tests leaps; a receiver that answers at once must not be too late by it.
            ("Operations:Notification:SendTimeout", "01:00:00"), ("Operations:Notification:PublicAddress", "https://ordo.park.test"),
            .. settings,
        ];
        return new(await OperationsServer.StartAsync(database, all), await HttpReceiver.StartAsync());
    }

    /// <summary>Somebody with an account, an e-mail address and a telephone number.</summary>
    public async Task<(long Id, HttpClient Client)> PersonAsync(string name, string role, string? enterprise = null)
    {
        HttpClient client = await Server.PersonAsync(name, role, enterprise);
        JsonElement me = await client.GetFromJsonAsync<JsonElement>("/api/v1/auth/me");
        await SendAsync(client, HttpMethod.Put, "/api/v1/notifications/me", new { email = $"{name}@park.test", phone = "1380000" + (1000 + name.Length) }, version: 0);
        return (me.GetProperty("accountId").GetInt64(), client);
    }

    public Task<long> MailChannelAsync(int? port = null) => AddAsync("channels", new
    {
        kind = "email", name = "mail", settings = new { host = "127.0.0.1", port = port ?? Mail.Port, security = "none", from = "Ordo <ordo@park.test>" },
    });

    public Task<long> WebhookAsync(string name = "hook", string kind = "webhook", object? settings = null, string? secret = null, string? signingSecret = null) => AddAsync("channels", new
    {
        kind, name, settings = settings ?? new { address = Http.Address + "/" + name, body = """{"text":"{{text}}","key":"{{key}}"}""" }, secret, signingSecret,
    });

    public Task<long> RuleAsync(object[] steps, object? conditions = null, long? asset = null, string name = "rule") =>
        AddAsync("rules", new { name, assetId = asset, conditions = conditions ?? new { }, steps });

    public static object Step(int afterMinutes, long[] channels, params object[] recipients) => new { afterMinutes, channelIds = channels, recipients };

    public static object Person(long id) => new { kind = "person", id };

    public async Task<JsonElement[]> DeliveriesAsync(string query = "") =>
        [.. (await Server.Admin.GetFromJsonAsync<JsonElement>($"/api/v1/notifications/deliveries?pageSize=500{query}")).GetProperty("items").EnumerateArray()];

    /// <summary>Lets time pass in small steps until it is true.</summary>
    public async Task PassUntilAsync(Func<Task<bool>> isTrue, int milliseconds = 200)
    {
        await Patience.UntilAsync(async () =>
        {
            if (await isTrue()) return true;
            Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            return false;
        });
    }

    public Task PassUntilAsync(Func<bool> isTrue, int milliseconds = 200) => PassUntilAsync(() => Task.FromResult(isTrue()), milliseconds);

    /// <summary>Lets so much time pass, with a breath for the server between the steps.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan? step = null)
    {
        TimeSpan one = step ?? TimeSpan.FromSeconds(30);
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += one)
        {
            Time.Advance(one);
            // Two requests through the database: what was due has been seen by then, or is seen after the next step.
            await DeliveriesAsync();
            await DeliveriesAsync();
        }
    }

    public async Task<long> AddAsync(string what, object body)
    {
        using HttpResponseMessage made = await Server.Admin.PostAsJsonAsync("/api/v1/notifications/" + what, body);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
    }

    public static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string address, object? body, int? version = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        if (version is { } tag) request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{tag}\""));
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{method} {address}: {(int)answer.StatusCode} {text}");
        return text.Length > 0 ? JsonElement.Parse(text) : default;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Mail.DisposeAsync();
        await Http.DisposeAsync();
    }
}
