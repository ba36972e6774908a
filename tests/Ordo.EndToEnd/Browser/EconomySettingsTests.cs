using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>The tables of the economy and an indicator's definition, changed in the console, refused where they are wrong, and taken back.</summary>
[Collection(BrowserTests.Name)]
public sealed class EconomySettingsTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task The_calendar_and_a_definition_are_changed_refused_and_taken_back()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        long region = await SmallPark.CreateAsync(admin, "assets", new { kind = "region", code = "R", nameZh = "内蒙古", nameEn = "Inner Mongolia" });
        await SmallPark.CreateAsync(admin, "assets", new { parentId = region, kind = "park", code = "P", nameZh = "试验园区", nameEn = "Trial park" });
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await CalendarAsync(page);
            await ChainsAsync(page);
            await DefinitionAsync(page);
        });
    }

    private static async Task CalendarAsync(IPage page)
    {
        await page.GotoAsync("/economy/settings");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "经济口径设置", Level = 1 })).ToBeVisibleAsync();
        ILocator monthly = page.GetByRole(AriaRole.Group, new() { Name = "报表 M1" });
        await monthly.GetByLabel("当月几日").FillAsync("40");
        await Save(page).ClickAsync();
        await Expect(page.GetByText(new Regex("日 1…31")).First).ToBeVisibleAsync();
        await monthly.GetByLabel("当月几日").FillAsync("16");
        await monthly.GetByLabel("逾期第几天催报").FillAsync("1 3 7");
        await Save(page).ClickAsync();
        await Expect(page.GetByText("本平台修改过")).ToBeVisibleAsync();
        Assert.Empty(await Axe.ViolationsAsync(page));

        await page.GotoAsync("/economy/filing");
        await page.GotoAsync("/economy/settings");
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "报表 M1" }).GetByLabel("逾期第几天催报")).ToHaveValueAsync("1 3 7");
        await page.GetByRole(AriaRole.Button, new() { Name = "恢复出厂" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new("^(OK|确\\s?定)$") }).ClickAsync();
        await Expect(page.GetByText("出厂值", new() { Exact = true })).ToBeVisibleAsync();
    }

    private static async Task ChainsAsync(IPage page)
    {
        await page.GotoAsync("/economy/settings?table=chains");
        await page.GetByLabel("内容（JSON）").FillAsync("[ {");
        await Save(page).ClickAsync();
        await Expect(page.GetByText(new Regex("不是有效的 JSON"))).ToBeVisibleAsync();
    }

    private static async Task DefinitionAsync(IPage page)
    {
        await page.GotoAsync("/economy/indicators/PSR");
        await page.GetByRole(AriaRole.Button, new() { Name = "修改定义" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("公式").FillAsync("SALES / STAFF");
        await SaveIn(dialog).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert).First).ToContainTextAsync("单位");
        await dialog.GetByLabel("公式").FillAsync("SALES / GOV");
        await dialog.GetByLabel("版本").FillAsync("2027.1");
        await SaveIn(dialog).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByText(new Regex("2027\\.1 · 本平台修改过"))).ToBeVisibleAsync();
        Assert.Empty(await Axe.ViolationsAsync(page));
    }

    private static ILocator Save(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") });

    private static ILocator SaveIn(ILocator dialog) => dialog.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") });
}
