using Microsoft.Data.Sqlite;
using Ordo.Foundation.Persistence;
using Ordo.Server.DataFolders;
using Ordo.Storage.Care;

namespace Ordo.Server.Backups;

/// <summary>What of a data folder is backed up, held still while it is being copied. Beside a running server as well as without one.</summary>
internal sealed class BackupSources : IDisposable
{
    private readonly List<BackupSource> files = [];
    private readonly TelemetryMoment telemetry;
    private readonly string scratch;

    private BackupSources(TelemetryMoment telemetry, string scratch) => (this.telemetry, this.scratch) = (telemetry, scratch);

    public IReadOnlyList<BackupSource> Files => files;

    /// <param name="root">The data folder.</param>
    /// <param name="database">Dumped into the backup where it is not in the folder.</param>
    /// <param name="care">The open store, or <c>null</c> when no server runs.</param>
    /// <param name="shelf">Where the backup goes; scratch files lie there, never in the data folder.</param>
    public static async Task<BackupSources> HoldAsync(DataFolder root, DatabaseOptions database, ITelemetryCare? care, BackupShelf shelf, CancellationToken cancellation)
    {
        string scratch = Path.Combine(shelf.Folder, $"held-{Guid.NewGuid():n}");
        Directory.CreateDirectory(scratch);
        BackupSources? sources = null;
        try
        {
            // The telemetry first: what is acknowledged when a backup is asked for is in it.
            TelemetryMoment moment = await Task.Run(() => care?.Hold(scratch) ?? TelemetryMoment.OfClosed(root.Combine("telemetry")), cancellation);
            sources = new(moment, scratch);
            sources.files.AddRange(moment.Files.Select(file => new BackupSource($"telemetry/{file.Name}", file.Length, file.Stamp, file.CopyTo)));
            sources.AddFolder(root.FullPath);
            if (database.Provider != DatabaseProvider.Sqlite)
            {
                string dump = Path.Combine(scratch, PostgresDump.FileName);
                await PostgresDump.WriteAsync(database.ConnectionString, dump, cancellation);
                sources.files.Add(Plain(PostgresDump.FileName, dump));
            }

            return sources;
        }
        catch
        {
            sources?.telemetry.Dispose();
            Directory.Delete(scratch, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        telemetry.Dispose();
        Directory.Delete(scratch, recursive: true);
    }

    private void AddFolder(string root)
    {
        foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string relative = Path.GetRelativePath(root, path).Replace('\\', '/');
            if (relative.StartsWith("telemetry/", StringComparison.Ordinal) || FolderBackup.IsLeftOut(relative)) continue;
            // By name, not by looking inside: to close a database file again would drop the locks SQLite holds on it in this process.
            if (relative.EndsWith(".db", StringComparison.Ordinal)) files.Add(new(relative, new FileInfo(path).Length, null, (target, _) => CopyDatabase(path, target)));
            else files.Add(Plain(relative, path));
        }
    }

    private static BackupSource Plain(string relative, string path) => new(relative, new FileInfo(path).Length, null, (target, _) =>
    {
        using var from = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using FileStream to = File.Create(target);
        from.CopyTo(to);
    });

    private static void CopyDatabase(string source, string target)
    {
        try
        {
            using var from = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
            using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
            from.Open();
            to.Open();
            from.BackupDatabase(to);
        }
        catch (SqliteException e)
        {
            throw new IOException($"{source}: {e.Message}", e);
        }
    }
}
