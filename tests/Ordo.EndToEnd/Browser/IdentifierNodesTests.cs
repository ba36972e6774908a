using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>The identifier node by itself, with a replica and with other nodes, as its operators see it in both languages.</summary>
[Collection(BrowserTests.Name)]
public sealed class IdentifierNodesTests(ConsoleBrowser browser)
{
    private const string Rail = "主导航|Main navigation";

    [Fact]
    public async Task The_node_alone_shows_its_own_rooms_its_replica_and_whom_it_asks_for_others()
    {
        using var silent = new UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0)); // a superior node that never answers
        int port = ((System.Net.IPEndPoint)silent.Client.LocalEndPoint!).Port;
        string upstream = $"udp://127.0.0.1:{port}";
        await using ServerProcess primary = await ServerProcess.StartAsync(
            "server", null, "--only", "identifiers", "--set", "Identifiers:Recursion:Enabled=true", "--set", $"Identifiers:Recursion:Upstreams={upstream}", "--set", "Identifiers:Recursion:QuestionTimeout=00:00:00.3");
        using HttpClient admin = await primary.SignInAsync();
        long asset = await NodePark.BuildAsync(admin);
        using HttpClient own = await primary.SignInAsync("enterprise", NodePark.Password), reviewer = await primary.SignInAsync("reviewer", NodePark.Password);
        string prefix = await NodePark.ApproveAsync(admin, own, reviewer, asset, 500);
        (await admin.PutAsJsonAsync($"/api/handles/{prefix}/RAW", new[] { new { index = 1, type = "URL", data = "https://t.example/raw" } })).EnsureSuccessStatusCode();
        long job = await NodePark.UploadAsync(own, prefix, NodePark.File(9));
        string token = (await (await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "replica", role = "administrator" })).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        await using ServerProcess replica = await ServerProcess.StartAsync(
            "server", null, "--only", "identifiers", "--set", $"Identifiers:Follow={primary.Address}", "--set", $"Identifiers:FollowToken={token}", "--set", "Identifiers:NodeName=north");

        await using Window operators = await browser.OpenAsync(primary);
        await operators.SignInAsync();
        await operators.DoAsync(async page =>
        {
            ILocator rail = page.GetByRole(AriaRole.Navigation, new() { NameRegex = new(Rail) });
            await Expect(rail.GetByText("标识解析")).ToBeVisibleAsync();
            foreach (string room in new[] { "能源", "经济运行", "安全", "环境" }) await Expect(rail.GetByText(room)).ToHaveCountAsync(0);
            await Expect(page.GetByRole(AriaRole.Navigation)).ToHaveCountAsync(1); // no counts of alarms, because there are none
            await LookAsync(page);

            await page.GotoAsync("/identifiers/bench");
            await page.GetByLabel("标识", new() { Exact = false }).First.FillAsync("86.1.2/pump");
            await page.GetByRole(AriaRole.Button, new() { Name = "解析", Exact = true }).ClickAsync();
            await Expect(page.GetByText(new Regex("响应码 2 ·"))).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.List, new() { Name = "途经节点" }).GetByRole(AriaRole.Listitem)).ToHaveTextAsync([$"{upstream} 86.1.2/pump: –"]);
            await LookAsync(page);

            await page.GotoAsync("/identifiers/changes");
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "变更记录" }).GetByRole(AriaRole.Row, new() { NameRegex = new(@"RAW 新建 \+1 URL .* REST 127\.0\.0\.1") })).ToBeVisibleAsync();
            await LookAsync(page);

            await page.GotoAsync("/identifiers/nodes");
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "副本" }).GetByRole(AriaRole.Row, new() { NameRegex = new("north.*正常") })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "上级节点" }).GetByRole(AriaRole.Row, new() { NameRegex = new($":{port}.*无应答") })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "递归解析（其他节点的标识）" }).GetByRole(AriaRole.Row, new() { NameRegex = new("0 . 1 . 0$") })).ToBeVisibleAsync();
            await LookAsync(page);
        });

        await using Window abroad = await browser.OpenAsync(replica, "en-GB");
        await abroad.SignInAsync();
        await abroad.DoAsync(async page =>
        {
            await LookAsync(page);
            await page.GotoAsync("/identifiers/nodes");
            ILocator own = page.GetByRole(AriaRole.Table, new() { Name = "This node" });
            await Expect(own.GetByRole(AriaRole.Row, new() { NameRegex = new("Role Read replica") })).ToBeVisibleAsync();
            await Expect(own.GetByRole(AriaRole.Row, new() { NameRegex = new("following") })).ToBeVisibleAsync();
            await Expect(page.GetByText("No replica follows this node.")).ToBeVisibleAsync();
            await LookAsync(page);
            await page.GotoAsync("/identifiers/bench");
            await page.GetByLabel("Handle", new() { Exact = false }).First.FillAsync($"{prefix}/SN-7.5");
            await page.GetByRole(AriaRole.Button, new() { Name = "Resolve", Exact = true }).ClickAsync();
            await Expect(page.GetByText(new Regex("Response code 1 ·"))).ToBeVisibleAsync();
            await LookAsync(page);
        });

        Assert.DoesNotContain(operators.Complaints.Concat(abroad.Complaints), complaint => !complaint.Contains("/auth/me", StringComparison.Ordinal)); // nobody was signed in at first

        // What somebody reads who scans a code comes from the replica too, whether its primary is there or not.
        Assert.Equal("done", (await NodePark.JobAsync(own, job)).GetProperty("state").GetString());
        await using Window phone = await browser.OpenAsync(replica);
        await phone.Page.SetViewportSizeAsync(390, 844);
        await phone.DoAsync(async page =>
        {
            await page.GotoAsync($"/id/{prefix}/SN-7.5");
            await Expect(page.GetByText("由 乌兰铝业 登记")).ToBeVisibleAsync();
            await primary.KillAsync();
            await page.ReloadAsync();
            await Expect(page.GetByText("阀门 7")).ToBeVisibleAsync();
            Assert.DoesNotContain(NodePark.Private, await page.ContentAsync(), StringComparison.Ordinal);
            await LookAsync(page);
        });
    }

    /// <summary>Nothing may be wrong with the page.</summary>
    private static async Task LookAsync(IPage page)
    {
        Assert.Empty(await Axe.ViolationsAsync(page));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), $"{page.Url} is wider than the window.");
    }
}
