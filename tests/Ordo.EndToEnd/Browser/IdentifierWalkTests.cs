using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>An enterprise at the identifier node, from its application to the page that opens on somebody's telephone.</summary>
[Collection(BrowserTests.Name)]
public sealed class IdentifierWalkTests(ConsoleBrowser browser)
{
    private const int Rows = 10_000;

    [Fact]
    public async Task An_enterprise_applies_is_reviewed_gets_its_prefix_uploads_a_file_and_its_code_opens_on_a_telephone()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await NodePark.BuildAsync(admin);

        await using Window enterprise = await browser.OpenAsync(server);
        await enterprise.SignInAsync("enterprise", NodePark.Password);
        await enterprise.DoAsync(async page =>
        {
            await page.EnterAsync("标识解析", "接入企业");
            await page.GetByRole(AriaRole.Button, new() { Name = "申请接入" }).ClickAsync();
            ILocator dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Combobox).ClickAsync();
            await page.Locator(".ant-select-item-option").Filter(new() { HasText = "乌兰铝业" }).ClickAsync();
            foreach ((string label, string value) in new[] { ("行业代码（GB/T 4754）", "3216"), ("联系人", "白音"), ("电话", "0471-1234567"), ("用途", "产品追溯"), ("预计标识数量", "20000") })
                await dialog.GetByLabel(label).FillAsync(value);
            await dialog.GetByLabel("统一社会信用代码").FillAsync("91150100MA0N00001" + (NodePark.CreditCode[^1] == '0' ? '1' : '0'));
            await dialog.GetByRole(AriaRole.Button, new() { Name = "申请接入" }).ClickAsync();
            await Expect(dialog.GetByText(new Regex("校验位应为"))).ToBeVisibleAsync();
            await dialog.GetByLabel("统一社会信用代码").FillAsync(NodePark.CreditCode);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "申请接入" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(Panel(page).GetByText("待审核")).ToBeVisibleAsync();

            await Panel(page).GetByRole(AriaRole.Button, new() { Name = "提交材料" }).ClickAsync();
            await dialog.GetByLabel("文件").SetInputFilesAsync(new FilePayload { Name = "营业执照.pdf", MimeType = "application/pdf", Buffer = "MZ no PDF"u8.ToArray() });
            await dialog.GetByRole(AriaRole.Button, new() { Name = "提交材料" }).ClickAsync();
            await Expect(dialog.GetByText(new Regex("不是完整的 PDF"))).ToBeVisibleAsync();
            await dialog.GetByLabel("文件").SetInputFilesAsync(new FilePayload { Name = "营业执照.pdf", MimeType = "application/pdf", Buffer = "%PDF-1.7\n%%EOF\n"u8.ToArray() });
            await dialog.GetByRole(AriaRole.Button, new() { Name = "提交材料" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(Panel(page).GetByText(new Regex("营业执照.pdf · 1 KiB"))).ToBeVisibleAsync();
            await Expect(Panel(page).GetByRole(AriaRole.Button, new() { Name = "下载 营业执照.pdf" })).ToHaveCountAsync(0); // for reviewers only
        });

        await using Window reviewer = await browser.OpenAsync(server);
        await reviewer.SignInAsync("reviewer", NodePark.Password);
        await reviewer.DoAsync(async page =>
        {
            await page.GotoAsync("/identifiers/enterprises");
            await page.GetByRole(AriaRole.Row, new() { NameRegex = new("乌兰铝业") }).ClickAsync();
            IDownload file = await page.RunAndWaitForDownloadAsync(() => Panel(page).GetByRole(AriaRole.Button, new() { Name = "下载 营业执照.pdf" }).ClickAsync());
            Assert.Equal("营业执照.pdf", file.SuggestedFilename);
            await Expect(Panel(page).GetByText(new Regex("查看材料 · reviewer"))).ToBeVisibleAsync();
            await DecideAsync(page, "审核通过", "待批准");
        });
        await using Window manager = await browser.OpenAsync(server);
        await manager.SignInAsync();
        await manager.DoAsync(async page =>
        {
            await DecideAsync(page, "批准并分配前缀", "已批准");
            await Expect(Panel(page).GetByText("88.999.1 · 已分配")).ToBeVisibleAsync();
        });

        using HttpClient own = await server.SignInAsync("enterprise", NodePark.Password);
        using (HttpResponseMessage made = await own.PostAsJsonAsync("/api/v1/identifiers/templates", NodePark.Template(1))) made.EnsureSuccessStatusCode();
        string address = "";
        await enterprise.DoAsync(async page =>
        {
            await page.GotoAsync("/identifiers/jobs");
            await page.GetByRole(AriaRole.Button, new() { Name = "上传文件" }).ClickAsync();
            ILocator dialog = page.GetByRole(AriaRole.Dialog);
            await Expect(dialog.GetByText("产品 (product:1)")).ToBeVisibleAsync();
            await dialog.GetByLabel("选择 CSV 或 XLSX 文件").SetInputFilesAsync(new FilePayload { Name = "件.csv", MimeType = "text/csv", Buffer = NodePark.File(Rows) });
            await dialog.GetByRole(AriaRole.Button, new() { Name = "上传文件" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            ILocator panel = page.GetByRole(AriaRole.Complementary, new() { Name = "文件" });
            await Expect(panel.GetByText("已完成")).ToBeVisibleAsync(new() { Timeout = 60_000 });
            await Expect(panel.GetByText("9,997")).ToBeVisibleAsync();
            await Expect(panel.GetByRole(AriaRole.Table, new() { Name = "错误行" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
            await Expect(panel.GetByText("后缀应以“SN”开头。")).ToBeVisibleAsync();

            await page.GotoAsync("/identifiers/items?open=" + Uri.EscapeDataString("88.999.1/SN-7.5"));
            ILocator item = page.GetByRole(AriaRole.Complementary, new() { Name = "标识" });
            await Expect(item.GetByText(NodePark.Private)).ToBeVisibleAsync();
            await Expect(item.GetByRole(AriaRole.Img)).ToHaveJSPropertyAsync("complete", true);
            Assert.True(await item.GetByRole(AriaRole.Img).EvaluateAsync<int>("image => image.naturalWidth") > 0);
            address = (await item.GetByRole(AriaRole.Link, new() { Name = "打开扫码页" }).GetAttributeAsync("href"))!;
        });

        await using Window phone = await browser.OpenAsync(server);
        await phone.Page.SetViewportSizeAsync(390, 844);
        await phone.DoAsync(async page =>
        {
            await page.GotoAsync(address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "88.999.1/SN-7.5" })).ToBeVisibleAsync();
            await Expect(page.GetByText("阀门 7")).ToBeVisibleAsync();
            await Expect(page.GetByText("由 乌兰铝业 登记")).ToBeVisibleAsync();
            Assert.DoesNotContain(NodePark.Private, await page.ContentAsync(), StringComparison.Ordinal);
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
            await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
            await Expect(page.GetByText("Product name")).ToBeVisibleAsync();
            await page.GotoAsync("/id/88.999.1/NOPE");
            await Expect(page.GetByText("There is no such identifier; compare the code.")).ToBeVisibleAsync();
        });
        Assert.DoesNotContain(phone.Complaints, complaint => !complaint.Contains("404", StringComparison.Ordinal));

        await enterprise.DoAsync(async page =>
        {
            await page.GotoAsync("/identifiers/bench");
            await page.GetByLabel("标识", new() { Exact = false }).First.FillAsync("88.999.1/SN-7.5");
            await page.GetByRole(AriaRole.Button, new() { Name = "解析", Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "应答" }).GetByText("阀门 7")).ToBeVisibleAsync();
            await Expect(page.GetByText(new Regex("响应码 1 ·"))).ToBeVisibleAsync();
            Assert.DoesNotContain(NodePark.Private, await page.ContentAsync(), StringComparison.Ordinal);
            await page.GotoAsync("/identifiers");
            await Expect(page.GetByText("9,997")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task The_node_tells_its_figures_sends_its_report_and_an_asset_gets_its_code_with_one_click()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        long asset = await NodePark.BuildAsync(admin);
        long pump = await admin.PostAsync("/api/v1/assets", new { parentId = asset, kind = "equipment", code = "PUMP1", nameZh = "循环水泵", nameEn = "Circulation pump" });
        using HttpClient own = await server.SignInAsync("enterprise", NodePark.Password), reviewer = await server.SignInAsync("reviewer", NodePark.Password);
        string prefix = await NodePark.ApproveAsync(admin, own, reviewer, asset, 500);

        await using Window enterprise = await browser.OpenAsync(server);
        await enterprise.SignInAsync("enterprise", NodePark.Password);
        await enterprise.DoAsync(async page =>
        {
            await page.GotoAsync($"/assets/{pump}?tab=code");
            await page.GetByRole(AriaRole.Button, new() { Name = "注册标识" }).ClickAsync();
            await Expect(page.GetByText($"{prefix}/asset.{pump}")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Img, new() { Name = "二维码" })).ToBeVisibleAsync();
            Assert.Empty(await Axe.ViolationsAsync(page));
            await page.GetByRole(AriaRole.Button, new() { Name = "全部注册" }).ClickAsync();
            await Expect(page.GetByText("新注册 0，更新 0，无变化 1，未能注册 0")).ToBeVisibleAsync();
        });
        using HttpClient anybody = new() { BaseAddress = server.Address };
        for (int i = 0; i < 7; i++) await anybody.GetStringAsync($"/api/handles/{prefix}/asset.{pump}");

        await using Window manager = await browser.OpenAsync(server);
        await manager.SignInAsync();
        await manager.DoAsync(async page =>
        {
            await page.GotoAsync("/identifiers/statistics");
            await Expect(page.GetByText("注册 1 个 · 本期解析 7 次")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "按企业" }).GetByRole(AriaRole.Row, new() { NameRegex = new("乌兰铝业.*" + Regex.Escape(prefix)) })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Table, new() { Name = "按行业（GB/T 4754）" }).GetByText("C32 有色金属冶炼和压延加工业")).ToBeVisibleAsync();
            IDownload csv = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "按企业 CSV" }).ClickAsync());
            Assert.StartsWith("identifiers-enterprise-", csv.SuggestedFilename, StringComparison.Ordinal);
            Assert.Empty(await Axe.ViolationsAsync(page));

            await page.GotoAsync("/identifiers");
            await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("此刻的解析") })).ToBeVisibleAsync(new() { Timeout = 20_000 });
            Assert.Empty(await Axe.ViolationsAsync(page));

            await page.GotoAsync("/identifiers/reports");
            await page.GetByRole(AriaRole.Button, new() { Name = "生成日报" }).ClickAsync();
            ILocator dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "生成日报" }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            await page.GetByRole(AriaRole.Row, new() { NameRegex = new("无接收方") }).ClickAsync();
            IDownload report = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "下载", Exact = true }).ClickAsync());
            Assert.EndsWith(".jsonl", report.SuggestedFilename, StringComparison.Ordinal);
            await page.GetByRole(AriaRole.Button, new() { Name = "校验全部" }).ClickAsync();
            await Expect(page.GetByText("1 份日报与链均完好。")).ToBeVisibleAsync();
            Assert.Empty(await Axe.ViolationsAsync(page));
        });
        Assert.DoesNotContain(manager.Complaints.Concat(enterprise.Complaints), complaint => !complaint.Contains("/auth/me", StringComparison.Ordinal)); // nobody was signed in at first
    }

    private static ILocator Panel(IPage page) => page.GetByRole(AriaRole.Complementary, new() { Name = "企业" });

    private static async Task DecideAsync(IPage page, string button, string state)
    {
        await page.GotoAsync("/identifiers/enterprises");
        await page.GetByRole(AriaRole.Row, new() { NameRegex = new("乌兰铝业") }).ClickAsync();
        await Panel(page).GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Textbox).First).ToBeFocusedAsync(); // it stands
        await dialog.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(Panel(page).GetByText(state, new() { Exact = true })).ToBeVisibleAsync();
    }
}
