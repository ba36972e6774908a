using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>The night shift at the alarm desk: a real browser on the real server, with the keyboard alone, and as somebody sees it who does not see.</summary>
[Collection(BrowserTests.Name)]
public sealed class AlarmDeskTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task With_the_keyboard_alone_an_alarm_is_seen_shelved_with_a_reason_comes_back_and_is_acknowledged()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(-20), ("a34004", 30), ("a34002", 80));

        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync("/alarms");
            await page.EvaluateAsync("() => { window.clicks = 0; addEventListener('pointerdown', () => { window.clicks++; }, true); }");
            await Expect(page.GetByText("没有未确认的告警。")).ToBeVisibleAsync();

            await device.SendAsync(("a34004", 98), ("a34002", 80));
            await Expect(Alarm(page, "细颗粒物 高")).ToContainTextAsync("98 / 75");
            await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "新告警，三级 中：细颗粒物 高" })).ToHaveCountAsync(1); // said, not only shown
            await LookAroundAsync(page);
            await ShelveAsync(page);
            await SeeItOnTheShelfAsync(page);

            // The shelf of half an hour becomes one of two seconds.
            long definition = -((park.FineDustId * 8) + 3);
            using HttpResponseMessage shelved = await admin.PutAsJsonAsync($"/api/v1/alarms/definitions/{definition}/shelf", new { until = DateTimeOffset.UtcNow.AddSeconds(2), reason = "到时间看它回来" });
            Assert.True(shelved.IsSuccessStatusCode, await shelved.Content.ReadAsStringAsync());
            await PressAsync(page, "[", "[", "[");
            await Expect(Alarm(page, "细颗粒物 高")).ToContainTextAsync("未确认");

            await AcknowledgeAsync(page);
            Assert.Equal(0, await page.EvaluateAsync<int>("() => window.clicks"));
        });

        JsonElement alarm = await admin.FirstItemAsync("/api/v1/alarms?state=open");
        Assert.Equal(("acknowledged", "泵已停，值班员在现场"), (alarm.GetProperty("state").GetString(), alarm.GetProperty("comment").GetString()));
        string journal = await admin.GetStringAsync($"/api/v1/alarms/journal?definition={-((park.FineDustId * 8) + 3)}");
        Assert.Contains("已知，正在处理", journal, StringComparison.Ordinal);
        Assert.Contains("\"shelfEnded\"", journal, StringComparison.Ordinal);
    }

    private static async Task LookAroundAsync(IPage page)
    {
        await PressAsync(page, "?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("静音（不是确认）");
        await PressAsync(page, "Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await PressAsync(page, "/");
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "资产或点位" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("没有这个");
        await Expect(page.GetByText("没有符合筛选的告警。")).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(new Regex("[?&]q=")); // a colleague opens the same list
        for (int i = 0; i < 4; i++) await PressAsync(page, "Backspace");
        await Expect(Alarm(page, "细颗粒物 高")).ToBeVisibleAsync();
        await page.EvaluateAsync("() => document.activeElement.blur()");

        // Silence is of the ear only.
        await Expect(page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button, new() { NameRegex = new("静音") })).ToBeVisibleAsync();
        await PressAsync(page, "m");
        await Expect(page.GetByRole(AriaRole.Banner).GetByRole(AriaRole.Button, new() { NameRegex = new("静音") })).ToHaveCountAsync(0);
        await Expect(Alarm(page, "细颗粒物 高")).ToContainTextAsync("未确认");
    }

    private static async Task ShelveAsync(IPage page)
    {
        await PressAsync(page, "j");
        await Expect(Alarm(page, "细颗粒物 高")).ToBeFocusedAsync();
        await PressAsync(page, "Enter");
        await Expect(page.GetByRole(AriaRole.Complementary, new() { Name = "告警详情" })).ToContainTextAsync("以往同一告警");
        await PressAsync(page, "s");
        ILocator reason = page.GetByRole(AriaRole.Dialog).GetByLabel("原因");
        await Expect(reason).ToBeFocusedAsync();
        await PressAsync(page, "Enter");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("请写原因"); // never without
        await page.Keyboard.TypeAsync("已知，正在处理");
        await PressAsync(page, "Enter");
        await Expect(Alarm(page, "细颗粒物 高")).ToHaveCountAsync(0);
    }

    private static async Task SeeItOnTheShelfAsync(IPage page)
    {
        await PressAsync(page, "]", "]", "]");
        ILocator row = page.GetByRole(AriaRole.Table, new() { Name = "搁置" }).GetByRole(AriaRole.Row, new() { NameRegex = new("细颗粒物") });
        await Expect(row).ToContainTextAsync("已知，正在处理");
        await Expect(row).ToContainTextAsync("admin");
        await Expect(row).ToContainTextAsync("条件成立");
        await Expect(row).ToContainTextAsync(new Regex("(29|30) 分钟"));
    }

    private static async Task AcknowledgeAsync(IPage page)
    {
        await PressAsync(page, "j", " ");
        await Expect(page.GetByText("已选 1 条")).ToBeVisibleAsync();
        await PressAsync(page, "a");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByLabel("说明（可不填）")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("泵已停，值班员在现场");
        await PressAsync(page, "Enter");
        await Expect(Alarm(page, "细颗粒物 高")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0); // keys are the dialog's while it stands
        await PressAsync(page, "]");
        await Expect(Alarm(page, "细颗粒物 高")).ToContainTextAsync("已确认 admin");
    }

    [Theory]
    [InlineData("zh-CN", "light")]
    [InlineData("en-GB", "dark")]
    public async Task No_page_of_the_desk_breaks_a_rule_of_WCAG_AA(string language, string theme)
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(-20), ("a34004", 30), ("a34002", 80));
        await device.SendAsync(("a34004", 98), ("a34002", 301));
        JsonElement alarm = await admin.FirstItemAsync("/api/v1/alarms?state=open");
        long high = -((park.FineDustId * 8) + 3);
        using (HttpResponseMessage shelved = await admin.PutAsJsonAsync($"/api/v1/alarms/definitions/{high}/shelf", new { until = DateTimeOffset.UtcNow.AddHours(1), reason = "looked at" }))
            Assert.True(shelved.IsSuccessStatusCode, await shelved.Content.ReadAsStringAsync());

        await using Window window = await browser.OpenAsync(server, language);
        await window.DoAsync(async page =>
        {
            await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce }); // colours on their way from one to another are neither
            await page.GotoAsync("/signin");
            await page.EvaluateAsync($"() => {{ localStorage.setItem('ordo.theme', '{theme}'); localStorage.setItem('ordo.language', '{language[..2]}'); }}");
            await window.SignInAsync();
            List<string> violations = [];
            foreach (string address in (string[])[
                $"/alarms?state=open&open={alarm.GetProperty("id").GetInt64()}", "/alarms?state=shelved", "/alarms?state=all", "/alarm-performance",
                "/alarm-definitions", $"/alarm-definitions/{high}", "/alarm-definitions/new?kind=expression", "/alarm-definitions?tab=approvals", $"/assets/{park.StationId}?tab=alarms"])
            {
                await page.GotoAsync(address);
                await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Heading).First).ToBeVisibleAsync();
                await Expect(page.GetByRole(AriaRole.Main).GetByText(new Regex("^(正在读取|Loading|仍在读取|Still loading)"))).ToHaveCountAsync(0);
                violations.AddRange(await Axe.ViolationsAsync(page));
            }

            Assert.Equal("", string.Join('\n', violations));
        });
    }

    private static async Task PressAsync(IPage page, params string[] keys)
    {
        foreach (string key in keys) await page.Keyboard.PressAsync(key == " " ? "Space" : key);
    }

    private static ILocator Alarm(IPage page, string what) =>
        page.GetByRole(AriaRole.Table, new() { NameRegex = new("^(告警|Alarms)$") }).GetByRole(AriaRole.Row, new() { NameRegex = new("^(选择告警|Select alarm).* " + what + "( |$)") }); // not the heading of its group
}
