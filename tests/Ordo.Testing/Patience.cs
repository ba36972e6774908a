namespace Ordo.Testing;

/// <summary>How long a test waits for another thread or another program before it says that it waited in vain. Neither has a clock of ours, and a busy machine is no fault.</summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    /// <summary>Cancels when the patience is over; to be disposed of.</summary>
    public static CancellationTokenSource Begin() => new(Limit);

    /// <summary>Looks again and again until it is so.</summary>
    /// <exception cref="OperationCanceledException">It was not so within <see cref="Limit"/>.</exception>
    public static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using CancellationTokenSource limit = Begin();
        while (!await isSo()) await Task.Delay(5, limit.Token);
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}})"/>
    public static Task UntilAsync(Func<bool> isSo) => UntilAsync(() => Task.FromResult(isSo()));
}
