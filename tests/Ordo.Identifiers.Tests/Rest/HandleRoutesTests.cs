using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Tests.Serving;

namespace Ordo.Identifiers.Tests.Rest;

/// <summary>The REST interface behind the real access module.</summary>
public sealed class HandleRoutesTests : IAsyncLifetime
{
    private const string Password = "a-word-of-the-steppe";
    private const string Entity = """[{"index":1,"type":"T","data":"x"}]""";
    private NodeServer node = null!;
    private HttpClient anybody = null!;
    private HttpClient administrator = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeServer.StartAsync([new ParkModule(), new AccessModule()], new Dictionary<string, string?> { ["Access:AdminPassword"] = Password },
            services => services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000));
        anybody = node.Server.CreateClient();
        administrator = node.Server.CreateClient();
        using HttpResponseMessage signedIn = await administrator.PostAsJsonAsync("/api/v1/auth/login", new { userName = "admin", password = Password });
        signedIn.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        anybody.Dispose();
        administrator.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Anybody_resolves_what_is_public_in_the_words_of_Handle_Net()
    {
        const string expected = """{"responseCode":1,"handle":"88.999.1/SN1","values":[{"index":1,"type":"URL","data":{"format":"string","value":"https://t.example/1"},"ttl":86400,"timestamp":"2025-10-15T20:11:44Z"},{"index":2,"type":"PRODUCT_NAME","data":{"format":"string","value":"阀门"},"ttl":86400,"timestamp":"2025-10-15T20:11:44Z"},{"index":100,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/88.999.1","index":200,"permissions":"011111110011"}},"ttl":86400,"timestamp":"2025-10-15T20:11:44Z"}]}""";
        Assert.Equal((200, expected), await AskAsync(anybody, "GET", "/api/handles/88.999.1/SN1"));
        Assert.Equal((200, expected), await AskAsync(anybody, "GET", "/api/handles/88.999.1%2FSN1"));
        Assert.Equal((404, """{"responseCode":100,"handle":"88.999.1/NOPE"}"""), await AskAsync(anybody, "GET", "/api/handles/88.999.1/NOPE"));
        Assert.Equal((200, """{"responseCode":200,"values":[],"handle":"88.999.1/sn1"}"""), await AskAsync(anybody, "GET", "/api/handles/88.999.1/sn1?index=77"));
        Assert.Equal((400, """{"responseCode":301,"message":"That prefix doesn't live here","handle":"10.1/x"}"""), await AskAsync(anybody, "GET", "/api/handles/10.1/x"));
        Assert.Equal((400, """{"responseCode":102}"""), await AskAsync(anybody, "GET", "/api/handles/88.999.1/%FF"));
        Assert.Equal("1 100", await IndexesAsync(anybody, "/api/handles/88.999.1/SN1?index=100&type=url"));
        Assert.Equal("""f({"responseCode":100,"handle":"88.999.1/NOPE"});""", (await AskAsync(anybody, "GET", "/api/handles/88.999.1/NOPE?callback=f")).Body);
    }

    [Fact]
    public async Task The_parameters_of_a_resolution_may_come_in_a_form_or_as_JSON()
    {
        await node.PutAsync("88.999.1/P", HandleValue.Of(1, "URL", "u"), HandleValue.Of(2, "T", "t"), HandleValue.Of(300, "HS_SECKEY", "secret", permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite));
        Assert.Equal("1 2", await PostedAsync(anybody, new StringContent("")));
        Assert.Equal("1", await PostedAsync(anybody, JsonContent.Create(new { index = 1 })));
        Assert.Equal("1 2", await PostedAsync(anybody, JsonContent.Create(new { index = new object[] { 1, "2" } })));
        Assert.Equal("1 2", await PostedAsync(anybody, JsonContent.Create(new { index = 1, type = "T" })));
        Assert.Equal("2", await PostedAsync(anybody, new FormUrlEncodedContent([new("type", "t")])));
        Assert.Equal("1 2 300", await PostedAsync(administrator, new FormUrlEncodedContent([])));
        Assert.Equal("1 2", await PostedAsync(administrator, JsonContent.Create(new { publicOnly = true })));
        Assert.Equal((200, 200), await CodesAsync("POST", "/api/handles/88.999.1/P", """{"index":77}""", anybody));
        foreach (string wrong in (string[])["[1]", """{"index":""", """{"index":"x"}""", """{"index":{}}""", """{"type":"\ud800"}""", """{"type":["\ud800"]}"""]) Assert.Equal((400, 4), await CodesAsync("POST", "/api/handles/88.999.1/P", wrong, anybody));
        using HttpResponseMessage many = await anybody.PostAsync(new Uri("/api/handles/88.999.1/P", UriKind.Relative), new FormUrlEncodedContent(Enumerable.Range(0, 2000).Select(i => KeyValuePair.Create($"k{i}", "1"))));
        Assert.Equal((400, 4), ((int)many.StatusCode, (await many.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("responseCode").GetInt32()));
        Assert.Equal((413, 4), await CodesAsync("POST", "/api/handles/88.999.1/P", $$"""{"type":"{{new string('x', 70_000)}}"}""", anybody));

        static async Task<string> PostedAsync(HttpClient client, HttpContent entity)
        {
            using HttpResponseMessage answer = await client.PostAsync(new Uri("/api/handles/88.999.1/P", UriKind.Relative), entity);
            return string.Join(" ", (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("values").EnumerateArray().Select(value => value.GetProperty("index").GetInt32()));
        }
    }

    [Fact]
    public async Task Handles_of_every_script_and_with_every_sign_are_their_own()
    {
        foreach (string suffix in new[] { "阀门-01", "a/b/c", "a b?c#d%e+f", "😀", "\u00e9", "e\u0301" })
        {
            string path = "/api/handles/88.999.1/" + Uri.EscapeDataString(suffix);
            Assert.Equal((201, 1), await CodesAsync("PUT", path, $$"""[{"index":1,"type":"T","data":{{JsonSerializer.Serialize(suffix)}}}]"""));
            Assert.Equal(suffix, Assert.Single(await ValuesAsync(anybody, path)).GetProperty("data").GetProperty("value").GetString());
        }
    }

    [Fact]
    public async Task A_record_is_created_changed_and_deleted_as_pyhandle_does_it()
    {
        const string path = "/api/handles/88.999.1/PY", done = """{"responseCode":1,"handle":"88.999.1/PY"}""";
        const string entity = """{"values":[{"index":100,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/88.999.1","index":"200","permissions":"011111110011"}}},{"index":1,"type":"URL","data":"http://x"},{"index":"4","type":"CHECKSUM","data":{"format":"string","value":"abc"},"ttl":86400}]}""";
        Assert.Equal((201, done), await AskAsync(administrator, "PUT", path + "?overwrite=false", entity));
        Assert.Equal((409, """{"responseCode":101,"handle":"88.999.1/PY"}"""), await AskAsync(administrator, "PUT", path + "?overwrite=false", entity));
        Assert.Equal("1 4 100", await IndexesAsync(anybody, path));
        Assert.Equal((200, done), await AskAsync(administrator, "PUT", path + "?index=4&overwrite=true", """{"values":[{"index":4,"type":"CHECKSUM","data":"new"}]}"""));
        Assert.Equal((201, 1), await CodesAsync("PUT", path + "?index=various", """{"values":[{"index":5,"type":"T","data":"five"}]}"""));
        Assert.Equal((409, 201), await CodesAsync("PUT", path + "?index=5&overwrite=false", """{"values":[{"index":5,"type":"T","data":"five"}]}"""));
        Assert.Equal((400, """{"responseCode":200,"handle":"88.999.1/PY"}"""), await AskAsync(administrator, "DELETE", path + "?index=5&index=6"));
        Assert.Equal((200, 1), await CodesAsync("DELETE", path + "?index=5&index=4"));
        Assert.Equal("1 100", await IndexesAsync(anybody, path));
        Assert.Equal((200, done), await AskAsync(administrator, "DELETE", path));
        Assert.Equal((404, 100), await CodesAsync("DELETE", path));
    }

    [Theory]
    [InlineData("""[{"index":0,"type":"T","data":"x"}]""", 400, 202)]
    [InlineData("""[{"index":1,"type":"T","data":"x"},{"index":1,"type":"T","data":"x"}]""", 409, 201)]
    [InlineData("""[{"index":1,"type":"T","data":["x"]}]""", 400, 4)]
    [InlineData("""[{"index":-1,"type":"T","data":"x"}]""", 400, 4)]
    [InlineData("""[{"index":1,"data":"x"}]""", 400, 4)]
    [InlineData("""[{"index":1,"type":"T","data":{"format":"base64","value":"?"}}]""", 400, 4)]
    [InlineData("""[{"index":1,"type":"HS_SITE","data":{"format":"site","value":{}}}]""", 400, 4)]
    [InlineData("""{"index":""", 400, 4)]
    [InlineData("""[{"index":1,"type":"T","data":"\ud800"}]""", 400, 4)]
    [InlineData("""[{"index":1,"type":"\ud800","data":"x"}]""", 400, 4)]
    [InlineData("7", 400, 4)]
    public async Task What_is_no_record_is_refused_with_its_code(string entity, int status, int code) =>
        Assert.Equal((status, code), await CodesAsync("PUT", "/api/handles/88.999.1/BAD", entity));

    [Fact]
    public async Task Nothing_is_written_without_the_right_and_the_refusal_has_a_code()
    {
        Assert.Equal((401, """{"responseCode":402,"handle":"88.999.1/N"}"""), await AskAsync(anybody, "PUT", "/api/handles/88.999.1/N", Entity));
        Assert.Equal((401, """{"responseCode":402,"handle":"88.999.1/SN1"}"""), await AskAsync(anybody, "DELETE", "/api/handles/88.999.1/SN1"));
        Assert.Equal(401, (await AskAsync(anybody, "GET", "/api/handles?prefix=88.999.1")).Status);
        string analyst = await TokenAsync("analyst"), operatorToken = await TokenAsync("operator");
        Assert.Equal((403, """{"responseCode":400,"handle":"88.999.1/N"}"""), await AskAsync(anybody, "PUT", "/api/handles/88.999.1/N", Entity, new("Bearer", analyst)));
        // As pyhandle sends it: a user and a password, which here is the token.
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"300%3A0.NA/88.999.1:{operatorToken}"));
        Assert.Equal(201, (await AskAsync(anybody, "PUT", "/api/handles/88.999.1/N", Entity, new("Basic", basic))).Status);
        Assert.Equal(401, (await AskAsync(anybody, "PUT", "/api/handles/88.999.1/N", Entity, new("Bearer", operatorToken[..^8]))).Status);
        Assert.Equal((403, 402), await CodesAsync("PUT", "/api/handles/88.999.1/N", Entity, anybody, new("Basic", basic[..^8]))); // it could be a secret key, which is not taken over plain HTTP
        Assert.Equal((403, 400), await CodesAsync("POST", "/api/prefixes?prefix=88.1.1", client: anybody, authorization: new("Bearer", operatorToken)));
    }

    [Fact]
    public async Task Private_values_are_for_those_who_administer_identifiers()
    {
        await node.PutAsync("88.999.1/P", HandleValue.Of(1, "URL", "u"), HandleValue.Of(300, "HS_SECKEY", "secret", permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite));
        Assert.Equal("1", await IndexesAsync(anybody, "/api/handles/88.999.1/P"));
        Assert.Equal((401, 402), await CodesAsync("GET", "/api/handles/88.999.1/P?publicOnly=false", client: anybody));
        Assert.Equal((200, 200), await CodesAsync("GET", "/api/handles/88.999.1/P?index=300", client: anybody));
        Assert.Equal("1 300", await IndexesAsync(administrator, "/api/handles/88.999.1/P"));
        Assert.Equal("1", await IndexesAsync(administrator, "/api/handles/88.999.1/P?publicOnly"));
        (_, string analysts) = await AskAsync(anybody, "GET", "/api/handles/88.999.1/P", authorization: new("Bearer", await TokenAsync("analyst")));
        Assert.DoesNotContain("secret", analysts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_request_its_answer_has_a_code()
    {
        Assert.Equal((413, 4), await CodesAsync("PUT", "/api/handles/88.999.1/BIG", "[\"" + new string('x', 600_000) + "\"]"));
        Assert.Equal((400, 4), await CodesAsync("GET", "/api/handles?prefix=88.999.1&page=x"));
        foreach ((string method, string path) in new[] { ("PATCH", "/api/handles/88.999.1/SN1"), ("PUT", "/api/handles"), ("PATCH", "/api/prefixes"), ("DELETE", "/api/site") }) Assert.Equal((405, 5), await CodesAsync(method, path));
        // A record that cannot be read any more.
        await node.PutAsync("88.999.1/BROKEN", HandleValue.Of(1, "T", "0123456789"));
        string log = Directory.EnumerateFiles(Path.Combine(node.Server.DataFolder, "identifiers"), "handles-*.log").Max(StringComparer.Ordinal)!;
        using (var file = new FileStream(log, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = file.Length - 12;
            file.WriteByte(0x55);
        }

        Assert.Equal((500, 2), await CodesAsync("GET", "/api/handles/88.999.1/BROKEN", client: anybody));
        Assert.Equal((500, 2), await CodesAsync("DELETE", "/api/handles/88.999.1/BROKEN"));
    }

    [Fact]
    public async Task A_secret_key_is_the_password_of_its_handle_and_may_what_the_records_say()
    {
        await using NodeServer open = await NodeServer.StartAsync([new ParkModule(), new AccessModule()], new Dictionary<string, string?> { ["Identifiers:SecretKeysOverHttp"] = "true" });
        AdminData all = new((AdminPermissions)0x0fff, "88.999.1/阀 A%:1", 300), own = new((AdminPermissions)0x07f3, "88.999.1/阀 A%:1", 300);
        await open.PutAsync("0.NA/88.999.1", HandleValue.Of(100, "HS_ADMIN", all.ToArray()));
        await open.PutAsync("88.999.1/阀 A%:1", HandleValue.Of(300, "HS_SECKEY", "it's: secret", permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite), HandleValue.Of(301, "HS_SECKEY", "another"));
        using HttpClient client = open.Server.CreateClient();
        AuthenticationHeaderValue known = Key("300", "it's: secret"), other = Key("301", "another"), wrong = Key("300", "it's"), none = Key("302", "");
        string entity = """[{"index":1,"type":"T","data":"x"},{"index":2,"type":"P","data":"hidden","permissions":"1100"},{"index":100,"type":"HS_ADMIN","data":{"format":"base64","value":"OWN"}}]""".Replace("OWN", Convert.ToBase64String(own.ToArray()), StringComparison.Ordinal);
        foreach (AuthenticationHeaderValue stranger in (AuthenticationHeaderValue[])[wrong, none]) Assert.Equal((401, 403), await CodesAsync("PUT", "/api/handles/88.999.1/K", entity, client, stranger));
        Assert.Equal((403, 400), await CodesAsync("PUT", "/api/handles/88.999.1/K", entity, client, other)); // right, and without a right
        Assert.Equal((201, 1), await CodesAsync("PUT", "/api/handles/88.999.1/K?overwrite=false", entity, client, known));
        Assert.Equal((200, 1), await CodesAsync("PUT", "/api/handles/88.999.1/K?index=1", """[{"index":1,"type":"T","data":"y"}]""", client, known));
        Assert.Equal((403, 400), await CodesAsync("PUT", "/api/handles/88.999.1/K?index=1", """[{"index":1,"type":"T","data":"z"}]""", client, other));
        Assert.Contains("hidden", (await AskAsync(client, "GET", "/api/handles/88.999.1/K", authorization: known)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", (await AskAsync(client, "GET", "/api/handles/88.999.1/K", authorization: other)).Body, StringComparison.Ordinal);
        Assert.Equal((403, 400), await CodesAsync("GET", "/api/handles/88.999.1/K?publicOnly=false", client: client, authorization: other));
        Assert.Equal((401, 403), await CodesAsync("GET", "/api/handles/88.999.1/K", client: client, authorization: wrong));
        Assert.Equal((200, 1), await CodesAsync("GET", "/api/handles?prefix=88.999.1", client: client, authorization: known));
        Assert.Equal((403, 400), await CodesAsync("GET", "/api/handles?prefix=88.999.1", client: client, authorization: other));
        Assert.Equal((403, 400), await CodesAsync("POST", "/api/prefixes?prefix=88.1.1", client: client, authorization: known));
        Assert.Equal((403, 400), await CodesAsync("DELETE", "/api/handles/88.999.1/K", client: client, authorization: other));
        Assert.Equal((200, 1), await CodesAsync("DELETE", "/api/handles/88.999.1/K?index=1", client: client, authorization: known));
        Assert.Equal((200, 1), await CodesAsync("DELETE", "/api/handles/88.999.1/K", client: client, authorization: known));

        // Over plain HTTP it is not looked at, whatever it is.
        await node.PutAsync("88.999.1/阀 A%:1", HandleValue.Of(300, "HS_SECKEY", "it's: secret"));
        foreach (AuthenticationHeaderValue any in (AuthenticationHeaderValue[])[known, wrong]) Assert.Equal((403, 402), await CodesAsync("PUT", "/api/handles/88.999.1/K", entity, anybody, any));

        static AuthenticationHeaderValue Key(string index, string secret) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(index + Uri.EscapeDataString(":88.999.1/阀 A%:1") + ":" + secret)));
    }

    [Fact]
    public async Task A_prefix_taken_home_is_listed_and_its_handles_page_by_page()
    {
        Assert.Equal((400, 301), await CodesAsync("PUT", "/api/handles/88.5.1/1", Entity));
        Assert.Equal((200, 1), await CodesAsync("POST", "/api/prefixes?prefix=0.NA/88.5.1"));
        for (int i = 0; i < 5; i++) Assert.Equal((201, 1), await CodesAsync("PUT", $"/api/handles/88.5.1/{i}", Entity));
        Assert.Equal((200, """{"responseCode":1,"prefix":"88.5.1","totalCount":"5","page":1,"pageSize":2,"handles":["88.5.1/2","88.5.1/3"]}"""), await AskAsync(administrator, "GET", "/api/handles?prefix=88.5.1&page=1&pageSize=2"));
        Assert.Equal((200, """{"responseCode":1,"prefix":"0.NA/88.5.1","totalCount":"5","page":0,"pageSize":0,"handles":[]}"""), await AskAsync(administrator, "GET", "/api/handles?prefix=0.NA/88.5.1&page=0&pageSize=0"));
        Assert.Equal((200, """{"responseCode":1,"prefixes":["0.NA/88.5.1","0.NA/88.999.1"]}"""), await AskAsync(administrator, "GET", "/api/prefixes"));
        Assert.Equal((200, 1), await CodesAsync("DELETE", "/api/prefixes?prefix=88.5.1"));
        Assert.Equal((400, 301), await CodesAsync("GET", "/api/handles/88.5.1/1"));
    }

    [Fact]
    public async Task Sites_groups_and_keys_go_in_as_they_come_out()
    {
        Message.TryRead(Protocol.Cases.Read("D2"), out Message? answer);
        byte[] site = Assert.IsType<SiteBody>(answer!.Body).Site.ToArray();
        byte[] key = new PublicKeyData(PublicKeyData.Rsa, 0, [new byte[] { 1, 0, 1 }, new byte[] { 0, 0x80, 1 }]).ToArray();
        byte[] group = new ListData([new("0.NA/88.999.1", 300), new("88.999.1/ADMIN", 301)]).ToArray(), binary = [0xFF, 0];
        await node.PutAsync("88.999.1/A", HandleValue.Of(1, "HS_SITE", site), HandleValue.Of(2, "HS_PUBKEY", key), HandleValue.Of(3, "HS_VLIST", group), HandleValue.Of(4, "BIN", binary));
        (_, string entity) = await AskAsync(anybody, "GET", "/api/handles/88.999.1/A");
        Assert.Equal((201, 1), await CodesAsync("PUT", "/api/handles/88.999.1/B", entity));
        Assert.True(node.Store.TryRead("88.999.1/B"u8, new RecordBuffer(), out RecordFrame frame));
        var reader = new WireReader(frame.Values.ToArray());
        foreach (byte[] expected in new[] { site, key, group, binary }) Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(HandleValue.Read(ref reader).Data.Span));
        Assert.Contains("\"protocolVersion\":\"2.11\"", (await AskAsync(anybody, "GET", "/api/site")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_REST_writes_the_protocol_answers()
    {
        await AskAsync(administrator, "PUT", "/api/handles/88.999.1/X", """[{"index":1,"type":"URL","data":"https://x"}]""");
        Message.TryRead(await node.AskUdpAsync(ResolutionTests.Resolution("88.999.1/X").ToArray()), out Message? answer);
        HandleValue value = Assert.Single(Assert.IsType<ValuesBody>(answer!.Body).Values);
        Assert.Equal(("https://x", (uint)node.Server.Time.GetUtcNow().ToUnixTimeSeconds()), (value.Data.ToString(), value.Timestamp));
    }

    private static async Task<(int Status, string Body)> AskAsync(HttpClient client, string method, string path, string? entity = null, AuthenticationHeaderValue? authorization = null)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        request.Headers.Authorization = authorization;
        if (entity is not null) request.Content = new StringContent(entity, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<(int Status, int Code)> CodesAsync(string method, string path, string? entity = null, HttpClient? client = null, AuthenticationHeaderValue? authorization = null)
    {
        (int status, string body) = await AskAsync(client ?? administrator, method, path, entity, authorization);
        using JsonDocument answer = JsonDocument.Parse(body);
        return (status, answer.RootElement.GetProperty("responseCode").GetInt32());
    }

    private static async Task<JsonElement[]> ValuesAsync(HttpClient client, string path)
    {
        (int status, string body) = await AskAsync(client, "GET", path);
        Assert.Equal(200, status);
        return [.. JsonSerializer.Deserialize<JsonElement>(body).GetProperty("values").EnumerateArray()];
    }

    private static async Task<string> IndexesAsync(HttpClient client, string path) => string.Join(" ", (await ValuesAsync(client, path)).Select(value => value.GetProperty("index").GetInt32()));

    private async Task<string> TokenAsync(string role)
    {
        using HttpResponseMessage made = await administrator.PostAsJsonAsync("/api/v1/tokens", new { name = $"{role}-{Guid.NewGuid():N}", role });
        made.EnsureSuccessStatusCode();
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }
}
