using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>The rail is folded into the parts of the house, remembers what somebody opened, and works by keyboard.</summary>
[Collection(BrowserTests.Name)]
public sealed class RailTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task A_group_is_opened_by_keyboard_stays_open_and_that_of_the_page_always_is()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            ILocator rail = page.GetByRole(AriaRole.Navigation, new() { Name = "主导航" });
            ILocator settings = rail.GetByRole(AriaRole.Button, new() { Name = "设置" }), audit = rail.GetByRole(AriaRole.Link, new() { Name = "审计" });
            await Expect(settings).ToHaveAttributeAsync("aria-expanded", "false");
            await Expect(audit).ToHaveCountAsync(0);
            await settings.PressAsync("ArrowRight");
            await Expect(audit).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Expect(audit).ToBeVisibleAsync();
            IReadOnlyList<string> violations = await Axe.ViolationsAsync(page);
            Assert.True(violations.Count == 0, string.Join('\n', violations));
            await settings.PressAsync("Enter");
            await Expect(audit).ToHaveCountAsync(0);

            // By search into a folded group: it opens, and cannot be closed under one's feet.
            await page.Keyboard.PressAsync("Control+k");
            await page.Keyboard.TypeAsync("审计");
            await page.GetByRole(AriaRole.Option, new() { Name = "审计" }).First.ClickAsync();
            await Expect(audit).ToHaveAttributeAsync("aria-current", "page");
            await settings.PressAsync("Enter");
            await Expect(audit).ToBeVisibleAsync();
            await page.EnterAsync("园区模型", "资产");
            await Expect(audit).ToHaveCountAsync(0);
        });
    }
}
