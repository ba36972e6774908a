using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Ordo.Bench;

/// <summary>
/// How old a value is when a browser gets it: from the moment before its request is sent to the moment its SSE event is read, at a steady rate of
/// samples of which every one belongs to a point with limits. Loader, server and reader share the machine.
/// Options: samples a second (50000), points (5000), seconds (15), path of ordo-server.dll.
/// </summary>
internal static class LiveLatencyBenchmark
{
    private const int Fields = 10, RequestsPerSecond = 50;

    public static async Task<int> RunAsync(string[] options)
    {
        int rate = Option(options, 0, 50_000), points = Option(options, 1, 5_000), seconds = Option(options, 2, 15);
        string assembly = options.Length > 3 ? options[3] : ServerProcess.Built;
        string data = Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(assembly, data);
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = server.Address };
            client.DefaultRequestHeaders.Authorization = new("Bearer", await server.CreateTokenAsync("administrator"));
            await ImportAsync(client, points);

            using var stop = new CancellationTokenSource();
            var ages = new ConcurrentBag<double>();
            long origin = Stopwatch.GetTimestamp();
            var opened = new TaskCompletionSource();
            Task reading = ReadAsync(client, origin, ages, opened, stop.Token);
            await opened.Task;
            await WriteAsync(client, origin, rate, points, TimeSpan.FromSeconds(3)); // code compiled, names known
            ages.Clear();
            long sent = await WriteAsync(client, origin, rate, points, TimeSpan.FromSeconds(seconds));
            await stop.CancelAsync();
            await reading;

            double[] sorted = [.. ages.Order()];
            if (sorted.Length == 0) throw new InvalidOperationException("No event arrived.");
            Print($"sent                {sent / (double)seconds:N0} samples/s to {points:N0} points for {seconds} s");
            Print($"events              {sorted.Length / (double)seconds:N0} values/s (the newest of each point)");
            Print($"socket to SSE       p50 {At(sorted, 0.5):F0} ms, p99 {At(sorted, 0.99):F0} ms, at most {sorted[^1]:F0} ms");
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task ImportAsync(HttpClient client, int points)
    {
        var csv = new StringBuilder("type,code,kind,parent,asset,nameZh,nameEn,gateway,source,channel,quantity,unit,high\n");
        csv.Append("asset,R,Region,,,R,R,,,,,,\nasset,P,Park,R,,P,P,,,,,,\nasset,E,Enterprise,P,,E,E,,,,,,\n");
        for (int i = 0; i < points; i++)
            csv.Append(CultureInfo.InvariantCulture, $"point,P{i},,,E,点{i},Point {i},line,\"live,meter={i / Fields:D5}\",f{i % Fields},activePower,kW,1e15\n");
        using var file = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString())) { Headers = { ContentType = new("text/csv") } }, "file", "park.csv" } };
        using HttpResponseMessage answer = await client.PostAsync("/api/v1/imports/park", file);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Sends at a steady rate; every value is the time in microseconds since the origin at which its request began.</summary>
    private static async Task<long> WriteAsync(HttpClient client, long origin, int rate, int points, TimeSpan length)
    {
        int linesPerRequest = Math.Max(1, rate / RequestsPerSecond / Fields), sources = points / Fields, source = 0;
        var running = new List<Task>();
        long begin = Stopwatch.GetTimestamp(), sent = 0;
        for (int request = 0; Stopwatch.GetElapsedTime(begin) < length; request++)
        {
            TimeSpan due = TimeSpan.FromSeconds(request / (double)RequestsPerSecond), wait = due - Stopwatch.GetElapsedTime(begin);
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            var text = new StringBuilder();
            long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
            long value = (long)Stopwatch.GetElapsedTime(origin).TotalMicroseconds;
            for (int line = 0; line < linesPerRequest; line++, source = (source + 1) % sources)
            {
                text.Append(CultureInfo.InvariantCulture, $"live,meter={source:D5} ");
                for (int field = 0; field < Fields; field++) text.Append(CultureInfo.InvariantCulture, $"{(field > 0 ? "," : "")}f{field}={value}");
                text.Append(CultureInfo.InvariantCulture, $" {now}\n");
            }

            running.RemoveAll(t => t.IsCompletedSuccessfully);
            running.Add(PostAsync(client, text.ToString()));
            sent += linesPerRequest * Fields;
        }

        await Task.WhenAll(running);
        return sent;
    }

    private static async Task PostAsync(HttpClient client, string lines)
    {
        using var content = new StringContent(lines, Encoding.UTF8);
        using HttpResponseMessage answer = await client.PostAsync("/api/v2/write?bucket=bench&org=bench&precision=ms", content);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task ReadAsync(HttpClient client, long origin, ConcurrentBag<double> ages, TaskCompletionSource opened, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/live") { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
            using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            answer.EnsureSuccessStatusCode();
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(stop));
            string kind = "";
            while (await reader.ReadLineAsync(stop) is { } line)
            {
                if (line.StartsWith("event:", StringComparison.Ordinal)) kind = line[6..].Trim();
                if (kind == "hello") opened.TrySetResult();
                if (kind != "sample" || !line.StartsWith("data:", StringComparison.Ordinal)) continue;
                double now = Stopwatch.GetElapsedTime(origin).TotalMicroseconds;
                using JsonDocument values = JsonDocument.Parse(line.AsMemory(5));
                foreach (JsonElement value in values.RootElement.EnumerateArray()) ages.Add((now - value.GetProperty("value").GetDouble()) / 1000);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static double At(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];

    private static int Option(string[] options, int index, int fallback) => options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : fallback;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
