using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Sources;

public sealed class SourceRoutesTests
{
    [Fact]
    public async Task An_unknown_device_is_listed_claimed_with_its_template_and_then_part_of_the_park()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        Asset park = await server.AddAssetAsync("P"), station = await server.AddAssetAsync("AQ01", park);
        int id = await server.AirStationAsync();
        HttpClient client = server.Client();

        SourceItem listed = Assert.Single((await client.GetAsync("/api/v1/sources?claimed=false&gateway=hj212&state=online&q=A890").ReadAsync<PageOf<SourceItem>>()).Items);
        Assert.Equal((id, SourceServer.Device, SourceState.Online, 1L, 3L, null), (listed.Id, listed.Key, listed.State, listed.Frames, listed.Samples, listed.AssetId));

        ClaimProposal proposal = await client.GetAsync($"/api/v1/sources/{id}/claim").ReadAsync<ClaimProposal>();
        Assert.Equal("hj212-air-station", proposal.Template);
        Assert.Equal(
            [("a34004-Rtd", "concentration", "ug/m3", 14.0, true), ("a34002-Rtd", "concentration", "ug/m3", 31.0, true), ("LAMPBLACK-Rtd", "ratio", "1", 1.0, false)],
            proposal.Points.Select(p => (p.Channel, p.Quantity, p.Unit, p.LastValue!.Value, p.Include)));

        var claim = new SourceClaim(station.Id, proposal.Points, proposal.Template, "一号空气站", "Air station 1");
        Assert.Equal(2, (await client.PostAsJsonAsync($"/api/v1/sources/{id}/claim", claim, SourceServer.Json).ReadAsync<ClaimResult>()).Points);

        SourceDetail detail = server.Registry.Find(id) is { } source ? new SourceDetail(source, new HashSet<string>()) : throw new InvalidOperationException();
        Assert.Equal((station.Id, "名AQ01", "一号空气站", "hj212-air-station", 2), (detail.AssetId, detail.AssetNameZh, detail.NameZh, detail.Template, detail.Version));
        PageOf<PointItem> points = await client.GetAsync($"/api/v1/points?asset={station.Id}").ReadAsync<PageOf<PointItem>>();
        Assert.Equal([("a34002-Rtd", 31.0), ("a34004-Rtd", 14.0)], points.Items.Select(p => (p.Code, p.LastValue!.Value)));
        Assert.Empty((await client.GetAsync("/api/v1/sources?claimed=false").ReadAsync<PageOf<SourceItem>>()).Items);
        Assert.Single((await client.GetAsync($"/api/v1/sources?asset={park.Id}").ReadAsync<PageOf<SourceItem>>()).Items);
    }

    [Fact]
    public async Task A_claim_makes_all_points_or_none_and_places_nothing_when_one_is_wrong()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        Asset station = await server.AddAssetAsync("AQ01");
        int id = await server.AirStationAsync();
        HttpClient client = server.Client();
        ClaimPoint good = new("a34004-Rtd", "PM25", "细颗粒物", "PM2.5", "concentration", "ug/m3"), out_ = good with { Channel = "x", Include = false };

        string[] errors = await client.PostAsJsonAsync($"/api/v1/sources/{id}/claim",
            new SourceClaim(station.Id, [good, out_, good with { Channel = "a34002-Rtd", Code = "PM10", Unit = "kW" }]), SourceServer.Json).ErrorsAsync();
        Assert.Equal(["points[2].unit"], errors);
        Assert.Null(server.Registry.Find(id)!.Profile.Asset);
        Assert.Empty((await client.GetAsync($"/api/v1/points?asset={station.Id}").ReadAsync<PageOf<PointItem>>()).Items);

        Assert.Equal(["assetId"], await client.PostAsJsonAsync($"/api/v1/sources/{id}/claim", new SourceClaim(4711, [good]), SourceServer.Json).ErrorsAsync());
        Assert.Equal(["template"], await client.PostAsJsonAsync($"/api/v1/sources/{id}/claim", new SourceClaim(station.Id, [good], "line-meter"), SourceServer.Json).ErrorsAsync());
        await client.PostAsJsonAsync($"/api/v1/sources/{id}/claim", new SourceClaim(station.Id, [good]), SourceServer.Json).ReadAsync<ClaimResult>();
        Asset other = await server.AddAssetAsync("AQ02");
        Assert.Equal(409, await client.PostAsJsonAsync($"/api/v1/sources/{id}/claim", new SourceClaim(other.Id, []), SourceServer.Json).StatusAsync());
    }

    [Fact]
    public async Task Outside_the_own_scope_there_is_no_source()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        Asset mine = await server.AddAssetAsync("M"), theirs = await server.AddAssetAsync("T");
        int claimed = await server.AirStationAsync("A"), unclaimed = await server.AirStationAsync("B");
        await server.Client().PostAsJsonAsync($"/api/v1/sources/{claimed}/claim", new SourceClaim(theirs.Id, []), SourceServer.Json).ReadAsync<ClaimResult>();

        HttpClient stranger = server.Client(mine.Path), reader = server.Client(mine.Path, theirs.Path), owner = server.Client(theirs.Path);
        foreach (int id in (int[])[claimed, unclaimed])
        {
            foreach (string route in (string[])["", "/frames", "/claim", "/requests"]) Assert.Equal(404, await stranger.GetAsync($"/api/v1/sources/{id}{route}").StatusAsync());
            Assert.Equal(404, await stranger.PutAsync(id, new SourceEdit("x", "x", mine.Id), 1).StatusAsync());
            Assert.Equal(404, await stranger.PostAsJsonAsync($"/api/v1/sources/{id}/claim", new SourceClaim(mine.Id, []), SourceServer.Json).StatusAsync());
            Assert.Equal(404, await stranger.PostAsJsonAsync($"/api/v1/sources/{id}/requests", new DeviceRequestCommand("1011"), SourceServer.Json).StatusAsync());
        }

        Assert.Empty((await stranger.GetAsync("/api/v1/sources").ReadAsync<PageOf<SourceItem>>()).Items);
        Assert.Equal(404, await stranger.GetAsync($"/api/v1/sources?asset={theirs.Id}").StatusAsync());
        Assert.Equal(404, await stranger.GetAsync("/api/v1/gateways/hj212/frames").StatusAsync());
        Assert.Equal(0, (await stranger.GetAsync("/api/v1/gateways").ReadAsync<List<GatewayItem>>()).Single(g => g.Name == "hj212").Sources);

        Assert.Equal(claimed, Assert.Single((await owner.GetAsync("/api/v1/sources").ReadAsync<PageOf<SourceItem>>()).Items).Id);
        Assert.Equal(200, await reader.GetAsync($"/api/v1/sources/{claimed}/frames").StatusAsync());
        Assert.Equal(403, await reader.PutAsync(claimed, new SourceEdit("x", "x", theirs.Id), 2).StatusAsync());
        Assert.Equal(["assetId"], await owner.PutAsync(claimed, new SourceEdit("x", "x", mine.Id), 2).ErrorsAsync());
        Assert.Equal(["assetId"], await owner.PutAsync(claimed, new SourceEdit("x", "x", null), 2).ErrorsAsync());
    }

    [Fact]
    public async Task Edits_name_the_version_they_were_made_on_and_secrets_stay_inside()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        int id = await server.AirStationAsync();
        HttpClient client = server.Client();
        Assert.Equal(428, await client.PutAsync(id, new SourceEdit("名", "Name", null), null).StatusAsync());
        Assert.Equal(412, await client.PutAsync(id, new SourceEdit("名", "Name", null), 7).StatusAsync());

        var edit = new SourceEdit("名", "Name", null, 30, Settings: new Dictionary<string, string?> { ["password"] = "654321", ["crc"] = "modbus", ["resends"] = "" });
        HttpResponseMessage saved = await client.PutAsync(id, edit, 1);
        string body = await saved.Content.ReadAsStringAsync();
        Assert.Equal("\"2\"", saved.Headers.ETag!.Tag);
        JsonElement detail = JsonElement.Parse(body);
        Assert.Equal(("modbus", "password", 30), (detail.GetProperty("settings").GetProperty("crc").GetString(), detail.GetProperty("secretsSet")[0].GetString(), detail.GetProperty("heartbeatSeconds").GetInt32()));
        Assert.DoesNotContain("654321", body, StringComparison.Ordinal);
        Assert.DoesNotContain("123456", await client.GetStringAsync($"/api/v1/sources/{id}/frames"), StringComparison.Ordinal);

        Assert.Equal(
            ["heartbeatSeconds", "settings.crc", "settings.colour"],
            await client.PutAsync(id, new SourceEdit("", "", null, 0, Settings: new Dictionary<string, string?> { ["crc"] = "md5", ["colour"] = "red" }), 2).ErrorsAsync());
    }

    [Fact]
    public async Task The_frame_log_tells_what_was_understood_in_the_readers_language()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        int id = await server.AirStationAsync();
        await server.SendAsync($"QN=20260301080100000;ST=22;CN=2011;PW=123456;MN={SourceServer.Device};Flag=5;CP=&&DataTime=20260230080100;a34004-Rtd=14&&");
        List<FrameItem> frames = await server.Client(language: "zh-CN").GetAsync($"/api/v1/sources/{id}/frames").ReadAsync<List<FrameItem>>();

        Assert.Equal([(FrameDirection.Out, Verdict.Sent), (FrameDirection.In, Verdict.Rejected), (FrameDirection.Out, Verdict.Sent), (FrameDirection.In, Verdict.Stored)],
            frames.Select(f => (f.Direction, f.Verdict)));
        Assert.Equal("DataTime 缺失或不是存在的时间，未存储。", frames[1].Reason);
        Assert.StartsWith("##0124QN=20260301080100000;ST=22;CN=2011;PW=******;MN=010000A8900016F000169DC0;", frames[1].Text, StringComparison.Ordinal);
        Assert.Equal((3, null), (frames[3].Samples, frames[3].Reason));
    }

    [Fact]
    public async Task A_request_waits_for_its_device_and_its_end_is_kept()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        int id = await server.AirStationAsync();
        HttpClient client = server.Client();
        Assert.Equal(["arguments.RtdInterval"], await client.PostAsJsonAsync($"/api/v1/sources/{id}/requests", new DeviceRequestCommand("1062"), SourceServer.Json).ErrorsAsync());
        var accepted = await client.PostAsJsonAsync(
            $"/api/v1/sources/{id}/requests", new DeviceRequestCommand("1062", new Dictionary<string, string> { ["RtdInterval"] = "30" }), SourceServer.Json).ReadAsync<DeviceRequestAccepted>();

        DeviceRequest request = Assert.Single(await client.GetAsync($"/api/v1/sources/{id}/requests").ReadAsync<List<DeviceRequest>>());
        Assert.Equal((accepted.Id, "1062", "30", RequestState.Pending, "tester"), (request.Id, request.Command, request.Arguments["RtdInterval"], request.State, request.By));
        server.Time.Advance(TimeSpan.FromMinutes(1));
        request = Assert.Single(await client.GetAsync($"/api/v1/sources/{id}/requests").ReadAsync<List<DeviceRequest>>());
        Assert.Equal((RequestState.TimedOut, true), (request.State, request.Finished is not null));
    }

    [Fact]
    public async Task Templates_and_gateways_are_listed_for_the_console()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        List<SourceTemplateItem> templates = await server.Client().GetAsync("/api/v1/source-templates?gateway=line").ReadAsync<List<SourceTemplateItem>>();
        Assert.Contains(templates, t => t.Code == "line-steel-meter" && t.Channels.Contains("activePower"));
        Assert.DoesNotContain(templates, t => t.Gateway != "line");
        GatewayItem gateway = (await server.Client().GetAsync("/api/v1/gateways").ReadAsync<List<GatewayItem>>()).Single(g => g.Name == "hj212");
        Assert.Contains(gateway.Commands, c => c.Command == "1012");
        Assert.True(gateway.Settings.Single(s => s.Name == "password").Secret);
    }
}

/// <summary>Sources over a restart, on both databases.</summary>
public abstract class SourcePersistenceTests(TestDatabase database)
{
    [Fact]
    public async Task The_migrations_build_what_the_model_says()
    {
        await using var created = (TestDatabase)Activator.CreateInstance(database.GetType())!;
        await created.InitializeAsync();
        await using var migrated = (TestDatabase)Activator.CreateInstance(database.GetType())!;
        await migrated.InitializeAsync();
        await MigratedSchema.EqualsModelAsync(migrated, created, new PerceptionModule());
    }

    [Fact]
    public async Task A_source_is_the_same_after_a_restart()
    {
        int id;
        long asset;
        await using (SourceServer server = await SourceServer.StartAsync(database))
        {
            asset = (await server.AddAssetAsync("AQ01")).Id;
            id = await server.AirStationAsync();
            await server.Client().PostAsJsonAsync($"/api/v1/sources/{id}/claim", new SourceClaim(asset, [], "hj212-air-station", "名", "Name"), SourceServer.Json).ReadAsync<ClaimResult>();
            await server.Client().PutAsync(id, new SourceEdit("名", "Name", asset, Settings: new Dictionary<string, string?> { ["password"] = "123456" }), 2);
            await server.Client().PostAsJsonAsync($"/api/v1/sources/{id}/requests", new DeviceRequestCommand("1011"), SourceServer.Json).ReadAsync<DeviceRequestAccepted>();
        }

        await using (SourceServer server = await SourceServer.StartAsync(database))
        {
            Source source = server.Registry.Gateway("hj212").Find(SourceServer.Device)!;
            Assert.Equal((1L, 3L, SourceState.Online, 3), (source.FrameCount, source.SampleCount, source.State, source.Profile.Version));
            Assert.Equal((asset, "123456"), (source.Profile.Asset!.Id, source.Profile.Setting("password")));
            DeviceRequest request = Assert.Single(await server.Client().GetAsync($"/api/v1/sources/{source.Id}/requests").ReadAsync<List<DeviceRequest>>());
            Assert.Equal((RequestState.TimedOut, "The server was restarted."), (request.State, request.Result));

            // A wrong password is refused, before and after.
            Assert.Equal("", await server.SendAsync($"QN=20260301080000000;ST=22;CN=2011;PW=000000;MN={SourceServer.Device};Flag=5;CP=&&DataTime=20260301080000;a34004-Rtd=1&&"));
            Assert.Equal(1, source.RefusedCount);
        }

        // The telemetry folder was replaced: the catalogue numbers anew, and the name is what counts.
        await using (OrdoDbContext rows = database.Open(new ParkModule(), new PerceptionModule()))
            await rows.Database.ExecuteSqlRawAsync("""UPDATE "perception_source" SET "Id" = 7""");
        await using (SourceServer server = await SourceServer.StartAsync(database)) Assert.Equal(id, server.Registry.Gateway("hj212").Find(SourceServer.Device)!.Id);
        await using (OrdoDbContext rows = database.Open(new ParkModule(), new PerceptionModule()))
            Assert.Equal((id, 1L), await rows.Set<SourceRow>().ToListAsync() is [var row] ? (row.Id, row.Refused) : default);
    }
}

public sealed class SourcePersistenceOnSqlite(SqliteDatabase database) : SourcePersistenceTests(database), IClassFixture<SqliteDatabase>;

public sealed class SourcePersistenceOnPostgres(PostgresDatabase database) : SourcePersistenceTests(database), IClassFixture<PostgresDatabase>;
