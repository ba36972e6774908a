using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Testing;

namespace Ordo.Storage.Tests.Samples;

/// <summary>A server with the park and the store, whose callers say in a header which subtree they may read.</summary>
internal sealed class SampleServer : IAsyncDisposable
{
    private readonly TestServer server;

    private SampleServer(TestServer server) => this.server = server;

    public IServiceProvider Services => server.Services;

    public TelemetryStore Store => Services.GetRequiredService<TelemetryStore>();

    public FakeTime Time => server.Time;

    public static async Task<SampleServer> StartAsync(params (string Key, string? Value)[] settings) =>
        new(await TestServer.StartAsync([new ParkModule(), new StorageModule()], settings.ToDictionary(setting => setting.Key, setting => setting.Value), services: services =>
        {
            services.AddAuthentication(HeaderCaller.Name).AddScheme<AuthenticationSchemeOptions, HeaderCaller>(HeaderCaller.Name, null);
            services.AddAuthorization();
            services.AddSingleton<IAuthorizationPolicyProvider, AnyPermission>();
            services.AddScoped(provider => HeaderCaller.Of(provider.GetRequiredService<IHttpContextAccessor>().HttpContext!));
        }));

    public HttpClient Client(string scope = "/", string language = "en")
    {
        HttpClient client = server.CreateClient(language);
        client.DefaultRequestHeaders.Add(HeaderCaller.ScopeHeader, scope);
        return client;
    }

    /// <summary>An enterprise with one point, bound to a series of the store.</summary>
    public async Task<(long Point, string Path, int Series)> AddPointAsync(string code, double scale = 1, double offset = 0)
    {
        await using var scope = Services.CreateAsyncScope();
        OrdoDbContext database = scope.ServiceProvider.GetRequiredService<OrdoDbContext>();
        var asset = new Asset { Kind = AssetKind.Enterprise, Code = code, NameZh = code, NameEn = code };
        database.Add(asset);
        await database.SaveChangesAsync();
        asset.Path = $"/{asset.Id}/";
        var point = new Point
        {
            AssetId = asset.Id, Code = "P", NameZh = "功率", NameEn = "Power", Quantity = "activePower", Unit = "kW", Scale = scale, Offset = offset,
            Gateway = "line", Source = code, Channel = "power",
        };
        database.Add(point);
        await database.SaveChangesAsync();
        await Services.GetRequiredService<PointDirectory>().ReloadAsync();
        int series = Services.GetRequiredService<IPointDirectory>().Current.ById(point.Id)!.Series!.Value;
        return (point.Id, asset.Path, series);
    }

    public async Task WriteAsync(int series, params (DateTimeOffset Time, double Value, SampleQuality Quality)[] samples)
    {
        using Batch batch = Batch.Rent();
        foreach (var (time, value, quality) in samples) batch.Add(series, time.ToUnixTimeMilliseconds(), value, quality);
        await Store.WriteAsync(batch);
    }

    public async Task<JsonElement> GetAsync(string address, int status = 200, string scope = "/", string language = "en")
    {
        using HttpClient client = Client(scope, language);
        using HttpResponseMessage response = await client.GetAsync(new Uri(address, UriKind.Relative));
        string body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{address}: {(int)response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement.Clone();
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private sealed class HeaderCaller(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        public const string Name = "header", ScopeHeader = "X-Scope";

        public static Caller Of(HttpContext http) => new(1, "tester", null, new Dictionary<string, string[]>
        {
            [Permissions.ReadTelemetry] = [http.Request.Headers[ScopeHeader].ToString()],
            [Permissions.WriteTelemetry] = [http.Request.Headers[ScopeHeader].ToString()],
            [Permissions.ReadPark] = [http.Request.Headers[ScopeHeader].ToString()],
            [Permissions.WritePark] = [http.Request.Headers[ScopeHeader].ToString()],
        });

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers.ContainsKey(ScopeHeader)
            ? AuthenticateResult.Success(new(new(new ClaimsIdentity(Name)), Name))
            : AuthenticateResult.NoResult());
    }

    private sealed class AnyPermission(IOptions<AuthorizationOptions> options) : DefaultAuthorizationPolicyProvider(options)
    {
        public override Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) =>
            Task.FromResult<AuthorizationPolicy?>(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }
}
