using System.CommandLine;
using System.Globalization;
using Ordo.Foundation.Persistence;
using Ordo.Server.DataFolders;

namespace Ordo.Server.Cli;

/// <summary><c>ordo backup</c> and <c>ordo restore</c>: whole copies of a data folder.</summary>
public static class BackupVerbs
{
    public static Command CreateBackup()
    {
        Option<string> data = Verb.Data();
        var to = new Option<string?>("--to") { Description = "Folder for the backup; the default is a new one under backups/ in the data folder.", HelpName = "DIR" };
        var command = new Command("backup", "Copy a data folder, with checksums, while no server runs on it.") { data, to };
        command.SetAction(async (parsed, cancellation) =>
        {
            using DataFolderSession session = DataFolderSession.Open(parsed.GetRequiredValue(data));
            if (session.Found is null) throw new DataFolderRefusedException($"{session.Folder.FullPath} holds no Ordo data; name the data folder with --data DIR.");
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            string target = parsed.GetValue(to) ?? session.Folder.Combine("backups", FolderBackup.NameFor(now, "by-hand"));
            await using WebApplication app = ServerApp.Build(new ServerSettings { Data = session.Folder.FullPath });
            BackupManifest manifest = await FolderBackup.CreateAsync(session, app.Services.GetRequiredService<DatabaseOptions>(), target, "by hand", now, Progress("copied"), cancellation);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{manifest.Files.Count} files, {manifest.Files.Sum(f => f.Bytes):N0} bytes in {target}"));
            return 0;
        });
        return command;
    }

    public static Command CreateRestore()
    {
        var backup = new Argument<string>("BACKUP") { Description = "A folder that `ordo backup` or an upgrade made." };
        Option<string> data = Verb.Data();
        var command = new Command("restore", "Put a backup into a new data folder, after comparing every checksum.") { backup, data };
        command.SetAction(parsed =>
        {
            string target = parsed.GetRequiredValue(data);
            BackupManifest manifest = FolderBackup.Restore(parsed.GetRequiredValue(backup), target, Progress("restored"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{manifest.Files.Count} files of {manifest.Created:yyyy-MM-dd HH:mm} UTC (Ordo {manifest.WrittenBy}, format {manifest.Format}) in {Path.GetFullPath(target)}"));
            return 0;
        });
        return command;
    }

    /// <summary>Progress for people, on stderr and only on a terminal, so that scripts read a clean answer.</summary>
    private static Progress<long>? Progress(string done) => Console.IsErrorRedirected
        ? null
        : new(bytes => Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{bytes / 1_048_576:N0} MiB {done} ")));
}
