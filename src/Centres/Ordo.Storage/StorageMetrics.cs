using System.Diagnostics.Metrics;

namespace Ordo.Storage;

/// <summary>What the store counts, on the meter <c>Ordo</c> and for <see cref="IStorageStatus"/>.</summary>
internal sealed class StorageMetrics : IDisposable
{
    private readonly Meter meter = new("Ordo");
    private readonly Counter<long> samples;
    private readonly Counter<long> batches;
    private readonly Counter<long> logBytes;
    private readonly Counter<long> refused;
    private readonly Counter<long> future;
    private readonly Counter<long> waits;
    private readonly Counter<long> chunks;
    private readonly Counter<long> snapshotBytes;
    private readonly Histogram<double> commitSeconds;
    private long sampleCount, batchCount, refusedCount, futureCount;

    public StorageMetrics()
    {
        samples = meter.CreateCounter<long>("ordo.storage.samples", "{sample}", "Samples made durable.");
        batches = meter.CreateCounter<long>("ordo.storage.batches", "{batch}", "Batches made durable.");
        logBytes = meter.CreateCounter<long>("ordo.storage.log.bytes", "By", "Bytes written to the log.");
        refused = meter.CreateCounter<long>("ordo.storage.refused", "{batch}", "Batches refused because the disk is full or failing.");
        future = meter.CreateCounter<long>("ordo.storage.future", "{sample}", "Samples further in the future than they may be, stored as uncertain.");
        waits = meter.CreateCounter<long>("ordo.storage.waits", "{time}", "Times all writers had to wait because memory was full.");
        chunks = meter.CreateCounter<long>("ordo.storage.chunks", "{chunk}", "Series sealed into chunks.");
        snapshotBytes = meter.CreateCounter<long>("ordo.storage.snapshot.bytes", "By", "Bytes written by checkpoints.");
        commitSeconds = meter.CreateHistogram<double>("ordo.storage.log.commit", "s", "Time to write and sync one group of batches.",
            advice: new() { HistogramBucketBoundaries = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1] });
    }

    public long SampleCount => Volatile.Read(ref sampleCount);

    public long BatchCount => Volatile.Read(ref batchCount);

    public long RefusedCount => Volatile.Read(ref refusedCount);

    public long FutureCount => Volatile.Read(ref futureCount);

    public void Observe(string name, string unit, string description, Func<long> value) => meter.CreateObservableGauge(name, value, unit, description);

    public void Committed(int count, int bytes, TimeSpan took)
    {
        batches.Add(count);
        logBytes.Add(bytes);
        commitSeconds.Record(took.TotalSeconds);
        Interlocked.Add(ref batchCount, count);
    }

    public void Applied(long count)
    {
        samples.Add(count);
        Interlocked.Add(ref sampleCount, count);
    }

    public void Refused(int count)
    {
        refused.Add(count);
        Interlocked.Add(ref refusedCount, count);
    }

    public void Future(int count)
    {
        future.Add(count);
        Interlocked.Add(ref futureCount, count);
    }

    public void Waited() => waits.Add(1);

    public void Sealed(int count) => chunks.Add(count);

    public void Checkpointed(long bytes) => snapshotBytes.Add(bytes);

    public void Dispose() => meter.Dispose();
}
