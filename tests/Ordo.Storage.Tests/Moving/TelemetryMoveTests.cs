using System.Text;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.ClickHouse;
using Ordo.Storage.Moving;
using Ordo.Storage.Tests.ClickHouse;
using Ordo.Storage.Tests.Store;

namespace Ordo.Storage.Tests.Moving;

public sealed class TelemetryMoveTests : IDisposable
{
    private const long Origin = 1_735_600_000_000;
    private readonly StoreFolder folder = new();

    private string NoteFile => Path.Combine(folder.Path, "telemetry-move.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Everything_goes_to_the_cluster_and_back_bit_by_bit()
    {
        await using ClickHouseFolder cluster = await ClickHouseFolder.CreateAsync();
        using var back = new StoreFolder();
        using (TelemetryStore embedded = folder.Open())
        using (ClickHouseStore clickHouse = cluster.Open())
        {
            await FillAsync(embedded);
            MoveResult there = await new TelemetryMove(embedded, clickHouse, "clickhouse", NoteFile, new Watch(), batchSamples: 700).RunAsync(TestContext.Current.CancellationToken);
            Assert.Empty(there.Differences);
            Assert.Equal((12, 12 * 500, 12), (there.Series, there.Samples, there.ComparedSeries)); // of the last series two more lie outside the years
            Assert.False(File.Exists(NoteFile));

            using TelemetryStore again = back.Open();
            MoveResult home = await new TelemetryMove(clickHouse, again, "embedded", NoteFile, new Watch(), batchSamples: 700).RunAsync(TestContext.Current.CancellationToken);
            Assert.Empty(home.Differences);
            for (int series = 0; series < 12; series++)
            {
                Assert.Equal(embedded.Catalogue.KeyOf(series), again.Catalogue.KeyOf(series));
                List<Sample> expected = await embedded.AllAsync(series), found = await again.AllAsync(series);
                Assert.Equal(series == 11 ? 502 : 500, expected.Count);
                Assert.Equal(expected.Select(Bits), found.Select(Bits));
            }
        }
    }

    [Fact]
    public async Task A_move_that_was_interrupted_goes_on_where_it_stopped()
    {
        await using ClickHouseFolder cluster = await ClickHouseFolder.CreateAsync();
        using (TelemetryStore embedded = folder.Open())
        {
            await FillAsync(embedded);
            // Interrupted again and again, in the middle of a series too, each time with both stores opened anew.
            var copied = new List<long>();
            for (int run = 0; run < 40; run++)
            {
                using ClickHouseStore clickHouse = cluster.Open();
                using var interrupt = new CancellationTokenSource();
                var watch = new Watch(seen =>
                {
                    if (seen.Phase == "copying" && run < 5) interrupt.Cancel();
                });
                var move = new TelemetryMove(embedded, clickHouse, "clickhouse", NoteFile, watch, batchSamples: 800);
                try
                {
                    MoveResult result = await move.RunAsync(interrupt.Token);
                    Assert.Empty(result.Differences);
                    Assert.Equal(5, run);
                    Assert.Equal(12 * 500 + 2, watch.Last!.Samples);
                    Assert.False(File.Exists(NoteFile));
                    Assert.Equal(copied.Order(), copied);
                    Assert.Equal(copied.Distinct(), copied);
                    return;
                }
                catch (OperationCanceledException)
                {
                    Assert.True(File.Exists(NoteFile));
                    copied.Add(watch.Last!.Samples);
                }
            }
        }

        Assert.Fail("It never came to an end.");
    }

    [Fact]
    public async Task A_target_that_goes_away_ends_the_move_and_the_next_run_finishes_it()
    {
        await using ClickHouseFolder cluster = await ClickHouseFolder.CreateAsync();
        await using var link = new LossyLink(cluster.Servers[0].HttpPort);
        StorageOptions direct = cluster.Options;
        cluster.Options = direct with { ClickHouse = direct.ClickHouse with { Shards = [link.Address.ToString(), cluster.Servers[1].Address.ToString()], RetrySeconds = 1, RefreshSeconds = 0 } };
        using TelemetryStore embedded = folder.Open();
        await FillAsync(embedded);
        using (ClickHouseStore clickHouse = cluster.Open())
        {
            var watch = new Watch(_ => link.CutAsync().GetAwaiter().GetResult());
            await Assert.ThrowsAsync<IngestRefusedException>(() => new TelemetryMove(embedded, clickHouse, "clickhouse", NoteFile, watch, batchSamples: 800).RunAsync(TestContext.Current.CancellationToken));
        }

        Assert.True(File.Exists(NoteFile));
        cluster.Options = direct;
        using ClickHouseStore whole = cluster.Open();
        Assert.Empty((await new TelemetryMove(embedded, whole, "clickhouse", NoteFile, new Watch()).RunAsync(TestContext.Current.CancellationToken)).Differences);
    }

    [Fact]
    public async Task What_is_not_the_same_at_the_end_is_told_by_name_and_an_unfinished_move_is_not_turned_round()
    {
        await using ClickHouseFolder cluster = await ClickHouseFolder.CreateAsync();
        using TelemetryStore embedded = folder.Open();
        using ClickHouseStore clickHouse = cluster.Open();
        await FillAsync(embedded);
        int source = clickHouse.Catalogue.SourceOf("test", Encoding.UTF8.GetBytes("电表 1"));
        Assert.True(clickHouse.Catalogue.TrySeriesOf(source, "c1"u8, out int series));
        using (Batch own = Batch.Rent())
        {
            own.Add(series, Origin + 1, 1, default); // between the source's samples
            await clickHouse.WriteAsync(own);
        }

        MoveResult result = await new TelemetryMove(embedded, clickHouse, "clickhouse", NoteFile, new Watch()).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["test 电表 1 c1: 500 samples in the years 1 to 9999 where the other store has 501."], result.Differences);
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => new TelemetryMove(clickHouse, embedded, "embedded", NoteFile, new Watch()).RunAsync(TestContext.Current.CancellationToken));
        Assert.Contains("move to clickhouse", refused.Message, StringComparison.Ordinal);
    }

    private static (long, long, ushort) Bits(Sample sample) => (sample.TimeMs, BitConverter.DoubleToInt64Bits(sample.Value), sample.Quality.Raw);

    /// <summary>Twelve series of 500 samples, NaN and qualities among them; the last has two more that no calendar has.</summary>
    private static async Task FillAsync(TelemetryStore store)
    {
        using Batch batch = Batch.Rent();
        for (int i = 0; i < 12; i++)
        {
            int series = Series(store, $"电表 {i}", $"c{i}");
            for (int at = 0; at < 500; at++)
                batch.Add(series, Origin + (at * 60_000L), at % 50 == 7 ? double.NaN : Math.Round(at * 1.37, i % 4), at % 9 == 0 ? new(QualityStatus.Bad, 'D') : default);
            if (i == 11) batch.Add(series, long.MinValue + 5, 1, default);
            if (i == 11) batch.Add(series, 300_000_000_000_000, 2, default);
        }

        await store.WriteAsync(batch);
    }

    private static int Series(TelemetryStore store, string source, string channel) => store.Series(source, channel);

    private sealed class Watch(Action<MoveProgress>? seen = null) : IProgress<MoveProgress>
    {
        public MoveProgress? Last { get; private set; }

        public void Report(MoveProgress value)
        {
            Last = value;
            seen?.Invoke(value);
        }
    }
}
