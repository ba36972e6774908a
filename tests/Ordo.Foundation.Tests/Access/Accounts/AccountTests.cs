using System.Net;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Access.Accounts;

public sealed class SqliteAccountTests() : AccountTests(new SqliteDatabase());

public sealed class PostgresAccountTests() : AccountTests(new PostgresDatabase());

public abstract class AccountTests(TestDatabase database) : IAsyncLifetime
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
    public async Task An_account_is_made_read_changed_and_deleted()
    {
        JsonElement made = await admin.CreateAccountAsync("乌兰", server.Grant("operator", "north"));
        string address = $"/api/v1/accounts/{made.GetProperty("id").GetInt64()}";
        Assert.Equal(("north（中）", "north"), (made.GetProperty("grants")[0].GetProperty("assetNameZh").GetString(), made.GetProperty("grants")[0].GetProperty("assetNameEn").GetString()));

        object edit = new { displayName = "Ulan", language = "en", disabled = false, grants = (object[])[server.Grant("operator", "north"), server.Grant("analyst", null)] };
        using HttpResponseMessage changed = await admin.SendAsync(HttpMethod.Put, address, edit, "\"1\"");
        Assert.Equal("\"2\"", changed.Headers.ETag?.ToString());
        JsonElement account = await admin.ReadAsync(address);
        Assert.Equal(("乌兰", "Ulan", 2), (account.GetProperty("userName").GetString(), account.GetProperty("displayName").GetString(), account.GetProperty("grants").GetArrayLength()));

        Assert.Equal(["乌兰"], (await admin.ReadAsync("/api/v1/accounts?q=ULAN")).Texts("userName"));
        Assert.Equal(["admin", "乌兰"], (await admin.ReadAsync("/api/v1/accounts")).Texts("userName"));
        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Delete, address, null, "\"2\""));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(address));
    }

    [Fact]
    public async Task An_edit_on_an_old_version_is_refused()
    {
        await admin.CreateAccountAsync("lihua");
        object edit = new { displayName = "x", language = "en", disabled = false, grants = Array.Empty<object>() };
        Assert.Equal(HttpStatusCode.PreconditionRequired, await admin.StatusAsync(HttpMethod.Put, "/api/v1/accounts/2", edit, null));
        Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync(HttpMethod.Put, "/api/v1/accounts/2", edit, "\"1\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await admin.StatusAsync(HttpMethod.Put, "/api/v1/accounts/2", edit, "\"1\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await admin.StatusAsync(HttpMethod.Delete, "/api/v1/accounts/2", null, "\"1\""));
        Assert.Equal(HttpStatusCode.PreconditionRequired, await admin.StatusAsync(HttpMethod.Delete, "/api/v1/accounts/2", null, null));
    }

    [Fact]
    public async Task Every_fault_of_a_new_account_is_named_at_once()
    {
        Assert.Equal(
            ["displayName", "grants[0].role", "grants[1].assetId", "grants[3]", "language", "password", "userName"],
            await admin.FaultsAsync(HttpMethod.Post, "/api/v1/accounts", new
            {
                userName = "a b", displayName = "\n", language = "fr", password = "short",
                grants = (object[])[new { role = "king" }, new { role = "operator", assetId = 999 }, server.Grant("analyst", null), server.Grant("analyst", null)],
            }));
        Assert.Equal(["password"], await admin.FaultsAsync(HttpMethod.Post, "/api/v1/accounts", new { userName = "somebody", password = "SomeBody" }));
        Assert.Equal(["userName"], await admin.FaultsAsync(HttpMethod.Post, "/api/v1/accounts", new { userName = "ADMIN", password = Wire.Password }));
    }

    [Fact]
    public async Task The_last_administrator_stays_and_nobody_removes_oneself()
    {
        object disabled = new { displayName = "admin", language = "en", disabled = true, grants = (object[])[server.Grant("administrator", null)] };
        object stripped = new { displayName = "admin", language = "en", disabled = false, grants = (object[])[server.Grant("administrator", "north")] };
        Assert.Equal("/problems/own-account", await admin.ProblemTypeAsync(HttpMethod.Put, "/api/v1/accounts/1", disabled));
        Assert.Equal("/problems/own-account", await admin.ProblemTypeAsync(HttpMethod.Delete, "/api/v1/accounts/1"));
        Assert.Equal("/problems/last-administrator", await admin.ProblemTypeAsync(HttpMethod.Put, "/api/v1/accounts/1", stripped));

        using HttpClient second = await server.PersonAsync("second", ("administrator", null));
        Assert.Equal(HttpStatusCode.OK, await second.StatusAsync(HttpMethod.Put, "/api/v1/accounts/1", disabled));
        object ownStripped = new { displayName = "second", language = "en", disabled = false, grants = (object[])[server.Grant("analyst", null)] };
        Assert.Equal("/problems/last-administrator", await second.ProblemTypeAsync(HttpMethod.Put, "/api/v1/accounts/2", ownStripped));
        Assert.Equal(HttpStatusCode.OK, await second.StatusAsync("/api/v1/accounts"));
    }

    [Fact]
    public async Task Two_administrators_cannot_remove_each_other_at_the_same_time()
    {
        using HttpClient second = await server.PersonAsync("second", ("administrator", null));
        object disabled = new { displayName = "x", language = "en", disabled = true, grants = (object[])[server.Grant("administrator", null)] };
        await Task.WhenAll(admin.StatusAsync(HttpMethod.Put, "/api/v1/accounts/2", disabled), second.StatusAsync(HttpMethod.Put, "/api/v1/accounts/1", disabled));
        HttpStatusCode[] left = [await admin.StatusAsync("/api/v1/accounts"), await second.StatusAsync("/api/v1/accounts")];
        Assert.Contains(HttpStatusCode.OK, left);
    }

    [Fact]
    public async Task An_administrator_of_one_park_manages_only_who_sees_nothing_else()
    {
        using HttpClient north = await server.PersonAsync("north-admin", ("administrator", "north"));
        await admin.CreateAccountAsync("within", server.Grant("analyst", "smelter"));
        await admin.CreateAccountAsync("beside", server.Grant("analyst", "south"));
        await admin.CreateAccountAsync("both", server.Grant("analyst", "north"), server.Grant("analyst", "south"));
        await admin.CreateAccountAsync("everywhere", server.Grant("analyst", null));
        await admin.CreateAccountAsync("nothing");
        Assert.Equal(["north-admin", "within"], (await north.ReadAsync("/api/v1/accounts")).Texts("userName"));

        object edit = new { displayName = "x", language = "en", disabled = false, grants = (object[])[server.Grant("analyst", "north")] };
        foreach (long id in (long[])[1, 4, 5, 6, 7])
        {
            Assert.Equal(HttpStatusCode.NotFound, await north.StatusAsync($"/api/v1/accounts/{id}"));
            Assert.Equal(HttpStatusCode.NotFound, await north.StatusAsync(HttpMethod.Put, $"/api/v1/accounts/{id}", edit));
            Assert.Equal(HttpStatusCode.NotFound, await north.StatusAsync(HttpMethod.Delete, $"/api/v1/accounts/{id}"));
            Assert.Equal(HttpStatusCode.NotFound, await north.StatusAsync(HttpMethod.Post, $"/api/v1/accounts/{id}/password", new { newPassword = Wire.Password }));
        }

        Assert.Equal(HttpStatusCode.OK, await north.StatusAsync(HttpMethod.Put, "/api/v1/accounts/3", edit));
        await north.CreateAccountAsync("mine", server.Grant("operator", "north"));
    }

    [Theory]
    [InlineData(null, "grants[0].assetId")]
    [InlineData("region", "grants[0].assetId")]
    [InlineData("south", "grants[0].assetId")]
    public async Task An_administrator_of_one_park_gives_rights_only_there(string? asset, string fault)
    {
        using HttpClient north = await server.PersonAsync("north-admin", ("administrator", "north"));
        Assert.Equal([fault], await north.FaultsAsync(
            HttpMethod.Post, "/api/v1/accounts", new { userName = "x", password = Wire.Password, grants = (object[])[server.Grant("analyst", asset)] }));
        Assert.Equal(["grants"], await north.FaultsAsync(HttpMethod.Post, "/api/v1/accounts", new { userName = "x", password = Wire.Password }));
    }

    [Fact]
    public async Task A_reset_password_opens_a_locked_account_and_asks_for_a_new_one()
    {
        using HttpClient person = await server.PersonAsync("lihua");
        using HttpClient guesser = server.Client();
        for (int attempt = 0; attempt < 10; attempt++) (await guesser.SignInAsync("lihua", "wrong")).Dispose();
        Assert.Equal(JsonValueKind.String, (await admin.ReadAsync("/api/v1/accounts/2")).GetProperty("lockedUntil").ValueKind);

        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Post, "/api/v1/accounts/2/password", new { newPassword = "a-password-by-phone" }));
        Assert.Equal(HttpStatusCode.Unauthorized, await person.StatusAsync("/api/v1/auth/me"));
        JsonElement account = await admin.ReadAsync("/api/v1/accounts/2");
        Assert.Equal((JsonValueKind.Null, true), (account.GetProperty("lockedUntil").ValueKind, account.GetProperty("mustChangePassword").GetBoolean()));
    }

    [Fact]
    public async Task Only_an_administrator_manages_accounts_and_everybody_may_read_the_roles()
    {
        using HttpClient person = await server.PersonAsync("lihua", ("operator", null)), stranger = server.Client();
        Assert.Equal(HttpStatusCode.Forbidden, await person.StatusAsync("/api/v1/accounts"));
        Assert.Equal(HttpStatusCode.Forbidden, await person.StatusAsync("/api/v1/audit"));
        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.StatusAsync("/api/v1/accounts"));
        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.StatusAsync("/api/v1/roles"));
        Assert.Equal(11, (await person.ReadAsync("/api/v1/roles")).GetArrayLength());
    }
}
