using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Storage.ClickHouse;

namespace Ordo.Storage.Moving;

/// <summary>Moves all telemetry from the embedded store to ClickHouse or back (<c>ordo migrate-telemetry</c>), the server being stopped.</summary>
public sealed class TelemetryMigration
{
    private const string NoteFile = "telemetry-move.json";
    private readonly StorageOptions options;
    private readonly string data;
    private readonly IDbContextFactory<OrdoDbContext> databases;
    private readonly TimeProvider clock;
    private readonly ILoggerFactory logs;

    /// <param name="options">Of the server; the target's are checked whichever engine is set.</param>
    /// <param name="data">The data folder.</param>
    /// <param name="databases">The one database.</param>
    /// <param name="clock">The server's.</param>
    /// <param name="logs">The server's.</param>
    public TelemetryMigration(StorageOptions options, string data, IDbContextFactory<OrdoDbContext> databases, TimeProvider clock, ILoggerFactory logs) =>
        (this.options, this.data, this.databases, this.clock, this.logs) = (options, data, databases, clock, logs);

    /// <param name="toClickHouse">The direction.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancellation">Interrupts it; the next run goes on.</param>
    /// <exception cref="StoreRefusedException">One of the two cannot be opened.</exception>
    public async Task<MoveResult> RunAsync(bool toClickHouse, IProgress<MoveProgress> progress, CancellationToken cancellation)
    {
        await using (OrdoDbContext database = databases.CreateDbContext())
        {
            if ((await database.Database.GetPendingMigrationsAsync(cancellation)).Any())
                throw new StoreRefusedException("The database was written by an earlier version: start the server once, which upgrades it, and stop it again.");
        }

        // Names that were accepted once are carried over whatever the limit is now; nothing else waits for ClickHouse, so nothing is gained by gathering.
        StorageOptions moving = options with { MaxSeriesPerSource = 1_000_000, MaxSeries = int.MaxValue, ClickHouse = options.ClickHouse with { InsertIntervalMs = 0, RefreshSeconds = 0 } };
        using var embedded = new TelemetryStore(moving, Path.Combine(data, "telemetry"), () => [], logs.CreateLogger<TelemetryStore>());
        using var cluster = new ClickHouseStore(moving, databases, () => [], clock, logs.CreateLogger<ClickHouseStore>());
        embedded.Start();
        cluster.Start();
        (ITelemetryEngine from, ITelemetryEngine to, string target) = toClickHouse ? ((ITelemetryEngine)embedded, (ITelemetryEngine)cluster, StorageOptions.ClickHouseEngine) : (cluster, embedded, StorageOptions.EmbeddedEngine);
        return await new TelemetryMove(from, to, target, Path.Combine(data, NoteFile), progress).RunAsync(cancellation);
    }
}
