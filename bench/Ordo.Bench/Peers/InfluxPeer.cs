using System.Diagnostics;
using System.Globalization;

namespace Ordo.Bench.Peers;

/// <summary>InfluxDB 1.6 from Debian: index on disk as its makers advise, compaction without the hours of waiting, everything else as it comes.</summary>
internal sealed class InfluxPeer(string folder) : Peer(folder)
{
    private readonly int port = FreePort(), rpcPort = FreePort();
    private Process? process;

    public override string Name => "InfluxDB";

    public override async Task StartAsync()
    {
        process = Run("influxd", ["run", "-config", "/dev/null"], Folder + ".log", new Dictionary<string, string>
        {
            ["INFLUXDB_REPORTING_DISABLED"] = "true",
            ["INFLUXDB_BIND_ADDRESS"] = $"127.0.0.1:{rpcPort}",
            ["INFLUXDB_HTTP_BIND_ADDRESS"] = $"127.0.0.1:{port}",
            ["INFLUXDB_HTTP_LOG_ENABLED"] = "false",
            ["INFLUXDB_MONITOR_STORE_ENABLED"] = "false",
            ["INFLUXDB_META_DIR"] = Path.Combine(Folder, "meta"),
            ["INFLUXDB_DATA_DIR"] = Path.Combine(Folder, "data"),
            ["INFLUXDB_DATA_WAL_DIR"] = Path.Combine(Folder, "wal"),
            ["INFLUXDB_DATA_INDEX_VERSION"] = "tsi1",
            ["INFLUXDB_DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION"] = "2s",
            ["INFLUXDB_DATA_COMPACT_FULL_WRITE_COLD_DURATION"] = "2s",
        });
        await AnswersAsync(At("/ping"), process);
        using var create = new HttpRequestMessage(HttpMethod.Post, At("/query?q=" + Uri.EscapeDataString("CREATE DATABASE bench")));
        await SendAsync(create);
    }

    public override Task StopAsync() => StopAsync(process);

    public override Task<LoaderReport> IngestAsync(int series, double seconds) => PeersLoader.StartAsync("lines", At("/write?db=bench&precision=ms").ToString(), "-", Text(series), Text(seconds));

    public override Task<LoaderReport> FeedAsync(PeerData data, string bodies, double seconds) => PeersLoader.StartAsync("bodies", At("/write?db=bench&precision=ms").ToString(), "-", bodies, Text(seconds));

    /// <summary>Until its log has become files of its store, and these are joined.</summary>
    public override async Task SettleAsync()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30) && new DirectoryInfo(Path.Combine(Folder, "wal")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) > 1 << 20;) await Task.Delay(500);
        await WaitUntilStillAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20));
    }

    public override async Task<long> AskAsync(Question question, PeerData data, int variant)
    {
        string range = $"time >= {data.Start}ms AND time < {data.End}ms";
        switch (question)
        {
            case Question.DayOfOne:
                int series = variant * 37 % PeerData.Series;
                long day = data.Start + (variant % PeerData.Days * 86_400_000L);
                return Rows(await QueryAsync($"SELECT f{series % PeerData.Fields} FROM steel WHERE meter = 'EM{series / PeerData.Fields:D6}' AND time >= {day}ms AND time < {day + 86_400_000}ms"));
            case Question.HoursOfHundred:
                string meters = string.Join('|', Enumerable.Range(variant * 10 % PeerData.Meters, 10).Select(meter => $"EM{meter:D6}"));
                return Rows(await QueryAsync($"SELECT mean(*) FROM steel WHERE meter =~ /^({meters})$/ AND {range} GROUP BY time(1h), meter")) * PeerData.Fields;
            case Question.HoursOfAll:
                return Rows(await QueryAsync($"SELECT mean(*) FROM steel WHERE {range} GROUP BY time(1h), meter")) * PeerData.Fields;
            case Question.SumOfAll:
                string sums = string.Join(", ", Enumerable.Range(0, PeerData.Fields).Select(field => $"sum(mean_f{field})")), means = string.Join(", ", Enumerable.Range(0, PeerData.Fields).Select(field => $"mean(f{field}) AS mean_f{field}"));
                return Rows(await QueryAsync($"SELECT {sums} FROM (SELECT {means} FROM steel WHERE {range} GROUP BY time(1h), meter) WHERE {range} GROUP BY time(1h)"));
            default:
                return Rows(await QueryAsync("SELECT last(*) FROM newest GROUP BY meter")) * PeerData.Fields;
        }
    }

    private Task<byte[]> QueryAsync(string query) => GetAsync(At($"/query?db=bench&epoch=ms&q={Uri.EscapeDataString(query)}"));

    /// <summary>Rows begin with <c>[</c>, as do the list of each series, of its columns, and three more.</summary>
    private static long Rows(byte[] json)
    {
        ReadOnlySpan<byte> rest = json;
        long count = 0;
        for (int at; (at = rest.IndexOf("\"values\":["u8)) >= 0;)
        {
            rest = rest[(at + 10)..];
            int end = rest.IndexOf("]]"u8);
            if (end < 0) break;
            count += rest[..end].Count((byte)'[');
        }

        return count;
    }

    private Uri At(string path) => new($"http://127.0.0.1:{port}{path}");

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
