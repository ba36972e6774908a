using Ordo.Testing;

namespace Ordo.Storage.Tests.ClickHouse;

public sealed class NumberTablesTests
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
        await MigratedSchema.EqualsModelAsync(migrated, created, new StorageModule());
    }
}
