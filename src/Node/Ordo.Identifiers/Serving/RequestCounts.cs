using System.Diagnostics.Metrics;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>Requests of the Handle protocol by transport and response code. A request only adds to a number; a scrape reads them.</summary>
internal sealed class RequestCounts : IDisposable
{
    private const int Transports = 3, Codes = 512;
    private static readonly string[] TransportNames = ["udp", "tcp", "http"];
    private readonly long[] counts = new long[Transports * Codes];
    private readonly Meter meter = new("Ordo");

    public RequestCounts() => meter.CreateObservableCounter("ordo.identifiers.requests", Observe, description: "Requests of the Handle protocol, by transport and response code.");

    public void Add(Transport transport, ResponseCode code) => Interlocked.Increment(ref counts[(int)transport * Codes + Math.Min((int)code, Codes - 1)]);

    /// <summary>Requests answered so.</summary>
    public long Of(Transport transport, ResponseCode code) => Volatile.Read(ref counts[(int)transport * Codes + (int)code]);

    public void Dispose() => meter.Dispose();

    private IEnumerable<Measurement<long>> Observe()
    {
        for (int i = 0; i < counts.Length; i++)
            if (Volatile.Read(ref counts[i]) is not 0 and var count) yield return new(count, new KeyValuePair<string, object?>("transport", TransportNames[i / Codes]), new("code", i % Codes));
    }
}
