namespace Ordo.Perception.Limits;

/// <summary>
/// Two token buckets, messages and samples, of one sender. Instead of tokens each remembers the time at which what was taken is paid for;
/// the gate is open while that lies at most one burst ahead. What has been read is charged in full even when that goes over, so a message
/// larger than the bucket passes once and its sender then waits. Thread-safe, no lock.
/// </summary>
public sealed class RateGate
{
    private readonly IngressLimits owner;
    private readonly RateOptions rate;
    private readonly long burst;
    private readonly double perMessage;
    private readonly double perSample;
    private long messagesPaid;
    private long samplesPaid;
    private long refused;

    internal RateGate(IngressLimits owner, RateOptions rate)
    {
        (this.owner, this.rate) = (owner, rate);
        burst = rate.Burst.Ticks;
        perMessage = rate.MessagesPerSecond > 0 ? TimeSpan.TicksPerSecond / rate.MessagesPerSecond : 0;
        perSample = rate.SamplesPerSecond > 0 ? TimeSpan.TicksPerSecond / rate.SamplesPerSecond : 0;
    }

    /// <summary>The limits in force, for messages to people.</summary>
    public RateOptions Rate => rate;

    /// <summary>Messages refused so far.</summary>
    public long Refused => Volatile.Read(ref refused);

    /// <summary>Whether the next message may be read.</summary>
    /// <param name="now"><see cref="IngressLimits.Now"/>, asked once for many messages.</param>
    public bool IsOpen(TimeSpan now) => Debt - now.Ticks <= burst;

    /// <summary>How long the sender has to wait; zero when the gate is open. A TCP gateway pauses its reader, HTTP says Retry-After.</summary>
    public TimeSpan Wait(TimeSpan now) => TimeSpan.FromTicks(Math.Max(0, Debt - now.Ticks - burst));

    /// <summary>Takes what was read.</summary>
    public void Charge(TimeSpan now, int messages, int samples)
    {
        Push(ref messagesPaid, now.Ticks, (long)(messages * perMessage));
        Push(ref samplesPaid, now.Ticks, (long)(samples * perSample));
    }

    /// <summary>Counts messages that were refused; add them to <see cref="Sources.Source.CountRefused"/> too where the source is known.</summary>
    public void CountRefused(int messages = 1)
    {
        Interlocked.Add(ref refused, messages);
        owner.CountRefused(messages);
    }

    /// <summary>Nothing would be forgotten with it: everything is paid.</summary>
    internal bool IsIdle(TimeSpan now) => Debt <= now.Ticks;

    private long Debt => Math.Max(Volatile.Read(ref messagesPaid), Volatile.Read(ref samplesPaid));

    private static void Push(ref long paid, long now, long cost)
    {
        if (cost == 0) return;
        long before = Volatile.Read(ref paid);
        while (true)
        {
            long seen = Interlocked.CompareExchange(ref paid, Math.Max(before, now) + cost, before);
            if (seen == before) return;
            before = seen;
        }
    }
}
