using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Park;

/// <summary>Of the two modules in one assembly, whose migrations are found together.</summary>
public class ParkSchemaTests
{
    [Fact]
    public Task SQLite_is_migrated_to_what_the_model_says() => Compare<SqliteDatabase>();

    [Fact]
    public Task PostgreSQL_is_migrated_to_what_the_model_says() => Compare<PostgresDatabase>();

    private static async Task Compare<T>()
        where T : TestDatabase, new()
    {
        await using T migrated = new(), created = new();
        await migrated.InitializeAsync();
        await created.InitializeAsync();
        await MigratedSchema.EqualsModelAsync(migrated, created, new ParkModule(), new AccessModule());
    }
}
