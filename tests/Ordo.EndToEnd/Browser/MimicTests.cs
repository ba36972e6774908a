using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Ordo.EndToEnd.Browser;

/// <summary>A drawing is refused for its script, a good one is bound to a point and moves with it, and a thousand elements are live.</summary>
[Collection(BrowserTests.Name)]
public sealed class MimicTests(ConsoleBrowser browser)
{
    private const string Good = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 200\"><rect id=\"tank\" x=\"20\" y=\"20\" width=\"80\" height=\"160\" fill=\"#335577\"/><text id=\"number\" x=\"200\" y=\"100\" font-size=\"30\">0</text></svg>";

    [Fact]
    public async Task A_mimic_is_bound_and_seen_to_move()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        SmallPark park = await SmallPark.BuildAsync(admin);
        await using Device device = await Device.ConnectAsync(server, SmallPark.Mn);
        await device.SendAsync(("a34004", 41));
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync("/mimics");
            await page.GetByRole(AriaRole.Button, new() { Name = "新建组态图" }).ClickAsync();
            ILocator dialog = page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^名称") }).FillAsync("泵房");
            await Save(dialog).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/mimics/\\d+$"));
            await page.GetByRole(AriaRole.Button, new() { Name = "编辑" }).ClickAsync();

            await UploadAsync(page, Good.Replace("<text", "\n<script>alert(1)</script>\n<text", StringComparison.Ordinal));
            ILocator refused = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "第 2 行 <script>" });
            await Expect(refused).ToBeVisibleAsync();
            await UploadAsync(page, Good);
            await Expect(refused).ToHaveCountAsync(0);
            ILocator tank = page.Locator("[data-mimic] #tank"), number = page.Locator("[data-mimic] #number");
            await Expect(tank).ToBeVisibleAsync();

            await BindAsync(page, () => tank.ClickAsync(), "tank", "液位", "AQ1/PM25");
            await BindAsync(page, () => ChooseAsync(page, "number"), "number", "文字", "AQ1/PM25");
            await Save(page).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "编辑" })).ToBeVisibleAsync();

            await Expect(number).ToHaveTextAsync(new Regex("^41"));
            await Expect(tank).ToHaveAttributeAsync("style", new Regex("clip-path: inset\\(59"));
            await device.SendAsync(("a34004", 75));
            await Expect(number).ToHaveTextAsync(new Regex("^75"));
            await Expect(tank).ToHaveAttributeAsync("style", new Regex("clip-path: inset\\(25"));
            IReadOnlyList<string> violations = await Axe.ViolationsAsync(page);
            Assert.True(violations.Count == 0, string.Join('\n', violations));

            // What is chosen, by keyboard or by a click, says its numbers and leads to the curve.
            await ChooseAsync(page, "tank");
            await Expect(page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("75");
            Assert.Contains($"/trends?p={park.FineDustId}", await page.GetByRole(AriaRole.Link, new() { Name = "曲线" }).Last.GetAttributeAsync("href"), StringComparison.Ordinal);

            // Symbols of the library are placed, and what is drawn with them comes back as it was saved.
            await page.GetByRole(AriaRole.Button, new() { Name = "编辑" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "图元" }).ClickAsync();
            await page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Button, new() { Name = "泵", Exact = true }).ClickAsync();
            await page.GetByLabel("左", new() { Exact = true }).FillAsync("300");
            await page.GetByLabel("左", new() { Exact = true }).PressAsync("Tab");
            await Expect(page.Locator("[data-mimic] #pump-1")).ToHaveAttributeAsync("transform", new Regex("^translate\\(300 "));
            violations = await Axe.ViolationsAsync(page);
            Assert.True(violations.Count == 0, string.Join('\n', violations));
            await Save(page).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "编辑" })).ToBeVisibleAsync();
            await page.ReloadAsync();
            await Expect(page.Locator("[data-mimic] #pump-1")).ToBeVisibleAsync();
            Assert.DoesNotContain(window.Complaints, complaint => !complaint.Contains("401 (Unauthorized)", StringComparison.Ordinal) && !complaint.Contains("422", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_thousand_bound_elements_are_live_and_marked_when_the_server_is_gone()
    {
        const int elements = 1_000;
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient admin = await server.SignInAsync();
        await ImportPointsAsync(admin, elements);
        using HttpClient writer = await server.WriterAsync();
        await WriteAsync(writer, elements, 1);
        string drawing = string.Concat(Enumerable.Range(0, elements).Select(i => $"<text id=\"t{i}\" x=\"{i % 40 * 30}\" y=\"{(i / 40 * 24) + 20}\" font-size=\"10\">?</text>"));
        long id = await SmallPark.CreateAsync(admin, "mimics", new
        {
            name = "千点", svg = $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1200 620\">{drawing}</svg>",
            bindings = Enumerable.Range(0, elements).Select(i => new { element = $"t{i}", effect = "text", point = $"P/P{i}", unit = false }),
        }, answer => answer.GetProperty("mimic").GetProperty("id").GetInt64());
        await using Window window = await browser.OpenAsync(server);
        await window.DoAsync(async page =>
        {
            await window.SignInAsync();
            await page.GotoAsync($"/mimics/{id}");
            for (int value = 1; value <= 3; value++)
            {
                if (value > 1) await WriteAsync(writer, elements, value);
                string shows = $"() => [...(document.querySelector('[data-mimic]')?.shadowRoot?.querySelectorAll('text') ?? [])].filter((text) => text.textContent === '{value}.0').length === {elements}";
                await page.WaitForFunctionAsync(shows, null, new() { PollingInterval = 50 });
            }

            Task<double> marked = page.EvaluateAsync<double>("() => new Promise((done) => { const look = setInterval(() => { if (document.querySelector('[data-mimic]').shadowRoot.querySelector('svg[data-lost]')) { clearInterval(look); done(Date.now()); } }, 20); })");
            await server.KillAsync();
            double killed = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            Assert.InRange(await marked - killed, -6_500, 6_500);
            await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "实时连接中断" })).ToBeVisibleAsync();
        });
    }

    private static async Task ImportPointsAsync(HttpClient admin, int count)
    {
        var csv = new StringBuilder("type,code,parent,kind,nameZh,nameEn,gateway,source,asset,channel,quantity,unit,decimals\nasset,P,,Park,千点园区,Park of a thousand points,,,,,,,\n");
        for (int i = 0; i < count; i++) csv.Append(CultureInfo.InvariantCulture, $"point,P{i},,,点{i},Point {i},line,\"m,id={i}\",P,v,activePower,kW,1\n");
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString())), "file", "park.csv" } };
        using HttpResponseMessage answer = await admin.PostAsync("/api/v1/imports/park", form);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task WriteAsync(HttpClient writer, int count, int value)
    {
        using HttpResponseMessage answer = await writer.PostAsync("/api/v2/write?org=x&bucket=ordo", new StringContent(string.Join('\n', Enumerable.Range(0, count).Select(i => $"m,id={i} v={value}"))));
        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task BindAsync(IPage page, Func<Task> choose, string element, string effect, string reference)
    {
        await choose();
        ILocator panel = page.GetByRole(AriaRole.Complementary, new() { Name = element });
        await panel.GetByRole(AriaRole.Combobox, new() { Name = "添加绑定" }).ClickAsync();
        await page.Locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)").GetByTitle(effect, new() { Exact = true }).DispatchEventAsync("click"); // on a busy machine the list is drawn anew between the press and the release of a mouse
        await panel.GetByRole(AriaRole.Textbox, new() { NameRegex = new("^点位") }).FillAsync(reference);
        await panel.GetByRole(AriaRole.Button, new() { Name = "关闭" }).ClickAsync();
        await Expect(panel).ToHaveCountAsync(0);
    }

    private static async Task ChooseAsync(IPage page, string element)
    {
        ILocator find = page.GetByRole(AriaRole.Combobox, new() { Name = "查找元素" });
        await find.FillAsync(element);
        await find.PressAsync("Enter");
    }

    private static Task UploadAsync(IPage page, string svg) =>
        page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "drawing.svg", MimeType = "image/svg+xml", Buffer = Encoding.UTF8.GetBytes(svg) });

    private static ILocator Save(ILocator within) => within.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") });

    private static ILocator Save(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = new("^保\\s?存$") });
}
