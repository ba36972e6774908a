using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Serving;
using Ordo.Identifiers.Statistics;
using Ordo.Identifiers.Tests.Registration;
using Ordo.Testing;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Statistics;

public sealed class SqliteStatisticsTests(SqliteDatabase database) : StatisticsTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresStatisticsTests(PostgresDatabase database) : StatisticsTests(database), IClassFixture<PostgresDatabase>;

/// <summary>What a regulator looks at; the tests of a provider share one database, so each looks at its own enterprises.</summary>
public abstract class StatisticsTests(TestDatabase database) : IAsyncLifetime
{
    private NodePeople people = null!;
    private string prefix = "", other = "";

    private ResolutionCounts Counts => people.Server.Services.GetRequiredService<ResolutionCounts>();

    public async ValueTask InitializeAsync()
    {
        people = await NodePeople.StartAsync(database.Options);
        (long enterprise, prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        (_, other) = await people.ApproveAsync(people.Neighbour, people.NeighbourAsset);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
        foreach (string suffix in new[] { "SN1", "SN2", "SN3" }) await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, suffix));
    }

    public async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Registrations_and_resolutions_are_told_by_day_industry_enterprise_node_and_transport()
    {
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1");
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/sn2");
        await SendAsync(people.Anybody, HttpMethod.Get, $"/api/handles/{prefix}/NOPE");
        await SendAsync(people.Anybody, HttpMethod.Get, $"/api/handles/{prefix}/SN1?type=NONE");
        JsonElement first = await GetAsync(people.Own, "statistics?from=2026-03-01");
        Assert.Equal("3 3 2 1 1 75", Line(first));
        Assert.Equal((1, 1), (first.GetProperty("enterprises").GetInt32(), first.GetProperty("newEnterprises").GetInt32()));
        Assert.Equal("C 32", $"{first.GetProperty("industries")[0].GetProperty("section").GetString()} {first.GetProperty("industries")[0].GetProperty("division").GetString()}");
        Assert.Equal(prefix, first.GetProperty("topEnterprises")[0].GetProperty("prefix").GetString());
        Assert.Equal(JsonValueKind.Null, first.GetProperty("unassigned").ValueKind);
        Assert.Contains("rest", first.GetProperty("transports").EnumerateArray().Select(row => row.GetProperty("transport").GetString()));
        Assert.True(first.GetProperty("latency").GetProperty("p50").GetDouble() > 0);
        Assert.Equal("Ordo", first.GetProperty("nodes")[0].GetProperty("node").GetString());

        // The next day one more is registered and resolved; the first day stays as it was.
        await people.AdvanceAsync(TimeSpan.FromDays(1));
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN4"));
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN4");
        JsonElement both = await GetAsync(people.Own, "statistics?from=2026-03-01");
        Assert.Equal("4 4 3 1 1 80", Line(both));
        Assert.Equal(["2026-03-01 3 2 1", "2026-03-02 1 1 0"], both.GetProperty("days").EnumerateArray().Select(DayOf));
        Assert.Equal("3 3 2 1 1 75", Line(await GetAsync(people.Own, "statistics?from=2026-03-01&to=2026-03-01")));
        Assert.Equal("4 1 1 0 0 100", Line(await GetAsync(people.Own, "statistics?from=2026-03-02&to=2026-03-02")));
    }

    [Fact]
    public async Task Nobody_sees_the_figures_of_an_enterprise_that_is_not_within_his_scope()
    {
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1");
        JsonElement neighbour = await GetAsync(people.Neighbour, "statistics");
        Assert.Equal("0 0 0 0 0 ", Line(neighbour));
        Assert.Equal(other, Assert.Single(neighbour.GetProperty("topEnterprises").EnumerateArray()).GetProperty("prefix").GetString());
        string csv = await people.Neighbour.GetStringAsync("/api/v1/identifiers/statistics.csv?by=enterprise");
        Assert.DoesNotContain(prefix + "\"", csv, StringComparison.Ordinal);
        Assert.Equal(401, (await SendAsync(people.Anybody, HttpMethod.Get, "statistics")).Status);
    }

    [Fact]
    public async Task Names_that_somebody_makes_up_are_counted_together_and_take_no_memory()
    {
        int before = Counts.Prefixes.Count();
        for (int i = 0; i < 1000; i++) Counts.Add(ResolutionTransport.Udp, Encoding.UTF8.GetBytes($"99.{i}/x"), ResponseCode.NotResponsible);
        Counts.Add(ResolutionTransport.Udp, "0.NA/88.999.1"u8, ResponseCode.Success);
        Counts.Add(ResolutionTransport.Udp, "0"u8, ResponseCode.NotResponsible);
        Assert.Equal(before, Counts.Prefixes.Count());
        Assert.Equal(1000, (await GetAsync(people.Admin, "statistics")).GetProperty("unassigned").GetProperty("failed").GetInt64() % 10_000);
    }

    [Fact]
    public async Task A_restart_keeps_what_was_counted_and_counts_nothing_twice()
    {
        Counts.Add(ResolutionTransport.Tcp, Handle("SN1"), ResponseCode.Success, Stopwatch.GetTimestamp());
        var keeper = people.Server.Services.GetRequiredService<StatisticsKeeper>();
        for (int i = 0; i < 3; i++) await keeper.FlushAsync(TestContext.Current.CancellationToken);
        // As the next process begins: with empty counters, on the same database and the same store.
        using StatisticsKeeper next = Keeper(new(), people.Server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>());
        for (int i = 0; i < 3; i++) await next.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("3 3 1 0 0 100", Line(await GetAsync(people.Own, "statistics?from=2026-03-01")));
    }

    [Fact]
    public async Task A_commit_that_nobody_heard_of_is_not_written_again()
    {
        var counts = new ResolutionCounts();
        counts.Know(prefix);
        var deaf = new DeafDatabases(database.Options);
        using StatisticsKeeper keeper = Keeper(counts, deaf);
        counts.Add(ResolutionTransport.Udp, Handle("SN1"), ResponseCode.Success);
        deaf.IsDeaf = true;
        await keeper.FlushAsync(TestContext.Current.CancellationToken);
        deaf.IsDeaf = false;
        counts.Add(ResolutionTransport.Udp, Handle("SN2"), ResponseCode.Success);
        await keeper.FlushAsync(TestContext.Current.CancellationToken);
        await keeper.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("3 3 2 0 0 100", Line(await GetAsync(people.Own, "statistics?from=2026-03-01")));
    }

    [Fact]
    public async Task A_period_that_makes_no_sense_is_refused()
    {
        foreach (string period in new[] { "from=2026-03-02&to=2026-03-01", "to=2027-01-01", "from=2000-01-01" })
            Assert.Equal(422, (await SendAsync(people.Own, HttpMethod.Get, "statistics?" + period)).Status);
        Assert.Equal(400, (await SendAsync(people.Own, HttpMethod.Get, "statistics?from=yesterday")).Status);
    }

    [Fact]
    public async Task A_table_is_a_CSV_that_a_spreadsheet_opens()
    {
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1");
        string[] lines = (await people.Own.GetStringAsync("/api/v1/identifiers/statistics.csv?by=enterprise&from=2026-03-01")).Split("\r\n");
        Assert.Equal("enterprise,nameZh,nameEn,industry,prefix,registeredEver,registered,resolved,notFound,failed,successRatePercent", lines[0]);
        Assert.EndsWith($"\"甲企业\",\"Own\",\"3216\",\"{prefix}\",3,3,1,0,0,100", lines[1], StringComparison.Ordinal);
        foreach (string by in new[] { "day", "industry", "region", "node", "transport" })
            Assert.True((await people.Own.GetStringAsync($"/api/v1/identifiers/statistics.csv?by={by}")).Split("\r\n").Length >= 3, by);
    }

    [Fact]
    public async Task An_enterprise_counts_for_the_nearest_division_above_it()
    {
        await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1");
        Assert.Equal(" 未填区划 1 3 1", Region(await GetAsync(people.Own, "statistics?from=2026-03-01")));
        await using (OrdoDbContext context = await people.Server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            Foundation.Park.Asset park = await context.Set<Foundation.Park.Asset>().SingleAsync(asset => asset.Id == people.ParkAsset, TestContext.Current.CancellationToken);
            Foundation.Park.Asset region = await context.Set<Foundation.Park.Asset>().SingleAsync(asset => asset.Id == park.ParentId, TestContext.Current.CancellationToken);
            (region.Attributes, region.NameZh) = ("{\"administrativeDivision\":\"150000\"}", "内蒙古");
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
            Assert.Equal("150000 内蒙古 1 3 1", Region(await GetAsync(people.Own, "statistics?from=2026-03-01")));
            (park.Attributes, park.NameZh) = ("{\"administrativeDivision\":\"150102\"}", "园区一");
            await context.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("150102 园区一 1 3 1", Region(await GetAsync(people.Own, "statistics?from=2026-03-01")));
        Assert.Contains("\"150102\",\"园区一\",", await people.Own.GetStringAsync("/api/v1/identifiers/statistics.csv?by=region&from=2026-03-01"), StringComparison.Ordinal);

        static string Region(JsonElement statistics) => statistics.GetProperty("regions").EnumerateArray().Select(row =>
            $"{row.GetProperty("code").GetString()} {row.GetProperty("nameZh").GetString()} {row.GetProperty("enterprises").GetInt32()} {row.GetProperty("registeredEver").GetInt64()} {row.GetProperty("resolutions").GetProperty("resolved").GetInt64()}").Single();
    }

    [Fact]
    public async Task The_curve_of_this_moment_goes_in_steps_of_five_seconds()
    {
        Counts.Add(ResolutionTransport.Udp, Handle("SN1"), ResponseCode.Success);
        people.Server.Time.Advance(TimeSpan.FromSeconds(5));
        Counts.Add(ResolutionTransport.Udp, Handle("SN1"), ResponseCode.HandleNotFound);
        people.Server.Time.Advance(TimeSpan.FromSeconds(5));
        JsonElement[] steps = [.. (await GetAsync(people.Own, "rate")).EnumerateArray()];
        Assert.Equal(["1 0 0", "0 1 0"], steps[^2..].Select(step => $"{step.GetProperty("succeeded").GetInt64()} {step.GetProperty("notFound").GetInt64()} {step.GetProperty("failed").GetInt64()}"));
    }

    private byte[] Handle(string suffix) => Encoding.UTF8.GetBytes($"{prefix}/{suffix}");

    private StatisticsKeeper Keeper(ResolutionCounts counts, IDbContextFactory<OrdoDbContext> databases) => new(
        counts, databases, people.Server.Services.GetRequiredService<NodeBook>(), people.Store, people.Server.Services.GetRequiredService<IdentifiersOptions>(), people.Server.Time, NullLogger<StatisticsKeeper>.Instance);

    /// <summary>Ever, registered, resolved, not found, failed, success rate.</summary>
    private static string Line(JsonElement statistics)
    {
        JsonElement resolutions = statistics.GetProperty("resolutions"), rate = resolutions.GetProperty("successRate");
        return string.Join(' ', statistics.GetProperty("registeredEver").GetInt64(), statistics.GetProperty("registered").GetInt64(), resolutions.GetProperty("resolved").GetInt64(), resolutions.GetProperty("notFound").GetInt64(),
            resolutions.GetProperty("failed").GetInt64(), rate.ValueKind == JsonValueKind.Null ? "" : rate.GetDouble());
    }

    private static string DayOf(JsonElement day) => $"{day.GetProperty("day").GetString()} {day.GetProperty("registered").GetInt64()} {day.GetProperty("resolutions").GetProperty("resolved").GetInt64()} {day.GetProperty("resolutions").GetProperty("notFound").GetInt64()}";

    /// <summary>Commits, and then loses the answer.</summary>
    private sealed class DeafDatabases(DatabaseOptions database) : DbTransactionInterceptor, IDbContextFactory<OrdoDbContext>
    {
        private static readonly IModule[] Modules = [new Foundation.Park.ParkModule(), new Foundation.Access.AccessModule(), new IdentifiersModule()];

        public bool IsDeaf { get; set; }

        public OrdoDbContext CreateDbContext()
        {
            var options = new DbContextOptionsBuilder<OrdoDbContext>();
            options.UseOrdo(database);
            options.AddInterceptors(this);
            return new(options.Options, Modules, new AuditTrail(TimeProvider.System, new CurrentActor(new HttpContextAccessor())), new Commits());
        }

        public override Task TransactionCommittedAsync(System.Data.Common.DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default) =>
            IsDeaf ? throw new InvalidOperationException("the connection broke") : Task.CompletedTask;
    }
}
