using System.Text;
using System.Text.Json;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Tests.Samples;

public sealed class SampleRoutesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 2, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Samples_of_a_point_come_in_columns_in_its_unit()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, series) = await server.AddPointAsync("steel", scale: 0.1, offset: 5);
        await server.WriteAsync(series, (Noon, 10, default), (Noon.AddSeconds(1), double.NaN, default), (Noon.AddSeconds(2.5), 30, new(QualityStatus.Bad, 'D')));
        JsonElement answer = await server.GetAsync($"/api/v1/points/{point}/samples?from=2026-02-28T12:00:00Z&to=2026-02-28T20:00:03%2B08:00");
        Assert.Equal(
            $$"""{"pointId":{{point}},"seriesId":{{series}},"unit":"kW","step":null,"aggregate":null,"times":["2026-02-28T12:00:00Z","2026-02-28T12:00:01Z","2026-02-28T12:00:02.5Z"],"values":[6,null,8],"qualities":["good","good","bad:D"],"counts":null,"completeness":null}""",
            answer.GetRawText());
    }

    [Fact]
    public async Task Steps_carry_a_figure_a_quality_and_a_count_and_gaps_are_null()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, series) = await server.AddPointAsync("steel", scale: 2, offset: 1);
        await server.WriteAsync(series, (Noon, 10, default), (Noon.AddMinutes(1), 20, default), (Noon.AddMinutes(2), 99, SampleQuality.Bad), (Noon.AddHours(2), 40, default));
        string range = "from=2026-02-28T12:00:00Z&to=2026-02-28T15:00:00Z&step=1h";
        JsonElement average = await server.GetAsync($"/api/v1/points/{point}/samples?{range}");
        Assert.Equal("avg", average.GetProperty("aggregate").GetString());
        Assert.Equal("1h", average.GetProperty("step").GetString());
        Assert.Equal("[31,null,81]", average.GetProperty("values").GetRawText());
        Assert.Equal("""["uncertain",null,"good"]""", average.GetProperty("qualities").GetRawText());
        Assert.Equal("[2,0,1]", average.GetProperty("counts").GetRawText());
        Assert.Equal(2.0 / 3, average.GetProperty("completeness").GetDouble());
        Assert.Equal("[62,null,81]", await ValuesOf("sum"));
        Assert.Equal("[20,null,40]", await ValuesOf("delta"));
        Assert.Equal("[3,0,1]", await ValuesOf("count"));
        Assert.Equal("[41,null,81]", await ValuesOf("max"));

        async Task<string> ValuesOf(string aggregate) =>
            (await server.GetAsync($"/api/v1/points/{point}/samples?{range}&aggregate={aggregate}")).GetProperty("values").GetRawText();
    }

    [Fact]
    public async Task A_dense_curve_is_thinned_to_its_envelope_unless_every_sample_is_asked_for()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, series) = await server.AddPointAsync("steel");
        await server.WriteAsync(series, [.. Enumerable.Range(0, 5000).Select(i => (Noon.AddSeconds(i), (double)(i % 100), default(SampleQuality)))]);
        string range = "from=2026-02-28T12:00:00Z&to=2026-02-28T14:00:00Z";
        JsonElement thinned = await server.GetAsync($"/api/v1/points/{point}/samples?{range}");
        Assert.Equal("envelope", thinned.GetProperty("aggregate").GetString());
        Assert.InRange(thinned.GetProperty("times").GetArrayLength(), 500, 2000);
        JsonElement every = await server.GetAsync($"/api/v1/points/{point}/samples?{range}&aggregate=raw");
        Assert.Equal(JsonValueKind.Null, every.GetProperty("aggregate").ValueKind);
        Assert.Equal(5000, every.GetProperty("times").GetArrayLength());
        Assert.Equal(5000, (await server.GetAsync($"/api/v1/points/{point}/samples?{range}&maxPoints=5000")).GetProperty("times").GetArrayLength());
    }

    [Fact]
    public async Task Csv_holds_every_sample_with_the_parks_time()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, series) = await server.AddPointAsync("steel");
        await server.WriteAsync(series, (Noon, 1.25, default), (Noon.AddMilliseconds(500), double.NaN, SampleQuality.Bad));
        using HttpClient client = server.Client();
        HttpResponseMessage answer = await client.GetAsync(new Uri($"/api/v1/points/{point}/samples?from=2026-02-28T00:00:00Z&to=2026-03-01T00:00:00Z&format=csv", UriKind.Relative));
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"point-{point}.csv", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        byte[] bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("time,value,quality\r\n2026-02-28T20:00:00+08:00,1.25,good\r\n2026-02-28T20:00:00.5+08:00,,bad\r\n", Encoding.UTF8.GetString(bytes));

        string steps = await client.GetStringAsync(new Uri($"/api/v1/points/samples?ids={point}&from=2026-02-28T12:00:00Z&to=2026-02-28T14:00:00Z&step=1h&format=csv", UriKind.Relative));
        Assert.Equal("time,value,quality,count\r\n2026-02-28T20:00:00+08:00,1.25,uncertain,1\r\n2026-02-28T21:00:00+08:00,,,0\r\n", steps);
    }

    [Fact]
    public async Task Days_are_the_parks()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, series) = await server.AddPointAsync("steel");
        await server.WriteAsync(series, (Noon.AddHours(3), 1, default), (Noon.AddHours(5), 2, default)); // 23:00 and 01:00 in the park
        JsonElement days = await server.GetAsync($"/api/v1/points/{point}/samples?from=2026-02-27T16:00:00Z&to=2026-03-01T16:00:00Z&step=1d");
        Assert.Equal("""["2026-02-27T16:00:00Z","2026-02-28T16:00:00Z"]""", days.GetProperty("times").GetRawText());
        Assert.Equal("[1,2]", days.GetProperty("values").GetRawText());
    }

    [Fact]
    public async Task Several_points_answer_together_and_those_out_of_scope_are_left_out()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (first, path, series) = await server.AddPointAsync("steel");
        var (second, _, _) = await server.AddPointAsync("dairy");
        await server.WriteAsync(series, (Noon, 1, default));
        string address = $"/api/v1/points/samples?ids={first},{second},999&from=2026-02-28T00:00:00Z";
        Assert.Equal(2, (await server.GetAsync(address)).GetProperty("series").GetArrayLength());
        JsonElement own = (await server.GetAsync(address, scope: path)).GetProperty("series");
        Assert.Equal(first, Assert.Single(own.EnumerateArray()).GetProperty("pointId").GetInt64());
        await server.GetAsync($"/api/v1/points/samples?ids={second}", 404, path);
    }

    [Fact]
    public async Task What_is_out_of_scope_is_not_there()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (own, path, ownSeries) = await server.AddPointAsync("steel");
        var (other, _, otherSeries) = await server.AddPointAsync("dairy");
        int source = server.Store.Catalogue.SourceOf("line", "unclaimed"u8);
        Assert.True(server.Store.Catalogue.TrySeriesOf(source, "power"u8, out int unbound));
        foreach (string address in new[] { $"points/{other}/samples", $"series/{otherSeries}/samples", $"series/{otherSeries}", $"series/{unbound}/samples", $"series/{unbound}", "series/99", "points/99/samples" })
            await server.GetAsync("/api/v1/" + address, 404, path);
        await server.GetAsync($"/api/v1/points/{own}/samples", 200, path);
        await server.GetAsync($"/api/v1/series/{ownSeries}/samples", 200, path);
        await server.GetAsync($"/api/v1/series/{unbound}/samples");
        JsonElement list = await server.GetAsync("/api/v1/series", scope: path);
        Assert.Equal(ownSeries, Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("id").GetInt32());
        Assert.Equal(3, (await server.GetAsync("/api/v1/series")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await server.GetAsync("/api/v1/series?bound=false&q=UNCL")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await server.GetAsync("/api/v1/series?source=steel&gateway=line")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Every_fault_of_a_question_is_told_at_once_in_the_callers_language()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, _) = await server.AddPointAsync("steel");
        JsonElement errors = (await server.GetAsync($"/api/v1/points/{point}/samples?from=yesterday&to=2026-01-01T00:00:00&step=3x&aggregate=median&format=xml&maxPoints=1", 422)).GetProperty("errors");
        Assert.Equal(["aggregate", "format", "from", "maxPoints", "step", "to"], errors.EnumerateObject().Select(error => error.Name).Order());
        JsonElement chinese = (await server.GetAsync($"/api/v1/points/{point}/samples?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", 422, language: "zh-CN")).GetProperty("errors");
        Assert.Contains("起始", chinese.GetProperty("from")[0].GetString(), StringComparison.Ordinal);
        await server.GetAsync($"/api/v1/points/{point}/samples?aggregate=avg", 422);
        await server.GetAsync("/api/v1/points/samples?ids=1,x", 422);
    }

    [Fact]
    public async Task A_question_that_is_too_large_is_refused_with_the_limit()
    {
        await using SampleServer server = await SampleServer.StartAsync(("Storage:MaxAnswerSamples", "1000"), ("Storage:MaxExportSamples", "1000"));
        var (point, _, series) = await server.AddPointAsync("steel");
        await server.WriteAsync(series, [.. Enumerable.Range(0, 1500).Select(i => (Noon.AddSeconds(i), (double)i, default(SampleQuality)))]);
        string range = "from=2026-02-28T12:00:00Z&to=2026-02-28T14:00:00Z";
        foreach (string tail in new[] { "step=1s", "aggregate=raw", "format=csv" })
        {
            JsonElement problem = await server.GetAsync($"/api/v1/points/{point}/samples?{range}&{tail}", 422);
            Assert.Contains("1000", problem.GetProperty("errors").GetRawText(), StringComparison.Ordinal);
        }

        await server.GetAsync($"/api/v1/points/{point}/samples?{range}&step=1m");
    }

    [Fact]
    public async Task The_offset_of_a_time_may_come_unescaped()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, series) = await server.AddPointAsync("steel");
        await server.WriteAsync(series, (Noon, 1, default));
        Assert.Equal("[1]", (await server.GetAsync($"/api/v1/points/{point}/samples?from=2026-02-28T20:00:00+08:00&to=2026-02-28T20:00:01+08:00")).GetProperty("values").GetRawText());
    }
}
