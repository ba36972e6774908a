using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Ordo.Bench;

/// <summary>
/// While other connections write 50,000 samples a second, one line after the other is written for a watched point; the time from before its bytes are sent until
/// the event with its value is read from <c>/api/v1/live</c> is told.
/// Options: seconds (20), background samples a second (50000), path of ordo-server.dll.
/// </summary>
internal static class LiveBenchmark
{
    private const int Lines = 100;

    public static async Task<int> RunAsync(string[] options)
    {
        int seconds = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 20, rate = options.Length > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 50_000;
        string assembly = options.Length > 2 ? options[2] : ServerProcess.Built;
        string data = Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(assembly, data);
            string ingest = await server.CreateTokenAsync("ingest");
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };
            client.DefaultRequestHeaders.Authorization = new("Bearer", await server.CreateTokenAsync("administrator"));
            long point = await CreatePointAsync(client);

            using LineLoader loader = new(server.Address, ingest, 0, 1, 2_000, Lines);
            Task background = loader.RunAsync(TimeSpan.FromSeconds(seconds + 1), TimeSpan.FromSeconds(1.0 * Lines * LineLoader.Fields / rate));
            double[] latencies = [.. (await ProbeAsync(client, ingest, point, TimeSpan.FromSeconds(seconds))).Order()];
            await background;
            Print($"background        {loader.SamplesEver / (seconds + 1.0),8:F0} samples/s");
            Print($"line to event     p50 {latencies[latencies.Length / 2] * 1e3:F0} ms, p99 {latencies[(int)(latencies.Length * 0.99)] * 1e3:F0} ms, most {latencies[^1] * 1e3:F0} ms ({latencies.Length} lines)");
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task<long> CreatePointAsync(HttpClient client)
    {
        using var asset = await PostAsync(client, "/api/v1/assets", new { kind = "park", code = "BENCH", nameZh = "基准", nameEn = "Benchmark" });
        using var point = await PostAsync(client, "/api/v1/points", new
        {
            assetId = asset.RootElement.GetProperty("id").GetInt64(), code = "P", nameZh = "功率", quantity = "activePower", unit = "kW", gateway = "line", source = "probe", channel = "power",
        });
        return point.RootElement.GetProperty("id").GetInt64();
    }

    private static async Task<JsonDocument> PostAsync(HttpClient client, string address, object body)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(address, body);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text) : throw new InvalidOperationException($"{address}: {(int)answer.StatusCode} {text}");
    }

    private static async Task<List<double>> ProbeAsync(HttpClient client, string token, long point, TimeSpan length)
    {
        var seen = new ConcurrentDictionary<double, TaskCompletionSource<long>>();
        using var stop = new CancellationTokenSource();
        using HttpResponseMessage live = await client.GetAsync(new Uri($"/api/v1/live?points={point}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        live.EnsureSuccessStatusCode();
        Task listening = ListenAsync(live, seen, stop.Token);
        var latencies = new List<double>();
        var random = new Random(1);
        for (long value = 1, end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end; value++)
        {
            var arrived = seen[value] = new(TaskCreationOptions.RunContinuationsAsynchronously);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/write?bucket=bench&org=bench") { Content = new StringContent(string.Create(CultureInfo.InvariantCulture, $"probe power={value}"), Encoding.UTF8) };
            request.Headers.Authorization = new("Token", token);
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await client.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.NoContent) throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            latencies.Add(Stopwatch.GetElapsedTime(start, await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30))).TotalSeconds);
            await Task.Delay(random.Next(20, 120)); // at any moment of the stream's beat
        }

        await stop.CancelAsync();
        await listening;
        return latencies;
    }

    private static async Task ListenAsync(HttpResponseMessage live, ConcurrentDictionary<double, TaskCompletionSource<long>> seen, CancellationToken stop)
    {
        using var reader = new StreamReader(await live.Content.ReadAsStreamAsync(CancellationToken.None));
        try
        {
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (!line.StartsWith("data: [", StringComparison.Ordinal)) continue;
                long now = Stopwatch.GetTimestamp();
                using JsonDocument samples = JsonDocument.Parse(line.AsMemory(6));
                foreach (JsonElement sample in samples.RootElement.EnumerateArray())
                    if (sample.TryGetProperty("value", out JsonElement value) && seen.TryGetValue(value.GetDouble(), out var arrived)) arrived.TrySetResult(now);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
