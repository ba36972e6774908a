using System.Collections.Concurrent;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A file of identifiers is registered once, however often the server dies over it.</summary>
public sealed class IdentifierKillTests
{
    private const int Rows = 60_000, Kills = 4;

    [Fact]
    public async Task After_kills_a_file_is_registered_to_its_end_without_doubles()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        long asset = await NodePark.BuildAsync(admin);
        using HttpClient enterprise = await server.SignInAsync("enterprise", NodePark.Password), reviewer = await server.SignInAsync("reviewer", NodePark.Password);
        string prefix = await NodePark.ApproveAsync(admin, enterprise, reviewer, asset, Rows);
        long job = await NodePark.UploadAsync(enterprise, prefix, NodePark.File(Rows));

        long done = 0;
        int killed = 0;
        JsonElement now;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while ((now = await NodePark.JobAsync(enterprise, job)).GetProperty("state").GetString() is "waiting" or "running")
        {
            patience.Token.ThrowIfCancellationRequested();
            if (killed >= Kills || now.GetProperty("done").GetInt64() <= done) continue;
            done = now.GetProperty("done").GetInt64();
            killed++;
            await server.KillAsync();
            await server.StartAgainAsync();
        }

        Assert.True(killed > 0, "The file was done before the server could be killed: the test proves nothing.");
        Assert.Equal(("done", Rows, Rows, 3), (now.GetProperty("state").GetString(), now.GetProperty("rows").GetInt64(), now.GetProperty("done").GetInt64(), now.GetProperty("bad").GetInt64()));
        Assert.Equal(Rows - 3, now.GetProperty("registered").GetInt64() + now.GetProperty("same").GetInt64());
        Assert.Equal(Rows - 3, JsonDocument.Parse(await enterprise.GetStringAsync($"/api/v1/identifiers/items?prefix={prefix}&pageSize=1")).RootElement.GetProperty("total").GetInt32());
        string bad = await enterprise.GetStringAsync($"/api/v1/identifiers/jobs/{job}/bad-rows.csv");
        Assert.Equal(4, bad.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        foreach (int i in new[] { 1, 31, Rows / 2, Rows }) await enterprise.GetStringAsync($"/api/handles/{prefix}/SN-{i}.5");
    }

    [Fact]
    public async Task After_kills_every_single_identifier_whose_creation_was_acknowledged_is_there()
    {
        const int writers = 16, kills = 3, perKill = 400;
        await using ServerProcess server = await ServerProcess.StartAsync("server", null, "--only", "identifiers");
        using HttpClient admin = await server.SignInAsync();
        (await admin.PostAsync("/api/prefixes?prefix=88.999.1", null)).EnsureSuccessStatusCode();
        var acknowledged = new ConcurrentDictionary<string, string>();
        int number = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            int before = acknowledged.Count;
            using var stop = new CancellationTokenSource();
            Task[] writing = [.. Enumerable.Range(0, writers).Select(async _ =>
            {
                while (!stop.IsCancellationRequested)
                {
                    string name = $"88.999.1/K{Interlocked.Increment(ref number)}", value = $"value {name}";
                    using var entity = new StringContent($"[{{\"index\":1,\"type\":\"T\",\"data\":\"{value}\"}}]", System.Text.Encoding.UTF8, "application/json");
                    try
                    {
                        using HttpResponseMessage answer = await admin.PutAsync($"/api/handles/{name}", entity);
                        if (answer.StatusCode == System.Net.HttpStatusCode.Created) acknowledged[name] = value;
                    }
                    catch (HttpRequestException)
                    {
                        return; // the server is dead
                    }
                }
            })];
            using CancellationTokenSource patience = Patience.Begin();
            while (acknowledged.Count < before + perKill)
            {
                patience.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            await server.KillAsync();
            await stop.CancelAsync();
            await Task.WhenAll(writing);
            await server.StartAgainAsync();
        }

        Assert.True(acknowledged.Count >= kills * perKill);
        foreach ((string name, string value) in acknowledged)
            Assert.Equal(value, JsonDocument.Parse(await admin.GetStringAsync($"/api/handles/{name}")).RootElement.GetProperty("values")[0].GetProperty("data").GetProperty("value").GetString());
        (int code, string said) = await ServerProcess.RunAsync("verify", "--data", server.Data);
        Assert.True(code == 0 && said.Contains("telemetry: there is none", StringComparison.Ordinal), said);
        using var anybody = new HttpClient { BaseAddress = server.Address };
        using HttpResponseMessage read = await anybody.GetAsync($"/api/handles/{acknowledged.Keys.First()}");
        Assert.Equal((200, "nosniff"), ((int)read.StatusCode, read.Headers.GetValues("X-Content-Type-Options").Single()));
    }
}
