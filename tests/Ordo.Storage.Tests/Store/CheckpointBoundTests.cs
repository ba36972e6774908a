using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;
using Ordo.Storage.Tests.Files;
using Ordo.Testing;

namespace Ordo.Storage.Tests.Store;

/// <summary>
/// The bound of what a restart reads, whenever the process is killed: twice <see cref="StorageOptions.CheckpointBytes"/> (or <see cref="StorageOptions.CheckpointSamples"/>) and the group
/// of batches that was being written; on disk a segment more, which holds older records too.
/// </summary>
public sealed class CheckpointBoundTests : IDisposable
{
    private const int SeriesCount = 3_000, Writers = 4;
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task While_a_checkpoint_is_being_made_the_log_grows_to_the_bound_and_no_further()
    {
        var disk = new SlowSnapshots(new FaultyFiles(new Random(1)));
        folder.Files = disk;
        folder.Options = StoreFolder.SmallOptions with { MaxOpenSamples = 10_000_000 };
        using TelemetryStore store = folder.Open();
        using SlowSnapshots held = disk; // let go before the store is closed, whatever fails
        int[] series = Define(store);
        long bound = (2 * folder.Options.CheckpointBytes) + (Writers * GroupBytes);
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, series, writer, 80))];
        await WaitAsync(() => store.Current.LogBytes >= 2 * folder.Options.CheckpointBytes, "the log reaches the bound");
        Assert.False(Task.WhenAll(writers).IsCompleted);
        Assert.InRange(store.Current.LogBytes, 0, bound);
        disk.LetGo();
        await Task.WhenAll(writers);
        Assert.Equal(Writers * 80L * SeriesCount / Writers, store.Current.Samples);
    }

    [Fact]
    public async Task Where_values_are_small_samples_are_bounded_too()
    {
        var disk = new SlowSnapshots(new FaultyFiles(new Random(1)));
        folder.Files = disk;
        folder.Options = StoreFolder.SmallOptions with { CheckpointSamples = 30_000, MaxOpenSamples = 10_000_000 };
        using TelemetryStore store = folder.Open();
        using SlowSnapshots held = disk; // let go before the store is closed, whatever fails
        int[] series = Define(store);
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, series, writer, 100, value: 0))];
        await WaitAsync(() => store.Current.LogSamples >= 60_000, "the log reaches the bound");
        Assert.InRange(store.Current.LogSamples, 60_000, 60_000 + SeriesCount);
        Assert.InRange(store.Current.LogBytes, 0, folder.Options.CheckpointBytes);
        disk.LetGo();
        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task Killed_at_full_load_a_restart_reads_no_more_than_the_bound()
    {
        long bound = (2 * folder.Options.CheckpointBytes) + folder.Options.LogSegmentBytes + (Writers * GroupBytes), written = 0;
        for (int life = 1; life <= 3; life++)
        {
            TelemetryStore store = folder.Open();
            Assert.InRange(store.Current.LogBytes, 0, bound);
            int[] series = Define(store);
            long most = 0;
            Task[] writers = [.. Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, series, writer, 40 * life, () => most = Math.Max(most, store.Current.LogBytes)))];
            await Task.WhenAll(writers);
            written += 40 * life * GroupBytes * Writers;
            Assert.InRange(most, 0, bound);
            store.Kill();
        }

        Assert.True(written > 2 * bound); // else it was not much of a proof
        using TelemetryStore last = folder.Open();
        Assert.InRange(last.Current.LogBytes, 0, bound);
    }

    /// <summary>At most, of one batch: eight bytes a value, and what tells times and series.</summary>
    private static int GroupBytes => SeriesCount / Writers * 10;

    private static int[] Define(TelemetryStore store) => [.. Enumerable.Range(0, SeriesCount).Select(i => store.Series("meter " + (i / 100), "channel " + i))];

    /// <summary>Each writer has its series; all of them are always about to be sealed, so that the keeper never finds an end of it.</summary>
    private static async Task WriteAsync(TelemetryStore store, int[] series, int writer, int batches, Action? after = null, double? value = null)
    {
        await Task.Yield();
        var random = new Random(writer);
        long time = (store.TryGetLatest(series[writer], out Sample latest) ? latest.TimeMs : 0) + 1000;
        for (int i = 0; i < batches; i++, time += 1000)
        {
            using Batch batch = Batch.Rent();
            for (int at = writer; at < series.Length; at += Writers) batch.Add(series[at], time, value ?? random.NextDouble(), default);
            await store.WriteAsync(batch);
            after?.Invoke();
        }
    }

    private static async Task WaitAsync(Func<bool> condition, string what)
    {
        using CancellationTokenSource limit = Patience.Begin();
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, what);
            await Task.Yield();
        }
    }

    /// <summary>A disk on which a checkpoint takes until the test lets go.</summary>
    private sealed class SlowSnapshots(IStoreFiles disk) : IStoreFiles, IDisposable
    {
        private readonly TaskCompletionSource open = new();

        public void LetGo() => open.TrySetResult();

        public void Dispose() => LetGo();

        public IStoreFile Create(string name, long length = 0)
        {
            if (name.StartsWith("open.snapshot", StringComparison.Ordinal)) open.Task.GetAwaiter().GetResult();
            return disk.Create(name, length);
        }

        public IReadOnlyList<string> List() => disk.List();

        public IStoreFile Open(string name) => disk.Open(name);

        public void Delete(string name) => disk.Delete(name);

        public void Rename(string from, string to) => disk.Rename(from, to);

        public void SyncFolder() => disk.SyncFolder();
    }
}
