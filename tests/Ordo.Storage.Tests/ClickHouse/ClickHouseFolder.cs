using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.ClickHouse;
using Ordo.Testing;

namespace Ordo.Storage.Tests.ClickHouse;

/// <summary>A ClickHouse database and an Ordo database for one test, and the store on them, opened as often as the test likes.</summary>
internal sealed class ClickHouseFolder : IDbContextFactory<OrdoDbContext>, IAsyncDisposable
{
    private static readonly Lazy<Task<ClickHouseProcess[]>> Shared = new(() => ClickHouseProcess.StartShardsAsync(2));
    private static int last;
    private readonly TestDatabase database;

    private ClickHouseFolder(ClickHouseProcess[] servers, TestDatabase database)
    {
        this.database = database;
        Servers = servers;
        string name = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref last)}";
        Options = new()
        {
            Engine = StorageOptions.ClickHouseEngine,
            ClickHouse = new() { Shards = [.. servers.Select(server => server.Address.ToString())], Database = name, InsertIntervalMs = 0 },
        };
    }

    public ClickHouseProcess[] Servers { get; }

    public StorageOptions Options { get; set; }

    public List<ISampleObserver> Observers { get; } = [];

    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <param name="servers">The test's own, which it may kill; else two that all tests share.</param>
    /// <param name="database">The one that numbers; else SQLite.</param>
    public static async Task<ClickHouseFolder> CreateAsync(ClickHouseProcess[]? servers = null, TestDatabase? database = null)
    {
        database ??= new SqliteDatabase();
        await database.InitializeAsync();
        var folder = new ClickHouseFolder(servers ?? await Shared.Value, database);
        await using OrdoDbContext context = folder.CreateDbContext();
        await context.Database.MigrateOrdoAsync();
        return folder;
    }

    public OrdoDbContext CreateDbContext() => database.Open(new StorageModule());

    public ClickHouseStore Open()
    {
        var store = new ClickHouseStore(Options, this, () => Observers, Clock, NullLogger<ClickHouseStore>.Instance);
        try
        {
            store.Start();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await database.DisposeAsync();
}
