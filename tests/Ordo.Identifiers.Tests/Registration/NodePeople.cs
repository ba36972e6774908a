using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Records;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Registration;

/// <summary>A server with two enterprises, their people, and the two who check at the node.</summary>
internal sealed class NodePeople : IAsyncDisposable
{
    private const string Codes = "91150100MA0N0";
    private readonly TestPeople people;

    private NodePeople(TestServer server) => (Server, people) = (server, new(server));

    public TestServer Server { get; }

    public HttpClient Admin => people.Admin;

    /// <summary>The reviewer (运行人员).</summary>
    public HttpClient Operator { get; private set; } = null!;

    public HttpClient Own { get; private set; } = null!;

    public HttpClient Neighbour { get; private set; } = null!;

    public HttpClient Anybody { get; private set; } = null!;

    public long ParkAsset { get; private set; }

    public long OwnAsset { get; private set; }

    public long NeighbourAsset { get; private set; }

    public HandleStore Store => Server.Services.GetRequiredService<HandleStore>();

    public static Task<NodePeople> StartAsync(DatabaseOptions? database = null, params (string Key, string Value)[] settings) => StartAsync(database, null, settings);

    public static async Task<NodePeople> StartAsync(DatabaseOptions? database, Action<IServiceCollection>? more, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>([TestPeople.Settings]) { ["Identifiers:Port"] = "0" };
        foreach ((string key, string value) in settings) all[key] = value;
        var people = new NodePeople(await TestServer.StartAsync(
            [new ParkModule(), new AccessModule(), new IdentifiersModule()], all, database, services =>
            {
                services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000);
                more?.Invoke(services);
            }));
        TestPeople shared = people.people;
        people.Anybody = shared.Anybody();
        await shared.StartAsync();
        long region = await people.CreateAsync("assets", new { kind = "region", code = "R" + shared.Mark, nameZh = "区域", nameEn = "Region" });
        long park = people.ParkAsset = await people.CreateAsync("assets", new { parentId = region, kind = "park", code = "P" + shared.Mark, nameZh = "园区", nameEn = "Park" });
        people.OwnAsset = await people.CreateAsync("assets", new { parentId = park, kind = "enterprise", code = "A" + shared.Mark, nameZh = "甲企业", nameEn = "Own" });
        people.NeighbourAsset = await people.CreateAsync("assets", new { parentId = park, kind = "enterprise", code = "B" + shared.Mark, nameZh = "乙企业", nameEn = "Neighbour" });
        people.Operator = await shared.PersonAsync("o", "operator", park);
        people.Own = await shared.PersonAsync("a", "enterpriseUser", people.OwnAsset);
        people.Neighbour = await shared.PersonAsync("b", "enterpriseUser", people.NeighbourAsset);
        return people;
    }

    public static object Application(long asset, long expected = 1000) => new
    {
        assetId = asset, creditCode = CodeOf(asset), industry = "3216", contact = "白音", phone = "0471-1234567", purpose = "产品追溯", expected,
    };

    /// <summary>Through all three steps to the prefix.</summary>
    public async Task<(long Enterprise, string Prefix)> ApproveAsync(HttpClient enterprise, long asset, long quota = 1000)
    {
        long id = (await OkAsync(enterprise, HttpMethod.Post, "enterprises", null, Application(asset))).GetProperty("enterprise").GetProperty("id").GetInt64();
        await OkAsync(Operator, HttpMethod.Post, $"enterprises/{id}/review", "*", new { pass = true });
        JsonElement detail = await OkAsync(Admin, HttpMethod.Post, $"enterprises/{id}/approval", "*", new { pass = true, quota });
        return (id, detail.GetProperty("enterprise").GetProperty("prefix").GetString()!);
    }

    /// <summary>A template with a field of each visibility.</summary>
    public static object Template(long enterprise, string code = "product") => new
    {
        enterpriseId = enterprise, code, nameZh = "产品", nameEn = "Product",
        suffix = new { start = "SN", characters = "any", minLength = 3, maxLength = 40 },
        fields = new object[]
        {
            new { name = "name", index = 2000, labelZh = "名称", labelEn = "Name", kind = "text", required = true, visibility = "public", maxLength = 100 },
            new { name = "made", index = 2001, labelZh = "生产日期", labelEn = "Made on", kind = "date", required = false, visibility = "public", maxLength = 10 },
            new { name = "furnace", index = 2002, labelZh = "炉号", labelEn = "Furnace", kind = "text", required = false, visibility = "partner", maxLength = 40 },
            new { name = "cost", index = 2003, labelZh = "成本", labelEn = "Cost", kind = "number", required = false, visibility = "private", maxLength = 20 },
        },
    };

    public static object Item(string prefix, string suffix, string name = "阀门") =>
        new { prefix, suffix, template = "product:1", values = new Dictionary<string, string> { ["name"] = name, ["made"] = "2026-03-01", ["furnace"] = "F-77", ["cost"] = "918273.645" } };

    public static async Task<(int Status, JsonElement Answer)> SendAsync(HttpClient client, HttpMethod method, string path, string? ifMatch = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : "/api/v1/identifiers/" + path);
        if (ifMatch is not null) request.Headers.IfMatch.Add(ifMatch == "*" ? EntityTagHeaderValue.Any : new(ifMatch));
        if (body is not null) request.Content = JsonContent.Create(body);
        using HttpResponseMessage answer = await client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public static async Task<JsonElement> OkAsync(HttpClient client, HttpMethod method, string path, string? ifMatch = null, object? body = null)
    {
        (int status, JsonElement answer) = await SendAsync(client, method, path, ifMatch, body);
        Assert.True(status is >= 200 and < 300, $"{method} {path}: {status} {(answer.ValueKind == JsonValueKind.Undefined ? "" : answer)}");
        return answer;
    }

    public static Task<JsonElement> GetAsync(HttpClient client, string path) => OkAsync(client, HttpMethod.Get, path);

    public static string Of(string handle) => "item?handle=" + Uri.EscapeDataString(handle);

    public async ValueTask DisposeAsync()
    {
        people.Dispose();
        await Server.DisposeAsync();
    }

    private static string CodeOf(long asset)
    {
        string code = string.Concat(Codes, asset.ToString("0000", System.Globalization.CultureInfo.InvariantCulture));
        return code + CreditCode.CheckCharacter(code);
    }

    /// <summary>Time passes, more than a session lives.</summary>
    public Task AdvanceAsync(TimeSpan time) => people.AdvanceAsync(time);

    public Task<long> CreateAsync(string what, object body) => people.CreateAsync(what, body);
}
