using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Tests.Park;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Points;

public sealed class SqlitePointRoutesTests(SqliteDatabase database) : PointRoutesTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresPointRoutesTests(PostgresDatabase database) : PointRoutesTests(database), IClassFixture<PostgresDatabase>;

public abstract class PointRoutesTests(TestDatabase database) : IAsyncLifetime
{
    private ParkServer server = null!;
    private HttpClient client = null!;
    private long park;
    private readonly string run = Guid.NewGuid().ToString("N")[..8];

    public async ValueTask InitializeAsync()
    {
        server = await ParkServer.StartAsync(database);
        client = server.Client();
        park = await client.AddIdAsync(AssetKind.Park, $"P-{run}");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private PointDraft Draft(string code = "p", long? asset = null) => new(asset ?? park, code, "有功功率", "activePower", "kW", "Active power");

    private PointDraft Bound(string channel, long? asset = null) => Draft(channel, asset) with { Gateway = "line", Source = $"steel,meter={run}", Channel = channel };

    [Fact]
    public async Task A_point_comes_back_with_its_names_and_unit()
    {
        PointItem point = await AddAsync(Draft() with { Limits = new(1, 2, 3, 4, 0.5), Decimals = 3, StaleAfterSeconds = 60 });
        PointItem read = await client.GetAsync($"/api/v1/points/{point.Id}").ReadAsync<PointItem>();
        Assert.Equal(point, read);
        Assert.Equal((park, $"名P-{run}", "kW", 3, new(1, 2, 3, 4, 0.5), 60), (read.AssetId, read.AssetNameZh, read.UnitSymbol, read.Decimals, read.Limits, read.StaleAfterSeconds));
        Assert.Equal((null, null, false), (read.SeriesId, read.LastValue, read.Stale));
    }

    [Fact]
    public async Task A_binding_creates_the_series_and_its_values_are_shown_scaled()
    {
        PointItem point = await AddAsync(Bound("kw") with { Scale = 0.5, Offset = 10 });
        Assert.True(server.Telemetry.TryFind(new("line", $"steel,meter={run}", "kw"), out int series));
        Assert.Equal((series, true, null), (point.SeriesId, point.Stale, point.LastTime));

        server.Telemetry.Write(server.Telemetry.KeyOf(series), server.Time.GetUtcNow(), 100, new(QualityStatus.Bad, 'D'));
        PointItem read = await client.GetAsync($"/api/v1/points/{point.Id}").ReadAsync<PointItem>();
        Assert.Equal((60.0, "bad:D", false, server.Time.GetUtcNow()), (read.LastValue, read.LastQuality, read.Stale, read.LastTime));
        Assert.Equal(point.Id, server.Services.GetRequiredService<IPointDirectory>().Current.BySeries(series)?.Point.Id);

        server.Time.Advance(TimeSpan.FromSeconds(901));
        Assert.True((await client.GetAsync($"/api/v1/points/{point.Id}").ReadAsync<PointItem>()).Stale);

        server.Telemetry.Write(server.Telemetry.KeyOf(series), server.Time.GetUtcNow(), double.NaN);
        read = await client.GetAsync($"/api/v1/points/{point.Id}").ReadAsync<PointItem>();
        Assert.Equal((null, server.Time.GetUtcNow()), (read.LastValue, read.LastTime));
    }

    [Fact]
    public async Task A_code_and_a_channel_are_taken_once()
    {
        await AddAsync(Bound("kw"));
        Assert.Equal(["channel", "code"], (await PostAsync(Bound("kw")).ErrorsAsync()).Keys.Order());
        PointItem other = await AddAsync(Draft("free"));
        Assert.Equal(["channel"], (await client.PutAsync($"/api/v1/points/{other.Id}", Bound("kw") with { Code = "free" }, 1).ErrorsAsync()).Keys);
    }

    [Fact]
    public async Task A_rebound_point_leaves_its_old_series()
    {
        PointItem point = await AddAsync(Bound("a"));
        PointItem moved = await client.PutAsync($"/api/v1/points/{point.Id}", Bound("a") with { Channel = "b" }, 1).ReadAsync<PointItem>();
        IPointDirectory directory = server.Services.GetRequiredService<IPointDirectory>();
        Assert.Null(directory.Current.BySeries(point.SeriesId!.Value));
        Assert.Equal(point.Id, directory.Current.BySeries(moved.SeriesId!.Value)?.Point.Id);
        Assert.Equal(204, await client.DeleteAsync($"/api/v1/points/{point.Id}", 2).StatusAsync());
        Assert.Null(directory.Current.BySeries(moved.SeriesId!.Value));
        Assert.Null(directory.Current.ById(point.Id));
    }

    [Fact]
    public async Task An_edit_needs_the_version_it_was_made_on()
    {
        PointItem point = await AddAsync(Draft());
        Assert.Equal(428, await client.PutAsync($"/api/v1/points/{point.Id}", Draft(), null).StatusAsync());
        Assert.Equal(2, (await client.PutAsync($"/api/v1/points/{point.Id}", Draft(), 1).ReadAsync<PointItem>()).Version);
        Assert.Equal(412, await client.PutAsync($"/api/v1/points/{point.Id}", Draft(), 1).StatusAsync());
        Assert.Equal(412, await client.DeleteAsync($"/api/v1/points/{point.Id}", 1).StatusAsync());
    }

    [Fact]
    public async Task A_list_takes_a_whole_subtree_and_filters()
    {
        long zone = await client.AddIdAsync(AssetKind.Zone, $"Z-{run}", park);
        PointItem atPark = await AddAsync(Bound("x")), atZone = await AddAsync(Draft("y", zone) with { Quantity = "temperature", Unit = "degC", NameZh = "炉温" });
        Assert.Equal([atPark.Id, atZone.Id], await ListAsync($"asset={park}"));
        Assert.Equal([atZone.Id], await ListAsync($"asset={zone}"));
        Assert.Equal([atZone.Id], await ListAsync($"asset={park}&q=炉"));
        Assert.Equal([atPark.Id], await ListAsync($"asset={park}&q=ACTIVE p&quantity=activePower"));
        Assert.Equal([atPark.Id], await ListAsync($"asset={park}&bound=true"));
        Assert.Equal([atZone.Id], await ListAsync($"asset={park}&bound=false"));
    }

    [Fact]
    public async Task Outside_the_scope_nothing_exists_and_nothing_can_be_bound()
    {
        long mine = await client.AddIdAsync(AssetKind.Enterprise, $"E1-{run}", park), other = await client.AddIdAsync(AssetKind.Enterprise, $"E2-{run}", park);
        PointItem own = await AddAsync(Bound("own", mine)), foreign = await AddAsync(Draft("foreign", other) with { Gateway = "line", Source = $"foreign-{run}", Channel = "kw" });
        using HttpClient enterprise = server.Client(write: $"/{park}/{mine}/");
        Assert.Equal([own.Id], (await enterprise.GetAsync("/api/v1/points").ReadAsync<PageOf<PointItem>>()).Items.Select(point => point.Id));
        Assert.Equal(404, await enterprise.GetAsync($"/api/v1/points/{foreign.Id}").StatusAsync());
        Assert.Equal(404, await enterprise.DeleteAsync($"/api/v1/points/{foreign.Id}", 1).StatusAsync());
        Assert.Equal(["assetId"], (await PostAsync(Draft("n", other), enterprise).ErrorsAsync()).Keys);
        Assert.Equal(["assetId"], (await enterprise.PutAsync($"/api/v1/points/{own.Id}", Bound("own", other), 1).ErrorsAsync()).Keys);
        // Another channel of a source that is theirs already may be bound; somebody else's or nobody's may not, because binding makes it readable.
        Assert.Equal(201, await PostAsync(Bound("second", mine), enterprise).StatusAsync());
        foreach (string source in new[] { $"foreign-{run}", "unclaimed" })
            Assert.Equal(["source"], (await PostAsync(Draft("n", mine) with { Gateway = "line", Source = source, Channel = "kwh" }, enterprise).ErrorsAsync()).Keys);
    }

    [Fact]
    public async Task A_move_is_known_to_the_directory()
    {
        long zone = await client.AddIdAsync(AssetKind.Zone, $"Z-{run}", park), enterprise = await client.AddIdAsync(AssetKind.Enterprise, $"E-{run}", zone);
        PointItem point = await AddAsync(Draft("p", enterprise));
        await client.PutAsync($"/api/v1/assets/{enterprise}", new AssetDraft(AssetKind.Enterprise, $"E-{run}", "企", ParentId: park), 1).ReadAsync<AssetItem>();
        Assert.Equal($"/{park}/{enterprise}/", server.Services.GetRequiredService<IPointDirectory>().Current.ById(point.Id)?.AssetPath);
    }

    [Fact]
    public async Task A_source_without_room_leaves_the_point_unbound()
    {
        server.Telemetry.MaxSeriesPerSource = 1;
        Assert.NotNull((await AddAsync(Bound("a"))).SeriesId);
        Assert.Null((await AddAsync(Bound("b"))).SeriesId);
    }

    [Fact]
    public async Task Points_added_in_code_come_all_or_none()
    {
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        PointDesk desk = scope.ServiceProvider.GetRequiredService<PointDesk>();
        IReadOnlyList<Fault> faults = await desk.AddAsync([Bound("a"), Bound("a"), Draft("c") with { Unit = "K" }]);
        Assert.Equal(["[1].code", "[1].channel", "[2].unit"], faults.Select(fault => fault.Field));
        Assert.Empty(await ListAsync($"asset={park}"));
        Assert.Empty(await desk.AddAsync([Bound("a"), Bound("b")]));
        Assert.Equal(2, (await ListAsync($"asset={park}&bound=true")).Count());
    }

    [Fact]
    public async Task Quantities_list_their_units_with_the_usual_one_first()
    {
        List<QuantityItem> quantities = await client.GetAsync("/api/v1/quantities").ReadAsync<List<QuantityItem>>();
        Assert.Equal(new UnitItem("degC", "°C", "摄氏度", "degree Celsius"), quantities.Single(quantity => quantity.Code == "temperature").Units[0]);
    }

    private Task<PointItem> AddAsync(PointDraft draft) => PostAsync(draft).ReadAsync<PointItem>();

    private Task<HttpResponseMessage> PostAsync(PointDraft draft, HttpClient? caller = null) => (caller ?? client).PostAsJsonAsync("/api/v1/points", draft, ParkServer.Json);

    private async Task<IEnumerable<long>> ListAsync(string query) =>
        (await client.GetAsync($"/api/v1/points?{query}").ReadAsync<PageOf<PointItem>>()).Items.Select(point => point.Id);
}
