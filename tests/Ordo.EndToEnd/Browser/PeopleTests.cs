using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ordo.Operations.Tests.Notifications;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>Who is told, who is relieved, and what is dealt with, by people before the console.</summary>
[Collection(BrowserTests.Name)]
public sealed class PeopleTests(ConsoleBrowser browser)
{
    private const string Password = "Another-long-1-password";

    [Fact]
    public async Task An_alarm_nobody_acknowledges_reaches_the_next_person_a_shift_is_handed_over_and_an_incident_is_closed_and_printed()
    {
        await using ServerProcess server = await ServerProcess.StartAsync("server", null, "--set", "Operations:Notification:AllowedTargets:0=127.0.0.1", "--set", "Operations:Notification:Gap=00:00:00");
        await using var mail = new MailReceiver();
        using HttpClient admin = await server.SignInAsync();
        long park = await admin.PostAsync("/api/v1/assets", new { kind = "park", code = "P", nameZh = "园区", nameEn = "Park" });
        await admin.PostAsync("/api/v1/points", new { assetId = park, code = "T1", nameZh = "炉温", nameEn = "Furnace", quantity = "temperature", unit = "degC", gateway = "line", source = "furnace", channel = "t", limits = new { highHigh = 90 } });
        long li = await PersonAsync(server, admin, "li"), wang = await PersonAsync(server, admin, "wang");
        long channel = await admin.PostAsync("/api/v1/notifications/channels", new { kind = "email", name = "园区邮箱", settings = new { host = "127.0.0.1", port = mail.Port, security = "none", from = "ordo@park.test" } });

        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync("li", Password);
            await RuleAsync(page);
            await RaiseAsync(server);
            await EscalationAsync(page, mail);
            await HandOverAsync(page, admin, park, li, wang);
            await IncidentAsync(page);
        });
        Assert.Empty(window.Complaints);
        Assert.True(channel > 0);
    }

    /// <summary>A rule with two steps, written in the form: li at once, wang six seconds later.</summary>
    private static async Task RuleAsync(IPage page)
    {
        await page.GotoAsync("/notifications?open=new");
        ILocator panel = page.GetByRole(AriaRole.Complementary, new() { Name = "新建规则" });
        await panel.GetByLabel("名称").FillAsync("炉温");
        await panel.GetByRole(AriaRole.Button, new() { Name = "增加一级" }).ClickAsync();
        ILocator first = panel.GetByRole(AriaRole.Group, new() { Name = "立即" }), second = panel.GetByRole(AriaRole.Group, new() { NameRegex = new("无人确认") });
        await ChooseAsync(page, first, "渠道", "园区邮箱");
        await ChooseAsync(page, first, "接收人", "li");
        await ChooseAsync(page, second, "渠道", "园区邮箱");
        await ChooseAsync(page, second, "接收人", "wang");
        await second.GetByLabel("无人确认后多少分钟").FillAsync("0.1");
        await second.GetByLabel("无人确认后多少分钟").PressAsync("Tab");
        await panel.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("炉温.*立即 → 0.1 min") })).ToBeVisibleAsync();
    }

    private static async Task EscalationAsync(IPage page, MailReceiver mail)
    {
        await page.GotoAsync("/notifications?tab=deliveries");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("已送达.*li") })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("已送达.*wang") })).ToBeVisibleAsync();
        Assert.Equal(["li@park.test", "wang@park.test"], mail.Recipients);
    }

    private static async Task HandOverAsync(IPage page, HttpClient admin, long park, long li, long wang)
    {
        object[] teams = [new { name = "甲班", members = new[] { li } }, new { name = "乙班", members = new[] { wang } }];
        await admin.PostAsync("/api/v1/duty/rosters", new { name = "主控室", assetId = park, plan = new { firstDay = "2026-01-01", shifts = new[] { new { name = "值班", from = "00:00", hours = 24 } }, teams, cycle = new[] { new[] { 0 } } } });
        await page.GotoAsync("/duty");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "主控室" })).ToContainTextAsync("li");
        await page.GetByRole(AriaRole.Region, new() { Name = "主控室" }).GetByRole(AriaRole.Button, new() { Name = "开始交接班" }).ClickAsync();
        await page.GetByLabel("须注意的事项").FillAsync("1 号炉温度偏高，每小时巡检");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByText("1 条，其中 1 条未确认")).ToBeVisibleAsync();
        await page.GetByLabel("密码").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "交班签名" }).ClickAsync();
        await Expect(page.GetByText("每小时巡检")).ToBeVisibleAsync();
        await page.GetByLabel("账号", new() { Exact = true }).FillAsync("wang");
        await page.GetByLabel("密码").FillAsync("wrong-password-1");
        await page.GetByRole(AriaRole.Button, new() { Name = "接班签名" }).ClickAsync();
        await Expect(page.GetByText("用户名或密码错误")).ToBeVisibleAsync();
        await page.GetByLabel("密码").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "接班签名" }).ClickAsync();
        await Expect(page.GetByText("签名后未被改动")).ToBeVisibleAsync();
    }

    private static async Task IncidentAsync(IPage page)
    {
        await page.GotoAsync("/incidents");
        await page.GetByRole(AriaRole.Button, new() { Name = "登记事件" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("名称").FillAsync("1 号炉超温");
        await ChooseAsync(page, dialog, "地点", "园区");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "登记事件" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/incidents/\\d+$"));
        await page.GetByLabel("写入时间线").FillAsync("切断 1 号炉燃气");
        await page.GetByRole(AriaRole.Button, new() { Name = "写入", Exact = true }).ClickAsync();
        await Expect(page.GetByText("切断 1 号炉燃气")).ToBeVisibleAsync();
        await page.GetByLabel("任务", new() { Exact = true }).FillAsync("复测可燃气体");
        await page.GetByRole(AriaRole.Button, new() { Name = "添加任务" }).ClickAsync();
        await page.GetByLabel("添加图片").SetInputFilesAsync(new FilePayload { Name = "现场.png", MimeType = "image/png", Buffer = await page.ScreenshotAsync() });
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "现场.png" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "开始处置" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "关闭事件" }).ClickAsync();
        await Expect(page.GetByText("还有 1 个任务未结束")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "完成", Exact = true }).ClickAsync();
        await Expect(page.GetByText("已完成 · li")).ToBeVisibleAsync();
        foreach ((string label, string text) in new[] { ("经过", "炉温升至 95 °C"), ("原因", "阀门卡滞"), ("整改措施", "更换阀门") })
            await page.GetByLabel(label, new() { Exact = true }).FillAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "保存" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "关闭事件" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "重新打开" })).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "打印报告" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article)).ToContainTextAsync("更换阀门");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.GetByRole(AriaRole.Article)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Navigation).First).ToBeHiddenAsync(); // paper shows the report and not the frame
        byte[] pdf = await page.PdfAsync(new() { Format = "A4", PrintBackground = true });
        Assert.StartsWith("%PDF", Encoding.ASCII.GetString(pdf, 0, 4), StringComparison.Ordinal);
        Assert.InRange(Regex.Count(Encoding.Latin1.GetString(pdf), "/Type\\s*/Page[^s]"), 1, 4);
    }

    private static async Task ChooseAsync(IPage page, ILocator inside, string label, string text)
    {
        await inside.GetByLabel(label).ClickAsync();
        await page.Keyboard.TypeAsync(text);
        await page.Locator(".ant-select-dropdown:visible").GetByText(text, new() { Exact = true }).First.ClickAsync();
        await page.Keyboard.PressAsync("Escape");
    }

    private static async Task<long> PersonAsync(ServerProcess server, HttpClient admin, string name)
    {
        long id = await admin.PostAsync("/api/v1/accounts", new { userName = name, displayName = name, password = Password, grants = new[] { new { role = "operator", assetId = (long?)null } } });
        using HttpClient client = await server.SignInAsync(name, Password);
        using var contact = new HttpRequestMessage(HttpMethod.Put, "/api/v1/notifications/me") { Content = JsonContent.Create(new { email = $"{name}@park.test" }) };
        contact.Headers.IfMatch.Add(new("\"0\""));
        using HttpResponseMessage entered = await client.SendAsync(contact);
        Assert.True(entered.IsSuccessStatusCode, await entered.Content.ReadAsStringAsync());
        return id;
    }

    private static async Task RaiseAsync(ServerProcess server)
    {
        using HttpClient writer = await server.WriterAsync();
        using var content = new StringContent(string.Create(CultureInfo.InvariantCulture, $"furnace t=95 {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}\n"), Encoding.UTF8);
        using HttpResponseMessage answer = await writer.PostAsync("/api/v2/write?bucket=b&org=o&precision=ms", content);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
