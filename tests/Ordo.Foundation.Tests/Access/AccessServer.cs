using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Ordo.Foundation.Access;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Access;

/// <summary>A server with accounts, over a small tree: <c>region</c> with the parks <c>north</c> and <c>south</c>, and in the north the enterprise <c>smelter</c>.</summary>
internal sealed class AccessServer : IAsyncDisposable
{
    public const string AdminPassword = "first-steppe-password";
    private readonly TestServer server;
    private readonly TestDatabase? database;

    private AccessServer(TestServer server, TestDatabase? database) => (this.server, this.database) = (server, database);

    public FakeTime Time => server.Time;

    public Uri Address => server.Address;

    public IServiceProvider Services => server.Services;

    public Dictionary<string, long> Assets { get; } = [];

    public static async Task<AccessServer> StartAsync(TestDatabase? database = null, params (string Key, string? Value)[] settings)
    {
        if (database is not null) await database.InitializeAsync();
        var configuration = new Dictionary<string, string?> { ["Access:AdminPassword"] = AdminPassword };
        foreach (var (key, value) in settings) configuration[key] = value;
        TestServer server = await TestServer.StartAsync([new ParkModule(), new AccessModule(), new DoorModule()], configuration, database?.Options,
            services => services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000)); // the tests sign in hundreds of times
        var started = new AccessServer(server, database);
        await started.PlantTreeAsync();
        return started;
    }

    public HttpClient Client(string language = "en") => server.CreateClient(language);

    public HttpClient ClientWith(string token, string scheme = "Bearer")
    {
        HttpClient client = Client();
        client.DefaultRequestHeaders.Authorization = new(scheme, token);
        return client;
    }

    public async Task<HttpClient> SignedInAsync(string userName = "admin", string password = AdminPassword)
    {
        HttpClient client = Client();
        using HttpResponseMessage response = await client.SignInAsync(userName, password);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return client;
    }

    /// <summary>Makes an account and signs it in.</summary>
    public async Task<HttpClient> PersonAsync(string userName, params (string Role, string? Asset)[] grants)
    {
        using HttpClient admin = await SignedInAsync();
        await admin.CreateAccountAsync(userName, [.. grants.Select(grant => Grant(grant.Role, grant.Asset))]);
        return await SignedInAsync(userName, Wire.Password);
    }

    public object Grant(string role, string? asset) => new { role, assetId = asset is null ? (long?)null : Assets[asset] };

    /// <summary>What happens at a start, once more.</summary>
    public async Task RestartAccessAsync()
    {
        foreach (IHostedService service in server.Services.GetServices<IHostedService>().Where(service => service.GetType().Assembly == typeof(AccessModule).Assembly))
            await service.StartAsync(CancellationToken.None);
    }

    public async Task<T> InDatabaseAsync<T>(Func<OrdoDbContext, Task<T>> work)
    {
        await using OrdoDbContext db = await server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync();
        return await work(db);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        if (database is not null) await database.DisposeAsync();
    }

    private async Task PlantTreeAsync()
    {
        await PlantAsync("region", null, AssetKind.Region);
        await PlantAsync("north", "region", AssetKind.Park);
        await PlantAsync("south", "region", AssetKind.Park);
        await PlantAsync("smelter", "north", AssetKind.Enterprise);
    }

    private Task<long> PlantAsync(string code, string? parent, AssetKind kind) => InDatabaseAsync(async db =>
    {
        Asset? above = parent is null ? null : await db.Set<Asset>().SingleAsync(asset => asset.Code == parent);
        var asset = new Asset { Code = code, Kind = kind, NameZh = $"{code}（中）", NameEn = code, ParentId = above?.Id };
        db.Add(asset);
        await db.SaveChangesAsync();
        asset.Path = $"{above?.Path ?? "/"}{asset.Id}/";
        await db.SaveChangesAsync();
        return Assets[code] = asset.Id;
    });

    /// <summary>Routes that need one permission each, and one that forgot to say what it needs.</summary>
    private sealed class DoorModule : IModule
    {
        public string Name => "door";

        public void AddServices(IServiceCollection services, IConfiguration configuration)
        {
        }

        public void MapRoutes(IEndpointRouteBuilder routes)
        {
            routes.MapGet("/doors/park", (Caller caller) => TypedResults.Ok(caller.ScopesOf(Permissions.ReadPark))).RequireAuthorization(Permissions.ReadPark);
            routes.MapPost("/write", (Caller caller) => TypedResults.Ok(caller.DisplayName)).RequireAuthorization(Permissions.WriteTelemetry);
            routes.MapGet("/doors/forgotten", () => TypedResults.Ok());
        }

        public void ConfigureModel(ModelBuilder model)
        {
        }
    }
}

/// <summary>What the tests say over the wire.</summary>
internal static class Wire
{
    public const string Password = "another-long-word";

    public static Task<HttpResponseMessage> SignInAsync(this HttpClient client, string userName, string password) =>
        client.PostAsJsonAsync("/api/v1/auth/login", new { userName, password });

    public static async Task<JsonElement> CreateAccountAsync(this HttpClient client, string userName, params object[] grants)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync("/api/v1/accounts", new { userName, password = Password, grants });
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    public static async Task<string> CreateTokenAsync(this HttpClient client, string role, object? scope = null, DateTimeOffset? expires = null, string name = "a program")
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync("/api/v1/tokens", new { name, role, scope, expires });
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return (await response.JsonAsync()).GetProperty("token").GetString()!;
    }

    public static async Task<HttpStatusCode> StatusAsync(this HttpClient client, string address)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(address, UriKind.Relative));
        return response.StatusCode;
    }

    public static async Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string address, object? body = null, string? ifMatch = "*")
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null) request.Content = JsonContent.Create(body);
        if (ifMatch is not null) request.Headers.IfMatch.Add(ifMatch == "*" ? EntityTagHeaderValue.Any : new(ifMatch));
        return await client.SendAsync(request);
    }

    public static async Task<HttpStatusCode> StatusAsync(this HttpClient client, HttpMethod method, string address, object? body = null, string? ifMatch = "*")
    {
        using HttpResponseMessage response = await client.SendAsync(method, address, body, ifMatch);
        return response.StatusCode;
    }

    public static Task<JsonElement> ReadAsync(this HttpClient client, string address) => client.GetFromJsonAsync<JsonElement>(address);

    public static Task<JsonElement> JsonAsync(this HttpResponseMessage response) => response.Content.ReadFromJsonAsync<JsonElement>();

    /// <summary>The fields a 422 complains about.</summary>
    public static async Task<string[]> FaultsAsync(this HttpClient client, HttpMethod method, string address, object body)
    {
        using HttpResponseMessage response = await client.SendAsync(method, address, body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        return [.. (await response.JsonAsync()).GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal)];
    }

    public static async Task<string?> ProblemTypeAsync(this HttpClient client, HttpMethod method, string address, object? body = null)
    {
        using HttpResponseMessage response = await client.SendAsync(method, address, body);
        return (await response.JsonAsync()).GetProperty("type").GetString();
    }

    public static string[] Texts(this JsonElement page, string property) =>
        [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty(property).GetString()!)];
}
