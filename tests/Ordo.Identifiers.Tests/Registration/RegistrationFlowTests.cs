using System.Text.Json;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Testing;
using static Ordo.Identifiers.Tests.Registration.NodePeople;

namespace Ordo.Identifiers.Tests.Registration;

public sealed class SqliteRegistrationFlowTests(SqliteDatabase database) : RegistrationFlowTests(database), IClassFixture<SqliteDatabase>;

public sealed class PostgresRegistrationFlowTests(PostgresDatabase database) : RegistrationFlowTests(database), IClassFixture<PostgresDatabase>;

/// <summary>An enterprise from its application to a retired identifier, over the API; the tests of a provider share one database.</summary>
public abstract class RegistrationFlowTests(TestDatabase database) : IAsyncLifetime
{
    private NodePeople people = null!;

    public async ValueTask InitializeAsync() => people = await NodePeople.StartAsync(database.Options);

    public async ValueTask DisposeAsync()
    {
        await people.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_enterprise_applies_is_returned_reviewed_and_approved_by_two_people()
    {
        Assert.Equal(422, (await SendAsync(people.Own, HttpMethod.Post, "enterprises", null, new { assetId = people.OwnAsset, creditCode = "91150100MA0N000010", industry = "x", contact = "", phone = "1", purpose = "p", expected = 0 })).Status);
        Assert.Equal(404, (await SendAsync(people.Own, HttpMethod.Post, "enterprises", null, Application(people.NeighbourAsset))).Status);
        JsonElement applied = await OkAsync(people.Own, HttpMethod.Post, "enterprises", null, Application(people.OwnAsset));
        long id = applied.GetProperty("enterprise").GetProperty("id").GetInt64();
        Assert.Equal(409, (await SendAsync(people.Own, HttpMethod.Post, "enterprises", null, Application(people.OwnAsset))).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Get, $"enterprises/{id}")).Status);
        Assert.Equal(403, (await SendAsync(people.Own, HttpMethod.Post, $"enterprises/{id}/review", "*", new { pass = true })).Status);

        Assert.Equal(422, (await SendAsync(people.Operator, HttpMethod.Post, $"enterprises/{id}/review", "*", new { pass = false })).Status);
        await OkAsync(people.Operator, HttpMethod.Post, $"enterprises/{id}/review", "*", new { pass = false, remark = "请补充用途" });
        Assert.Equal(428, (await SendAsync(people.Own, HttpMethod.Put, $"enterprises/{id}", null, Application(people.OwnAsset))).Status);
        Assert.Equal(412, (await SendAsync(people.Own, HttpMethod.Put, $"enterprises/{id}", "\"1\"", Application(people.OwnAsset))).Status);
        await OkAsync(people.Own, HttpMethod.Put, $"enterprises/{id}", "\"2\"", Application(people.OwnAsset));
        Assert.Equal(409, (await SendAsync(people.Admin, HttpMethod.Post, $"enterprises/{id}/approval", "*", new { pass = true })).Status);

        await OkAsync(people.Admin, HttpMethod.Post, $"enterprises/{id}/review", "*", new { pass = true });
        (int status, JsonElement refused) = await SendAsync(people.Admin, HttpMethod.Post, $"enterprises/{id}/approval", "*", new { pass = true });
        Assert.Equal((409, "/problems/four-eyes"), (status, refused.GetProperty("type").GetString()));
        await OkAsync(people.Own, HttpMethod.Put, $"enterprises/{id}", "*", Application(people.OwnAsset));
        await OkAsync(people.Operator, HttpMethod.Post, $"enterprises/{id}/review", "*", new { pass = true });
        Assert.Equal(422, (await SendAsync(people.Admin, HttpMethod.Post, $"enterprises/{id}/approval", "*", new { pass = true, prefix = "10.1" })).Status);
        JsonElement detail = await OkAsync(people.Admin, HttpMethod.Post, $"enterprises/{id}/approval", "*", new { pass = true, prefix = "88.999.0042", quota = 5 });

        Assert.Equal("88.999.0042", detail.GetProperty("prefix").GetProperty("name").GetString());
        Assert.True(people.Store.IsHome("88.999.0042/x"u8));
        Assert.Equal(["applied", "returned", "changed", "reviewed", "changed", "reviewed", "approved"], detail.GetProperty("events").EnumerateArray().Select(line => line.GetProperty("act").GetString()));

        // Withdrawn, it answers nothing and is given to nobody else.
        long prefix = detail.GetProperty("prefix").GetProperty("id").GetInt64();
        await OkAsync(people.Admin, HttpMethod.Put, $"prefixes/{prefix}", "*", new { state = "withdrawn", quota = 5, contract = "", remark = "合同终止" });
        Assert.False(people.Store.IsHome("88.999.0042/x"u8));
        long other = (await OkAsync(people.Neighbour, HttpMethod.Post, "enterprises", null, Application(people.NeighbourAsset))).GetProperty("enterprise").GetProperty("id").GetInt64();
        await OkAsync(people.Operator, HttpMethod.Post, $"enterprises/{other}/review", "*", new { pass = true });
        (status, refused) = await SendAsync(people.Admin, HttpMethod.Post, $"enterprises/{other}/approval", "*", new { pass = true, prefix = "88.999.0042" });
        Assert.Equal((409, "/problems/prefix-taken"), (status, refused.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task A_template_stands_fast_from_its_first_identifier_on()
    {
        (long enterprise, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        JsonElement template = await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
        long id = template.GetProperty("id").GetInt64();
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Get, $"templates/{id}")).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Post, "templates", null, Template(enterprise))).Status);
        await OkAsync(people.Own, HttpMethod.Put, $"templates/{id}", "\"1\"", Template(enterprise));
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN1"));
        (int status, JsonElement refused) = await SendAsync(people.Own, HttpMethod.Put, $"templates/{id}", "*", Template(enterprise));
        Assert.Equal((409, "/problems/template-used"), (status, refused.GetProperty("type").GetString()));
        Assert.Equal(2, (await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise))).GetProperty("edition").GetInt32());
    }

    [Fact]
    public async Task An_identifier_is_registered_changed_suspended_retired_and_never_given_again()
    {
        (long enterprise, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset, quota: 2);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
        string handle = prefix + "/SN-阀门/1";
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN-阀门/1"));
        Assert.Equal("/problems/identifier-exists", (await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN-阀门/1"))).Answer.GetProperty("type").GetString());
        foreach ((string suffix, string? name) in new[] { ("X1", "a"), ("SN ", "a"), ("SN\u200b1", "a"), ("SNe\u0301", "a"), ("SN1", ""), ("SN1", new string('x', 101)), ("SN1", "a\u0000") })
            Assert.Equal(422, (await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, suffix, name))).Status);

        await OkAsync(people.Own, HttpMethod.Post, Move(handle), null, new { state = "active" });
        await OkAsync(people.Own, HttpMethod.Put, Of(handle), null, new { values = new { name = "闸阀", cost = "1" } });
        Assert.Equal(422, (await SendAsync(people.Own, HttpMethod.Post, Move(handle), null, new { state = "suspended" })).Status);
        await OkAsync(people.Own, HttpMethod.Post, Move(handle), null, new { state = "suspended", remark = "召回检查" });
        await OkAsync(people.Own, HttpMethod.Post, Move(handle), null, new { state = "retired", remark = "已报废处理" });
        Assert.Equal(409, (await SendAsync(people.Own, HttpMethod.Post, Move(handle), null, new { state = "active" })).Status);
        Assert.Equal(409, (await SendAsync(people.Own, HttpMethod.Put, Of(handle), null, new { values = new { name = "x" } })).Status);
        Assert.Equal(409, (await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN-阀门/1"))).Status);

        JsonElement detail = await GetAsync(people.Own, Of(handle.ToUpperInvariant()));
        Assert.Equal(["registered", "activated", "changed", "suspended", "retired"], detail.GetProperty("events").EnumerateArray().Select(line => line.GetProperty("act").GetString()));
        Assert.Equal("cost, furnace, made, name", detail.GetProperty("events")[2].GetProperty("remark").GetString());
        Assert.Equal(handle, detail.GetProperty("identifier").GetProperty("handle").GetString());

        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN2"));
        Assert.Equal("/problems/quota-used", (await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN3"))).Answer.GetProperty("type").GetString());
        Assert.Equal(2, (await GetAsync(people.Own, $"items?prefix={prefix}")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Nobody_writes_under_another_ones_prefix()
    {
        (long enterprise, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN1"));
        string handle = prefix + "/SN1";

        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Post, "items", null, Item(prefix, "SN2"))).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Get, Of(handle))).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Put, Of(handle), null, new { values = new { name = "x" } })).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Post, Move(handle), null, new { state = "retired", remark = "抢注测试" })).Status);
        Assert.Equal(404, (await SendAsync(people.Neighbour, HttpMethod.Get, $"items?prefix={prefix}")).Status);
        Assert.Equal(403, (await SendAsync(people.Operator, HttpMethod.Post, "items", null, Item(prefix, "SN2"))).Status);
        Assert.Equal(401, (await SendAsync(people.Anybody, HttpMethod.Post, "items", null, Item(prefix, "SN2"))).Status);
        Assert.Equal(403, (await SendAsync(people.Own, HttpMethod.Put, $"/api/handles/{prefix}/SN9", null, new[] { new { index = 1, type = "T", data = "x" } })).Status);
        // Not even the administrator passes by the life cycle.
        Assert.Equal((403, 401), Codes(await SendAsync(people.Admin, HttpMethod.Put, $"/api/handles/{handle}", null, new[] { new { index = 1, type = "T", data = "x" } })));
        Assert.Equal((403, 401), Codes(await SendAsync(people.Admin, HttpMethod.Delete, $"/api/handles/{handle}")));
    }

    [Fact]
    public async Task Nothing_is_registered_when_the_contract_has_ended()
    {
        (long enterprise, string prefix) = await people.ApproveAsync(people.Own, people.OwnAsset);
        await OkAsync(people.Own, HttpMethod.Post, "templates", null, Template(enterprise));
        JsonElement detail = await GetAsync(people.Own, $"enterprises/{enterprise}");
        await OkAsync(people.Admin, HttpMethod.Put, $"prefixes/{detail.GetProperty("prefix").GetProperty("id").GetInt64()}", "*", new { state = "allotted", quota = 10, contract = "HT-1", contractEnds = people.Server.Time.GetUtcNow().AddMinutes(10) });
        await OkAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN1"));
        people.Server.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("/problems/prefix-closed", (await SendAsync(people.Own, HttpMethod.Post, "items", null, Item(prefix, "SN2"))).Answer.GetProperty("type").GetString());
        Assert.Equal(1, (await SendAsync(people.Anybody, HttpMethod.Get, $"/api/handles/{prefix}/SN1")).Answer.GetProperty("responseCode").GetInt32());
    }

    private static string Move(string handle) => "item/state?handle=" + Uri.EscapeDataString(handle);

    private static (int, int) Codes((int Status, JsonElement Answer) answer) => (answer.Status, answer.Answer.GetProperty("responseCode").GetInt32());
}

public sealed class IdentifiersSchemaTests
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
        await MigratedSchema.EqualsModelAsync(migrated, created, new ParkModule(), new AccessModule(), new IdentifiersModule());
    }
}
