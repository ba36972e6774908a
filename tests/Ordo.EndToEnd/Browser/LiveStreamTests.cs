using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

[Collection(BrowserTests.Name)]
public sealed class LiveStreamTests(ConsoleBrowser browser)
{
    /// <summary>Five seconds are promised; the rest is for a machine on which a server is starting at the same time.</summary>
    private const int StaleLimitMs = 5_000 + 1_500;

    [Fact]
    public async Task A_dead_server_is_marked_within_five_seconds_and_its_return_is_found_without_a_reload()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 33), ("a34002", 80));

        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync($"/points?asset={park.StationId}");
            await window.RememberLoadAsync();
            ILocator row = page.GetByRole(AriaRole.Row, new() { NameRegex = new("细颗粒物") }).First;
            ILocator value = row.Locator("[data-stale]");
            ILocator mark = page.GetByRole(AriaRole.Banner).Locator("[role=status]:not([aria-live])");
            await Expect(mark).ToHaveTextAsync("实时");
            await Expect(value).ToContainTextAsync("33");
            await Expect(value).ToHaveAttributeAsync("data-stale", "false");

            // The page's own clock says when the mark came, so that the way of the answer to the test does not count.
            Task<double> stale = page.EvaluateAsync<double>("() => new Promise((done) => { const look = setInterval(() => { if (document.querySelector('[data-stale=\"true\"]')) { clearInterval(look); done(Date.now()); } }, 20); })");
            await server.KillAsync();
            double killed = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            Assert.InRange(await stale - killed, -StaleLimitMs, StaleLimitMs);
            await Expect(mark).ToContainTextAsync("实时中断");
            await Expect(value).ToContainTextAsync("33"); // marked, not gone

            await server.StartAgainAsync();
            await Expect(mark).ToHaveTextAsync("实时");
            await using Device again = await Device.ConnectAsync(server, SmallPark.Mn);
            await again.SendAsync(("a34004", 47), ("a34002", 80));
            await Expect(value).ToContainTextAsync("47");
            await Expect(value).ToHaveAttributeAsync("data-stale", "false");
            await window.AssertNotReloadedAsync();
        });
    }
}
