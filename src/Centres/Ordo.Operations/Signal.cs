using System.Threading.Channels;

namespace Ordo.Operations;

/// <summary>Wakes one waiter; any number of calls while it works wake it once more.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Never blocks; the waiter continues on another thread.</summary>
    public void Set() => channel.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellation) => await channel.Reader.ReadAsync(cancellation);

    /// <summary>Waits no longer than <paramref name="atMost"/>.</summary>
    public async ValueTask WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Waited long enough: that is one of the two ways to continue.
        }
    }
}
