using System.Globalization;
using System.Text.Json;
using Ordo.Simulator.Http;
using Ordo.Simulator.Replay;
using Ordo.Testing;

namespace Ordo.Simulator.Tests.Http;

public sealed class HttpFeedTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 15, 5, 0, Recording.China);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly FakeTime time = new(Start);
    private readonly FakeServer server = new();
    private readonly CancellationTokenSource stop = new();
    private readonly Tally tally = new();
    private readonly HttpClient http;

    public HttpFeedTests() => http = new() { BaseAddress = server.Address };

    public void Dispose()
    {
        stop.Cancel();
        http.Dispose();
        server.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task Meters_send_gzipped_line_protocol_with_the_token_and_measured_values()
    {
        Run(TestFleet.Fleet.Meters(), history: TimeSpan.FromHours(2));
        Received message = await server.NextAsync();
        Assert.Equal(("/api/v2/write?org=ordo&bucket=park&precision=ms", "Bearer secret", "gzip"), (message.Path, message.Authorization, message.Encoding));

        List<string[]> file = TestFleet.Lines("steel-energy/steel_energy_2018_jan-sep.csv.gz");
        HashSet<string> measured = [.. file.Skip(1).Select(row => row[1] + "|" + row[5])];
        string[] lines = message.Body!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8 * 21, lines.Length); // the quarters of two hours, 21 meters
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            Assert.Matches("^electricity,meter=EM[0-9]{2}$", parts[0]);
            Dictionary<string, decimal> fields = parts[1].Split(',').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => decimal.Parse(pair[1], CultureInfo.InvariantCulture));
            Assert.Contains($"{(fields["activePower"] / 4).ToString("0.##", CultureInfo.InvariantCulture)}|{fields["powerFactorLagging"].ToString("0.##", CultureInfo.InvariantCulture)}", measured);
            Assert.Equal(0, long.Parse(parts[2], CultureInfo.InvariantCulture) % 900_000);
        }
    }

    [Fact]
    public async Task When_nothing_new_was_measured_the_present_value_is_reported_again()
    {
        Run(TestFleet.Fleet.Meters(), history: TimeSpan.FromMinutes(10));
        string first = (await server.NextAsync()).Body!;
        await time.WhenWaiting(Interval);
        time.Advance(Interval);
        string again = (await server.NextAsync()).Body!;
        Assert.Equal(Start.AddMinutes(-5).ToUnixTimeMilliseconds(), StampOf(first));
        Assert.Equal(Start.Add(Interval).ToUnixTimeMilliseconds(), StampOf(again));
        Assert.Equal(first.Split(' ')[1], again.Split(' ')[1]);
    }

    [Fact]
    public async Task What_the_platform_cannot_take_now_is_sent_again_when_it_says()
    {
        server.Answers.Enqueue((503, 7));
        Run(TestFleet.Fleet.Meters(), history: TimeSpan.FromHours(1));
        Received refused = await server.NextAsync();
        await time.WhenWaiting(TimeSpan.FromSeconds(7));
        Assert.Equal(0, tally.Messages);
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(refused, await server.NextAsync());
        await time.WhenWaiting(Interval);
        Assert.Equal((1, 1), ((int)tally.Messages, (int)tally.Failures));
    }

    [Fact]
    public async Task What_the_platform_refuses_as_wrong_is_not_sent_again()
    {
        server.Answers.Enqueue((400, 0));
        Run(TestFleet.Fleet.Meters(), history: TimeSpan.FromHours(1));
        Received refused = await server.NextAsync();
        await time.WhenWaiting(Interval);
        time.Advance(Interval);
        Assert.NotEqual(refused, await server.NextAsync());
    }

    [Theory]
    [InlineData("crc")]
    [InlineData("drop")]
    public async Task A_damaged_or_broken_body_is_followed_by_the_whole_one(string fault)
    {
        Run(TestFleet.Fleet.Meters(), history: TimeSpan.FromHours(1), Misbehaviour.Parse($"{fault}=0.5", seed: 4));
        int broken = 0, whole = 0;
        while (broken == 0 || whole == 0)
        {
            Task<Received> next = server.NextAsync();
            // The pauses between messages differ; time simply passes until the next one comes.
            while (await Task.WhenAny(next, Task.Delay(20)) != next) time.Advance(TimeSpan.FromSeconds(1));
            if ((await next).Body is null) broken++;
            else whole++;
        }
    }

    [Fact]
    public async Task A_duplicated_message_comes_twice()
    {
        Run(TestFleet.Fleet.Meters(), history: TimeSpan.FromHours(1), Misbehaviour.Parse("duplicate=1", seed: 1));
        Assert.Equal(await server.NextAsync(), await server.NextAsync());
    }

    [Fact]
    public async Task Gas_sensors_send_each_minutes_measurement_as_json()
    {
        Run(TestFleet.Fleet.Gas(), history: TimeSpan.FromMinutes(3));
        List<string[]> file = TestFleet.Lines("methane-metec/observations_20220509-0512.csv.gz");
        HashSet<string> sources = [];
        for (int i = 0; i < 9; i++)
        {
            Received message = await server.NextAsync();
            Assert.Equal("/api/v1/telemetry", message.Path);
            using var body = JsonDocument.Parse(message.Body!);
            string source = body.RootElement.GetProperty("source").GetString()!;
            sources.Add(source);
            if (source == "WIND-C01") continue;
            int column = Array.IndexOf(file[0], $"ch4_ppm_{source[4..]}");
            foreach (JsonElement sample in body.RootElement.GetProperty("samples").EnumerateArray())
            {
                Assert.Equal("methane", sample.GetProperty("channel").GetString());
                Assert.EndsWith(":00.000Z", sample.GetProperty("time").GetString(), StringComparison.Ordinal);
                Assert.Contains(file, row => row[column] == sample.GetProperty("value").GetRawText());
            }
        }
        Assert.Equal(9, sources.Count);
    }

    private static long StampOf(string body) => long.Parse(body[..body.IndexOf('\n', StringComparison.Ordinal)].Split(' ')[2], CultureInfo.InvariantCulture);

    private void Run(IHttpDevices devices, TimeSpan history, Misbehaviour? misbehaviour = null)
    {
        var platform = new PlatformClient(http, "secret", misbehaviour ?? Misbehaviour.None, tally, time);
        _ = new HttpFeed(devices, new ReplayClock(Start, Start, 1), Interval, history, TimeSpan.Zero, platform, time).RunAsync(stop.Token);
    }
}
