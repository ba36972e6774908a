using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>A wall stands for weeks: what comes and goes on it must leave nothing behind.</summary>
[Collection(BrowserTests.Name)]
public sealed class WallEnduranceTests(ConsoleBrowser browser)
{
    /// <summary>Rises and returns of an alarm, as many as a bad day brings to one station.</summary>
    private const int Rounds = 60;

    [Fact]
    public async Task Alarms_that_come_and_go_and_scenes_that_turn_leave_nothing_on_the_wall()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 40), ("a34002", 80));
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync("/cockpit");
            await Expect(page.Locator("[data-drawn]")).ToBeVisibleAsync();
            ICDPSession inside = await page.Context.NewCDPSessionAsync(page);
            await RunAsync(page, device, Rounds / 3); // caches and compiled code come with the first rounds
            (double heap, double nodes, double listeners) before = await CountAsync(inside);
            await RunAsync(page, device, Rounds);
            (double heap, double nodes, double listeners) after = await CountAsync(inside);
            Assert.True(after.heap < before.heap * 1.1, $"The heap grew from {before.heap / 1e6:0.0} to {after.heap / 1e6:0.0} MB.");
            Assert.True(after.nodes < (before.nodes * 1.1) + 50, $"Nodes grew from {before.nodes} to {after.nodes}.");
            Assert.True(after.listeners < (before.listeners * 1.1) + 20, $"Listeners grew from {before.listeners} to {after.listeners}.");
        });
    }

    /// <summary><c>./ordo endurance [minutes]</c>: the same for as long as one likes, with figures of every minute.</summary>
    [Fact]
    public async Task The_wall_is_as_light_after_the_time_one_gives_it()
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("ORDO_WALL_MINUTES"), CultureInfo.InvariantCulture, out int minutes)) Assert.Skip("Only with ./ordo endurance.");
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 40), ("a34002", 80));
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync("/cockpit");
            await Expect(page.Locator("[data-drawn]")).ToBeVisibleAsync();
            ICDPSession inside = await page.Context.NewCDPSessionAsync(page);
            await RunAsync(page, device, Rounds / 3);
            (double heap, double nodes, double listeners) first = default;
            for (int minute = 1; minute <= minutes; minute++)
            {
                long began = Stopwatch.GetTimestamp();
                int alarms = 0;
                while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
                {
                    await RunAsync(page, device, 10);
                    alarms += 10;
                }
                double frames = await page.EvaluateAsync<double>("() => new Promise((done) => { let n = 0; const from = performance.now(); const next = (now) => { n++; if (now - from < 3000) requestAnimationFrame(next); else done(n / (now - from) * 1000); }; requestAnimationFrame(next); })");
                (double heap, double nodes, double listeners) now = await CountAsync(inside);
                if (minute == 1) first = now;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"minute {minute,3}: {alarms,5} alarm events, heap {now.heap / 1e6,6:0.0} MB, {now.nodes,6} nodes, {now.listeners,5} listeners, {frames,5:0.0} frames/s"));
                Assert.InRange(now.heap, 0, first.heap * 1.1);
                Assert.InRange(now.nodes, 0, (first.nodes * 1.1) + 50);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"After {minutes} minutes of accelerated events heap and nodes are within a tenth of those of the first minute."));
        });
    }

    /// <summary>Each round an alarm rises, is seen on the wall, and returns; the scene turns.</summary>
    private static async Task RunAsync(IPage page, Device device, int rounds)
    {
        ILocator news = page.Locator("footer").GetByRole(AriaRole.Button).Filter(new() { HasText = "细颗粒物" });
        for (int i = 0; i < rounds; i++)
        {
            await device.SendAsync(("a34004", i % 2 == 0 ? 90 : 40), ("a34002", 80));
            await page.Keyboard.PressAsync("ArrowRight");
            if (i == 0) await Expect(news.First).ToBeVisibleAsync();
        }
    }

    private static async Task<(double Heap, double Nodes, double Listeners)> CountAsync(ICDPSession inside)
    {
        await inside.SendAsync("HeapProfiler.collectGarbage");
        await inside.SendAsync("HeapProfiler.collectGarbage");
        await inside.SendAsync("Performance.enable");
        JsonElement metrics = (await inside.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics");
        double Of(string name) => metrics.EnumerateArray().Single(m => m.GetProperty("name").GetString() == name).GetProperty("value").GetDouble();
        return (Of("JSHeapUsedSize"), Of("Nodes"), Of("JSEventListeners"));
    }
}
