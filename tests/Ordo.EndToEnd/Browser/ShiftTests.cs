using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>What the people of a shift owe each other: an alarm nobody takes goes on to the next, an incident is worked to its report, and both sign what is handed over.</summary>
[Collection(BrowserTests.Name)]
public sealed class ShiftTests(ConsoleBrowser browser)
{
    private const string Password = "Another-long-1-password";

    [Fact]
    public async Task An_alarm_nobody_takes_goes_on_to_the_next_and_its_incident_is_closed_with_a_report_on_paper()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        long li = await PersonAsync(admin, "li.ming", "李明"), wang = await PersonAsync(admin, "wang.hong", "王红");
        long channel = await SmallPark.CreateAsync(admin, "notifications/channels", new { kind = "browser", name = "控制台", settings = new { } });
        await SmallPark.CreateAsync(admin, "notifications/rules", new { name = "先值班员，后班长", steps = new[] { Step(0, channel, li), Step(0.1, channel, wang) } });
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(-20), ("a34004", 30), ("a34002", 80));

        await using Window leader = await browser.OpenAsync(server), desk = await browser.OpenAsync(server);
        await leader.SignInAsync("wang.hong", Password);
        await desk.SignInAsync("li.ming", Password);
        await desk.DoAsync(async page =>
        {
            await page.GotoAsync("/alarms");
            await Expect(page.GetByText("没有未确认的告警。")).ToBeVisibleAsync();
            await device.SendAsync(("a34004", 98), ("a34002", 80));
            await Expect(page.Locator(".ant-notification-notice").Filter(new() { HasText = "东门空气站" })).ToBeVisibleAsync();
        });
        // Nobody acts: six seconds later the next one hears of it.
        await leader.DoAsync(page => Expect(page.Locator(".ant-notification-notice").Filter(new() { HasText = "东门空气站" })).ToBeVisibleAsync(new() { Timeout = 60_000 }));
        JsonElement alarm = await admin.FirstItemAsync("/api/v1/alarms?state=open");

        await leader.DoAsync(async page =>
        {
            await page.GotoAsync($"/alarms?state=all&open={alarm.GetProperty("id").GetInt64()}");
            ILocator told = page.GetByRole(AriaRole.Complementary, new() { Name = "告警详情" });
            await Expect(told).ToContainTextAsync("李明");
            await Expect(told).ToContainTextAsync("王红");

            await page.GetByRole(AriaRole.Link, new() { Name = "登记事件" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByLabel("名称").FillAsync("东门扬尘");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "登记事件" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/incidents/\\d+"));
            await page.GetByRole(AriaRole.Button, new() { Name = "开始处置" }).ClickAsync();
            await page.GetByRole(AriaRole.Textbox, new() { Name = "写入时间线" }).FillAsync("已派洒水车");
            await page.GetByRole(AriaRole.Button, new() { Name = "写入", Exact = true }).ClickAsync();
            await Expect(page.GetByText("已派洒水车").First).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "关闭事件" }).ClickAsync();
            await Expect(page.GetByText(new Regex("还不能关闭"))).ToBeVisibleAsync(); // not without its report
            await page.GetByLabel("经过", new() { Exact = true }).FillAsync("大风扬尘，东门站细颗粒物超限。");
            await page.GetByLabel("原因", new() { Exact = true }).FillAsync("料堆未覆盖");
            await page.GetByLabel("整改措施", new() { Exact = true }).FillAsync("料堆加盖防尘网");
            await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "保存" })).ToBeDisabledAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "关闭事件" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "重新打开" })).ToBeVisibleAsync();

            await page.GetByRole(AriaRole.Link, new() { Name = "打印报告" }).ClickAsync();
            ILocator report = page.GetByRole(AriaRole.Article);
            await Expect(report).ToContainTextAsync("东门扬尘");
            await Expect(report).ToContainTextAsync("料堆加盖防尘网");
            await page.EmulateMediaAsync(new() { Media = Media.Print });
            await Expect(report).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "主导航" })).ToBeHiddenAsync(); // on paper there is no console around it
        });
    }

    [Fact]
    public async Task A_hand_over_is_signed_by_both_and_changed_by_nobody_after()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await SmallPark.BuildAsync(admin);
        long li = await PersonAsync(admin, "li.ming", "李明");
        await PersonAsync(admin, "wang.hong", "王红");
        await SmallPark.CreateAsync(admin, "duty/rosters", new
        {
            name = "主控室",
            plan = new { firstDay = "2026-01-01", shifts = new[] { new { name = "全天", from = "00:00", hours = 24 } }, teams = new[] { new { name = "甲班", members = new[] { li } } }, cycle = new[] { new[] { 0 } } },
        });

        await using Window window = await browser.OpenAsync(server);
        await window.SignInAsync("li.ming", Password);
        await window.DoAsync(async page =>
        {
            await page.GotoAsync("/duty");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "主控室" })).ToContainTextAsync("李明");
            await page.GetByRole(AriaRole.Button, new() { Name = "开始交接班" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/duty/handovers/\\d+"));
            ILocator document = page.GetByRole(AriaRole.Article);
            await document.GetByLabel("密码").FillAsync(Password);
            await document.GetByRole(AriaRole.Textbox).First.FillAsync("运行平稳，东门站关注扬尘");
            await Expect(document.GetByRole(AriaRole.Button, new() { Name = "交班签名" })).ToBeDisabledAsync(); // it would be signed without what was typed
            await Expect(document.GetByText("请先保存再签名")).ToBeVisibleAsync();
            await document.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
            await Expect(document.GetByRole(AriaRole.Button, new() { Name = "保存" })).ToBeDisabledAsync();

            await document.GetByLabel("密码").FillAsync(Password);
            await document.GetByRole(AriaRole.Button, new() { Name = "交班签名" }).ClickAsync();
            await Expect(document.GetByRole(AriaRole.Button, new() { Name = "接班签名" })).ToBeVisibleAsync();
            await Expect(document.GetByRole(AriaRole.Button, new() { Name = "保存" })).ToHaveCountAsync(0); // what is signed stands

            await document.GetByLabel("账号").FillAsync("li.ming");
            await document.GetByLabel("密码").FillAsync(Password);
            await document.GetByRole(AriaRole.Button, new() { Name = "接班签名" }).ClickAsync();
            await Expect(document.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync(); // nobody relieves himself
            await document.GetByLabel("账号").FillAsync("wang.hong");
            await document.GetByLabel("密码").FillAsync(Password);
            await document.GetByRole(AriaRole.Button, new() { Name = "接班签名" }).ClickAsync();
            await Expect(document).ToContainTextAsync("签名后未被改动");
            await Expect(document).ToContainTextAsync("王红");
            await Expect(document).ToContainTextAsync("运行平稳，东门站关注扬尘");
        });
    }

    [Theory]
    [InlineData("zh-CN", "dark")]
    [InlineData("en-GB", "light")]
    public async Task No_page_of_the_shift_breaks_a_rule_of_WCAG_AA(string language, string theme)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        long li = await PersonAsync(admin, "li.ming", "李明");
        long channel = await SmallPark.CreateAsync(admin, "notifications/channels", new { kind = "browser", name = "控制台", settings = new { } });
        await SmallPark.CreateAsync(admin, "notifications/rules", new { name = "值班员", steps = new[] { Step(0, channel, li) } });
        long roster = await SmallPark.CreateAsync(admin, "duty/rosters", new
        {
            name = "主控室",
            plan = new { firstDay = "2026-01-01", shifts = new[] { new { name = "全天", from = "00:00", hours = 24 } }, teams = new[] { new { name = "甲班", members = new[] { li } } }, cycle = new[] { new[] { 0 } } },
        });
        long handOver = await SmallPark.CreateAsync(admin, "duty/handovers", new { rosterId = roster });
        using HttpResponseMessage made = await admin.PostAsync("/api/v1/incidents", System.Net.Http.Json.JsonContent.Create(new { title = "东门扬尘", assetId = park.StationId, alarmIds = Array.Empty<long>(), note = "大风" }));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        using JsonDocument incident = JsonDocument.Parse(await made.Content.ReadAsStringAsync());
        long incidentId = incident.RootElement.GetProperty("incident").GetProperty("id").GetInt64();

        await using Window window = await browser.OpenAsync(server, language);
        await window.DoAsync(async page =>
        {
            await page.GotoAsync("/signin");
            await page.EvaluateAsync($"() => {{ localStorage.setItem('ordo.theme', '{theme}'); localStorage.setItem('ordo.language', '{language[..2]}'); }}");
            await window.SignInAsync();
            List<string> violations = [];
            foreach (string address in (string[])["/duty", "/duty/handovers", $"/duty/handovers/{handOver}", "/incidents", $"/incidents/{incidentId}", $"/incidents/{incidentId}/report", "/notifications", "/notifications?tab=rules", "/notifications?tab=deliveries", "/my-notifications"])
            {
                await page.GotoAsync(address);
                await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Heading).First).ToBeVisibleAsync();
                await Expect(page.GetByRole(AriaRole.Main).GetByText(new Regex("^(正在读取|Loading|仍在读取|Still loading)"))).ToHaveCountAsync(0);
                violations.AddRange(await Axe.ViolationsAsync(page));
            }

            Assert.True(violations.Count == 0, string.Join('\n', violations));
        });
    }

    private static Task<long> PersonAsync(HttpClient admin, string userName, string displayName) =>
        SmallPark.CreateAsync(admin, "accounts", new { userName, displayName, password = Password, grants = new[] { new { role = "operator", assetId = (long?)null } } });

    private static object Step(double afterMinutes, long channel, long person) =>
        new { afterMinutes, channelIds = new[] { channel }, recipients = new[] { new { kind = "person", id = person } } };
}
