using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;
using Ordo.Perception;
using Ordo.Testing;

namespace Ordo.Operations.Tests;

/// <summary>
/// A server with accounts, park and operations over a store in memory. The park has the enterprises <c>north</c> and <c>south</c>, each with one
/// point, a temperature with low 10, high 80, high-high 90, deadband 2, fed by the source of the same name.
/// </summary>
internal sealed class OperationsServer : IAsyncDisposable
{
    private const string AdminPassword = "first-steppe-password", Password = "another-long-word";
    private readonly TestServer server;

    private OperationsServer(TestServer server) => this.server = server;

    public FakeTime Time => server.Time;

    public Uri Address => server.Address;

    public IServiceProvider Services => server.Services;

    public HttpClient Admin { get; private set; } = null!;

    public long Park { get; private set; }

    /// <summary>Asset and point of each enterprise.</summary>
    public Dictionary<string, (long Asset, long Point)> Of { get; } = [];

    public static async Task<OperationsServer> StartAsync(TestDatabase? database = null, params (string Key, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string?> { ["Access:AdminPassword"] = AdminPassword, ["Perception:Gateways:Hj212:Enabled"] = "false" };
        foreach (var (key, value) in settings) configuration[key] = value;
        var started = new OperationsServer(await TestServer.StartAsync(
            [new AccessModule(), new ParkModule(), new PerceptionModule(), new OperationsModule()], configuration, database?.Options));
        started.Admin = await started.SignInAsync("admin", AdminPassword);
        started.Park = await started.AddAsync("/api/v1/assets", new { kind = "park", code = "park", nameZh = "园区" });
        foreach (string name in (string[])["north", "south"])
        {
            long asset = await started.AddAsync("/api/v1/assets", new { kind = "enterprise", code = name, nameZh = $"{name}厂", nameEn = $"The {name}", parentId = started.Park });
            started.Of[name] = (asset, await started.AddAsync("/api/v1/points", Point(name, asset)));
        }
        return started;
    }

    /// <summary>A second passes and a sample of it is stored.</summary>
    public void Sample(string name, double value, SampleQuality quality = default, int milliseconds = 1000)
    {
        Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Services.GetRequiredService<MemoryTelemetry>().Write(new("json", name, "t"), Time.GetUtcNow(), value, quality);
    }

    /// <summary>A second passes and the same value of many sources is stored.</summary>
    public void SampleMany(IReadOnlyList<string> sources, double value)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        foreach (string source in sources) Services.GetRequiredService<MemoryTelemetry>().Write(new("json", source, "t"), Time.GetUtcNow(), value);
    }

    /// <summary>A further point of an enterprise, like the first but fed by another source.</summary>
    public Task<long> AddPointAsync(string enterprise, string code, string source) => AddAsync("/api/v1/points", new
    {
        assetId = Of[enterprise].Asset, code, nameZh = code, nameEn = code, quantity = "temperature", unit = "degC",
        gateway = "json", source, channel = "t", limits = new { low = 10, high = 80, highHigh = 90, deadband = 2 },
    });

    /// <summary>Whether a text stands anywhere in the database as it is.</summary>
    public async Task<bool> IsOnDiskAsync(string text)
    {
        await using OrdoDbContext context = await Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync();
        var rows = await context.Set<Ordo.Operations.Notifications.Channels.NotificationChannel>().AsNoTracking().ToListAsync();
        return rows.Exists(r => $"{r.Name} {r.Settings} {r.Secret} {r.SigningSecret}".Contains(text, StringComparison.Ordinal));
    }

    public async Task<HttpClient> PersonAsync(string userName, string role, string? enterprise = null)
    {
        using HttpResponseMessage made = await Admin.PostAsJsonAsync("/api/v1/accounts", new
        {
            userName, password = Password, grants = new[] { new { role, assetId = enterprise is null ? (long?)null : Of[enterprise].Asset } },
        });
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        return await SignInAsync(userName, Password);
    }

    public async Task SetLimitsAsync(string name, object limits)
    {
        using HttpResponseMessage changed = await Admin.SendAsync(new(HttpMethod.Put, $"/api/v1/points/{Of[name].Point}")
        {
            Content = JsonContent.Create(Point(name, Of[name].Asset, limits)),
            Headers = { IfMatch = { EntityTagHeaderValue.Any } },
        });
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync());
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static object Point(string name, long asset, object? limits = null) => new
    {
        assetId = asset, code = "T", nameZh = "炉温", nameEn = "Furnace temperature", quantity = "temperature", unit = "degC",
        gateway = "json", source = name, channel = "t", limits = limits ?? new { low = 10, high = 80, highHigh = 90, deadband = 2 },
    };

    public async Task<long> AddAsync(string address, object body)
    {
        using HttpResponseMessage made = await Admin.PostAsJsonAsync(address, body);
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
    }

    private async Task<HttpClient> SignInAsync(string userName, string password)
    {
        HttpClient client = server.CreateClient();
        using HttpResponseMessage response = await client.PostAsJsonAsync("/api/v1/auth/login", new { userName, password });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return client;
    }
}
