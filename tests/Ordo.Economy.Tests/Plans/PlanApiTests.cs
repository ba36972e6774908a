using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Ordo.Foundation.Access;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Testing;

namespace Ordo.Economy.Tests.Plans;

/// <summary>The plan monitor as the console and an enterprise's user call it. The clock stands at 2026-03-01.</summary>
public sealed class PlanApiTests(PlanApiTests.Server server) : IClassFixture<PlanApiTests.Server>
{
    private const string Password = "first-steppe-password", Root = "/api/v1/economy/plan";

    public sealed class Server : IAsyncLifetime
    {
        private TestServer server = null!;

        public HttpClient Person { get; private set; } = null!;

        /// <summary>Sees one enterprise only.</summary>
        public HttpClient Tenant { get; private set; } = null!;

        public long Own { get; private set; }

        public long Neighbour { get; private set; }

        public async ValueTask InitializeAsync()
        {
            IModule[] modules = [new AccessModule(), new ParkModule(), new EconomyModule()];
            server = await TestServer.StartAsync(modules, new Dictionary<string, string?> { ["Access:AdminPassword"] = Password });
            Person = await SignInAsync("admin");
            long park = await IdOfAsync("/api/v1/assets", new { kind = "park", code = "P", nameZh = "园区", nameEn = "Park" });
            Own = await IdOfAsync("/api/v1/assets", new { parentId = park, kind = "enterprise", code = "A", nameZh = "甲企业", nameEn = "Alpha" });
            Neighbour = await IdOfAsync("/api/v1/assets", new { parentId = park, kind = "enterprise", code = "B", nameZh = "乙企业", nameEn = "Beta" });
            await IdOfAsync("/api/v1/accounts", new { userName = "tenant", displayName = "Tenant", password = Password, grants = new[] { new { role = "analyst", assetId = Own } } });
            Tenant = await SignInAsync("tenant");
        }

        private async Task<HttpClient> SignInAsync(string user)
        {
            HttpClient client = server.CreateClient();
            using HttpResponseMessage signedIn = await client.PostAsJsonAsync("/api/v1/auth/login", new { userName = user, password = Password });
            signedIn.EnsureSuccessStatusCode();
            return client;
        }

        private async Task<long> IdOfAsync(string path, object body)
        {
            using HttpResponseMessage answer = await Person.PostAsJsonAsync(path, body);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text).RootElement.GetProperty("id").GetInt64();
        }

        public async ValueTask DisposeAsync()
        {
            Person.Dispose();
            Tenant.Dispose();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Every_target_of_the_board_has_a_status_and_every_figure_its_document()
    {
        JsonElement board = await GetAsync($"{Root}/board?pageSize=500&plan=14FYP");
        Assert.True(board.GetProperty("total").GetInt32() > 150);
        Assert.All(board.GetProperty("items").EnumerateArray(), row => Assert.NotEmpty(row.GetProperty("assessment").GetProperty("status").GetString()!));
        JsonElement documents = await GetAsync($"{Root}/documents");
        Assert.True(documents.EnumerateArray().Sum(document => document.GetProperty("figures").GetInt32()) >= 673);
        string plan = documents[0].GetProperty("document").GetString()!;
        foreach (JsonElement section in documents[0].GetProperty("sections").EnumerateArray())
        {
            JsonElement values = await GetAsync($"{Root}/values?document={Uri.EscapeDataString(plan)}&section={Uri.EscapeDataString(section.GetProperty("section").GetString()!)}&pageSize=1");
            Assert.Equal(section.GetProperty("figures").GetInt32(), values.GetProperty("total").GetInt32());
        }
    }

    [Fact]
    public async Task The_page_of_a_target_says_where_its_value_is_from_and_what_must_not_be_mixed()
    {
        JsonElement target = await TargetAsync("IM.PARK.SMARTCOVER.2025.T");
        JsonElement row = target.GetProperty("row");
        Assert.Equal(63.8554m, row.GetProperty("actual").GetProperty("value").GetDecimal());
        Assert.Equal("quotient", row.GetProperty("derivation").GetProperty("rule").GetString());
        Assert.Equal("53 ÷ 83 × 100", row.GetProperty("actual").GetProperty("note").GetString());
        Assert.Contains(target.GetProperty("related").EnumerateArray(), value => value.GetProperty("id").GetString() == "IM.PARK.SMARTPASSRATE.2023.A");
        Assert.Contains(target.GetProperty("remarks").EnumerateArray(), remark => remark.GetProperty("en").GetString()!.Contains("pass rate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_deviation_is_opened_worked_on_and_closed_by_a_new_value_only()
    {
        long target = await IdOfTargetAsync("IM.DIG.EQUIPRATE.2025.T");
        Assert.Contains((await GetAsync($"{Root}/deviations")).EnumerateArray(), deviation => deviation.GetProperty("row").GetProperty("targetId").GetInt64() == target);
        JsonElement opened = await SendAsync(HttpMethod.Post, $"{Root}/cases", new { targetId = target, cause = "设备更新慢" }, 201);
        Assert.Equal("atRisk", opened.GetProperty("statusAtOpening").GetString());
        string steps = $"{Root}/cases/{opened.GetProperty("id").GetInt64()}/steps";
        await SendAsync(HttpMethod.Post, $"{Root}/cases", new { targetId = target, cause = "again" }, 409);
        await SendAsync(HttpMethod.Post, steps, new { action = "report", text = "done" }, 409, version: 1);
        await SendAsync(HttpMethod.Post, steps, new { action = "assign" }, 422, version: 1);
        await SendAsync(HttpMethod.Post, steps, new { action = "assign", owner = "信息化处", measure = "诊断服务", deadline = "2026-02-01" }, 428);
        JsonElement assigned = await SendAsync(HttpMethod.Post, steps, new { action = "assign", owner = "信息化处", measure = "诊断服务", deadline = "2026-02-01" }, 200, version: 1);
        Assert.True(assigned.GetProperty("isOverdue").GetBoolean());
        await SendAsync(HttpMethod.Post, steps, new { action = "remark", text = "too late" }, 412, version: 1);
        await SendAsync(HttpMethod.Post, steps, new { action = "report", text = "300 家已诊断" }, 200, version: 2);
        await SendAsync(HttpMethod.Post, steps, new { action = "close", text = "看过了" }, 422, version: 3);
        await SendAsync(HttpMethod.Post, steps, new { action = "close", text = "旧数", figureId = "IM.DIG.EQUIPRATE.2023.A" }, 422, version: 3);

        JsonElement figure = await SendAsync(HttpMethod.Post, $"{Root}/targets/{target}/figures", new { year = 2025, value = 58.2, document = "工信厅统计", section = "表3" }, 201);
        JsonElement closed = await SendAsync(HttpMethod.Post, steps, new { action = "close", text = "以年报核实", figureId = figure.GetProperty("id").GetString() }, 200, version: 3);
        Assert.Equal(("closed", 58.2m), (closed.GetProperty("state").GetString(), closed.GetProperty("closingValue").GetDecimal()));
        JsonElement detail = await GetAsync($"{Root}/cases/{opened.GetProperty("id").GetInt64()}");
        Assert.Equal(["open", "assign", "report", "close"], detail.GetProperty("events").EnumerateArray().Select(step => step.GetProperty("action").GetString()));

        // The new figure moves the board, and its correction leaves the old one visible.
        Assert.Equal("missed", (await TargetAsync("IM.DIG.EQUIPRATE.2025.T")).GetProperty("row").GetProperty("assessment").GetProperty("status").GetString());
        await SendAsync(HttpMethod.Post, $"{Root}/targets/{target}/figures", new { year = 2025, value = 60.4, document = "工信厅年报", section = "表3", replaces = figure.GetProperty("id").GetString() }, 201);
        JsonElement after = await TargetAsync("IM.DIG.EQUIPRATE.2025.T");
        Assert.Equal("done", after.GetProperty("row").GetProperty("assessment").GetProperty("status").GetString());
        Assert.Contains(after.GetProperty("figures").EnumerateArray(), item => item.GetProperty("figure").GetProperty("value").ToString() == "58.2" && item.GetProperty("replacedBy").GetString() is not null);
        await SendAsync(HttpMethod.Post, $"{Root}/targets/{target}/figures", new { year = 2025, value = 1, document = "x", section = "y", replaces = figure.GetProperty("id").GetString() }, 422);
    }

    [Theory]
    [InlineData("""{"year":2026,"value":50,"document":"d","section":"s"}""", "year")]
    [InlineData("""{"year":2024,"value":120,"document":"d","section":"s"}""", "value")]
    [InlineData("""{"year":2024,"value":50,"document":"","section":"s"}""", "document")]
    [InlineData("""{"year":2024,"value":50,"document":"d","section":"s","replaces":"IM.NOTHING"}""", "replaces")]
    [InlineData("""{"year":2024,"value":50,"document":"d","section":"s","qualifier":"rangeLow"}""", "qualifier")]
    public async Task A_figure_that_cannot_be_is_refused_with_its_place(string figure, string field)
    {
        JsonElement problem = await SendAsync(HttpMethod.Post, $"{Root}/targets/{await IdOfTargetAsync("IM.DIG.PLATFORMRATE.2025.T")}/figures", JsonDocument.Parse(figure).RootElement, 422);
        Assert.NotEmpty(problem.GetProperty("errors").GetProperty(field)[0].GetString()!);
    }

    [Fact]
    public async Task The_parts_of_a_target_are_checked_against_the_whole_and_seen_only_in_scope()
    {
        long target = await IdOfTargetAsync("IM.ENT.HITECH.2025.T");
        string parts = $"{Root}/targets/{target}/parts";
        JsonElement check = await SendAsync(HttpMethod.Put, parts, new object[]
        {
            new { area = "甲企业", assetId = server.Own, value = 1200, responsible = "甲" }, new { area = "乙企业", assetId = server.Neighbour, value = 700, responsible = "乙" },
        }, 200, version: 1);
        Assert.Equal(("fallShort", -100m), (check.GetProperty("verdict").GetString(), check.GetProperty("difference").GetDecimal()));
        JsonElement detail = await TargetAsync("IM.ENT.HITECH.2025.T");
        Assert.Equal(2, detail.GetProperty("parts").GetArrayLength());

        JsonElement seen = (await GetAsync($"{Root}/targets/{target}", server.Tenant)).GetProperty("parts");
        Assert.Equal("甲企业", seen.EnumerateArray().Single().GetProperty("area").GetString());
        long neighbour = detail.GetProperty("parts")[1].GetProperty("targetId").GetInt64(), own = detail.GetProperty("parts")[0].GetProperty("targetId").GetInt64();
        await SendAsync(HttpMethod.Get, $"{Root}/targets/{neighbour}", null, 404, client: server.Tenant);
        await SendAsync(HttpMethod.Post, $"{Root}/targets/{neighbour}/figures", new { year = 2024, value = 5, document = "d", section = "s" }, 404, client: server.Tenant);
        await SendAsync(HttpMethod.Post, $"{Root}/targets/{target}/figures", new { year = 2024, value = 5, document = "d", section = "s" }, 403, client: server.Tenant);
        await SendAsync(HttpMethod.Post, $"{Root}/targets/{own}/figures", new { year = 2024, value = 640, document = "d", section = "s" }, 201, client: server.Tenant);
        Assert.Equal(640m, (await TargetAsync("IM.ENT.HITECH.2025.T")).GetProperty("parts")[0].GetProperty("actual").GetDecimal());

        // A ceiling is a quota: its parts may not make more than the whole.
        long ceiling = await IdOfTargetAsync("IM.CAP.STEEL.2025.T");
        JsonElement refused = await SendAsync(HttpMethod.Put, $"{Root}/targets/{ceiling}/parts", new object[] { new { area = "包头市", value = 99999 } }, 422, version: 1);
        Assert.True(refused.GetProperty("errors").TryGetProperty("", out _));
        await SendAsync(HttpMethod.Put, $"{Root}/targets/{ceiling}/parts", new object[] { new { area = "包头市", value = 1, weight = -1 }, new { area = "包头市", value = 1 } }, 422, version: 1);
    }

    [Fact]
    public async Task A_plan_is_pasted_from_a_spreadsheet_and_every_bad_cell_is_named()
    {
        const string Head = "indicator\tchapter\ttask\tnameZh\tnameEn\tunit\tkind\tbase\tvalue\tyear\tresponsible\n";
        object Plan(string code, string table) => new { code, nameZh = "园区规划", nameEn = "Park plan", document = "园区“十五五”规划", start = "2026-01-01", end = "2030-12-31", table };
        JsonElement bad = await SendAsync(HttpMethod.Post, $"{Root}/plans/import", Plan("PARK-1", Head + "A\t一\t\t甲\t\t%\tratio\tmany\t60\t2030\t\nB\t一\t\t乙\t\t%\tsideways\t1\t60\t2030\t"), 422);
        Assert.Equal(["table[2].base", "table[3].kind"], bad.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
        JsonElement late = await SendAsync(HttpMethod.Post, $"{Root}/plans/import", Plan("PARK-1", Head + "A\t一\t\t甲\t\t%\tratio\t50\t40\t2035\t"), 422);
        Assert.Equal(["targets[0].value", "targets[0].year"], late.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));

        await SendAsync(HttpMethod.Post, $"{Root}/plans/import", Plan("PARK-2", Head + "A\t一\t（一）\t甲\tA\t%\tratio\t40\t60\t2030\t经发局\nB\t一\t\t乙\tB\t万元\tcumulative\t\t5000\t2030\t"), 201);
        await SendAsync(HttpMethod.Post, $"{Root}/plans/import", Plan("PARK-2", Head + "A\t一\t\t甲\tA\t%\tratio\t40\t60\t2030\t"), 409);
        Assert.Equal(2, (await GetAsync($"{Root}/board?plan=PARK-2")).GetProperty("total").GetInt32());
        Assert.Equal(1, (await GetAsync($"{Root}/board?plan=PARK-2&unit={Uri.EscapeDataString("经发局")}")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await GetAsync($"{Root}/board?plan=PARK-2", server.Tenant)).GetProperty("total").GetInt32()); // not published, so not for everybody
        await SendAsync(HttpMethod.Post, $"{Root}/plans/import", Plan("PARK-3", Head + "A\t一\t\t甲\tA\t%\tratio\t40\t60\t2030\t"), 403, client: server.Tenant);
    }

    [Fact]
    public async Task A_published_target_keeps_its_number_and_a_pending_one_gets_it_with_a_paper()
    {
        long published = await IdOfTargetAsync("IM.ENT.10BN.2025.T"), pending = await IdOfTargetAsync("IM.ENERGY.IVAINTENSITY.2025.T");
        await SendAsync(HttpMethod.Put, $"{Root}/targets/{published}", new { responsible = "运行局", value = 10, path = Array.Empty<object>(), reference = "x" }, 422, version: 1);
        JsonElement named = await SendAsync(HttpMethod.Put, $"{Root}/targets/{published}", new { responsible = "运行局", value = 20, path = new[] { new { year = 2024, value = 18 } } }, 200, version: 1);
        Assert.Equal(("运行局", 18m), (named.GetProperty("row").GetProperty("responsible").GetString(), named.GetProperty("path")[0].GetProperty("value").GetDecimal()));
        await SendAsync(HttpMethod.Put, $"{Root}/targets/{pending}", new { responsible = "", value = 15, path = Array.Empty<object>() }, 422, version: 1);
        JsonElement set = await SendAsync(HttpMethod.Put, $"{Root}/targets/{pending}", new { responsible = "", value = 15, path = Array.Empty<object>(), reference = "国家分解文件" }, 200, version: 1);
        Assert.Equal("noData", set.GetProperty("row").GetProperty("assessment").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_report_is_frozen_and_exported_as_a_workbook_with_numbers()
    {
        long plan = (await GetAsync($"{Root}/plans")).EnumerateArray().Single(item => item.GetProperty("code").GetString() == "14FYP").GetProperty("id").GetInt64();
        await SendAsync(HttpMethod.Post, $"{Root}/reports", new { planId = plan, kind = "final", asOf = "2024-12-31" }, 422);
        JsonElement frozen = await SendAsync(HttpMethod.Post, $"{Root}/reports", new { planId = plan, kind = "annual", asOf = "2023-12-31", summary = "按公开数据" }, 201);
        long id = frozen.GetProperty("id").GetInt64();
        JsonElement report = await GetAsync($"{Root}/reports/{id}");
        Assert.True(report.GetProperty("report").GetProperty("isIntact").GetBoolean());
        Assert.Contains("60 %", report.GetProperty("content").GetProperty("sentences")[0].GetProperty("en").GetString(), StringComparison.Ordinal);
        await SendAsync(HttpMethod.Get, $"{Root}/reports/{id}", null, 404, client: server.Tenant);
        await SendAsync(HttpMethod.Delete, $"{Root}/reports/{id}", null, 405);
        await SendAsync(HttpMethod.Put, $"{Root}/reports/{id}", new { }, 405);

        using var file = new MemoryStream(await server.Person.GetByteArrayAsync(new Uri($"{Root}/reports/{id}/workbook", UriKind.Relative)));
        using SpreadsheetDocument workbook = SpreadsheetDocument.Open(file, isEditable: false);
        Assert.Equal(["Overview", "Targets", "Changes", "Corrections"], workbook.WorkbookPart!.Workbook.Descendants<Sheet>().Select(sheet => sheet.Name!.Value));
        Sheet targets = workbook.WorkbookPart.Workbook.Descendants<Sheet>().ElementAt(1);
        Row row = ((WorksheetPart)workbook.WorkbookPart.GetPartById(targets.Id!.Value!)).Worksheet.Descendants<Row>().Single(r => r.Elements<Cell>().First().InnerText == "IM.DIG.EQUIPRATE.2025.T");
        Cell actual = row.Elements<Cell>().ElementAt(7);
        Assert.Equal((CellValues.Number, 49.6m), (actual.DataType!.Value, decimal.Parse(actual.InnerText, CultureInfo.InvariantCulture)));
    }

    private Task<JsonElement> GetAsync(string path, HttpClient? client = null) => SendAsync(HttpMethod.Get, path, null, 200, client: client);

    private async Task<long> IdOfTargetAsync(string code)
    {
        string indicator = code[..code.LastIndexOf(".20", StringComparison.Ordinal)];
        JsonElement board = await GetAsync($"{Root}/board?q={indicator}&pageSize=500");
        return board.GetProperty("items").EnumerateArray().Single(row => row.GetProperty("target").GetProperty("id").GetString() == code).GetProperty("targetId").GetInt64();
    }

    private async Task<JsonElement> TargetAsync(string code) => await GetAsync($"{Root}/targets/{await IdOfTargetAsync(code)}");

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, int expected, int? version = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (version is { } tag) request.Headers.TryAddWithoutValidation("If-Match", $"\"{tag}\"");
        if (body is not null) request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await (client ?? server.Person).SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(expected == (int)answer.StatusCode, $"{method} {path}: {(int)answer.StatusCode} instead of {expected}: {text}");
        return text.Length > 0 ? JsonDocument.Parse(text).RootElement.Clone() : default;
    }
}
