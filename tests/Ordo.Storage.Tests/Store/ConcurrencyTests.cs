using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Tests.Store;

/// <summary>Readers ask while samples arrive, are sealed and are corrected: no answer may miss an acknowledged sample or count one twice.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private const int Rounds = 500;
    private readonly StoreFolder folder = new() { Options = StoreFolder.SmallOptions with { ChunkSamples = 16 } };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task No_answer_misses_a_sample_or_counts_one_twice()
    {
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "energy");
        long acknowledged = 0;
        using var done = new CancellationTokenSource();
        Task writer = Task.Run(async () =>
        {
            try
            {
                var random = new Random(1);
                for (int i = 1; i <= Rounds; i++)
                {
                    // The newest, and one of the past again: the same value, so that every answer is known.
                    int late = random.Next(1, i + 1);
                    await store.WriteAsync((series, i, i), (series, late, late));
                    Volatile.Write(ref acknowledged, i);
                }
            }
            finally
            {
                await done.CancelAsync();
            }
        });
        Task keeper = Task.Run(() =>
        {
            for (int i = 0; !done.IsCancellationRequested; i++)
            {
                if (i % 3 == 0) store.Keeper.Checkpoint();
                else store.Keeper.SealAll();
            }
        });
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                long known = Volatile.Read(ref acknowledged);
                if (known == 0) continue;
                Assert.Equal(Enumerable.Range(1, (int)known).Select(i => (long)i), (await store.AllAsync(series, 0, known + 1)).Select(sample => sample.TimeMs));
                var (_, answer) = await store.AggregateAsync([series], 0, known + 1, Step.Fixed(TimeSpan.FromDays(1)), Aggregate.Sum);
                Assert.Equal((known, known * (known + 1) / 2.0), (answer[0].Counts.Sum(), answer[0].Values.Where(value => !double.IsNaN(value)).Sum()));
                Assert.True(store.TryGetLatest(series, out Sample latest) && latest.TimeMs >= known && latest.Value == latest.TimeMs);
                Assert.Equal(known, (await store.LastBeforeAsync(series, known + 1))!.Value.TimeMs);
            }
        }))];
        await Task.WhenAll([writer, keeper, .. readers]);
        Assert.Equal(Rounds, (await store.AllAsync(series)).Count);
    }

    [Fact]
    public async Task Many_writers_share_the_syncs_and_every_batch_is_answered()
    {
        using TelemetryStore store = folder.Open();
        int[] series = [.. Enumerable.Range(0, 20).Select(i => store.Series("meter", "channel " + i))];
        await Task.WhenAll(series.Select(async number =>
        {
            for (int i = 0; i < 200; i++) await store.WriteAsync((number, i, i));
        }));
        foreach (int number in series) Assert.Equal(200, (await store.AllAsync(number)).Count);
        Assert.Equal(20 * 200, store.Current.Samples);
    }

    [Fact]
    public async Task Waiting_for_a_place_in_the_queue_can_be_given_up()
    {
        using var blocked = new ManualResetEventSlim();
        folder.Options = StoreFolder.SmallOptions with { MaxWaitingBatches = 1 };
        folder.Observers.Add(new Blocker(blocked));
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        using var giveUp = new CancellationTokenSource();
        var writes = new List<Task>();
        // The applying thread is held by its observer, so that sooner or later every queue before it is full.
        for (int i = 0; i < 50; i++)
        {
            int time = i;
            writes.Add(Task.Run(async () =>
            {
                using Batch batch = Batch.Rent();
                batch.Add(series, time, time, default);
                await store.WriteAsync(batch, giveUp.Token);
            }));
        }

        await giveUp.CancelAsync();
        blocked.Set();
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));
        // Whoever was not cancelled is stored; whoever was cancelled before a place was found is not.
        Assert.Equal(writes.Count(write => write.IsCompletedSuccessfully), (await store.AllAsync(series)).Count);
    }

    private sealed class Blocker(ManualResetEventSlim gate) : ISampleObserver
    {
        public void Observe(Batch batch) => gate.Wait();
    }
}
