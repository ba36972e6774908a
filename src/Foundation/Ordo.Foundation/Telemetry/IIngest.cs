namespace Ordo.Foundation.Telemetry;

/// <summary>
/// The door through which every gateway hands samples to the telemetry store.
/// Declared here, implemented by the storage centre (embedded or cluster).
/// </summary>
public interface IIngest
{
    /// <summary>
    /// Completes when every sample of the batch is on disk and readable: only then may a gateway acknowledge its device.
    /// Idempotent: the same series, time and value written twice is stored once; a later value for the same series and time replaces the earlier.
    /// Waits when the store is busy (back-pressure); nothing is dropped.
    /// </summary>
    /// <param name="batch">Stays the caller's; not touched after completion.</param>
    /// <param name="cancellation">Gives up waiting for a place in the queue; once queued the batch is written all the same.</param>
    /// <exception cref="IngestRefusedException">
    /// The batch is not stored, or on a cluster only some of it; the device must keep its data and send all of it again, which changes nothing where it is stored already.
    /// </exception>
    ValueTask WriteAsync(Batch batch, CancellationToken cancellation = default);
}

/// <summary>
/// Sees every durable sample, in order per series, before its writer is acknowledged: latest values, live stream, alarms.
/// What it sees <see cref="ITelemetryReader"/> already reads, so that an observer that was busy can fetch what it let pass.
/// </summary>
public interface ISampleObserver
{
    /// <summary>Called on the ingest thread: must be quick, must not block and must not throw. The batch may not be kept.</summary>
    void Observe(Batch batch);
}

public enum IngestRefusal
{
    /// <summary>The disk is full or failing; reads go on.</summary>
    StoreUnavailable,

    /// <summary>More is waiting than the store is willing to hold in memory.</summary>
    Overloaded,

    /// <summary>The server is stopping.</summary>
    Stopping,
}

/// <summary>The store did not take a batch. A gateway turns it into 503 with Retry-After, or into silence where a protocol has no refusal.</summary>
public sealed class IngestRefusedException(IngestRefusal reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public IngestRefusal Reason { get; } = reason;

    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
