namespace Ordo.Storage.ClickHouse;

/// <summary>
/// Versions of rows: the higher one of two samples with the same series and time counts. Milliseconds since 1970 in the upper 44 bits, so that several nodes agree
/// as well as their clocks do; always above every version seen before, so that one node agrees with itself even when its clock is set back.
/// </summary>
internal sealed class VersionClock(TimeProvider clock)
{
    private const int CounterBits = 20;
    /// <summary>Versions of one second.</summary>
    public const ulong OneSecond = 1_000UL << CounterBits;

    private readonly Lock gate = new();
    private ulong last;

    /// <summary>Never goes below a version that is stored.</summary>
    public void Seen(ulong version)
    {
        lock (gate) last = Math.Max(last, version);
    }

    /// <summary>The first of so many new versions.</summary>
    public ulong Next(int count)
    {
        ulong now = (ulong)Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds()) << CounterBits;
        lock (gate)
        {
            ulong first = Math.Max(now, last + 1);
            last = first + (ulong)count;
            return first;
        }
    }
}
