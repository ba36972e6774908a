using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.ClickHouse.Numbers;
using Ordo.Storage.Files;
using Ordo.Storage.Reading;

namespace Ordo.Storage.ClickHouse;

/// <summary>
/// The telemetry store on a ClickHouse cluster, for a region that outgrows one machine: samples in ClickHouse, sharded by source, numbers of series in the one database.
/// Any number of gateway nodes may write; none keeps anything of its own.
/// </summary>
internal sealed class ClickHouseStore : ITelemetryEngine
{
    private static readonly NativeColumn[] LatestColumnTypes = [new("series", "UInt32"), new("time", "Int64"), new("version", "UInt64"), new("value", "Float64"), new("quality", "UInt16"), new("highest", "UInt64")];
    private readonly StorageOptions options;
    private readonly Func<IEnumerable<ISampleObserver>> observers;
    private readonly TimeProvider clock;
    private readonly ClickHouseLog messages;
    private readonly StorageMetrics metrics = new();
    private readonly DatabaseCatalogue catalogue;
    private readonly ClickHouseReader reader;
    private readonly LatestValues latest = new();
    private readonly VersionClock versions;
    private readonly ClickHouseShard[] shards;
    private readonly ShardWriter[] writers;
    private readonly int[] published;
    private readonly Lock observing = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly HttpClient http;
    private ISampleObserver[] told = [];
    private ulong highestRead;
    private Task refreshing = Task.CompletedTask;
    private volatile bool isOpen;

    /// <param name="options">Checked here: every fault is in the exception.</param>
    /// <param name="databases">The one database, which numbers the series.</param>
    /// <param name="observers">Asked for when the store is opened: an observer may need the store.</param>
    /// <param name="clock">Versions, pauses.</param>
    /// <param name="logger">Receives events 3100 … 3199.</param>
    public ClickHouseStore(StorageOptions options, IDbContextFactory<OrdoDbContext> databases, Func<IEnumerable<ISampleObserver>> observers, TimeProvider clock, ILogger<ClickHouseStore> logger)
    {
        string[] faults = [.. (options with { Engine = StorageOptions.ClickHouseEngine }).Faults()];
        if (faults.Length > 0) throw new StoreRefusedException(string.Join(' ', faults));
        (this.options, this.observers, this.clock) = (options, observers, clock);
        ClickHouseOptions cluster = options.ClickHouse;
        messages = new(logger);
        versions = new(clock);
        http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2), UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        shards = [.. cluster.Addresses.Select((replicas, number) => new ClickHouseShard(number, [.. replicas.Select(address => new ClickHouseServer(http, address, cluster))], cluster))];
        writers = [.. shards.Select(shard => new ShardWriter(shard, cluster, options.MaxWaitingBatches, versions, Applied, metrics, messages, clock))];
        published = new int[shards.Length];
        Calendar = new(TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone));
        catalogue = new(databases, options.MaxSeriesPerSource, shards.Length);
        reader = new(shards, catalogue, Calendar);
    }

    public ISeriesCatalogue Catalogue => catalogue;

    public ParkCalendar Calendar { get; }

    public StorageStatus Current => new(
        catalogue.SourceCount, catalogue.SeriesCount, metrics.SampleCount, metrics.BatchCount, metrics.RefusedCount, 0, writers.Sum(writer => writer.Waiting), 0, 0);

    public void Start() => StartAsync().GetAwaiter().GetResult();

    public void Stop() => StopAsync().GetAwaiter().GetResult();

    public void Dispose()
    {
        Stop();
        metrics.Dispose();
        http.Dispose();
        stopping.Dispose();
        foreach (ShardWriter writer in writers) writer.Dispose();
    }

    public async ValueTask WriteAsync(Batch batch, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!isOpen) throw new IngestRefusedException(IngestRefusal.Stopping, "The telemetry store is not open: the server is starting or stopping.");
        if (batch.Count == 0) return;
        CheckSeries(batch.Series);
        int first = catalogue.ShardOfSeries(batch.Series[0]);
        if (IsOnOneShard(batch, first)) await writers[first].WriteAsync(batch, cancellation);
        else await WriteSplitAsync(batch, cancellation);
    }

    public bool TryGetLatest(int series, out Sample sample) => latest.TryGet(series, out sample);

    public IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, CancellationToken cancellation = default) => reader.ReadAsync(series, fromMs, toMs, cancellation);

    public ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation = default) =>
        reader.ReadEnvelopeAsync(series, fromMs, toMs, maxPoints, cancellation);

    public ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation = default) =>
        reader.AggregateAsync(series, fromMs, toMs, step, aggregate, cancellation);

    public ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation = default) => reader.LastBeforeAsync(series, timeMs, cancellation);

    private async Task StartAsync()
    {
        long begin = Stopwatch.GetTimestamp();
        try
        {
            await new ClickHouseSchema(options.ClickHouse).PrepareAsync(shards, catalogue.Identity(), clock, stopping.Token);
            catalogue.Refresh();
            await LoadLatestAsync(all: true);
        }
        catch (Exception e) when (ClickHouseShard.IsFailure(e))
        {
            throw new StoreRefusedException($"The telemetry store on ClickHouse cannot be opened: {e.Message}", e);
        }

        told = [.. observers()];
        foreach (ShardWriter writer in writers) writer.Start();
        isOpen = true;
        refreshing = Task.Run(RefreshAsync);
        metrics.Observe("ordo.storage.waiting", "{batch}", "Batches that wait for ClickHouse.", () => writers.Sum(writer => writer.Waiting));
        metrics.Observe("ordo.storage.series", "{series}", "Series known.", () => catalogue.SeriesCount);
        messages.Opened(shards.Length, catalogue.SourceCount, catalogue.SeriesCount, Stopwatch.GetElapsedTime(begin).TotalSeconds);
    }

    private async Task StopAsync()
    {
        if (!isOpen) return;
        isOpen = false;
        await Task.WhenAll(writers.Select(writer => writer.StopAsync()));
        await stopping.CancelAsync();
        await refreshing;
        messages.Closed();
    }

    private void CheckSeries(ReadOnlySpan<int> series)
    {
        uint known = (uint)catalogue.SeriesCount;
        foreach (int number in series)
            if ((uint)number >= known) throw new ArgumentOutOfRangeException(nameof(series), number, $"The catalogue has {known} series.");
    }

    private bool IsOnOneShard(Batch batch, int shard)
    {
        if (shards.Length == 1) return true;
        foreach (int series in batch.Series)
            if (catalogue.ShardOfSeries(series) != shard) return false;
        return true;
    }

    /// <summary>Each shard stores its part by itself. When one refuses, the writer is refused, though others have their part: sent again it changes nothing there.</summary>
    private async Task WriteSplitAsync(Batch batch, CancellationToken cancellation)
    {
        var parts = new Batch?[shards.Length];
        try
        {
            for (int i = 0; i < batch.Count; i++)
                (parts[catalogue.ShardOfSeries(batch.Series[i])] ??= Batch.Rent(batch.Count)).Add(batch.Series[i], batch.Times[i], batch.Values[i], batch.Qualities[i]);
            var writing = new List<Task>();
            for (int shard = 0; shard < parts.Length; shard++)
                if (parts[shard] is { } part) writing.Add(writers[shard].WriteAsync(part, cancellation));
            await Task.WhenAll(writing);
        }
        finally
        {
            foreach (Batch? part in parts) part?.Dispose();
        }
    }

    /// <summary>Called by every shard's sender: observers see one batch at a time, as they do in the embedded store.</summary>
    private void Applied(Batch batch)
    {
        latest.Apply(batch);
        metrics.Applied(batch.Count);
        lock (observing)
        {
            foreach (ISampleObserver observer in told)
            {
                try
                {
                    observer.Observe(batch);
                }
#pragma warning disable CA1031 // what is stored must be answered, whatever an observer makes of it
                catch (Exception e)
#pragma warning restore CA1031
                {
                    messages.ObserverFailed(e, observer.GetType().Name);
                }
            }
        }
    }

    /// <summary>What other nodes did; and the names, published for those who query ClickHouse themselves.</summary>
    private async Task RefreshAsync()
    {
        TimeSpan pause = TimeSpan.FromSeconds(Math.Max(1, options.ClickHouse.RefreshSeconds));
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (options.ClickHouse.RefreshSeconds > 0)
                {
                    catalogue.Refresh();
                    await LoadLatestAsync(all: false);
                }

                foreach (ClickHouseShard shard in shards) await PublishNamesAsync(shard);
            }
            catch (Exception e) when (ClickHouseShard.IsFailure(e) || e is DbException or StoreRefusedException or OperationCanceledException or InvalidOperationException)
            {
                if (!stopping.IsCancellationRequested) messages.RefreshFailed(e.Message);
            }

            await Task.Delay(pause, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <param name="all">The first time; later only what may have come since: an insert may be on its way for as long as it is tried again.</param>
    private async Task LoadLatestAsync(bool all)
    {
        ulong margin = (ulong)(options.ClickHouse.RetrySeconds + (2 * options.ClickHouse.RequestSeconds)) * VersionClock.OneSecond;
        ulong floor = all || highestRead < margin ? 0 : highestRead - margin;
        string sql = $"""
            SELECT series, tupleElement(sample, 1) AS time, tupleElement(sample, 2) AS version, tupleElement(sample, 3) AS value, tupleElement(sample, 4) AS quality, top
            FROM (SELECT series, argMaxMerge(newest) AS sample, maxMerge(highest) AS top FROM latest GROUP BY series) WHERE top >= {floor}
            """;
        foreach (ClickHouseShard shard in shards)
        {
            await foreach (NativeBlock block in shard.QueryAsync(sql, LatestColumnTypes, stopping.Token))
            {
                for (int i = 0; i < block.Rows; i++)
                {
                    int series = (int)block.Column<uint>(0)[i];
                    highestRead = Math.Max(highestRead, block.Column<ulong>(5)[i]);
                    if (series < catalogue.SeriesCount) latest.ApplyRead(series, new(block.Column<long>(1)[i], block.Column<double>(3)[i], new(block.Column<ushort>(4)[i])));
                }
            }
        }

        versions.Seen(highestRead);
    }

    private async Task PublishNamesAsync(ClickHouseShard shard)
    {
        int count = catalogue.SeriesCount;
        if (published[shard.Number] == 0) published[shard.Number] = int.Parse(await shard.TextAsync("SELECT toUInt32(count() > 0 ? max(id) + 1 : 0) FROM series", stopping.Token), System.Globalization.CultureInfo.InvariantCulture);
        while (published[shard.Number] < count)
        {
            int first = published[shard.Number], end = Math.Min(count, first + 10_000);
            var rows = new ByteWriter(1 << 16);
            for (int series = first; series < end; series++)
            {
                SeriesKey key = catalogue.KeyOf(series);
                rows.UInt32((uint)series);
                foreach (string text in (string[])[key.Gateway, key.Source, key.Channel])
                {
                    byte[] bytes = Encoding.UTF8.GetBytes(text);
                    rows.VarInt((ulong)bytes.Length);
                    rows.Bytes(bytes);
                }
            }

            await shard.InsertAsync("series (id, gateway, source, channel) FORMAT RowBinary", rows.WrittenMemory, stopping.Token);
            published[shard.Number] = end;
        }
    }
}
