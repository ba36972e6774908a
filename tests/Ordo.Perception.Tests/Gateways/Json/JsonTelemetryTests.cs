using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Gateways;
using Ordo.Perception.Gateways.Json;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Gateways.Json;

public class JsonTelemetryTests
{
    private const string Path = "/api/v1/telemetry";

    private const string Good = """
        {"source": "boiler-1", "note": {"a": [1, {"source": "no"}]}, "samples": [
          {"channel": "steam", "time": "2026-03-01T08:00:00.5+08:00", "value": 12.5},
          {"value": -1e-3, "time": 1772323200123, "quality": "bad:D", "channel": "te\u006dp", "more": [[]]},
          {"channel": "run", "time": "2026-03-01T00:00:00Z", "value": true, "quality": null}]}
        """;

    private static readonly (string, string, long, double, string)[] Meaning =
    [
        ("boiler-1", "steam", 1_772_323_200_500, 12.5, "good"), ("boiler-1", "temp", 1_772_323_200_123, -0.001, "bad:D"), ("boiler-1", "run", 1_772_323_200_000, 1, "good"),
    ];

    [Theory]
    [InlineData(Good)]
    [InlineData("[" + Good + "]")]
    [InlineData("""[{"samples": [{"channel": "steam", "time": 1772323200500, "value": 12.5}], "source": "boiler-1"}, """ + Good + "]")]
    public async Task Samples_are_stored_and_answered_204(string body)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        Assert.Equal((204, ""), await PostAsync(server, body));
        Assert.Equal(Meaning, Read(server));
        Source source = server.Registry.Gateway("json").Find("boiler-1")!;
        Assert.InRange(source.SampleCount, 3, 4);
        Assert.Equal(Verdict.Stored, Assert.Single(source.Frames.Read()).Verdict);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"source": "a", "samples": []}""")]
    public async Task Nothing_to_store_is_a_success(string body)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        Assert.Equal((204, ""), await PostAsync(server, body));
        Assert.Empty(server.Stored());
    }

    [Fact]
    public async Task Every_bad_sample_is_named_and_the_good_ones_are_stored()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        (int status, string body) = await PostAsync(server, """
            [{"source": "a", "samples": [
                {"channel": "ok", "time": 1, "value": 1},
                {"channel": "", "time": 1, "value": 1},
                {"channel": "b", "time": "yesterday", "value": 1},
                {"channel": "b", "time": "2026-03-01T00:00:00", "value": 1},
                {"channel": "b", "time": 1, "value": "1"},
                {"channel": "b", "time": 1, "value": 1e999},
                {"channel": "b", "time": 1, "value": 1, "quality": "perfect"},
                {"channel": "b"},
                7,
                {"channel": {"x": 1}, "time": [1], "value": {}},
                {"channel": "ok", "time": 2, "value": 2}]},
             {"samples": []}, 5, {"source": 3, "samples": {}}, {"source": "z"}]
            """);
        Assert.Equal(422, status);
        JsonElement problem = JsonDocument.Parse(body).RootElement;
        string[] fields = [.. problem.GetProperty("errors").EnumerateObject().Select(e => e.Name)];
        Assert.Equal(
            [
                "[0].samples[1].channel", "[0].samples[2].time", "[0].samples[3].time", "[0].samples[4].value", "[0].samples[5].value", "[0].samples[6].quality",
                "[0].samples[7].time", "[0].samples[7].value", "[0].samples[8]", "[0].samples[9].channel", "[0].samples[9].time", "[0].samples[9].value",
                "[1].source", "[2]", "[3].source", "[3].samples", "[4].samples",
            ],
            fields);
        Assert.Equal((17, 2), (problem.GetProperty("faults").GetInt32(), problem.GetProperty("stored").GetInt32()));
        Assert.Equal("/problems/validation", problem.GetProperty("type").GetString());
        Assert.Equal([1, 2], server.Stored().Select(s => s.Value));
    }

    [Fact]
    public async Task Only_so_many_faults_are_named_and_all_are_counted()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        (int status, string body) = await PostAsync(server, $$"""{"source": "a", "samples": [{{string.Join(',', Enumerable.Repeat("{}", 1000))}}]}""");
        JsonElement problem = JsonDocument.Parse(body).RootElement;
        Assert.Equal((422, 3000, 20), (status, problem.GetProperty("faults").GetInt32(), problem.GetProperty("errors").EnumerateObject().Count()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[{\"source\":\"a\"")]
    [InlineData("nonsense")]
    [InlineData("{} {}")]
    [InlineData("{\"source\":\"a\",}")]
    public async Task What_is_not_json_is_400(string body)
    {
        await using WriteServer server = await WriteServer.StartAsync();
        (int status, string answer) = await PostAsync(server, body);
        Assert.Equal(400, status);
        Assert.Contains("/problems/bad-request", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_no_unicode_is_a_fault_and_not_a_failure()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        byte[] body = [.. "{\"source\":\"a"u8, 0xFF, .. "\",\"samples\":[{\"channel\":\"\\ud800\",\"time\":1,\"value\":1}]}"u8];
        using HttpResponseMessage response = await server.Client().PostAsync(Path, new ByteArrayContent(body));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Empty(server.Stored());
    }

    [Fact]
    public void A_body_is_read_the_same_wherever_it_is_cut()
    {
        byte[] body = Encoding.UTF8.GetBytes($"[{Good}, {{\"source\":\"b\",\"samples\":[{{}},{{\"channel\":\"c\",\"time\":5,\"value\":6}}]}}]");
        (List<string> expected, int faults) = ParseInPieces(body);
        Assert.Equal((4, 3), (expected.Count, faults));
        for (int cut = 0; cut <= body.Length; cut++)
            Assert.Equal((string.Join('\n', expected), faults), Join(ParseInPieces(body[..cut], body[cut..])));
        Assert.Equal((string.Join('\n', expected), faults), Join(ParseInPieces([.. body.Select(b => new[] { b })])));

        static (string, int) Join((List<string> Samples, int Faults) read) => (string.Join('\n', read.Samples), read.Faults);
    }

    [Fact]
    public void Damaged_json_is_a_fault_and_never_a_failure() => Prop.ForAll<byte[], PositiveInt>((noise, seed) =>
    {
        byte[] body = Encoding.UTF8.GetBytes(Good);
        var random = new Random(seed.Get);
        foreach (byte b in noise) body[random.Next(body.Length)] = b;
        try
        {
            ParseInPieces(body);
        }
        catch (JsonException)
        {
            // answered 400
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Who_may_write_where_is_the_same_as_for_lines()
    {
        await using WriteServer server = await WriteServer.StartAsync();
        server.Claim("mine", "/1/2/", "json");
        server.Claim("other", "/3/", "json");
        const string body = """
            [{"source":"mine","samples":[{"channel":"c","time":1,"value":1}]}, {"source":"other","samples":[{"channel":"c","time":1,"value":1}]},
             {"source":"unknown","samples":[{"channel":"c","time":1,"value":1}]}]
            """;
        (int status, string answer) = await PostAsync(server, body, "scoped");
        Assert.Equal(403, status);
        Assert.Contains("\"stored\":1", answer, StringComparison.Ordinal);
        Assert.Equal("mine", Assert.Single(server.Stored()).Source);
        Assert.Null(server.Registry.Gateway("json").Find("unknown"));
        Assert.Equal(401, (await PostAsync(server, body, null)).Status);
        Assert.Equal(403, (await PostAsync(server, body, "none")).Status);
    }

    [Fact]
    public async Task Too_much_is_429_or_413_and_a_busy_store_503()
    {
        await using WriteServer server = await WriteServer.StartAsync(
            new HttpIngressOptions { MaxBodyBytes = 10_000 },
            new LimitOptions { HttpSource = new() { SamplesPerSecond = 1, Burst = TimeSpan.FromSeconds(1) }, HttpAddress = new() });
        string body = Body(1, 10);
        Assert.Equal(204, (await PostAsync(server, body)).Status);
        Assert.Equal(429, (await PostAsync(server, body)).Status);
        Assert.Equal(413, (await PostAsync(server, Body(1, 1000))).Status);
        using var bomb = new ByteArrayContent(WriteServer.Gzip(Body(1, 1000)));
        bomb.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(413, (int)(await server.Client().PostAsync(Path, bomb)).StatusCode);
        server.Store.Refusal = IngestRefusal.Overloaded;
        Assert.Equal(503, (await PostAsync(server, Body(2, 10))).Status);
        Assert.Equal(503, (await PostAsync(server, Body(2, 10))).Status);
        server.Store.Refusal = null;
        server.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(204, (await PostAsync(server, Body(1, 10))).Status);
    }

    [Fact]
    public async Task A_compressed_body_of_many_objects_is_stored_in_several_batches()
    {
        await using WriteServer server = await WriteServer.StartAsync(new HttpIngressOptions { MaxBatchSamples = 500 });
        string body = "[" + string.Join(',', Enumerable.Range(0, 100).Select(i => Body(i, 30))) + "]";
        using var content = new ByteArrayContent(WriteServer.Gzip(body));
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Assert.Equal(204, (int)(await server.Client().PostAsync(Path, content)).StatusCode);
        Assert.Equal(3000, server.Stored().Count);
        Assert.Equal(6, server.Store.Writes);
    }

    [Fact]
    public void A_source_with_very_many_samples_is_taken_in_parts()
    {
        int parts = 0;
        var parser = new JsonTelemetryParser(new JsonFaults(10));
        byte[] body = Encoding.UTF8.GetBytes(Body(1, 150_000));
        int at = 0;
        while (parser.Parse(body.AsSpan(at), true, out int consumed))
        {
            at += consumed;
            Assert.InRange(parser.Samples.Count, 1, JsonTelemetryParser.MaxHeldSamples);
            parser.Clear();
            parts++;
        }
        Assert.Equal((3, 0), (parts, parser.Faults.Count));
    }

    private static string Body(int source, int samples) =>
        $"{{\"source\":\"s{source}\",\"samples\":[{string.Join(',', Enumerable.Range(0, samples).Select(i => $"{{\"channel\":\"c\",\"time\":{i},\"value\":{i}}}"))}]}}";

    private static (List<string> Samples, int Faults) ParseInPieces(params byte[][] pieces)
    {
        var parser = new JsonTelemetryParser(new JsonFaults(100));
        var samples = new List<string>();
        byte[] held = [];
        for (int i = 0; i < pieces.Length; i++)
        {
            held = [.. held, .. pieces[i]];
            while (true)
            {
                bool any = parser.Parse(held, i == pieces.Length - 1, out int consumed);
                held = held[consumed..];
                if (!any) break;
                samples.AddRange(parser.Samples.Select(s => string.Create(
                    CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(parser.Source)} {Encoding.UTF8.GetString(parser.Channels[s.Channel])} {s.TimeMs} {s.Value} {s.Quality}")));
                parser.Clear();
            }
        }
        return (samples, parser.Faults.Count);
    }

    private static (string, string, long, double, string)[] Read(WriteServer server) => [.. server.Store.Read().OrderBy(s => s.Series).Select(s =>
    {
        SeriesKey key = server.Catalogue.KeyOf(s.Series);
        Assert.Equal("json", key.Gateway);
        return (key.Source, key.Channel, s.TimeMs, s.Value, s.Quality.ToString());
    })];

    private static async Task<(int Status, string Body)> PostAsync(WriteServer server, string body, string? token = "all")
    {
        using HttpClient client = server.Client(token);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        using HttpResponseMessage response = await client.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json"));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
