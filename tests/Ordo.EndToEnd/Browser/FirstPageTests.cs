using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

[Collection(BrowserTests.Name)]
public sealed class FirstPageTests(ConsoleBrowser browser)
{
    private const int BudgetBytes = 500 * 1024;

    [Fact]
    public async Task The_console_asks_only_its_own_server_complains_about_nothing_and_is_light_until_a_map_or_chart_is_opened()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 98), ("a34002", 80));

        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync(); // arrives at the map
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "东门空气站，告警 3" })).ToBeVisibleAsync();
            int before = await ScriptBytesAsync(window, request => !IsMapOrChart(request));
            Assert.InRange(before, 50 * 1024, BudgetBytes); // less would mean that nothing was counted
            Assert.Contains(window.Requests, r => IsScript(r) && IsMapOrChart(r));

            foreach (string address in (string[])["/alarms", $"/trends?p={park.FineDustId}", "/sources", $"/assets/{park.StationId}", "/points", "/settings/import", "/settings/accounts", "/settings/tokens", "/settings/audit", "/profile"])
            {
                await page.GotoAsync(address);
                await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Heading).First).ToBeVisibleAsync();
                await page.WaitForLoadStateAsync(LoadState.Load);
                Assert.Equal("", await page.EvaluateAsync<string>("() => window.violations.join('; ')"));
            }
        });

        string own = server.Address.GetLeftPart(UriPartial.Authority) + "/";
        Assert.DoesNotContain(window.Requests, r => !r.Url.StartsWith(own, StringComparison.Ordinal) && !r.Url.StartsWith("data:", StringComparison.Ordinal) && !r.Url.StartsWith("blob:" + own, StringComparison.Ordinal));
        // Before anybody is signed in, asking who is there is answered 401, and the browser writes every 401 to its console.
        Assert.DoesNotContain(window.Complaints, text => !(text.Contains("401", StringComparison.Ordinal) && text.Contains("/api/v1/auth/me", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_first_page_answers_whoever_asks_and_other_pages_answer_browsers()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using var anything = new HttpClient { BaseAddress = server.Address };
        anything.DefaultRequestHeaders.Accept.ParseAdd("*/*");
        using HttpResponseMessage first = await anything.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((200, "text/html"), ((int)first.StatusCode, first.Content.Headers.ContentType?.MediaType));
        foreach (string address in (string[])["/alarms", "/assets/gone.js", "/api/v1/nothing"])
        {
            using HttpResponseMessage answer = await anything.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal((404, "application/problem+json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }

        using var browserLike = new HttpClient { BaseAddress = server.Address };
        browserLike.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        Assert.Contains("<html", await browserLike.GetStringAsync(new Uri("/alarms", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static bool IsScript(IRequest request) => request.ResourceType == "script";

    /// <summary>The libraries and what is fetched only together with them.</summary>
    private static bool IsMapOrChart(IRequest request)
    {
        string file = Path.GetFileName(new Uri(request.Url).AbsolutePath);
        return file.StartsWith("ParkMap-", StringComparison.Ordinal) || file.StartsWith("EChart-", StringComparison.Ordinal)
            || file.StartsWith("maplibre", StringComparison.Ordinal) || file.StartsWith("echarts", StringComparison.Ordinal);
    }

    private static async Task<int> ScriptBytesAsync(Window window, Func<IRequest, bool> counts)
    {
        int total = 0;
        foreach (IRequest request in window.Requests.Where(r => IsScript(r) && counts(r)).DistinctBy(r => r.Url))
        {
            IResponse response = (await request.ResponseAsync())!;
            Assert.Equal("gzip", await response.HeaderValueAsync("content-encoding") ?? (await response.BodyAsync() is { Length: < 2_048 } ? "gzip" : "none for " + request.Url));
            total += (await request.SizesAsync()).ResponseBodySize;
        }

        return total;
    }
}
