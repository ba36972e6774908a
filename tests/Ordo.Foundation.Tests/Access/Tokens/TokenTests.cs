using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Tokens;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Access.Tokens;

public sealed class SqliteTokenTests() : TokenTests(new SqliteDatabase());

public sealed class PostgresTokenTests() : TokenTests(new PostgresDatabase());

public abstract class TokenTests(TestDatabase database) : IAsyncLifetime
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
    public async Task A_token_is_shown_once_and_kept_only_as_its_hash()
    {
        string token = await admin.CreateTokenAsync("analyst");
        Assert.True(token.Length >= 43 + ApiToken.Prefix.Length);
        JsonElement listed = (await admin.ReadAsync("/api/v1/tokens")).GetProperty("items")[0];
        Assert.Equal(("a program", "analyst", "admin"), (listed.GetProperty("name").GetString(), listed.GetProperty("role").GetString(), listed.GetProperty("owner").GetString()));
        Assert.DoesNotContain(token, listed.ToString(), StringComparison.Ordinal);
        ApiToken stored = await server.InDatabaseAsync(db => db.Set<ApiToken>().SingleAsync());
        Assert.Equal(ApiToken.HashOf(token), stored.Hash);
        Assert.DoesNotContain(stored.Hash, (await admin.ReadAsync("/api/v1/audit")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_the_server_itself_reads_and_is_good_only_while_it_is_given()
    {
        HttpClient own;
        using (OwnToken.Grant grant = server.Services.GetRequiredService<OwnToken>().Give())
        {
            own = server.ClientWith(grant.Secret);
            Assert.Equal(HttpStatusCode.OK, await own.StatusAsync("/api/v1/tokens"));
            Assert.Equal(HttpStatusCode.Unauthorized, await own.StatusAsync(HttpMethod.Post, "/write"));
            using HttpClient other = server.ClientWith(grant.Secret.ToLowerInvariant());
            Assert.Equal(HttpStatusCode.Unauthorized, await other.StatusAsync("/api/v1/tokens"));
        }

        using (own) Assert.Equal(HttpStatusCode.Unauthorized, await own.StatusAsync("/api/v1/tokens"));
    }

    [Fact]
    public async Task A_token_is_accepted_wherever_clients_of_the_line_protocol_put_it()
    {
        string token = await admin.CreateTokenAsync("ingest");
        foreach (var (scheme, value) in ((string, string)[])
            [("Bearer", token), ("Token", token), ("Token", $"telegraf:{token}"), ("bearer", token), ("Basic", Base64($"telegraf:{token}")), ("Basic", Base64($"{token}:")), ("Basic", Base64(token))])
        {
            using HttpClient program = server.ClientWith(value, scheme);
            using HttpResponseMessage response = await program.SendAsync(HttpMethod.Post, "/write");
            Assert.Equal("admin (a program)", (await response.JsonAsync()).GetString());
        }

        using HttpClient plain = server.Client();
        Assert.Equal(HttpStatusCode.OK, await plain.StatusAsync(HttpMethod.Post, $"/write?u=telegraf&p={token}"));
        Assert.Equal(HttpStatusCode.Unauthorized, await plain.StatusAsync($"/doors/park?u=telegraf&p={token}"));
    }

    [Theory]
    [InlineData("Bearer", "")]
    [InlineData("Bearer", "ordo_x")]
    [InlineData("Basic", "%%%")]
    [InlineData("Basic", "YWRtaW46Zmlyc3Qtc3RlcHBlLXBhc3N3b3Jk")] // admin and the password of the account, which is no token
    [InlineData("Digest", "x")]
    public async Task What_is_no_token_opens_nothing(string scheme, string value)
    {
        using HttpClient program = server.Client();
        program.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"{scheme} {value}");
        using HttpResponseMessage response = await program.SendAsync(HttpMethod.Post, "/write");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(response.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task A_token_ends_at_its_time_and_at_once_when_it_is_revoked()
    {
        DateTimeOffset expires = server.Time.GetUtcNow().AddHours(1);
        using HttpClient brief = server.ClientWith(await admin.CreateTokenAsync("analyst", expires: expires)), lasting = server.ClientWith(await admin.CreateTokenAsync("analyst"));
        server.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, await brief.StatusAsync("/doors/park"));
        server.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await brief.StatusAsync("/doors/park"));
        Assert.Equal(HttpStatusCode.OK, await lasting.StatusAsync("/doors/park"));
        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Delete, "/api/v1/tokens/2"));
        Assert.Equal(HttpStatusCode.Unauthorized, await lasting.StatusAsync("/doors/park"));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Delete, "/api/v1/tokens/2"));
    }

    [Fact]
    public async Task A_token_never_does_more_than_its_owner_may_do_now()
    {
        using HttpClient person = await server.PersonAsync("lihua", ("operator", "north"));
        using HttpClient wide = server.ClientWith(await person.CreateTokenAsync("gateKeeper")), narrow = server.ClientWith(await person.CreateTokenAsync("gateKeeper", "smelter"));
        Assert.Equal([Path("region", "north")], await ScopesAsync(wide));
        Assert.Equal([Path("region", "north", "smelter")], await ScopesAsync(narrow));

        await EditAsync(server.Grant("operator", "smelter"));
        Assert.Equal([Path("region", "north", "smelter")], await ScopesAsync(wide));
        await EditAsync(server.Grant("operator", "south"));
        Assert.Equal([Path("region", "south")], await ScopesAsync(wide));
        Assert.Equal(HttpStatusCode.Forbidden, await narrow.StatusAsync("/doors/park"));
        await EditAsync(server.Grant("ingest", null));
        Assert.Equal(HttpStatusCode.Forbidden, await wide.StatusAsync("/doors/park"));

        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Delete, "/api/v1/accounts/2"));
        Assert.Equal(HttpStatusCode.Unauthorized, await wide.StatusAsync("/doors/park"));

        async Task EditAsync(object grant) => Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync(
            HttpMethod.Put, "/api/v1/accounts/2", new { displayName = "x", language = "en", disabled = false, grants = (object[])[grant] }));
    }

    [Fact]
    public async Task A_new_token_stays_within_the_rights_of_who_makes_it()
    {
        using HttpClient person = await server.PersonAsync("lihua", ("operator", "north"));
        Assert.Equal(["role"], await FaultsAsync(person, "administrator"));
        Assert.Equal(["role"], await FaultsAsync(person, "king"));
        Assert.Equal(["scope"], await FaultsAsync(person, "gateKeeper", "south"));
        Assert.Equal(["scope"], await FaultsAsync(person, "gateKeeper", "region"));
        Assert.Equal(["scope"], await FaultsAsync(person, "gateKeeper", server.Assets["south"]));
        Assert.Equal(["scope"], await FaultsAsync(person, "gateKeeper", 999_999));
        Assert.Equal(["expires"], await FaultsAsync(person, "gateKeeper", expires: server.Time.GetUtcNow()));
        Assert.Equal(["expires"], await FaultsAsync(person, "gateKeeper", expires: server.Time.GetUtcNow().AddYears(11)));
        Assert.Equal(["name"], await person.FaultsAsync(HttpMethod.Post, "/api/v1/tokens", new { name = " ", role = "gateKeeper" }));
        await person.CreateTokenAsync("gateKeeper", server.Assets["smelter"]);
        await person.CreateTokenAsync("gateKeeper", $"{server.Assets["smelter"]}");

        using HttpClient program = server.ClientWith(await person.CreateTokenAsync("operator"));
        Assert.Equal("/problems/forbidden", await program.ProblemTypeAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "child", role = "gateKeeper" }));
    }

    [Fact]
    public async Task One_sees_the_own_tokens_and_an_administrator_those_within_the_scope()
    {
        using HttpClient north = await server.PersonAsync("north-admin", ("administrator", "north")), lihua = await server.PersonAsync("lihua", ("operator", "smelter"));
        await admin.CreateTokenAsync("gateKeeper", name: "of admin");
        await north.CreateTokenAsync("gateKeeper", name: "of north");
        await lihua.CreateTokenAsync("gateKeeper", name: "of lihua");
        Assert.Equal(["of lihua"], (await lihua.ReadAsync("/api/v1/tokens")).Texts("name"));
        Assert.Equal(HttpStatusCode.Forbidden, await lihua.StatusAsync("/api/v1/tokens?all=true"));
        Assert.Equal(["of lihua", "of north"], (await north.ReadAsync("/api/v1/tokens?all=true")).Texts("name"));
        Assert.Equal(["of lihua", "of north", "of admin"], (await admin.ReadAsync("/api/v1/tokens?all=true")).Texts("name"));
        Assert.Equal(HttpStatusCode.NotFound, await lihua.StatusAsync(HttpMethod.Delete, "/api/v1/tokens/2"));
        Assert.Equal(HttpStatusCode.NotFound, await north.StatusAsync(HttpMethod.Delete, "/api/v1/tokens/1"));
        Assert.Equal(HttpStatusCode.NoContent, await north.StatusAsync(HttpMethod.Delete, "/api/v1/tokens/3"));
    }

    [Fact]
    public async Task The_last_use_is_known_at_once_and_written_down_within_a_minute()
    {
        using HttpClient program = server.ClientWith(await admin.CreateTokenAsync("analyst"));
        DateTimeOffset used = server.Time.GetUtcNow();
        await program.StatusAsync("/doors/park");
        JsonElement listed = (await admin.ReadAsync("/api/v1/tokens")).GetProperty("items")[0];
        Assert.Equal(used, listed.GetProperty("lastUsed").GetDateTimeOffset());
        Assert.Null(await StoredAsync());

        server.Time.Advance(TimeSpan.FromMinutes(1));
        using CancellationTokenSource patience = Patience.Begin();
        while (await StoredAsync() is null) patience.Token.ThrowIfCancellationRequested();
        Assert.Equal(used, await StoredAsync());
        Assert.DoesNotContain("lastUsed", (await admin.ReadAsync("/api/v1/audit?entity=token")).ToString(), StringComparison.Ordinal);

        Task<DateTimeOffset?> StoredAsync() => server.InDatabaseAsync(db => db.Set<ApiToken>().Select(token => token.LastUsed).SingleAsync());
    }

    [Fact]
    public async Task An_asset_that_rights_hang_on_stays_until_they_are_taken_back()
    {
        await admin.CreateTokenAsync("analyst", "smelter");
        Assert.Equal("/problems/asset-in-use", await admin.ProblemTypeAsync(HttpMethod.Delete, $"/api/v1/assets/{server.Assets["smelter"]}"));
        await admin.StatusAsync(HttpMethod.Delete, "/api/v1/tokens/1");
        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Delete, $"/api/v1/assets/{server.Assets["smelter"]}"));
    }

    [Fact]
    public async Task Rights_move_with_the_asset_they_hang_on()
    {
        using HttpClient program = server.ClientWith(await admin.CreateTokenAsync("analyst", "smelter"));
        Assert.Equal([Path("region", "north", "smelter")], await ScopesAsync(program));
        Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync(HttpMethod.Put, $"/api/v1/assets/{server.Assets["smelter"]}", new
        {
            kind = "enterprise", code = "smelter", nameZh = "冶炼厂", nameEn = "smelter", parentId = server.Assets["south"],
        }));
        Assert.Equal([Path("region", "south", "smelter")], await ScopesAsync(program));
    }

    private string Path(params string[] codes) => "/" + string.Concat(codes.Select(code => $"{server.Assets[code]}/"));

    private static async Task<string[]> ScopesAsync(HttpClient program) => [.. (await program.ReadAsync("/doors/park")).EnumerateArray().Select(scope => scope.GetString()!)];

    private static Task<string[]> FaultsAsync(HttpClient client, string role, object? scope = null, DateTimeOffset? expires = null) =>
        client.FaultsAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "x", role, scope, expires });

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
