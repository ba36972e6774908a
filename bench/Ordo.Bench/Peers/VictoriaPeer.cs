using System.Diagnostics;
using System.Globalization;

namespace Ordo.Bench.Peers;

/// <summary>VictoriaMetrics from Debian, everything else as it comes.</summary>
internal sealed class VictoriaPeer(string folder) : Peer(folder)
{
    private readonly int port = FreePort();
    private Process? process;

    public override string Name => "VictoriaMetrics";

    public override async Task StartAsync()
    {
        process = Run("victoria-metrics", [$"-storageDataPath={Path.Combine(Folder, "data")}", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y"], Folder + ".log");
        await AnswersAsync(At("/health"), process);
    }

    public override Task StopAsync() => StopAsync(process, "-INT");

    public override Task<LoaderReport> IngestAsync(int series, double seconds) => PeersLoader.StartAsync("lines", At("/write?precision=ms").ToString(), "-", Text(series), Text(seconds));

    public override Task<LoaderReport> FeedAsync(PeerData data, string bodies, double seconds) => PeersLoader.StartAsync("bodies", At("/write?precision=ms").ToString(), "-", bodies, Text(seconds));

    public override async Task SettleAsync()
    {
        await GetAsync(At("/internal/force_flush"));
        await GetAsync(At("/internal/force_merge"));
        await base.SettleAsync();
    }

    public override async Task<long> AskAsync(Question question, PeerData data, int variant)
    {
        switch (question)
        {
            case Question.DayOfOne:
                int series = variant * 37 % PeerData.Series;
                long day = data.Start + (variant % PeerData.Days * 86_400_000L);
                string selector = $$"""steel_f{{series % PeerData.Fields}}{meter="EM{{series / PeerData.Fields:D6}}"}""";
                return Values(await GetAsync(At($"/api/v1/export?match[]={Uri.EscapeDataString(selector)}&start={Seconds(day)}&end={Seconds(day + 86_399_999)}")));
            case Question.HoursOfHundred:
                int first = variant * 10 % PeerData.Meters;
                string meters = string.Join('|', Enumerable.Range(first, 10).Select(meter => $"EM{meter:D6}"));
                return await RangeAsync($$"""avg_over_time({__name__=~"steel_f.",meter=~"{{meters}}"}[1h]) keep_metric_names""", data);
            case Question.HoursOfAll:
                return await RangeAsync("""avg_over_time({__name__=~"steel_f."}[1h]) keep_metric_names""", data);
            case Question.SumOfAll:
                return await RangeAsync("""sum(avg_over_time({__name__=~"steel_f."}[1h]) keep_metric_names)""", data);
            default:
                byte[] answer = await GetAsync(At($"/api/v1/query?query={Uri.EscapeDataString("""{__name__=~"newest_f."}""")}&time={Seconds(data.End - 60_000)}"));
                return answer.AsSpan().Count("\"value\":["u8);
        }
    }

    private async Task<long> RangeAsync(string query, PeerData data)
    {
        byte[] answer = await GetAsync(At($"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(data.Start + 3_600_000)}&end={Seconds(data.End)}&step=1h&nocache=1"));
        // Without its cache of earlier answers: none of the others has one, and no two people ask for the same moment.
        // A value is [time,"text"]: two quotes each, and none elsewhere behind "values".
        ReadOnlySpan<byte> rest = answer;
        long count = 0;
        for (int at; (at = rest.IndexOf("\"values\":["u8)) >= 0;)
        {
            rest = rest[(at + 10)..];
            int end = rest.IndexOf("]]"u8);
            if (end < 0) break;
            count += rest[..end].Count((byte)'"') / 2;
        }

        return count;
    }

    private static long Values(byte[] lines)
    {
        ReadOnlySpan<byte> text = lines;
        int at = text.IndexOf("\"values\":["u8);
        return at < 0 ? 0 : text[(at + 10)..text.IndexOf("],\"timestamps\""u8)].Count((byte)',') + 1;
    }

    private Uri At(string path) => new($"http://127.0.0.1:{port}{path}");

    private static string Seconds(long time) => (time / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
