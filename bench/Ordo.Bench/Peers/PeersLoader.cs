using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Ordo.Bench.Peers;

/// <summary>What a loader process says of itself.</summary>
internal sealed record LoaderReport(long Samples, double Seconds, double Processor, double P50, double P99);

/// <summary>The loader, always a process of its own: the same bodies to whoever speaks line protocol, the same rows to PostgreSQL.</summary>
internal static class PeersLoader
{
    public const string Verb = "peers-load";

    /// <summary>Starts this program again as the loader and waits for its report.</summary>
    public static async Task<LoaderReport> StartAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. OwnAssembly(), Verb, .. arguments]) { RedirectStandardOutput = true })!;
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<LoaderReport>(text)! : throw new InvalidOperationException($"The loader failed: {text}");
    }

    /// <summary>
    /// <c>lines ADDRESS TOKEN SERIES SECONDS</c>: bodies that never end, for so long. <c>bodies ADDRESS TOKEN FOLDER SECONDS</c>: the files of <see cref="PeerData"/>, for so long at most.
    /// <c>copy-lines CONNECTION SERIES SECONDS</c> and <c>copy CONNECTION DATA SECONDS</c>: the same for PostgreSQL.
    /// </summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        double seconds = double.Parse(arguments[^1], CultureInfo.InvariantCulture);
        long start = Stopwatch.GetTimestamp();
        (long samples, List<double> latencies) = arguments[0] switch
        {
            "lines" => await LinesAsync(new(arguments[1]), arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture), seconds),
            "bodies" => await BodiesAsync(new(arguments[1]), arguments[2], arguments[3], seconds),
            "copy-lines" => await CopyLinesAsync(arguments[1], int.Parse(arguments[2], CultureInfo.InvariantCulture), seconds),
            "copy" => await CopyAsync(arguments[1], PeerData.Parse(arguments[2]), seconds),
            _ => throw new ArgumentException($"No loader is called {arguments[0]}."),
        };
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        latencies.Sort();
        Console.WriteLine(JsonSerializer.Serialize(new LoaderReport(samples, took, Environment.CpuUsage.TotalTime.TotalSeconds, latencies.ElementAtOrDefault(latencies.Count / 2), latencies.ElementAtOrDefault((int)(latencies.Count * 0.99)))));
        return 0;
    }

    private static string[] OwnAssembly() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(PeersLoader).Assembly.Location] : [];

    private static async Task<(long, List<double>)> LinesAsync(Uri address, string token, int series, double seconds)
    {
        const int connections = 8;
        LineLoader[] loaders = [.. Enumerable.Range(0, connections).Select(connection => new LineLoader(address, token, connection, connections, series / LineLoader.Fields, 1_000, isWhole: true))];
        await Task.WhenAll(loaders.Select(loader => loader.RunAsync(TimeSpan.FromSeconds(seconds))));
        return (loaders.Sum(loader => loader.Samples), [.. loaders.SelectMany(loader => loader.Latencies)]);
    }

    private static async Task<(long, List<double>)> BodiesAsync(Uri address, string token, string folder, double seconds)
    {
        long begin = Stopwatch.GetTimestamp();
        var parts = await Task.WhenAll(Enumerable.Range(0, PeerData.Connections).Select(connection => Task.Run(async () =>
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMinutes(5) };
            if (token.Length > 1) client.DefaultRequestHeaders.Authorization = new("Token", token);
            using var file = new BinaryReader(new FileStream(Path.Combine(folder, $"{connection}.bodies"), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20));
            long lines = 0;
            var latencies = new List<double>();
            while (file.BaseStream.Position < file.BaseStream.Length && Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
            {
                byte[] body = file.ReadBytes(file.ReadInt32());
                long start = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("text/plain") } };
                using HttpResponseMessage answer = await client.PostAsync(address, content);
                if (answer.StatusCode != HttpStatusCode.NoContent) throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
                latencies.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                lines += body.AsSpan().Count((byte)'\n');
            }

            return (lines * PeerData.Fields, latencies);
        })));
        return (parts.Sum(part => part.Item1), [.. parts.SelectMany(part => part.latencies)]);
    }

    private static Task<(long, List<double>)> CopyAsync(string connection, PeerData data, double seconds) =>
        CopyAsync(connection, number => data.Rows(number), seconds);

    /// <summary>
    /// As <see cref="LineLoader"/>: every meter a second later in each round. Each number of series has its own time, long after the history: a table's key refuses a sample that is there already,
    /// which the other stores write over.
    /// </summary>
    private static Task<(long, List<double>)> CopyLinesAsync(string connection, int series, double seconds) =>
        CopyAsync(
            connection,
            number => Endless(series / PeerData.Fields * number / PeerData.Connections, series / PeerData.Fields * (number + 1) / PeerData.Connections, 4_102_444_800_000 + (series * 1_000_000L)),
            seconds);

    private static IEnumerable<PeerData.Row> Endless(int first, int last, long start)
    {
        var random = new Random(first);
        var values = new double[PeerData.Fields];
        for (long time = start; ; time += 1_000)
        {
            for (int meter = first; meter < last; meter++)
            {
                for (int field = 0; field < values.Length; field++) values[field] = field % 2 == 0 ? 50 + random.Next(3) : 1000 + (random.Next(100) / 100.0);
                yield return new(false, meter, time, values);
            }
        }
    }

    private static async Task<(long, List<double>)> CopyAsync(string connection, Func<int, IEnumerable<PeerData.Row>> rows, double seconds)
    {
        long begin = Stopwatch.GetTimestamp();
        var parts = await Task.WhenAll(Enumerable.Range(0, PeerData.Connections).Select(number => Task.Run(async () =>
        {
            await using var database = new NpgsqlConnection(connection);
            await database.OpenAsync();
            long samples = 0;
            var latencies = new List<double>();
            // A transaction for as many rows as a request of the others has.
            foreach (PeerData.Row[] chunk in rows(number).Chunk(1_400))
            {
                if (Stopwatch.GetElapsedTime(begin).TotalSeconds >= seconds) break;
                long start = Stopwatch.GetTimestamp();
                foreach (var table in chunk.GroupBy(row => row.Table))
                {
                    await using NpgsqlBinaryImporter import = await database.BeginBinaryImportAsync($"COPY {table.Key} (series, time, value) FROM STDIN (FORMAT BINARY)");
                    foreach (PeerData.Row row in table)
                    {
                        DateTime time = DateTimeOffset.FromUnixTimeMilliseconds(row.Time).UtcDateTime;
                        for (int field = 0; field < row.Values.Length; field++)
                        {
                            import.StartRow();
                            import.Write((row.MeterNumber * PeerData.Fields) + field, NpgsqlDbType.Integer);
                            import.Write(time, NpgsqlDbType.TimestampTz);
                            import.Write(row.Values[field], NpgsqlDbType.Double);
                        }
                    }

                    await import.CompleteAsync();
                }

                latencies.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                samples += chunk.Length * PeerData.Fields;
            }

            return (samples, latencies);
        })));
        return (parts.Sum(part => part.samples), [.. parts.SelectMany(part => part.latencies)]);
    }
}
