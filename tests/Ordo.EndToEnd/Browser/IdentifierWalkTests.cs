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
            await page.GetByRole(AriaRole.Link, new() { Name = "接入企业" }).ClickAsync();
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
        });

        await using Window reviewer = await browser.OpenAsync(server);
        await reviewer.SignInAsync("reviewer", NodePark.Password);
        await reviewer.DoAsync(page => DecideAsync(page, "审核通过", "待批准"));
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
