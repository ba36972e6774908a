using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Tests.Access;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Audit;

public sealed class SqliteAuditTests() : AuditTests(new SqliteDatabase());

public sealed class PostgresAuditTests() : AuditTests(new PostgresDatabase());

public abstract class AuditTests(TestDatabase database) : IAsyncLifetime
{
    private AccessServer server = null!;
    private HttpClient admin = null!;

    public async ValueTask InitializeAsync()
    {
        server = await AccessServer.StartAsync(database);
        admin = await server.SignedInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Every_change_says_who_when_what_before_and_after()
    {
        await admin.CreateAccountAsync("lihua", server.Grant("analyst", "north"));
        await admin.SendAsync(HttpMethod.Put, "/api/v1/accounts/2", new { displayName = "Li Hua", language = "zh-CN", disabled = false, grants = (object[])[server.Grant("operator", "north")] });
        JsonElement[] lines = await LinesAsync("?user=admin");
        Assert.Equal(
            ["account created lihua", "account signedIn admin", "account updated lihua", "grant created analyst", "grant created operator", "grant deleted analyst"],
            lines.Select(line => $"{Text(line, "entity")} {Text(line, "action")} {Text(line, "entityName")}").Order(StringComparer.Ordinal));
        JsonElement update = lines.Single(line => Text(line, "action") == "updated");
        Assert.Equal("""{"displayName":"lihua"}""", update.GetProperty("before").GetRawText());
        Assert.Equal("""{"displayName":"Li Hua"}""", update.GetProperty("after").GetRawText());
        Assert.Equal(("127.0.0.1", server.Time.GetUtcNow()), (Text(update, "address"), update.GetProperty("time").GetDateTimeOffset()));
    }

    [Fact]
    public async Task A_change_of_the_park_is_read_by_those_responsible_there()
    {
        using HttpClient north = await server.PersonAsync("north-admin", ("administrator", "north"));
        using HttpResponseMessage added = await north.SendAsync(HttpMethod.Post, "/api/v1/assets", new
        {
            kind = "facility", code = "stack", nameZh = "烟囱", nameEn = "Stack", parentId = server.Assets["smelter"],
        });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        JsonElement line = Assert.Single(await LinesAsync("?entity=asset&user=north-admin", north));
        Assert.Equal(("created", "烟囱", "stack"), (Text(line, "action"), Text(line, "entityName"), line.GetProperty("after").GetProperty("code").GetString()));
        Assert.False(line.GetProperty("after").TryGetProperty("version", out _));
    }

    [Fact]
    public async Task A_deleted_account_takes_its_grants_and_tokens_with_it_in_plain_sight()
    {
        using HttpClient person = await server.PersonAsync("lihua", ("operator", "north"));
        await person.CreateTokenAsync("gateKeeper", name: "script");
        await admin.StatusAsync(HttpMethod.Delete, "/api/v1/accounts/2");
        Assert.Equal(["account lihua", "grant operator", "token script"],
            (await LinesAsync("")).Where(line => Text(line, "action") == "deleted").Select(line => $"{Text(line, "entity")} {Text(line, "entityName")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Secrets_are_never_in_it_but_that_they_changed_is()
    {
        await admin.CreateAccountAsync("lihua");
        await admin.SendAsync(HttpMethod.Post, "/api/v1/accounts/2/password", new { newPassword = "yet-another-word" });
        JsonElement reset = (await LinesAsync("?entity=account&entityId=2"))[0];
        Assert.Equal("***", reset.GetProperty("after").GetProperty("passwordHash").GetString());
        OrdoAccount account = await server.InDatabaseAsync(db => db.Set<OrdoAccount>().SingleAsync(account => account.Id == 2));
        string trail = (await admin.ReadAsync("/api/v1/audit?pageSize=500")).ToString();
        Assert.DoesNotContain(account.PasswordHash!, trail, StringComparison.Ordinal);
        Assert.DoesNotContain(account.SecurityStamp!, trail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_ins_and_failures_are_in_it()
    {
        using HttpClient stranger = server.Client();
        (await stranger.SignInAsync("nobody", "secret-typed-by-mistake")).Dispose();
        (await stranger.SignInAsync("admin", "wrong")).Dispose();
        await admin.SendAsync(HttpMethod.Post, "/api/v1/auth/logout");
        using HttpClient again = await server.SignedInAsync();
        Assert.Equal(["signedIn admin", "signedOut admin", "signInFailed admin", "signInFailed nobody", "signedIn admin"],
            (await LinesAsync("?entity=account", again)).Select(line => $"{Text(line, "action")} {Text(line, "user")}").Take(5));
        Assert.DoesNotContain("secret-typed-by-mistake", (await again.ReadAsync("/api/v1/audit")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_program_did_names_its_token()
    {
        using HttpClient program = server.ClientWith(await admin.CreateTokenAsync("administrator", name: "setup script"));
        await program.CreateAccountAsync("lihua");
        JsonElement line = Assert.Single(await LinesAsync("?q=LIHUA"));
        Assert.Equal(("admin", "setup script"), (Text(line, "user"), Text(line, "token")));
    }

    [Fact]
    public async Task An_administrator_of_one_park_reads_only_what_happened_there()
    {
        using HttpClient north = await server.PersonAsync("north-admin", ("administrator", "north"));
        await admin.CreateAccountAsync("within", server.Grant("analyst", "smelter"));
        await admin.CreateAccountAsync("beside", server.Grant("analyst", "south"));
        string[] seen = [.. (await LinesAsync("?pageSize=500", north)).Select(line => $"{Text(line, "entity")} {Text(line, "entityName")}").Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["account north-admin", "account within", "grant administrator", "grant analyst"], seen.Where(line => !line.StartsWith("asset", StringComparison.Ordinal)));
        Assert.DoesNotContain("beside", (await north.ReadAsync("/api/v1/audit?pageSize=500")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_searched_by_time_and_in_pages()
    {
        server.Time.Advance(TimeSpan.FromHours(1));
        await admin.CreateAccountAsync("lihua");
        server.Time.Advance(TimeSpan.FromHours(1));
        await admin.CreateAccountAsync("wangwei");
        DateTimeOffset now = server.Time.GetUtcNow();
        Assert.Equal("lihua", Text(Assert.Single(await LinesAsync($"?from={Time(now.AddHours(-1))}&to={Time(now)}")), "entityName"));
        JsonElement page = await admin.ReadAsync("/api/v1/audit?pageSize=1&page=2");
        Assert.Equal("lihua", page.GetProperty("items")[0].GetProperty("entityName").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, await admin.StatusAsync("/api/v1/audit?from=yesterday"));
    }

    [Fact]
    public async Task No_line_is_ever_changed_or_deleted()
    {
        foreach (string sql in (string[])["UPDATE access_audit SET \"Action\" = 'x'", "DELETE FROM access_audit"])
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => server.InDatabaseAsync(db => db.Database.ExecuteSqlRawAsync(sql)));
            Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => server.InDatabaseAsync(db => db.Set<AuditEntry>().ExecuteDeleteAsync()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.InDatabaseAsync(async db =>
        {
            db.Remove(await db.Set<AuditEntry>().FirstAsync());
            return await db.SaveChangesAsync();
        }));
    }

    [Fact]
    public async Task Nothing_audited_is_changed_in_bulk_and_unseen()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.InDatabaseAsync(
            db => db.Set<OrdoAccount>().Where(account => account.Id > 5).ExecuteUpdateAsync(set => set.SetProperty(account => account.Disabled, true))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.InDatabaseAsync(db => db.Set<AccountGrant>().ExecuteDeleteAsync()));
    }

    [Fact]
    public Task Every_entity_says_whether_its_changes_are_written_down() => server.InDatabaseAsync(db =>
    {
        Assert.Empty(AuditedEntities.Undecided(db.Model));
        return Task.FromResult(0);
    });

    [Fact]
    public async Task A_text_that_no_database_keeps_is_a_bad_request_or_finds_nothing()
    {
        HttpStatusCode status = await admin.StatusAsync("/api/v1/audit?q=%00");
        Assert.True(status is HttpStatusCode.OK or HttpStatusCode.BadRequest, status.ToString());
    }

    [Fact]
    public async Task A_change_that_fails_leaves_no_line_and_a_line_that_fails_leaves_no_change()
    {
        int before = (await LinesAsync("?pageSize=500")).Length;
        object stripped = new { displayName = "admin", language = "en", disabled = false, grants = Array.Empty<object>() };
        Assert.Equal("/problems/last-administrator", await admin.ProblemTypeAsync(HttpMethod.Put, "/api/v1/accounts/1", stripped));
        Assert.Equal(before, (await LinesAsync("?pageSize=500")).Length);

        await Assert.ThrowsAnyAsync<Exception>(() => server.InDatabaseAsync(async db =>
        {
            (await db.Set<OrdoAccount>().SingleAsync()).DisplayName = "changed";
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE access_audit RENAME TO away");
            return await db.SaveChangesAsync();
        }));
        Assert.Equal("admin", await server.InDatabaseAsync(db => db.Set<OrdoAccount>().Select(account => account.DisplayName).SingleAsync()));
        await server.InDatabaseAsync(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE away RENAME TO access_audit"));
    }

    private async Task<JsonElement[]> LinesAsync(string query, HttpClient? client = null) =>
        [.. (await (client ?? admin).ReadAsync($"/api/v1/audit{query}")).GetProperty("items").EnumerateArray()];

    private static string? Text(JsonElement line, string property) => line.GetProperty(property).GetString();

    private static string Time(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
}
