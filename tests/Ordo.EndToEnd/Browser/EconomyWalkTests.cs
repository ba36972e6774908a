using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>The monthly form from the enterprise's first figure to the report of the month, by four people in four windows.</summary>
[Collection(BrowserTests.Name)]
public sealed class EconomyWalkTests(ConsoleBrowser browser)
{
    private const string Password = "Another-long-1-password";

    [Fact]
    public async Task A_form_is_refused_corrected_passed_twice_moves_the_month_and_the_report_opens()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        long region = await SmallPark.CreateAsync(admin, "assets", new { kind = "region", code = "R", nameZh = "内蒙古", nameEn = "Inner Mongolia" });
        long park = await SmallPark.CreateAsync(admin, "assets", new { parentId = region, kind = "park", code = "P", nameZh = "试验园区", nameEn = "Trial park" });
        long enterprise = await SmallPark.CreateAsync(admin, "assets", new { parentId = park, kind = "enterprise", code = "E1", nameZh = "乌兰铝业", nameEn = "Ulan Aluminium", attributes = new { industry = "3216", areaM2 = 66_667 } });
        foreach ((string user, string role, long asset) in new[] { ("enterprise", "enterpriseUser", enterprise), ("park", "statistician", park), ("region", "regionStatistician", region) })
            await SmallPark.CreateAsync(admin, "accounts", new { userName = user, displayName = user, password = Password, grants = new[] { new { role, assetId = asset } } });

        await using Window filer = await browser.OpenAsync(server);
        await filer.SignInAsync("enterprise", Password);
        string form = "";
        await filer.DoAsync(async page =>
        {
            await page.EnterAsync("经济运行", "企业直报");
            await page.GetByRole(AriaRole.Row, new() { NameRegex = new("乌兰铝业") }).GetByRole(AriaRole.Button, new() { NameRegex = new("填\\s?报") }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("工业企业生产经营月报") })).ToBeVisibleAsync();
            form = new Uri(page.Url).PathAndQuery;
            foreach ((string label, string value) in Values) await page.GetByLabel(label, new() { Exact = true }).FillAsync(value);
            await page.GetByLabel("利润总额", new() { Exact = true }).FillAsync("一百");
            await Submit(page).ClickAsync();
            await Expect(page.GetByText("应为数字，实为“一百”。")).ToBeVisibleAsync();
            await page.GetByLabel("利润总额", new() { Exact = true }).FillAsync("100");
            await Submit(page).ClickAsync();
            await Expect(page.GetByText(new Regex("利润总额应等于营业利润加营业外收入减营业外支出")).First).ToBeVisibleAsync();
            await page.GetByLabel("利润总额", new() { Exact = true }).FillAsync("151");
            await Submit(page).ClickAsync();
            await Expect(page.GetByText(new Regex("待园区审核")).First).ToBeVisibleAsync();
        });

        await using Window checker = await browser.OpenAsync(server);
        await checker.SignInAsync("park", Password);
        await checker.DoAsync(async page =>
        {
            await page.GotoAsync("/economy");
            await Expect(page.GetByText("还没有审定的月报。", new() { Exact = false })).ToBeVisibleAsync();
            await page.GotoAsync(form);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^通\\s?过$") }).ClickAsync();
            await Expect(page.GetByText(new Regex("待区域审核")).First).ToBeVisibleAsync();
        });

        await using Window acceptor = await browser.OpenAsync(server);
        await acceptor.SignInAsync("region", Password);
        await acceptor.DoAsync(async page =>
        {
            await page.GotoAsync(form);
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^通\\s?过$") }).ClickAsync();
            await Expect(page.GetByText("区域审核通过，计入统计").First).ToBeVisibleAsync();
        });

        await checker.DoAsync(async page =>
        {
            await page.GotoAsync("/economy");
            await Expect(page.GetByTestId("sentence")).ToContainTextAsync("工业总产值1,000.0 万元");
            await page.GetByTestId("sentence").GetByRole(AriaRole.Button, new() { Name = "1,000.0 万元" }).ClickAsync();
            ILocator source = page.GetByRole(AriaRole.Complementary, new() { Name = "数据来源" });
            await Expect(source.GetByRole(AriaRole.Link, new() { Name = "乌兰铝业" })).ToBeVisibleAsync();
            await Expect(source.GetByText("1 / 1 家")).ToBeVisibleAsync();

            await Expect(page.GetByText("累计＝1 月以来各月已审定数之和", new() { Exact = false })).ToBeVisibleAsync();
            string? address = await page.GetByRole(AriaRole.Link, new() { NameRegex = new("报告 XLSX") }).GetAttributeAsync("href");
            string workbook = await page.EvaluateAsync<string>("async (url) => btoa(Array.from(new Uint8Array(await (await fetch(url)).arrayBuffer()), (byte) => String.fromCharCode(byte)).join(''))", address);
            await using var zip = new ZipArchive(new MemoryStream(Convert.FromBase64String(workbook)));
            Assert.Contains(zip.Entries, entry => entry.FullName == "xl/workbook.xml");
            IPage report = await page.Context.RunAndWaitForPageAsync(() => page.GetByRole(AriaRole.Link, new() { NameRegex = new("打印报告") }).ClickAsync());
            await Expect(report.GetByRole(AriaRole.Heading, new() { NameRegex = new("试验园区.*经济运行分析") })).ToBeVisibleAsync();
            await Expect(report.GetByRole(AriaRole.Row, new() { NameRegex = new("^工业总产值 万元 1,000") })).ToBeVisibleAsync();
            await report.CloseAsync();

            // One month lights what has fixed limits; of the rest the page says what is missing.
            await page.EnterAsync("经济运行", "预警信号灯");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "预警信号灯", Level = 1 })).ToBeVisibleAsync();
            ILocator lights = page.GetByRole(AriaRole.Table, new() { Name = "各指标信号灯" });
            await Expect(lights.GetByRole(AriaRole.Row, new() { NameRegex = new("产品销售率") })).ToContainTextAsync("绿灯 正常");
            await Expect(lights.GetByRole(AriaRole.Row, new() { NameRegex = new("工业总产值") })).ToContainTextAsync("没有可比的上年同期");
            await lights.GetByRole(AriaRole.Row, new() { NameRegex = new("工业总产值") }).ClickAsync();
            await page.GetByRole(AriaRole.Complementary, new() { Name = "数据来源" }).GetByRole(AriaRole.Link, new() { Name = "打开指标页" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "工业总产值", Level = 1 })).ToBeVisibleAsync();
            await Expect(page.GetByText("连续数据只有 1 期")).ToBeVisibleAsync();
            await Expect(page.GetByText("没有企业的电表数据。")).ToBeVisibleAsync();
            await Expect(page.GetByText("1 期中没有发现异常值或结构断点")).ToBeVisibleAsync();

            // The same month on the page of the enterprise, and from there back to its form.
            await page.GotoAsync($"/assets/{enterprise}");
            await page.GetByRole(AriaRole.Tab, new() { Name = "经济", Exact = true }).ClickAsync();
            ILocator tab = page.GetByRole(AriaRole.Tabpanel, new() { Name = "经济" });
            await Expect(tab).ToContainTextAsync("1,000.0");
            ILocator filed = tab.GetByRole(AriaRole.Table, new() { Name = "报表" }).GetByRole(AriaRole.Row, new() { NameRegex = new("已审定") });
            await Expect(filed).ToHaveCountAsync(1);
            await filed.ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex(Regex.Escape(form) + "$"));
        });
        // Before anybody is signed in, asking who is there is answered 401, and the browser writes every 401 to its console.
        Assert.DoesNotContain(checker.Complaints, text => !(text.Contains("401", StringComparison.Ordinal) && text.Contains("/api/v1/auth/me", StringComparison.Ordinal)));
    }

    private static ILocator Submit(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^提\\s?交$") });

    /// <summary>The required lines, by their names on the form; profit is what the test is about.</summary>
    private static readonly (string Label, string Value)[] Values =
    [
        ("工业总产值", "1000"), ("工业销售产值", "980"), ("工业用电量", "80"), ("综合能源消费量", "120"), ("平均用工人数", "200"), ("营业收入", "950"), ("营业成本", "700"), ("税金及附加", "10"), ("销售费用", "20"),
        ("管理费用", "30"), ("研发费用", "25"), ("财务费用", "15"), ("其他损益净额", "0"), ("营业利润", "150"), ("营业外收入", "2"), ("营业外支出", "1"), ("实缴税费", "60"), ("应付职工薪酬", "90"), ("本年折旧", "40"),
        ("生产税净额", "50"), ("营业盈余", "120"), ("资产总计", "20000"), ("负债合计", "11000"), ("所有者权益合计", "9000"), ("其中：产成品", "500"), ("应收账款", "900"),
    ];
}
