using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Tests.Samples;

namespace Ordo.Storage.Tests.ClickHouse;

/// <summary>The routes over a cluster, set up by configuration alone.</summary>
public sealed class ClickHouseRoutesTests
{
    [Fact]
    public async Task The_routes_answer_from_the_cluster_and_say_so_when_it_is_away()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        await using var link = new LossyLink(folder.Servers[0].HttpPort);
        (string, string?)[] settings =
        [
            ("Storage:Engine", "clickhouse"), ("Storage:ClickHouse:Shards:0", link.Address.ToString()), ("Storage:ClickHouse:Shards:1", folder.Servers[1].Address.ToString()),
            ("Storage:ClickHouse:Database", folder.Options.ClickHouse.Database), ("Storage:ClickHouse:RefreshSeconds", "0"),
        ];
        await using SampleServer server = await SampleServer.StartAsync(settings);
        var catalogue = server.Services.GetRequiredService<ISeriesCatalogue>();
        Assert.True(catalogue.TrySeriesOf(catalogue.SourceOf("line", "meter"u8), "power"u8, out int series));
        using (Batch batch = Batch.Rent())
        {
            for (int i = 0; i < 4; i++) batch.Add(series, 1_772_323_200_000 + (i * 900_000), i, default); // 2026-03-01T00:00Z
            await server.Services.GetRequiredService<IIngest>().WriteAsync(batch);
        }

        JsonElement hour = await server.GetAsync($"/api/v1/series/{series}/samples?from=2026-03-01T00:00:00Z&to=2026-03-01T01:00:00Z&step=30m&aggregate=avg");
        Assert.Equal([0.5, 2.5], hour.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()));
        await link.CutAsync();
        JsonElement away = await server.GetAsync($"/api/v1/series/{series}/samples?from=2026-03-01T00:00:00Z&to=2026-03-01T01:00:00Z", status: 503);
        Assert.Equal("/problems/unavailable", away.GetProperty("type").GetString());
    }
}
