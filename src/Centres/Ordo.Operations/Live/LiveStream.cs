using Microsoft.AspNetCore.Http;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Live;

/// <summary>Sent first.</summary>
/// <param name="Time">The server's clock.</param>
public sealed record LiveHello(DateTimeOffset Time);

/// <summary>Sent when messages were missed: the client's lists are out of date.</summary>
/// <param name="Alarms">What stands on the desk now.</param>
public sealed record LiveResync(AlarmSummary Alarms);

/// <summary>
/// One client of the live stream, from hello until it goes, the server stops, or its rights change. Holds no buffer: it remembers how far it was sent,
/// and is not looked at again before its last frame has left.
/// </summary>
internal sealed class LiveStream(LiveHub hub, LiveSelection selection, LiveGuard guard, HttpResponse response, TimeProvider clock)
{
    /// <summary>A comment is sent when nothing else was for nearly this long, so that a console knows within 5 s that the stream is gone.</summary>
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromMilliseconds(1800);

    private static readonly TimeSpan GuardInterval = TimeSpan.FromSeconds(2);

    /// <summary>A client that takes nothing for so long is not there any more.</summary>
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    private readonly List<LiveMessage> news = [];
    private long round, place, lastSent, lastGuarded;

    public async Task RunAsync(CancellationToken cancellation)
    {
        LiveView view = hub.Open(selection);
        try
        {
            (round, place, lastGuarded) = (hub.Samples.Closed, hub.Messages.Next, clock.GetTimestamp());
            await SendAsync(LiveFrame.Of("hello", new LiveHello(clock.GetUtcNow()), hub.Json), cancellation);
            if (hub.NewestOf(selection) is { IsEmpty: false } newest) await SendAsync(newest, cancellation);
            while (await MayStillListenAsync())
            {
                Task next = hub.NextPulse;
                await SendNewsAsync(view, cancellation);
                await next.WaitAsync(cancellation);
            }
        }
        finally
        {
            hub.Close(selection);
        }
    }

    private async Task SendNewsAsync(LiveView view, CancellationToken cancellation)
    {
        news.Clear();
        if (!hub.Messages.TryCopy(ref place, news)) await ResyncAsync(cancellation);
        foreach (LiveMessage message in news)
            if (selection.Wants(message)) await SendAsync(message.Frame, cancellation);

        ReadOnlyMemory<byte> samples = view.Changes(ref round);
        if (!samples.IsEmpty) await SendAsync(samples, cancellation);
        else if (clock.GetElapsedTime(lastSent) >= HeartbeatInterval) await SendAsync(LiveFrame.Heartbeat, cancellation);
    }

    private async Task ResyncAsync(CancellationToken cancellation)
    {
        hub.CountResync();
        await SendAsync(LiveFrame.Of("resync", new LiveResync(await hub.SummaryAsync(selection, cancellation)), hub.Json), cancellation);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(SendTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        await response.BodyWriter.WriteAsync(frame, either.Token); // writes and flushes; waits while the client's socket is full
        lastSent = clock.GetTimestamp();
        hub.CountSent(frame.Length);
    }

    private async ValueTask<bool> MayStillListenAsync()
    {
        if (clock.GetElapsedTime(lastGuarded) < GuardInterval) return true;
        lastGuarded = clock.GetTimestamp();
        return await guard.StillHoldsAsync();
    }
}
