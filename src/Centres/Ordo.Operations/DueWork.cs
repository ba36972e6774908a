namespace Ordo.Operations;

/// <summary>
/// The life of a service whose work is due at moments that stand in the database: it recovers once what the server's last end cut off, does what is due, and sleeps until the next moment or
/// until somebody brings something sooner. A failure is told once and tried again after a while, until it succeeds.
/// </summary>
/// <param name="clock">Says what is due.</param>
/// <param name="retryAfter">Pause after a failure.</param>
internal sealed class DueWork(TimeProvider clock, TimeSpan retryAfter)
{
    /// <summary>Looks at least so often: the clock may have been set, or another server may have written.</summary>
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(30);

    private readonly Signal waiting = new();

    /// <summary>There may be something to do before the moment waited for.</summary>
    public void Wake() => waiting.Set();

    /// <summary>Returns when <paramref name="stopping"/> is asked for.</summary>
    /// <param name="recover">Done once, before anything else.</param>
    /// <param name="doDue">Does what is due, and says when the next is; <c>null</c> when nothing waits.</param>
    /// <param name="tell">Told of a failure that follows a success.</param>
    public async Task RunAsync(Func<CancellationToken, Task> recover, Func<CancellationToken, Task<DateTimeOffset?>> doDue, Action<Exception> tell, CancellationToken stopping)
    {
        bool recovered = false, failed = false;
        DateTimeOffset? next = clock.GetUtcNow();
        while (true)
        {
            try
            {
                TimeSpan wait = next is { } due ? due - clock.GetUtcNow() : IdleInterval;
                if (failed) await Task.Delay(retryAfter, clock, stopping);
                else if (wait > TimeSpan.Zero) await waiting.WaitAsync(wait < IdleInterval ? wait : IdleInterval, clock, stopping);
                if (!recovered) await recover(stopping);
                recovered = true;
                next = await doDue(stopping);
                failed = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (!failed) tell(fault);
                failed = true;
            }
        }
    }
}
