using Microsoft.Data.Sqlite;
using Ordo.Server.DataFolders;

namespace Ordo.Server.Tests;

public sealed class FolderBackupTests : IDisposable
{
    private readonly string work = Directory.CreateTempSubdirectory("ordo-backup-").FullName;

    private string Data => Path.Combine(work, "data");

    private string Backup => Path.Combine(work, "backup");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(work, recursive: true);
    }

    [Fact]
    public void What_a_database_holds_only_in_its_log_is_in_the_backup()
    {
        using DataFolderSession session = FilledFolder();
        using var writer = new SqliteConnection($"Data Source={Path.Combine(Data, "ordo.db")};Pooling=false");
        writer.Open(); // keeps the log from being folded in
        Run(writer, "INSERT INTO t VALUES ('only in the log')");
        Assert.True(new FileInfo(Path.Combine(Data, "ordo.db-wal")).Length > 0);

        FolderBackup.Create(session, Backup, "test", DateTimeOffset.UnixEpoch);
        FolderBackup.Restore(Backup, Path.Combine(work, "restored"));

        using var reader = new SqliteConnection($"Data Source={Path.Combine(work, "restored", "ordo.db")};Pooling=false");
        reader.Open();
        using SqliteCommand query = reader.CreateCommand();
        query.CommandText = "SELECT group_concat(x) FROM t";
        Assert.Equal("first,only in the log", query.ExecuteScalar());
        Assert.Equal("wal", File.ReadAllText(Path.Combine(work, "restored", "telemetry", "log")));
    }

    [Fact]
    public void Backups_do_not_hold_earlier_backups_nor_what_a_start_makes_anew()
    {
        using DataFolderSession session = FilledFolder();
        Directory.CreateDirectory(session.Folder.Combine("identifiers"));
        File.WriteAllText(session.Folder.Combine("identifiers", "index.image"), "half a gigabyte");
        string first = session.Folder.Combine("backups", "one"), second = session.Folder.Combine("backups", "two");
        BackupManifest one = FolderBackup.Create(session, first, "test", DateTimeOffset.UnixEpoch);
        BackupManifest two = FolderBackup.Create(session, second, "test", DateTimeOffset.UnixEpoch);
        Assert.Equal(one.Files.Select(f => f.Path), two.Files.Select(f => f.Path));
        Assert.DoesNotContain(one.Files, file => file.Path.StartsWith("identifiers/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_flipped_bit_is_found_before_anything_is_restored()
    {
        using (DataFolderSession session = FilledFolder()) FolderBackup.Create(session, Backup, "test", DateTimeOffset.UnixEpoch);
        string file = Path.Combine(Backup, "telemetry", "log");
        byte[] bytes = File.ReadAllBytes(file);
        bytes[1] ^= 4;
        File.WriteAllBytes(file, bytes);

        var refused = Assert.Throws<DataFolderRefusedException>(() => FolderBackup.Restore(Backup, Path.Combine(work, "restored")));

        Assert.Contains("telemetry/log", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(work, "restored")));
    }

    [Fact]
    public void An_unfinished_backup_is_refused()
    {
        using (DataFolderSession session = FilledFolder()) FolderBackup.Create(session, Backup, "test", DateTimeOffset.UnixEpoch);
        File.Delete(Path.Combine(Backup, "backup.json"));
        Assert.Throws<DataFolderRefusedException>(() => FolderBackup.Read(Backup));
    }

    [Fact]
    public void A_manifest_that_points_outside_the_folder_restores_nothing_there()
    {
        using (DataFolderSession session = FilledFolder()) FolderBackup.Create(session, Backup, "test", DateTimeOffset.UnixEpoch);
        string manifest = Path.Combine(Backup, "backup.json");
        File.Copy(Path.Combine(Backup, "telemetry", "log"), Path.Combine(work, "evil"));
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("telemetry/log", "../evil", StringComparison.Ordinal));
        Assert.Throws<DataFolderRefusedException>(() => FolderBackup.Restore(Backup, Path.Combine(work, "in", "restored")));
        Assert.False(File.Exists(Path.Combine(work, "in", "evil")));
    }

    private DataFolderSession FilledFolder()
    {
        DataFolderSession session = DataFolderSession.Open(Data);
        session.MarkCurrent();
        Directory.CreateDirectory(session.Folder.Combine("telemetry"));
        File.WriteAllText(session.Folder.Combine("telemetry", "log"), "wal");
        using var connection = new SqliteConnection($"Data Source={session.Folder.Combine("ordo.db")};Pooling=false");
        connection.Open();
        Run(connection, "PRAGMA journal_mode=WAL; CREATE TABLE t(x TEXT); INSERT INTO t VALUES ('first')");
        return session;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
