using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;

namespace Ordo.Perception.Limits;

/// <summary>Through which kind of door somebody sends.</summary>
public enum Ingress
{
    /// <summary>Bulk writers over HTTP.</summary>
    Http,

    /// <summary>Devices at a field port.</summary>
    Device,
}

/// <summary>
/// What one source and one remote address may send (入口限流). A gateway asks for the gates once per source or connection, looks at
/// <see cref="RateGate.IsOpen"/> before it reads and charges what it read.
/// </summary>
/// <remarks>Memory is bounded: a gate that owes nothing is as good as a new one and is dropped first when there are too many.</remarks>
public sealed class IngressLimits(LimitOptions options, TimeProvider clock)
{
    private static readonly Meter Meter = new("Ordo");
    private static readonly Counter<long> RefusedMessages =
        Meter.CreateCounter<long>("ordo.ingress.refused", "{message}", "Messages refused because their source or address sends more than it may.");

    private readonly long started = clock.GetTimestamp();
    private readonly ConcurrentDictionary<(Ingress, int), RateGate> sources = new();
    private readonly ConcurrentDictionary<(Ingress, IPAddress), RateGate> addresses = new();
    private int tracked;
    private long refused;

    /// <summary>Time since the start, by the clock that the gates count with.</summary>
    public TimeSpan Now => clock.GetElapsedTime(started);

    /// <summary>Messages and connections refused since the start.</summary>
    public long Refused => Volatile.Read(ref refused);

    public LimitOptions Options => options;

    internal int Tracked => sources.Count + addresses.Count;

    /// <param name="kind">The door.</param>
    /// <param name="sourceId">Number of the source in the catalogue.</param>
    public RateGate OfSource(Ingress kind, int sourceId) =>
        sources.TryGetValue((kind, sourceId), out RateGate? gate) ? gate : Track(sources, (kind, sourceId), kind == Ingress.Http ? options.HttpSource : options.DeviceSource);

    public RateGate OfAddress(Ingress kind, IPAddress? address)
    {
        var key = (kind, Normal(address));
        return addresses.TryGetValue(key, out RateGate? gate) ? gate : Track(addresses, key, kind == Ingress.Http ? options.HttpAddress : options.DeviceAddress);
    }

    internal void CountRefused(int messages)
    {
        Interlocked.Add(ref refused, messages);
        RefusedMessages.Add(messages);
    }

    private RateGate Track<TKey>(ConcurrentDictionary<TKey, RateGate> table, TKey key, RateOptions rate)
        where TKey : notnull
    {
        if (Interlocked.Increment(ref tracked) > options.MaxTracked) Forget();
        return table.GetOrAdd(key, new RateGate(this, rate));
    }

    private void Forget()
    {
        TimeSpan now = Now;
        ForgetIdle(sources, now);
        ForgetIdle(addresses, now);
        // Everybody at full speed at the same time: better to be generous for a moment than to grow.
        if (sources.Count + addresses.Count > options.MaxTracked)
        {
            sources.Clear();
            addresses.Clear();
        }
        Volatile.Write(ref tracked, sources.Count + addresses.Count);
    }

    private static void ForgetIdle<TKey>(ConcurrentDictionary<TKey, RateGate> table, TimeSpan now)
        where TKey : notnull
    {
        foreach ((TKey key, RateGate gate) in table)
            if (gate.IsIdle(now)) table.TryRemove(key, out _);
    }

    /// <summary>One device is one address, whether it was reached over a dual-stack socket or not.</summary>
    private static IPAddress Normal(IPAddress? address) =>
        address is null ? IPAddress.None : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
