using Microsoft.Playwright;
using Ordo.Testing;
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

    [Fact]
    public async Task A_filter_that_was_just_typed_does_not_call_off_the_way_to_another_page()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.EnterAsync("设置", "账号");
            var asked = new TaskCompletionSource();
            var given = new TaskCompletionSource();
            await page.RouteAsync("**/TokenListPage-*.js", async route =>
            {
                asked.TrySetResult();
                await given.Task;
                await route.ContinueAsync();
            });
            ILocator filter = page.GetByLabel("账号、姓名");
            await filter.FillAsync("adm");
            await page.EnterAsync("设置", "接口令牌");
            await asked.Task.WaitAsync(Patience.Limit);
            await Expect(page.GetByRole(AriaRole.Progressbar, new() { Name = "正在打开页面" })).ToHaveCountAsync(1);
            await filter.PressAsync("Enter"); // at once what the field does by itself a moment later
            given.SetResult();
            await page.WaitForURLAsync("**/settings/tokens");
            await Expect(filter).ToHaveCountAsync(0);
        });
    }
}
