using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Care;
using Ordo.Storage.Retention;
using Ordo.Storage.Tests.Samples;
using Ordo.Storage.Tests.Store;
using Ordo.Testing;

namespace Ordo.Storage.Tests.Retention;

public sealed class RetentionTests : IAsyncLifetime
{
    // The tests' clock stands at 2026-03-01 UTC, 28 days after January; the data lies in January and February.
    private static readonly DateTimeOffset January = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero), February = new(2026, 2, 10, 0, 0, 0, TimeSpan.Zero);
    private SampleServer server = null!;
    private HttpClient client = null!;
    private (long Point, string Path, int Series) dense;
    private int sparse;

    private RetentionKeeper Keeper => server.Services.GetRequiredService<RetentionKeeper>();

    private TelemetryStore Store => server.Store;

    public async ValueTask InitializeAsync()
    {
        server = await SampleServer.StartAsync();
        client = server.Client();
        dense = await server.AddPointAsync("DENSE"); // active power, a sample every 5 s, restless enough that its chunks fill pages
        sparse = Store.Series("sparse", "daily");
        foreach (DateTimeOffset month in new[] { January, February })
        {
            await server.WriteAsync(dense.Series, [.. Enumerable.Range(0, 17_280 * 3).Select(i => (month.AddSeconds(i * 5), (i * 7919 % 10_007) / 10.0, SampleQuality.Good))]);
            await server.WriteAsync(sparse, [.. Enumerable.Range(0, 10).Select(i => (month.AddDays(i), (double)i, SampleQuality.Good))]);
        }

        // March's samples end the rollups of the months before.
        await server.WriteAsync(dense.Series, [.. Enumerable.Range(0, 2000).Select(i => (server.Time.GetUtcNow().AddSeconds(i * 5), 1.0, SampleQuality.Good))]);
        Store.Keeper.SealAll();
        Store.Keeper.RollUp();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_rule_nothing_goes_however_old()
    {
        server.Time.Advance(TimeSpan.FromDays(10));
        Assert.Empty(await Keeper.PlanAsync(CancellationToken.None));
        Assert.Empty((await Keeper.SweepAsync(CancellationToken.None)).Months);
    }

    [Fact]
    public async Task Samples_past_their_age_go_and_their_rollups_answer_and_say_so()
    {
        double average = await AverageAsync(January.AddHours(7), "1h");
        await PutAsync("activePower", new { rawDays = 20 });
        MonthSweep plan = Assert.Single(await Keeper.PlanAsync(CancellationToken.None));
        Assert.Equal(("2026-01", false, 1, 0), (plan.Month, plan.IsWhole, plan.RawSeries, plan.KeptSeries));

        MonthSweep done = Assert.Single((await Keeper.SweepAsync(CancellationToken.None)).Months);

        Assert.True(done.FreedBytes > 0);
        Assert.Empty(await Store.AllAsync(dense.Series, January.ToUnixTimeMilliseconds(), January.AddDays(20).ToUnixTimeMilliseconds()));
        Assert.Equal(10, (await Store.AllAsync(sparse, January.ToUnixTimeMilliseconds(), January.AddDays(20).ToUnixTimeMilliseconds())).Count); // no rule of its own
        Assert.Equal(17_280 * 3, (await Store.AllAsync(dense.Series, February.ToUnixTimeMilliseconds(), February.AddDays(10).ToUnixTimeMilliseconds())).Count);
        Assert.Equal(average, await AverageAsync(January.AddHours(7), "1h"));
        JsonElement raw = await server.GetAsync($"/api/v1/points/{dense.Point}/samples?from={January:yyyy-MM-dd}T00:00:00Z&to={January:yyyy-MM-dd}T01:00:00Z");
        Assert.Equal("1m", raw.GetProperty("step").GetString());
        Assert.Equal(60, raw.GetProperty("times").GetArrayLength());
        Assert.Contains("past their age", raw.GetProperty("notice").GetString(), StringComparison.Ordinal);
        Assert.Empty((await Keeper.SweepAsync(CancellationToken.None)).Months); // nothing more to do
        Assert.Empty(StoreVerifier.Verify(Store.Folder, StoreFolder.SmallOptions.TimeZone).Damages);
    }

    [Fact]
    public async Task A_late_sample_does_not_destroy_the_rollups_that_are_all_there_is()
    {
        double average = await AverageAsync(January.AddHours(7), "1h");
        await PutAsync("activePower", new { rawDays = 20 });
        await Keeper.SweepAsync(CancellationToken.None);
        await server.WriteAsync(dense.Series, (January.AddHours(1), 1_000_000, SampleQuality.Good));
        Store.Keeper.SealAll();
        Store.Keeper.RollUp();
        Assert.Equal(average, await AverageAsync(January.AddHours(7), "1h"));
    }

    [Fact]
    public async Task A_sparse_series_keeps_its_samples_where_no_rollup_tells_them()
    {
        await PutAsync("", new { rawDays = 20 });
        MonthSweep done = Assert.Single((await Keeper.SweepAsync(CancellationToken.None)).Months);
        Assert.Equal((1, 1), (done.RawSeries, done.KeptSeries));
        Assert.Equal(10, (await Store.AllAsync(sparse, January.ToUnixTimeMilliseconds(), January.AddDays(20).ToUnixTimeMilliseconds())).Count);
    }

    [Fact]
    public async Task Finer_rollups_go_before_coarser_and_a_finer_question_is_answered_by_what_remains()
    {
        await PutAsync("activePower", new { rawDays = 10, minuteDays = 20, hourDays = 400 });
        MonthSweep done = Assert.Single((await Keeper.SweepAsync(CancellationToken.None)).Months);
        Assert.Equal((1, 1), (done.RawSeries, done.RollupSeries));
        JsonElement answer = await server.GetAsync($"/api/v1/points/{dense.Point}/samples?from={January:yyyy-MM-dd}T00:00:00Z&to={January:yyyy-MM-dd}T12:00:00Z&step=5m");
        Assert.Equal("1h", answer.GetProperty("step").GetString());
        Assert.All(answer.GetProperty("values").EnumerateArray(), value => Assert.Equal(JsonValueKind.Number, value.ValueKind));
        Assert.NotEqual(JsonValueKind.Null, answer.GetProperty("notice").ValueKind);
    }

    [Fact]
    public async Task When_nothing_of_a_month_is_to_be_kept_its_file_is_dropped_and_the_store_goes_on()
    {
        await PutAsync("", new { rawDays = 20, minuteDays = 20, hourDays = 20, dayDays = 20 });
        MonthSweep done = Assert.Single((await Keeper.SweepAsync(CancellationToken.None)).Months);
        Assert.True(done.IsWhole);
        Assert.False(File.Exists(Path.Combine(Store.Folder, "2026-01.db")));
        Assert.DoesNotContain("2026-01", Store.MonthSizes().Select(month => month.Name));
        await server.WriteAsync(sparse, (January, 7, SampleQuality.Good)); // a device comes back with old data: it is taken, until the next sweep
        Store.Keeper.SealAll();
        Assert.Equal([7], (await Store.AllAsync(sparse, 0, January.AddDays(1).ToUnixTimeMilliseconds())).Select(sample => sample.Value));
        Assert.True(Assert.Single((await Keeper.SweepAsync(CancellationToken.None)).Months).IsWhole);
    }

    [Fact]
    public async Task The_sweep_comes_by_itself_within_an_hour()
    {
        await PutAsync("", new { rawDays = 20, minuteDays = 20, hourDays = 20, dayDays = 20 });
        server.Time.Advance(TimeSpan.FromDays(1));
        using CancellationTokenSource patience = Patience.Begin();
        while (File.Exists(Path.Combine(Store.Folder, "2026-01.db")))
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(20, patience.Token);
        }
    }

    [Fact]
    public async Task A_rule_keeps_to_the_law_and_to_the_order_of_the_tiers_and_is_versioned()
    {
        Assert.Equal(422, await StatusAsync("activePower", new { rawDays = 100, requiredDays = 365, basis = "HJ 75" }, "*"));
        Assert.Equal(422, await StatusAsync("activePower", new { rawDays = 100, requiredDays = 50 }, "*")); // which law
        Assert.Equal(422, await StatusAsync("activePower", new { rawDays = 100, minuteDays = 50 }, "*"));
        Assert.Equal(422, await StatusAsync("activePower", new { minuteDays = 50 }, "*")); // samples for ever, minutes not
        Assert.Equal(422, await StatusAsync("nonsense", new { rawDays = 100 }, "*"));
        Assert.Equal(428, await StatusAsync("activePower", new { rawDays = 400, requiredDays = 365, basis = "HJ 75" }, null));
        Assert.Equal(200, await StatusAsync("activePower", new { rawDays = 400, requiredDays = 365, basis = "HJ 75" }, "\"0\""));
        Assert.Equal(412, await StatusAsync("activePower", new { rawDays = 500 }, "\"0\""));
        Assert.Equal(200, await StatusAsync("activePower", new { rawDays = 500 }, "\"1\""));
        JsonElement rules = await server.GetAsync("/api/v1/storage/retention");
        Assert.Equal(["", "activePower"], rules.EnumerateArray().Select(rule => rule.GetProperty("quantity").GetString()));
        Assert.Equal(2, rules[1].GetProperty("version").GetInt32());
    }

    private async Task<double> AverageAsync(DateTimeOffset hour, string step)
    {
        JsonElement answer = await server.GetAsync($"/api/v1/points/{dense.Point}/samples?from={hour:yyyy-MM-dd'T'HH:mm:ss}Z&to={hour.AddHours(1):yyyy-MM-dd'T'HH:mm:ss}Z&step={step}");
        return answer.GetProperty("values")[0].GetDouble();
    }

    private async Task PutAsync(string quantity, object rule) => Assert.Equal(200, await StatusAsync(quantity, rule, "*"));

    private async Task<int> StatusAsync(string quantity, object rule, string? version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/api/v1/storage/retention?quantity={quantity}", UriKind.Relative)) { Content = JsonContent.Create(rule) };
        if (version is not null) request.Headers.TryAddWithoutValidation("If-Match", version);
        using HttpResponseMessage answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }
}
