using System.Net;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Live;

/// <summary>Listens to the live stream over a real socket, as a console does, and moves the server's clock on while it waits.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly OperationsServer server;
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;
    private Task<string?>? reading;

    private EventStream(OperationsServer server, HttpResponseMessage response, StreamReader reader) => (this.server, this.response, this.reader) = (server, response, reader);

    public static async Task<EventStream> OpenAsync(OperationsServer server, HttpClient client, string query = "")
    {
        HttpResponseMessage response = await client.GetAsync(new Uri($"/api/v1/live{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var stream = new EventStream(server, response, new(await response.Content.ReadAsStreamAsync()));
        Assert.Equal("hello", (await stream.NextAsync())?.Event);
        return stream;
    }

    /// <summary>The next event but <paramref name="except"/>; <c>null</c> at the end of the stream. A heartbeat is an event without a name.</summary>
    public async Task<(string Event, JsonElement Data)?> NextAsync(string? except = "")
    {
        string name = "";
        JsonElement data = default;
        while (await LineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line["event: ".Length..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) data = JsonSerializer.Deserialize<JsonElement>(line["data: ".Length..]);
            if (line.Length > 0) continue;
            if (name != except) return (name, data);
            name = "";
        }
        return null;
    }

    /// <summary>The next alarm: <c>kind state</c>.</summary>
    public async Task<string?> NextAlarmAsync()
    {
        while (await NextAsync() is { } next)
            if (next.Event == "alarm") return $"{next.Data.GetProperty("kind").GetString()} {next.Data.GetProperty("state").GetString()}";
        return null;
    }

    /// <summary>Reads on until the alarm that was raised then is told in a state; being told to load again meanwhile is a failure.</summary>
    public async Task UntilAlarmAsync(DateTimeOffset raised, string state)
    {
        while (true)
        {
            (string name, JsonElement data) = Assert.NotNull(await NextAsync());
            Assert.NotEqual("resync", name);
            if (name == "alarm" && data.GetProperty("raised").GetDateTimeOffset() == raised && data.GetProperty("state").GetString() == state) return;
        }
    }

    /// <summary>The next event that is no alarm: an alarm is said a second time when it is written, before or after the sample that raised it.</summary>
    public async Task<(string Event, JsonElement Data)?> NextSampleAsync()
    {
        while (await NextAsync() is { } next)
            if (next.Event != "alarm") return next;
        return null;
    }

    public ValueTask DisposeAsync()
    {
        response.Dispose();
        reader.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> LineAsync()
    {
        using CancellationTokenSource limit = Patience.Begin();
        try
        {
            reading ??= reader.ReadLineAsync();
            while (!reading.IsCompleted)
            {
                server.Time.Advance(TimeSpan.FromMilliseconds(50));
                await Task.WhenAny(reading, Task.Delay(5, limit.Token));
                limit.Token.ThrowIfCancellationRequested();
            }
            return await reading;
        }
        catch (Exception end) when (end is IOException or HttpRequestException)
        {
            return null; // cut off
        }
        finally
        {
            if (reading is { IsCompleted: true }) reading = null;
        }
    }
}
