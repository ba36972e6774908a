using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

[Collection(BrowserTests.Name)]
public sealed class ClaimTests(ConsoleBrowser browser)
{
    private const string Stranger = "150200A22000000000000042";

    [Fact]
    public async Task A_new_device_is_claimed_in_three_clicks_and_its_points_have_values()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, Stranger);
        await device.SendAsync(("a34004", 41), ("a34002", 77), ("a21026", 9));

        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync("/sources");
            ILocator row = page.GetByRole(AriaRole.Row, new() { NameRegex = new(Stranger) });
            await Expect(row).ToContainTextAsync("未认领");
            await page.EvaluateAsync("() => { window.clicks = 0; addEventListener('pointerdown', () => { window.clicks++; }, true); }");

            await row.GetByText("认领", new() { Exact = true }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Combobox, new() { Name = "资产" })).ToBeFocusedAsync();
            await page.Keyboard.TypeAsync("东门");
            await page.GetByText("东门空气站", new() { Exact = true }).Last.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^认领，生成 3 个点位") }).ClickAsync();

            await Expect(page).ToHaveURLAsync(new Regex($"/assets/{park.StationId}"));
            Assert.Equal(3, await page.EvaluateAsync<int>("() => window.clicks"));
            foreach (string value in (string[])["41", "77", "9"])
                await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Row, new() { NameRegex = new($"(^| ){value}(\\.0+)?\\s?µg") })).ToBeVisibleAsync();
            await device.SendAsync(DateTimeOffset.UtcNow.AddSeconds(1), ("a34004", 43), ("a34002", 79), ("a21026", 11));
            await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Row, new() { NameRegex = new("(^| )43(\\.0+)?\\s?µg") })).ToBeVisibleAsync();
        });

        using JsonDocument points = JsonDocument.Parse(await admin.GetStringAsync($"/api/v1/points?asset={park.StationId}&q=&pageSize=50"));
        Assert.Equal(3, points.RootElement.GetProperty("items").EnumerateArray().Count(p => p.GetProperty("source").GetString() == Stranger && p.GetProperty("lastValue").ValueKind == JsonValueKind.Number));
    }
}
