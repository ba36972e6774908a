using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ordo.Foundation.Persistence;
using Ordo.Server.Backups;
using Ordo.Server.DataFolders;

namespace Ordo.Server.Cli;

/// <summary><c>ordo backup</c> and <c>ordo restore</c>: copies of a data folder, also while a server runs on it.</summary>
public static class BackupVerbs
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(300);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static Command CreateBackup()
    {
        Option<string> data = Verb.Data();
        var to = new Option<string?>("--to") { Description = "Folder of backups, new or made by an earlier one; the default is backups/shelf in the data folder.", HelpName = "DIR" };
        var keep = new Option<int?>("--keep") { Description = "Afterwards keep only so many of the newest backups in the folder.", HelpName = "N" };
        Option<string?> server = ServerClient.Server(), token = ServerClient.Token();
        var command = new Command(
            "backup", "Copy a data folder, with checksums, into a folder of backups; only what changed since the last one is written. A server that runs on the folder goes on taking data: it makes the backup itself.") { data, to, keep, server, token };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = parsed.GetRequiredValue(data);
            string? target = parsed.GetValue(to) is { } named ? Path.GetFullPath(named) : null;
            int kept = parsed.GetValue(keep) is not { } count ? int.MaxValue : count >= 1 ? count : throw new StartRefusedException("--keep: at least 1.");
            string? url = parsed.GetValue(server), shelf = url is null ? await MakeHereAsync(folder, target, cancellation) : null;
            // A server on another machine has its own folders: the name is its own.
            if (shelf is null)
                await ServerClient.UseAsync(folder, url, parsed.GetValue(token), "backup", async http => shelf = await AskAsync(http, url is null ? target : parsed.GetValue(to), cancellation), cancellation);
            if (kept != int.MaxValue && Directory.Exists(shelf)) await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{BackupShelf.Open(shelf).Prune(kept)} older backups deleted"));
            return 0;
        });
        return command;
    }

    public static Command CreateRestore()
    {
        var backup = new Argument<string>("BACKUP") { Description = "A folder that `ordo backup` or an upgrade made." };
        var name = new Option<string?>("--name") { Description = "Which backup of the folder; the default is the newest.", HelpName = "NAME" };
        Option<string> data = Verb.Data();
        var command = new Command("restore", "Put a backup into a new data folder, comparing every checksum.") { backup, name, data };
        command.SetAction((parsed, cancellation) =>
        {
            string source = parsed.GetRequiredValue(backup), target = parsed.GetRequiredValue(data);
            var progress = new TerminalProgress("Restored");
            if (!BackupShelf.IsOne(source))
            {
                BackupManifest manifest = FolderBackup.Restore(source, target, progress);
                progress.End();
                Say(manifest.Files.Count, manifest.Created, manifest.WrittenBy, manifest.Format, target);
                return Task.FromResult(0);
            }

            ShelvedBackup restored = BackupShelf.Open(source).Restore(parsed.GetValue(name), target, new Shares(progress), cancellation);
            progress.End();
            Say(restored.Files.Count, restored.Created, restored.WrittenBy, restored.Format, target);
            foreach (MissingFile missing in restored.Missing) Console.Error.WriteLine($"{missing.Path} could not be read when the backup was made, and is not there: {missing.Reason}");
            return Task.FromResult(restored.Missing.Count > 0 ? 1 : 0);
        });
        return command;

        static void Say(int files, DateTimeOffset created, string writtenBy, int format, string target) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{files} files of {created:yyyy-MM-dd HH:mm} UTC (Ordo {writtenBy}, format {format}) in {Path.GetFullPath(target)}"));
    }

    /// <returns>Where the backup is, or <c>null</c> when a server runs on the folder.</returns>
    private static async Task<string?> MakeHereAsync(string folder, string? target, CancellationToken cancellation)
    {
        DataFolderSession session;
        try
        {
            session = DataFolderSession.Open(folder);
        }
        catch (DataFolderInUseException)
        {
            return null;
        }

        using (session)
        {
            if (session.Found is null) throw new DataFolderRefusedException($"{session.Folder.FullPath} holds no Ordo data; name the data folder with --data DIR.");
            await using WebApplication app = ServerApp.Build(new ServerSettings { Data = session.Folder.FullPath });
            BackupShelf shelf = BackupShelf.OpenOrCreate(target ?? session.Folder.Combine("backups", "shelf"));
            var progress = new TerminalProgress("Backed up");
            using BackupSources sources = await BackupSources.HoldAsync(session.Folder, app.Services.GetRequiredService<DatabaseOptions>(), null, shelf, cancellation);
            long written = 0;
            ShelvedBackup backup = shelf.Add(session.Found.Format, session.Found.WrittenBy, sources.Files, TimeProvider.System.GetUtcNow(), new Shares(progress, now => written = now.WrittenBytes), cancellation);
            progress.End();
            Say(backup.Name, backup.Bytes, written, shelf.Folder, backup.Missing);
            return shelf.Folder;
        }
    }

    private static async Task<string> AskAsync(HttpClient http, string? target, CancellationToken cancellation)
    {
        var progress = new TerminalProgress("Backed up");
        using HttpResponseMessage answer = await http.PostAsJsonAsync("api/v1/system/backups", new StartBackup(target), Json, cancellation);
        await answer.RequireSuccessAsync(cancellation);
        BackupRun run = (await answer.Content.ReadFromJsonAsync<BackupRun>(Json, cancellation))!;
        DateTimeOffset started = run.Started;
        while (run.State == BackupState.Running)
        {
            await Task.Delay(PollEvery, cancellation);
            run = (await http.GetFromJsonAsync<BackupList>("api/v1/system/backups", Json, cancellation))?.Run ?? throw new StartRefusedException("The server was started again and its backup is gone.");
            if (run.Started != started) throw new StartRefusedException("Another backup was begun meanwhile; look at the list of backups.");
            progress.Report((run.DoneBytes, run.TotalBytes));
        }

        progress.End();
        if (run.State == BackupState.Failed) throw new StartRefusedException($"The backup failed: {run.Failure} Those made before are as they were.");
        Say(run.Name!, run.TotalBytes, run.WrittenBytes, run.Folder, run.Missing);
        return run.Folder;
    }

    /// <exception cref="StartRefusedException">Something is missing: exit code 1, although the rest is there.</exception>
    private static void Say(string name, long bytes, long written, string folder, IReadOnlyList<MissingFile> missing)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Backup {name}: {bytes:N0} bytes, {written:N0} of them new, in {folder}"));
        if (missing.Count > 0) throw new StartRefusedException($"Not in the backup, because it cannot be read: {string.Join("; ", missing.Select(file => $"{file.Path} ({file.Reason})"))}");
    }

    private sealed class Shares(TerminalProgress to, Action<BackupProgress>? also = null) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value)
        {
            to.Report((value.DoneBytes, value.TotalBytes));
            also?.Invoke(value);
        }
    }
}
