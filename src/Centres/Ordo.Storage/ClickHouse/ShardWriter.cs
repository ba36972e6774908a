using System.Threading.Channels;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;

namespace Ordo.Storage.ClickHouse;

/// <summary>Samples of one batch that belong to one shard, and who waits for them.</summary>
/// <param name="Batch">Not touched after <paramref name="Done"/> has ended.</param>
internal sealed record ShardPart(Batch Batch, TaskCompletionSource Done);

/// <summary>
/// From the writers to one shard: a bounded queue and one sender. Inserts of a shard follow each other, never side by side, and a failed one is tried again with the same
/// rows before the next is begun: so the order of a series is kept, and a repeated row changes nothing.
/// </summary>
internal sealed class ShardWriter : IDisposable
{
    private const string Into = "sample (series, time, value, quality, version) FORMAT Native";
    private static readonly NativeColumn Series = new("series", "UInt32"), Time = new("time", "Int64"), Value = new("value", "Float64"), Quality = new("quality", "UInt16"), Version = new("version", "UInt64");
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(2);

    private readonly ClickHouseShard shard;
    private readonly ClickHouseOptions options;
    private readonly VersionClock versions;
    private readonly Action<Batch> applied;
    private readonly StorageMetrics metrics;
    private readonly ClickHouseLog messages;
    private readonly TimeProvider clock;
    private readonly Channel<ShardPart> queue;
    private readonly CancellationTokenSource stopping = new();
    private readonly ByteWriter block = new(1 << 16);
    private readonly Dictionary<int, long> newestInGroup = [];
    private Task sending = Task.CompletedTask;
    private long lastInsert;
    private bool isRefusing;

    /// <param name="shard">Where to.</param>
    /// <param name="options">Pace and patience.</param>
    /// <param name="waiting">Batches that may wait.</param>
    /// <param name="versions">Of all shards.</param>
    /// <param name="applied">Told of every stored batch, in order, before its writer is answered.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="messages">Tells.</param>
    /// <param name="clock">Measures pauses.</param>
    public ShardWriter(
        ClickHouseShard shard, ClickHouseOptions options, int waiting, VersionClock versions, Action<Batch> applied, StorageMetrics metrics, ClickHouseLog messages, TimeProvider clock)
    {
        (this.shard, this.options, this.versions, this.applied, this.metrics, this.messages, this.clock) = (shard, options, versions, applied, metrics, messages, clock);
        queue = Channel.CreateBounded<ShardPart>(new BoundedChannelOptions(waiting) { SingleReader = true });
    }

    public int Waiting => queue.Reader.Count;

    public void Start() => sending = Task.Run(SendAsync);

    /// <summary>Takes no more; ends when every batch is stored or refused. An insert in hand is finished, but not tried again.</summary>
    public async Task StopAsync()
    {
        queue.Writer.TryComplete();
        await stopping.CancelAsync();
        await sending;
    }

    public void Dispose() => stopping.Dispose();

    /// <summary>Completes when the samples are in ClickHouse.</summary>
    /// <exception cref="IngestRefusedException">No place in the queue for too long, or the shard is away.</exception>
    public async Task WriteAsync(Batch batch, CancellationToken cancellation)
    {
        var part = new ShardPart(batch, new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!queue.Writer.TryWrite(part)) await WaitForPlaceAsync(part, cancellation);
        await part.Done.Task;
    }

    private async Task WaitForPlaceAsync(ShardPart part, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.QueueSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await queue.Writer.WriteAsync(part, either.Token);
        }
        catch (ChannelClosedException)
        {
            throw new IngestRefusedException(IngestRefusal.Stopping, "The server is stopping.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            metrics.Refused(1);
            throw new IngestRefusedException(IngestRefusal.Overloaded, $"ClickHouse shard {shard.Number} ({shard.Name}) is slower than its writers: no place in the queue for {options.QueueSeconds} s.");
        }
    }

    private async Task SendAsync()
    {
        var group = new List<ShardPart>();
        while (await queue.Reader.WaitToReadAsync())
        {
            await PaceAsync();
            int samples = 0;
            while (samples < options.MaxInsertSamples && queue.Reader.TryRead(out ShardPart? part))
            {
                group.Add(part);
                samples += part.Batch.Count;
            }

            try
            {
                await StoreAsync(group, samples);
            }
            catch (Exception fault)
            {
                Refuse(group, fault); // whatever it is: who waits is answered, and the next group has its turn
            }

            group.Clear();
        }
    }

    /// <summary>While one insert is under way and a while after, batches gather: ClickHouse makes a part of each insert, and joins few large ones with less work.</summary>
    private async Task PaceAsync()
    {
        if (lastInsert == 0 || stopping.IsCancellationRequested) return;
        TimeSpan left = TimeSpan.FromMilliseconds(options.InsertIntervalMs) - clock.GetElapsedTime(lastInsert);
        if (left <= TimeSpan.Zero) return;
        await Task.Delay(left, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task StoreAsync(List<ShardPart> group, int samples)
    {
        Encode(group, samples);
        lastInsert = clock.GetTimestamp();
        if (await InsertAsync() is { } failure)
        {
            Refuse(group, failure);
            return;
        }

        metrics.Committed(group.Count, block.Length, clock.GetElapsedTime(lastInsert));
        if (isRefusing) messages.WritingAgain(shard.Number, shard.Name);
        isRefusing = false;
        foreach (ShardPart part in group)
        {
            applied(part.Batch);
            part.Done.SetResult();
        }
    }

    /// <returns>The last failure when patience ended; while the shard is known to be away there is none, and every group is one try.</returns>
    private async Task<Exception?> InsertAsync()
    {
        long begin = clock.GetTimestamp();
        for (TimeSpan pause = FirstPause; ; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await shard.InsertAsync(Into, block.WrittenMemory, CancellationToken.None);
                return null;
            }
            catch (Exception e) when (ClickHouseShard.IsFailure(e))
            {
                if (isRefusing || stopping.IsCancellationRequested || clock.GetElapsedTime(begin).TotalSeconds + pause.TotalSeconds > options.RetrySeconds) return e;
                await Task.Delay(pause, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Refuse(List<ShardPart> group, Exception failure)
    {
        if (!isRefusing) messages.Refusing(shard.Number, shard.Name, failure);
        isRefusing = true;
        metrics.Refused(group.Count);
        foreach (ShardPart part in group)
            part.Done.TrySetException(new IngestRefusedException(IngestRefusal.StoreUnavailable, $"ClickHouse shard {shard.Number} does not take samples: {failure.Message}", failure));
    }

    private void Encode(List<ShardPart> group, int samples)
    {
        block.Clear();
        NativeBlock.WriteHead(block, 5, samples);
        Span<uint> series = NativeBlock.WriteColumn<uint>(block, Series, samples);
        int at = 0;
        foreach (ShardPart part in group)
            foreach (int number in part.Batch.Series) series[at++] = (uint)number;
        Span<long> times = NativeBlock.WriteColumn<long>(block, Time, samples);
        at = 0;
        foreach (ShardPart part in group)
        {
            part.Batch.Times.CopyTo(times[at..]);
            at += part.Batch.Count;
        }

        Span<double> values = NativeBlock.WriteColumn<double>(block, Value, samples);
        at = 0;
        foreach (ShardPart part in group)
        {
            part.Batch.Values.CopyTo(values[at..]);
            at += part.Batch.Count;
        }

        Span<ushort> qualities = NativeBlock.WriteColumn<ushort>(block, Quality, samples);
        at = 0;
        foreach (ShardPart part in group)
            foreach (SampleQuality quality in part.Batch.Qualities) qualities[at++] = quality.Raw;
        WriteVersions(group, samples);
    }

    /// <summary>
    /// One version for the whole group, which packs to nothing, and a higher one from each sample on that may repeat a time of the group: of those the last must count.
    /// </summary>
    private void WriteVersions(List<ShardPart> group, int samples)
    {
        newestInGroup.Clear();
        ulong version = versions.Next(samples);
        Span<ulong> column = NativeBlock.WriteColumn<ulong>(block, Version, samples);
        int at = 0;
        foreach (ShardPart part in group)
        {
            ReadOnlySpan<int> series = part.Batch.Series;
            ReadOnlySpan<long> times = part.Batch.Times;
            for (int i = 0; i < series.Length; i++)
            {
                ref long newest = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(newestInGroup, series[i], out bool isKnown);
                if (isKnown && times[i] <= newest) version++;
                else newest = times[i];
                column[at++] = version;
            }
        }
    }
}
