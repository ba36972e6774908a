using Ordo.Foundation.Telemetry;
using Ordo.Storage.Months;

namespace Ordo.Storage.Tests.Store;

public sealed class TelemetryStoreTests : IDisposable
{
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_written_is_readable_when_the_write_completes()
    {
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        await store.WriteAsync((series, 1000, 1.5), (series, 2000, 2.5));
        Assert.Equal([new(1000, 1.5, default), new(2000, 2.5, default)], await store.AllAsync(series));
        Assert.Equal([new(1000, 1.5, default)], await store.AllAsync(series, 1000, 2000));
        Assert.True(store.TryGetLatest(series, out Sample latest));
        Assert.Equal(2000, latest.TimeMs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Samples_and_numbers_survive_a_restart_clean_or_not(bool clean)
    {
        int power, energy;
        using (TelemetryStore store = folder.Open())
        {
            power = store.Series("meter", "power");
            energy = store.Series("meter", "energy");
            await store.WriteAsync((power, 1000, 1.5), (energy, 1000, 7));
            if (clean) store.Stop();
            else store.Kill();
        }

        using TelemetryStore again = folder.Open();
        Assert.Equal((power, energy), (again.Series("meter", "power"), again.Series("meter", "energy")));
        Assert.Equal(2, again.Series("meter", "new"));
        Assert.Equal([new(1000, 1.5, default)], await again.AllAsync(power));
        Assert.Equal([new(1000, 7, default)], await again.AllAsync(energy));
        Assert.True(again.TryGetLatest(energy, out Sample latest));
        Assert.Equal(7, latest.Value);
    }

    /// <summary>A device that sends its past again and again, and somebody who reads it: what was taken out as repeated is no longer in memory, so it must not be counted either.</summary>
    [Fact]
    public async Task Repetitions_that_reading_takes_out_do_not_fill_the_memory_on_paper()
    {
        folder.Options = StoreFolder.SmallOptions with { ChunkSamples = 2048, MaxOpenSamples = 10_000 };
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        for (int round = 0; round < 40; round++)
        {
            await store.WriteAsync([.. Enumerable.Range(0, 500).Select(i => (series, (long)i, (double)round))]);
            Assert.Equal(Enumerable.Repeat((double)round, 500), (await store.AllAsync(series)).Select(sample => sample.Value));
            Assert.Equal(500, store.Current.OpenSamples);
        }
    }

    [Fact]
    public async Task After_a_clean_stop_nothing_is_replayed_and_no_log_is_left()
    {
        using (TelemetryStore store = folder.Open())
        {
            int series = store.Series("meter", "power");
            for (int i = 0; i < 1000; i++) await store.WriteAsync((series, i, i));
        }

        Assert.Empty(Directory.GetFiles(folder.Path, "*.log"));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.spare"));
        using TelemetryStore again = folder.Open();
        Assert.Equal(0, again.Current.LogBytes);
        Assert.Equal(1000, (await again.AllAsync(0)).Count);
    }

    [Fact]
    public async Task The_later_value_for_a_time_wins_in_memory_and_in_chunks()
    {
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        for (int i = 0; i < 200; i++) await store.WriteAsync((series, i * 1000, i));
        store.Keeper.SealAll();
        await store.WriteAsync((series, 5000, -5), (series, 5500, 55), (series, 250_000, 250));
        List<Sample> before = await store.AllAsync(series);
        store.Keeper.SealAll();
        Assert.Equal(before, await store.AllAsync(series));
        Assert.Equal(202, before.Count);
        Assert.Equal(-5, before[5].Value);
        Assert.Equal(55, before[6].Value);
    }

    [Fact]
    public async Task Short_pieces_grow_into_whole_chunks()
    {
        using (TelemetryStore store = folder.Open())
        {
            int series = store.Series("meter", "power");
            for (int i = 0; i < 30; i++)
            {
                await store.WriteAsync([.. Enumerable.Range(i * 10, 10).Select(time => (series, (long)time, (double)time))]);
                store.Keeper.SealAll();
            }

            Assert.Equal(Enumerable.Range(0, 300).Select(i => (double)i), (await store.AllAsync(series)).Select(sample => sample.Value));
        }

        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder.Path, "1970-01.db")};Pooling=False;Vfs={PageChecksums.VfsName}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM chunk";
        Assert.Equal(5L, command.ExecuteScalar()); // of 64 samples at most
    }

    [Fact]
    public async Task Any_time_a_long_can_say_is_kept()
    {
        long[] times = [long.MinValue, -62_135_596_800_001, -62_135_596_800_000, -1, 0, 253_402_300_799_999, 253_402_300_800_000, long.MaxValue - 1];
        using (TelemetryStore store = folder.Open())
        {
            int series = store.Series("clock", "broken");
            foreach (long time in times) await store.WriteAsync((series, time, 1));
            store.Keeper.SealAll();
            Assert.Equal(times, (await store.AllAsync(series)).Select(sample => sample.TimeMs));
        }

        using TelemetryStore again = folder.Open();
        Assert.Equal(times, (await again.AllAsync(0)).Select(sample => sample.TimeMs));
    }

    [Fact]
    public async Task Observers_see_every_batch_in_order_before_the_writer_is_answered()
    {
        var seen = new Recorder();
        folder.Observers.Add(seen);
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        for (int i = 0; i < 50; i++)
        {
            await store.WriteAsync((series, i, i));
            Assert.Equal(i + 1, seen.Times.Count);
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), seen.Times);
    }

    [Fact]
    public async Task A_broken_observer_does_not_disturb_the_store()
    {
        folder.Observers.Add(new Broken());
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        await store.WriteAsync((series, 1, 1));
        Assert.Single(await store.AllAsync(series));
    }

    [Fact]
    public async Task A_stopped_store_refuses_batches()
    {
        TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        using Batch batch = Batch.Rent();
        batch.Add(series, 1, 1, default);
        store.Stop();
        var refused = await Assert.ThrowsAsync<IngestRefusedException>(async () => await store.WriteAsync(batch));
        Assert.Equal(IngestRefusal.Stopping, refused.Reason);
    }

    [Fact]
    public async Task A_series_nobody_has_defined_is_refused()
    {
        using TelemetryStore store = folder.Open();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.WriteAsync((5, 1, 1)));
    }

    [Fact]
    public void A_source_may_not_have_more_series_than_it_may()
    {
        folder.Options = folder.Options with { MaxSeriesPerSource = 3 };
        using TelemetryStore store = folder.Open();
        int source = store.Catalogue.SourceOf("test", "flood"u8);
        for (byte i = 0; i < 3; i++) Assert.True(store.Catalogue.TrySeriesOf(source, [i, 65], out _));
        Assert.False(store.Catalogue.TrySeriesOf(source, "fourth"u8, out _));
        Assert.True(store.Catalogue.TrySeriesOf(source, [2, 65], out int known));
        Assert.Equal(2, known);
        Assert.Equal([0, 1, 2], store.Catalogue.SeriesOfSource(source));
    }

    [Fact]
    public void A_folder_in_use_is_refused_in_one_sentence()
    {
        using TelemetryStore store = folder.Open();
        var refused = Assert.Throws<StoreRefusedException>(() => folder.Open());
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_sources_together_have_no_more_series_than_there_is_room_for()
    {
        folder.Options = StoreFolder.SmallOptions with { MaxSeries = 5 };
        using (TelemetryStore store = folder.Open())
        {
            for (int source = 0; source < 5; source++) store.Series("meter " + source, "power");
            int sixth = store.Catalogue.SourceOf("test", "meter 5"u8);
            Assert.False(store.Catalogue.TrySeriesOf(sixth, "power"u8, out _));
            Assert.Equal(4, store.Series("meter 4", "power"));
        }

        // 0: by the memory, whatever it is on this machine.
        Assert.InRange(StoreFolder.SmallOptions.SeriesLimit, 10_000, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2048);
        Assert.Equal(StoreFolder.SmallOptions.MaxOpenSamples, StoreFolder.SmallOptions.OpenSamplesLimit);
    }

    [Fact]
    public void A_folder_of_a_newer_version_is_refused_in_one_sentence()
    {
        File.WriteAllText(Path.Combine(folder.Path, "format"), "ordo-telemetry 4\n");
        var refused = Assert.Throws<StoreRefusedException>(() => folder.Open());
        Assert.Contains("format 4", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_an_older_version_says_from_then_on_who_reads_it()
    {
        string path = Path.Combine(folder.Path, "format");
        File.WriteAllText(path, "ordo-telemetry 1\n");
        folder.Open().Dispose();
        Assert.Equal("ordo-telemetry 3\n", File.ReadAllText(path));
    }

    [Fact]
    public void Faulty_settings_are_all_told_at_once()
    {
        folder.Options = new() { ChunkSamples = 1, TimeZone = "Nowhere/Land" };
        var refused = Assert.Throws<StoreRefusedException>(() => folder.Open());
        Assert.Contains("ChunkSamples", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Nowhere/Land", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Recorder : ISampleObserver
    {
        public List<long> Times { get; } = [];

        public void Observe(Batch batch) => Times.AddRange(batch.Times.ToArray());
    }

    private sealed class Broken : ISampleObserver
    {
        public void Observe(Batch batch) => throw new InvalidOperationException("broken");
    }
}
