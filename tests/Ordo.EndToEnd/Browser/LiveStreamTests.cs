using Microsoft.Playwright;
using Ordo.Testing;
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

    [Fact]
    public async Task A_wall_whose_line_goes_silent_says_so_within_five_seconds_and_after_a_sleep_everything_is_current_with_one_stream()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 33), ("a34002", 80));
        await using var wire = new Wire(server.Address);
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await page.Clock.InstallAsync(); // as fast as the real one, until the lid is opened
            await window.SignInAsync(); // the cookie is the host's, whatever the port
            await page.GotoAsync($"{wire.Address}cockpit");
            await window.RememberLoadAsync();
            ILocator air = page.GetByRole(AriaRole.Region, new() { Name = "环境空气" }), lost = page.GetByRole(AriaRole.Alert);
            await Expect(air).ToContainTextAsync("33");
            await Expect(page.Locator("[data-drawn]")).ToBeVisibleAsync();
            await Expect(lost).ToHaveCountAsync(0);

            // Nothing is closed: only the silence can be noticed.
            Task<double> said = page.EvaluateAsync<double>("() => new Promise((done) => { const look = setInterval(() => { if (document.querySelector('[role=\"alert\"]')) { clearInterval(look); done(Date.now()); } }, 20); })");
            wire.Silence();
            double silent = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            Assert.InRange(await said - silent, -StaleLimitMs, StaleLimitMs);
            await Expect(air).ToContainTextAsync("33"); // marked, not gone
            wire.Restore();
            await Expect(lost).ToHaveCountAsync(0);

            // The lid is shut: the page stands still, and so does the line. Meanwhile the world goes on.
            ICDPSession lid = await page.Context.NewCDPSessionAsync(page);
            await lid.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "frozen" });
            wire.Silence();
            await device.SendAsync(("a34004", 96), ("a34002", 80));
            await lid.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "active" });
            await page.Clock.FastForwardAsync(7_000); // what the page sees of a sleep: one late timer, and a clock that has jumped
            await Expect(lost).ToBeVisibleAsync();
            wire.Restore();
            await Expect(air).ToContainTextAsync("96");
            await Expect(page.GetByRole(AriaRole.Contentinfo).GetByRole(AriaRole.Button, new() { NameRegex = new("东门空气站") }).First).ToBeVisibleAsync();
            await Expect(lost).ToHaveCountAsync(0);
            await window.AssertNotReloadedAsync();
            await OneStreamAsync(admin);
        });
    }

    /// <summary>What the sleep tore is given up by the server as well; in the end one page has one stream.</summary>
    private static async Task OneStreamAsync(HttpClient admin)
    {
        using CancellationTokenSource limit = Patience.Begin();
        while (true)
        {
            string line = (await admin.GetStringAsync("/metrics", limit.Token)).Split('\n').First(each => each.StartsWith("ordo_live_streams", StringComparison.Ordinal));
            if (line.EndsWith(" 1", StringComparison.Ordinal)) return;
            await Task.Delay(200, limit.Token);
        }
    }
}
