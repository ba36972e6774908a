using System.Text.Json;
using Ordo.Identifiers.Tests.Registration;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Vendor;

/// <summary>The interface of other vendors' business systems, as section 13.1 of the note describes it.</summary>
public sealed class IdentityRoutesTests : IAsyncLifetime
{
    private NodePeople people = null!;
    private string prefix = "";

    public async ValueTask InitializeAsync()
    {
        people = await NodePeople.StartAsync();
        (long enterprise, prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
    }

    public ValueTask DisposeAsync() => people.DisposeAsync();

    [Fact]
    public async Task A_record_is_registered_read_changed_and_retired()
    {
        Assert.Equal((200, 1), Short(await DataAsync(HttpMethod.Post, "", Record("SN1", ("name", 2000, "阀门"), ("cost", 2003, "12.5")))));
        (_, JsonElement detail) = await SendAsync(people.Own, HttpMethod.Get, $"/identityv2/data/detail?handle={prefix}/SN1");
        Assert.Equal(("success", 1, "product:1"), (detail.GetProperty("message").GetString(), detail.GetProperty("status").GetInt32(), detail.GetProperty("data").GetProperty("templateVersion").GetString()));
        Assert.Equal(["2000 name string 阀门", "2003 cost string 12.5"], detail.GetProperty("data").GetProperty("value").EnumerateArray().Select(value =>
            $"{value.GetProperty("index").GetInt32()} {value.GetProperty("type").GetString()} {value.GetProperty("data").GetProperty("format").GetString()} {value.GetProperty("data").GetProperty("value").GetString()}"));
        Assert.Equal((200, -2), Short(await DataAsync(HttpMethod.Post, "", Record("SN1", ("name", 2000, "阀门"))))); // is there
        Assert.Equal((200, 1), Short(await DataAsync(HttpMethod.Put, "", Record("SN1", ("name", 2000, "闸阀")))));
        Assert.Contains("闸阀", await people.Anybody.GetStringAsync($"/api/handles/{prefix}/SN1"), StringComparison.Ordinal);
        Assert.Equal((200, 1), Short(await DataAsync(HttpMethod.Delete, "", new { handle = $"{prefix}/SN1" })));
        Assert.Equal("retired", (await GetAsync(people.Own, Of($"{prefix}/SN1"))).GetProperty("identifier").GetProperty("state").GetString());
        Assert.Equal((200, -2), Short(await DataAsync(HttpMethod.Post, "", Record("SN1", ("name", 2000, "阀门"))))); // never given again
    }

    [Theory]
    [InlineData("name", 2001)] // of another field
    [InlineData("TEMPLATE", 1001)] // the server's own
    [InlineData("colour", 2999)]
    public async Task Index_and_type_are_those_of_the_template(string type, int index) => Assert.Equal((200, -2), Short(await DataAsync(HttpMethod.Post, "", Record("SN1", (type, index, "x")))));

    [Fact]
    public async Task A_batch_tells_each_item_and_has_at_most_two_thousand()
    {
        (int status, JsonElement answer) = await DataAsync(HttpMethod.Post, "batchCreate", new[] { Record("SN1", ("name", 2000, "一")), Record("X1", ("name", 2000, "二")), Record("SN3", ("name", 2000, "三")) });
        Assert.Equal((200, 1), Short((status, answer)));
        Assert.Equal([true, false, true], answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("msg").GetString() == "success"));
        Assert.Equal((200, 1), Short(await DataAsync(HttpMethod.Put, "batchUpdate", new[] { Record("SN1", ("name", 2000, "四")) })));
        Assert.Equal((200, 1), Short(await DataAsync(HttpMethod.Delete, "batchDelete", new[] { new { handle = $"{prefix}/SN3" } })));
        Assert.Equal((200, -2), Short(await DataAsync(HttpMethod.Post, "batchCreate", Enumerable.Range(0, 2001).Select(i => Record($"SN{i}", ("name", 2000, "x"))))));
        Assert.Equal((200, -2), Short(await DataAsync(HttpMethod.Post, "batchCreate", Array.Empty<object>())));
    }

    [Fact]
    public async Task Nobody_gets_further_here_than_elsewhere()
    {
        object record = Record("SN1", ("name", 2000, "阀门"));
        Assert.Equal((401, -1), Short(await SendAsync(people.Anybody, HttpMethod.Post, "/identityv2/data", null, record)));
        Assert.Equal((403, -3), Short(await SendAsync(people.Operator, HttpMethod.Post, "/identityv2/data", null, record)));
        Assert.Equal((200, -2), Short(await SendAsync(people.Neighbour, HttpMethod.Post, "/identityv2/data", null, record)));
        await DataAsync(HttpMethod.Post, "", record);
        Assert.Equal((200, -2), Short(await SendAsync(people.Neighbour, HttpMethod.Get, $"/identityv2/data/detail?handle={prefix}/SN1")));
        Assert.Equal((401, -1), Short(await SendAsync(people.Anybody, HttpMethod.Get, $"/identityv2/data/detail?handle={prefix}/SN1")));
    }

    private object Record(string suffix, params (string Type, int Index, string Value)[] values) => new
    {
        handle = $"{prefix}/{suffix}", templateVersion = "product:1", value = values.Select(value => new { auth = "", index = value.Index, type = value.Type, data = new { format = "string", value = value.Value } }),
    };

    private Task<(int Status, JsonElement Answer)> DataAsync(HttpMethod method, string path, object body) => SendAsync(people.Own, method, "/identityv2/data" + (path.Length == 0 ? "" : "/" + path), null, body);

    private static (int, int) Short((int Status, JsonElement Answer) answer) => (answer.Status, answer.Answer.GetProperty("status").GetInt32());
}
