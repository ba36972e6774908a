using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;
using Ordo.Testing;

namespace Ordo.Perception.Tests.Gateways;

/// <summary>The write routes behind the real access module: every place a client puts its token, and tokens with a scope.</summary>
public sealed class RealTokenTests : IAsyncLifetime
{
    private const string V1 = "/write?db=d";
    private const string V2 = "/api/v2/write?org=o&bucket=b";
    private const string Json = "/api/v1/telemetry";
    private TestServer server = null!;
    private HttpClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        const string password = "a-word-of-the-steppe";
        server = await TestServer.StartAsync(
            [new ParkModule(), new AccessModule(), new PerceptionModule()],
            new Dictionary<string, string?> { ["Access:AdminPassword"] = password },
            services: services => services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000));
        admin = server.CreateClient();
        using HttpResponseMessage signedIn = await admin.PostAsJsonAsync("/api/v1/auth/login", new { userName = "admin", password });
        signedIn.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_token_writes_wherever_its_client_puts_it()
    {
        string token = await TokenAsync("ingest");
        string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
        foreach (string header in new[] { $"Token {token}", $"Bearer {token}", $"Token any:{token}", Basic($"any:{token}"), Basic($"{token}:") })
        {
            Assert.Equal(204, (await PostAsync(V2, "m v=1", header)).Status);
            Assert.Equal(204, (await PostAsync(V1, "m v=1", header)).Status);
            Assert.Equal(204, (await PostAsync(Json, "[]", header)).Status);
        }
        Assert.Equal(204, (await PostAsync($"{V1}&u=any&p={token}", "m v=1")).Status);
    }

    [Fact]
    public async Task Who_may_not_write_is_refused_in_the_shape_of_the_route()
    {
        string analyst = $"Token {await TokenAsync("analyst")}";
        foreach ((string? header, int status) in new[] { (null, 401), ("Token ordo_wrong", 401), (analyst, 403) })
        {
            (int found, string body, string? type) = await PostAsync(V1, "m v=1", header);
            Assert.Equal((status, "application/json"), (found, type));
            Assert.StartsWith("{\"error\":", body, StringComparison.Ordinal);
            (found, body, type) = await PostAsync(V2, "m v=1", header);
            Assert.Equal((status, "application/json"), (found, type));
            Assert.StartsWith("{\"code\":\"" + (status == 401 ? "unauthorized" : "forbidden"), body, StringComparison.Ordinal);
            (found, _, type) = await PostAsync(Json, "[]", header);
            Assert.Equal((status, "application/problem+json"), (found, type));
        }
    }

    [Fact]
    public async Task A_token_with_a_scope_writes_to_what_is_claimed_within_it()
    {
        Asset smelter = await PlantAsync("smelter"), dairy = await PlantAsync("dairy");
        string everywhere = $"Token {await TokenAsync("ingest")}", scoped = $"Token {await TokenAsync("ingest", smelter.Id)}";
        Assert.Equal(204, (await PostAsync(V2, "furnace v=1\nmilk v=1\nnobody v=1", everywhere)).Status);
        SourceRegistry registry = server.Services.GetRequiredService<SourceRegistry>();
        Claim(registry, "furnace", smelter);
        Claim(registry, "milk", dairy);
        Assert.Equal(204, (await PostAsync(V2, "furnace v=2,w=3", scoped)).Status);
        foreach (string source in new[] { "milk", "nobody", "brand_new" })
        {
            (int status, string body, _) = await PostAsync(V2, $"{source} v=666", scoped);
            Assert.Equal(403, status);
            Assert.Contains(source, body, StringComparison.Ordinal);
        }
        Assert.Null(registry.Gateway("line").Find("brand_new"));
        Assert.Equal(1, registry.Gateway("line").Find("milk")!.SampleCount);
        Assert.Equal(3, registry.Gateway("line").Find("furnace")!.SampleCount);
    }

    [Fact]
    public async Task A_flood_of_JSON_is_told_when_to_come_back()
    {
        // Through the whole pipeline, because the header is added behind the handler.
        string token = $"Token {await TokenAsync("ingest")}";
        SourceRegistry registry = server.Services.GetRequiredService<SourceRegistry>();
        registry.Gateway("json").TryOpen("s"u8, out Source? source);
        IngressLimits limits = server.Services.GetRequiredService<IngressLimits>();
        limits.OfSource(Ingress.Http, source!.Id).Charge(limits.Now, 1, 100_000_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, Json) { Content = new StringContent("""{"source":"s","samples":[{"channel":"c","time":1,"value":1}]}""") };
        request.Headers.TryAddWithoutValidation("Authorization", token);
        using HttpClient client = server.CreateClient();
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(429, (int)response.StatusCode);
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
    }

    private static void Claim(SourceRegistry registry, string key, Asset asset)
    {
        Source source = registry.Gateway("line").Find(key)!;
        registry.Replace(source, source.Profile with { Asset = new SourceAsset(asset.Id, asset.Path, asset.NameZh, asset.NameEn) });
    }

    private async Task<(int Status, string Body, string? Type)> PostAsync(string path, string body, string? authorization = null)
    {
        using HttpClient client = server.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Content.Headers.ContentType?.MediaType);
    }

    private async Task<string> TokenAsync(string role, long? scope = null)
    {
        using HttpResponseMessage response = await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "a program", role, scope });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    private async Task<Asset> PlantAsync(string code)
    {
        await using OrdoDbContext database = await server.Services.GetRequiredService<IDbContextFactory<OrdoDbContext>>().CreateDbContextAsync();
        var asset = new Asset { Code = code, Kind = AssetKind.Enterprise, NameZh = code, NameEn = code };
        database.Add(asset);
        await database.SaveChangesAsync();
        asset.Path = $"/{asset.Id}/";
        await database.SaveChangesAsync();
        return asset;
    }
}
