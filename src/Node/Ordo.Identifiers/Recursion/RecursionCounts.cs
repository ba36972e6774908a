using System.Diagnostics.Metrics;

namespace Ordo.Identifiers.Recursion;

/// <summary>How a client's question about a handle of others was answered.</summary>
internal enum Way
{
    /// <summary>From an answer that is kept.</summary>
    Kept,

    /// <summary>Others were asked.</summary>
    Asked,

    /// <summary>Somebody's same question was under way.</summary>
    Shared,

    /// <summary>Too many were under way.</summary>
    Busy,

    /// <summary>Too many nodes had handed it on.</summary>
    TooManyHops,
}

/// <summary>Questions of clients by their way, and questions to others by how they ended, since the start; also under <c>/metrics</c>.</summary>
internal sealed class RecursionCounts : IDisposable
{
    private static readonly string[] WayNames = ["cache", "asked", "shared", "busy", "hops"], HeardNames = ["answered", "silent", "nonsense"];
    private readonly long[] ways = new long[WayNames.Length], heard = new long[HeardNames.Length];
    private readonly Meter meter = new("Ordo");

    public RecursionCounts(Func<long> cacheBytes, Func<int> cached, Func<int> underWay)
    {
        meter.CreateObservableCounter("ordo.identifiers.recursion.questions", () => Of(ways, WayNames, "way"), description: "Questions of clients about handles of other nodes, by how they were answered.");
        meter.CreateObservableCounter("ordo.identifiers.recursion.asked", () => Of(heard, HeardNames, "outcome"), description: "Questions to other nodes, by how they ended.");
        meter.CreateObservableGauge("ordo.identifiers.recursion.cache.bytes", cacheBytes, "By", "Memory of answers of other nodes that are kept.");
        meter.CreateObservableGauge("ordo.identifiers.recursion.cache.handles", cached, description: "Handles of other nodes whose answers are kept.");
        meter.CreateObservableGauge("ordo.identifiers.recursion.underway", underWay, description: "Handles of other nodes that are being asked for.");
    }

    public void Add(Way way) => Interlocked.Increment(ref ways[(int)way]);

    public void Add(Heard outcome) => Interlocked.Increment(ref heard[(int)outcome]);

    public long Of(Way way) => Volatile.Read(ref ways[(int)way]);

    public long Of(Heard outcome) => Volatile.Read(ref heard[(int)outcome]);

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<long>> Of(long[] counts, string[] names, string tag)
    {
        for (int i = 0; i < counts.Length; i++) yield return new(Volatile.Read(ref counts[i]), new KeyValuePair<string, object?>(tag, names[i]));
    }
}
