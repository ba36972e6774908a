using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Ordo.Server.DataFolders;

namespace Ordo.Server.Backups;

/// <summary>One file of a backup: its blocks in order.</summary>
/// <param name="Path">Relative to the data folder, with <c>/</c>.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Stamp">The same stamp at the next backup, the same content; <c>null</c> when only reading tells.</param>
/// <param name="Blocks">SHA-256 of each block, hex, lower case.</param>
public sealed record ShelvedFile(string Path, long Bytes, string? Stamp, IReadOnlyList<string> Blocks);

/// <summary>A file that could not be copied, and why; everything else is in the backup.</summary>
public sealed record MissingFile(string Path, string Reason);

/// <summary>One backup on a shelf.</summary>
/// <param name="Name">Sortable by time.</param>
/// <param name="Format">Format of the data folder.</param>
/// <param name="WrittenBy">Version of the server whose data it is.</param>
/// <param name="Missing">What could not be read when it was made.</param>
public sealed record ShelvedBackup(string Name, int Format, string WrittenBy, DateTimeOffset Created, IReadOnlyList<ShelvedFile> Files, IReadOnlyList<MissingFile> Missing)
{
    public long Bytes => Files.Sum(file => file.Bytes);
}

/// <summary>A file to be backed up.</summary>
/// <param name="Path">Relative to the data folder, with <c>/</c>.</param>
/// <param name="Length">About; for progress.</param>
/// <param name="Stamp">See <see cref="ShelvedFile.Stamp"/>.</param>
/// <param name="CopyTo">Writes it into a file that does not exist yet.</param>
public sealed record BackupSource(string Path, long Length, string? Stamp, Action<string, CancellationToken> CopyTo);

/// <summary>How far a backup is.</summary>
/// <param name="DoneBytes">Read or known to be there already.</param>
/// <param name="TotalBytes">Of all files.</param>
/// <param name="WrittenBytes">New blocks: what the backup costs.</param>
public readonly record struct BackupProgress(long DoneBytes, long TotalBytes, long WrittenBytes);

/// <summary>
/// A folder of backups (备份库) that share what they have in common. Every file is cut into blocks named after their SHA-256, so the second backup writes only
/// blocks that changed, and every earlier one can still be restored.
/// <code>
/// DIR/
///   ordo-backups           "ordo-backups 1"
///   backups/NAME.json      one backup: its files, their blocks; written last, so an unfinished one does not exist
///   blocks/ab/abcd…        a block of at most 4 MiB
///   incoming/              what is being copied
/// </code>
/// </summary>
public sealed class BackupShelf
{
    public const int BlockBytes = 4 << 20;
    private const string Marker = "ordo-backups", MarkerText = "ordo-backups 1\n";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private BackupShelf(string folder) => Folder = Path.GetFullPath(folder);

    public string Folder { get; }

    /// <summary>Whether a folder is one; an older backup, of one file each, is not.</summary>
    public static bool IsOne(string folder) => File.Exists(Path.Combine(folder, Marker));

    /// <exception cref="DataFolderRefusedException">The folder is not one, or of a newer program.</exception>
    public static BackupShelf Open(string folder)
    {
        if (!IsOne(folder)) throw new DataFolderRefusedException($"{Path.GetFullPath(folder)} is no folder of backups; `ordo backup --to DIR` makes one.");
        string found = File.ReadAllText(Path.Combine(folder, Marker));
        if (found != MarkerText) throw new DataFolderRefusedException($"{Path.GetFullPath(folder)} says '{found.Trim()}'; this program reads '{MarkerText.Trim()}'. Use the newer program that made it.");
        return new(folder);
    }

    /// <summary>Opens a folder of backups, or makes an empty or missing folder one.</summary>
    /// <exception cref="DataFolderRefusedException">The folder holds something else, or cannot be written.</exception>
    public static BackupShelf OpenOrCreate(string folder)
    {
        if (IsOne(folder)) return Open(folder);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new DataFolderRefusedException($"The folder {Path.GetFullPath(folder)} is not empty and holds no Ordo backups; name an empty one or one that `ordo backup` made.");
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, Marker), MarkerText);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFolderRefusedException($"The backup folder {Path.GetFullPath(folder)} cannot be written ({e.Message}).", e);
        }

        return new(folder);
    }

    /// <summary>Names of the backups, the newest first.</summary>
    public IReadOnlyList<string> Names() => !Directory.Exists(In("backups")) ? [] :
        [.. Directory.EnumerateFiles(In("backups"), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).OrderDescending(StringComparer.Ordinal)];

    /// <exception cref="DataFolderRefusedException">There is no such backup, or its list cannot be read.</exception>
    public ShelvedBackup Read(string name)
    {
        string path = Path.Combine(In("backups"), Path.GetFileName(name) + ".json");
        if (!File.Exists(path)) throw new DataFolderRefusedException($"{Folder} has no backup '{name}'; it has: {string.Join(", ", Names().Take(10))}.");
        try
        {
            return JsonSerializer.Deserialize<ShelvedBackup>(File.ReadAllText(path), Json) ?? throw new JsonException("empty");
        }
        catch (JsonException e)
        {
            throw new DataFolderRefusedException($"The backup is damaged: {path} cannot be read ({e.Message}). An earlier one may be good: name it with --name.", e);
        }
    }

    /// <summary>Makes a backup. One at a time for a folder.</summary>
    /// <exception cref="IOException">The folder cannot be written; the backups in it are as they were.</exception>
    /// <exception cref="DataFolderRefusedException">Another backup into the folder is running.</exception>
    public ShelvedBackup Add(int format, string writtenBy, IReadOnlyList<BackupSource> sources, DateTimeOffset now, IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        using FileStream held = Lock();
        string incoming = In("incoming");
        if (Directory.Exists(incoming)) Directory.Delete(incoming, recursive: true); // of one that was stopped
        Directory.CreateDirectory(incoming);
        Dictionary<string, ShelvedFile> known = Names() is [var newest, ..] ? Read(newest).Files.ToDictionary(file => file.Path) : [];
        long done = 0, written = 0, total = sources.Sum(source => source.Length);
        var files = new List<ShelvedFile>();
        var missing = new List<MissingFile>();
        foreach (BackupSource source in sources)
        {
            cancellation.ThrowIfCancellationRequested();
            if (source.Stamp is not null && known.TryGetValue(source.Path, out ShelvedFile? before) && before.Stamp == source.Stamp && before.Blocks.All(HasBlock)) files.Add(before);
            else if (Copy(source) is { } copied) files.Add(copied);
            progress?.Report(new(done += source.Length, total, written));
        }

        Directory.Delete(incoming, recursive: true);
        var backup = new ShelvedBackup(NameFor(now), format, writtenBy, now, files, missing);
        WriteDurably(Path.Combine(Directory.CreateDirectory(In("backups")).FullName, backup.Name + ".json"), JsonSerializer.SerializeToUtf8Bytes(backup, Json));
        return backup;

        ShelvedFile? Copy(BackupSource source)
        {
            string copy = Path.Combine(incoming, "file");
            try
            {
                source.CopyTo(copy, cancellation);
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && HasRoom(incoming))
            {
                missing.Add(new(source.Path, e.Message));
                File.Delete(copy);
                return null;
            }

            long begin = done;
            using FileStream stream = File.OpenRead(copy);
            var blocks = new List<string>();
            var buffer = new byte[BlockBytes];
            while (stream.ReadAtLeast(buffer, BlockBytes, throwOnEndOfStream: false) is > 0 and var length)
            {
                cancellation.ThrowIfCancellationRequested();
                string name = Convert.ToHexStringLower(SHA256.HashData(buffer.AsSpan(0, length)));
                blocks.Add(name);
                if (!HasBlock(name))
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
                    WriteDurably(PathOf(name), buffer.AsSpan(0, length));
                    written += length;
                }

                progress?.Report(new(Math.Min(begin + stream.Position, begin + source.Length), total, written));
            }

            long bytes = stream.Length;
            stream.Dispose();
            File.Delete(copy);
            return new(source.Path, bytes, source.Stamp, blocks);
        }
    }

    /// <summary>Puts a backup into a new folder. Every block is compared with its checksum before the folder gets its name.</summary>
    /// <param name="name">Which; the newest when <c>null</c>.</param>
    /// <exception cref="DataFolderRefusedException">Damaged, or the target is not empty; nothing is left of the attempt.</exception>
    public ShelvedBackup Restore(string? name, string dataFolder, IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        ShelvedBackup backup = Read(name ?? Newest());
        string root = Path.GetFullPath(dataFolder), unfinished = root + ".restoring";
        if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any())
            throw new DataFolderRefusedException($"The folder {root} is not empty; restore into a new one with --data DIR, then move the old one away.");
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        long done = 0, total = backup.Bytes;
        try
        {
            Directory.CreateDirectory(unfinished);
            foreach (ShelvedFile file in backup.Files)
            {
                string target = Path.GetFullPath(Path.Combine(unfinished, file.Path));
                if (!target.StartsWith(unfinished + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                    throw new DataFolderRefusedException($"The backup names a file outside the data folder ({file.Path}); it is not one of ours.");
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                using FileStream stream = File.Create(target);
                foreach (string block in file.Blocks)
                {
                    cancellation.ThrowIfCancellationRequested();
                    stream.Write(ReadBlock(block) ?? throw new DataFolderRefusedException(
                        $"The backup {backup.Name} is damaged: a part of {file.Path} (block {PathOf(block)}) is missing or differs from its checksum. Nothing was restored; an earlier backup may be whole: ordo verify --backup {Folder}."));
                    progress?.Report(new(done + stream.Position, total, 0));
                }

                if (stream.Length != file.Bytes) throw new DataFolderRefusedException($"The backup {backup.Name} is damaged: {file.Path} has {stream.Length} bytes where {file.Bytes} were backed up. Nothing was restored.");
                stream.Flush(flushToDisk: true);
                done += file.Bytes;
            }

            if (Directory.Exists(root)) Directory.Delete(root);
            Directory.Move(unfinished, root);
            return backup;
        }
        catch
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    /// <summary>Reads every block of every backup, each once.</summary>
    /// <returns>What is damaged: the backup, the file in it, and the block.</returns>
    public IReadOnlyList<(string Backup, string Path, string Block)> Verify(IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        ShelvedBackup[] backups = [.. Names().Select(Read)];
        var good = new Dictionary<string, bool>();
        var damaged = new List<(string, string, string)>();
        long total = backups.SelectMany(backup => backup.Files).SelectMany(file => file.Blocks).Distinct().LongCount() * BlockBytes;
        foreach (ShelvedBackup backup in backups)
        {
            foreach (ShelvedFile file in backup.Files)
            {
                foreach (string block in file.Blocks)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (!good.TryGetValue(block, out bool isGood))
                    {
                        good[block] = isGood = ReadBlock(block) is not null;
                        progress?.Report(new(good.Count * (long)BlockBytes, total, 0));
                    }

                    if (!isGood) damaged.Add((backup.Name, file.Path, PathOf(block)));
                }
            }
        }

        return damaged;
    }

    /// <summary>Keeps the newest backups and deletes the others, with the blocks that nobody needs any more.</summary>
    /// <returns>How many were deleted.</returns>
    public int Prune(int keep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        using FileStream held = Lock();
        string[] old = [.. Names().Skip(keep)];
        if (old.Length == 0) return 0;
        // The kept ones are read first: one that cannot be read must not cost the blocks it needs.
        HashSet<string> needed = [.. Names().Take(keep).Select(Read).SelectMany(backup => backup.Files).SelectMany(file => file.Blocks)];
        foreach (string name in old) File.Delete(Path.Combine(In("backups"), name + ".json"));
        foreach (string block in Directory.EnumerateFiles(In("blocks"), "*", SearchOption.AllDirectories))
            if (!needed.Contains(Path.GetFileName(block))) File.Delete(block);
        return old.Length;
    }

    private string Newest() => Names() is [var newest, ..] ? newest : throw new DataFolderRefusedException($"{Folder} holds no finished backup.");

    private static string NameFor(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);

    private string In(string name) => Path.Combine(Folder, name);

    private string PathOf(string block) => Path.Combine(Folder, "blocks", block.Length > 2 ? block[..2] : "00", Path.GetFileName(block));

    private bool HasBlock(string block) => File.Exists(PathOf(block));

    private byte[]? ReadBlock(string block)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(PathOf(block));
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == block ? bytes : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A full backup disk is the backup's failure, not the file's.</summary>
    private static bool HasRoom(string folder) => new DriveInfo(folder).AvailableFreeSpace > BlockBytes;

    private FileStream Lock()
    {
        try
        {
            return new(In("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new DataFolderRefusedException($"Another backup into {Folder} is running; wait for it to end.", e);
        }
    }

    private static void WriteDurably(string path, ReadOnlySpan<byte> bytes)
    {
        string unfinished = path + ".new";
        using (FileStream stream = File.Create(unfinished))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
