using System.Collections.Concurrent;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Tests.Files;

namespace Ordo.Storage.Tests.Store;

/// <summary>
/// Power failures at random moments on a disk that tears and reorders what was not synced, whose syncs and writes fail, that runs full.
/// Whatever happens: each sample that was acknowledged is there, with the value acknowledged last, and nothing is there that nobody sent.
/// </summary>
public sealed class CrashTests
{
    private const int SeriesCount = 12;

    /// <summary>Times that the power fails in each test: with 26 seeds 208 in every run of the suite.</summary>
    private const int Lives = 8;

    /// <summary>ORDO_CRASH_SEEDS=300 asks for more than those that every run tries.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("ORDO_CRASH_SEEDS"), out int seeds) ? seeds : 26)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_acknowledged_sample_survives_and_nothing_is_invented(int seed)
    {
        var random = new Random(seed);
        var disk = new FaultyFiles(new Random(seed + 1000));
        using var folder = new StoreFolder { Files = disk, Options = StoreFolder.SmallOptions with { CheckpointBytes = 1 << 20, ChunkSamples = 32 } };
        var sent = new Sent();
        for (int life = 0; life < Lives; life++)
        {
            TelemetryStore store = folder.Open();
            await sent.CheckAsync(store, $"seed {seed}, life {life}");
            for (int i = 0; i < SeriesCount; i++) sent.Define(store, i);
            disk.SyncFails = random.Next(3) == 0 ? 0.02 : 0;
            disk.WriteFails = random.Next(3) == 0 ? 0.01 : 0;
            disk.Space = random.Next(4) == 0 ? random.Next(3 << 20) : long.MaxValue;
            // Mostly early: in the first checkpoint, the first segment, the first new name.
            disk.OperationsLeft = random.Next(1, random.Next(8) == 0 ? 1500 : 150);
            using var keeping = new CancellationTokenSource();
            Task keeper = KeepAsync(store, random.Next(), keeping.Token);
            await Task.WhenAll(Enumerable.Range(0, 3).Select(writer => WriteAsync(store, sent, disk, writer, random.Next())));
            await keeping.CancelAsync();
            await keeper;
            Assert.True(disk.HasFailed);
            store.Kill();
            (disk.SyncFails, disk.WriteFails, disk.Space) = (0, 0, long.MaxValue);
            disk.LosePower();
        }

        using TelemetryStore last = folder.Open();
        await sent.CheckAsync(last, $"seed {seed}, at the end");
    }

    private static async Task WriteAsync(TelemetryStore store, Sent sent, FaultyFiles disk, int writer, int seed)
    {
        var random = new Random(seed);
        while (!disk.HasFailed)
        {
            // Each writer has its own series, as each device has: only then is "the value acknowledged last" defined.
            using Batch batch = Batch.Rent();
            int series = (writer * SeriesCount / 3) + random.Next(SeriesCount / 3);
            var samples = Enumerable.Range(0, random.Next(1, 40)).Select(_ => sent.Next(series, random)).ToList();
            foreach (var (time, value) in samples) batch.Add(sent.NumberOf(series), time, value, SampleQuality.Good);
            sent.Offer(series, samples);
            try
            {
                await store.WriteAsync(batch);
                sent.Acknowledge(series, samples);
            }
            catch (IngestRefusedException)
            {
            }
        }
    }

    /// <summary>Seals and checkpoints from outside too, so that the power fails in the middle of them more often.</summary>
    private static async Task KeepAsync(TelemetryStore store, int seed, CancellationToken cancellation)
    {
        var random = new Random(seed);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (random.Next(3) == 0) store.Keeper.SealAll();
                else store.Keeper.Checkpoint();
            }
            catch (IOException)
            {
            }

            await Task.Yield();
        }
    }

    /// <summary>What was sent, and what of it the store has acknowledged.</summary>
    private sealed class Sent
    {
        private readonly ConcurrentDictionary<(int Series, long Time), (List<double> Offered, int LastAcknowledged)> samples = [];
        private readonly int[] numbers = new int[SeriesCount];
        private readonly long[] newest = new long[SeriesCount];

        public int NumberOf(int series) => numbers[series];

        public void Define(TelemetryStore store, int series) => numbers[series] = store.Series("device " + (series / 4), "channel " + series);

        public (long Time, double Value) Next(int series, Random random)
        {
            long time = random.Next(4) == 0 && newest[series] > 0 ? random.NextInt64(newest[series]) : newest[series] + random.Next(1, 5) * 1000;
            newest[series] = Math.Max(newest[series], time);
            return (time, random.Next(100_000_000) / 8.0);
        }

        public void Offer(int series, List<(long Time, double Value)> batch)
        {
            foreach (var (time, value) in batch)
                samples.AddOrUpdate((series, time), _ => ([value], -1), (_, known) => ([.. known.Offered, value], known.LastAcknowledged));
        }

        public void Acknowledge(int series, List<(long Time, double Value)> batch)
        {
            foreach (long time in batch.Select(sample => sample.Time).Distinct())
                samples.AddOrUpdate((series, time), _ => default, (_, known) => (known.Offered, known.Offered.Count - 1));
        }

        /// <summary>An acknowledged sample must have the value acknowledged last or one offered after it; any other, one of those offered or none.</summary>
        public async Task CheckAsync(TelemetryStore store, string what)
        {
            if (samples.IsEmpty) return;
            for (int series = 0; series < SeriesCount; series++)
            {
                if (!store.Catalogue.TryFind(new("test", "device " + (series / 4), "channel " + series), out int number))
                {
                    Assert.DoesNotContain(samples, sample => sample.Key.Series == series && sample.Value.LastAcknowledged >= 0);
                    continue;
                }

                Dictionary<long, double> stored = (await store.AllAsync(number)).ToDictionary(sample => sample.TimeMs, sample => sample.Value);
                foreach (var ((_, time), (offered, acknowledged)) in samples.Where(sample => sample.Key.Series == series))
                {
                    bool found = stored.Remove(time, out double value);
                    if (acknowledged >= 0) Assert.True(found, $"{what}: series {series}, time {time} was acknowledged and is missing");
                    if (found) Assert.True(offered.LastIndexOf(value) >= Math.Max(acknowledged, 0), $"{what}: series {series}, time {time} is {value}, offered were {string.Join(", ", offered)}, acknowledged the one at {acknowledged}");
                }

                Assert.Empty(stored);
            }
        }
    }
}
