using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;
using Ordo.Storage.Log;

namespace Ordo.Storage.Ingest;

/// <summary>One batch on its way to the disk, and what its writer waits for. Used again and again.</summary>
internal sealed class PendingWrite : IValueTaskSource
{
    private static readonly ConcurrentQueue<PendingWrite> Pool = new();
    private ManualResetValueTaskSourceCore<bool> completion = new() { RunContinuationsAsynchronously = true };

    public Batch Batch { get; private set; } = null!;

    /// <summary>The batch as it goes into the log; made on the writer's own thread.</summary>
    public ByteWriter Record { get; } = new(1024);

    public long Sequence { get; set; }

    public ValueTask Completion => new(this, completion.Version);

    public static PendingWrite Rent(Batch batch)
    {
        if (!Pool.TryDequeue(out PendingWrite? write)) write = new();
        write.Batch = batch;
        write.Record.Clear();
        BatchCodec.Write(batch.Series, batch.Times, batch.Values, batch.Qualities, write.Record);
        return write;
    }

    public void Complete() => completion.SetResult(true);

    public void Refuse(IngestRefusedException reason) => completion.SetException(reason);

    /// <summary>Gives it back without anybody having waited.</summary>
    public void Return()
    {
        completion.Reset();
        Batch = null!;
        if (Pool.Count < 256 && Record.Capacity <= 1 << 20) Pool.Enqueue(this);
    }

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            completion.GetResult(token);
        }
        finally
        {
            Return();
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => completion.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        completion.OnCompleted(continuation, state, token, flags);
}
