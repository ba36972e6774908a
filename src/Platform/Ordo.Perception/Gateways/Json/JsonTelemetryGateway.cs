using System.Buffers;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.Json;

/// <summary>Stores samples that come as JSON while they arrive; when <see cref="WriteAsync"/> completes, every sample it accepted is durable.</summary>
internal sealed class JsonTelemetryGateway : IGateway
{
    private const int FirstBufferBytes = 32 * 1024;
    private static readonly Meter Meter = new("Ordo");
    private static readonly Counter<long> Samples = Meter.CreateCounter<long>("ordo.json.samples", "{sample}", "Samples stored from JSON.");

    private readonly GatewaySources sources;
    private readonly ISeriesCatalogue catalogue;
    private readonly IIngest ingest;
    private readonly IngressLimits limits;
    private readonly HttpIngressOptions options;

    public JsonTelemetryGateway(SourceRegistry registry, ISeriesCatalogue catalogue, IIngest ingest, IngressLimits limits, HttpIngressOptions options)
    {
        (this.catalogue, this.ingest, this.limits, this.options) = (catalogue, ingest, limits, options);
        sources = registry.Gateway(Name);
    }

    public string Name => "json";

    /// <param name="body">Read to its end, unless it is too long.</param>
    /// <param name="sender">Where it comes from.</param>
    /// <param name="receivedMs">When, milliseconds since 1970.</param>
    /// <param name="mayWrite">Whether the caller may write to a source; <c>null</c> when to all.</param>
    /// <param name="cancellation">The client is gone.</param>
    /// <exception cref="JsonException">Not JSON. Whole objects before the fault may be stored.</exception>
    /// <exception cref="IngestRefusedException">What was read last is not stored; the client sends all of it again.</exception>
    public async Task<JsonOutcome> WriteAsync(Stream body, Sender sender, long receivedMs, Func<Source, bool>? mayWrite, CancellationToken cancellation)
    {
        using var batch = Batch.Rent();
        var write = new Write(this, sender, receivedMs, mayWrite, batch);
        bool isComplete = await write.RunAsync(body, cancellation);
        return new JsonOutcome(write.Faults, write.Stored, write.Limited, write.Wait, write.Forbidden, isComplete);
    }

    /// <summary>One request being read.</summary>
    private sealed class Write(JsonTelemetryGateway gateway, Sender sender, long receivedMs, Func<Source, bool>? mayWrite, Batch batch)
    {
        private const long SpecimenIntervalMs = 10_000;
        private readonly JsonTelemetryParser parser = new(new JsonFaults(gateway.options.MaxReportedFaults));
        private readonly List<(Source Source, RateGate Gate, int Samples)> rows = [];
        private readonly TimeSpan now = gateway.limits.Now;
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        private long total;

        public JsonFaults Faults => parser.Faults;

        public long Stored { get; private set; }

        public int Limited { get; private set; }

        public TimeSpan Wait { get; private set; }

        public string? Forbidden { get; private set; }

        /// <returns><c>false</c> when the body is longer than allowed.</returns>
        public async Task<bool> RunAsync(Stream body, CancellationToken cancellation)
        {
            try
            {
                int held = 0;
                while (true)
                {
                    if (held == buffer.Length) Grow();
                    int read = await body.ReadAsync(buffer.AsMemory(held), cancellation);
                    total += read;
                    if (total > gateway.options.MaxBodyBytes) return false;
                    held = await ParseAsync(held + read, isLast: read == 0, cancellation);
                    if (read == 0) break;
                }
                await StoreAsync(cancellation);
                return true;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        /// <summary>A name or a number longer than the buffer; the parser refuses such a name, but must see its end.</summary>
        private void Grow()
        {
            if (buffer.Length >= 1024 * 1024) throw new JsonException("A value is longer than 1 MiB.");
            byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        /// <returns>Bytes left over, moved to the front.</returns>
        private async ValueTask<int> ParseAsync(int end, bool isLast, CancellationToken cancellation)
        {
            int at = 0;
            while (true)
            {
                bool hasSamples = parser.Parse(buffer.AsSpan(at, end - at), isLast, out int consumed);
                at += consumed;
                if (!hasSamples) break;
                TakeGroup();
                if (batch.Count >= gateway.options.MaxBatchSamples) await StoreAsync(cancellation);
            }
            buffer.AsSpan(at, end - at).CopyTo(buffer);
            return end - at;
        }

        private void TakeGroup()
        {
            if (parser.Samples.Count > 0 && parser.Source.Length > 0 && Open(parser.Source) is { } source) Add(source);
            parser.Clear();
        }

        private Source? Open(byte[] name)
        {
            Source? source = gateway.sources.Find(name);
            if (mayWrite is not null && (source is null || !mayWrite(source)))
            {
                source?.CountRefused();
                Forbidden ??= Encoding.UTF8.GetString(name);
                return null;
            }
            if (source is null && !gateway.sources.TryOpen(name, out source))
            {
                Faults.Add(parser.Path + "source", new("未知来源过多，不再接受新的来源。", "It is not known, and no more unclaimed sources are taken."));
                return null;
            }
            RateGate gate = gateway.limits.OfSource(Ingress.Http, source.Id);
            if (gate.IsOpen(now)) return source;
            gate.CountRefused();
            source.CountRefused();
            Limited++;
            Wait = gate.Wait(now) > Wait ? gate.Wait(now) : Wait;
            return null;
        }

        private void Add(Source source)
        {
            var series = new int[parser.Channels.Count];
            for (int i = 0; i < series.Length; i++)
            {
                if (gateway.catalogue.TrySeriesOf(source.Id, parser.Channels[i], out series[i])) continue;
                series[i] = -1;
                Faults.Add(parser.Path + "samples", new(
                    $"通道 {Encoding.UTF8.GetString(parser.Channels[i])} 超出一个来源的序列数上限。",
                    $"Channel {Encoding.UTF8.GetString(parser.Channels[i])} is one series more than a source may have."));
            }
            int before = batch.Count;
            foreach (JsonSample sample in parser.Samples)
                if (series[sample.Channel] >= 0) batch.Add(series[sample.Channel], sample.TimeMs, sample.Value, sample.Quality);
            rows.Add((source, gateway.limits.OfSource(Ingress.Http, source.Id), batch.Count - before));
        }

        private async ValueTask StoreAsync(CancellationToken cancellation)
        {
            if (batch.Count > 0) await gateway.ingest.WriteAsync(batch, cancellation);
            foreach ((Source source, RateGate gate, int samples) in rows)
            {
                bool isFirst = receivedMs - source.LastSeenMs >= SpecimenIntervalMs;
                source.Heard(receivedMs, sender.Remote);
                source.Count(1, samples);
                gate.Charge(now, 1, samples);
                if (isFirst && source.Frames.HasRoom) source.Frames.Add(receivedMs, FrameDirection.In, Summary(source, samples), Verdict.Stored, default, samples);
            }
            sender.Gate.Charge(now, 0, batch.Count);
            Samples.Add(batch.Count);
            Stored += batch.Count;
            batch.Clear();
            rows.Clear();
        }

        /// <summary>The text itself is gone by now; what a person looks for is that and how much of it arrived.</summary>
        private static byte[] Summary(Source source, int samples) =>
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"source\":{JsonSerializer.Serialize(source.Key)},\"samples\":[… {samples} …]}}"));
    }
}

/// <summary>What became of a body.</summary>
/// <param name="Faults">Samples and objects that could not be read.</param>
/// <param name="Stored">Samples that are durable.</param>
/// <param name="Limited">Objects refused because their source sends more than it may.</param>
/// <param name="Wait">How long those sources should wait.</param>
/// <param name="Forbidden">The first source the caller may not write to.</param>
/// <param name="IsComplete"><c>false</c> when reading stopped because the body is longer than allowed.</param>
internal sealed record JsonOutcome(JsonFaults Faults, long Stored, int Limited, TimeSpan Wait, string? Forbidden, bool IsComplete);
