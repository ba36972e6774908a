using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>The plan monitor as the region's department uses it: from a target to the document it rests on, to the case that puts it right, to the report that is frozen.</summary>
[Collection(BrowserTests.Name)]
public sealed class PlanWalkTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task A_target_leads_to_its_document_its_deviation_to_a_case_that_a_new_value_closes_and_a_report_is_frozen()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await window.RememberLoadAsync();
            await FindTheDocumentAsync(page);
            await WorkOnTheCaseAsync(page);
            await FindAFigureInThreeClicksAsync(page);
            await FreezeAsync(page);
            await window.AssertNotReloadedAsync();
        });
    }

    private static async Task FindTheDocumentAsync(IPage page)
    {
        await page.EnterAsync("经济运行", "规划监测");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "查指标" }).FillAsync("设备数字化率");
        await Expect(page).ToHaveURLAsync(new Regex("q=")); // until typing pauses the rows stand elsewhere, and a click in that moment meets another
        ILocator row = page.GetByRole(AriaRole.Row, new() { NameRegex = new("规模以上工业企业生产设备数字化率") });
        await Expect(row).ToContainTextAsync("滞后");
        await Expect(row).ToContainTextAsync("21.2%");
        await row.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/economy/plan/targets/\\d+"));
        ILocator figures = page.GetByRole(AriaRole.Table, new() { Name = "全部数据" });
        await Expect(figures.GetByRole(AriaRole.Row, new() { NameRegex = new("2023 实际 49.6") })).ToContainTextAsync("《2023年内蒙古工业经济形势分析与2024年展望》 一、2023年内蒙古工业经济运行稳定");
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("2 个已知年份") })).ToBeVisibleAsync();
        await Expect(page.GetByText("只有一步变化，不足以估计概率")).ToBeVisibleAsync();
    }

    private static async Task WorkOnTheCaseAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "立项纠偏" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Named(dialog, "立项").ClickAsync();
        await Expect(dialog).ToContainTextAsync("不能为空");
        await dialog.GetByLabel("原因").FillAsync("设备更新慢");
        await Named(dialog, "立项").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/economy/plan/cases/\\d+"));

        await page.GetByLabel("责任人或部门").FillAsync("信息化处");
        await page.GetByLabel("措施").FillAsync("诊断服务");
        await page.GetByLabel("期限").FillAsync("2030-12-31");
        await SubmitAsync(page);
        await Expect(page.GetByText("办理中")).ToBeVisibleAsync();
        await page.GetByLabel("说明").FillAsync("三百家已诊断");
        await SubmitAsync(page);
        await Expect(page.GetByText("待核查")).ToBeVisibleAsync();
        await Expect(page.GetByText("还没有新数值")).ToBeVisibleAsync(); // nothing to close it with

        await page.GetByText("还没有新数值").GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "录入数据" }).ClickAsync();
        ILocator dialog2 = page.GetByRole(AriaRole.Dialog);
        await dialog2.GetByLabel("年份").FillAsync("2025");
        await dialog2.GetByLabel("数值").FillAsync("60.5");
        await dialog2.GetByLabel("文件").FillAsync("工信厅统计年报");
        await dialog2.GetByLabel("章节或表号").FillAsync("表3");
        await dialog2.GetByRole(AriaRole.Button, new() { Name = "录入数据" }).ClickAsync();
        await Expect(dialog2).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "全部数据" })).ToContainTextAsync("工信厅统计年报");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }).Locator("xpath=following-sibling::*[1]")).ToContainTextAsync("已完成"); // the status moves

        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("在办纠偏") }).First.ClickAsync();
        await page.GetByLabel("说明").FillAsync("以年报核实");
        await SubmitAsync(page);
        await Expect(page.GetByText("已办结").First).ToBeVisibleAsync();
        await Expect(page.GetByText("60.5 %")).ToBeVisibleAsync();
        await Expect(page.GetByText("下一步")).ToHaveCountAsync(0);
    }

    /// <summary>Plan monitor → documents → section: the figure stands there with its document.</summary>
    private static async Task FindAFigureInThreeClicksAsync(IPage page)
    {
        await page.EnterAsync("经济运行", "规划监测");
        await page.GetByRole(AriaRole.Link, new() { Name = "文件与数据" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^总?.*专栏1 ?26$") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "全部数据" }).GetByRole(AriaRole.Row)).ToHaveCountAsync(27);
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("IM.INV.IND5Y.2025.T") })).ToContainTextAsync("12,000");
    }

    private static async Task FreezeAsync(IPage page)
    {
        await page.EnterAsync("经济运行", "规划监测");
        await page.GetByRole(AriaRole.Link, new() { Name = "监测报告" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "定稿新报告" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("数据截至").FillAsync("2023-12-31");
        await Named(dialog, "定稿").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/economy/plan/reports/\\d+"));
        await Expect(page.GetByText("校验通过")).ToBeVisibleAsync();
        await Expect(page.GetByText("时间进度 60%")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "目标" }).GetByRole(AriaRole.Row, new() { NameRegex = new("生产设备数字化率") })).ToContainTextAsync("49.6");

        string? address = await page.GetByRole(AriaRole.Link, new() { Name = "下载 XLSX" }).GetAttributeAsync("href");
        string file = await page.EvaluateAsync<string>("async (url) => btoa(Array.from(new Uint8Array(await (await fetch(url)).arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''))", address);
        using var workbook = new MemoryStream(Convert.FromBase64String(file));
        using var zip = new ZipArchive(workbook);
        using var sheet = new StreamReader(zip.GetEntry("xl/worksheets/sheet2.xml")!.Open());
        Assert.Contains("IM.DIG.EQUIPRATE.2025.T", await sheet.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static Task SubmitAsync(IPage page) => page.Locator("form button[type=submit]:visible").ClickAsync();

    /// <summary>Two characters of a button may be set apart.</summary>
    private static ILocator Named(ILocator within, string name) => within.GetByRole(AriaRole.Button, new() { NameRegex = new($"^{name[0]}\\s?{name[1..]}$") });
}
