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

    [Fact]
    public async Task A_missing_month_file_is_told_and_everything_else_is_served()
    {
        const long February = 40L * 86_400_000;
        using (TelemetryStore store = folder.Open())
        {
            int series = store.Series("meter", "power");
            await store.WriteAsync([.. Enumerable.Range(0, 60).Select(i => (series, (long)i, (double)i)), .. Enumerable.Range(0, 60).Select(i => (series, February + i, (double)i))]);
            store.Keeper.SealAll();
        }

        foreach (string path in Directory.GetFiles(folder.Path, "1970-01.db*")) File.Move(path, path + ".away");
        using (TelemetryStore again = folder.Open())
        {
            var missing = await Assert.ThrowsAsync<TelemetryDamagedException>(() => again.AllAsync(0, 0, 1000));
            Assert.Contains("1970-01.db is missing", missing.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<TelemetryDamagedException>(async () => await again.AggregateAsync([0], 0, February + 10, Step.Day, Aggregate.Avg));
            await Assert.ThrowsAsync<TelemetryDamagedException>(async () => await again.LastBeforeAsync(0, February));
            Assert.Equal(60, (await again.AllAsync(0, February)).Count);
            Assert.Equal(59, (await again.LastBeforeAsync(0, long.MaxValue))!.Value.Value);

            // It is not made anew: then nobody would miss it any more.
            await again.WriteAsync((0, 5, -5), (0, February + 100, 7));
            Assert.Throws<DatabaseException>(again.Keeper.SealAll);
            Assert.False(File.Exists(Path.Combine(folder.Path, "1970-01.db")));
        }

        foreach (string path in Directory.GetFiles(folder.Path, "*.away")) File.Move(path, path[..^5]);
        using (TelemetryStore back = folder.Open())
        {
            Assert.Equal(-5, (await back.AllAsync(0, 0, 1000))[5].Value);
            back.Keeper.SealAll();
            Assert.Equal(121, (await back.AllAsync(0)).Count);
        }

        // Given up by hand.
        File.Delete(Path.Combine(folder.Path, "1970-01.db"));
        string list = Path.Combine(folder.Path, "months");
        File.WriteAllLines(list, File.ReadAllLines(list).Where(line => line != "1970-01.db"));
        using TelemetryStore without = folder.Open();
        Assert.Equal(61, (await without.AllAsync(0)).Count);
    }

    [Fact]
    public async Task A_month_whose_file_was_being_made_when_the_power_went_is_made_whole()
    {
        using (TelemetryStore store = folder.Open()) await store.WriteAsync((store.Series("meter", "power"), 1, 1));
        string path = Path.Combine(folder.Path, "1970-01.db");
        await File.WriteAllBytesAsync(path, [], TestContext.Current.CancellationToken);
        using (TelemetryStore again = folder.Open())
        {
            Assert.Equal([1], (await again.AllAsync(0)).Select(sample => sample.Value));
            again.Keeper.SealAll();
            again.Keeper.Checkpoint();
            Assert.Equal([1], (await again.AllAsync(0)).Select(sample => sample.Value));
        }

        // Once the list names it, an empty file is one that has lost its samples.
        foreach (string part in Directory.GetFiles(folder.Path, "1970-01*")) File.Delete(part);
        await File.WriteAllBytesAsync(path, [], TestContext.Current.CancellationToken);
        using TelemetryStore emptied = folder.Open();
        TelemetryDamagedException told = await Assert.ThrowsAsync<TelemetryDamagedException>(() => emptied.AllAsync(0));
        Assert.Contains("empty", told.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dropped_month_is_gone_and_nobody_misses_it()
    {
        const long February = 40L * 86_400_000;
        using (TelemetryStore store = folder.Open())
        {
            int series = store.Series("meter", "power");
            await store.WriteAsync((series, 1, 1), (series, February, 2));
            store.Keeper.SealAll();
            store.Months.Drop(Month.Of(1));
            Assert.Equal([2], (await store.AllAsync(series)).Select(sample => sample.Value));
        }

        Assert.Empty(Directory.GetFiles(folder.Path, "1970-01*"));
        using TelemetryStore again = folder.Open();
        Assert.Equal([2], (await again.AllAsync(0)).Select(sample => sample.Value));
    }

    /// <summary>Whatever bit of a month's pages flips: its other series and ranges answer rightly or say that they cannot, and other months are served. ORDO_FLIPS=20000 asks for more.</summary>
    [Fact]
    public async Task A_flipped_bit_in_a_months_pages_is_never_answered_with_a_wrong_value()
    {
        const long February = 40L * 86_400_000;
        const int Series = 12, Samples = 400;
        int flips = int.TryParse(Environment.GetEnvironmentVariable("ORDO_FLIPS"), out int more) ? more : 300;
        var random = new Random(1);
        double[][] values = [.. Enumerable.Range(0, Series).Select(_ => Enumerable.Range(0, Samples).Select(_ => random.NextDouble()).ToArray())];
        using (TelemetryStore store = folder.Open())
        {
            for (int i = 0; i < Series; i++)
            {
                int series = store.Series("meter", "channel " + i);
                await store.WriteAsync([.. values[i].Select((value, at) => (series, at * 1000L, value)), (series, February, i)]);
            }

            store.Keeper.SealAll();
        }

        string path = Path.Combine(folder.Path, "1970-01.db");
        byte[] whole = File.ReadAllBytes(path);
        int told = 0, silent = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            byte[] bytes = [.. whole];
            bytes[random.Next(100, bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            using TelemetryStore store = folder.Open();
            for (int i = 0; i < Series; i++)
            {
                Assert.Equal(new(February, i, default), Assert.Single(await store.AllAsync(i, February)));
                try
                {
                    List<Sample> found = await store.AllAsync(i, 0, February);
                    foreach (Sample sample in found) Assert.Equal(values[i][sample.TimeMs / 1000], sample.Value);
                    if (found.Count < Samples) silent++;
                }
                catch (TelemetryDamagedException)
                {
                    told++;
                }
            }

            store.Kill();
        }

        Assert.InRange(told, flips / 20, flips * Series);
        Assert.Equal(0, silent);
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_the_middle_of_a_checkpoint_keeps_the_one_before()
    {
        var disk = new FaultyFiles(new Random(1));
        folder.Files = disk;
        TelemetryStore store = folder.Open();
        int[] series = [.. Enumerable.Range(0, 200).Select(i => store.Series("meter", "channel " + i))];
        int rounds = 0;
        // From the first byte of the new snapshot to its last, and the catalogue's before it.
        for (long space = 0; space < 24_000; space += 800, rounds++)
        {
            int round = rounds;
            _ = store.Series("meter", "new " + round);
            await store.WriteAsync([.. series.Select(number => (number, round * 1000L, round + (number / 7.0)))]);
            disk.Space = space;
            try
            {
                store.Keeper.Checkpoint();
            }
            catch (IOException)
            {
            }

            disk.Space = long.MaxValue;
            if (round % 3 != 0) continue;
            store.Kill();
            disk.LosePower();
            store = folder.Open();
            foreach (int number in series) Assert.Equal(Enumerable.Range(0, round + 1).Select(i => i + (number / 7.0)), (await store.AllAsync(number)).Select(sample => sample.Value));
        }

        store.Dispose();
    }

    [Fact]
    public async Task A_torn_tail_of_the_log_costs_nothing_that_was_acknowledged()
    {
        TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        for (int i = 0; i < 20; i++) await store.WriteAsync((series, i, i + 0.5));
        store.Kill();
        string path = Assert.Single(Directory.GetFiles(folder.Path, "*.log"));
        byte[] whole = File.ReadAllBytes(path);
        int end = Array.FindLastIndex(whole, each => each != 0) + 1;
        // A group behind the last acknowledged one, torn at every byte: garbage that looks like a record's beginning.
        for (int torn = 1; torn < 120; torn += 7)
        {
            byte[] bytes = [.. whole];
            Array.Copy(whole, 64, bytes, (end + 7) & ~7, torn);
            File.WriteAllBytes(path, bytes);
            store = folder.Open();
            Assert.Equal(Enumerable.Range(0, 20).Select(i => i + 0.5), (await store.AllAsync(series)).Select(sample => sample.Value));
            store.Kill();
            foreach (string later in Directory.GetFiles(folder.Path, "*.log").Where(name => name != path)) File.Delete(later);
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_the_log_costs_the_batch_it_is_in_and_no_other()
    {
        TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        for (int i = 0; i < 20; i++) await store.WriteAsync((series, i, i + 0.123456789));
        store.Kill();
        string path = Assert.Single(Directory.GetFiles(folder.Path, "*.log"));
        byte[] whole = File.ReadAllBytes(path);
        int end = Array.FindLastIndex(whole, each => each != 0) + 1;
        var random = new Random(1);
        for (int flip = 0; flip < 40; flip++)
        {
            byte[] bytes = [.. whole];
            // Behind the names of the first record: without them no sample would have a series.
            bytes[random.Next(64 + 64, end)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            store = folder.Open();
            List<Sample> found = await store.AllAsync(series);
            Assert.InRange(found.Count, 19, 20);
            Assert.All(found, sample => Assert.Equal(sample.TimeMs + 0.123456789, sample.Value));
            store.Kill();
            foreach (string later in Directory.GetFiles(folder.Path, "*.log").Where(name => name != path)) File.Delete(later);
        }
    }

    [Fact]
    public async Task A_folder_held_by_another_process_is_refused_and_left_alone()
    {
        using (TelemetryStore store = folder.Open()) await store.WriteAsync((store.Series("meter", "power"), 1, 1));
        using var other = new System.Diagnostics.Process
        {
            StartInfo = new("flock", ["--exclusive", Path.Combine(folder.Path, "lock"), "sh", "-c", "echo held; read line"]) { RedirectStandardOutput = true, RedirectStandardInput = true },
        };
        other.Start();
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        var refused = Assert.Throws<StoreRefusedException>(() => folder.Open());
        Assert.Contains("in use by another server", refused.Message, StringComparison.Ordinal);
        await other.StandardInput.WriteLineAsync();
        await other.WaitForExitAsync();
        using TelemetryStore again = folder.Open();
        Assert.Single(await again.AllAsync(0));
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
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "1970-01.db")};Pooling=False;Vfs={PageChecksums.VfsName}");
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
