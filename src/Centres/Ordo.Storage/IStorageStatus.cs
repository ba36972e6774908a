namespace Ordo.Storage;

/// <summary>Figures of the store for <c>/api/v1/system</c>; reading them costs nothing.</summary>
public interface IStorageStatus
{
    StorageStatus Current { get; }
}

/// <summary>The store at a moment. Counters count since the server started.</summary>
/// <param name="Sources">Sources known.</param>
/// <param name="Series">Series known.</param>
/// <param name="Samples">Samples made durable.</param>
/// <param name="Batches">Batches made durable.</param>
/// <param name="RefusedBatches">Batches refused because the disk is full or failing.</param>
/// <param name="OpenSamples">Samples in memory, not in chunks yet.</param>
/// <param name="WaitingBatches">Batches that wait for the log.</param>
/// <param name="LogBytes">Bytes of log that a restart after a crash would read.</param>
/// <param name="Months">Month files.</param>
public sealed record StorageStatus(
    int Sources, int Series, long Samples, long Batches, long RefusedBatches, long OpenSamples, int WaitingBatches, long LogBytes, int Months)
{
    /// <summary>Samples in the log that a restart after a crash would read.</summary>
    public long LogSamples { get; init; }

    /// <summary>Samples further in the future than <see cref="StorageOptions.FutureTolerance"/>, stored as uncertain.</summary>
    public long FutureSamples { get; init; }
}
