using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>A board is built, arranged by keyboard and mouse, kept, and a template shows on every asset of its kind.</summary>
[Collection(BrowserTests.Name)]
public sealed class BoardTests(ConsoleBrowser browser)
{
    [Fact]
    public async Task A_board_is_built_arranged_and_kept_and_a_template_serves_an_asset()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 41), ("a34002", 90));
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.EnterAsync("智慧运营中心", "看板");
            await page.GetByRole(AriaRole.Button, new() { Name = "新建看板" }).ClickAsync();
            ILocator dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^名称") }).FillAsync("空气站");
            await dialog.GetByRole(AriaRole.Combobox, new() { Name = "模板" }).ClickAsync();
            await page.Locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)").GetByTitle("设施", new() { Exact = true }).ClickAsync();
            await Save(dialog).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/boards/\\d+$"));
            await Expect(dialog).ToHaveCountAsync(0);

            await page.GetByRole(AriaRole.Button, new() { Name = "编辑" }).ClickAsync();
            await AddAsync(page, "细颗粒物", "E1/PM25", "@/PM25");
            ILocator first = page.GetByRole(AriaRole.Region, new() { Name = "细颗粒物" });
            await AddAsync(page, "空气", "@:concentration");
            await page.GetByRole(AriaRole.Button, new() { Name = "移动 细颗粒物：拖动，或用方向键" }).PressAsync("ArrowRight");
            await Expect(first).ToHaveAttributeAsync("style", new Regex("grid-area: 1 / 2 / span 4 / span 8"));
            await page.GetByRole(AriaRole.Button, new() { Name = "调整 细颗粒物 大小：拖动，或用方向键" }).PressAsync("ArrowRight");
            await Expect(first).ToHaveAttributeAsync("style", new Regex("grid-area: 1 / 2 / span 4 / span 9"));
            ILocator handle = page.GetByRole(AriaRole.Button, new() { Name = "移动 空气：拖动，或用方向键" });
            LocatorBoundingBoxResult box = (await handle.BoundingBoxAsync())!;
            await page.Mouse.MoveAsync(box.X + 8, box.Y + 8);
            await page.Mouse.DownAsync();
            await page.Mouse.MoveAsync(box.X + 500, box.Y + 8, new() { Steps = 5 });
            await page.Mouse.UpAsync();
            ILocator second = page.GetByRole(AriaRole.Region, new() { Name = "空气", Exact = true });
            await Expect(second).Not.ToHaveAttributeAsync("style", new Regex("grid-area: \\d+ / 1 /"));
            await Save(page).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "编辑" })).ToBeVisibleAsync();

            await page.GotoAsync($"{page.Url.Split('?')[0]}?asset={park.StationId}");
            await Expect(first).ToContainTextAsync("41");
            await Expect(second).ToContainTextAsync("90");
            await Expect(first).ToHaveAttributeAsync("style", new Regex("grid-area: 1 / 2 / span 4 / span 9"));
            IReadOnlyList<string> violations = await Axe.ViolationsAsync(page);
            Assert.True(violations.Count == 0, string.Join('\n', violations));

            await page.GotoAsync($"/assets/{park.StationId}?tab=board");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "空气", Exact = true })).ToContainTextAsync("90");
            Assert.DoesNotContain(window.Complaints, complaint => !complaint.Contains("401 (Unauthorized)", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_map_shows_where_and_a_Sankey_diagram_what_flows_where()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(DateTimeOffset.UtcNow.AddMinutes(-4), ("a34004", 40), ("a34002", 90));
        await device.SendAsync(DateTimeOffset.UtcNow.AddMinutes(-3), ("a34004", 41), ("a34002", 90));
        object[] flows = [new { from = "大气", to = "东门", point = "AQ1/PM25" }, new { from = "大气", to = "东门", point = "AQ1/PM10" }, new { from = "东门", to = "无数据", point = "AQ1/NONE" }];
        long id = await SmallPark.CreateAsync(admin, "boards", new
        {
            name = "流向",
            document = new { widgets = new object[] { new { kind = "map", x = 0, y = 0, w = 12, h = 10, title = "在哪里", points = new[] { "AQ1/PM25" }, figure = "max" }, new { kind = "sankey", x = 12, y = 0, w = 12, h = 8, title = "流向何处", figure = "max", flows } } },
        }, made => made.GetProperty("board").GetProperty("id").GetInt64());
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync($"/boards/{id}");
            await Expect(page.GetByRole(AriaRole.Region, new() { Name = "在哪里" }).Locator("[data-drawn]")).ToHaveAttributeAsync("aria-label", new Regex("东门空气站 41"));
            ILocator sankey = page.GetByRole(AriaRole.Region, new() { Name = "流向何处" });
            await Expect(sankey.GetByRole(AriaRole.Img)).ToHaveAttributeAsync("aria-label", new Regex("大气 → 东门 131"));
            await Expect(sankey).ToContainTextAsync("1 条流向没有数据");

            // A circle is refused by name, and what is typed wrong says so at its line.
            await page.GetByRole(AriaRole.Button, new() { Name = "编辑" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "设置 流向何处" }).ClickAsync();
            ILocator lines = page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Textbox, new() { NameRegex = new("^流向") });
            await lines.FillAsync("大气 → 东门 = AQ1/PM25\n东门");
            await Expect(page.GetByText("第 2 行不是")).ToBeVisibleAsync();
            await lines.FillAsync("大气 -> 东门 = AQ1/PM25\n东门 -> 大气 = AQ1/PM10");
            await Expect(sankey.GetByRole(AriaRole.Alert)).ToContainTextAsync("“东门 → 大气”回到了出发的地方");
            await Save(page).ClickAsync();
            await Expect(page.GetByText("document.widgets[1].flows[1].to")).ToBeVisibleAsync();
            IReadOnlyList<string> violations = await Axe.ViolationsAsync(page);
            Assert.True(violations.Count == 0, string.Join('\n', violations));
        });
    }

    private static async Task AddAsync(IPage page, string title, params string[] references)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "添加组件" }).ClickAsync();
        ILocator panel = page.GetByRole(AriaRole.Complementary);
        ILocator points = panel.GetByRole(AriaRole.Combobox, new() { Name = "点位", Exact = true });
        foreach (string reference in references)
        {
            await points.FillAsync(reference);
            await points.PressAsync("Enter");
        }
        await panel.GetByRole(AriaRole.Textbox, new() { Name = "标题" }).FillAsync(title);
        await panel.GetByRole(AriaRole.Button, new() { Name = "关闭" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
    }

    private static ILocator Save(ILocator within) => within.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") });

    private static ILocator Save(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") });
}
