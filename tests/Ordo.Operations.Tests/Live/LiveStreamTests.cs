using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Operations.Alarms;
using Ordo.Operations.Live;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Live;

public sealed class LiveStreamTests
{
    [Fact]
    public async Task Values_and_alarms_arrive_and_each_sees_only_its_own()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        await using EventStream all = await EventStream.OpenAsync(server, server.Admin), own = await EventStream.OpenAsync(server, north);

        server.Sample("south", 85);
        Assert.Equal("high unacknowledged", await all.NextAlarmAsync());
        Assert.Equal((server.Of["south"].Point, 85.0, "good"), Read(await all.NextSampleAsync()));

        server.Sample("north", 5);
        Assert.Equal("low unacknowledged", await own.NextAlarmAsync()); // the first it hears of: nothing of the south came before
        Assert.Equal((server.Of["north"].Point, 5.0, "good"), Read(await own.NextSampleAsync()));
    }

    [Fact]
    public async Task A_filter_limits_samples_and_a_scope_limits_everything()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        await using EventStream filtered = await EventStream.OpenAsync(server, server.Admin, $"?points={server.Of["north"].Point},999"),
            scoped = await EventStream.OpenAsync(server, server.Admin, $"?scope={server.Of["north"].Asset}");

        server.Sample("south", 85);
        server.Sample("north", 50);
        Assert.Equal("high unacknowledged", await filtered.NextAlarmAsync());
        Assert.Equal((server.Of["north"].Point, 50.0, "good"), Read(await filtered.NextSampleAsync()));
        Assert.Equal((server.Of["north"].Point, 50.0, "good"), Read(await scoped.NextSampleAsync()));
    }

    [Fact]
    public async Task Who_names_points_hears_their_newest_values_first()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        server.Sample("north", 42);
        server.Sample("south", 43);
        string both = $"?points={server.Of["north"].Point},{server.Of["south"].Point}";
        await using EventStream own = await EventStream.OpenAsync(server, north, both);
        Assert.Equal((server.Of["north"].Point, 42.0, "good"), Read(await own.NextAsync())); // and nothing of the south
    }

    [Theory]
    [InlineData("?points=1,x", HttpStatusCode.BadRequest)]
    [InlineData("?points=-1", HttpStatusCode.BadRequest)]
    [InlineData("?scope=9999", HttpStatusCode.NotFound)]
    [InlineData("?scope=x", HttpStatusCode.BadRequest)]
    public async Task A_wrong_wish_is_a_problem_and_no_stream(string query, HttpStatusCode status)
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using HttpResponseMessage response = await server.Admin.GetAsync(new Uri($"/api/v1/live{query}", UriKind.Relative));
        Assert.Equal((status, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Nobody_listens_without_signing_in_or_outside_the_scope_or_beyond_the_bound()
    {
        await using OperationsServer server = await OperationsServer.StartAsync(null, ("Operations:Live:MaxStreams", "1"));
        using HttpClient stranger = new() { BaseAddress = server.Address }, north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(new Uri("/api/v1/live", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await north.GetAsync(new Uri($"/api/v1/live?scope={server.Of["south"].Asset}", UriKind.Relative))).StatusCode);

        await using (await EventStream.OpenAsync(server, north))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await north.GetAsync(new Uri("/api/v1/live", UriKind.Relative))).StatusCode);
        var hub = server.Services.GetRequiredService<LiveHub>();
        await Patience.UntilAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(hub.Streams == 0);
        });
        await using EventStream again = await EventStream.OpenAsync(server, north);
    }

    [Fact]
    public async Task A_silent_stream_has_a_heartbeat_every_two_seconds()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        await using EventStream stream = await EventStream.OpenAsync(server, server.Admin);
        for (int i = 0; i < 3; i++)
        {
            DateTimeOffset before = server.Time.GetUtcNow();
            Assert.Equal("", (await stream.NextAsync(except: null))?.Event);
            Assert.InRange((server.Time.GetUtcNow() - before).TotalSeconds, 0, 4);
        }
    }

    [Fact]
    public async Task A_source_that_comes_back_is_told()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        await using EventStream all = await EventStream.OpenAsync(server, server.Admin), own = await EventStream.OpenAsync(server, north);
        Assert.True(server.Services.GetRequiredService<SourceRegistry>().Gateway("json").TryOpen("north"u8, out Source? source));
        source.Heard(server.Time.GetUtcNow().ToUnixTimeMilliseconds(), "10.0.0.1:9");

        var told = await all.NextAsync();
        Assert.Equal(("source", "online", source.Id), (told?.Event, told?.Data.GetProperty("state").GetString(), told?.Data.GetProperty("id").GetInt32()));
        server.Sample("north", 50);
        Assert.Equal("sample", (await own.NextAsync())?.Event); // unclaimed sources are for those who see everything
    }

    [Fact]
    public async Task The_stream_ends_when_the_right_to_see_it_does()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north"), south = await server.PersonAsync("zhao", "enterpriseUser", "south");
        await using EventStream leaving = await EventStream.OpenAsync(server, north), staying = await EventStream.OpenAsync(server, south);
        JsonElement accounts = await server.Admin.GetFromJsonAsync<JsonElement>("/api/v1/accounts?q=li.ming");
        long id = accounts.GetProperty("items")[0].GetProperty("id").GetInt64();
        using (var edit = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/accounts/{id}"))
        {
            edit.Content = JsonContent.Create(new { displayName = "Li Ming", language = "en", disabled = false, grants = new[] { new { role = "analyst", assetId = server.Of["south"].Asset } } });
            edit.Headers.IfMatch.Add(System.Net.Http.Headers.EntityTagHeaderValue.Any);
            using HttpResponseMessage edited = await server.Admin.SendAsync(edit);
            Assert.True(edited.IsSuccessStatusCode, await edited.Content.ReadAsStringAsync());
        }

        Assert.Null(await leaving.NextAsync());
        server.Sample("south", 50);
        Assert.Equal("sample", (await staying.NextAsync())?.Event);
    }

    [Fact]
    public async Task A_cookie_that_grew_old_ends_the_stream()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        await using EventStream stream = await EventStream.OpenAsync(server, server.Admin);
        server.Time.Advance(TimeSpan.FromHours(13));
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams_at_once()
    {
        OperationsServer server = await OperationsServer.StartAsync();
        await using EventStream stream = await EventStream.OpenAsync(server, server.Admin);
        await server.DisposeAsync().AsTask().WaitAsync(Patience.Limit);
        Assert.Null(await stream.NextAsync());
    }

    [Fact]
    public async Task A_client_that_reads_nothing_delays_nobody_and_is_told_to_load_again()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using HttpClient other = await server.PersonAsync("li.ming", "operator");
        using TcpClient slow = await SlowClientAsync(server);
        await using EventStream prompt = await EventStream.OpenAsync(server, other);

        // Each round is a rise and a return: many more messages than are kept, more bytes than any socket buffers. How many messages tell it depends on
        // how the journal's cuts fall, so the prompt client is waited for by what it knows, not by how often it was told; and the journal is waited for,
        // because a cut that has become longer than what is kept rightly sends everybody to load again.
        var journal = server.Services.GetRequiredService<AlarmJournal>();
        var engine = server.Services.GetRequiredService<AlarmEngine>();
        DateTimeOffset raised = default;
        for (int round = 0; round < LiveMessages.Capacity; round++)
        {
            server.Sample("north", 85, milliseconds: 1);
            raised = server.Time.GetUtcNow();
            server.Sample("north", 50, milliseconds: 1);
            if (round % 25 != 24) continue;
            await prompt.UntilAlarmAsync(raised, "returnedUnacknowledged");
            await journal.WrittenAsync(engine.Sequence, TestContext.Current.CancellationToken);
        }
        var hub = server.Services.GetRequiredService<LiveHub>();
        Assert.Equal(0, hub.Resyncs);

        using var reader = new StreamReader(slow.GetStream());
        using CancellationTokenSource limit = Patience.Begin();
        string? line;
        do line = await reader.ReadLineAsync(limit.Token);
        while (line is not (null or "event: resync"));
        string? summary = await reader.ReadLineAsync(limit.Token);
        Assert.Contains("\"unacknowledged\":1", summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_stays_away_is_cut_off()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using TcpClient slow = await SlowClientAsync(server);
        var hub = server.Services.GetRequiredService<LiveHub>();
        await Patience.UntilAsync(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                server.Sample("north", 85);
                server.Sample("north", 50);
            }
            return Task.FromResult(hub.Streams == 0);
        });
    }

    /// <summary>A console with the smallest of receive buffers that asks for the stream and then reads nothing.</summary>
    private static async Task<TcpClient> SlowClientAsync(OperationsServer server)
    {
        using HttpResponseMessage made = await server.Admin.PostAsJsonAsync("/api/v1/tokens", new { name = "wall", role = "administrator" });
        string token = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/live HTTP/1.1\r\nHost: {server.Address.Authority}\r\nAuthorization: Bearer {token}\r\n\r\n"));
        var hub = server.Services.GetRequiredService<LiveHub>();
        await Patience.UntilAsync(() => Task.FromResult(hub.Streams > 0));
        return client;
    }

    /// <summary>A single sample.</summary>
    private static (long Point, double Value, string? Quality) Read((string Event, JsonElement Data)? next)
    {
        Assert.Equal("sample", next?.Event);
        JsonElement sample = Assert.Single(next!.Value.Data.EnumerateArray());
        return (sample.GetProperty("pointId").GetInt64(), sample.GetProperty("value").GetDouble(), sample.GetProperty("quality").GetString());
    }
}
