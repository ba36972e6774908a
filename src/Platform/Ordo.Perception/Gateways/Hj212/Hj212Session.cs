using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>
/// One connection. Reads what is there, lets a receiver understand it, waits until it is durable, answers, reads on: a slow disk slows the sender, and
/// memory never holds more than one piece of input. A connection that is silent holds no buffer at all.
/// </summary>
internal sealed class Hj212Session : Hj212Connection, IHj212Link, IDisposable
{
    private const int PieceBytes = 64 * 1024; // several frames of any length
    private readonly ConnectionContext connection;
    private readonly Hj212Context context;
    private readonly SemaphoreSlim sending = new(1, 1);
    private long lastByteMs, lastFrameMs, sendingSinceMs;
    private bool partial, stopping;
    private CancellationToken stop;
    private volatile bool giveUp;

    public Hj212Session(ConnectionContext connection, Hj212Context context)
    {
        (this.connection, this.context) = (connection, context);
        Remote = connection.RemoteEndPoint?.ToString() ?? "?";
        lastByteMs = lastFrameMs = context.NowMs;
    }

    public override string Remote { get; }

    public override IHj212Link Link => this;

    public override IPAddress? Address => (connection.RemoteEndPoint as IPEndPoint)?.Address;

    /// <summary>Why the platform closed the connection; <c>null</c> when the other side did.</summary>
    public string? Closed { get; private set; }

    /// <summary>Serves the connection until either side ends it.</summary>
    public async Task RunAsync()
    {
        stop = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        await using CancellationTokenRegistration registration = stop.Register(static session => ((Hj212Session)session!).Stop(), this);
        try
        {
            while (await ReadOnceAsync())
            {
            }
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            // The other side is gone; what it did not get acknowledged it sends again.
        }
        finally
        {
            LeaveAll();
        }
    }

    /// <summary>Once a second: ends what has taken too long.</summary>
    public void Tick(long nowMs)
    {
        Hj212Options options = context.Options;
        if (sendingSinceMs != 0 && nowMs - sendingSinceMs > options.SendTimeout.TotalMilliseconds)
            Close("it does not read what is sent to it");
        else if (nowMs - lastFrameMs > (HadFrame ? options.IdleTimeout : options.FirstFrameTimeout).TotalMilliseconds)
            Close("it was silent for too long");
        else if (partial && nowMs - lastByteMs > options.FrameTimeout.TotalMilliseconds)
            GiveUpFrame();
    }

    public void Post(byte[] frame) => _ = PostAsync(frame);

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> frames)
    {
        await sending.WaitAsync();
        try
        {
            sendingSinceMs = context.NowMs;
            await connection.Transport.Output.WriteAsync(frames);
        }
        finally
        {
            sendingSinceMs = 0;
            sending.Release();
        }
    }

    public void Dispose() => sending.Dispose();

    private async Task<bool> ReadOnceAsync()
    {
        PipeReader input = connection.Transport.Input;
        ReadResult result = await input.ReadAsync();
        if (!result.IsCanceled) lastByteMs = context.NowMs;
        ReadOnlySequence<byte> buffer = result.Buffer;
        int frames = Frames;
        bool needMore = false;
        while (!buffer.IsEmpty && !needMore) (buffer, needMore) = await ProcessAsync(buffer);
        if (result.IsCompleted && !buffer.IsEmpty)
        {
            giveUp = true; // cut off by the end of the connection: for the log
            (buffer, _) = await ProcessAsync(buffer);
        }

        if (Frames != frames) lastFrameMs = context.NowMs;
        partial = !buffer.IsEmpty;
        input.AdvanceTo(buffer.Start, buffer.End);
        if (NoiseBytes > context.Options.MaxNoiseBytes) Close("too many bytes that are no frame");
        if (Faults > context.Options.MaxFaultsInRow) Close("too many unreadable frames in a row");
        if (result.IsCompleted || stopping || Closed is not null) return false;
        // What is over a limit is not dropped: it waits in the network, and its sender with it.
        if (Debt(context.Limits, context.NowMs, context.Log) is { Ticks: > 0 } debt) await PauseAsync(debt);
        return true;
    }

    /// <summary>Ends early, with an exception, when the connection or the server does: a long debt must not hold up a stop.</summary>
    private async Task PauseAsync(TimeSpan debt)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stop);
        await Task.Delay(debt, context.Clock, end.Token);
    }

    /// <summary>One piece of the input, in one stretch of memory.</summary>
    private async ValueTask<(ReadOnlySequence<byte> Left, bool NeedMore)> ProcessAsync(ReadOnlySequence<byte> buffer)
    {
        ReadOnlySequence<byte> piece = buffer.Slice(0, Math.Min(buffer.Length, PieceBytes));
        byte[]? copy = null;
        ReadOnlyMemory<byte> memory = piece.IsSingleSegment ? piece.First : Copy(piece, out copy);
        Hj212Receiver receiver = context.RentReceiver();
        try
        {
            (int consumed, bool needMore) = receiver.Read(memory.Span, giveUp, this);
            giveUp = false;
            await receiver.CompleteAsync(memory, this);
            return (buffer.Slice(consumed), needMore && piece.Length == buffer.Length);
        }
        finally
        {
            context.Return(receiver);
            if (copy is not null) ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static ReadOnlyMemory<byte> Copy(ReadOnlySequence<byte> piece, out byte[] copy)
    {
        copy = ArrayPool<byte>.Shared.Rent((int)piece.Length);
        piece.CopyTo(copy);
        return copy.AsMemory(0, (int)piece.Length);
    }

    private async Task PostAsync(byte[] frame)
    {
        try
        {
            await SendAsync(frame);
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is gone; the request is sent again or times out.
        }
    }

    private void GiveUpFrame()
    {
        giveUp = true;
        lastByteMs = context.NowMs;
        connection.Transport.Input.CancelPendingRead();
    }

    /// <summary>The server stops: what has arrived is finished, then the connection ends.</summary>
    private void Stop()
    {
        stopping = true;
        connection.Transport.Input.CancelPendingRead();
    }

    private void Close(string reason)
    {
        if (Closed is not null) return;
        Closed = reason;
        connection.Abort(new ConnectionAbortedException(reason));
    }
}
