using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Tests.Sources;

/// <summary>The rows <c>source</c> of a park's import file.</summary>
public sealed class SourceImportTests
{
    private const string File = """
        type,code,parent,kind,nameZh,nameEn,gateway,source,asset,template,heartbeatSeconds,password
        asset,P,,Park,园区,Park,,,,,,
        asset,AQ01,P,Facility,空气站,Air station,,,,,,
        source,,,,一号站,Station 1,hj212,010000A8900016F000169DC0,AQ01,hj212-air-station,60,123456
        source,,,,电表,Meter,line,"electricity,meter=EM01",P,line-steel-meter,,
        """;

    [Fact]
    public async Task A_source_is_placed_before_it_has_sent_anything_and_the_same_file_again_changes_nothing()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        HttpClient client = server.Client();
        Assert.Equal((2, 0, 0), await ImportAsync(client, File));

        List<SourceItem> items = [.. (await client.GetAsync("/api/v1/sources").ReadAsync<PageOf<SourceItem>>()).Items];
        Assert.Equal([("一号站", "空气站", 60, SourceState.Offline, null), ("电表", "园区", 120, SourceState.Offline, null)],
            items.Select(s => (s.NameZh, s.AssetNameZh, s.HeartbeatSeconds, s.State, s.LastSeen)));
        Assert.Equal("123456", server.Registry.Find(items[0].Id)!.Profile.Setting("password"));

        Assert.Equal((0, 0, 2), await ImportAsync(client, File));
        Assert.Equal((0, 1, 1), await ImportAsync(client, File.Replace("Meter", "Main meter", StringComparison.Ordinal)));
        Assert.Equal("Main meter", server.Registry.Find(items[1].Id)!.Profile.NameEn);
        Assert.Equal("123456", server.Registry.Find(items[0].Id)!.Profile.Setting("password"));
        Assert.Equal(items[0].Id, await server.AirStationAsync()); // the device finds its place
    }

    [Fact]
    public async Task Every_bad_cell_is_named_and_nothing_is_stored()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        const string Bad = """
            type,code,parent,kind,nameZh,gateway,source,asset,template,heartbeatSeconds,password
            asset,P,,Park,园区,,,,,,
            source,,,,a,hj213,A,P,,,
            source,,,,b,hj212,B,NOWHERE,line-meter,0,
            source,,,,c,line,C,P,,,secret
            source,,,,c,line,C,P,,,
            """;
        HttpResponseMessage answer = await PostAsync(server.Client(), Bad);
        Assert.Equal(422, (int)answer.StatusCode);
        JsonElement rows = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("rows");
        Assert.Equal(
            [(3, "gateway"), (4, "asset"), (4, "heartbeatSeconds"), (4, "template"), (5, "password"), (6, "source")],
            rows.EnumerateArray().Select(r => (r.GetProperty("row").GetInt32(), r.GetProperty("column").GetString()!)).Order());
        Assert.Empty(server.Registry.All);
    }

    [Fact]
    public async Task Nobody_takes_a_source_from_outside_the_own_scope()
    {
        await using SourceServer server = await SourceServer.StartAsync();
        Asset mine = await server.AddAssetAsync("M"), theirs = await server.AddAssetAsync("T");
        await server.AirStationAsync("UNCLAIMED");
        await ImportAsync(server.Client(), "type,gateway,source,asset\nsource,hj212,CLAIMED,T\n");

        foreach (string device in (string[])["UNCLAIMED", "CLAIMED"])
            Assert.Equal(422, (int)(await PostAsync(server.Client(mine.Path), $"type,gateway,source,asset\nsource,hj212,{device},M\n")).StatusCode);
        Assert.Equal((0, 1, 0), await ImportAsync(server.Client(theirs.Path), "type,gateway,source,nameEn\nsource,hj212,CLAIMED,Ours\n"));
    }

    private static async Task<(int Created, int Updated, int Unchanged)> ImportAsync(HttpClient client, string file)
    {
        JsonElement sources = (await Task.FromResult(await PostAsync(client, file)).ReadAsync<JsonElement>()).GetProperty("sources");
        return (sources.GetProperty("created").GetInt32(), sources.GetProperty("updated").GetInt32(), sources.GetProperty("unchanged").GetInt32());
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string file) => client.PostAsync(
        "/api/v1/imports/park", new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "file", "park.csv" } });
}
