using Ordo.Foundation.Telemetry;
using Ordo.Storage.Care;
using Ordo.Storage.Tests.Store;

namespace Ordo.Storage.Tests.Care;

/// <summary>Copies of a store that is being written, and what a check says of it.</summary>
public sealed class CareTests
{
    private const long Start = 1_764_460_000_000, Step = 60_000; // the end of November 2025, so that the samples lie in two months
    private const int PageBytes = 16_384;
    private const byte TableLeaf = 0x0D;
    private static readonly string Zone = StoreFolder.SmallOptions.TimeZone;

    [Fact]
    public async Task A_copy_made_while_writers_go_on_has_everything_that_was_acknowledged_before_it_began()
    {
        using var folder = new StoreFolder();
        using var copy = new TemporaryCopy();
        using (TelemetryStore store = folder.Open())
        {
            int[] acknowledged = new int[4];
            using var stop = new CancellationTokenSource();
            Task[] writers = [.. Enumerable.Range(0, acknowledged.Length).Select(w => Task.Run(async () =>
            {
                int[] series = [.. Enumerable.Range(0, 10).Select(channel => store.Series($"device {w}", $"c{channel}"))];
                while (!stop.IsCancellationRequested)
                {
                    int at = acknowledged[w];
                    using Batch batch = Batch.Rent();
                    for (int i = at; i < at + 20; i++)
                        foreach (int number in series) batch.Add(number, Start + (i * Step), i + (number / 100.0), SampleQuality.Good);
                    await store.WriteAsync(batch);
                    Volatile.Write(ref acknowledged[w], at + 20);
                    // New series all the time: their names are in the log alone when a checkpoint is made.
                    await store.WriteAsync((store.Series($"device {w}", $"late {at}"), Start, at));
                }
            }))];
            for (int round = 0; round < 3; round++)
            {
                while (acknowledged.Min() < (round + 1) * 600)
                {
                    if (writers.FirstOrDefault(writer => writer.IsCompleted) is { } failed) await failed;
                    await Task.Yield();
                }

                int[] before = [.. acknowledged];
                copy.Clear();
                using (TelemetryMoment moment = store.Hold(copy.Scratch))
                    foreach (TelemetryFile file in moment.Files) file.CopyTo(Path.Combine(copy.Folder, file.Name), CancellationToken.None);
                await CheckAsync(copy.Folder, before);
            }

            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }

        static async Task CheckAsync(string folder, int[] least)
        {
            Assert.Empty(StoreVerifier.Verify(folder, Zone).Damages);
            using var copied = new StoreFolder(folder);
            using TelemetryStore store = copied.Open();
            for (int w = 0; w < least.Length; w++)
            {
                int series = store.Series($"device {w}", "c3");
                List<Sample> samples = await store.AllAsync(series);
                Assert.True(samples.Count >= least[w], $"device {w}: {samples.Count} samples of {least[w]} acknowledged");
                for (int i = 0; i < samples.Count; i++) Assert.Equal((Start + (i * Step), i + (series / 100.0)), (samples[i].TimeMs, samples[i].Value));
            }

            // A new series of the copy must not get the number, and with it the samples, of one that only the log had named.
            Assert.Empty(await store.AllAsync(store.Series("device of the copy", "new")));
        }
    }

    [Fact]
    public async Task A_month_that_did_not_change_keeps_its_stamp_and_one_that_did_gets_another()
    {
        using var folder = new StoreFolder();
        using var copy = new TemporaryCopy();
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "p");
        await store.WriteAsync((series, 0, 1), (series, 40L * 86_400_000, 2));
        store.Keeper.SealAll();
        Dictionary<string, string?> first = Stamps(), second = Stamps();
        Assert.Equal(first, second);
        Assert.All(first.Values, Assert.NotNull);
        await store.WriteAsync((series, 41L * 86_400_000, 3));
        store.Keeper.SealAll();
        Dictionary<string, string?> third = Stamps();
        Assert.Equal(first["1970-01.db"], third["1970-01.db"]);
        Assert.NotEqual(first["1970-02.db"], third["1970-02.db"]);

        Dictionary<string, string?> Stamps()
        {
            copy.Clear();
            using TelemetryMoment moment = store.Hold(copy.Scratch);
            return moment.Files.Where(file => file.Name.EndsWith(".db", StringComparison.Ordinal)).ToDictionary(file => file.Name, file => file.Stamp);
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_any_file_is_found_and_named_and_the_rest_is_said_to_be_good()
    {
        using var folder = new StoreFolder();
        using (TelemetryStore store = folder.Open())
        {
            for (int device = 0; device < 5; device++)
                for (int i = 0; i < 400; i += 100)
                    await store.WriteAsync([.. Enumerable.Range(i, 100).Select(n => (store.Series($"device {device}", "p"), Start + (n * Step * 30L), n * 0.1))]);
            store.Keeper.SealAll();
            store.Keeper.RollUp();
            for (int device = 0; device < 5; device++)
                await store.WriteAsync([.. Enumerable.Range(0, 40).Select(n => (store.Series($"device {device}", "p"), Start + ((400 + n) * Step * 30L), n * 0.7))]);
        }

        TelemetryVerification whole = StoreVerifier.Verify(folder.Path, Zone);
        Assert.Empty(whole.Damages);
        Assert.Equal(5 * 440, whole.Good.Sum(file => file.Samples));
        var random = new Random(7);
        foreach (string name in new[] { "catalogue", "open.snapshot", "2025-11.db", "2025-12.db" })
        {
            string path = Path.Combine(folder.Path, name);
            byte[] good = File.ReadAllBytes(path);
            int found = 0, tried = 0;
            foreach (int at in Places(name, good, random))
            {
                tried++;
                byte[] bad = [.. good];
                bad[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, bad);
                TelemetryVerification report = StoreVerifier.Verify(folder.Path, Zone);
                Assert.All(report.Damages, damage => Assert.True(damage.File == name || name == "catalogue", $"{name} at {at}: {damage}"));
                if (!report.IsClean) found++;
                if (name.EndsWith(".db", StringComparison.Ordinal)) Assert.True(report.Good.Single(file => file.File == "open.snapshot").Samples == whole.Good.Single(file => file.File == "open.snapshot").Samples);
            }

            File.WriteAllBytes(path, good);
            Assert.True(found == tried, $"{name}: {found} of {tried} flips were found");
        }
    }

    [Fact]
    public async Task Of_a_month_with_a_damaged_page_the_other_series_are_still_counted()
    {
        using var folder = new StoreFolder();
        using (TelemetryStore store = folder.Open())
        {
            var random = new Random(1);
            for (int device = 0; device < 200; device++)
                await store.WriteAsync([.. Enumerable.Range(0, 300).Select(n => (store.Series($"device {device}", "p"), 1_000_000L + n, random.NextDouble()))]);
        }

        string path = Path.Combine(folder.Path, "1970-01.db");
        byte[] bytes = File.ReadAllBytes(path);
        // The head of a page in the middle: not a row, but the way to some of them.
        Array.Fill(bytes, (byte)0xFF, bytes.Length / 16_384 / 2 * 16_384, 64);
        File.WriteAllBytes(path, bytes);
        TelemetryVerification report = StoreVerifier.Verify(folder.Path, Zone);
        Assert.Contains(report.Damages, damage => damage.File == "1970-01.db");
        Assert.InRange(report.Good.Single(file => file.File == "1970-01.db").Samples, 1, (200 * 300) - 1);
    }

    /// <summary>Anywhere in a file of our own; in SQLite's only inside blobs, because of its free space it keeps no checksum.</summary>
    private static IEnumerable<int> Places(string name, byte[] bytes, Random random)
    {
        if (!name.EndsWith(".db", StringComparison.Ordinal)) return Enumerable.Range(0, 30).Select(_ => random.Next(8, bytes.Length));
        return Enumerable.Range(1, (bytes.Length / PageBytes) - 1)
            .Where(page => bytes[page * PageBytes] == TableLeaf && (bytes[(page * PageBytes) + 3] | bytes[(page * PageBytes) + 4]) != 0) // with rows in it
            .Select(page => ((page + 1) * PageBytes) - 20); // rows are put in from the end of a page, a chunk last in its row
    }

    private sealed class TemporaryCopy : IDisposable
    {
        private readonly string root = Directory.CreateTempSubdirectory("ordo-copy-").FullName;

        public string Folder => Path.Combine(root, "copy");

        public string Scratch => Path.Combine(root, "scratch");

        public void Clear()
        {
            foreach (string folder in new[] { Folder, Scratch })
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
                Directory.CreateDirectory(folder);
            }
        }

        public void Dispose() => Directory.Delete(root, recursive: true);
    }
}
