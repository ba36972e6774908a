using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Tests.Serving;

namespace Ordo.Identifiers.Tests.Rest;

/// <summary>
/// The requests that pyhandle 1.5 sends, in its order and its spelling, as section 12 of the note lists them. They are ours: pyhandle itself is in no package source that the suite has, so this shows that we read the list, not that
/// the client works.
/// </summary>
public sealed class PyhandleTests : IAsyncLifetime
{
    private const string Password = "Long-enough-1-for-tests", User = "300:88.999.1/Ordo_User";
    private NodeServer node = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        node = await NodeServer.StartAsync([new ParkModule(), new AccessModule()], new Dictionary<string, string?> { ["Access:AdminPassword"] = Password },
            services => services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000));
        await node.PutAsync("88.999.1/ORDO_USER", HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x07f3, "0.NA/88.999.1", 200).ToArray()));
        using HttpClient administrator = node.Server.CreateClient();
        (await administrator.PostAsJsonAsync("/api/v1/auth/login", new { userName = "admin", password = Password })).EnsureSuccessStatusCode();
        using HttpResponseMessage made = await administrator.PostAsJsonAsync("/api/v1/tokens", new { name = "pyhandle", role = "operator" });
        string token = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        client = node.Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User.Replace(":", "%3A", StringComparison.Ordinal)}:{token}")));
        client.DefaultRequestHeaders.Accept.ParseAdd("application/json");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Every_request_of_the_list_is_answered_as_the_client_reads_it()
    {
        // On start it looks for its own user, and compares the spelling of what comes back.
        (int status, JsonElement answer) = await SendAsync("GET", "88.999.1/Ordo_User");
        Assert.Equal((200, 1, "88.999.1/Ordo_User"), (status, Code(answer), answer.GetProperty("handle").GetString()));
        Assert.Equal((404, 100), await CodesAsync("GET", "88.999.1/nobody"));

        const string handle = "88.999.1/testhandle";
        const string entity = """
            {"values":[{"index":100,"type":"HS_ADMIN","data":{"format":"admin","value":{"handle":"0.NA/88.999.1","index":"200","permissions":"011111110011"}}},
                       {"index":2222,"type":"TEST4","data":"val4"},{"index":111,"type":"TEST1","data":"val1"},{"index":333,"type":"TEST3","data":"val3"},{"index":4,"type":"URL","data":"http://x"}]}
            """;
        Assert.Equal((201, 1), await CodesAsync("PUT", handle + "?overwrite=false", entity));
        Assert.Equal((409, 101), await CodesAsync("PUT", handle + "?overwrite=false", entity));
        Assert.Equal((200, 1), await CodesAsync("PUT", handle + "?overwrite=true", entity));
        (_, answer) = await SendAsync("GET", handle + "?auth=true");
        JsonElement[] values = [.. answer.GetProperty("values").EnumerateArray()];
        Assert.Equal([4, 100, 111, 333, 2222], values.Select(value => value.GetProperty("index").GetInt32())); // its own test reads the third
        Assert.Equal(("TEST1", "val1"), (values[2].GetProperty("type").GetString(), values[2].GetProperty("data").GetProperty("value").GetString()));
        JsonElement admin = values[1].GetProperty("data").GetProperty("value");
        Assert.Equal((200, "011111110011"), (admin.GetProperty("index").GetInt32(), admin.GetProperty("permissions").GetString()));
        (_, answer) = await SendAsync("GET", handle + "?index=111&index=4");
        Assert.Equal(2, answer.GetProperty("values").GetArrayLength());
        (status, answer) = await SendAsync("GET", handle + "?index=9");
        Assert.Equal((200, 200, 0), (status, Code(answer), answer.GetProperty("values").GetArrayLength()));

        Assert.Equal((200, 1), await CodesAsync("PUT", handle + "?index=111&index=4&overwrite=true", """{"values":[{"index":111,"type":"TEST1","data":"new"},{"index":4,"type":"URL","data":"http://y"}]}"""));
        (_, answer) = await SendAsync("GET", handle);
        Assert.Equal(["http://y", "new", "val3", "val4"], answer.GetProperty("values").EnumerateArray().Where(value => value.GetProperty("index").GetInt32() != 100).Select(value => value.GetProperty("data").GetProperty("value").GetString()!));
        (status, answer) = await SendAsync("DELETE", handle + "?index=111&index=2222");
        Assert.Equal((200, 1, handle), (status, Code(answer), answer.GetProperty("handle").GetString()));
        Assert.Equal((400, 200), await CodesAsync("DELETE", handle + "?index=111"));
        (status, answer) = await SendAsync("DELETE", handle);
        Assert.Equal((200, 1, handle), (status, Code(answer), answer.GetProperty("handle").GetString()));
        Assert.Equal((404, 100), await CodesAsync("GET", handle));
    }

    [Fact]
    public async Task Every_refusal_is_JSON_with_a_code_and_nobody_is_sent_elsewhere()
    {
        Assert.Equal((400, 4), await CodesAsync("PUT", "88.999.1/x?overwrite=false", "no JSON"));
        Assert.Equal((400, 4), await CodesAsync("PUT", "88.999.1/x?overwrite=false", "{}", "text/plain"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("300%3A88.999.1/Ordo_User:wrong")));
        Assert.Equal((403, 402), await CodesAsync("PUT", "88.999.1/x?overwrite=false", """{"values":[]}""")); // over plain HTTP a secret is not looked at; the client goes by the code
        client.DefaultRequestHeaders.Authorization = null;
        Assert.Equal((401, 402), await CodesAsync("PUT", "88.999.1/x?overwrite=false", """{"values":[{"index":1,"type":"URL","data":"x"}]}"""));
    }

    private static int Code(JsonElement answer) => answer.GetProperty("responseCode").GetInt32();

    private async Task<(int Status, int Code)> CodesAsync(string method, string path, string? entity = null, string type = "application/json")
    {
        (int status, JsonElement answer) = await SendAsync(method, path, entity, type);
        return (status, Code(answer));
    }

    private async Task<(int Status, JsonElement Answer)> SendAsync(string method, string path, string? entity = null, string type = "application/json")
    {
        (int status, string body) = await SendRawAsync(method, path, entity, type);
        return (status, JsonSerializer.Deserialize<JsonElement>(body));
    }

    private async Task<(int Status, string Body)> SendRawAsync(string method, string path, string? entity = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new(method), new Uri("/api/handles/" + path, UriKind.Relative));
        if (entity is not null) request.Content = new StringContent(entity, Encoding.UTF8, type);
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
