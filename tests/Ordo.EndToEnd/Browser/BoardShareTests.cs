using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using Ordo.Testing;

namespace Ordo.EndToEnd.Browser;

/// <summary>A board is given out by link: it opens without an account, in the frame of the site that was named and of no other, live, until it is revoked.</summary>
[Collection(BrowserTests.Name)]
public sealed class BoardShareTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task A_board_given_out_by_link_stands_live_in_another_sites_frame_until_it_is_revoked()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(DateTimeOffset.UtcNow.AddMinutes(-2), ("a34004", 40), ("a34002", 90));
        await device.SendAsync(("a34004", 41), ("a34002", 90));
        long id = await SmallPark.CreateAsync(admin, "boards", new
        {
            name = "空气",
            document = new
            {
                widgets = new object[]
                {
                    new { kind = "value", x = 0, y = 0, w = 8, h = 4, title = "细颗粒物", points = new[] { "AQ1/PM25" } }, new { kind = "curve", x = 8, y = 0, w = 16, h = 6, title = "曲线", points = new[] { "AQ1/PM25" } },
                    new { kind = "table", x = 0, y = 6, w = 12, h = 5, title = "表", points = new[] { "AQ1/PM25", "AQ1/PM10" } }, new { kind = "map", x = 12, y = 6, w = 12, h = 8, title = "在哪里", points = new[] { "AQ1/PM25" } },
                },
            },
        }, made => made.GetProperty("board").GetProperty("id").GetInt64());
        using var sites = new OtherSites();
        await using Window maker = await browser.OpenAsync(server);
        await using Window guest = await browser.OpenAsync(server);
        await maker.DoAsync(async page =>
        {
            await maker.SignInAsync();
            await page.GotoAsync($"/boards/{id}");
            await page.GetByRole(AriaRole.Button, new() { Name = "分享" }).ClickAsync();
            ILocator dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^给谁") }).FillAsync("门户网站");
            ILocator named = dialog.GetByRole(AriaRole.Textbox, new() { Name = "可嵌入的网站" });
            await named.FillAsync("portal.test");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "生成链接" }).ClickAsync();
            await Expect(dialog.GetByText("应为网站地址")).ToBeVisibleAsync();
            await named.FillAsync(sites.Named);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "生成链接" }).ClickAsync();
            string address = await dialog.GetByRole(AriaRole.Textbox, new() { Name = "链接", Exact = true }).InputValueAsync();
            await Expect(dialog.GetByRole(AriaRole.Textbox, new() { Name = "嵌入代码" })).ToHaveValueAsync(new Regex("^<iframe src=\"http://.+/shared/[^#]+#.+\" title=\"空气\""));
            IReadOnlyList<string> violations = await Axe.ViolationsAsync(page);
            Assert.True(violations.Count == 0, string.Join('\n', violations));

            await guest.DoAsync(async stranger =>
            {
                await stranger.GotoAsync(address);
                ILocator value = stranger.GetByRole(AriaRole.Region, new() { Name = "细颗粒物" });
                await Expect(value).ToContainTextAsync("41");
                await Expect(stranger.GetByRole(AriaRole.Region, new() { Name = "在哪里" }).Locator("[data-drawn]")).ToHaveAttributeAsync("aria-label", new Regex("东门空气站"));
                await Expect(stranger.GetByRole(AriaRole.Region, new() { Name = "表" })).ToContainTextAsync("90");
                await device.SendAsync(("a34004", 57), ("a34002", 90));
                await Expect(value).ToContainTextAsync("57"); // live
                IReadOnlyList<string> faults = await Axe.ViolationsAsync(stranger);
                Assert.True(faults.Count == 0, string.Join('\n', faults));
                Assert.Empty(await stranger.Context.CookiesAsync());
                Assert.Empty(guest.Complaints);
                string key = address[(address.IndexOf('#', StringComparison.Ordinal) + 1)..];
                Assert.DoesNotContain(guest.Requests, request => request.Url.Split('#')[0].Contains(key, StringComparison.Ordinal));
                Assert.DoesNotContain(key, server.Output, StringComparison.Ordinal);

                sites.Page = $"<!doctype html><title>x</title><iframe src=\"{address}\" width=\"1000\" height=\"700\"></iframe>";
                await stranger.GotoAsync(sites.Other);
                await RefusedAsync(stranger);
                await stranger.GotoAsync(sites.Named);
                await Expect(stranger.FrameLocator("iframe").GetByRole(AriaRole.Region, new() { Name = "细颗粒物" })).ToContainTextAsync("57");

                ILocator list = dialog.GetByRole(AriaRole.Table);
                await page.ReloadAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "分享" }).ClickAsync();
                await Expect(list).ToContainTextAsync($"门户网站 · {sites.Named}");
                await Expect(list).Not.ToContainTextAsync("—"); // it was used
                await dialog.GetByRole(AriaRole.Button, new() { Name = "撤销 门户网站" }).ClickAsync();
                await page.Locator(".ant-popover").GetByRole(AriaRole.Button, new() { NameRegex = new("^撤\\s?销$") }).ClickAsync();
                await Expect(dialog).ToContainTextAsync("还没有给出链接");
                await Expect(stranger.FrameLocator("iframe").GetByText("链接无效、已到期或已被撤销")).ToBeVisibleAsync();
            });
        });
    }

    /// <summary>The browser puts its own error page into a frame that may not be one.</summary>
    private static async Task RefusedAsync(IPage page)
    {
        using CancellationTokenSource limit = Patience.Begin();
        while (!page.Frames.Any(frame => frame.Url.StartsWith("chrome-error:", StringComparison.Ordinal))) await Task.Delay(50, limit.Token);
    }

    /// <summary>Two sites of other people: the same page behind two names of this machine.</summary>
    private sealed class OtherSites : IDisposable
    {
        private readonly HttpListener listener = new();

        public OtherSites()
        {
            int port = FreePorts.Take();
            (Named, Other) = ($"http://127.0.0.1:{port}", $"http://localhost:{port}");
            listener.Prefixes.Add(Named + "/");
            listener.Prefixes.Add(Other + "/");
            listener.Start();
            _ = ServeAsync();
        }

        public string Named { get; }

        public string Other { get; }

        public string Page { get; set; } = "";

        public void Dispose() => listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    HttpListenerContext asked = await listener.GetContextAsync();
                    asked.Response.ContentType = "text/html";
                    await asked.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(Page));
                    asked.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
