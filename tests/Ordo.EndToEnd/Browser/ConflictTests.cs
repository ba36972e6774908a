using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

[Collection(BrowserTests.Name)]
public sealed class ConflictTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task The_second_of_two_who_edit_a_point_is_told_and_loses_nothing()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Window first = await browser.OpenAsync(server);
        await using Window second = await browser.OpenAsync(server);
        await first.SignInAsync();
        await second.SignInAsync();
        await first.Page.GotoAsync($"/points/{park.FineDustId}");
        await second.Page.GotoAsync($"/points/{park.FineDustId}");

        await second.DoAsync(async page =>
        {
            await High(page).FillAsync("90");
            await Name(page).FillAsync("细颗粒物（第二人）");
        });
        await first.DoAsync(async page =>
        {
            await High(page).FillAsync("80");
            await page.GetByRole(AriaRole.Textbox, new() { Name = "低限", Exact = true }).FillAsync("2");
            await Save(page).ClickAsync();
            await Expect(page).Not.ToHaveURLAsync(new Regex("/points/\\d+$")); // the form is left when it is saved
        });
        await second.DoAsync(async page =>
        {
            await Save(page).ClickAsync();
            ILocator notice = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "保存前，别人已改过这一项" });
            await Expect(notice.GetByRole(AriaRole.Row, new() { NameRegex = new("高限 75 80 90") })).ToBeVisibleAsync();
            await Expect(notice.GetByRole(AriaRole.Row, new() { NameRegex = new("^低限") })).ToContainTextAsync("2");
            await Expect(High(page)).ToHaveValueAsync("90");
            await Expect(Name(page)).ToHaveValueAsync("细颗粒物（第二人）");
            await notice.GetByRole(AriaRole.Button, new() { Name = "按我的输入保存" }).ClickAsync();
            await Expect(page).Not.ToHaveURLAsync(new Regex("/points/\\d+$")); // the form is left when it is saved
        });

        using JsonDocument point = JsonDocument.Parse(await admin.GetStringAsync($"/api/v1/points/{park.FineDustId}"));
        JsonElement limits = point.RootElement.GetProperty("limits");
        Assert.Equal((90, 2), (limits.GetProperty("high").GetDouble(), limits.GetProperty("low").GetDouble()));
        Assert.Equal("细颗粒物（第二人）", point.RootElement.GetProperty("nameZh").GetString());
    }

    private static ILocator High(IPage page) => page.GetByRole(AriaRole.Textbox, new() { Name = "高限", Exact = true });

    private static ILocator Name(IPage page) => page.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^中文名") });

    private static ILocator Save(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") });
}
