using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A read replica in a process of its own follows its primary over HTTP and goes on answering when it is away.</summary>
public sealed class IdentifierReplicaTests
{
    [Fact]
    public async Task A_replica_has_what_the_primary_has_answers_without_it_and_goes_on_when_it_is_back()
    {
        await using ServerProcess primary = await ServerProcess.StartAsync("server", null, "--only", "identifiers");
        using HttpClient admin = await primary.SignInAsync();
        (await admin.PostAsync("/api/prefixes?prefix=88.999.1", null)).EnsureSuccessStatusCode();
        await PutAsync(admin, "before", "1");
        string token = (await (await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "replica", role = "administrator" })).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        await using ServerProcess replica = await ServerProcess.StartAsync(
            "server", null, "--only", "identifiers", "--set", $"Identifiers:Follow={primary.Address}", "--set", $"Identifiers:FollowToken={token}", "--set", "Identifiers:NodeName=north");
        using HttpClient reader = await replica.SignInAsync();
        await EventuallyAsync(reader, "before", "1");
        for (int i = 0; i < 50; i++) await PutAsync(admin, $"live{i}", $"{i}");
        await PutAsync(admin, "before", "2");
        await EventuallyAsync(reader, "before", "2");
        for (int i = 0; i < 50; i++) Assert.Equal($"{i}", await ReadAsync(reader, $"live{i}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await reader.PutAsync("/api/handles/88.999.1/mine", Entity("x"))).StatusCode);

        JsonElement seen = (await NodesAsync(admin)).GetProperty("replicas")[0];
        Assert.Equal(("north", true), (seen.GetProperty("name").GetString(), seen.GetProperty("isAlive").GetBoolean()));
        JsonElement following = (await NodesAsync(reader)).GetProperty("primary");
        Assert.Equal(("following", 0L), (following.GetProperty("state").GetString(), following.GetProperty("behindBytes").GetInt64()));

        await primary.KillAsync();
        Assert.Equal("2", await ReadAsync(reader, "before"));
        await Patience.UntilAsync(async () => (await NodesAsync(reader)).GetProperty("primary").GetProperty("state").GetString() == "unreachable");
        await replica.KillAsync();
        await replica.StartAgainAsync(); // without a primary as well
        Assert.Equal("49", await ReadAsync(reader, "live49"));

        await primary.StartAgainAsync();
        await PutAsync(admin, "after", "3");
        await EventuallyAsync(reader, "after", "3");
        Assert.Equal("2", await ReadAsync(reader, "before"));
    }

    private static async Task PutAsync(HttpClient client, string suffix, string data) => (await client.PutAsync($"/api/handles/88.999.1/{suffix}", Entity(data))).EnsureSuccessStatusCode();

    private static StringContent Entity(string data) => new($"[{{\"index\":1,\"type\":\"T\",\"data\":\"{data}\"}}]", Encoding.UTF8, "application/json");

    private static async Task<string?> ReadAsync(HttpClient client, string suffix)
    {
        using HttpResponseMessage answer = await client.GetAsync($"/api/handles/88.999.1/{suffix}");
        if (!answer.IsSuccessStatusCode) return null;
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("values")[0].GetProperty("data").GetProperty("value").GetString();
    }

    private static Task<JsonElement> NodesAsync(HttpClient client) => client.GetFromJsonAsync<JsonElement>("/api/v1/identifiers/nodes");

    private static Task EventuallyAsync(HttpClient client, string suffix, string data) => Patience.UntilAsync(async () => await ReadAsync(client, suffix) == data);
}
