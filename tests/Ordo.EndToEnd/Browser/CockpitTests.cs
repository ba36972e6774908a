using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

[Collection(BrowserTests.Name)]
public sealed class CockpitTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task The_wall_leads_from_an_alarm_to_a_curve_and_back_by_the_keyboard()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 34), ("a34002", 80));

        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync("/cockpit");
            ILocator air = page.GetByRole(AriaRole.Region, new() { Name = "环境空气" });
            await Expect(air).ToContainTextAsync("34");
            await Expect(air).ToContainTextAsync("1 个点位，1 个有值");
            await Expect(page.GetByText("当前没有活动告警")).ToBeVisibleAsync();

            // Somebody touches a key: the scene turns, and stops turning by itself.
            ILocator scenes = page.GetByRole(AriaRole.Tablist, new() { Name = "场景" });
            await page.Keyboard.PressAsync("ArrowRight");
            await Expect(scenes.GetByRole(AriaRole.Tab, new() { Name = "经济" })).ToHaveAttributeAsync("aria-selected", "true");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "规划目标" })).ToContainTextAsync("可判断的目标");
            await page.Keyboard.PressAsync("ArrowRight");
            await Expect(scenes.GetByRole(AriaRole.Tab, new() { Name = "环境" })).ToHaveAttributeAsync("aria-selected", "true");
            await Expect(page.GetByText("已暂停")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("1");
            await Expect(scenes.GetByRole(AriaRole.Tab, new() { Name = "总览" })).ToHaveAttributeAsync("aria-selected", "true");

            await device.SendAsync(("a34004", 700), ("a34002", 80));
            ILocator news = page.GetByRole(AriaRole.Contentinfo).GetByRole(AriaRole.Button, new() { NameRegex = new("东门空气站.*未确认") }).First;
            await Expect(news).ToBeVisibleAsync();
            await news.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            ILocator chosen = page.GetByRole(AriaRole.Region, new() { Name = "东门空气站", Exact = true });
            await Expect(chosen.GetByRole(AriaRole.Button, new() { NameRegex = new("细颗粒物.*700") })).ToBeVisibleAsync();
            await chosen.GetByRole(AriaRole.Button, new() { NameRegex = new("细颗粒物") }).FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Expect(page).ToHaveURLAsync(new Regex($"/trends\\?p={park.FineDustId}"));
            await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Heading).First).ToContainTextAsync("趋势"); // the wall is gone
            await page.GoBackAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/cockpit$"));
            await Expect(air).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("Escape");
            await Expect(page).ToHaveURLAsync(new Regex("/$"));
        });
    }
}
