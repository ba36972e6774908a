using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A disk that fills up under the identifier node in the middle of a file, and gets room again.</summary>
public sealed class IdentifierFullDiskTests(ITestOutputHelper output)
{
    private const int Rows = 60_000;

    [Fact]
    public async Task A_full_disk_refuses_changes_holds_a_file_up_and_is_forgotten_when_space_returns()
    {
        await using SmallDisk? disk = await SmallDisk.MountAsync(96);
        Assert.SkipWhen(disk is null, "This user may not mount a tmpfs, so that no disk can be filled here.");
        await using ServerProcess server = await ServerProcess.StartAsync("server", disk.File("data"), "--only", "identifiers");
        using HttpClient admin = await server.SignInAsync();
        long asset = await NodePark.BuildAsync(admin);
        using HttpClient enterprise = await server.SignInAsync("enterprise", NodePark.Password), reviewer = await server.SignInAsync("reviewer", NodePark.Password);
        string prefix = await NodePark.ApproveAsync(admin, enterprise, reviewer, asset, Rows);
        (await admin.PostAsync("/api/prefixes?prefix=88.999.900", null)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Created, await PutAsync(admin, "before"));
        disk.Fill(leaving: 12 << 20); // enough for the file, and not for what it registers
        long job = await NodePark.UploadAsync(enterprise, prefix, NodePark.File(Rows));
        await Patience.UntilAsync(async () => (await NodePark.JobAsync(enterprise, job)).GetProperty("done").GetInt64() > 0);

        var acknowledged = new List<string> { "before" };
        int refused = 0;
        await Patience.UntilAsync(async () =>
        {
            disk.Fill();
            string name = $"N{acknowledged.Count + refused}";
            HttpStatusCode status = await PutAsync(admin, name);
            if (status == HttpStatusCode.Created) acknowledged.Add(name);
            else
            {
                Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
                refused++;
            }

            return refused >= 100;
        });

        foreach (string name in acknowledged) Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync($"/api/handles/88.999.900/{name}"));
        Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync("/health/ready"));
        using (HttpResponseMessage answer = await enterprise.PostAsJsonAsync("/api/v1/identifiers/items", new { prefix, suffix = "SN-one", template = "product:1", values = new { name = "阀门" } }))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        using (var file = new ByteArrayContent(NodePark.File(5_000)) { Headers = { ContentType = new("text/csv") } })
        using (HttpResponseMessage answer = await enterprise.PostAsync($"/api/v1/identifiers/jobs?prefix={prefix}&template=product:1&name=b.csv", file))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain("failed unexpectedly", server.Output, StringComparison.Ordinal);
        JsonElement held = await NodePark.JobAsync(enterprise, job);
        Assert.Equal("running", held.GetProperty("state").GetString());
        output.WriteLine($"{acknowledged.Count} created, {refused} refused, the file held up at {held.GetProperty("done").GetInt64()} of {Rows}");

        disk.Empty();
        Assert.Equal(HttpStatusCode.Created, await PutAsync(admin, "after"));
        acknowledged.Add("after");
        await Patience.UntilAsync(async () => (await NodePark.JobAsync(enterprise, job)).GetProperty("state").GetString() is not ("waiting" or "running"));
        JsonElement now = await NodePark.JobAsync(enterprise, job);
        Assert.Equal(("done", Rows, Rows - 3, 3), (now.GetProperty("state").GetString(), now.GetProperty("done").GetInt64(), now.GetProperty("registered").GetInt64() + now.GetProperty("same").GetInt64(), now.GetProperty("bad").GetInt64()));
        Assert.InRange(server.Output.Split("Identifiers cannot be written").Length - 1, 1, 20); // said when it begins, not for every change

        await server.KillAsync();
        await server.StartAgainAsync();
        using HttpClient again = await server.SignInAsync();
        foreach (string name in acknowledged) Assert.Equal(HttpStatusCode.OK, await again.StatusAsync($"/api/handles/88.999.900/{name}"));
        Assert.Equal(Rows - 3, JsonDocument.Parse(await again.GetStringAsync($"/api/v1/identifiers/items?prefix={prefix}&pageSize=1")).RootElement.GetProperty("total").GetInt32());
    }

    private static async Task<HttpStatusCode> PutAsync(HttpClient admin, string name)
    {
        using var entity = new StringContent("""[{"index":1,"type":"T","data":"x"}]""", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await admin.PutAsync($"/api/handles/88.999.900/{name}", entity);
        return answer.StatusCode;
    }
}
