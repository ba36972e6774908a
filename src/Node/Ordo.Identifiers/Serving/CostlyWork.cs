namespace Ordo.Identifiers.Serving;

/// <summary>
/// Proofs, signatures and agreements on keys, which take milliseconds and which anybody may ask for: no more of them at once than there are processors, over all transports
/// together, and so many waiting at most that a flood is told to come back.
/// </summary>
internal sealed class CostlyWork : IDisposable
{
    private const int MaxWaiting = 1000;
    private readonly SemaphoreSlim processors = new(Environment.ProcessorCount);
    private int waiting;

    /// <returns><paramref name="busy"/> when too many wait.</returns>
    public async Task<T> RunAsync<T>(Func<T> work, T busy)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return busy;
        }

        await processors.WaitAsync();
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            processors.Release();
            Interlocked.Decrement(ref waiting);
        }
    }

    public void Dispose() => processors.Dispose();
}
