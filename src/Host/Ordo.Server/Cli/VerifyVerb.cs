using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Records;
using Ordo.Server.Backups;
using Ordo.Server.DataFolders;
using Ordo.Storage;
using Ordo.Storage.Care;

namespace Ordo.Server.Cli;

/// <summary><c>ordo verify</c>: reads everything and says what is damaged and what is still good. Exit code 0: all is good; 1: something is damaged; 2: the words were not understood.</summary>
public static class VerifyVerb
{
    public static Command Create()
    {
        Option<string> data = Verb.Data();
        var backup = new Option<string?>("--backup") { Description = "Check a folder of backups instead.", HelpName = "DIR" };
        var command = new Command("verify", "Read every chunk of every month, the log, the catalogue, every record of an identifier and the database, and say what is damaged and what is still good. Changes nothing; works beside a running server.") { data, backup };
        command.SetAction((parsed, cancellation) => parsed.GetValue(backup) is { } folder
            ? Task.FromResult(VerifyBackups(folder, cancellation))
            : VerifyDataAsync(parsed.GetRequiredValue(data), cancellation));
        return command;
    }

    private static async Task<int> VerifyDataAsync(string data, CancellationToken cancellation)
    {
        if (!File.Exists(Path.Combine(data, "ordo.json"))) throw new StartRefusedException($"{Path.GetFullPath(data)} holds no Ordo data; name the data folder with --data DIR.");
        string root = Path.GetFullPath(data);
        await using WebApplication app = ServerApp.Build(new ServerSettings { Data = root });
        string zone = app.Services.GetRequiredService<StorageOptions>().TimeZone;
        var progress = new TerminalProgress("Read");
        (long samples, int damages) = await Task.Run(() => CheckTelemetry(Path.Combine(root, "telemetry"), zone, progress, cancellation), cancellation);
        (long records, int damagedRecords) = await Task.Run(() => CheckIdentifiers(Path.Combine(root, "identifiers"), progress, cancellation), cancellation);
        damages += damagedRecords;
        if (app.Services.GetRequiredService<DatabaseOptions>().Provider == DatabaseProvider.Sqlite && !CheckDatabase(Path.Combine(root, "ordo.db"))) damages++;
        string good = string.Create(CultureInfo.InvariantCulture, $"{samples:N0} samples and {records:N0} records of identifiers");
        await Console.Out.WriteLineAsync(damages == 0
            ? $"Everything is good: {good}, and the log."
            : string.Create(CultureInfo.InvariantCulture, $"{damages:N0} {(damages == 1 ? "part is" : "parts are")} damaged; {good} are good. Restore what is named above from a backup."));
        return damages == 0 ? 0 : 1;
    }

    private static (long Good, int Damages) CheckTelemetry(string folder, string zone, TerminalProgress progress, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            Console.WriteLine("telemetry: there is none in this folder, as where only identifiers are served or the samples are in ClickHouse");
            return default;
        }

        TelemetryVerification found = StoreVerifier.Verify(folder, zone, progress, cancellation);
        progress.End();
        foreach (TelemetryFileState file in found.Good)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"telemetry/{file.File}: {file.Parts:N0} parts, {file.Samples:N0} samples, {file.Bytes:N0} bytes good"));
        if (found.TornBytes > 0) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"telemetry/log: {found.TornBytes:N0} bytes of an unfinished record at the end, never acknowledged"));
        foreach (TelemetryDamage damage in found.Damages) Console.Error.WriteLine($"DAMAGED telemetry/{damage.File}: {damage.What}");
        // The log holds the newest samples once more.
        return (found.Good.Where(file => file.File != "log").Sum(file => file.Samples), found.Damages.Count);
    }

    private static (long Good, int Damages) CheckIdentifiers(string folder, TerminalProgress progress, CancellationToken cancellation)
    {
        if (!HandleStoreVerifier.IsOne(folder)) return default; // a folder that was never started
        IdentifierVerification found = HandleStoreVerifier.Verify(folder, progress, cancellation);
        progress.End();
        foreach (VerifiedFile file in found.Good) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"identifiers/{file.File}: {file.Records:N0} records, {file.Bytes:N0} bytes, good"));
        if (found.TornBytes > 0) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"identifiers: {found.TornBytes:N0} bytes of an unfinished record at the end, never acknowledged"));
        foreach (IdentifierDamage damage in found.Damages) Console.Error.WriteLine($"DAMAGED identifiers/{damage.File}: {damage.What}");
        return (found.Good.Where(file => file.File.StartsWith("handles-", StringComparison.Ordinal)).Sum(file => file.Records), found.Damages.Count);
    }

    private static bool CheckDatabase(string path)
    {
        if (!File.Exists(path)) return true; // a folder that was never started
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString());
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(10)";
            using SqliteDataReader rows = command.ExecuteReader();
            var said = new List<string>();
            while (rows.Read()) said.Add(rows.GetString(0));
            if (said is ["ok"])
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ordo.db: {new FileInfo(path).Length:N0} bytes good"));
                return true;
            }

            Console.Error.WriteLine($"DAMAGED ordo.db: {string.Join("; ", said)}");
        }
        catch (SqliteException e)
        {
            Console.Error.WriteLine($"DAMAGED ordo.db: {e.Message}");
        }

        return false;
    }

    private static int VerifyBackups(string folder, CancellationToken cancellation)
    {
        var progress = new TerminalProgress("Read");
        if (!BackupShelf.IsOne(folder))
        {
            BackupManifest manifest = FolderBackup.Read(folder);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Everything is good: {manifest.Files.Count} files of {manifest.Created:yyyy-MM-dd HH:mm} UTC."));
            return 0;
        }

        BackupShelf shelf = BackupShelf.Open(folder);
        var damaged = shelf.Verify(new Shares(progress), cancellation);
        progress.End();
        foreach (string name in shelf.Names().Except(damaged.Select(found => found.Backup))) Console.WriteLine($"{name}: good");
        foreach (var (backup, path, block) in damaged) Console.Error.WriteLine($"DAMAGED {backup}: {path} ({block})");
        return damaged.Count > 0 ? 1 : 0;
    }

    private sealed class Shares(TerminalProgress to) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => to.Report((value.DoneBytes, value.TotalBytes));
    }
}
