using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Sources;

namespace Ordo.Operations.Tests.Map;

public sealed class MapRoutesTests
{
    [Fact]
    public async Task The_map_shows_silence_age_quality_and_alarms_within_the_scope()
    {
        await using OperationsServer server = await OperationsServer.StartAsync();
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        Assert.Equal("park offline, north offline, south offline", await StatesAsync(server, server.Admin));

        Hear(server, "north");
        Hear(server, "south");
        Assert.Equal("park stale, north stale, south stale", await StatesAsync(server, server.Admin));

        server.Sample("north", 50);
        server.Sample("south", 50, SampleQuality.Bad);
        Assert.Equal("park badQuality, north normal, south badQuality", await StatesAsync(server, server.Admin));

        server.Sample("north", 95);
        Assert.Equal("park alarm 2, north alarm 2, south badQuality", await StatesAsync(server, server.Admin));
        Assert.Equal("north alarm 2", await StatesAsync(server, north));
        Assert.Equal("south badQuality", await StatesAsync(server, server.Admin, $"?root={server.Of["south"].Asset}"));
        Assert.Equal(HttpStatusCode.NotFound, (await north.GetAsync(new Uri($"/api/v1/map/states?root={server.Of["south"].Asset}", UriKind.Relative))).StatusCode);

        for (int minute = 0; minute < 16; minute++)
        {
            server.Time.Advance(TimeSpan.FromMinutes(1));
            Hear(server, "south");
        }
        Assert.Equal("park alarm 2, north alarm 2, south stale", await StatesAsync(server, server.Admin));
    }

    private static void Hear(OperationsServer server, string name)
    {
        Assert.True(server.Services.GetRequiredService<SourceRegistry>().Gateway("json").TryOpen(System.Text.Encoding.UTF8.GetBytes(name), out Source? source));
        source.Heard(server.Time.GetUtcNow().ToUnixTimeMilliseconds(), null);
    }

    private static async Task<string> StatesAsync(OperationsServer server, HttpClient client, string query = "")
    {
        server.Time.Advance(TimeSpan.FromSeconds(1)); // states are worked out once a second
        JsonElement[] states = await client.GetFromJsonAsync<JsonElement[]>($"/api/v1/map/states{query}") ?? [];
        Dictionary<long, string> names = server.Of.ToDictionary(e => e.Value.Asset, e => e.Key);
        names[server.Park] = "park";
        return string.Join(", ", states.OrderBy(s => s.GetProperty("assetId").GetInt64()).Select(s =>
            $"{names[s.GetProperty("assetId").GetInt64()]} {s.GetProperty("state").GetString()} {s.GetProperty("priority")}".TrimEnd()));
    }
}
