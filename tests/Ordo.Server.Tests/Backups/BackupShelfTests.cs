using Ordo.Server.Backups;
using Ordo.Server.DataFolders;
using Ordo.Testing;

namespace Ordo.Server.Tests.Backups;

public sealed class BackupShelfTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder work = new();
    private readonly Dictionary<string, byte[]> data = [];
    private int day, copies;

    public BackupShelfTests()
    {
        var random = new Random(3);
        data["telemetry/2026-10.db"] = new byte[(BackupShelf.BlockBytes * 2) + 5];
        data["telemetry/2026-11.db"] = new byte[BackupShelf.BlockBytes * 3];
        foreach (byte[] bytes in data.Values) random.NextBytes(bytes);
        data["ordo.json"] = "{}"u8.ToArray();
        data["empty"] = [];
    }

    private string Folder => Path.Combine(work.Path, "shelf");

    private string Restored => Path.Combine(work.Path, "restored");

    public void Dispose() => work.Dispose();

    [Fact]
    public void The_second_backup_writes_only_the_blocks_that_changed_and_both_can_be_restored()
    {
        BackupShelf shelf = BackupShelf.OpenOrCreate(Folder);
        (ShelvedBackup first, long all) = Add(shelf);
        Assert.Equal(data.Values.Sum(bytes => (long)bytes.Length), all);
        data["telemetry/2026-11.db"][BackupShelf.BlockBytes + 7] ^= 1;
        byte[] before = [.. data["telemetry/2026-11.db"]];
        before[BackupShelf.BlockBytes + 7] ^= 1;

        (ShelvedBackup second, long written) = Add(shelf);

        Assert.Equal(BackupShelf.BlockBytes, written);
        Assert.Equal([second.Name, first.Name], shelf.Names());
        shelf.Restore(null, Restored);
        foreach ((string path, byte[] bytes) in data) Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(Restored, path)));
        shelf.Restore(first.Name, Restored + "-first");
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Restored + "-first", "telemetry/2026-11.db")));
    }

    [Fact]
    public void A_file_with_the_same_stamp_is_not_even_read()
    {
        BackupShelf shelf = BackupShelf.OpenOrCreate(Folder);
        Add(shelf, "stamp 1");
        Assert.Equal(data.Count, copies);
        Add(shelf, "stamp 1");
        Assert.Equal(data.Count, copies);
        Add(shelf, "stamp 2");
        Assert.Equal(data.Count * 2, copies);
    }

    [Fact]
    public void A_flipped_bit_is_refused_with_the_name_of_the_file_and_nothing_is_restored()
    {
        BackupShelf shelf = BackupShelf.OpenOrCreate(Folder);
        (ShelvedBackup first, _) = Add(shelf);
        data["telemetry/2026-11.db"][0] ^= 1;
        (ShelvedBackup second, _) = Add(shelf);
        string block = Directory.EnumerateFiles(Path.Combine(Folder, "blocks"), second.Files.Single(file => file.Path == "telemetry/2026-11.db").Blocks[0], SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(block);
        bytes[^1] ^= 64;
        File.WriteAllBytes(block, bytes);

        var refused = Assert.Throws<DataFolderRefusedException>(() => shelf.Restore(null, Restored));

        Assert.Contains("telemetry/2026-11.db", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(work.Path, "restored*"));
        Assert.Equal([(second.Name, "telemetry/2026-11.db")], shelf.Verify().Select(damage => (damage.Backup, damage.Path)));
        shelf.Restore(first.Name, Restored); // the one before does not need that block
        // Once more the block is missing from the shelf, a new backup brings it again.
        File.Delete(block);
        Add(shelf);
        Assert.Empty(shelf.Verify());
    }

    [Fact]
    public void A_backup_that_was_stopped_leaves_those_before_as_they_were_and_the_next_one_goes_on()
    {
        BackupShelf shelf = BackupShelf.OpenOrCreate(Folder);
        Add(shelf);
        data["telemetry/2026-10.db"][3] ^= 1;
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Add(shelf, cancellation: stop.Token, copied: _ => stop.Cancel()));
        Assert.Single(shelf.Names());
        Add(shelf);
        Assert.Equal(2, shelf.Names().Count);
        Assert.Empty(shelf.Verify());
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_and_the_others_are_in_the_backup()
    {
        BackupShelf shelf = BackupShelf.OpenOrCreate(Folder);
        ShelvedBackup backup = shelf.Add(1, "test", [new("bad", 1, null, (_, _) => throw new IOException("damaged")), new("good", 1, null, (path, _) => File.WriteAllText(path, "x"))], Day);
        Assert.Equal([new MissingFile("bad", "damaged")], backup.Missing);
        Assert.Equal(["good"], backup.Files.Select(file => file.Path));
    }

    [Fact]
    public void Pruning_keeps_the_newest_whole()
    {
        BackupShelf shelf = BackupShelf.OpenOrCreate(Folder);
        for (int i = 0; i < 4; i++)
        {
            data["telemetry/2026-11.db"][BackupShelf.BlockBytes * (i % 3)] ^= 1;
            Add(shelf);
        }

        int before = Directory.EnumerateFiles(Path.Combine(Folder, "blocks"), "*", SearchOption.AllDirectories).Count();
        Assert.Equal(3, shelf.Prune(1));
        Assert.Single(shelf.Names());
        Assert.Equal(before - 3, Directory.EnumerateFiles(Path.Combine(Folder, "blocks"), "*", SearchOption.AllDirectories).Count());
        Assert.Empty(shelf.Verify());
        shelf.Restore(null, Restored);
    }

    [Fact]
    public void A_folder_with_something_else_in_it_is_not_touched()
    {
        File.WriteAllText(Path.Combine(work.Path, "mine"), "x");
        Assert.Throws<DataFolderRefusedException>(() => BackupShelf.OpenOrCreate(work.Path));
        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(work.Path).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void A_backup_that_names_a_file_outside_restores_nothing_there()
    {
        BackupShelf shelf = BackupShelf.OpenOrCreate(Folder);
        shelf.Add(1, "test", [new("../evil", 1, null, (path, _) => File.WriteAllText(path, "x"))], Day);
        Assert.Throws<DataFolderRefusedException>(() => shelf.Restore(null, Path.Combine(work.Path, "in", "restored")));
        Assert.False(File.Exists(Path.Combine(work.Path, "in", "evil")));
    }

    private (ShelvedBackup Backup, long Written) Add(BackupShelf shelf, string? stamp = null, Action<string>? copied = null, CancellationToken cancellation = default)
    {
        var progress = new Last();
        ShelvedBackup backup = shelf.Add(
            1, "test",
            [.. data.Select(file => new BackupSource(file.Key, file.Value.Length, stamp, (path, _) =>
            {
                copies++;
                File.WriteAllBytes(path, file.Value);
                copied?.Invoke(path);
            }))],
            Day.AddDays(day++), progress, cancellation);
        return (backup, progress.Value.WrittenBytes);
    }

    private sealed class Last : IProgress<BackupProgress>
    {
        public BackupProgress Value { get; private set; }

        public void Report(BackupProgress value) => Value = value;
    }
}
