using System.Collections.Concurrent;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.ClickHouse;
using Ordo.Testing;

namespace Ordo.Storage.Tests.ClickHouse;

/// <summary>What only a cluster can do wrong: shards that die, answers that get lost, nodes side by side, a database that is not ours.</summary>
public sealed class ClickHouseStoreTests
{

    [Fact]
    public async Task A_shard_that_dies_loses_nothing_that_was_acknowledged_and_holds_nobody_else_up()
    {
        ClickHouseProcess[] servers = await ClickHouseProcess.StartShardsAsync(2);
        try
        {
            await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync(servers);
            folder.Options = folder.Options with { ClickHouse = folder.Options.ClickHouse with { RetrySeconds = 1, RequestSeconds = 5 } };
            var acknowledged = new ConcurrentBag<(int Series, long Time)>();
            int[] series;
            using (ClickHouseStore store = folder.Open())
            {
                series = [.. Enumerable.Range(0, 4).Select(i => SeriesOf(store, $"meter {i}"))]; // every second on either shard
                var refused = new ConcurrentDictionary<int, int>();
                using var enough = new CancellationTokenSource();
                Task[] writers = [.. series.Select(number => Task.Run(() => WriteUntilAsync(store, number, acknowledged, refused, enough.Token)))];

                await Patience.UntilAsync(() => acknowledged.Count > 40);
                servers[1].Kill();
                await Patience.UntilAsync(() => refused.ContainsKey(series[1]) && refused.ContainsKey(series[3]));
                int before = acknowledged.Count(sample => sample.Series == series[0]);
                await Patience.UntilAsync(() => acknowledged.Count(sample => sample.Series == series[0]) > before + 5);
                Assert.False(refused.ContainsKey(series[0]) || refused.ContainsKey(series[2]));
                await Assert.ThrowsAsync<TelemetryUnavailableException>(() => AllAsync(store, series[1]));
                Assert.NotEmpty(await AllAsync(store, series[0]));

                await servers[1].StartAsync();
                int dead = acknowledged.Count(sample => sample.Series == series[1]);
                await Patience.UntilAsync(() => acknowledged.Count(sample => sample.Series == series[1]) > dead + 5);
                await enough.CancelAsync();
                await Task.WhenAll(writers);
            }

            using ClickHouseStore again = folder.Open();
            foreach (int number in series)
            {
                HashSet<long> stored = [.. (await AllAsync(again, number)).Select(sample => sample.TimeMs)];
                Assert.DoesNotContain(acknowledged, sample => sample.Series == number && !stored.Contains(sample.Time));
            }
        }
        finally
        {
            foreach (ClickHouseProcess server in servers) await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_insert_whose_answer_was_lost_is_sent_again_and_counts_once()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        await using var link = new LossyLink(folder.Servers[0].HttpPort);
        folder.Options = folder.Options with { ClickHouse = folder.Options.ClickHouse with { Shards = [link.Address.ToString(), folder.Servers[1].Address.ToString()] } };
        using ClickHouseStore store = folder.Open();
        int series = SeriesOf(store, "meter 0");
        link.LoseAnswers(2);
        for (int i = 0; i < 5; i++) await WriteAsync(store, [.. Enumerable.Range(0, 100).Select(at => (series, (i * 100L) + at, (double)at))]);
        Assert.Equal(2, link.Lost);
        Assert.Equal(500, (await AllAsync(store, series)).Count);
        var (_, answers) = await store.AggregateAsync([series], 0, 1000, Step.Fixed(TimeSpan.FromSeconds(1)), Aggregate.Sum);
        Assert.Equal((500, 5 * 4950), (answers[0].Counts[0], answers[0].Values[0]));
        Assert.Equal(500, store.Current.Samples);
    }

    [Fact]
    public async Task A_shard_that_is_slower_than_its_writers_refuses_what_finds_no_place()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        await using var link = new LossyLink(folder.Servers[0].HttpPort);
        folder.Options = folder.Options with
        {
            MaxWaitingBatches = 2,
            ClickHouse = folder.Options.ClickHouse with { Shards = [link.Address.ToString()], QueueSeconds = 1, RefreshSeconds = 0 },
        };
        using ClickHouseStore store = folder.Open();
        int series = SeriesOf(store, "meter 0");
        link.IsStuck = true;
        Task first = WriteAsync(store, (series, 0, 0));
        await Patience.UntilAsync(() => link.Held > 0); // it is under way; two may wait
        Task[] writes = [first, .. Enumerable.Range(1, 5).Select(i => WriteAsync(store, (series, i, i)))];
        await Patience.UntilAsync(() => writes.Count(write => write.IsFaulted) == 3);
        foreach (Task write in writes.Where(write => write.IsFaulted))
            Assert.Equal(IngestRefusal.Overloaded, (await Assert.ThrowsAsync<IngestRefusedException>(() => write)).Reason);

        link.IsStuck = false;
        int[] taken = [.. Enumerable.Range(0, 6).Where(i => !writes[i].IsFaulted)];
        foreach (int i in taken) await writes[i].WaitAsync(Patience.Limit);
        Assert.Equal(taken.Select(i => (long)i), (await AllAsync(store, series)).Select(sample => sample.TimeMs));
        Assert.Equal(3, store.Current.RefusedBatches);
    }

    [Fact]
    public async Task A_shard_that_stops_in_the_middle_of_an_answer_holds_nobody_for_ever()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        await using var link = new LossyLink(folder.Servers[0].HttpPort);
        folder.Options = folder.Options with { ClickHouse = folder.Options.ClickHouse with { Shards = [link.Address.ToString()], RequestSeconds = 1, RetrySeconds = 1, RefreshSeconds = 0 } };
        using ClickHouseStore store = folder.Open();
        int series = SeriesOf(store, "meter 0");
        var random = new Random(1);
        await WriteAsync(store, [.. Enumerable.Range(0, 20_000).Select(at => (series, (long)at, random.NextDouble()))]);
        link.StopsAfterBytes = 20_000; // of some 400,000
        await Assert.ThrowsAsync<TelemetryUnavailableException>(() => AllAsync(store, series)).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        link.StopsAfterBytes = 10; // not even the head of the answer to an insert
        await Assert.ThrowsAsync<IngestRefusedException>(() => WriteAsync(store, (series, 20_000, 1))).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        link.StopsAfterBytes = int.MaxValue;
        await WriteAsync(store, (series, 20_000, 2));
        Assert.Equal(20_001, (await AllAsync(store, series)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nodes_side_by_side_agree_on_every_number_and_see_what_the_others_write(bool onPostgres)
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync(database: onPostgres ? new PostgresDatabase() : new SqliteDatabase());
        folder.Options = folder.Options with { ClickHouse = folder.Options.ClickHouse with { RefreshSeconds = 1 } };
        using ClickHouseStore one = folder.Open(), two = folder.Open();
        var numbers = new int[4][];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            ClickHouseStore node = thread % 2 == 0 ? one : two;
            int[] order = [.. Enumerable.Range(0, 25)];
            new Random(thread).Shuffle(order);
            numbers[thread] = new int[25];
            foreach (int i in order) numbers[thread][i] = SeriesOf(node, $"meter {i}");
        })));
        Assert.All(numbers, seen => Assert.Equal(numbers[0], seen));
        Assert.Equal(Enumerable.Range(0, 25), numbers[0].Order());

        int fresh = SeriesOf(one, "fresh");
        await WriteAsync(one, (fresh, 1000, 7));
        await Patience.UntilAsync(() => two.Catalogue.TryFind(new("test", "fresh", "power"), out int found) && found == fresh && two.TryGetLatest(fresh, out Sample latest) && latest.Value == 7);
        await WriteAsync(two, (fresh, 1000, 8));
        Assert.Equal([8], (await AllAsync(one, fresh)).Select(sample => sample.Value));
    }

    [Fact]
    public async Task A_clock_set_back_does_not_let_an_older_value_win()
    {
        var clock = new FakeTime(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        folder.Clock = clock;
        int series;
        using (ClickHouseStore store = folder.Open())
        {
            series = SeriesOf(store, "meter");
            await WriteAsync(store, (series, 1000, 1));
        }

        folder.Clock = new FakeTime(clock.GetUtcNow().AddHours(-1));
        using ClickHouseStore again = folder.Open();
        await WriteAsync(again, (series, 1000, 2));
        Assert.Equal([2], (await AllAsync(again, series)).Select(sample => sample.Value));
    }

    [Fact]
    public async Task People_can_query_the_cluster_by_name()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        folder.Options = folder.Options with { ClickHouse = folder.Options.ClickHouse with { Cluster = "park", RefreshSeconds = 1 } };
        using ClickHouseStore store = folder.Open();
        int[] series = [SeriesOf(store, "电表 1"), SeriesOf(store, "电表 2"), SeriesOf(store, "电表 3")];
        await WriteAsync(store, [.. series.Select(number => (number, 1000L, (double)number))]);
        string database = folder.Options.ClickHouse.Database;
        Assert.Equal("3", await folder.Servers[0].AskAsync($"SELECT count() FROM {database}.sample_all"));
        Assert.NotEqual("3", await folder.Servers[0].AskAsync($"SELECT count() FROM {database}.sample"));
        string names = "";
        await Patience.UntilAsync(async () => (names = await folder.Servers[1].AskAsync($"SELECT gateway, source, channel FROM {database}.series ORDER BY id")).Count(letter => letter == '\n') == 2);
        Assert.Equal("test\t电表 1\tpower\ntest\t电表 2\tpower\ntest\t电表 3\tpower", names);
    }

    [Fact]
    public async Task A_cluster_of_another_Ordo_is_refused_in_one_sentence()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync(), other = await ClickHouseFolder.CreateAsync();
        using (folder.Open())
        {
        }

        other.Options = folder.Options;
        var refused = Assert.Throws<StoreRefusedException>(() => other.Open());
        Assert.Contains("belongs to another Ordo", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_shard_that_is_left_out_is_refused_and_one_more_is_welcome()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        StorageOptions both = folder.Options, first = both with { ClickHouse = both.ClickHouse with { Shards = [both.ClickHouse.Shards[0]] } };
        folder.Options = first;
        using (ClickHouseStore store = folder.Open()) await WriteAsync(store, (SeriesOf(store, "meter 0"), 1000, 1));
        folder.Options = both;
        using (ClickHouseStore store = folder.Open())
        {
            await WriteAsync(store, (SeriesOf(store, "meter 1"), 1000, 2));
            Assert.Single(await AllAsync(store, SeriesOf(store, "meter 0")));
            Assert.Equal("1", await folder.Servers[1].AskAsync($"SELECT count() FROM {both.ClickHouse.Database}.sample"));
        }

        folder.Options = first;
        var refused = Assert.Throws<StoreRefusedException>(() => folder.Open());
        Assert.Contains("never left out", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_away_or_refuses_us_at_the_start_is_told_in_one_sentence()
    {
        await using ClickHouseFolder folder = await ClickHouseFolder.CreateAsync();
        StorageOptions right = folder.Options;
        folder.Options = right with { ClickHouse = right.ClickHouse with { Shards = ["http://127.0.0.1:9"], StartSeconds = 0 } };
        Assert.Contains("cannot be reached", Assert.Throws<StoreRefusedException>(() => folder.Open()).Message, StringComparison.Ordinal);
        folder.Options = right with { ClickHouse = right.ClickHouse with { User = "ordo", Password = "wrong" } };
        Assert.Contains("refuses user 'ordo'", Assert.Throws<StoreRefusedException>(() => folder.Open()).Message, StringComparison.Ordinal);
        folder.Options = right with { ClickHouse = right.ClickHouse with { User = "ordo", Password = "secret & more" } };
        using ClickHouseStore store = folder.Open();
        await WriteAsync(store, (SeriesOf(store, "meter"), 1000, 1));
    }

    [Fact]
    public void Faulty_settings_are_all_told_at_once()
    {
        var options = new StorageOptions
        {
            Engine = "clickhouse",
            ChunkSamples = 1,
            ClickHouse = new() { Shards = ["http://a:8123,http://b:8123", "ch2", "http://a:8123/"], Database = "1 park", InsertQuorum = 3, RetrySeconds = 0 },
        };
        string all = string.Join('\n', options.Faults());
        foreach (string fault in (string[])["ChunkSamples", "several replicas", "'ch2'", "http://a:8123 twice", "'1 park'", "InsertQuorum is 3", "RetrySeconds"])
            Assert.Contains(fault, all, StringComparison.Ordinal);
        Assert.Contains("Shards is empty", string.Join('\n', new StorageOptions { Engine = "ClickHouse" }.Faults()), StringComparison.Ordinal);
        Assert.Contains("'influx'", string.Join('\n', new StorageOptions { Engine = "influx" }.Faults()), StringComparison.Ordinal);
        Assert.Empty(new StorageOptions { ClickHouse = options.ClickHouse }.Faults());
    }

    [Fact]
    public void Replicated_tables_and_newer_servers_get_what_they_need()
    {
        var options = new ClickHouseOptions { Shards = ["http://a:1,http://b:1"], Replicated = true, Cluster = "park" };
        string old = string.Join('\n', new ClickHouseSchema(options).Statements(new(18, 16))), now = string.Join('\n', new ClickHouseSchema(options).Statements(new(25, 8)));
        Assert.Contains("ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/ordo/sample', '{replica}', version)", old, StringComparison.Ordinal);
        Assert.Contains("ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/ordo/latest', '{replica}')", old, StringComparison.Ordinal);
        Assert.Contains("Distributed(park, ordo, sample)", old, StringComparison.Ordinal);
        Assert.DoesNotContain("CODEC", old, StringComparison.Ordinal);
        Assert.DoesNotContain("fsync", old, StringComparison.Ordinal);
        Assert.Contains("CODEC(DoubleDelta", now, StringComparison.Ordinal);
        Assert.Contains("fsync_after_insert = 1", now, StringComparison.Ordinal);
        Assert.Equal((2, 0), (options.Quorum(2), (options with { Replicated = false }).Quorum(1)));
    }

    private static async Task WriteUntilAsync(ClickHouseStore store, int series, ConcurrentBag<(int, long)> acknowledged, ConcurrentDictionary<int, int> refused, CancellationToken enough)
    {
        for (long time = 0; !enough.IsCancellationRequested; time++)
        {
            try
            {
                await WriteAsync(store, (series, time, time));
                acknowledged.Add((series, time));
            }
            catch (IngestRefusedException e)
            {
                Assert.Equal(IngestRefusal.StoreUnavailable, e.Reason);
                refused.AddOrUpdate(series, 1, (_, count) => count + 1);
            }
        }
    }

    private static int SeriesOf(ClickHouseStore store, string source)
    {
        int number = store.Catalogue.SourceOf("test", System.Text.Encoding.UTF8.GetBytes(source));
        Assert.True(store.Catalogue.TrySeriesOf(number, "power"u8, out int series));
        return series;
    }

    private static async Task WriteAsync(ClickHouseStore store, params (int Series, long Time, double Value)[] samples)
    {
        using Batch batch = Batch.Rent();
        foreach (var (series, time, value) in samples) batch.Add(series, time, value, SampleQuality.Good);
        await store.WriteAsync(batch);
    }

    private static async Task<List<Sample>> AllAsync(ClickHouseStore store, int series)
    {
        var all = new List<Sample>();
        await foreach (SampleColumns block in store.ReadAsync(series, long.MinValue, long.MaxValue))
            for (int i = 0; i < block.Count; i++) all.Add(new(block.Times[i], block.Values[i], block.Qualities[i]));
        return all;
    }
}
