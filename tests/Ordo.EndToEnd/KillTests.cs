using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Ordo.Testing;

namespace Ordo.EndToEnd;

/// <summary>The promise of the store: what was acknowledged is there, once, whenever the process dies.</summary>
public sealed class KillTests
{
    private const int Kills = 20, Writers = 4, LinesPerBody = 200;
    private const long Epoch = 1_760_000_000_000; // ms, a fixed day

    [Fact]
    public async Task After_twenty_kills_under_load_every_acknowledged_sample_is_there_once()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using HttpClient writer = await server.WriterAsync();
        // For every writer the bodies that were answered 204, and those that were sent at all.
        var acknowledged = new ConcurrentDictionary<(int Writer, int Body), byte>();
        int[] sent = new int[Writers];
        var random = new Random(20260101);
        for (int kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            int target = acknowledged.Count + random.Next(5, 60);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task[] load = [.. Enumerable.Range(0, Writers).Select(w => WriteAsync(w, reached, target, stop.Token))];
            await reached.Task.WaitAsync(Patience.Limit);
            await server.KillAsync(); // in the middle of the other writers' requests
            await stop.CancelAsync();
            await Task.WhenAll(load);
            await server.StartAgainAsync();
        }

        using HttpClient reader = await server.SignInAsync();
        for (int w = 0; w < Writers; w++) await CompareAsync(reader, w, sent[w], acknowledged);
        Assert.True(acknowledged.Count > Kills * 4, "The load was too small to prove anything.");

        async Task WriteAsync(int w, TaskCompletionSource reached, int target, CancellationToken stopping)
        {
            while (!stopping.IsCancellationRequested)
            {
                int body = sent[w]++;
                try
                {
                    using var content = new StringContent(Body(w, body), Encoding.UTF8);
                    using HttpResponseMessage answer = await writer.PostAsync("/api/v2/write?bucket=b&org=o&precision=ms", content, stopping);
                    if (answer.StatusCode == HttpStatusCode.NoContent) acknowledged[(w, body)] = 1;
                    else Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
                    if (acknowledged.Count >= target) reached.TrySetResult();
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    return; // the server died under this request: it was not acknowledged
                }
            }
        }
    }

    private static string Body(int writer, int body)
    {
        var text = new StringBuilder();
        for (int i = 0; i < LinesPerBody; i++)
        {
            long n = (long)body * LinesPerBody + i;
            text.Append(CultureInfo.InvariantCulture, $"kill,writer={writer} a={n}i,b={n * 0.25} {Epoch + n}\n");
        }

        return text.ToString();
    }

    private static async Task CompareAsync(HttpClient reader, int writer, int bodies, ConcurrentDictionary<(int Writer, int Body), byte> acknowledged)
    {
        string source = Uri.EscapeDataString($"kill,writer={writer}");
        using JsonDocument list = JsonDocument.Parse(await reader.GetStringAsync($"/api/v1/series?source={source}"));
        JsonElement[] series = [.. list.RootElement.GetProperty("items").EnumerateArray()];
        Assert.Equal(["a", "b"], series.Select(s => s.GetProperty("channel").GetString()).Order());
        foreach (JsonElement item in series)
        {
            double factor = item.GetProperty("channel").GetString() == "a" ? 1 : 0.25;
            var found = new Dictionary<long, double>();
            foreach ((long time, double value) in await ReadAllAsync(reader, item.GetProperty("id").GetInt32()))
                Assert.True(found.TryAdd(time, value), $"The sample at {time} is there twice.");
            foreach ((long time, double value) in found)
            {
                long n = time - Epoch;
                Assert.InRange(n, 0, (long)bodies * LinesPerBody - 1);
                Assert.Equal(n * factor, value);
            }

            foreach ((int w, int body) in acknowledged.Keys.Where(k => k.Writer == writer))
                for (int i = 0; i < LinesPerBody; i++)
                    Assert.True(found.ContainsKey(Epoch + (long)body * LinesPerBody + i), $"Writer {w}, body {body}, line {i} was acknowledged and is missing.");
        }
    }

    private static async Task<List<(long Time, double Value)>> ReadAllAsync(HttpClient reader, int series)
    {
        string from = Time(Epoch), to = Time(Epoch + 100_000_000);
        string csv = await reader.GetStringAsync($"/api/v1/series/{series}/samples?from={from}&to={to}&format=csv&raw=true");
        return [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.TrimEnd('\r').Split(',')).Select(cells =>
            (DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), double.Parse(cells[1], CultureInfo.InvariantCulture)))];
    }

    private static string Time(long ms) => Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
