using Ordo.Foundation.Telemetry;
using Ordo.Storage.Months;
using Ordo.Storage.Tests.Files;

namespace Ordo.Storage.Tests.Store;

/// <summary>Full disks and damaged files: what is refused, what goes on, and what is told.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_full_disk_refuses_writes_serves_reads_and_recovers_by_itself()
    {
        var disk = new FaultyFiles(new Random(1));
        folder.Files = disk;
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        await store.WriteAsync((series, 1, 1));
        disk.Space = 0;
        IngestRefusedException? refused = null;
        int written = 1;
        while (refused is null && written < 2_000_000)
        {
            try
            {
                await store.WriteAsync([.. Enumerable.Range(written + 1, 1000).Select(i => (series, (long)i, i + 0.123))]);
                written += 1000;
            }
            catch (IngestRefusedException e)
            {
                refused = e;
            }
        }

        Assert.Equal(IngestRefusal.StoreUnavailable, refused!.Reason);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        Assert.Equal(written, (await store.AllAsync(series)).Count);
        await Assert.ThrowsAsync<IngestRefusedException>(() => store.WriteAsync((series, 1_000_000, 1)));

        disk.Space = long.MaxValue;
        await store.WriteAsync((series, 1_000_000, 1));
        Assert.Equal(written + 1, (await store.AllAsync(series)).Count);
        Assert.True(store.Current.RefusedBatches >= 2);
    }

    [Fact]
    public async Task Month_files_that_cannot_grow_lose_nothing_and_fill_up_later()
    {
        folder.Options = StoreFolder.SmallOptions with { MaxOpenSamples = 10_000 };
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        await store.WriteAsync((series, 0, 1));
        store.Keeper.SealAll();
        store.Months.ToWrite(Month.Of(0)).Writer.LimitPages(1);
        int written = 1;
        IngestRefusedException? refused = null;
        for (var random = new Random(1); refused is null && written < 1_000_000; written += 500)
        {
            try
            {
                await store.WriteAsync([.. Enumerable.Range(written, 500).Select(i => (series, (long)i, random.NextDouble()))]);
            }
            catch (IngestRefusedException e)
            {
                refused = e;
                break;
            }
        }

        Assert.Equal(IngestRefusal.StoreUnavailable, refused!.Reason);
        Assert.Equal(written, (await store.AllAsync(series)).Count);
        store.Months.ToWrite(Month.Of(0)).Writer.LimitPages(1_000_000);
        store.Keeper.SealAll();
        await WriteWhenPossible(store, (series, written, 1));
        Assert.Equal(written + 1, (await store.AllAsync(series)).Count);
    }

    [Fact]
    public async Task A_damaged_chunk_spoils_its_own_range_and_nothing_else()
    {
        int series, other;
        using (TelemetryStore store = folder.Open())
        {
            series = store.Series("meter", "power");
            other = store.Series("meter", "energy");
            for (int i = 0; i < 300; i++) await store.WriteAsync((series, i * 1000, i), (other, i * 1000, i));
            store.Keeper.SealAll();
        }

        DamageChunkAt(series, 150_000);
        using TelemetryStore again = folder.Open();
        var damaged = await Assert.ThrowsAsync<TelemetryDamagedException>(() => again.AllAsync(series));
        Assert.Contains("1970-01.db", damaged.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TelemetryDamagedException>(async () => await again.AggregateAsync([series], 0, 300_000, Step.Day, Aggregate.Avg));
        Assert.Equal(10, (await again.AllAsync(series, 0, 10_000)).Count);
        Assert.Equal(50, (await again.AllAsync(series, 250_000, 300_000)).Count);
        Assert.Equal(300, (await again.AllAsync(other)).Count);

        // Late samples for the damaged range are kept beside it, and the store goes on sealing.
        await again.WriteAsync((series, 150_500, 1), (series, 310_000, 1));
        again.Keeper.SealAll();
        Assert.Equal(51, (await again.AllAsync(series, 250_000, 311_000)).Count);
    }

    [Fact]
    public async Task A_damaged_page_of_a_month_spoils_that_month_and_no_other()
    {
        using (TelemetryStore store = folder.Open())
        {
            int series = store.Series("meter", "power");
            for (int month = 0; month < 2; month++)
                await store.WriteAsync([.. Enumerable.Range(0, 60).Select(i => (series, (month * 40L * 86_400_000) + i, (double)i))]);
            store.Keeper.SealAll();
        }

        string path = Path.Combine(folder.Path, "1970-01.db");
        byte[] bytes = File.ReadAllBytes(path);
        new Random(1).NextBytes(bytes.AsSpan(16_384));
        File.WriteAllBytes(path, bytes);
        TelemetryStore? again = null;
        try
        {
            again = folder.Open();
        }
        catch (StoreRefusedException)
        {
            Assert.Fail("One damaged month must not keep the store closed.");
        }

        await Assert.ThrowsAsync<TelemetryDamagedException>(() => again.AllAsync(0, 0, 1000));
        Assert.Equal(60, (await again.AllAsync(0, 35L * 86_400_000, long.MaxValue)).Count);

        // New samples of the damaged month stay in memory and in the snapshot; those of others are sealed.
        await again.WriteAsync((0, 5, -5), (0, 50L * 86_400_000, 7));
        Assert.Throws<DatabaseException>(again.Keeper.SealAll);
        again.Keeper.Checkpoint();
        again.Dispose();
        using TelemetryStore last = folder.Open();
        Assert.Equal(61, (await last.AllAsync(0, 35L * 86_400_000, long.MaxValue)).Count);
        await Assert.ThrowsAsync<TelemetryDamagedException>(() => last.AllAsync(0, 0, 1000));
    }

    [Fact]
    public async Task A_damaged_catalogue_is_refused_rather_than_samples_given_to_the_wrong_series()
    {
        using (TelemetryStore store = folder.Open()) await store.WriteAsync((store.Series("meter", "power"), 1, 1));
        string path = Path.Combine(folder.Path, "catalogue");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[20] ^= 1;
        File.WriteAllBytes(path, bytes);
        var refused = Assert.Throws<StoreRefusedException>(() => folder.Open());
        Assert.Contains("catalogue", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_snapshot_costs_only_what_stood_in_the_damaged_block()
    {
        using (TelemetryStore store = folder.Open())
        {
            int series = store.Series("meter", "power");
            for (int i = 0; i < 100; i++) await store.WriteAsync((series, i * 1000, i));
            store.Keeper.SealAll();
            await store.WriteAsync((series, 200_000, 1));
        }

        string path = Path.Combine(folder.Path, "open.snapshot");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^12] ^= 1;
        File.WriteAllBytes(path, bytes);
        using TelemetryStore again = folder.Open();
        Assert.Equal(100, (await again.AllAsync(0)).Count);
        await again.WriteAsync((0, 300_000, 1));
        Assert.Equal(101, (await again.AllAsync(0)).Count);
    }

    private static async Task WriteWhenPossible(TelemetryStore store, (int, long, double) sample)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await store.WriteAsync(sample);
                return;
            }
            catch (IngestRefusedException) when (attempt < 100_000)
            {
                await Task.Yield(); // the keeper tries every second
            }
        }
    }

    private void DamageChunkAt(int series, long time)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "1970-01.db")};Pooling=False");
        connection.Open();
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT id, data FROM chunk WHERE series = {series} AND start <= {time} ORDER BY start DESC LIMIT 1";
        using var row = find.ExecuteReader();
        Assert.True(row.Read());
        long id = row.GetInt64(0);
        var data = (byte[])row[1];
        row.Close();
        data[^1] ^= 1;
        using var update = connection.CreateCommand();
        update.CommandText = $"UPDATE chunk SET data = $data WHERE id = {id}";
        update.Parameters.AddWithValue("$data", data);
        update.ExecuteNonQuery();
    }
}
