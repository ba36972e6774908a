using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>What all connections of the gateway share: the doors of the platform and the devices.</summary>
internal sealed class Hj212Context : IDisposable
{
    private readonly ConcurrentDictionary<int, Hj212Device> devices = new();
    private const int MaxIdleReceivers = 64;
    private static readonly string[] VerdictNames = [.. Enum.GetNames<Verdict>().Select(n => n.ToLowerInvariant())];
    private readonly ConcurrentBag<Hj212Receiver> receivers = [];
    private readonly Meter meter = new("Ordo");
    private readonly Counter<long> frameCounter, sampleCounter;
    private readonly SourceRegistry registry;
    private long lastRequestMs;
    private volatile bool unusualCrc;

    public Hj212Context(
        Hj212Options options, SourceRegistry registry, ISeriesCatalogue catalogue, IIngest ingest, IngressLimits limits, RequestBook requests, TimeProvider clock,
        Hj212Log log)
    {
        (Options, Sources, Catalogue, Ingest) = (options, registry.Gateway(Hj212Gateway.ShortName), catalogue, ingest);
        (Limits, Requests, Clock, Log, this.registry) = (limits, requests, clock, log, registry);
        frameCounter = meter.CreateCounter<long>("ordo.hj212.frames", description: "HJ 212 frames by what became of them");
        sampleCounter = meter.CreateCounter<long>("ordo.hj212.samples", description: "Samples received over HJ 212");
        registry.ProfileChanged += Reread;
    }

    public Hj212Options Options { get; }

    public GatewaySources Sources { get; }

    public ISeriesCatalogue Catalogue { get; }

    public IIngest Ingest { get; }

    public IngressLimits Limits { get; }

    public RequestBook Requests { get; }

    public TimeProvider Clock { get; }

    public Hj212Log Log { get; }

    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public IEnumerable<Hj212Device> Devices => devices.Values;

    /// <summary>The device of a message; an unknown one becomes an unclaimed source.</summary>
    public bool TryOpen(ReadOnlySpan<byte> name, [NotNullWhen(true)] out Hj212Device? device)
    {
        device = Sources.TryOpen(name, out Source? source) ? DeviceOf(source) : null;
        return device is not null;
    }

    public Hj212Device DeviceOf(Source source) =>
        devices.TryGetValue(source.Id, out Hj212Device? known) ? known : devices.GetOrAdd(source.Id, static (_, made) => new(made.source, made.context), (source, context: this));

    /// <summary>Each device has one check sum; nearly all have the standard's, so that the device is looked up only where one has not.</summary>
    public bool CheckCrc(ReadOnlySpan<byte> segment, ushort received)
    {
        Hj212CrcKind kind = unusualCrc && Sources.Find(Hj212Message.GuessDevice(segment)) is { } source ? DeviceOf(source).Settings.Crc : Hj212CrcKind.Hj212;
        return Hj212Crc.Compute(segment, kind) == received;
    }

    /// <summary>A new request number: the time with milliseconds, moved on when two fall into the same one.</summary>
    public string NextRequestNumber()
    {
        while (true)
        {
            long last = Volatile.Read(ref lastRequestMs), next = Math.Max(NowMs, last + 1);
            if (Interlocked.CompareExchange(ref lastRequestMs, next, last) == last) return Hj212Time.FormatRequestNumber(DateTimeOffset.FromUnixTimeMilliseconds(next));
        }
    }

    public Hj212Receiver RentReceiver() => receivers.TryTake(out Hj212Receiver? free) ? free : new Hj212Receiver(this);

    public void Return(Hj212Receiver receiver)
    {
        receiver.Reset();
        if (receivers.Count < MaxIdleReceivers) receivers.Add(receiver);
        else receiver.Dispose();
    }

    /// <summary>Counts a frame by what became of it.</summary>
    public void Count(Verdict verdict, int samples)
    {
        frameCounter.Add(1, new KeyValuePair<string, object?>("verdict", VerdictNames[(int)verdict]));
        if (samples > 0) sampleCounter.Add(samples);
    }

    public void Dispose()
    {
        meter.Dispose();
        while (receivers.TryTake(out Hj212Receiver? receiver)) receiver.Dispose();
    }

    /// <summary>Changes a setting because the device was told to.</summary>
    public void ChangeSetting(Source source, string name, string value) => registry.ChangeSetting(source, name, value);

    private void Reread(Source source)
    {
        if (source.Gateway != Sources.Name) return;
        if (source.Profile.Setting("crc") is not (null or "hj212")) unusualCrc = true;
        if (devices.TryGetValue(source.Id, out Hj212Device? device)) device.Reread();
    }
}
