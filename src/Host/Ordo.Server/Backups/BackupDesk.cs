using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Server.DataFolders;
using Ordo.Storage.Care;

namespace Ordo.Server.Backups;

/// <summary>A backup that is being made, or the last one.</summary>
/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="Folder">Where it goes.</param>
/// <param name="Name">Of the finished backup.</param>
/// <param name="DoneBytes">Read so far, or known to be there already.</param>
/// <param name="TotalBytes">To be read.</param>
/// <param name="WrittenBytes">New blocks written: what changed since the backup before.</param>
/// <param name="Missing">Files that could not be read; all others are in the backup.</param>
/// <param name="Failure">Why it failed.</param>
public sealed record BackupRun(
    BackupState State, string Folder, string? Name, DateTimeOffset Started, DateTimeOffset? Ended, long DoneBytes, long TotalBytes, long WrittenBytes, IReadOnlyList<MissingFile> Missing, string? Failure);

public enum BackupState
{
    Running,
    Done,
    Failed,
}

/// <summary>Makes backups while the server runs, one at a time.</summary>
internal sealed partial class BackupDesk(
    DataFolder data, DatabaseOptions database, IDbContextFactory<OrdoDbContext> contexts, AuditTrail trail, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<BackupDesk> logger, ITelemetryCare? care = null)
{
    private readonly Lock gate = new();
    private BackupRun? run;
    private Task task = Task.CompletedTask;

    /// <summary>Where backups go when nobody names a folder.</summary>
    public string DefaultFolder => data.Combine("backups", "shelf");

    public BackupRun? Run => Volatile.Read(ref run);

    /// <summary>For tests: ends with the backup being made.</summary>
    public Task Completion => task;

    /// <exception cref="ProblemException">409 while another is being made, 422 for a folder that holds something else.</exception>
    public async Task<BackupRun> StartAsync(string? folder, CancellationToken cancellation)
    {
        BackupShelf shelf;
        try
        {
            if (folder is not null && !Path.IsPathFullyQualified(folder)) throw new DataFolderRefusedException($"'{folder}' is no full path on the server.");
            shelf = BackupShelf.OpenOrCreate(folder ?? DefaultFolder);
        }
        catch (DataFolderRefusedException e)
        {
            throw new ProblemException(Problems.Validation(("folder", new($"该文件夹不能用于备份：{e.Message}", e.Message))));
        }

        BackupRun started;
        lock (gate)
        {
            if (run is { State: BackupState.Running })
                throw new ProblemException(Problems.Conflict("backup-running", new("已有备份正在进行，请等待其完成。", "A backup is being made; wait for it to end.")));
            run = started = new(BackupState.Running, shelf.Folder, null, clock.GetUtcNow(), null, 0, 0, 0, [], null);
        }

        await using (OrdoDbContext db = await contexts.CreateDbContextAsync(cancellation))
        {
            db.Add(trail.Line(AuditActions.BackedUp, new("server", "backup", shelf.Folder), "/"));
            await db.SaveChangesAsync(cancellation);
        }

        task = Task.Run(() => MakeAsync(shelf), CancellationToken.None);
        return started;
    }

    /// <summary>The backups in the default folder, the newest first.</summary>
    public IReadOnlyList<ShelvedBackup> List(int most)
    {
        if (!BackupShelf.IsOne(DefaultFolder)) return [];
        BackupShelf shelf = BackupShelf.Open(DefaultFolder);
        var backups = new List<ShelvedBackup>();
        foreach (string name in shelf.Names().Take(most))
        {
            try
            {
                backups.Add(shelf.Read(name));
            }
            catch (DataFolderRefusedException)
            {
                // Its list cannot be read; `ordo verify --backup` says so.
            }
        }

        return backups;
    }

    private async Task MakeAsync(BackupShelf shelf)
    {
        try
        {
            using BackupSources sources = await BackupSources.HoldAsync(data, database, care, shelf, lifetime.ApplicationStopping);
            ShelvedBackup backup = shelf.Add(DataFolderSession.CurrentFormat, ServerVersion.Current, sources.Files, clock.GetUtcNow(), new Reporter(this), lifetime.ApplicationStopping);
            Update(now => now with { State = BackupState.Done, Name = backup.Name, Ended = clock.GetUtcNow(), DoneBytes = backup.Bytes, TotalBytes = backup.Bytes, Missing = backup.Missing });
            LogDone(backup.Name, shelf.Folder, backup.Bytes, Run!.WrittenBytes);
            foreach (MissingFile missing in backup.Missing) LogMissing(missing.Path, missing.Reason);
        }
        catch (Exception e)
        {
            string failure = e is OperationCanceledException ? "The server is stopping." : e.Message;
            Update(now => now with { State = BackupState.Failed, Ended = clock.GetUtcNow(), Failure = failure });
            LogFailed(e, shelf.Folder);
        }
    }

    private void Update(Func<BackupRun, BackupRun> change)
    {
        lock (gate) run = change(run!);
    }

    private sealed class Reporter(BackupDesk desk) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) =>
            desk.Update(now => now with { DoneBytes = value.DoneBytes, TotalBytes = value.TotalBytes, WrittenBytes = value.WrittenBytes });
    }

    [LoggerMessage(9010, LogLevel.Information, "Backup {Name} in {Folder}: {Bytes} bytes, {Written} of them new")]
    private partial void LogDone(string name, string folder, long bytes, long written);

    [LoggerMessage(9011, LogLevel.Error, "The backup into {Folder} failed; those made before are as they were")]
    private partial void LogFailed(Exception cause, string folder);

    [LoggerMessage(9012, LogLevel.Error, "{Path} is not in the backup: {Reason}")]
    private partial void LogMissing(string path, string reason);
}
