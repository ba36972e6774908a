using System.Net.Http.Headers;
using System.Net.Http.Json;
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
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Park;

/// <summary>A server with the park module, whose callers say in a header which subtree they may see and change.</summary>
internal sealed class ParkServer : IAsyncDisposable
{
    private readonly TestServer server;

    private ParkServer(TestServer server) => this.server = server;

    public IServiceProvider Services => server.Services;

    public FakeTime Time => server.Time;

    public MemoryTelemetry Telemetry => Services.GetRequiredService<MemoryTelemetry>();

    public static JsonSerializerOptions Json { get; } = CreateJson();

    public static async Task<ParkServer> StartAsync(TestDatabase? database = null, Action<IServiceCollection>? more = null) =>
        new(await TestServer.StartAsync([new ParkModule()], database: database?.Options, services: services =>
        {
            services.AddAuthentication(HeaderCaller.Name).AddScheme<AuthenticationSchemeOptions, HeaderCaller>(HeaderCaller.Name, null);
            services.AddAuthorization();
            services.AddSingleton<IAuthorizationPolicyProvider, AnyPermission>();
            services.AddScoped(provider => HeaderCaller.Of(provider.GetRequiredService<IHttpContextAccessor>().HttpContext!));
            more?.Invoke(services);
        }));

    /// <param name="write">Where the caller may read and change.</param>
    /// <param name="read">Where it may read too.</param>
    /// <param name="language">Of the answers.</param>
    public HttpClient Client(string write = "/", string? read = null, string language = "en")
    {
        HttpClient client = server.CreateClient(language);
        client.DefaultRequestHeaders.Add(HeaderCaller.WriteHeader, write);
        client.DefaultRequestHeaders.Add(HeaderCaller.ReadHeader, read ?? write);
        return client;
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
        public const string Name = "header", WriteHeader = "X-Write", ReadHeader = "X-Read";

        public static Caller Of(HttpContext http)
        {
            string[] write = [http.Request.Headers[WriteHeader].ToString()], read = [http.Request.Headers[ReadHeader].ToString()];
            return new(1, "tester", null, new Dictionary<string, string[]>
            {
                [Permissions.ReadPark] = read, [Permissions.ReadTelemetry] = read, [Permissions.WritePark] = write, [Permissions.ImportPark] = write,
            });
        }

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers.ContainsKey(WriteHeader)
            ? AuthenticateResult.Success(new(new(new ClaimsIdentity(Name)), Name))
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

/// <summary>Short words for what the tests ask of the API.</summary>
internal static class ParkClient
{
    public static async Task<T> ReadAsync<T>(this Task<HttpResponseMessage> response)
    {
        HttpResponseMessage answer = await response;
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<T>(ParkServer.Json))!;
    }

    /// <summary>The problem's <c>errors</c>: field → first reason.</summary>
    public static async Task<Dictionary<string, string>> ErrorsAsync(this Task<HttpResponseMessage> response)
    {
        HttpResponseMessage answer = await response;
        Assert.Equal(422, (int)answer.StatusCode);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return problem.GetProperty("errors").EnumerateObject().ToDictionary(error => error.Name, error => error.Value[0].GetString()!);
    }

    public static async Task<int> StatusAsync(this Task<HttpResponseMessage> response) => (int)(await response).StatusCode;

    public static Task<HttpResponseMessage> AddAsync(this HttpClient client, AssetDraft draft) =>
        client.PostAsJsonAsync("/api/v1/assets", draft, ParkServer.Json);

    public static async Task<long> AddIdAsync(this HttpClient client, AssetKind kind, string code, long? parent = null) =>
        (await client.AddAsync(new(kind, code, $"名{code}", $"Name {code}", parent)).ReadAsync<AssetItem>()).Id;

    public static Task<HttpResponseMessage> PutAsync<T>(this HttpClient client, string address, T body, int? version)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = JsonContent.Create(body, options: ParkServer.Json) };
        if (version is { } known) request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{known}\""));
        return client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> DeleteAsync(this HttpClient client, string address, int version)
    {
        var request = new HttpRequestMessage(HttpMethod.Delete, address);
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        return client.SendAsync(request);
    }
}
