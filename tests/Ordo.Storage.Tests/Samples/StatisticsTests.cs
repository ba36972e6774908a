using System.Text.Json;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Samples;

namespace Ordo.Storage.Tests.Samples;

public sealed class StatisticsTests
{
    private const int Minute = 60_000;

    [Fact]
    public void Only_good_samples_count_and_a_large_offset_loses_no_digits()
    {
        var statistics = new SampleStatistics(2, 1e9);
        statistics.Add(Columns((0, 1, 'g'), (Minute, 2, 'g'), (2 * Minute, 1000, 'b'), (3 * Minute, 3, 'g'), (4 * Minute, double.NaN, 'g'), (5 * Minute, 4, 'g')));
        Assert.Equal((6, 4), (statistics.Count, statistics.Good));
        Assert.Equal((1e9 + 2, 1e9 + 8), (statistics.Min, statistics.Max));
        Assert.Equal(1e9 + 5, statistics.Mean);
        Assert.Equal(2 * Math.Sqrt(5 / 3.0), statistics.StandardDeviation!.Value, 1e-6);
    }

    [Fact]
    public void The_integral_is_straight_from_sample_to_sample_and_knows_nothing_of_a_long_silence()
    {
        var statistics = new SampleStatistics(1, 0);
        statistics.Add(Columns((0, 10, 'g'), (30 * Minute, 20, 'g')));
        statistics.Add(Columns((60 * Minute, 20, 'g'), (200 * Minute, 20, 'g')));
        Assert.Equal((15 * 0.5) + (20 * 0.5), statistics.IntegralHours, 1e-9);
    }

    [Fact]
    public void Completeness_follows_the_rhythm_of_the_samples()
    {
        var statistics = new SampleStatistics(1, 0);
        // An hour by the minute, more or less, of which a quarter is missing.
        statistics.Add(Columns([.. Enumerable.Range(0, 60).Where(i => i is < 20 or >= 35).Select(i => ((long)(i * Minute) + (i % 3 * 200), (double)i, 'g'))]));
        Assert.Equal(0.75, statistics.CompletenessOver(60 * Minute)!.Value, 0.01);
        Assert.Null(new SampleStatistics(1, 0).CompletenessOver(Minute));
    }

    [Fact]
    public async Task A_selection_is_told_in_the_points_unit_within_the_scope()
    {
        await using SampleServer server = await SampleServer.StartAsync();
        var (point, path, series) = await server.AddPointAsync("boiler", scale: 2, offset: 1);
        DateTimeOffset noon = new(2026, 3, 1, 4, 0, 0, TimeSpan.Zero);
        server.Time.Advance(noon.AddHours(2) - server.Time.GetUtcNow());
        await server.WriteAsync(series, [.. Enumerable.Range(0, 60).Select(i => (noon.AddMinutes(i), (double)(i % 2), SampleQuality.Good))]);
        string address = $"/api/v1/points/statistics?ids={point},999&from=2026-03-01T04:00:00Z&to=2026-03-01T05:00:00Z";
        JsonElement item = Assert.Single((await server.GetAsync(address)).GetProperty("items").EnumerateArray());
        Assert.Equal((60, 1d, 3d, 2d, 120d, 1d), (item.GetProperty("good").GetInt32(), item.GetProperty("min").GetDouble(), item.GetProperty("max").GetDouble(), item.GetProperty("mean").GetDouble(), item.GetProperty("sum").GetDouble(), item.GetProperty("completeness").GetDouble()));
        Assert.Equal(2 * 59 / 60.0, item.GetProperty("integralHours").GetDouble(), 1e-9);
        Assert.Equal("samples", item.GetProperty("source").GetString());
        await server.GetAsync(address, 404, scope: path.Replace("/", "/9", StringComparison.Ordinal) + "/");
        await server.GetAsync("/api/v1/points/statistics?ids=" + string.Join(',', Enumerable.Range(1, 51)), 422);
    }

    [Fact]
    public async Task Of_too_many_samples_hours_are_told_for_each_of_the_points()
    {
        const int Many = 1_000_100, InAnHour = 3_600;
        await using SampleServer server = await SampleServer.StartAsync();
        var (many, _, manySeries) = await server.AddPointAsync("boiler", scale: 2, offset: 1);
        var (few, _, fewSeries) = await server.AddPointAsync("pump", scale: -1);
        var (unbound, _, _) = await server.AddPointAsync("none");
        DateTimeOffset start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), end = start.AddDays(12);
        server.Time.Advance(end - server.Time.GetUtcNow());
        foreach (int[] some in Enumerable.Range(0, Many).Chunk(50_000)) await server.WriteAsync(manySeries, [.. some.Select(i => (start.AddSeconds(i), (double)(i % 100), SampleQuality.Good))]);
        await server.WriteAsync(fewSeries, (start, 3, SampleQuality.Good), (start.AddMinutes(1), 5, SampleQuality.Good), (start.AddDays(2), 7, SampleQuality.Good), (start.AddDays(3), 99, SampleQuality.Bad));
        JsonElement[] items = [.. (await server.GetAsync($"/api/v1/points/statistics?ids={unbound},{many},{few}&from=2026-03-01T00:00:00Z&to=2026-03-13T00:00:00Z")).GetProperty("items").EnumerateArray()];
        Assert.Equal([unbound, many, few], items.Select(item => item.GetProperty("pointId").GetInt64()));
        Assert.All(items, item => Assert.Equal(("hours", JsonValueKind.Null), (item.GetProperty("source").GetString(), item.GetProperty("standardDeviation").ValueKind)));
        Assert.Equal(0, items[0].GetProperty("count").GetInt32());

        Assert.Equal((Many, Many), (items[1].GetProperty("count").GetInt32(), items[1].GetProperty("good").GetInt32()));
        Assert.Equal((1d, 199d), (items[1].GetProperty("min").GetDouble(), items[1].GetProperty("max").GetDouble()));
        double sum = Enumerable.Range(0, Many).Sum(i => (2.0 * (i % 100)) + 1);
        Assert.Equal(sum, items[1].GetProperty("sum").GetDouble(), sum * 1e-12);
        Assert.Equal(sum / Many, items[1].GetProperty("mean").GetDouble(), 1e-9);
        Assert.Equal(Enumerable.Range(0, Many).Chunk(InAnHour).Sum(hour => hour.Average(i => (2.0 * (i % 100)) + 1)), items[1].GetProperty("integralHours").GetDouble(), 1e-6);
        Assert.Equal(278 / 288.0, items[1].GetProperty("completeness").GetDouble(), 1e-12);

        Assert.Equal((4, 3, -7d, -3d, -15d), (items[2].GetProperty("count").GetInt32(), items[2].GetProperty("good").GetInt32(), items[2].GetProperty("min").GetDouble(), items[2].GetProperty("max").GetDouble(), items[2].GetProperty("sum").GetDouble()));
        Assert.Equal(-4 - 7, items[2].GetProperty("integralHours").GetDouble(), 1e-9);
        Assert.Equal(2 / 288.0, items[2].GetProperty("completeness").GetDouble(), 1e-12);
    }

    private static SampleColumns Columns(params (long Time, double Value, char Quality)[] samples) =>
        new([.. samples.Select(s => s.Time)], [.. samples.Select(s => s.Value)], [.. samples.Select(s => s.Quality == 'g' ? SampleQuality.Good : SampleQuality.Bad)]);
}
