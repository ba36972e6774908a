using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Ordo.Bench;

/// <summary>One connection. Its bodies are made once; for each request only the digits of the times are written anew.</summary>
internal sealed class LineLoader : IDisposable
{
    public const int Fields = 10;
    private const long Origin = 1_790_000_000_000;
    private const int Bodies = 8;
    private readonly HttpClient client;
    private readonly (byte[] Bytes, int[] Times)[] bodies = new (byte[], int[])[Bodies];
    private readonly int lines;
    private long time = Origin;
    private int next;

    /// <param name="address">Of the server.</param>
    /// <param name="token">For its header.</param>
    /// <param name="connection">Number of this one.</param>
    /// <param name="connections">Of how many.</param>
    /// <param name="sources">Of all connections.</param>
    /// <param name="lines">Of a request.</param>
    /// <param name="isWhole">The address says where to write; else it is Ordo's route.</param>
    public LineLoader(Uri address, string token, int connection, int connections, int sources, int lines, bool isWhole = false)
    {
        this.lines = lines;
        client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false, AutomaticDecompression = DecompressionMethods.None })
        {
            BaseAddress = isWhole ? address : new(address, "/api/v2/write?bucket=bench&org=bench&precision=ms"),
        };
        client.DefaultRequestHeaders.Authorization = new("Token", token);
        int first = sources * connection / connections, last = Math.Max(first + 1, sources * (connection + 1) / connections);
        var random = new Random(connection);
        int source = first;
        for (int body = 0; body < Bodies; body++)
        {
            var text = new StringBuilder();
            var times = new List<int>();
            for (int line = 0; line < lines; line++)
            {
                text.Append(CultureInfo.InvariantCulture, $"steel,line=hot_strip,meter=EM{source:D6} ");
                for (int field = 0; field < Fields; field++)
                {
                    if (field % 2 == 0) text.Append(CultureInfo.InvariantCulture, $"gauge{field}={50 + random.Next(3)},");
                    else text.Append(CultureInfo.InvariantCulture, $"meter{field}={1000 + body + (random.Next(100) / 100.0):F2},");
                }

                text[^1] = ' ';
                times.Add(text.Length);
                text.Append(Origin).Append('\n');
                if (++source == last) source = first;
            }

            bodies[body] = (Encoding.ASCII.GetBytes(text.ToString()), [.. times]);
        }
    }

    public long Samples { get; private set; }

    public long SamplesEver { get; private set; }

    public List<double> Latencies { get; } = [];

    public void Dispose() => client.Dispose();

    public void Reset()
    {
        Samples = 0;
        Latencies.Clear();
    }

    /// <param name="length">How long it sends.</param>
    /// <param name="every">A request begins at most so often; zero sends one after the other.</param>
    public async Task RunAsync(TimeSpan length, TimeSpan every = default)
    {
        long begin = Stopwatch.GetTimestamp();
        int sent = 0;
        for (long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
        {
            var (bytes, times) = bodies[next++ % Bodies];
            TimeSpan early = (every * sent++) - Stopwatch.GetElapsedTime(begin);
            if (early > TimeSpan.Zero) await Task.Delay(early);
            // A round over all bodies gives every source a later time.
            time += 1_000;
            foreach (int at in times) Utf8Formatter.TryFormat(time, bytes.AsSpan(at), out _);
            long start = Stopwatch.GetTimestamp();
            using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
            using HttpResponseMessage answer = await client.PostAsync((Uri?)null, content);
            if (answer.StatusCode != HttpStatusCode.NoContent) throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            Latencies.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            Samples += lines * Fields;
            SamplesEver += lines * Fields;
        }
    }
}
