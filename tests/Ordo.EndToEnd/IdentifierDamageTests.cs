using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>A bit that changed on the disk beneath a node that was killed: who asks for that record is told so, and nobody else notices.</summary>
public sealed class IdentifierDamageTests
{
    [Fact]
    public async Task A_damaged_record_is_said_at_every_door_and_holds_up_no_other()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        long asset = await NodePark.BuildAsync(admin);
        using HttpClient enterprise = await server.SignInAsync("enterprise", NodePark.Password), reviewer = await server.SignInAsync("reviewer", NodePark.Password);
        string prefix = await NodePark.ApproveAsync(admin, enterprise, reviewer, asset, 100);
        for (int i = 1; i <= 5; i++) await RegisterAsync($"SN{i}");
        (int code, string said) = await ServerProcess.RunAsync("verify", "--data", server.Data);
        Assert.True(code == 0, said);
        Assert.Contains("identifiers/handles-000000.log", said, StringComparison.Ordinal);

        await server.KillAsync();
        string file = Path.Combine(server.Data, "identifiers", "handles-000000.log");
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"{prefix}/SN3")) + prefix.Length + 40] ^= 0x20;
        await File.WriteAllBytesAsync(file, bytes);
        (code, said) = await ServerProcess.RunAsync("verify", "--data", server.Data);
        Assert.Equal(1, code);
        Assert.Contains("DAMAGED identifiers/handles-000000.log", said, StringComparison.Ordinal);
        Assert.Contains($"{prefix}/SN3", said, StringComparison.Ordinal);

        await server.StartAgainAsync();
        JsonElement list = await enterprise.GetFromJsonAsync<JsonElement>($"/api/v1/identifiers/items?prefix={prefix}");
        Assert.Equal(5, list.GetProperty("total").GetInt32());
        foreach (JsonElement line in list.GetProperty("items").EnumerateArray())
            Assert.Equal(line.GetProperty("handle").GetString() == $"{prefix}/SN3" ? null : "registered", line.GetProperty("state").GetString());
        foreach (string path in (string[])["item", "code"])
        {
            using HttpResponseMessage answer = await enterprise.GetAsync($"/api/v1/identifiers/{path}?handle={prefix}/SN3");
            Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            Assert.Contains("record-damaged", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            await enterprise.GetStringAsync($"/api/v1/identifiers/{path}?handle={prefix}/SN4");
        }

        Assert.Equal(2, (await ResolveAsync("SN3")).GetProperty("responseCode").GetInt32());
        Assert.Equal(1, (await ResolveAsync("SN5")).GetProperty("responseCode").GetInt32());
        long job = await NodePark.UploadAsync(enterprise, prefix, "suffix,name\r\nSN2,阀门\r\nSN3,阀门\r\nSN6,阀门\r\n"u8.ToArray());
        JsonElement now = default;
        await Patience.UntilAsync(async () => (now = await NodePark.JobAsync(enterprise, job)).GetProperty("state").GetString() == "done");
        Assert.Equal((1, 1, 1), (now.GetProperty("registered").GetInt32(), now.GetProperty("same").GetInt32(), now.GetProperty("bad").GetInt32()));
        Assert.Contains("damaged on the disk", await enterprise.GetStringAsync($"/api/v1/identifiers/jobs/{job}/bad-rows.csv"), StringComparison.Ordinal);

        async Task RegisterAsync(string suffix)
        {
            using HttpResponseMessage answer = await enterprise.PostAsJsonAsync("/api/v1/identifiers/items", new { prefix, suffix, template = "product:1", values = new { name = "阀门" } });
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        async Task<JsonElement> ResolveAsync(string suffix)
        {
            using HttpResponseMessage answer = await enterprise.GetAsync($"/api/handles/{prefix}/{suffix}");
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
    }
}
