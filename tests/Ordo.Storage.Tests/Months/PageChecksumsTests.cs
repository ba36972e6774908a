using Microsoft.Data.Sqlite;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Months;
using Ordo.Storage.Tests.Store;

namespace Ordo.Storage.Tests.Months;

/// <summary>Files of months beside programs that know nothing of the checksums: older ones of ours, and SQLite as it comes.</summary>
public sealed class PageChecksumsTests : IDisposable
{
    private readonly StoreFolder folder = new();

    private string MonthPath => Path.Combine(folder.Path, "1970-01.db");

    public void Dispose() => folder.Dispose();

    /// <summary>Numbers on disk: a change of these is a change of format.</summary>
    [Fact]
    public void The_bytes_are_frozen()
    {
        byte[] page = [.. Enumerable.Range(0, PageChecksums.PageLength).Select(i => (byte)(i % 251))];
        Assert.Equal(0xBAC7_2036_6CF1_0C09UL, PageChecksums.Of(page, 0)); // as xxhsum -H3 says of the bytes before it
        Assert.Equal(0xED4D_263B_2CCE_F2E3UL, PageChecksums.Of(page, 3 * PageChecksums.PageLength));
    }

    [Fact]
    public async Task A_page_at_the_wrong_place_is_told()
    {
        await FillAsync();
        byte[] bytes = File.ReadAllBytes(MonthPath);
        // Both are pages of chunks, and good ones: a disk that puts one over the other is found out by the place alone.
        int last = (bytes.Length / PageChecksums.PageLength) - 1;
        bytes.AsSpan((last - 1) * PageChecksums.PageLength, PageChecksums.PageLength).CopyTo(bytes.AsSpan(last * PageChecksums.PageLength));
        File.WriteAllBytes(MonthPath, bytes);
        using TelemetryStore store = folder.Open();
        int told = 0;
        for (int series = 0; series < 20; series++)
        {
            try
            {
                Assert.Equal(400, (await store.AllAsync(series)).Count);
            }
            catch (TelemetryDamagedException damage)
            {
                told++;
                Assert.Contains("checksum", damage.InnerException!.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(told, 1, 19);
    }

    [Fact]
    public async Task A_file_of_the_version_before_is_read_and_written_as_it_is()
    {
        Execute("""
            PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;
            CREATE TABLE chunk (id INTEGER PRIMARY KEY, series INTEGER NOT NULL, start INTEGER NOT NULL, sequence INTEGER NOT NULL, data BLOB NOT NULL);
            CREATE INDEX chunk_series ON chunk (series, start);
            CREATE TABLE rollup (resolution INTEGER NOT NULL, series INTEGER NOT NULL, start INTEGER NOT NULL, until INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (resolution, series, start));
            CREATE TABLE aged (series INTEGER PRIMARY KEY);
            PRAGMA user_version = 1; PRAGMA application_id = 1330791503;
            """);
        await FillAsync();
        using (TelemetryStore store = folder.Open())
            for (int series = 0; series < 20; series++) Assert.Equal(400, (await store.AllAsync(series)).Count);
        Assert.Equal(1L, Scalar("PRAGMA user_version"));
        Assert.Equal("ok", Scalar("PRAGMA integrity_check"));
    }

    /// <summary>Killed between the making of a file and its tables.</summary>
    [Fact]
    public async Task A_file_that_the_version_before_had_only_begun_gets_its_version()
    {
        Execute("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;");
        await FillAsync();
        using (TelemetryStore store = folder.Open())
            for (int series = 0; series < 20; series++) Assert.Equal(400, (await store.AllAsync(series)).Count);
        Assert.Equal(1L, Scalar("PRAGMA user_version"));
    }

    [Fact]
    public async Task Every_page_of_a_new_file_has_its_checksum()
    {
        await FillAsync();
        Assert.Equal(2L, Scalar("PRAGMA user_version"));
        Assert.Equal("ok", Scalar("PRAGMA integrity_check"));
        byte[][] pages = Pages();
        Assert.InRange(pages.Length, 5, 1_000);
        for (int page = 0; page < pages.Length; page++) Assert.Equal(PageChecksums.Of(pages[page], (long)page * PageChecksums.PageLength), BitConverter.ToUInt64(pages[page].AsSpan()[^8..]));
    }

    /// <summary>Somebody looks into the files of a store that was killed: SQLite then brings the WAL into the file, without checksums.</summary>
    [Fact]
    public async Task What_another_program_brings_from_the_log_to_the_file_is_no_damage()
    {
        TelemetryStore killed = folder.Open();
        int series = killed.Series("meter", "power");
        for (int round = 0; round < 3; round++)
        {
            await killed.WriteAsync([.. Enumerable.Range(round * 400, 400).Select(i => (series, (long)i, i * 1.37))]);
            killed.Keeper.SealAll();
        }

        // As after a kill: its files copied while it is open.
        string copy = Path.Combine(folder.Path, "copy");
        Directory.CreateDirectory(copy);
        foreach (string path in Directory.GetFiles(folder.Path).Where(path => !path.EndsWith("-shm", StringComparison.Ordinal) && Path.GetFileName(path) != "lock")) File.Copy(path, Path.Combine(copy, Path.GetFileName(path)));
        Assert.True(new FileInfo(Path.Combine(copy, "1970-01.db-wal")).Length > 0);
        killed.Dispose();

        using var looked = new StoreFolder(copy);
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(copy, "1970-01.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand count = connection.CreateCommand();
            count.CommandText = "SELECT count(*) FROM chunk; PRAGMA wal_checkpoint(TRUNCATE)";
            Assert.True((long)count.ExecuteScalar()! > 10);
        }

        using TelemetryStore again = looked.Open();
        Assert.Equal(Enumerable.Range(0, 1_200).Select(i => i * 1.37), (await again.AllAsync(series)).Select(sample => sample.Value));
        await again.WriteAsync((series, 2_000, 1));
        again.Keeper.SealAll();
        Assert.Equal(1_201, (await again.AllAsync(series)).Count);
    }

    private async Task FillAsync()
    {
        using TelemetryStore store = folder.Open();
        for (int i = 0; i < 20; i++)
        {
            int series = store.Series("meter", "channel " + i);
            var random = new Random(i);
            await store.WriteAsync([.. Enumerable.Range(0, 400).Select(at => (series, at * 1000L, random.NextDouble()))]);
        }

        store.Keeper.SealAll();
    }

    private byte[][] Pages() => [.. File.ReadAllBytes(MonthPath).Chunk(PageChecksums.PageLength)];

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={MonthPath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={MonthPath};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
