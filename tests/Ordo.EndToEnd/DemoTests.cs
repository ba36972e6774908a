using System.Net.Http.Json;
using System.Text.Json;

namespace Ordo.EndToEnd;

/// <summary>What a newcomer sees who types <c>./ordo demo</c>.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_node_has_enterprises_in_every_state_and_codes_that_are_scanned_and_a_second_start_adds_none()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("demo");
        JsonElement first = await FilledAsync(server);
        Assert.Equal((7, 1, 1, 1), (Count(first, "enterprises"), Count(first, "waitingForReview"), Count(first, "waitingForApproval"), Count(first, "returned")));
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("could not all be", server.Output, StringComparison.Ordinal);

        await server.StartAgainAsync();
        JsonElement again = await FilledAsync(server);
        Assert.Equal((7, Count(first, "registered")), (Count(again, "enterprises"), Count(again, "registered")));
    }

    /// <summary>The overview, once all is registered and somebody has scanned something.</summary>
    private static async Task<JsonElement> FilledAsync(ServerProcess server)
    {
        using HttpClient admin = await server.SignInAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            JsonElement jobs = (await admin.GetFromJsonAsync<JsonElement>("/api/v1/identifiers/jobs", patience.Token)).GetProperty("items");
            JsonElement overview = await admin.GetFromJsonAsync<JsonElement>("/api/v1/identifiers/overview", patience.Token);
            // Scanning begins when everything but the file is registered.
            if (Count(overview, "resolved") > 0 && jobs.EnumerateArray().All(job => (job.GetProperty("state").GetString(), job.GetProperty("registered").GetInt32(), job.GetProperty("bad").GetInt32()) == ("done", 1197, 3))) return overview;
            await Task.Delay(100, patience.Token);
        }
    }

    private static int Count(JsonElement overview, string name) => overview.GetProperty(name).GetInt32();
}
