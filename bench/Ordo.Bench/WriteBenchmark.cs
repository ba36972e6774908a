using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Ordo.Bench;

/// <summary>
/// This process posts line protocol to <c>/api/v2/write</c> of a server process over loopback: ten fields a line, half integers and half numbers with two
/// decimals, each request answered only when it is durable. The loader's own share of the cores is in the figure.
/// Options: series (20000), lines a request (1000), connections (8), seconds (10), path of ordo-server.dll.
/// </summary>
internal static class WriteBenchmark
{
    private const int Fields = 10;
    private const long Origin = 1_790_000_000_000;

    public static async Task<int> RunAsync(string[] options)
    {
        int series = Option(options, 0, 20_000), lines = Option(options, 1, 1_000), connections = Option(options, 2, 8), seconds = Option(options, 3, 10);
        string assembly = options.Length > 4 ? options[4] : ServerProcess.Built;
        string data = Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(assembly, data);
            string token = await server.CreateTokenAsync("ingest");
            var loaders = Enumerable.Range(0, connections).Select(connection => new Loader(server.Address, token, connection, connections, series / Fields, lines)).ToList();
            await Task.WhenAll(loaders.Select(loader => loader.RunAsync(TimeSpan.FromSeconds(1)))); // names, code compiled, caches warm
            foreach (Loader loader in loaders) loader.Reset();
            TimeSpan serverBefore = server.ProcessorTime, ownBefore = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(loaders.Select(loader => loader.RunAsync(TimeSpan.FromSeconds(seconds))));
            double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double samples = loaders.Sum(loader => loader.Samples);
            double serverCpu = (server.ProcessorTime - serverBefore).TotalSeconds, ownCpu = (Environment.CpuUsage.TotalTime - ownBefore).TotalSeconds;
            double[] latencies = [.. loaders.SelectMany(loader => loader.Latencies).Order()];
            Print($"durable samples/s   {samples / took / 1e6,8:F2} M   ({samples / 1e6:F1} M in {took:F1} s; {series} series, {lines * Fields} samples a request, {connections} connections)");
            Print($"request             p50 {latencies[latencies.Length / 2] * 1e3:F1} ms, p99 {latencies[(int)(latencies.Length * 0.99)] * 1e3:F1} ms");
            Print($"processor           server {serverCpu / took:F2} cores, {serverCpu / samples * 1e9:F0} ns a sample; loader {ownCpu / took:F2} cores, {ownCpu / samples * 1e9:F0} ns a sample");
            Print($"server memory       {server.PeakMemory / 1048576.0,8:F0} MiB at most");
            Print($"stop                {(await server.StopAsync()).TotalSeconds,8:F1} s");
            foreach (Loader loader in loaders) loader.Dispose();
            double total = loaders.Sum(loader => loader.SamplesEver);
            Print($"disk                {new DirectoryInfo(Path.Combine(data, "telemetry")).EnumerateFiles().Sum(file => file.Length) / total,8:F3} bytes a sample");
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static int Option(string[] options, int index, int fallback) => options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : fallback;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>One connection. Its bodies are made once; for each request only the digits of the times are written anew.</summary>
    private sealed class Loader : IDisposable
    {
        private const int Bodies = 8;
        private readonly HttpClient client;
        private readonly (byte[] Bytes, int[] Times)[] bodies = new (byte[], int[])[Bodies];
        private readonly int lines;
        private long time = Origin;
        private int next;

        public Loader(Uri address, string token, int connection, int connections, int sources, int lines)
        {
            this.lines = lines;
            client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1, UseProxy = false, AutomaticDecompression = DecompressionMethods.None })
            {
                BaseAddress = new(address, "/api/v2/write?bucket=bench&org=bench&precision=ms"),
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

        public async Task RunAsync(TimeSpan length)
        {
            for (long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
            {
                var (bytes, times) = bodies[next++ % Bodies];
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
}
