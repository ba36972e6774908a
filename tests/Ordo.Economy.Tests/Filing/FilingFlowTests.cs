using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Economy.Filing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Messages;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Park;
using Ordo.Foundation.Park.Import;
using Ordo.Testing;

namespace Ordo.Economy.Tests.Filing;

public sealed class SqliteFilingFlowTests(SqliteDatabase database) : FilingFlowTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresFilingFlowTests(PostgresDatabase database) : FilingFlowTests(database), IClassFixture<PostgresDatabase>;

/// <summary>A form's way over the API, as an enterprise, the park and the region walk it; the tests of a provider share one server's tables.</summary>
public abstract class FilingFlowTests(TestDatabase database) : IAsyncLifetime
{
    private static readonly IModule[] Modules = [new AccessModule(), new ParkModule(), new EconomyModule()];
    private readonly Messages messages = new();
    private TestPeople people = null!;
    private TestServer server = null!;
    private HttpClient admin = null!, enterprise = null!, neighbour = null!, park = null!, region = null!, analyst = null!;
    private long parkId, ownId, otherId;

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync([.. Modules, messages], new Dictionary<string, string?>([TestPeople.Settings]), database.Options);
        server.Time.Advance(TimeSpan.FromDays(40)); // 10 April 2026: March is due on the 12th
        people = new(server);
        await people.StartAsync();
        admin = people.Admin;
        parkId = await people.CreateAsync("assets", new { parentId = await people.CreateAsync("assets", new { kind = "region", code = "R" + people.Mark, nameZh = "区域", nameEn = "Region" }), kind = "park", code = "P" + people.Mark, nameZh = "园区" + people.Mark, nameEn = "Park" });
        ownId = await EnterpriseAsync("A", "3216");
        otherId = await EnterpriseAsync("B", "3120");
        enterprise = await people.PersonAsync("a", "enterpriseUser", ownId);
        neighbour = await people.PersonAsync("b", "enterpriseUser", otherId);
        park = await people.PersonAsync("p", "statistician", parkId);
        region = await people.PersonAsync("r", "regionStatistician", parkId);
        analyst = await people.PersonAsync("n", "analyst", parkId);
    }

    public async ValueTask DisposeAsync()
    {
        people.Dispose();
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_form_is_refused_corrected_passed_twice_and_then_counts()
    {
        (long id, string tag) = await OpenAsync(enterprise, ownId, "2026-03");
        (HttpStatusCode status, JsonElement answer, _) = await SendAsync(enterprise, HttpMethod.Put, $"filings/{id}", tag, new { values = new Dictionary<string, string> { ["GOV"] = "一千" } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("'一千'", answer.GetProperty("errors").GetProperty("values.GOV")[0].GetString(), StringComparison.Ordinal);

        Dictionary<string, decimal> wrong = SmallForm.Good(3);
        wrong["PROFIT"] = 1;
        tag = await KeepAsync(id, tag, wrong);
        (status, answer, _) = await SendAsync(enterprise, HttpMethod.Post, $"filings/{id}/submission", tag, null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.True(answer.GetProperty("errors").TryGetProperty("values.PROFIT", out _));

        tag = await KeepAsync(id, tag, SmallForm.Good(3));
        tag = await OkAsync(enterprise, $"filings/{id}/submission", tag, null);
        Assert.Equal(JsonValueKind.Null, (await OverviewAsync("2026-03")).GetProperty("value").ValueKind);

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(enterprise, HttpMethod.Post, $"filings/{id}/check", tag, new { pass = true })).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(park, HttpMethod.Post, $"filings/{id}/check", tag, new { pass = false })).Status);
        tag = await OkAsync(park, $"filings/{id}/check", tag, new { pass = false, remark = "请核对利润" });
        tag = await OkAsync(enterprise, $"filings/{id}/submission", tag, null);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(region, HttpMethod.Post, $"filings/{id}/acceptance", tag, new { pass = true })).Status);
        tag = await OkAsync(park, $"filings/{id}/check", tag, new { pass = true });
        await OkAsync(region, $"filings/{id}/acceptance", tag, new { pass = true });

        Assert.Equal(1_000m, (await OverviewAsync("2026-03")).GetProperty("value").GetDecimal());
        JsonElement detail = (await SendAsync(enterprise, HttpMethod.Get, $"filings/{id}", null, null)).Answer;
        Assert.Equal(["opened", "saved", "saved", "submitted", "returned", "submitted", "checked", "accepted"], detail.GetProperty("events").EnumerateArray().Select(line => line.GetProperty("act").GetString()));
        JsonElement source = (await SendAsync(park, HttpMethod.Get, $"source?code=GOV&asset={parkId}&period=2026-03", null, null)).Answer;
        Assert.Contains(source.GetProperty("forms").EnumerateArray(), form => form.GetProperty("filingId").ValueKind == JsonValueKind.Number && form.GetProperty("filingId").GetInt64() == id);
    }

    [Fact]
    public async Task A_correction_is_another_vintage_and_the_first_stays()
    {
        long id = await AcceptedAsync(1_000);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(enterprise, HttpMethod.Post, "filings", null, new { assetId = ownId, form = "M1", period = "2026-03" })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(enterprise, HttpMethod.Put, $"filings/{id}", "*", new { values = new Dictionary<string, string> { ["GOV"] = "1" } })).Status);
        await LaterAsync(10);
        (HttpStatusCode status, JsonElement answer, string tag) = await SendAsync(enterprise, HttpMethod.Post, $"filings/{id}/correction", null, new { reason = "一笔收入记错月份" });
        Assert.Equal(HttpStatusCode.Created, status);
        long correction = answer.GetProperty("filing").GetProperty("id").GetInt64();
        Assert.Equal("revised", answer.GetProperty("filing").GetProperty("vintage").GetString());
        Dictionary<string, decimal> values = SmallForm.Good(3);
        values["GOV"] = 900;
        values["SALES"] = 880;
        await WalkAsync(correction, tag, values);

        Assert.Equal(900m, (await OverviewAsync("2026-03")).GetProperty("value").GetDecimal());
        Assert.Equal(1_000m, (await OverviewAsync("2026-03", "2026-04-15")).GetProperty("value").GetDecimal());
        JsonElement vintages = (await SendAsync(park, HttpMethod.Get, $"vintages?code=GOV&asset={parkId}&period=2026-03", null, null)).Answer;
        Assert.Equal([1_000m, 900m], vintages.EnumerateArray().Select(vintage => vintage.GetProperty("value").GetDecimal()));
    }

    [Fact]
    public async Task Both_checks_are_made_by_two_people()
    {
        (long id, string tag) = await OpenAsync(enterprise, ownId, "2026-03");
        tag = await KeepAsync(id, tag, SmallForm.Good(3));
        tag = await OkAsync(enterprise, $"filings/{id}/submission", tag, null);
        tag = await OkAsync(admin, $"filings/{id}/check", tag, new { pass = true });
        (HttpStatusCode status, JsonElement answer, _) = await SendAsync(admin, HttpMethod.Post, $"filings/{id}/acceptance", tag, new { pass = true });
        Assert.Equal((HttpStatusCode.Conflict, "/problems/four-eyes"), (status, answer.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task What_is_unusual_needs_a_reason()
    {
        long first = await AcceptedAsync(1_000);
        Assert.True(first > 0);
        foreach (string period in new[] { "2025-10", "2025-11", "2025-12", "2026-01..2026-02" }) await WalkNewAsync(period);
        await LaterAsync(31);
        (long id, string tag) = await OpenAsync(enterprise, ownId, "2026-04");
        Dictionary<string, decimal> values = SmallForm.Good(4);
        (values["GOV"], values["SALES"]) = (10_000_000, 9_800_000); // in yuan
        tag = await KeepAsync(id, tag, values);
        (HttpStatusCode status, JsonElement answer, _) = await SendAsync(enterprise, HttpMethod.Post, $"filings/{id}/submission", tag, null);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "/problems/explanation-needed"), (status, answer.GetProperty("type").GetString()));
        Assert.True(answer.GetProperty("errors").TryGetProperty("explanations.unit:GOV", out _));
        (values["GOV"], values["SALES"]) = (1_000, 980);
        tag = await KeepAsync(id, tag, values);
        await OkAsync(enterprise, $"filings/{id}/submission", tag, null);
    }

    [Fact]
    public async Task A_stale_version_changes_nothing()
    {
        (long id, string tag) = await OpenAsync(enterprise, ownId, "2026-03");
        await KeepAsync(id, tag, SmallForm.Good(3));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await SendAsync(enterprise, HttpMethod.Put, $"filings/{id}", tag, new { values = new Dictionary<string, string> { ["GOV"] = "1" } })).Status);
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await SendAsync(enterprise, HttpMethod.Put, $"filings/{id}", null, new { values = new Dictionary<string, string> { ["GOV"] = "1" } })).Status);
    }

    [Fact]
    public async Task Nobody_sees_a_neighbours_form_or_figures()
    {
        long id = await AcceptedAsync(1_000);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(neighbour, HttpMethod.Get, $"filings/{id}", null, null)).Status);
        Assert.Equal(0, (await SendAsync(neighbour, HttpMethod.Get, "filings", null, null)).Answer.GetProperty("total").GetInt32());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(neighbour, HttpMethod.Get, $"overview?asset={ownId}", null, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(neighbour, HttpMethod.Get, $"overview?asset={parkId}", null, null)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(analyst, HttpMethod.Get, $"overview?asset={ownId}", null, null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(analyst, HttpMethod.Get, "filings", null, null)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(analyst, HttpMethod.Get, $"breakdown?code=GOV&by=enterprise&asset={parkId}", null, null)).Status);
        await LaterAsync(60);
        Assert.True((await OverviewAsync("2026-03", null, analyst)).GetProperty("hidden").GetBoolean()); // one enterprise alone
    }

    [Fact]
    public async Task Who_is_late_is_listed_and_reminded_once()
    {
        JsonElement duties = (await SendAsync(park, HttpMethod.Get, "filing-duties?form=M1&period=2026-03", null, null)).Answer;
        Assert.Equal([0, 0], duties.GetProperty("items").EnumerateArray().Select(duty => duty.GetProperty("daysLate").GetInt32()));
        await LaterAsync(5);
        duties = (await SendAsync(park, HttpMethod.Get, "filing-duties?form=M1&period=2026-03&late=true", null, null)).Answer;
        Assert.Equal([3, 3], duties.GetProperty("items").EnumerateArray().Select(duty => duty.GetProperty("daysLate").GetInt32()));
        await using (AsyncServiceScope scope = server.Services.CreateAsyncScope())
        {
            FilingDuties desk = scope.ServiceProvider.GetRequiredService<FilingDuties>();
            Assert.Equal(0, await desk.RemindDueAsync(CancellationToken.None)); // eight in the morning
            server.Time.Advance(TimeSpan.FromHours(2));
            await desk.RemindDueAsync(CancellationToken.None);
            Assert.Equal(0, await desk.RemindDueAsync(CancellationToken.None));
        }

        int before = await RemindersAsync();
        Assert.True(before >= 1);
        Assert.Equal(2, (await SendAsync(park, HttpMethod.Post, "filing-reminders", null, new { form = "M1", period = "2026-03" })).Answer.GetProperty("written").GetInt32());
        Assert.Equal(before + 1, await RemindersAsync());

        JsonElement log = (await SendAsync(enterprise, HttpMethod.Get, "filing-reminders?form=M1&period=2026-03", null, null)).Answer;
        Assert.Equal([null, -1], log.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("daysLeft").ValueKind == JsonValueKind.Null ? (int?)null : line.GetProperty("daysLeft").GetInt32()));
        Assert.All(log.GetProperty("items").EnumerateArray(), line => Assert.Equal((ownId, 2), (line.GetProperty("assetId").GetInt64(), line.GetProperty("reached").GetInt32())));

        async Task<int> RemindersAsync() => (await SendAsync(enterprise, HttpMethod.Get, "filing-duties?form=M1&period=2026-03", null, null)).Answer.GetProperty("items").EnumerateArray().Single().GetProperty("reminders").GetInt32();
    }

    [Fact]
    public async Task A_workbook_with_a_bad_cell_writes_nothing_and_a_good_one_a_draft()
    {
        Dictionary<string, decimal> values = SmallForm.Good(3);
        (HttpStatusCode status, JsonElement answer) = await UploadAsync(values.Select(pair => (pair.Key, pair.Key == "GOV" ? "很多" : pair.Value.ToString(CultureInfo.InvariantCulture), "")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        JsonElement cell = Assert.Single(answer.GetProperty("rows").EnumerateArray().ToArray());
        Assert.Equal((2, "本期", "很多"), (cell.GetProperty("row").GetInt32(), cell.GetProperty("column").GetString(), cell.GetProperty("value").GetString()));
        Assert.Equal(0, (await SendAsync(enterprise, HttpMethod.Get, "filings", null, null)).Answer.GetProperty("total").GetInt32());

        (status, answer) = await UploadAsync(values.Select(pair => (pair.Key, pair.Value.ToString(CultureInfo.InvariantCulture), pair.Key == "GOV" ? "123" : "")));
        Assert.Contains("History is not changed here", answer.ToString(), StringComparison.OrdinalIgnoreCase);
        (status, answer) = await UploadAsync([("GOV", "1", ""), ("GOV", "2", "")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("there is one form a period", answer.ToString(), StringComparison.Ordinal);

        values.Remove("REV");
        (status, answer) = await UploadAsync(values.Select(pair => (pair.Key, pair.Value.ToString(CultureInfo.InvariantCulture), "")));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("draft", answer.GetProperty("filings")[0].GetProperty("state").GetString());
        Assert.Contains(answer.GetProperty("rows").EnumerateArray(), row => row.GetProperty("reason").GetString()!.Contains("revenue", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_monthly_report_is_a_page_and_a_workbook_that_opens()
    {
        await AcceptedAsync(1_000);
        string html = await park.GetStringAsync($"/api/v1/economy/reports/monthly.html?asset={parkId}&period=2026-03&inside=true");
        Assert.Contains("Gross output of the month 1,000.0", html, StringComparison.Ordinal);
        Assert.DoesNotContain('{', html[html.IndexOf("<body>", StringComparison.Ordinal)..]);
        using var file = new MemoryStream(await park.GetByteArrayAsync($"/api/v1/economy/reports/monthly.xlsx?asset={parkId}&period=2026-03&inside=true"));
        using var workbook = new XlsxReader(file);
        (string name, string sheet) = workbook.Sheets().Single(each => each.Name == "Figures");
        SheetRow output = workbook.Rows(sheet).First(row => row.Cells[0] == "Gross industrial output");
        Assert.Equal(("Figures", "1000"), (name, output.Cells[2]));
        // What leaves the house hides the one enterprise.
        await LaterAsync(60);
        Assert.DoesNotContain("1,000.0", await analyst.GetStringAsync($"/api/v1/economy/reports/monthly.html?asset={parkId}&period=2026-03"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Indicators_can_be_changed_but_never_into_a_circle()
    {
        (HttpStatusCode status, JsonElement shown, string tag) = await SendAsync(admin, HttpMethod.Get, "indicators/RDI", null, null);
        Assert.Equal(HttpStatusCode.OK, status);
        JsonElement indicator = shown.GetProperty("indicator");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(admin, HttpMethod.Put, "indicators/RDI", tag, With(indicator, "formula", "RDI / REV"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(admin, HttpMethod.Put, "indicators/RDI", tag, With(indicator, "formula", "RDEXP / STAFF"))).Status);
        (status, shown, tag) = await SendAsync(admin, HttpMethod.Put, "indicators/RDI", tag, With(indicator, "formula", "RDEXP / COST"));
        Assert.Equal((HttpStatusCode.OK, false), (status, shown.GetProperty("isShipped").GetBoolean()));
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(park, HttpMethod.Put, "indicators/RDI", tag, With(indicator, "formula", "RDEXP / REV"))).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(admin, HttpMethod.Delete, "indicators/RDI", tag, null)).Status);
        Assert.Equal("RDEXP / REV", (await SendAsync(admin, HttpMethod.Get, "indicators/RDI", null, null)).Answer.GetProperty("indicator").GetProperty("formula").GetString());
    }

    [Fact]
    public async Task A_figure_from_outside_is_revised_and_never_overwritten()
    {
        object Index(decimal value, string period) => new { indicator = "IPI", period, value, source = "试验公报第 1 页", industry = "32", assetId = parkId };
        Assert.Equal(1, (await SendAsync(region, HttpMethod.Post, "figures", null, Index(101, "2026-03"))).Answer.GetProperty("revision").GetInt32());
        Assert.Equal("revised", (await SendAsync(region, HttpMethod.Post, "figures", null, Index(102, "2026-03"))).Answer.GetProperty("vintage").GetString());
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(region, HttpMethod.Post, "figures", null, Index(1.02m, "2026-03"))).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(region, HttpMethod.Post, "figures", null, Index(102, "2026-02"))).Status);
        Assert.Equal(2, (await SendAsync(region, HttpMethod.Get, $"figures?indicator=IPI&period=2026-03", null, null)).Answer.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("assetId").GetInt64() == parkId));
    }

    [Fact]
    public async Task Lights_and_forecasts_refuse_with_the_reason_and_stay_within_the_scope()
    {
        await AcceptedAsync(1_000);
        JsonElement board = (await SendAsync(park, HttpMethod.Get, $"warning-lights?asset={parkId}", null, null)).Answer;
        JsonElement output = board.GetProperty("lights").EnumerateArray().Single(light => light.GetProperty("code").GetString() == "GOV");
        Assert.Equal((JsonValueKind.Null, "There is no comparable figure of last year."), (output.GetProperty("light").ValueKind, output.GetProperty("reason").GetString()));
        Assert.Equal(JsonValueKind.Null, board.GetProperty("composite").ValueKind);
        Assert.Equal(["leading", "coincident", "lagging"], board.GetProperty("indices").EnumerateArray().Select(index => index.GetProperty("code").GetString()));

        JsonElement forecast = (await SendAsync(park, HttpMethod.Get, $"forecast?code=GOV&asset={parkId}", null, null)).Answer;
        Assert.Contains("1 of the 22 steps", forecast.GetProperty("refusal").GetString(), StringComparison.Ordinal);
        Assert.Contains("no monthly indicator", (await SendAsync(park, HttpMethod.Get, $"forecast?code=UTIL&asset={parkId}", null, null)).Answer.GetProperty("refusal").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await SendAsync(park, HttpMethod.Get, $"marks?code=GOV&asset={parkId}", null, null)).Answer.GetProperty("steps").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(park, HttpMethod.Get, $"forecast?code=GOV&asset={parkId}&horizon=99", null, null)).Status);
        foreach (string path in new[] { $"warning-lights?asset={parkId}", $"forecast?code=GOV&asset={parkId}", $"marks?code=GOV&asset={parkId}" })
            Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(enterprise, HttpMethod.Get, path, null, null)).Status);
    }

    [Fact]
    public async Task Limits_of_lights_are_a_table_that_is_judged_before_it_holds()
    {
        (_, JsonElement setting, string tag) = await SendAsync(admin, HttpMethod.Get, "settings/lights", null, null);
        Dictionary<string, JsonElement> rules = setting.GetProperty("content").EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
        rules["lights"] = JsonSerializer.SerializeToElement(new[] { new { code = "NOSUCH", measure = "value" } });
        (HttpStatusCode status, JsonElement answer, _) = await SendAsync(admin, HttpMethod.Put, "settings/lights", tag, rules);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.True(answer.GetProperty("errors").TryGetProperty("lights.NOSUCH", out _), answer.ToString());
        rules["lights"] = JsonSerializer.SerializeToElement(new[] { new { code = "PSR", measure = "value", limits = new { blue = 80, lightBlue = 90, yellow = 95, red = 97 } } });
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(admin, HttpMethod.Put, "settings/lights", tag, rules)).Status);
        await AcceptedAsync(1_000);
        JsonElement light = (await SendAsync(park, HttpMethod.Get, $"warning-lights?asset={parkId}", null, null)).Answer.GetProperty("lights").EnumerateArray().Single();
        Assert.Equal(("red", true), (light.GetProperty("light").GetString(), light.GetProperty("isFixed").GetBoolean()));
        tag = (await SendAsync(admin, HttpMethod.Get, "settings/lights", null, null)).Tag;
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(admin, HttpMethod.Delete, "settings/lights", tag, null)).Status);
    }

    private async Task<long> AcceptedAsync(decimal output)
    {
        Assert.Equal(1_000, output);
        return await WalkNewAsync("2026-03");
    }

    private async Task<long> WalkNewAsync(string period)
    {
        (long id, string tag) = await OpenAsync(enterprise, ownId, period);
        Assert.True(Period.TryParse(period, out Period parsed));
        await WalkAsync(id, tag, SmallForm.Good(parsed.Last, parsed.Months));
        return id;
    }

    private async Task WalkAsync(long id, string tag, Dictionary<string, decimal> values)
    {
        tag = await KeepAsync(id, tag, values);
        tag = await OkAsync(enterprise, $"filings/{id}/submission", tag, null);
        tag = await OkAsync(park, $"filings/{id}/check", tag, new { pass = true });
        await OkAsync(region, $"filings/{id}/acceptance", tag, new { pass = true });
    }

    private async Task<JsonElement> OverviewAsync(string period, string? asOf = null, HttpClient? who = null)
    {
        JsonElement overview = (await SendAsync(who ?? park, HttpMethod.Get, $"overview?asset={parkId}&period={period}" + (asOf is null ? "" : $"&asOf={asOf}"), null, null)).Answer;
        return overview.GetProperty("figures").EnumerateArray().Single(figure => figure.GetProperty("code").GetString() == "GOV");
    }

    private static async Task<(long Id, string Tag)> OpenAsync(HttpClient who, long asset, string period)
    {
        (HttpStatusCode status, JsonElement answer, string tag) = await SendAsync(who, HttpMethod.Post, "filings", null, new { assetId = asset, form = "M1", period });
        Assert.True(status == HttpStatusCode.Created, answer.ToString());
        return (answer.GetProperty("filing").GetProperty("id").GetInt64(), tag);
    }

    private async Task<string> KeepAsync(long id, string tag, Dictionary<string, decimal> values)
    {
        (HttpStatusCode status, JsonElement answer, string next) = await SendAsync(enterprise, HttpMethod.Put, $"filings/{id}", tag,
            new { values = values.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(CultureInfo.InvariantCulture)) });
        Assert.True(status == HttpStatusCode.OK, answer.ToString());
        return next;
    }

    private static async Task<string> OkAsync(HttpClient who, string path, string tag, object? body)
    {
        (HttpStatusCode status, JsonElement answer, string next) = await SendAsync(who, HttpMethod.Post, path, tag, body);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {(int)status} {answer}");
        return next;
    }

    private async Task<(HttpStatusCode, JsonElement)> UploadAsync(IEnumerable<(string Code, string Value, string LastYear)> rows)
    {
        using var file = new MemoryStream();
        using (var workbook = new XlsxWriter(file))
        using (XlsxWriter.SheetWriter sheet = workbook.AddSheet("M1", ["企业编码", "报表", "报告期", "项目", "指标", "单位", "本期", "上年同期"]))
        {
            foreach ((string code, string value, string lastYear) in rows.OrderBy(row => row.Code != "GOV"))
                sheet.Write(["A" + people.Mark, "M1", "2026-03", code, "", Ordo.Economy.Settings.EconomyRules.Shipped.Catalogue.Find(code)!.Unit, value, lastYear]);
        }

        using var form = new MultipartFormDataContent { { new ByteArrayContent(file.ToArray()), "file", "forms.xlsx" } };
        using HttpResponseMessage answer = await enterprise.PostAsync("/api/v1/economy/filing-workbooks", form);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Answer, string Tag)> SendAsync(HttpClient who, HttpMethod method, string path, string? tag, object? body)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/economy/" + path);
        if (tag is not null) request.Headers.IfMatch.Add(tag == "*" ? EntityTagHeaderValue.Any : new EntityTagHeaderValue(tag));
        if (body is not null) request.Content = JsonContent.Create(body);
        using HttpResponseMessage answer = await who.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement, answer.Headers.ETag?.Tag ?? "");
    }

    private static Dictionary<string, JsonElement> With(JsonElement indicator, string name, string value)
    {
        Dictionary<string, JsonElement> all = indicator.EnumerateObject().Where(member => member.Name != "isDerived").ToDictionary(member => member.Name, member => member.Value);
        all[name] = JsonSerializer.SerializeToElement(value);
        return all;
    }

    private Task<long> EnterpriseAsync(string code, string industry) => people.CreateAsync("assets", new { parentId = parkId, kind = "enterprise", code = code + people.Mark, nameZh = "企业" + code, nameEn = "Enterprise " + code, attributes = new { industry, areaM2 = 66_667 } });

    /// <summary>Sessions do not last for days, so all sign in again.</summary>
    [Fact]
    public async Task An_enterprise_is_reminded_on_the_days_of_the_calendar_before_and_after_the_deadline_and_never_twice()
    {
        // March is due on 12 April; it is the 10th. Reminders go out 3 days and 1 day before, and 1, 4 and 8 days after.
        server.Time.Advance(TimeSpan.FromHours(2));
        List<int> kinds = [];
        for (int day = 10; day <= 22; day++, server.Time.Advance(TimeSpan.FromDays(1)))
        {
            // Twice a day, each time with a desk of its own, as after a restart.
            for (int run = 0; run < 2; run++)
            {
                await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<FilingDuties>().RemindDueAsync(CancellationToken.None);
            }

            kinds.AddRange(Own().Skip(kinds.Count).Select(message => int.Parse(message.Key.Split("-20260303-")[1], CultureInfo.InvariantCulture)));
        }

        Assert.Equal([3, 1, -1, -4, -8], kinds);
        SystemMessage[] sent = [.. Own()];
        Assert.All(sent, message => Assert.Equal((Permissions.FileEconomy, "/economy/filing?form=M1"), (message.Permission, message.Link)));
        Assert.StartsWith("提醒：", sent[0].Title.Zh, StringComparison.Ordinal);
        Assert.Contains("2026-04-12", sent[0].Title.En, StringComparison.Ordinal);
        Assert.Contains("逾期 8 天", sent[4].Title.Zh, StringComparison.Ordinal);
        Assert.Contains("not been begun", sent[4].Body.En, StringComparison.Ordinal);

        IEnumerable<SystemMessage> Own() => messages.Sent.Where(message => message.AssetId == ownId && message.Key.Contains("-M1-20260303-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_has_filed_is_reminded_no_more()
    {
        (long id, string tag) = await OpenAsync(enterprise, ownId, "2026-03");
        tag = await KeepAsync(id, tag, SmallForm.Good(3));
        await OkAsync(enterprise, $"filings/{id}/submission", tag, null);
        server.Time.Advance(TimeSpan.FromHours(2));
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<FilingDuties>().RemindDueAsync(CancellationToken.None);
        Assert.DoesNotContain(messages.Sent, message => message.AssetId == ownId && message.Key.Contains("-M1-20260303-", StringComparison.Ordinal));
        Assert.Contains(messages.Sent, message => message.AssetId == otherId && message.Key.Contains("-M1-20260303-", StringComparison.Ordinal));
    }

    /// <summary>The operations centre's door, written down; two people of each enterprise have an address. The hourly service is left out, so that a test decides when it runs.</summary>
    private sealed class Messages : IModule, IMessenger
    {
        public ConcurrentQueue<SystemMessage> Sent { get; } = [];

        public string Name => "messages";

        public void AddServices(IServiceCollection services, IConfiguration configuration)
        {
            services.AddSingleton<IMessenger>(this);
            services.Remove(services.Single(service => service.ImplementationType == typeof(FilingReminderService)));
        }

        public void MapRoutes(IEndpointRouteBuilder routes)
        {
        }

        public void ConfigureModel(ModelBuilder model)
        {
        }

        public Task<int> SendAsync(SystemMessage message, CancellationToken cancellation = default)
        {
            Sent.Enqueue(message);
            return Task.FromResult(2);
        }
    }

    private Task LaterAsync(int days) => people.AdvanceAsync(TimeSpan.FromDays(days));
}

public sealed class EconomySchemaTests
{
    [Fact]
    public Task The_migration_builds_what_the_model_says_on_SQLite() => CompareAsync<SqliteDatabase>();

    [Fact]
    public Task The_migration_builds_what_the_model_says_on_PostgreSQL() => CompareAsync<PostgresDatabase>();

    private static async Task CompareAsync<T>()
        where T : TestDatabase, new()
    {
        await using T migrated = new(), created = new();
        await migrated.InitializeAsync();
        await created.InitializeAsync();
        await MigratedSchema.EqualsModelAsync(migrated, created, new ParkModule(), new AccessModule(), new EconomyModule());
    }
}
