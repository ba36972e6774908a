using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation;
using Ordo.Foundation.Identifiers;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Tests.Registration;
using Ordo.Testing;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Things;

public sealed class SqliteThingTests(SqliteDatabase database) : ThingTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresThingTests(PostgresDatabase database) : ThingTests(database), IClassFixture<PostgresDatabase>;

/// <summary>The platform's own things get their codes with one click.</summary>
public abstract class ThingTests(TestDatabase database) : IAsyncLifetime
{
    private NodePeople people = null!;
    private long park, pump, meter, valve;

    public async ValueTask InitializeAsync()
    {
        people = await NodePeople.StartAsync(database.Options, services => services.AddSingleton<ICodedThings>(provider => new WasteBatches(provider.GetRequiredService<IDbContextFactory<OrdoDbContext>>())));
        park = people.ParkAsset;
        string mark = Guid.NewGuid().ToString("N")[..6];
        pump = await people.CreateAsync("assets", new { parentId = people.OwnAsset, kind = "equipment", code = "PUMP " + mark, nameZh = "循环水泵", nameEn = "Circulation pump", attributes = new { equipmentCategory = "pump", manufacturer = "某泵业", serialNumber = "S-1" } });
        meter = await people.CreateAsync("assets", new { parentId = people.OwnAsset, kind = "equipment", code = "METER" + mark, nameZh = "流量计", nameEn = "" });
        valve = await people.CreateAsync("assets", new { parentId = people.NeighbourAsset, kind = "equipment", code = "V" + mark, nameZh = "阀门", nameEn = "Valve" });
    }

    public async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_piece_of_equipment_gets_a_code_under_the_prefix_of_its_enterprise_or_else_of_the_park_and_answers_on_the_wire()
    {
        JsonElement before = await GetAsync(people.Admin, $"things/asset/{pump}");
        Assert.Equal((JsonValueKind.Null, false), (before.GetProperty("handle").ValueKind, before.GetProperty("mayRegister").GetBoolean()));
        Assert.Equal("/problems/no-prefix", (await SendAsync(people.Admin, HttpMethod.Post, $"things/asset/{pump}")).Answer.GetProperty("type").GetString());

        (_, string parkPrefix) = await people.ApproveAsync(people.Admin, park);
        JsonElement code = await OkAsync(people.Admin, HttpMethod.Post, $"things/asset/{pump}");
        string handle = $"{parkPrefix}/asset.{pump}";
        Assert.Equal((handle, "registered", true), (code.GetProperty("handle").GetString(), StateOf(code), code.GetProperty("isCurrent").GetBoolean()));
        // Everybody reads what is public, over the Handle protocol too, and nobody the serial number.
        JsonElement answer = await OkAsync(people.Admin, HttpMethod.Post, "test-bench", null, new { handle, transport = "udp", publicOnly = true, types = Array.Empty<string>(), indexes = Array.Empty<uint>() });
        Assert.Equal(1, answer.GetProperty("responseCode").GetInt32());
        Assert.Contains("循环水泵", answer.GetProperty("response").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("S-1", answer.GetProperty("response").ToString(), StringComparison.Ordinal);
        Assert.Contains("某泵业", await people.Anybody.GetStringAsync("/api/v1/identifiers/code?handle=" + Uri.EscapeDataString(handle)), StringComparison.Ordinal);

        // An enterprise that gets a prefix of its own has its things under that from then on.
        (_, string own) = await people.ApproveAsync(people.Own, people.OwnAsset);
        Assert.Equal($"{own}/asset.{meter}", (await OkAsync(people.Own, HttpMethod.Post, $"things/asset/{meter}")).GetProperty("handle").GetString());
    }

    [Fact]
    public async Task The_code_stays_when_the_thing_is_renamed_and_is_brought_up_to_date_with_one_click()
    {
        (_, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        await OkAsync(people.Own, HttpMethod.Post, $"things/asset/{pump}");
        JsonElement asset = await OkAsync(people.Admin, HttpMethod.Get, $"/api/v1/assets/{pump}");
        await OkAsync(people.Admin, HttpMethod.Put, $"/api/v1/assets/{pump}", "*", new { parentId = people.OwnAsset, kind = "equipment", code = asset.GetProperty("code").GetString(), nameZh = "二号泵", nameEn = "Pump 2" });
        JsonElement stale = await GetAsync(people.Own, $"things/asset/{pump}");
        Assert.Equal(("registered", false), (StateOf(stale), stale.GetProperty("isCurrent").GetBoolean()));
        JsonElement code = await OkAsync(people.Own, HttpMethod.Post, $"things/asset/{pump}");
        Assert.Equal(($"{prefix}/asset.{pump}", true), (code.GetProperty("handle").GetString(), code.GetProperty("isCurrent").GetBoolean()));
        JsonElement detail = await GetAsync(people.Own, Of($"{prefix}/asset.{pump}"));
        Assert.Equal(["registered", "changed"], detail.GetProperty("events").EnumerateArray().Select(line => line.GetProperty("act").GetString()));
        Assert.Equal("platform-asset:1", detail.GetProperty("identifier").GetProperty("template").GetString());
        await OkAsync(people.Own, HttpMethod.Post, "item/state?handle=" + Uri.EscapeDataString($"{prefix}/asset.{pump}"), null, new { state = "retired", remark = "设备报废" });
        Assert.Equal(("retired", false), (await GetAsync(people.Own, $"things/asset/{pump}")) is var gone ? (StateOf(gone), gone.GetProperty("mayRegister").GetBoolean()) : default);
    }

    [Fact]
    public async Task Nobody_gives_codes_to_things_that_he_may_not_see_or_under_a_prefix_that_is_not_his()
    {
        await people.ApproveAsync(people.Admin, park);
        Assert.Equal(404, (await SendAsync(people.Own, HttpMethod.Get, $"things/asset/{valve}")).Status);
        Assert.Equal(404, (await SendAsync(people.Own, HttpMethod.Post, $"things/asset/{valve}")).Status);
        Assert.Equal(403, (await SendAsync(people.Own, HttpMethod.Post, $"things/asset/{pump}")).Status); // the prefix is the park's
        Assert.False((await GetAsync(people.Own, $"things/asset/{pump}")).GetProperty("mayRegister").GetBoolean());
        Assert.Equal(403, (await SendAsync(people.Operator, HttpMethod.Post, $"things/asset/{pump}")).Status);
        Assert.Equal(404, (await SendAsync(people.Own, HttpMethod.Post, "things/asset", null, new { under = people.NeighbourAsset })).Status);
        Assert.Equal(404, (await SendAsync(people.Admin, HttpMethod.Post, $"things/unicorn/{pump}")).Status);
    }

    [Fact]
    public async Task Many_get_their_codes_at_once_and_what_is_refused_stops_nothing()
    {
        await people.ApproveAsync(people.Own, people.OwnAsset, quota: 3);
        JsonElement first = await OkAsync(people.Own, HttpMethod.Post, "things/asset", null, new { under = people.OwnAsset });
        Assert.Equal("2 0 0 0 0", Line(first));
        for (int i = 0; i < 3; i++) await people.CreateAsync("assets", new { parentId = people.OwnAsset, kind = "equipment", code = Guid.NewGuid().ToString("N"), nameZh = $"设备{i}", nameEn = "" });
        JsonElement second = await OkAsync(people.Own, HttpMethod.Post, "things/asset", null, new { under = people.OwnAsset });
        Assert.Equal("1 0 2 2 0", Line(second)); // the quota holds here as everywhere
        Assert.Contains("quota of 3", second.GetProperty("refused")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal("0 0 1 1 0", Line(await OkAsync(people.Own, HttpMethod.Post, "things/asset", null, new { ids = new[] { pump, valve, pump } })));
        Assert.Equal(422, (await SendAsync(people.Own, HttpMethod.Post, "things/asset", null, new { ids = new[] { pump }, under = pump })).Status);
        Assert.Equal(422, (await SendAsync(people.Own, HttpMethod.Post, "things/asset", null, new { ids = Enumerable.Range(1, 2001) })).Status);
    }

    [Fact]
    public async Task Another_system_brings_its_own_kind_of_things()
    {
        (_, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        JsonElement code = await OkAsync(people.Own, HttpMethod.Post, $"things/wastebatch/{people.OwnAsset}");
        Assert.Equal($"{prefix}/wastebatch.{people.OwnAsset}", code.GetProperty("handle").GetString());
        Assert.Contains("HW08", await people.Anybody.GetStringAsync($"/api/handles/{prefix}/wastebatch.{people.OwnAsset}"), StringComparison.Ordinal);
    }

    private static string? StateOf(JsonElement code) => code.GetProperty("registered").GetProperty("state").GetString();

    private static string Line(JsonElement outcome) => string.Join(' ', new[] { "registered", "updated", "same", "refusedCount", "left" }.Select(name => outcome.GetProperty(name).GetInt32()));

    /// <summary>What a system of waste would register; here an enterprise has one batch with its own number.</summary>
    private sealed class WasteBatches(IDbContextFactory<OrdoDbContext> databases) : ICodedThings
    {
        public string Kind => "wastebatch";

        public Text Name => new("危险废物批次", "Batch of hazardous waste");

        public IReadOnlyList<CodedField> Fields { get; } = [new("wasteCode", new("废物代码", "Waste code"), true, true), new("massKg", new("质量 (kg)", "Mass (kg)"), true, false)];

        public async ValueTask<IReadOnlyList<CodedThing>> FindAsync(IReadOnlyList<long> ids, CancellationToken cancellation)
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            List<Asset> assets = await database.Set<Asset>().Where(asset => ids.Contains(asset.Id)).ToListAsync(cancellation);
            return [.. assets.Select(asset => new CodedThing(asset.Id, asset.Path, new Dictionary<string, string> { ["wasteCode"] = "HW08 900-249-08", ["massKg"] = "1250.5" }))];
        }

        public ValueTask<IReadOnlyList<long>> BelowAsync(string path, int most, CancellationToken cancellation) => ValueTask.FromResult<IReadOnlyList<long>>([]);
    }
}
