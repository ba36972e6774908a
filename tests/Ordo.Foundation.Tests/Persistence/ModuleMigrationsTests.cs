using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;
using Ordo.Testing;

namespace Ordo.Foundation.Tests.Persistence;

public sealed class SqliteMigrationsTests(SqliteDatabase database) : ModuleMigrationsTests(database, new SqliteDatabase()), IClassFixture<SqliteDatabase>
{
    [Fact]
    public async Task A_reader_never_waits_for_a_writer()
    {
        await using OrdoDbContext db = await OpenMigratedAsync();
        Assert.Equal(["wal"], await db.Database.SqlQueryRaw<string>("PRAGMA journal_mode").ToListAsync());
        Assert.Equal([1], await db.Database.SqlQueryRaw<int>("PRAGMA foreign_keys").ToListAsync());
        Assert.Equal([10000], await db.Database.SqlQueryRaw<int>("PRAGMA busy_timeout").ToListAsync());
    }

    [Fact]
    public async Task A_migration_lock_left_by_a_killed_server_does_not_stop_the_next()
    {
        await using OrdoDbContext db = await OpenMigratedAsync();
        await db.Database.ExecuteSqlRawAsync("""
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
            """);
        using CancellationTokenSource limit = Patience.Begin();
        await db.Database.MigrateOrdoAsync(limit.Token);
    }
}

public sealed class PostgresMigrationsTests(PostgresDatabase database) : ModuleMigrationsTests(database, new PostgresDatabase()), IClassFixture<PostgresDatabase>;

public abstract class ModuleMigrationsTests(TestDatabase database, TestDatabase other)
{
    [Fact]
    public async Task What_the_migrations_build_is_what_the_model_says()
    {
        await other.InitializeAsync();
        await MigratedSchema.EqualsModelAsync(database, other, new ShelfModule());
        await other.DisposeAsync();
    }

    [Fact]
    public async Task Times_come_back_as_they_went_in_and_can_be_ordered()
    {
        await using OrdoDbContext db = await OpenMigratedAsync();
        var early = new DateTimeOffset(2026, 3, 1, 9, 0, 0, 1, TimeSpan.FromHours(8));
        db.AddRange(new Book { Title = Guid.NewGuid().ToString(), Printed = early.AddHours(1) }, new Book { Title = Guid.NewGuid().ToString(), Printed = early });
        await db.SaveChangesAsync();
        db.ChangeTracker.Clear();
        Book first = await db.Set<Book>().Where(book => book.Printed >= early).OrderBy(book => book.Printed).FirstAsync();
        Assert.Equal(early, first.Printed);
        Assert.Equal(TimeSpan.Zero, first.Printed.Offset);
    }

    [Fact]
    public async Task The_number_of_a_deleted_row_never_comes_back()
    {
        await using OrdoDbContext db = await OpenMigratedAsync();
        var lost = new Book { Title = Guid.NewGuid().ToString() };
        db.Add(lost);
        await db.SaveChangesAsync();
        db.Remove(lost);
        await db.SaveChangesAsync();
        var next = new Book { Title = Guid.NewGuid().ToString() };
        db.Add(next);
        await db.SaveChangesAsync();
        Assert.True(next.Id > lost.Id);
    }

    [Fact]
    public async Task A_database_of_a_newer_server_is_left_alone()
    {
        await using OrdoDbContext db = await OpenMigratedAsync();
        await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('999912310001_shelf_future', '99')""");
        var refused = await Assert.ThrowsAsync<NewerDatabaseException>(() => db.Database.MigrateOrdoAsync());
        Assert.Contains("999912310001_shelf_future", refused.Message, StringComparison.Ordinal);
        await db.Database.ExecuteSqlRawAsync("""DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '9999%'""");
    }

    protected async Task<OrdoDbContext> OpenMigratedAsync()
    {
        OrdoDbContext db = database.Open(new ShelfModule());
        await db.Database.MigrateOrdoAsync();
        return db;
    }
}
