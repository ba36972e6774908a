using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Ordo.Foundation.Persistence;

namespace Ordo.Server.DataFolders;

/// <summary>
/// Brings a data folder to this server's version in one step, from any older one, after a backup that <c>ordo restore</c> can return to.
/// A database on a server of its own is dumped into that backup (<see cref="PostgresDump"/>). A folder that is already current is not touched.
/// </summary>
public static partial class Upgrade
{
    /// <param name="session">The opened folder.</param>
    /// <param name="database">Where the database is.</param>
    /// <param name="contexts">The database.</param>
    /// <returns>The backup made, or <c>null</c> when the folder was new or current.</returns>
    /// <exception cref="DataFolderRefusedException">The database belongs to a newer server, or cannot be backed up; nothing was changed.</exception>
    public static async Task<string?> RunAsync(
        DataFolderSession session, DatabaseOptions database, IDbContextFactory<OrdoDbContext> contexts, TimeProvider clock, ILogger logger, CancellationToken cancellation)
    {
        await using OrdoDbContext context = await contexts.CreateDbContextAsync(cancellation);
        string? backup = null;
        try
        {
            if (session.Found is { } found && (found.Format < DataFolderSession.CurrentFormat || await HasPendingAsync(context.Database, cancellation)))
            {
                DateTimeOffset now = clock.GetUtcNow();
                backup = session.Folder.Combine("backups", FolderBackup.NameFor(now, $"before-{ServerVersion.Current}"));
                LogBackingUp(logger, found.WrittenBy, ServerVersion.Current, backup);
                await FolderBackup.CreateAsync(session, database, backup, $"before the upgrade to {ServerVersion.Current}", now, cancellation: cancellation);
            }

            await context.Database.MigrateOrdoAsync(cancellation);
        }
        catch (NewerDatabaseException e)
        {
            throw new DataFolderRefusedException(e.Message, e);
        }

        if (session.Found is null || session.Found.Format < DataFolderSession.CurrentFormat || session.Found.WrittenBy != ServerVersion.Current) session.MarkCurrent();
        return backup;
    }

    private static async Task<bool> HasPendingAsync(DatabaseFacade database, CancellationToken cancellation) =>
        await database.CanConnectAsync(cancellation) && (await database.GetPendingMigrationsAsync(cancellation)).Any();

    [LoggerMessage(9001, LogLevel.Information, "The data folder was written by Ordo {From}; before the upgrade to {To} it is copied to {Backup}")]
    private static partial void LogBackingUp(ILogger logger, string from, string to, string backup);
}
