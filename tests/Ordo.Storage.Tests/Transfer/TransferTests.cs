using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Tests.Chunks;
using Ordo.Storage.Tests.Samples;
using Ordo.Storage.Tests.Store;

namespace Ordo.Storage.Tests.Transfer;

public sealed class TransferTests
{
    private const string Everything = "/api/v1/telemetry/export?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z";

    [Fact]
    public async Task What_is_exported_as_CSV_and_imported_elsewhere_is_the_same_bit_for_bit_with_its_quality()
    {
        await using SampleServer one = await SampleServer.StartAsync(), other = await SampleServer.StartAsync();
        var random = new Random(11);
        string[] sources = ["meter", "with, comma", "with \"quotes\"", "两行\n名称", "line,tag=1"];
        foreach (string source in sources)
        {
            int series = one.Store.Series(source, "value");
            using Batch batch = Batch.Rent();
            foreach (double value in Doubles.Odd)
                batch.Add(series, random.NextInt64(-50_000_000_000_000, 50_000_000_000_000), value, new((QualityStatus)random.Next(3), random.Next(2) == 0 ? '\0' : (char)random.Next('A', 'Z')));
            for (int i = 0; i < 3000; i++) batch.Add(series, i * 1000L, BitConverter.Int64BitsToDouble(random.NextInt64()), SampleQuality.Good);
            await one.Store.WriteAsync(batch);
        }

        using HttpClient from = one.Client(), to = other.Client();
        byte[] csv = await from.GetByteArrayAsync(new Uri(Everything, UriKind.Relative));
        JsonElement result = await ImportAsync(to, csv);

        Assert.Equal(0, result.GetProperty("refused").GetInt64());
        Assert.Equal(sources.Length, result.GetProperty("series").GetInt32());
        foreach (string source in sources)
        {
            List<Sample> sent = await one.Store.AllAsync(one.Store.Series(source, "value")), got = await other.Store.AllAsync(other.Store.Series(source, "value"));
            Assert.Equal(sent.Select(s => (s.TimeMs, BitConverter.DoubleToInt64Bits(s.Value), s.Quality)), got.Select(s => (s.TimeMs, BitConverter.DoubleToInt64Bits(s.Value), s.Quality)));
        }

        Assert.Equal(csv, await to.GetByteArrayAsync(new Uri(Everything, UriKind.Relative)));
    }

    [Fact]
    public async Task A_line_that_cannot_be_read_is_named_and_the_others_are_stored()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        using HttpClient client = server.Client();
        JsonElement result = await ImportAsync(client, Encoding.UTF8.GetBytes("""
            gateway,source,channel,time,value,quality
            json,a,x,2026-01-01T00:00:00Z,1.5,good
            json,a,x,yesterday,1.5,good
            json,a,x,2026-01-01T00:01:00+08:00,"1,5",good
            json,a,x,2026-01-01T00:02:00Z,0x12,good
            json,a,x,2026-01-01T00:03:00Z,2,perfect
            json,,x,2026-01-01T00:03:00Z,2,good
            json,a
            json,"a",x,1767225840000,3,uncertain:D
            """));
        Assert.Equal((2, 6), (result.GetProperty("samples").GetInt64(), result.GetProperty("refused").GetInt64()));
        Assert.Equal(
            [(3, "time"), (4, "value"), (5, "value"), (6, "quality"), (7, "source"), (8, "")],
            result.GetProperty("faults").EnumerateArray().Select(fault => (fault.GetProperty("line").GetInt32(), fault.GetProperty("column").GetString()!)));
    }

    [Fact]
    public async Task Line_protocol_holds_what_it_can_and_a_selection_only_what_the_caller_sees()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, path, series) = await server.AddPointAsync("A");
        var (foreign, _, _) = await server.AddPointAsync("B");
        DateTimeOffset start = server.Time.GetUtcNow();
        await server.WriteAsync(series, (start, 0.1, SampleQuality.Good), (start.AddSeconds(1), double.NaN, SampleQuality.Good), (start.AddSeconds(2), -2, SampleQuality.Bad));
        using HttpClient client = server.Client(path);
        string lines = await client.GetStringAsync(new Uri($"/api/v1/telemetry/export?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&format=line&ids={point}", UriKind.Relative));
        Assert.Equal($"A power=0.1 {start.ToUnixTimeMilliseconds()}\nA power=-2 {start.AddSeconds(2).ToUnixTimeMilliseconds()}\n", lines);
        await server.GetAsync($"/api/v1/telemetry/export?from=2026-01-01T00:00:00Z&ids={foreign}", 404, path);
        await server.GetAsync("/api/v1/telemetry/export?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z", 422);
        string mine = await client.GetStringAsync(new Uri(Everything, UriKind.Relative));
        Assert.Equal(4, mine.Split("\r\n").Count(line => line.Length > 0)); // the header and three samples
        using HttpResponseMessage refused = await client.PostAsync(new Uri("/api/v1/telemetry/import", UriKind.Relative), new StringContent("x", Encoding.UTF8, "text/csv"));
        Assert.Equal(403, (int)refused.StatusCode);
    }

    private static async Task<JsonElement> ImportAsync(HttpClient client, byte[] csv)
    {
        using var content = new ByteArrayContent(csv);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using HttpResponseMessage answer = await client.PostAsync(new Uri("/api/v1/telemetry/import", UriKind.Relative), content);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
