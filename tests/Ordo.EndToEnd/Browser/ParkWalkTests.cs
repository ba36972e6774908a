using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Ordo.Testing;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>The walk through the park that the whole console exists for: what a shift does, in a real browser, against the real server.</summary>
[Collection(BrowserTests.Name)]
public sealed class ParkWalkTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task A_shift_sees_a_curve_move_and_an_alarm_rise_acknowledges_it_by_key_and_signs_out()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        for (int age = 50; age >= 10; age -= 10) await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(-age), ("a34004", 30 + age / 10), ("a34002", 80));

        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await window.RememberLoadAsync();
            await OpenStationOnTheMapAsync(page);
            await SeeTheTrendMoveAsync(page, device);
            await SeeTheAlarmOnTheMapAsync(page, device);
            await AcknowledgeByKeyAsync(page, device);
            await SeeItReturnAsync(page, device);
            await SignOutAsync(page);
            await window.AssertNotReloadedAsync();
        });
        Assert.True(park.FineDustId > 0);
    }

    private static async Task OpenStationOnTheMapAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "东门空气站，正常" }).ClickAsync();
        ILocator panel = page.GetByRole(AriaRole.Complementary, new() { Name = "东门空气站" });
        await Expect(panel).ToContainTextAsync("乌兰铝业");
        await panel.GetByRole(AriaRole.Link, new() { NameRegex = new("细颗粒物$") }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/trends\\?p=\\d+"));
    }

    private static async Task SeeTheTrendMoveAsync(IPage page, Device device)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "1 小时", Exact = true }).ClickAsync();
        ILocator cells = page.GetByRole(AriaRole.Table, new() { Name = "趋势" }).GetByRole(AriaRole.Row, new() { NameRegex = new("细颗粒物") }).GetByRole(AriaRole.Cell);
        await Expect(cells.Nth(5)).ToHaveTextAsync("35");
        ILocator chart = page.GetByRole(AriaRole.Img, new() { NameRegex = new("^1 条曲线") });
        string before = await PictureAsync(chart);

        // The figures of the row are taken from the readings the curve is drawn of, not from the list of points.
        await device.SendAsync(("a34004", 61), ("a34002", 80));
        await Expect(cells.Nth(2)).ToContainTextAsync("61");
        await Expect(cells.Nth(5)).ToHaveTextAsync("61");
        await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(1), ("a34004", 12), ("a34002", 80));
        await Expect(cells.Nth(2)).ToContainTextAsync("12");
        await Expect(cells.Nth(3)).ToHaveTextAsync("12");
        Assert.NotEqual(before, await PictureAsync(chart));
    }

    private static async Task SeeTheAlarmOnTheMapAsync(IPage page, Device device)
    {
        await GoAsync(page, "园区地图");
        await Expect(page.GetByText("没有活动告警")).ToBeVisibleAsync();
        await Expect(Counter(page, "三级 中：0")).ToBeVisibleAsync();

        await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(2), ("a34004", 98), ("a34002", 80));
        await Expect(Counter(page, "三级 中：1")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "东门空气站，告警 3" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Complementary, new() { Name = "站点" }).GetByRole(AriaRole.Button, new() { NameRegex = new("细颗粒物 高") })).ToBeVisibleAsync();
    }

    private static async Task AcknowledgeByKeyAsync(IPage page, Device device)
    {
        await GoAsync(page, "告警");
        await Expect(Alarm(page, "细颗粒物 高")).ToContainTextAsync("98 / 75");
        await Expect(Alarm(page, "细颗粒物 高")).ToContainTextAsync("未确认");

        // A second one comes while the list is open.
        await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(3), ("a34004", 98), ("a34002", 301));
        await Expect(Alarm(page, "可吸入颗粒物 高高")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^未结束") }).ClickAsync();

        await Alarm(page, "细颗粒物 高").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Complementary, new() { Name = "告警详情" })).ToContainTextAsync("细颗粒物");
        await page.Keyboard.PressAsync("a");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByLabel("说明（可不填）")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("已电话核实，东门在洒水");
        await page.Keyboard.PressAsync("Enter");
        await Expect(Alarm(page, "细颗粒物 高")).ToContainTextAsync("已确认 admin");
        await Expect(Alarm(page, "可吸入颗粒物 高高")).ToContainTextAsync("未确认");
        await Expect(page.GetByRole(AriaRole.Complementary, new() { Name = "告警详情" })).ToContainTextAsync("已电话核实，东门在洒水");
    }

    private static async Task SeeItReturnAsync(IPage page, Device device)
    {
        await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(4), ("a34004", 20), ("a34002", 301));
        await Expect(Alarm(page, "细颗粒物 高")).ToHaveCountAsync(0);
        await Expect(Alarm(page, "可吸入颗粒物 高高")).ToBeVisibleAsync();
        await Expect(Counter(page, "三级 中：0")).ToBeVisibleAsync();
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "账号 admin" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "退出登录" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "登录" })).ToBeVisibleAsync();
        Assert.Equal(401, await page.EvaluateAsync<int>("async () => (await fetch('/api/v1/alarms')).status"));
    }

    [Fact]
    public async Task The_same_park_speaks_English()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 98), ("a34002", 80));

        await using Window window = await browser.OpenAsync(server, "en-GB");
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^East gate air station.*Alarm 3$") }).ClickAsync();
            ILocator panel = page.GetByRole(AriaRole.Complementary, new() { Name = "East gate air station" });
            await Expect(panel).ToContainTextAsync("Ulan Aluminium");
            await panel.GetByRole(AriaRole.Button, new() { NameRegex = new("Fine dust") }).ClickAsync();
            await page.GetByRole(AriaRole.Complementary, new() { Name = "Alarm details" }).GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
            await Expect(Alarm(page, "Fine dust")).ToContainTextAsync("Acknowledged admin");
            await page.GetByRole(AriaRole.Button, new() { Name = "Account admin" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Who_signs_in_before_the_page_was_told_that_nobody_is_there_stays_signed_in()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using Window window = await browser.OpenAsync(server);
        var late = new TaskCompletionSource();
        var answered = new TaskCompletionSource();
        int asked = 0;
        await window.Page.RouteAsync("**/api/v1/auth/me", async route =>
        {
            if (Interlocked.Increment(ref asked) > 1)
            {
                await route.ContinueAsync();
                return;
            }

            await late.Task;
            try
            {
                await route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = """{"status":401}""" });
            }
            catch (PlaywrightException)
            {
                // The page no longer wants to know.
            }
            finally
            {
                answered.SetResult();
            }
        });
        await window.DoAsync(async page =>
        {
            await page.GotoAsync("/signin");
            await page.GetByLabel("账号", new() { Exact = true }).FillAsync("admin");
            await page.GetByLabel("密码", new() { Exact = true }).FillAsync(ServerProcess.AdminPassword);
            await page.RunAndWaitForResponseAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "登录", Exact = true }).ClickAsync(), "**/api/v1/auth/login");
            late.SetResult();
            await answered.Task.WaitAsync(Patience.Limit);
            await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "主导航" })).ToBeVisibleAsync();
            await Expect(page).Not.ToHaveURLAsync(new Regex("/signin"));
        });
    }

    private static Task GoAsync(IPage page, string room) => page.GetByRole(AriaRole.Navigation, new() { Name = "主导航" }).GetByRole(AriaRole.Link, new() { NameRegex = new("^" + room + "( \\d|$)") }).ClickAsync();

    private static ILocator Counter(IPage page, string name) => page.GetByRole(AriaRole.Navigation, new() { Name = "活动告警，按优先级" }).GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    private static ILocator Alarm(IPage page, string what) => page.GetByRole(AriaRole.Table, new() { NameRegex = new("^(告警|Alarms)$") }).GetByRole(AriaRole.Row, new() { NameRegex = new("^(选择告警|Select alarm).* " + what + "( |$)") }); // not the heading of its group

    private static Task<string> PictureAsync(ILocator chart) => chart.Locator("canvas").First.EvaluateAsync<string>("canvas => canvas.toDataURL()");
}
