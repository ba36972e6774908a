[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Ordo.Bench;

/// <summary>Benchmarks by name: <c>./ordo bench NAME [options]</c>. What each figure means and the last ones measured are in <c>bench/README.md</c>.</summary>
public static class Program
{
    private static readonly SortedDictionary<string, (string What, Func<string[], Task<int>> Run)> Benchmarks = new(StringComparer.Ordinal)
    {
        ["alarms"] = ("100,000 definitions in the engine, line to alarm event under load, lists over a long journal", AlarmsBenchmark.RunAsync),
        ["dashboard"] = ("the board of a whole park: 14,000 series, 30 days at one sample a minute, through HTTP", DashboardBenchmark.RunAsync),
        ["economy"] = ("500 enterprises, 60 months, 40 items: open, the page of a month, a corrected form", EconomyBenchmark.RunAsync),
        ["forecast"] = ("forecast errors on the M1 and M3 series against Naive2, and the time for 10,000 series", ForecastBenchmark.RunAsync),
        ["growth"] = ("whether taking samples becomes slower as more are stored", GrowthBenchmark.RunAsync),
        ["identifiers"] = ("the identifier node beside NSD: bulk load, UDP, TCP, REST, durable creates, start, memory", Identifiers.IdentifiersBenchmark.RunAsync),
        ["ingest-engine"] = ("batches in memory until they are durable and readable, all cores, no network", IngestEngineBenchmark.RunAsync),
        ["write"] = ("line protocol over HTTP into a server of its own process, durable before the answer", WriteBenchmark.RunAsync),
        ["store-stages"] = ("each stage of the store alone, one core, nothing on disk", StoreStagesBenchmark.RunAsync),
        ["peers"] = ("Ordo beside VictoriaMetrics, InfluxDB and PostgreSQL on this machine: ingest, disk, questions; --quick for three minutes", Peers.PeersBenchmark.RunAsync),
        ["live-series"] = ("a million series with one sample a minute: memory, and the restart after a kill at full load", LiveSeriesBenchmark.RunAsync),
        ["live"] = ("from a written line to its server-sent event, while the server is under a steady load", LiveBenchmark.RunAsync),
        ["pages"] = ("what every page asks at its first view over 14,000 points, and ten curves over a year, through HTTP", PagesBenchmark.RunAsync),
        ["query"] = ("figures and curves over 30 days of one-minute samples, in process", QueryBenchmark.RunAsync),
        ["line-parser"] = ("line protocol into columns with resolved series, one core, nothing stored", LineParserBenchmark.RunAsync),
    };

    public static async Task<int> Main(string[] args)
    {
        if (args is [Peers.PeersLoader.Verb, .. var load]) return await Peers.PeersLoader.RunAsync(load);
        if (args is [{ } name, .. var options] && Benchmarks.TryGetValue(name, out var benchmark)) return await benchmark.Run(options);
        Console.WriteLine("Usage: ./ordo bench NAME [options]");
        foreach ((string known, (string what, _)) in Benchmarks) Console.WriteLine($"  {known,-16} {what}");
        return args is [] or ["--help"] ? 0 : 2;
    }
}
