using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Http;
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
            $$"""{"pointId":{{point}},"seriesId":{{series}},"unit":"kW","step":null,"aggregate":null,"times":["2026-02-28T12:00:00Z","2026-02-28T12:00:01Z","2026-02-28T12:00:02.5Z"],"values":[6,null,8],"qualities":["good","good","bad:D"],"counts":null,"completeness":null,"notice":null}""",
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

    [Fact]
    public async Task A_counter_rolls_over_at_its_modulus_and_a_replaced_meter_goes_on_growing()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, _, series) = await server.AddPointAsync("steel", scale: 0.1);
        // A register of five digits, a tenth of a kilowatt-hour each: 99999 is followed by 0.
        await server.WriteAsync(series, (Noon.AddHours(-1), 99_900, default), (Noon.AddMinutes(10), 99_950, default), (Noon.AddMinutes(50), 50, default), (Noon.AddHours(1), 100, default),
            (Noon.AddHours(2), 700, default), (Noon.AddHours(2.5), 30, default), (Noon.AddHours(3), 40, default));
        string range = $"/api/v1/points/{point}/samples?from=2026-02-28T12:00:00Z&to=2026-02-28T16:00:00Z&step=1h&aggregate=delta";
        Assert.Equal("[10,5,63,1]", await ValuesOf(range)); // every fall a reset
        Assert.Equal("[15,5,63,1]", await ValuesOf(range + "&modulus=10000")); // 700 → 30 would be nearly a whole round: a reset still
        Assert.Equal("[15,5,63.5,1]", await ValuesOf(range + "&modulus=10000&replacement=2026-02-28T14:20:00Z,72,1.5")); // 2 h: 60, then 2 to the end of the old meter, 1.5 of the new one
        await server.GetAsync($"/api/v1/points/{point}/samples?step=1h&modulus=10", 422);
        await server.GetAsync(range + "&modulus=-1&replacement=2026,1", 422);

        async Task<string> ValuesOf(string address) => string.Concat(
            "[", string.Join(',', (await server.GetAsync(address)).GetProperty("values").EnumerateArray().Select(value => Math.Round(value.GetDouble(), 6).ToString(System.Globalization.CultureInfo.InvariantCulture))), "]");
    }

    [Fact]
    public async Task Many_points_become_one_curve()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (first, path, one) = await server.AddPointAsync("steel", scale: 2);
        var (second, _, two) = await server.AddPointAsync("dairy", offset: 1);
        await server.WriteAsync(one, (Noon, 10, default), (Noon.AddHours(1), 20, default));
        await server.WriteAsync(two, (Noon, 5, default), (Noon.AddHours(1), 7, SampleQuality.Bad));
        string address = $"/api/v1/points/samples?ids={first},{second}&from=2026-02-28T12:00:00Z&to=2026-02-28T15:00:00Z&step=1h";
        JsonElement sum = await server.GetAsync(address + "&across=sum");
        JsonElement curve = Assert.Single(sum.GetProperty("series").EnumerateArray());
        Assert.Equal(("sum", 2), (sum.GetProperty("across").GetString(), sum.GetProperty("points").GetInt32()));
        Assert.Equal(("[26,40,null]", "[2,1,0]", "kW"), (curve.GetProperty("values").GetRawText(), curve.GetProperty("counts").GetRawText(), curve.GetProperty("unit").GetString()));
        Assert.Equal("""["good","uncertain",null]""", curve.GetProperty("qualities").GetRawText());
        Assert.Equal(0.5, curve.GetProperty("completeness").GetDouble());
        Assert.Equal("[13,40,null]", await ValuesOf("avg"));
        Assert.Equal("[6,40,null]", await ValuesOf("min"));
        Assert.Equal("[20,40,null]", await ValuesOf("max"));
        string asset = path.Trim('/');
        Assert.Equal(1, (await server.GetAsync($"/api/v1/points/samples?asset={asset}&quantity=activePower&from=2026-02-28T12:00:00Z&step=1h&across=sum")).GetProperty("points").GetInt32());
        await server.GetAsync($"/api/v1/points/samples?asset={asset}&quantity=temperature&step=1h&across=sum", 404);
        await server.GetAsync($"/api/v1/points/samples?ids={first}&across=sum", 422);
        await server.GetAsync(address + "&across=median", 422);
        await server.GetAsync("/api/v1/points/samples?step=1h", 422);

        async Task<string> ValuesOf(string across) => (await server.GetAsync($"{address}&across={across}")).GetProperty("series")[0].GetProperty("values").GetRawText();
    }

    [Fact]
    public async Task The_newest_of_many_comes_at_once_and_as_it_was_at_a_moment()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (first, path, one) = await server.AddPointAsync("steel", scale: 0.1, offset: 5);
        var (second, _, two) = await server.AddPointAsync("dairy");
        await server.WriteAsync(one, (Noon, 10, default), (Noon.AddHours(1), 20, new(QualityStatus.Bad, 'D')));
        JsonElement items = (await server.GetAsync($"/api/v1/points/latest?ids={second},{first},999")).GetProperty("items");
        Assert.Equal(
            $$"""[{"pointId":{{second}},"seriesId":{{two}},"unit":"kW","time":null,"value":null,"quality":null},{"pointId":{{first}},"seriesId":{{one}},"unit":"kW","time":"2026-02-28T13:00:00Z","value":7,"quality":"bad:D"}]""",
            items.GetRawText());
        JsonElement before = (await server.GetAsync($"/api/v1/points/latest?asset={path.Trim('/')}&before=2026-02-28T13:00:00Z", scope: path)).GetProperty("items");
        Assert.Equal(6, Assert.Single(before.EnumerateArray()).GetProperty("value").GetDouble());
        Assert.Equal(20, (await server.GetAsync($"/api/v1/series/latest?ids={one}")).GetProperty("items")[0].GetProperty("value").GetDouble());
        await server.GetAsync($"/api/v1/points/latest?ids={second}", 404, path);
        await server.GetAsync($"/api/v1/series/latest?ids={two}", 404, path);
        await server.GetAsync("/api/v1/points/latest?ids=1&before=noon", 422);
    }

    [Fact]
    public async Task Gaps_longer_than_usual_are_listed_within_the_range_and_up_to_now()
    {
        await using SampleServer server = await SampleServer.StartAsync(); // its clock says 2026-03-01T00:00:00Z
        var (point, path, series) = await server.AddPointAsync("steel");
        await server.WriteAsync(series, [.. new[] { -120, 0, 10, 20, 25, 60, 70, 700 }.Select(minute => (Noon.AddMinutes(minute), 1.0, minute == 25 ? SampleQuality.Bad : default))]);
        JsonElement answer = await server.GetAsync($"/api/v1/points/{point}/gaps?from=2026-02-28T11:00:00Z&to=2026-03-02T00:00:00Z&longerThan=15m");
        Assert.Equal("11:00-12:00 12:25-13:00 13:10-23:40 23:40-00:00", Told(answer));
        Assert.Equal((60 + 35 + 630 + 20) * 60, answer.GetProperty("seconds").GetDouble());
        Assert.Equal("11:00-12:00 12:20-13:00 13:10-23:40 23:40-00:00", Told(await server.GetAsync($"/api/v1/series/{series}/gaps?from=2026-02-28T11:00:00Z&to=2026-03-02T00:00:00Z&longerThan=15m&goodOnly=true")));
        Assert.Equal("", Told(await server.GetAsync($"/api/v1/points/{point}/gaps?from=2026-02-28T12:00:00Z&to=2026-02-28T12:20:00Z&longerThan=10m")));
        await server.GetAsync($"/api/v1/points/{point}/gaps?longerThan=often", 422);
        await server.GetAsync($"/api/v1/points/{point}/gaps", 422);
        var (other, _, _) = await server.AddPointAsync("dairy");
        await server.GetAsync($"/api/v1/points/{other}/gaps?longerThan=1h", 404, path);

        static string Told(JsonElement answer) => string.Join(' ', answer.GetProperty("gaps").EnumerateArray().Select(gap => $"{gap.GetProperty("from").GetDateTimeOffset():HH:mm}-{gap.GetProperty("to").GetDateTimeOffset():HH:mm}"));
    }

    [Fact]
    public async Task Several_series_answer_together()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (_, path, one) = await server.AddPointAsync("steel", scale: 10);
        var (_, _, two) = await server.AddPointAsync("dairy");
        await server.WriteAsync(one, (Noon, 1, default));
        await server.WriteAsync(two, (Noon, 2, default));
        string address = $"/api/v1/series/samples?ids={two},{one},77&from=2026-02-28T12:00:00Z&to=2026-02-28T13:00:00Z";
        Assert.Equal([2, 1], (await server.GetAsync(address)).GetProperty("series").EnumerateArray().Select(each => each.GetProperty("values")[0].GetDouble()));
        Assert.Equal(one, Assert.Single((await server.GetAsync(address, scope: path)).GetProperty("series").EnumerateArray()).GetProperty("seriesId").GetInt32());
        await server.GetAsync($"/api/v1/series/samples?ids={two}", 404, path);
    }

    [Fact]
    public async Task What_pages_ask_first_is_answered_before_anybody_asks()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var first = server.Services.GetRequiredService<FirstQuestions>();
        using HttpClient own = server.Client();
        Assert.Equal(0, await first.AskAsync(own)); // an empty store is asked nothing
        var (_, _, series) = await server.AddPointAsync("E1");
        await server.WriteAsync(series, (server.Time.GetUtcNow().AddHours(-1), 1, SampleQuality.Good));
        int questions = server.Services.GetServices<IFirstQuestions>().Sum(room => room.Questions().Count());
        Assert.Equal((8, 8), (questions, await first.AskAsync(own)));
    }
}
