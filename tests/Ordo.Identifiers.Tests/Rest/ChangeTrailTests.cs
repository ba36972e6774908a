using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Tests.Serving;
using Ordo.Testing;

namespace Ordo.Identifiers.Tests.Rest;

/// <summary>Who changed records without an enterprise's desk.</summary>
public sealed class ChangeTrailTests : IAsyncLifetime
{
    private NodeServer node = null!;
    private TestPeople people = null!;

    private string Folder => Path.Combine(node.Server.DataFolder, "identifiers", "changes");

    public async ValueTask InitializeAsync()
    {
        node = await NodeServer.StartAsync(
            [new ParkModule(), new AccessModule()], new Dictionary<string, string?>([TestPeople.Settings]) { ["Identifiers:SecretKeysOverHttp"] = "true", ["Identifiers:ChangeDays"] = "10" },
            services => services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000));
        people = new(node.Server);
        await people.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        people.Dispose();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Every_change_over_REST_names_who_made_it_what_and_from_where_and_refused_ones_leave_nothing()
    {
        await PutAsync("A", """[{"index":1,"type":"URL","data":"https://a.example/1"},{"index":2,"type":"NAME","data":"secret words"}]""");
        await PutAsync("A", """[{"index":1,"type":"URL","data":"https://a.example/2"},{"index":3,"type":"T","data":"x"}]""");
        await PutAsync("A", """[{"index":1,"type":"URL","data":"https://a.example/2"},{"index":3,"type":"T","data":"x"}]"""); // nothing differs, and somebody still did it
        (await people.Admin.DeleteAsync(Of("A?index=3"))).EnsureSuccessStatusCode();
        (await people.Admin.DeleteAsync(Of("a"))).EnsureSuccessStatusCode();
        Assert.Equal(404, (int)(await people.Admin.DeleteAsync(Of("A"))).StatusCode);
        (await people.Admin.PostAsync(new Uri("/api/prefixes?prefix=88.999.7", UriKind.Relative), null)).EnsureSuccessStatusCode();
        (await people.Admin.DeleteAsync(new Uri("/api/prefixes?prefix=88.999.7", UriKind.Relative))).EnsureSuccessStatusCode();

        Assert.Equal(
            [
                "unhomed 0.NA/88.999.7: ", "homed 0.NA/88.999.7: ", "deleted 88.999.1/a: -1 URL", "changed 88.999.1/A: -3 T", "changed 88.999.1/A: ", "changed 88.999.1/A: ~1 URL,+3 T,-2 NAME", "created 88.999.1/A: +1 URL,+2 NAME",
            ], await SaidAsync(""));
        JsonElement first = (await ListAsync("?handle=88.999.1%2FA")).GetProperty("items").EnumerateArray().Last();
        Assert.Equal(("admin", "rest", "127.0.0.1", node.Server.Time.GetUtcNow()), (first.GetProperty("by").GetString(), first.GetProperty("via").GetString(), first.GetProperty("from").GetString(), first.GetProperty("time").GetDateTimeOffset()));
        Assert.DoesNotContain("secret words", await File.ReadAllTextAsync(Directory.GetFiles(Folder).Single(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_known_by_its_key_is_named_by_it()
    {
        await node.PutAsync("0.NA/88.999.1", HandleValue.Of(200, "HS_VLIST", "", NodeServer.Timestamp), HandleValue.Of(300, "HS_SECKEY", "sesame", permissions: ValuePermissions.AdminRead | ValuePermissions.AdminWrite), HandleValue.Of(100, "HS_ADMIN", new AdminData((AdminPermissions)0x07f3, "0.NA/88.999.1", 300).ToArray(), NodeServer.Timestamp));
        using HttpClient client = node.Server.CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("300%3A0.NA/88.999.1:sesame")));
        using HttpResponseMessage made = await client.PutAsync(Of("K"), Json("""[{"index":1,"type":"T","data":"x"}]"""));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        Assert.Equal("300:0.NA/88.999.1", (await ListAsync("?handle=88.999.1/k")).GetProperty("items")[0].GetProperty("by").GetString());
    }

    [Fact]
    public async Task Days_are_packed_read_all_the_same_and_let_go_when_they_are_too_old()
    {
        DateTimeOffset begin = node.Server.Time.GetUtcNow();
        await PutAsync("D0", """[{"index":1,"type":"T","data":"x"}]""");
        string first = Directory.GetFiles(Folder).Single();
        for (int day = 1; day <= 12; day++)
        {
            node.Server.Time.SetClock(begin.AddDays(day)); // timers stand still; sessions do not
            await people.StartAsync();
            await PutAsync($"D{day}", """[{"index":1,"type":"T","data":"x"}]""");
            if (day == 1) await Patience.UntilAsync(() => File.Exists(first + ".gz") && !File.Exists(first)); // by another thread
        }

        await Patience.UntilAsync(() => Directory.GetFiles(Folder, "*.jsonl").Length == 1 && !File.Exists(first + ".gz"));
        Assert.Equal(11, Directory.GetFiles(Folder).Length); // today and ten days before
        Assert.Equal(Enumerable.Range(2, 11).Reverse().Select(day => $"created 88.999.1/D{day}: +1 T"), await SaidAsync(""));
        Assert.Equal(["created 88.999.1/D5: +1 T"], await SaidAsync("?handle=88.999.1/d5"));
        string from = begin.AddDays(4).AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        Assert.Equal(["created 88.999.1/D4: +1 T"], await SaidAsync($"?from={from}&to={from}"));
        JsonElement few = await ListAsync("?take=3");
        Assert.Equal((3, false), (few.GetProperty("items").GetArrayLength(), few.GetProperty("isWhole").GetBoolean()));

        await using var packed = new GZipStream(File.OpenRead(Directory.GetFiles(Folder, "*.gz")[0]), CompressionMode.Decompress);
        Assert.EndsWith("}\n", await new StreamReader(packed).ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_loses_no_line_of_a_day_that_was_packed()
    {
        DateTimeOffset begin = node.Server.Time.GetUtcNow();
        await PutAsync("C0", """[{"index":1,"type":"T","data":"x"}]""");
        string first = Directory.GetFiles(Folder).Single();
        foreach (int day in (int[])[1, 0, 1])
        {
            node.Server.Time.SetClock(begin.AddDays(day).AddSeconds(day));
            await people.StartAsync();
            await PutAsync($"C{Directory.GetFiles(Folder).Length}{day}", """[{"index":1,"type":"T","data":"x"}]""");
            if (day == 1) await Patience.UntilAsync(() => File.Exists(first + ".gz") && !File.Exists(first));
        }

        Assert.Equal(4, (await SaidAsync("")).Length);
        Assert.Equal(2, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_off_spoils_none_of_the_others()
    {
        string today = Path.Combine(Folder, node.Server.Time.GetUtcNow().AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".jsonl");
        await File.WriteAllTextAsync(today, """{"time":"2025-01-01T00:00:00Z","by":"ad""", TestContext.Current.CancellationToken);
        await PutAsync("T", """[{"index":1,"type":"T","data":"x"}]""");
        Assert.Equal(["created 88.999.1/T: +1 T"], await SaidAsync(""));
    }

    [Fact]
    public async Task A_change_that_cannot_be_written_down_is_not_acknowledged_and_the_next_is_when_it_can()
    {
        string today = Path.Combine(Folder, node.Server.Time.GetUtcNow().AddHours(8).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".jsonl");
        Directory.CreateDirectory(today);
        using HttpResponseMessage refused = await people.Admin.PutAsync(Of("W"), Json("""[{"index":1,"type":"T","data":"x"}]"""));
        Assert.False(refused.IsSuccessStatusCode);
        Directory.Delete(today);
        await PutAsync("W", """[{"index":1,"type":"T","data":"y"}]""");
        Assert.Equal(["changed 88.999.1/W: ~1 T"], await SaidAsync(""));
    }

    [Fact]
    public async Task Only_who_audits_the_whole_park_reads_it()
    {
        long region = await people.CreateAsync("assets", new { kind = "region", code = "R1", nameZh = "区域", nameEn = "Region" });
        long park = await people.CreateAsync("assets", new { parentId = region, kind = "park", code = "P1", nameZh = "园区", nameEn = "Park" });
        HttpClient local = await people.PersonAsync("l", "administrator", park), nobody = people.Anybody();
        Assert.Equal(403, (int)(await local.GetAsync(new Uri("/api/v1/identifiers/changes", UriKind.Relative))).StatusCode);
        Assert.Equal(401, (int)(await nobody.GetAsync(new Uri("/api/v1/identifiers/changes", UriKind.Relative))).StatusCode);
        foreach (string wrong in (string[])["?take=0", "?take=1001", "?from=2026-01-02&to=2026-01-01", "?from=2020-01-01&to=2026-01-01"])
            Assert.Equal(422, (int)(await people.Admin.GetAsync(new Uri("/api/v1/identifiers/changes" + wrong, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Days_before_there_were_any_have_no_changes() => Assert.Empty(await SaidAsync("?to=0001-01-01"));

    private static Uri Of(string suffix) => new("/api/handles/88.999.1/" + suffix, UriKind.Relative);

    private static StringContent Json(string entity) => new(entity, Encoding.UTF8, "application/json");

    private async Task PutAsync(string suffix, string entity)
    {
        using HttpResponseMessage answer = await people.Admin.PutAsync(Of(suffix), Json(entity));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<JsonElement> ListAsync(string query) => people.Admin.GetFromJsonAsync<JsonElement>("/api/v1/identifiers/changes" + query);

    private async Task<string[]> SaidAsync(string query) =>
        [.. (await ListAsync(query)).GetProperty("items").EnumerateArray().Select(item =>
            $"{item.GetProperty("act").GetString()} {item.GetProperty("handle").GetString()}: {string.Join(',', item.GetProperty("values").EnumerateArray().Select(value => value.GetString()))}")];
}
