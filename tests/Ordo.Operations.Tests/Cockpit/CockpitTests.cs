using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ordo.Foundation.Telemetry;
using Ordo.Testing;

namespace Ordo.Operations.Tests.Cockpit;

public sealed class CockpitTests
{
    private const string Panels = """
        {
          "weather": { "temperature": "t", "windSpeed": "ws", "windDirection": "wd" },
          "panels": [
            { "system": "environment", "title": { "zh": "炉温", "en": "Furnaces" }, "reading": "Mean", "quantity": "temperature", "channel": "t", "unit": "degC", "decimals": 1,
              "label": { "zh": "均值", "en": "mean" }, "rankBy": "Enterprise" },
            { "system": "energy", "title": { "zh": "能源", "en": "Energy" }, "reading": "Counter", "quantity": "activeEnergy", "unit": "MWh", "decimals": 1,
              "label": { "zh": "今日用电", "en": "today" }, "rankBy": "Enterprise" }
          ]
        }
        """;

    [Fact]
    public async Task A_panel_is_worked_out_from_fresh_good_values_and_ranks_the_enterprises()
    {
        using var folder = new TemporaryFolder();
        await using OperationsServer server = await StartAsync(folder);
        server.Sample("north", 50);
        server.Sample("south", 70);
        JsonElement panel = await PanelAsync(server.Admin, "environment");
        Assert.Equal((60.0, "degC"), (panel.GetProperty("headline").GetProperty("value").GetDouble(), panel.GetProperty("headline").GetProperty("unit").GetString()));
        Assert.Equal(80.0, panel.GetProperty("beside").GetProperty("value").GetDouble()); // the high limit both points have
        Assert.Equal(["The south 70", "The north 50"], panel.GetProperty("ranking").EnumerateArray()
            .Select(row => $"{row.GetProperty("label").GetProperty("en").GetString()} {row.GetProperty("value").GetDouble()}"));
        Assert.Equal("2 points, 2 with a value", panel.GetProperty("origin").GetProperty("en").GetString());
    }

    [Fact]
    public async Task An_old_or_bad_value_is_a_gap_and_not_a_figure()
    {
        using var folder = new TemporaryFolder();
        await using OperationsServer server = await StartAsync(folder);
        server.Sample("north", 50);
        server.Sample("south", 70, SampleQuality.Bad);
        Assert.Equal(50.0, (await PanelAsync(server.Admin, "environment")).GetProperty("headline").GetProperty("value").GetDouble());

        server.Time.Advance(TimeSpan.FromHours(2));
        JsonElement panel = await PanelAsync(server.Admin, "environment");
        Assert.Equal(JsonValueKind.Null, panel.GetProperty("headline").GetProperty("value").ValueKind);
        Assert.Equal("2 points, 0 with a value", panel.GetProperty("origin").GetProperty("en").GetString());
    }

    [Fact]
    public async Task Counters_are_added_up_since_midnight_in_the_unit_of_the_panel()
    {
        using var folder = new TemporaryFolder();
        await using OperationsServer server = await StartAsync(folder);
        using HttpResponseMessage made = await server.Admin.PostAsJsonAsync("/api/v1/points", new
        {
            assetId = server.Of["north"].Asset, code = "EP", nameZh = "电能", quantity = "activeEnergy", unit = "kWh", gateway = "json", source = "north", channel = "t2", scale = 10,
        });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var telemetry = (MemoryTelemetry)server.Services.GetService(typeof(MemoryTelemetry))!;
        server.Time.Advance(TimeSpan.FromHours(5));
        // Readings on either side of midnight: only what grew since then counts.
        DateTimeOffset midnight = new(server.Time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        telemetry.Write(new("json", "north", "t2"), midnight.AddHours(-1), 100);
        telemetry.Write(new("json", "north", "t2"), server.Time.GetUtcNow().AddMinutes(-1), 350);
        JsonElement panel = await PanelAsync(server.Admin, "energy");
        Assert.Equal(2.5, panel.GetProperty("headline").GetProperty("value").GetDouble(), 9); // (350 − 100) × 10 kWh
    }

    [Fact]
    public async Task Nobody_sees_a_figure_of_a_neighbour()
    {
        using var folder = new TemporaryFolder();
        await using OperationsServer server = await StartAsync(folder);
        using HttpClient north = await server.PersonAsync("li.ming", "enterpriseUser", "north");
        server.Sample("north", 50);
        server.Sample("south", 95); // an alarm of the south
        JsonElement own = await PanelAsync(north, "environment");
        Assert.Equal(50.0, own.GetProperty("headline").GetProperty("value").GetDouble());
        Assert.Equal(["The north"], own.GetProperty("ranking").EnumerateArray().Select(row => row.GetProperty("label").GetProperty("en").GetString()));
        Assert.Equal(0, (await PanelAsync(north, "safety")).GetProperty("headline").GetProperty("value").GetDouble());
        Assert.NotEqual(0, (await PanelAsync(server.Admin, "safety")).GetProperty("headline").GetProperty("value").GetDouble());
        Assert.Equal(HttpStatusCode.NotFound, (await north.GetAsync(new Uri($"/api/v1/cockpit?root={server.Of["south"].Asset}", UriKind.Relative))).StatusCode);
    }

    private static async Task<OperationsServer> StartAsync(TemporaryFolder folder)
    {
        string file = Path.Combine(folder.Path, "panels.json");
        await File.WriteAllTextAsync(file, Panels);
        return await OperationsServer.StartAsync(null, ("Operations:Cockpit:PointPanels", file), ("Operations:Cockpit:MaxAge", "00:00:00"));
    }

    private static async Task<JsonElement> PanelAsync(HttpClient client, string system)
    {
        JsonElement answer = await client.GetFromJsonAsync<JsonElement>("/api/v1/cockpit");
        return answer.GetProperty("panels").EnumerateArray().First(p => p.GetProperty("system").GetString() == system);
    }
}
