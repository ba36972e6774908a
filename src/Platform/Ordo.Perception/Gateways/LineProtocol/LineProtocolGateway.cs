using System.Buffers;
using System.Diagnostics.Metrics;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// Stores bodies of line protocol (InfluxDB 行协议) while they arrive. Of one request no more is in memory than one incomplete line and one batch;
/// when <see cref="WriteAsync"/> completes, every line it accepted is durable.
/// </summary>
internal sealed class LineProtocolGateway : IGateway
{
    private const int FirstBufferBytes = 64 * 1024;
    private const int UnknownLength = 64 * 1024;
    private const int BytesPerSample = 10; // a guess that only saves growing the batch
    private static readonly Meter Meter = new("Ordo");
    private static readonly Counter<long> Lines = Meter.CreateCounter<long>("ordo.line.lines", "{line}", "Lines of line protocol stored.");
    private static readonly Counter<long> Samples = Meter.CreateCounter<long>("ordo.line.samples", "{sample}", "Samples stored from line protocol.");
    private static readonly Counter<long> BadLines = Meter.CreateCounter<long>("ordo.line.bad_lines", "{line}", "Lines that are not line protocol.");
    private static readonly Counter<long> TextFields = Meter.CreateCounter<long>("ordo.line.text_fields", "{field}", "Text fields understood and not stored.");

    private readonly IIngest ingest;
    private readonly LineProtocolOptions options;
    private readonly HttpIngressOptions http;
    private readonly LineSourceTable sources;

    public LineProtocolGateway(SourceRegistry registry, ISeriesCatalogue catalogue, IIngest ingest, IngressLimits limits, LineProtocolOptions options, HttpIngressOptions http)
    {
        (this.ingest, this.options, this.http) = (ingest, options, http);
        sources = new LineSourceTable(registry.Gateway(Name), catalogue, limits, options.SourceCacheSize);
    }

    public string Name => "line";

    /// <param name="body">Read to its end, unless it is too long.</param>
    /// <param name="request">What holds for all its lines.</param>
    /// <param name="sender">Where it comes from.</param>
    /// <param name="cancellation">The client is gone; lines already read may be stored all the same.</param>
    /// <exception cref="IngestRefusedException">What was read last is not stored; batches before it are. The client sends all of it again.</exception>
    public async Task<LineOutcome> WriteAsync(Stream body, LineRequest request, Sender sender, CancellationToken cancellation)
    {
        request = request with { MaxLineBytes = options.MaxLineBytes, MaxBatchSamples = http.MaxBatchSamples };
        var faults = new LineFaults(http.MaxReportedFaults);
        using var batch = Batch.Rent((int)Math.Min(http.MaxBatchSamples, (request.ExpectedBytes ?? UnknownLength) / BytesPerSample));
        var write = new Write(this, request, sender, batch, new LineParser(sources, request, batch, faults));
        bool complete = await write.RunAsync(body, cancellation);
        BadLines.Add(faults.BadLines);
        TextFields.Add(write.TextFields);
        return new LineOutcome(faults, write.StoredLines, complete);
    }

    /// <summary>One request being read.</summary>
    private sealed class Write(LineProtocolGateway gateway, LineRequest request, Sender sender, Batch batch, LineParser parser)
    {
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        private int start;
        private int end;
        private long total;

        public long StoredLines { get; private set; }

        public long TextFields => parser.TextFields;

        /// <returns><c>false</c> when the body is longer than allowed.</returns>
        public async Task<bool> RunAsync(Stream body, CancellationToken cancellation)
        {
            try
            {
                while (true)
                {
                    MakeRoom();
                    int read = await body.ReadAsync(buffer.AsMemory(end, buffer.Length - LineParser.Padding - end), cancellation);
                    end += read;
                    total += read;
                    if (total > gateway.http.MaxBodyBytes) return false;
                    await ParseAsync(isLast: read == 0, cancellation);
                    if (read == 0) return true;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        /// <summary>Moves what is left of the last line to the front; a line longer than the buffer gets a larger one, up to the longest line allowed.</summary>
        private void MakeRoom()
        {
            int left = end - start;
            byte[] target = left < buffer.Length / 2 ? buffer : ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            if (start > 0 || target != buffer) buffer.AsSpan(start, left).CopyTo(target);
            if (target != buffer) ArrayPool<byte>.Shared.Return(buffer);
            (buffer, start, end) = (target, 0, left);
        }

        private async ValueTask ParseAsync(bool isLast, CancellationToken cancellation)
        {
            while (true)
            {
                start = parser.Parse(buffer, start, end, isLast);
                bool isFull = batch.Count >= request.MaxBatchSamples;
                if (isFull || isLast) await StoreAsync(cancellation);
                if (!isFull) return;
            }
        }

        private async ValueTask StoreAsync(CancellationToken cancellation)
        {
            if (batch.Count > 0) await gateway.ingest.WriteAsync(batch, cancellation);
            Account();
            StoredLines += parser.RowCount;
            Lines.Add(parser.RowCount);
            Samples.Add(batch.Count);
            batch.Clear();
            parser.ClearRows();
        }

        /// <summary>Counts what is durable now with its sources and its sender.</summary>
        private void Account()
        {
            ReadOnlySpan<LineRow> rows = parser.Rows;
            for (int i = 0; i < rows.Length;)
            {
                LineSource source = rows[i].Source;
                int first = i;
                int samples = 0;
                for (; i < rows.Length && rows[i].Source == source; i++) samples += rows[i].Samples;
                source.Owner.Heard(request.ReceivedMs, sender.Remote);
                source.Owner.Count(i - first, samples);
                source.Gate.Charge(request.Now, i - first, samples);
            }
            sender.Gate.Charge(request.Now, 0, batch.Count);
            foreach (LineSpecimen specimen in parser.Specimens)
                specimen.Source.Frames.Add(request.ReceivedMs, FrameDirection.In, specimen.Line, specimen.Samples > 0 ? Verdict.Stored : Verdict.Kept, specimen.Note, specimen.Samples);
        }
    }
}

/// <summary>What became of a body.</summary>
/// <param name="Faults">What was not stored.</param>
/// <param name="StoredLines">Lines that are durable.</param>
/// <param name="IsComplete"><c>false</c> when reading stopped because the body is longer than allowed.</param>
internal sealed record LineOutcome(LineFaults Faults, long StoredLines, bool IsComplete);
