using System.Globalization;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>A report from the customer's workbook to the file, and a curve from the comparison to the note that a colleague finds.</summary>
[Collection(BrowserTests.Name)]
public sealed class ReportTests(ConsoleBrowser browser)
{
    private const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [Fact]
    public async Task A_broken_template_is_shown_cell_by_cell_and_a_good_one_is_filled_and_fetched()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 41));
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "报表", Exact = true }).ClickAsync();
            await Expect(page.GetByText("还没有报表")).ToBeVisibleAsync();
            await AssertAccessibleAsync(page);
            await page.GetByRole(AriaRole.Link, new() { Name = "新建报表" }).ClickAsync();
            await page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^名称") }).FillAsync("空气日报");
            await AssertAccessibleAsync(page);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/reports/\\d+$"));

            await UploadAsync(page, "错误.xlsx", ("A1", "{{period}}"), ("B2", "{{average AQ1/PM25}}"), ("B3", "{{avg AQ9/PM25}}"));
            ILocator faults = page.GetByRole(AriaRole.Table, new() { NameRegex = new("模板有 2 处错误") });
            await Expect(faults.GetByRole(AriaRole.Row, new() { NameRegex = new("日报 B2 .*average") })).ToBeVisibleAsync();
            await Expect(faults.GetByRole(AriaRole.Row, new() { NameRegex = new("日报 B3 AQ9.PM25") })).ToBeVisibleAsync();
            await UploadAsync(page, "空气日报.xlsx", ("A1", "{{period}}"), ("A2", "{{time each hour}}"), ("B2", "{{avg AQ1/PM25 each hour}}"), ("A3", "最大"), ("B3", "{{max AQ1/PM25}}"));
            await Expect(page.GetByText("空气日报.xlsx")).ToBeVisibleAsync();
            await Expect(faults).ToHaveCountAsync(0);

            string today = DateTimeOffset.UtcNow.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            ILocator day = page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^周期内任意一天") });
            await day.FillAsync(today);
            await day.PressAsync("Enter");
            await page.GetByRole(AriaRole.Button, new() { Name = "立即生成" }).ClickAsync();
            ILocator run = page.GetByRole(AriaRole.Table, new() { Name = "生成记录" }).GetByRole(AriaRole.Row, new() { NameRegex = new(today) });
            await Expect(run).ToContainTextAsync("完成");
            await Expect(run).ToContainTextAsync("25");
            await AssertAccessibleAsync(page);

            // A file cannot be saved over the debugging connection, so the page itself reads what the button would save.
            string html = await run.GetByRole(AriaRole.Link, new() { NameRegex = new("查看打印页") }).GetAttributeAsync("href") ?? "";
            Assert.Contains("最大</td><td class=\"s0 n", await page.EvaluateAsync<string>("async (url) => (await fetch(url)).text()", html), StringComparison.Ordinal);
            byte[] file = Convert.FromBase64String(await page.EvaluateAsync<string>(
                "async (url) => { const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer()); let text = ''; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); }",
                html.Replace("/page", "/workbook", StringComparison.Ordinal)));
            using SpreadsheetDocument document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
            string[] values = [.. document.WorkbookPart!.WorksheetParts.SelectMany(p => p.Worksheet!.Descendants<Cell>()).Where(c => c.CellReference == "B26").Select(c => c.CellValue?.Text ?? "")];
            Assert.Contains("41", values);

            // A report of the station stands on the station's page; the one of the whole park does not.
            await SmallPark.CreateAsync(admin, "reports", new { name = "东门周报", kind = "weekly", assetId = park.StationId, language = "zh-CN", scheduled = false, runAtMinutes = 420 });
            await page.GotoAsync($"/assets/{park.StationId}");
            await page.GetByRole(AriaRole.Tab, new() { Name = "报表", Exact = true }).ClickAsync();
            ILocator ofStation = page.GetByRole(AriaRole.Tabpanel, new() { Name = "报表" });
            await Expect(ofStation.GetByRole(AriaRole.Row, new() { NameRegex = new("东门周报") })).ToBeVisibleAsync();
            await Expect(ofStation.GetByText("空气日报")).ToHaveCountAsync(0);
            await ofStation.GetByRole(AriaRole.Row, new() { NameRegex = new("东门周报") }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "东门周报", Level = 1 })).ToBeVisibleAsync();
            Assert.DoesNotContain(window.Complaints, IsUnexpected);
        });
    }

    [Fact]
    public async Task A_curve_is_compared_set_against_another_and_noted_for_a_colleague()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        for (int i = 30; i > 0; i--) await device.SendAsync(now.AddMinutes(-2 * i), ("a34004", 40 + i), ("a34002", 80 + (2 * i)));
        await using Window window = await browser.OpenAsync(server), colleague = await browser.OpenAsync(server);
        string address = "";
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync($"/trends?p={park.FineDustId},{park.CoarseDustId}&last=6h");
            ILocator figures = page.GetByRole(AriaRole.Row, new() { NameRegex = new("细颗粒物") });
            await Expect(figures).ToContainTextAsync("8.8"); // the standard deviation of 41 … 70
            await Expect(figures).ToContainTextAsync("·h");
            await ChooseAsync(page, "对比", "对比前一天");
            await ChooseAsync(page, "纵轴", "每条曲线一轴");
            await AssertAccessibleAsync(page);
            await ChooseAsync(page, "图形", "散点图");
            await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("散点图，横轴 .*细颗粒物，30 个点") })).ToBeVisibleAsync();
            await ChooseAsync(page, "图形", "持续曲线");
            await Expect(page.GetByRole(AriaRole.Img, new() { Name = "持续曲线，2 条" })).ToBeVisibleAsync();

            await page.GetByRole(AriaRole.Button, new() { Name = "添加标注" }).ClickAsync();
            ILocator dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^内容") }).FillAsync("清洗了采样头");
            await dialog.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") }).ClickAsync();
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "标注" })).ToContainTextAsync("清洗了采样头");
            await AssertAccessibleAsync(page);
            Assert.DoesNotContain(window.Complaints, IsUnexpected);
            address = page.Url;
        });
        await colleague.DoAsync(async page =>
        {
            await colleague.SignInAsync();
            await page.GotoAsync(address);
            await Expect(page.GetByRole(AriaRole.Img, new() { Name = "持续曲线，2 条" })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "标注" })).ToContainTextAsync("清洗了采样头");
        });
    }

    private static async Task AssertAccessibleAsync(IPage page)
    {
        IReadOnlyList<string> violations = await Axe.ViolationsAsync(page);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    /// <summary>Whoever opens the console is not signed in yet, and the broken template is refused.</summary>
    private static bool IsUnexpected(string complaint) => !complaint.Contains("401 (Unauthorized)", StringComparison.Ordinal) && !complaint.Contains("422", StringComparison.Ordinal);

    private static async Task ChooseAsync(IPage page, string list, string option)
    {
        await page.GetByRole(AriaRole.Combobox, new() { Name = list, Exact = true }).ClickAsync();
        await page.Locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)").GetByTitle(option, new() { Exact = true }).ClickAsync();
        await Expect(page.Locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")).ToHaveCountAsync(0);
    }

    private static Task UploadAsync(IPage page, string name, params (string Place, string Text)[] cells) =>
        page.GetByLabel("上传模板").And(page.Locator("input")).SetInputFilesAsync(new FilePayload { Name = name, MimeType = WorkbookType, Buffer = Workbook(cells) });

    private static byte[] Workbook((string Place, string Text)[] cells)
    {
        var file = new MemoryStream();
        using (SpreadsheetDocument document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            WorkbookPart workbook = document.AddWorkbookPart();
            WorksheetPart sheet = workbook.AddNewPart<WorksheetPart>();
            sheet.Worksheet = new(new SheetData(cells.GroupBy(c => uint.Parse(c.Place[1..], CultureInfo.InvariantCulture)).Select(row => new Row(
                row.Select(c => new Cell(new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(c.Text))) { CellReference = c.Place, DataType = CellValues.InlineString })) { RowIndex = row.Key })));
            workbook.Workbook = new(new Sheets(new Sheet { Name = "日报", SheetId = 1, Id = workbook.GetIdOfPart(sheet) }));
        }
        return file.ToArray();
    }
}
