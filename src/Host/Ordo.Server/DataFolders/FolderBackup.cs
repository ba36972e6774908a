using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Ordo.Foundation.Persistence;

namespace Ordo.Server.DataFolders;

/// <summary>One file of a backup.</summary>
/// <param name="Path">Relative to the data folder, with <c>/</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Hex, lower case.</param>
public sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>What <c>backup.json</c> says; written last, so that a backup without it is an unfinished one.</summary>
public sealed record BackupManifest(int Format, string WrittenBy, string Reason, DateTimeOffset Created, IReadOnlyList<BackupFile> Files);

/// <summary>
/// Whole, checksummed copies of a data folder that no server is writing to: before every upgrade, and by <c>ordo backup</c>.
/// SQLite databases are copied through SQLite, so that what still stands in their logs is not lost.
/// </summary>
public static class FolderBackup
{
    private const string ManifestName = "backup.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Not part of a backup: earlier backups, the lock, SQLite's logs, which the copy of their database already holds, and the image of the identifiers' index, which a start makes anew.</summary>
    internal static bool IsLeftOut(string relative) =>
        relative.StartsWith("backups/", StringComparison.Ordinal) || relative is "lock" or "lock.pid" or "server.url"
        || relative.StartsWith("identifiers/index.image", StringComparison.Ordinal) || relative.EndsWith("-wal", StringComparison.Ordinal) || relative.EndsWith("-shm", StringComparison.Ordinal);

    /// <summary>The folder and the database: one that is not in the folder is dumped into the backup, see <see cref="PostgresDump"/>.</summary>
    /// <exception cref="DataFolderRefusedException">The target is not empty, or the database cannot be dumped.</exception>
    public static async Task<BackupManifest> CreateAsync(
        DataFolderSession folder, DatabaseOptions database, string target, string reason, DateTimeOffset now, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(database);
        if (database.Provider == DatabaseProvider.Sqlite) return Create(folder, target, reason, now, progress);

        // Into the data folder first, so that the manifest counts and checks it like every other file.
        string dump = folder.Folder.Combine(PostgresDump.FileName);
        try
        {
            await PostgresDump.WriteAsync(database.ConnectionString, dump, cancellation);
            return Create(folder, target, reason, now, progress);
        }
        finally
        {
            File.Delete(dump);
        }
    }

    /// <param name="folder">A data folder whose lock the caller holds.</param>
    /// <param name="target">A folder that does not exist or is empty.</param>
    /// <param name="progress">Bytes copied so far.</param>
    /// <exception cref="DataFolderRefusedException">The target is not empty.</exception>
    public static BackupManifest Create(DataFolderSession folder, string target, string reason, DateTimeOffset now, IProgress<long>? progress = null)
    {
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            throw new DataFolderRefusedException($"The backup folder {target} is not empty; name a new one.");
        Directory.CreateDirectory(target);
        string root = folder.Folder.FullPath;
        var files = new List<BackupFile>();
        long done = 0;
        foreach (string source in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string relative = Path.GetRelativePath(root, source).Replace('\\', '/');
            if (IsLeftOut(relative) || IsInside(source, target)) continue;
            string copy = Path.Combine(target, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (IsSqlite(source)) CopySqlite(source, copy);
            else File.Copy(source, copy);
            files.Add(Describe(target, relative));
            progress?.Report(done += files[^1].Bytes);
        }

        var manifest = new BackupManifest(folder.Found?.Format ?? DataFolderSession.CurrentFormat, folder.Found?.WrittenBy ?? ServerVersion.Current, reason, now, files);
        File.WriteAllText(Path.Combine(target, ManifestName), JsonSerializer.Serialize(manifest, Json));
        return manifest;
    }

    /// <summary>Name of a backup made now, sortable: <c>2026-11-23T061500Z-before-0.2.0</c>.</summary>
    public static string NameFor(DateTimeOffset now, string reason) =>
        string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyy-MM-dd'T'HHmmss'Z'}-{reason}");

    /// <summary>Puts a backup into a new data folder; every checksum is compared before the folder can be opened.</summary>
    /// <exception cref="DataFolderRefusedException">Not a finished backup, damaged, or the target is in use or not empty.</exception>
    public static BackupManifest Restore(string backup, string dataFolder, IProgress<long>? progress = null)
    {
        BackupManifest manifest = Read(backup);
        if (Directory.Exists(dataFolder) && Directory.EnumerateFileSystemEntries(dataFolder).Any())
            throw new DataFolderRefusedException($"The folder {Path.GetFullPath(dataFolder)} is not empty; restore into a new one with --data DIR, then move the old one away.");
        string root = Path.GetFullPath(dataFolder);
        long done = 0;
        foreach (BackupFile file in manifest.Files)
        {
            string target = Path.GetFullPath(Path.Combine(root, file.Path));
            if (!IsInside(target, root)) throw new DataFolderRefusedException($"The backup names a file outside the data folder ({file.Path}); it is not one of ours.");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(backup, file.Path), target);
            progress?.Report(done += file.Bytes);
        }

        return manifest;
    }

    /// <summary>Reads the manifest and compares every file with it.</summary>
    /// <exception cref="DataFolderRefusedException">With the first file that is missing or differs.</exception>
    public static BackupManifest Read(string backup)
    {
        string file = Path.Combine(backup, ManifestName);
        if (!File.Exists(file)) throw new DataFolderRefusedException($"{Path.GetFullPath(backup)} is not a finished backup: {ManifestName} is missing.");
        BackupManifest manifest = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllText(file), Json)
            ?? throw new DataFolderRefusedException($"{file} is empty.");
        foreach (BackupFile entry in manifest.Files)
        {
            if (!File.Exists(Path.Combine(backup, entry.Path))) throw new DataFolderRefusedException($"The backup is incomplete: {entry.Path} is missing.");
            if (Describe(backup, entry.Path) != entry) throw new DataFolderRefusedException($"The backup is damaged: {entry.Path} differs from its checksum.");
        }

        return manifest;
    }

    private static BackupFile Describe(string root, string relative)
    {
        using FileStream stream = File.OpenRead(Path.Combine(root, relative));
        return new(relative, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static bool IsInside(string path, string folder) =>
        Path.GetFullPath(path).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool IsSqlite(string file)
    {
        Span<byte> head = stackalloc byte[16];
        using FileStream stream = File.OpenRead(file);
        return stream.ReadAtLeast(head, 16, throwOnEndOfStream: false) == 16 && head.SequenceEqual("SQLite format 3\0"u8);
    }

    private static void CopySqlite(string source, string target)
    {
        using var from = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Pooling = false }.ToString());
        using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = target, Pooling = false }.ToString());
        from.Open();
        to.Open();
        from.BackupDatabase(to);
    }
}
