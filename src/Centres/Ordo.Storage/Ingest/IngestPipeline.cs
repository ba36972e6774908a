using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;
using Ordo.Storage.Log;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Series;

namespace Ordo.Storage.Ingest;

/// <summary>
/// From the writers to memory: a bounded queue, one thread that puts groups of batches on disk, one that applies them, shows them to the
/// observers and answers the writers. While one group is being synced the one before is applied and the one behind gathers.
/// </summary>
internal sealed class IngestPipeline : IDisposable
{
    /// <summary>A group is committed at the latest when it has so many bytes: more would delay answers and hardly cost less.</summary>
    private const int LargestGroup = 8 << 20;

    /// <summary>Committed groups that may wait to be applied.</summary>
    private const int GroupsInFlight = 4;

    private readonly Channel<PendingWrite> queue;
    private readonly BlockingCollection<List<PendingWrite>> committed = new(GroupsInFlight);
    private readonly ConcurrentQueue<List<PendingWrite>> groupPool = new();
    private readonly LogWriter log;
    private readonly SeriesCatalogue catalogue;
    private readonly OpenSeriesTable table;
    private readonly Keeper keeper;
    private readonly FutureSamples future;
    private readonly ISampleObserver[] observers;
    private readonly StorageMetrics metrics;
    private readonly StorageLog messages;
    private readonly ByteWriter definitions = new();
    private readonly Thread logThread;
    private readonly Thread applyThread;
    private (int Sources, int Series) loggedDefinitions;
    private bool isRefusing;

    public IngestPipeline(
        StorageOptions options, LogWriter log, SeriesCatalogue catalogue, OpenSeriesTable table, Keeper keeper, FutureSamples future, IEnumerable<ISampleObserver> observers, StorageMetrics metrics, StorageLog messages)
    {
        this.log = log;
        this.catalogue = catalogue;
        this.table = table;
        this.keeper = keeper;
        this.future = future;
        this.observers = [.. observers];
        this.metrics = metrics;
        this.messages = messages;
        loggedDefinitions = (catalogue.SourceCount, catalogue.SeriesCount);
        queue = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(options.MaxWaitingBatches) { SingleReader = true });
        logThread = new(CommitGroups) { Name = "ordo-log", IsBackground = true };
        applyThread = new(ApplyGroups) { Name = "ordo-apply", IsBackground = true };
    }

    /// <summary>Batches that wait for the log.</summary>
    public int Waiting => queue.Reader.Count;

    public void Start()
    {
        logThread.Start();
        applyThread.Start();
    }

    /// <summary>Takes no more batches; returns when all that were taken are answered.</summary>
    public void Stop()
    {
        queue.Writer.TryComplete();
        logThread.Join();
        applyThread.Join();
    }

    public void Dispose()
    {
        Stop();
        committed.Dispose();
    }

    public ValueTask WriteAsync(Batch batch, CancellationToken cancellation)
    {
        CheckSeries(batch.Series);
        if (batch.Count == 0) return ValueTask.CompletedTask;
        future.Mark(batch);
        PendingWrite write = PendingWrite.Rent(batch);
        return queue.Writer.TryWrite(write) ? write.Completion : WaitForPlaceAsync(write, cancellation);
    }

    private async ValueTask WaitForPlaceAsync(PendingWrite write, CancellationToken cancellation)
    {
        try
        {
            await queue.Writer.WriteAsync(write, cancellation);
        }
        catch (ChannelClosedException)
        {
            write.Return();
            throw new IngestRefusedException(IngestRefusal.Stopping, "The server is stopping.");
        }
        catch (OperationCanceledException)
        {
            write.Return();
            throw;
        }

        await write.Completion;
    }

    private void CheckSeries(ReadOnlySpan<int> series)
    {
        uint known = (uint)catalogue.SeriesCount;
        foreach (int number in series)
            if ((uint)number >= known) throw new ArgumentOutOfRangeException(nameof(series), number, $"The catalogue has {known} series.");
    }

    private void CommitGroups()
    {
        ChannelReader<PendingWrite> writes = queue.Reader;
        while (writes.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            List<PendingWrite> group = groupPool.TryDequeue(out List<PendingWrite>? pooled) ? pooled : [];
            long bytes = 0;
            while (bytes < LargestGroup && writes.TryRead(out PendingWrite? write))
            {
                group.Add(write);
                bytes += write.Record.Length;
            }

            if (group.Count == 0) groupPool.Enqueue(group);
            else if (TryCommit(group)) committed.Add(group);
        }

        committed.CompleteAdding();
    }

    private bool TryCommit(List<PendingWrite> group)
    {
        keeper.WaitForCheckpoint();
        if (keeper.IsOverfull)
        {
            RefuseAll(group, new IOException("Sealed chunks cannot be written and memory is full."));
            return false;
        }

        try
        {
            (int, int) defined = AppendDefinitions();
            foreach (PendingWrite write in group) write.Sequence = log.Append(RecordType.Samples, write.Record.Written, write.Batch.Count);
            int bytes = log.GroupLength;
            long start = Stopwatch.GetTimestamp();
            log.Commit();
            metrics.Committed(group.Count, bytes, Stopwatch.GetElapsedTime(start));
            loggedDefinitions = defined;
            if (isRefusing) messages.WritingAgain();
            isRefusing = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            RefuseAll(group, e);
            return false;
        }
    }

    /// <summary>New names, before the samples that use them. A batch was filled after its series had a number, so what the catalogue knows now is enough.</summary>
    private (int Sources, int Series) AppendDefinitions()
    {
        if (loggedDefinitions == (catalogue.SourceCount, catalogue.SeriesCount)) return loggedDefinitions;
        definitions.Clear();
        (int, int) defined = catalogue.WriteDefinitions(loggedDefinitions.Sources, loggedDefinitions.Series, definitions);
        log.Append(RecordType.Definitions, definitions.Written);
        return defined;
    }

    private void RefuseAll(List<PendingWrite> group, Exception cause)
    {
        if (!isRefusing) messages.Refusing(cause);
        isRefusing = true;
        metrics.Refused(group.Count);
        foreach (PendingWrite write in group)
            write.Refuse(new(IngestRefusal.StoreUnavailable, $"The telemetry log cannot be written: {cause.Message}", cause));
        Recycle(group);
    }

    private void ApplyGroups()
    {
        var full = new List<int>();
        foreach (List<PendingWrite> group in committed.GetConsumingEnumerable())
        {
            long samples = 0;
            foreach (PendingWrite write in group)
            {
                table.Apply(write.Batch, write.Sequence, full);
                samples += write.Batch.Count;
                foreach (ISampleObserver observer in observers) Show(write.Batch, observer);
            }

            keeper.Applied(full);
            full.Clear();
            metrics.Applied(samples);
            foreach (PendingWrite write in group) write.Complete();
            Recycle(group);
            keeper.WaitForRoom();
        }
    }

    private void Show(Batch batch, ISampleObserver observer)
    {
        try
        {
            observer.Observe(batch);
        }
        catch (Exception e)
        {
            // The samples are on disk: a broken observer must neither stop the store nor refuse the device.
            messages.ObserverFailed(e, observer.GetType().Name);
        }
    }

    private void Recycle(List<PendingWrite> group)
    {
        group.Clear();
        groupPool.Enqueue(group);
    }
}
