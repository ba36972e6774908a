using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Perception.Gateways.Hj212;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Sources;

/// <summary>A server with the park and the perception platform, whose callers say in a header which subtree they hold.</summary>
internal sealed class SourceServer : IAsyncDisposable
{
    public const string Device = "010000A8900016F000169DC0";
    private readonly TestServer server;

    private SourceServer(TestServer server) => this.server = server;

    public IServiceProvider Services => server.Services;

    public FakeTime Time => server.Time;

    public SourceRegistry Registry => Services.GetRequiredService<SourceRegistry>();

    public static JsonSerializerOptions Json { get; } = CreateJson();

    public static async Task<SourceServer> StartAsync(TestDatabase? database = null) =>
        new(await TestServer.StartAsync([new ParkModule(), new PerceptionModule()], database: database?.Options, services: services =>
        {
            services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderCaller>("header", null);
            services.AddAuthorization();
            services.AddSingleton<IAuthorizationPolicyProvider, AnyPermission>();
            services.AddScoped(provider => HeaderCaller.Of(provider.GetRequiredService<IHttpContextAccessor>().HttpContext!));
        }));

    /// <param name="write">Subtree the caller may read and change.</param>
    /// <param name="read">Subtree it may read.</param>
    /// <param name="language">Of the answers.</param>
    public HttpClient Client(string write = "/", string? read = null, string language = "en")
    {
        HttpClient client = server.CreateClient(language);
        client.DefaultRequestHeaders.Add("X-Write", write);
        client.DefaultRequestHeaders.Add("X-Read", read ?? write);
        return client;
    }

    /// <summary>Adds an asset below another and returns it.</summary>
    public async Task<Asset> AddAssetAsync(string code, Asset? parent = null)
    {
        await using OrdoDbContext database = await Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync();
        var asset = new Asset { Code = code, NameZh = "名" + code, NameEn = "Name " + code, Kind = parent is null ? AssetKind.Park : AssetKind.Enterprise, ParentId = parent?.Id };
        database.Add(asset);
        await database.SaveChangesAsync();
        asset.Path = $"{parent?.Path ?? "/"}{asset.Id}/";
        await database.SaveChangesAsync();
        return asset;
    }

    /// <summary>Sends frames over the real port.</summary>
    public async Task<string> SendAsync(params string[] segments)
    {
        Hj212Gateway gateway = Services.GetRequiredService<Hj212Gateway>();
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await socket.ConnectAsync(gateway.EndPoint!);
        foreach (string segment in segments) await socket.SendAsync(Hj212FrameWriter.Frame(segment));
        socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        return await Gateways.Hj212.Hj212Server.ReadToEndAsync(socket);
    }

    /// <summary>An air station that has sent real-time data once.</summary>
    public async Task<int> AirStationAsync(string device = Device)
    {
        await SendAsync($"QN=20260301080000000;ST=22;CN=2011;PW=123456;MN={device};Flag=5;CP=&&DataTime=20260301080000;a34004-Rtd=14,a34004-Flag=N;a34002-Rtd=31,a34002-Flag=N;LAMPBLACK-Rtd=1,LAMPBLACK-Flag=N&&");
        return Registry.Gateway("hj212").Find(device)!.Id;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private static JsonSerializerOptions CreateJson()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        HttpConventions.Configure(json);
        return json;
    }

    private sealed class HeaderCaller(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        public static Caller Of(HttpContext http)
        {
            string[] write = [http.Request.Headers["X-Write"].ToString()], read = [http.Request.Headers["X-Read"].ToString()];
            return new(1, "tester", null, new Dictionary<string, string[]>
            {
                [Permissions.ReadPark] = read, [Permissions.ReadTelemetry] = read, [Permissions.ReadSources] = read,
                [Permissions.WritePark] = write, [Permissions.WriteSources] = write, [Permissions.CommandSources] = write, [Permissions.ImportPark] = write,
            });
        }

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers.ContainsKey("X-Write")
            ? AuthenticateResult.Success(new(new(new ClaimsIdentity("header")), "header"))
            : AuthenticateResult.NoResult());
    }

    private sealed class AnyPermission : IAuthorizationPolicyProvider
    {
        private static readonly AuthorizationPolicy Policy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();

        public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => Task.FromResult<AuthorizationPolicy?>(Policy);

        public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => Task.FromResult(Policy);

        public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => Task.FromResult<AuthorizationPolicy?>(Policy);
    }
}

internal static class SourceClient
{
    public static async Task<T> ReadAsync<T>(this Task<HttpResponseMessage> response)
    {
        HttpResponseMessage answer = await response;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<T>(SourceServer.Json))!;
    }

    public static async Task<int> StatusAsync(this Task<HttpResponseMessage> response) => (int)(await response).StatusCode;

    /// <summary>Fields of the problem's <c>errors</c>.</summary>
    public static async Task<string[]> ErrorsAsync(this Task<HttpResponseMessage> response)
    {
        HttpResponseMessage answer = await response;
        Assert.Equal(422, (int)answer.StatusCode);
        return [.. (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(e => e.Name)];
    }

    public static Task<HttpResponseMessage> PutAsync(this HttpClient client, int source, object edit, int? version)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/sources/{source}") { Content = JsonContent.Create(edit, options: SourceServer.Json) };
        if (version is { } known) request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{known}\""));
        return client.SendAsync(request);
    }
}
