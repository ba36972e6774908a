using System.Net;
using System.Text.Json;
using Ordo.Foundation.Access;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Access.SignIn;

public sealed class SqliteSignInTests() : SignInTests(new SqliteDatabase());

public sealed class PostgresSignInTests() : SignInTests(new PostgresDatabase());

public abstract class SignInTests(TestDatabase database) : IAsyncLifetime
{
    private AccessServer server = null!;

    public async ValueTask InitializeAsync() => server = await AccessServer.StartAsync(database);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_first_account_signs_in_sees_its_rights_and_signs_out()
    {
        using HttpClient client = server.Client();
        using HttpResponseMessage response = await client.SignInAsync("Admin", AccessServer.AdminPassword);
        string cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("ordo=", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);

        JsonElement me = await client.ReadAsync("/api/v1/auth/me");
        Assert.Equal("admin", me.GetProperty("userName").GetString());
        Assert.False(me.GetProperty("mustChangePassword").GetBoolean());
        Assert.Equal(Permissions.All.Order(StringComparer.Ordinal), me.GetProperty("permissions").EnumerateArray().Select(p => p.GetString()));
        Assert.Equal("administrator", me.GetProperty("grants")[0].GetProperty("role").GetString());

        Assert.Equal(HttpStatusCode.NoContent, await client.StatusAsync(HttpMethod.Post, "/api/v1/auth/logout"));
        Assert.Equal(HttpStatusCode.Unauthorized, await client.StatusAsync("/api/v1/auth/me"));
    }

    [Fact]
    public async Task Nobody_learns_whether_a_name_exists()
    {
        using HttpClient client = server.Client();
        using HttpClient _ = await server.PersonAsync("gone");
        using HttpClient admin = await server.SignedInAsync();
        await admin.SendAsync(HttpMethod.Put, "/api/v1/accounts/2", new { displayName = "gone", language = "en", disabled = true, grants = Array.Empty<object>() });
        string[] answers =
        [
            await RefusalAsync(client, "nobody", "x"),
            await RefusalAsync(client, "admin", "x"),
            await RefusalAsync(client, "gone", Wire.Password),
            await RefusalAsync(client, "", ""),
            await RefusalAsync(client, "ad\0min", "\0"),
            await RefusalAsync(client, new string('一', 5_000), "x"),
            await RefusalAsync(client, "admin", new string('x', 100_000)),
        ];
        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task After_too_many_wrong_passwords_even_the_right_one_must_wait()
    {
        using HttpClient client = server.Client();
        foreach (string name in (string[])["admin", "nobody"])
        {
            for (int attempt = 0; attempt < 10; attempt++) await RefusalAsync(client, name, "wrong");
            using HttpResponseMessage refused = await client.SignInAsync(name, AccessServer.AdminPassword);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal("600", refused.Headers.RetryAfter?.ToString());
        }

        server.Time.Advance(TimeSpan.FromMinutes(11));
        using HttpResponseMessage welcome = await client.SignInAsync("admin", AccessServer.AdminPassword);
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_without_a_request_and_slides_with_each()
    {
        using HttpClient client = await server.SignedInAsync();
        for (int visit = 0; visit < 3; visit++)
        {
            server.Time.Advance(TimeSpan.FromHours(11));
            Assert.Equal(HttpStatusCode.OK, await client.StatusAsync("/api/v1/auth/me"));
        }

        server.Time.Advance(TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await client.StatusAsync("/api/v1/auth/me"));
    }

    [Fact]
    public async Task A_new_password_ends_the_other_sessions_and_keeps_this_one()
    {
        using HttpClient here = await server.SignedInAsync(), there = await server.SignedInAsync();
        Assert.Equal(["currentPassword"], await here.FaultsAsync(HttpMethod.Post, "/api/v1/auth/password", new { currentPassword = "wrong", newPassword = Wire.Password }));
        Assert.Equal(["newPassword"], await here.FaultsAsync(HttpMethod.Post, "/api/v1/auth/password", new { currentPassword = AccessServer.AdminPassword, newPassword = "short" }));
        Assert.Equal(HttpStatusCode.NoContent, await here.StatusAsync(
            HttpMethod.Post, "/api/v1/auth/password", new { currentPassword = AccessServer.AdminPassword, newPassword = Wire.Password }));

        Assert.Equal(HttpStatusCode.OK, await here.StatusAsync("/api/v1/auth/me"));
        Assert.Equal(HttpStatusCode.Unauthorized, await there.StatusAsync("/api/v1/auth/me"));
        using HttpClient again = await server.SignedInAsync("admin", Wire.Password);
    }

    [Fact]
    public async Task Whoever_signs_in_with_a_password_that_others_know_may_only_choose_a_new_one()
    {
        using HttpClient before = await server.PersonAsync("wangwei", ("analyst", "north"));
        using HttpClient admin = await server.SignedInAsync();
        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Post, "/api/v1/accounts/2/password", new { newPassword = Wire.Password + "x", mustChangePassword = true }));

        using HttpClient person = await server.SignedInAsync("wangwei", Wire.Password + "x");
        Assert.True((await person.ReadAsync("/api/v1/auth/me")).GetProperty("mustChangePassword").GetBoolean());
        Assert.Equal(HttpStatusCode.Forbidden, await person.StatusAsync("/doors/park"));

        Assert.Equal(HttpStatusCode.NoContent, await person.StatusAsync(
            HttpMethod.Post, "/api/v1/auth/password", new { currentPassword = Wire.Password + "x", newPassword = Wire.Password + "y" }));
        Assert.Equal(HttpStatusCode.OK, await person.StatusAsync("/doors/park"));
    }

    [Fact]
    public async Task A_disabled_account_is_out_at_once_and_its_sessions_do_not_come_back()
    {
        using HttpClient person = await server.PersonAsync("lihua", ("analyst", "north"));
        using HttpClient admin = await server.SignedInAsync();
        object[] grants = [server.Grant("analyst", "north")];
        Assert.Equal(HttpStatusCode.OK, await person.StatusAsync("/doors/park"));
        foreach (bool disabled in (bool[])[true, false])
        {
            await admin.SendAsync(HttpMethod.Put, "/api/v1/accounts/2", new { displayName = "Li Hua", language = "en", disabled, grants });
            Assert.Equal(HttpStatusCode.Unauthorized, await person.StatusAsync("/doors/park"));
        }
    }

    [Theory]
    [InlineData("""{"userName":"\ud800","password":"x"}""")]
    [InlineData("""{"userName":"admin"}""")]
    [InlineData("""{"userName":"admin","password":null}""")]
    [InlineData("""["admin"]""")]
    [InlineData("null")]
    public async Task What_is_no_sign_in_is_a_bad_request(string body)
    {
        using HttpClient client = server.Client();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri("/api/v1/auth/login", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task One_changes_the_own_name_and_language()
    {
        using HttpClient client = await server.SignedInAsync();
        using HttpResponseMessage saved = await client.SendAsync(HttpMethod.Put, "/api/v1/auth/me", new { displayName = " 乌兰 ", language = "zh-CN" });
        Assert.Equal("乌兰", (await saved.JsonAsync()).GetProperty("displayName").GetString());
        Assert.Equal(["displayName", "language"], await client.FaultsAsync(HttpMethod.Put, "/api/v1/auth/me", new { displayName = "", language = "fr" }));
    }

    [Theory]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.NoContent)]
    [InlineData("Origin", "own", HttpStatusCode.NoContent)]
    public async Task A_page_of_another_site_changes_nothing(string header, string value, HttpStatusCode expected)
    {
        using HttpClient client = await server.SignedInAsync();
        client.DefaultRequestHeaders.Add(header, value == "own" ? $"http://{server.Address.Authority}" : value);
        Assert.Equal(expected, await client.StatusAsync(HttpMethod.Post, "/api/v1/auth/logout"));
    }

    [Fact]
    public async Task A_route_that_states_no_permission_is_closed_to_everybody()
    {
        using HttpClient admin = await server.SignedInAsync(), stranger = server.Client();
        Assert.Equal(HttpStatusCode.Forbidden, await admin.StatusAsync("/doors/forgotten"));
        Assert.Equal(HttpStatusCode.Unauthorized, await stranger.StatusAsync("/doors/forgotten"));
        Assert.Equal(HttpStatusCode.NotFound, await stranger.StatusAsync("/doors/none"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await stranger.StatusAsync(HttpMethod.Delete, "/doors/park"));
    }

    private static async Task<string> RefusalAsync(HttpClient client, string userName, string password)
    {
        using HttpResponseMessage response = await client.SignInAsync(userName, password);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}

public sealed class SignInThrottleTests
{
    [Fact]
    public async Task One_address_cannot_try_many_names()
    {
        await using AccessServer server = await AccessServer.StartAsync(null, ("Access:FailuresPerAddress", "5"));
        using HttpClient client = server.Client();
        for (int attempt = 0; attempt < 5; attempt++) (await client.SignInAsync($"name{attempt}", "x")).Dispose();
        using HttpResponseMessage refused = await client.SignInAsync("admin", AccessServer.AdminPassword);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        server.Time.Advance(TimeSpan.FromMinutes(10));
        using HttpResponseMessage welcome = await client.SignInAsync("admin", AccessServer.AdminPassword);
        Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);
    }
}
