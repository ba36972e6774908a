using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Telemetry;
using Ordo.Storage;

namespace Ordo.Bench;

/// <summary>
/// The store alone: writers in this process hand in batches of ten-field lines as a gateway would, each waiting until its batch is durable.
/// Options: series (20000), samples a batch (10000), writers (8), seconds (8), folder (a temporary one).
/// </summary>
internal static class IngestEngineBenchmark
{
    private const int Fields = 10;
    private const long Origin = 1_790_000_000_000;

    public static async Task<int> RunAsync(string[] options)
    {
        int series = Option(options, 0, 20_000), batchSamples = Option(options, 1, 10_000), writers = Option(options, 2, 8);
        double seconds = Option(options, 3, 8);
        string folder = options.Length > 4 ? options[4] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        using var process = Process.GetCurrentProcess();
        using TelemetryStore store = Open(folder);
        int[] numbers = Define(store.Catalogue, series);
        var latencies = new List<double>[writers];
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(store, numbers, writer, writers, batchSamples, Origin, Stopwatch.GetTimestamp() + (2 * Stopwatch.Frequency), latencies))));
        long warm = store.Current.Samples;
        process.Refresh();
        TimeSpan cpuBefore = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp(), end = start + (long)(seconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(store, numbers, writer, writers, batchSamples, Origin + 1_000_000_000, end, latencies))));
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        StorageStatus status = store.Current;
        double cpu = (process.TotalProcessorTime - cpuBefore).TotalSeconds;
        double[] all = [.. latencies.SelectMany(each => each).Order()];
        Print($"durable samples/s        {(status.Samples - warm) / took / 1e6,8:F2} M   ({status.Samples / 1e6:F1} M in {took:F1} s, {series} series, {writers} writers, {batchSamples} a batch)");
        Print($"processor                {cpu / took,8:F2} cores, {cpu / (status.Samples - warm) * 1e9:F0} ns a sample");
        Print($"batch until durable      p50 {all[all.Length / 2] * 1e3:F1} ms, p99 {all[(int)(all.Length * 0.99)] * 1e3:F1} ms");
        Print($"memory                   {process.PeakWorkingSet64 / 1048576.0,8:F0} MiB at most");
        long logBytes = status.LogBytes;
        store.Kill();
        long restart = Stopwatch.GetTimestamp();
        using TelemetryStore again = Open(folder);
        Print($"restart after a kill     {Stopwatch.GetElapsedTime(restart).TotalSeconds,8:F2} s with {logBytes / 1048576.0:F0} MiB of log");
        long stop = Stopwatch.GetTimestamp();
        again.Stop();
        Print($"stop                     {Stopwatch.GetElapsedTime(stop).TotalSeconds,8:F2} s");
        Print($"disk                     {new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) / (double)status.Samples,8:F3} bytes a sample");
        if (options.Length <= 4) Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static TelemetryStore Open(string folder)
    {
        var store = new TelemetryStore(new(), folder, () => [], NullLogger<TelemetryStore>.Instance);
        store.Start();
        return store;
    }

    private static async Task WriteAsync(TelemetryStore store, int[] numbers, int writer, int writers, int batchSamples, long time, long end, List<double>[] latencies)
    {
        // Each writer owns its sources, as each device does: a round gives every source one line.
        int sources = numbers.Length / Fields, first = sources * writer / writers, last = sources * (writer + 1) / writers;
        var random = new Random(writer);
        double[] noise = [.. Enumerable.Range(0, 4096).Select(_ => (double)random.Next(0, 1000))];
        var level = new double[numbers.Length];
        latencies[writer] = [];
        using Batch batch = Batch.Rent(batchSamples);
        int source = first, at = 0;
        while (Stopwatch.GetTimestamp() < end)
        {
            batch.Clear();
            while (batch.Count < batchSamples)
            {
                for (int field = 0; field < Fields; field++)
                {
                    int number = (source * Fields) + field;
                    double drawn = noise[at++ & 4095];
                    // Half of the fields are integer gauges that wander, half are meters with two decimals.
                    double value = field % 2 == 0 ? Math.Clamp(level[number] + (drawn % 3) - 1, 0, 100) : level[number] + drawn;
                    level[number] = value;
                    batch.Add(numbers[number], time, field % 2 == 0 ? value : value / 100, SampleQuality.Good);
                }

                if (++source < last) continue;
                source = first;
                time += 10_000;
            }

            long start = Stopwatch.GetTimestamp();
            await store.WriteAsync(batch);
            latencies[writer].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    private static int[] Define(ISeriesCatalogue catalogue, int series)
    {
        var numbers = new int[series];
        for (int i = 0; i < series; i++)
        {
            int source = catalogue.SourceOf("line", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"steel,meter=EM{i / Fields:D6}")));
            catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"field{i % Fields}")), out numbers[i]);
        }

        return numbers;
    }

    private static int Option(string[] options, int index, int fallback) => options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : fallback;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
