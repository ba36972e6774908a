using System.Diagnostics;
using System.Globalization;

namespace Ordo.Bench;

/// <summary>
/// This process posts line protocol to <c>/api/v2/write</c> of a server process over loopback: ten fields a line, half integers and half numbers with two
/// decimals, each request answered only when it is durable. The loader's own share of the cores is in the figure.
/// Options: series (20000), lines a request (1000), connections (8), seconds (10), path of ordo-server.dll.
/// </summary>
internal static class WriteBenchmark
{

    public static async Task<int> RunAsync(string[] options)
    {
        int series = Option(options, 0, 20_000), lines = Option(options, 1, 1_000), connections = Option(options, 2, 8), seconds = Option(options, 3, 10);
        string assembly = options.Length > 4 ? options[4] : ServerProcess.Built;
        string data = Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        try
        {
            await using ServerProcess server = await ServerProcess.StartAsync(assembly, data);
            string token = await server.CreateTokenAsync("ingest");
            var loaders = Enumerable.Range(0, connections).Select(connection => new LineLoader(server.Address, token, connection, connections, series / LineLoader.Fields, lines)).ToList();
            await Task.WhenAll(loaders.Select(loader => loader.RunAsync(TimeSpan.FromSeconds(1)))); // names, code compiled, caches warm
            foreach (LineLoader loader in loaders) loader.Reset();
            TimeSpan serverBefore = server.ProcessorTime, ownBefore = Environment.CpuUsage.TotalTime;
            long start = Stopwatch.GetTimestamp();
            await Task.WhenAll(loaders.Select(loader => loader.RunAsync(TimeSpan.FromSeconds(seconds))));
            double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double samples = loaders.Sum(loader => loader.Samples);
            double serverCpu = (server.ProcessorTime - serverBefore).TotalSeconds, ownCpu = (Environment.CpuUsage.TotalTime - ownBefore).TotalSeconds;
            double[] latencies = [.. loaders.SelectMany(loader => loader.Latencies).Order()];
            Print($"durable samples/s   {samples / took / 1e6,8:F2} M   ({samples / 1e6:F1} M in {took:F1} s; {series} series, {lines * LineLoader.Fields} samples a request, {connections} connections)");
            Print($"request             p50 {latencies[latencies.Length / 2] * 1e3:F1} ms, p99 {latencies[(int)(latencies.Length * 0.99)] * 1e3:F1} ms");
            Print($"processor           server {serverCpu / took:F2} cores, {serverCpu / samples * 1e9:F0} ns a sample; loader {ownCpu / took:F2} cores, {ownCpu / samples * 1e9:F0} ns a sample");
            Print($"server memory       {server.PeakMemory / 1048576.0,8:F0} MiB at most");
            Print($"stop                {(await server.StopAsync()).TotalSeconds,8:F1} s");
            foreach (LineLoader loader in loaders) loader.Dispose();
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
}
