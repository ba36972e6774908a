using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Gateways;
using Ordo.Perception.Gateways.Json;
using Ordo.Perception.Gateways.LineProtocol;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Gateways;

/// <summary>The write routes on a real port, with a store in memory. The token is what it may do: <c>all</c>, <c>scoped</c> (the subtree /1/), <c>none</c>.</summary>
internal sealed class WriteServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private WriteServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    public FakeTime Time => (FakeTime)app.Services.GetRequiredService<TimeProvider>();

    public MemoryCatalogue Catalogue => (MemoryCatalogue)app.Services.GetRequiredService<ISeriesCatalogue>();

    public MemoryStore Store => (MemoryStore)app.Services.GetRequiredService<IIngest>();

    public SourceRegistry Registry => app.Services.GetRequiredService<SourceRegistry>();

    public IngressLimits Limits => app.Services.GetRequiredService<IngressLimits>();

    public static async Task<WriteServer> StartAsync(HttpIngressOptions? options = null, LimitOptions? limits = null, LineProtocolOptions? line = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        IServiceCollection services = builder.Services;
        services.AddHttpConventions();
        services.AddSingleton<TimeProvider>(new FakeTime());
        services.AddSingleton<ISeriesCatalogue>(new MemoryCatalogue());
        services.AddSingleton<IIngest>(new MemoryStore());
        services.AddSingleton(new SourceOptions());
        services.AddSingleton<SourceRegistry>();
        services.AddSingleton(limits ?? new LimitOptions());
        services.AddSingleton<IngressLimits>();
        services.AddLineProtocol(new ConfigurationBuilder().Build());
        if (line is not null) services.AddSingleton(line);
        services.AddJsonTelemetry();
        services.AddSingleton(options ?? new HttpIngressOptions());
        services.AddSingleton<HttpIngressLog>();
        services.AddSingleton<HttpIngress>();
        services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, TestTokens>("Test", null);
        services.AddAuthorizationBuilder().AddPolicy(Permissions.WriteTelemetry, policy => policy.RequireAuthenticatedUser().RequireClaim("may", "write"));
        services.AddScoped(provider => (Caller)provider.GetRequiredService<IHttpContextAccessor>().HttpContext!.Items["caller"]!);
        WebApplication app = builder.Build();
        app.UseHttpConventions().UseAuthentication().UseAuthorization();
        app.MapLineProtocol();
        app.MapJsonTelemetry();
        await app.StartAsync();
        return new WriteServer(app);
    }

    public HttpClient Client(string? token = "all")
    {
        var client = new HttpClient { BaseAddress = Address };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", token);
        return client;
    }

    /// <summary>Sends a body and says what came back, status and text.</summary>
    public async Task<(int Status, string Body)> WriteAsync(string body, string path = "/api/v2/write?org=o&bucket=b", string? token = "all")
    {
        using HttpResponseMessage response = await Client(token).PostAsync(path, new StringContent(body));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> SendAsync(string path, HttpContent content, string? encoding = null)
    {
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return await Client().PostAsync(path, content);
    }

    /// <summary>Every stored sample by its names.</summary>
    public List<Stored> Stored() => [.. Store.Read().Select(s =>
    {
        SeriesKey key = Catalogue.KeyOf(s.Series);
        return new Stored(key.Source, key.Channel, s.TimeMs, s.Value);
    })];

    public void Claim(string source, string assetPath, string gateway = "line")
    {
        Registry.Gateway(gateway).TryOpen(Encoding.UTF8.GetBytes(source), out Source? found);
        Registry.Replace(found!, found!.Profile with { Asset = new SourceAsset(1, assetPath, "企业", "Enterprise") });
    }

    public static byte[] Gzip(string text, CompressionLevel level = CompressionLevel.Optimal) => Gzip(Encoding.UTF8.GetBytes(text), level);

    public static byte[] Gzip(byte[] content, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var member = new MemoryStream();
        using (var gzip = new GZipStream(member, level)) gzip.Write(content);
        return member.ToArray();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    /// <summary>Stands in for the access module: knows where a client may put its token, and nothing else.</summary>
    private sealed class TestTokens(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string header = Request.Headers.Authorization.ToString();
            string token = header.StartsWith("Basic ", StringComparison.Ordinal)
                ? Encoding.UTF8.GetString(Convert.FromBase64String(header[6..])).Split(':')[1]
                : header.Split(' ')[^1];
            if (token is not ("all" or "scoped" or "none")) return Task.FromResult(AuthenticateResult.NoResult());
            var scopes = new Dictionary<string, string[]>();
            if (token != "none") scopes[Permissions.WriteTelemetry] = [token == "all" ? "/" : "/1/"];
            Context.Items["caller"] = new Caller(1, token, token, scopes);
            var identity = new ClaimsIdentity(token == "none" ? [] : [new Claim("may", "write")], "Test");
            return Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(identity), "Test")));
        }
    }
}
