using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Telemetry;
using Ordo.Storage;

namespace Ordo.Bench;

/// <summary>
/// 30 days of one-minute samples of many series, then the questions a console asks, each some times: the first answer after the store was opened, and the median of the others.
/// Options: series (1400), folder (a temporary one; one that is there already is only asked).
/// </summary>
internal static class QueryBenchmark
{
    private const int Days = 30;
    private const int Minutes = Days * 1440;
    private const long Origin = 1_788_192_000_000; // a first of September, 00:00 in the park, so that two month files are met

    public static async Task<int> RunAsync(string[] options)
    {
        int series = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1_400;
        string folder = options.Length > 1 ? options[1] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        if (!File.Exists(Path.Combine(folder, "format"))) await FillAsync(folder, series);
        using (TelemetryStore store = Open(folder))
        {
            long end = Origin + (Minutes * 60_000L), day = end - 86_400_000;
            int[] all = [.. Enumerable.Range(0, series)], hundred = all[..Math.Min(100, series)];
            await MeasureAsync("24 h of one series, raw", async () => await CountAsync(store.ReadAsync(0, day, end)));
            await MeasureAsync("30 d of one series, 2,000 points", async () => (await store.ReadEnvelopeAsync(0, Origin, end, 2_000)).Count);
            await MeasureAsync("1 h averages of 100 series over 30 d", () => AggregateAsync(store, hundred, end, Step.Fixed(TimeSpan.FromHours(1))));
            await MeasureAsync($"1 h averages of {series} series over 30 d", () => AggregateAsync(store, all, end, Step.Fixed(TimeSpan.FromHours(1))));
            await MeasureAsync($"1 d averages of {series} series over 30 d", () => AggregateAsync(store, all, end, Step.Day));
            await MeasureAsync("15 min averages of 100 series over 30 d", () => AggregateAsync(store, hundred, end, Step.Fixed(TimeSpan.FromMinutes(15))));
            await MeasureAsync($"newest of {series} series", () => Task.FromResult<long>(all.Count(number => store.TryGetLatest(number, out _))));
        }

        Print($"disk {new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) / ((double)series * Minutes):F3} bytes a sample, rollups and all");
        if (options.Length <= 1) Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task FillAsync(string folder, int series)
    {
        using TelemetryStore store = Open(folder);
        for (int i = 0; i < series; i++)
        {
            int source = store.Catalogue.SourceOf("line", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"meter{i / 10}")));
            store.Catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"field{i % 10}")), out _);
        }

        var random = new Random(1);
        var level = new double[series];
        long start = Stopwatch.GetTimestamp();
        using Batch batch = Batch.Rent(16_384);
        for (int minute = 0; minute < Minutes; minute++)
        {
            for (int i = 0; i < series; i++)
            {
                // Half of the series are integer gauges that wander, half are meters with two decimals.
                level[i] = i % 2 == 0 ? Math.Clamp(level[i] + random.Next(-1, 2), 0, 100) : level[i] + random.Next(100);
                batch.Add(i, Origin + (minute * 60_000L), i % 2 == 0 ? level[i] : level[i] / 100, SampleQuality.Good);
            }

            if (batch.Count + series < 16_384 && minute + 1 < Minutes) continue;
            await store.WriteAsync(batch);
            batch.Clear();
        }

        Print($"written by one writer in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s: {(double)series * Minutes / 1e6:F1} M samples");
        store.Keeper.SealAll();
        start = Stopwatch.GetTimestamp();
        store.Keeper.RollUp();
        Print($"rolled up in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
    }

    private static async Task<long> AggregateAsync(TelemetryStore store, int[] series, long end, Step step)
    {
        var (_, answers) = await store.AggregateAsync(series, Origin, end, step, Aggregate.Avg);
        return answers.Sum(answer => answer.Counts.Sum());
    }

    private static async Task<long> CountAsync(IAsyncEnumerable<SampleColumns> blocks)
    {
        long count = 0;
        await foreach (SampleColumns block in blocks) count += block.Count;
        return count;
    }

    private static async Task MeasureAsync(string name, Func<Task<long>> ask)
    {
        var times = new List<double>();
        long samples = 0;
        for (int i = 0; i < 9; i++)
        {
            long start = Stopwatch.GetTimestamp();
            samples = await ask();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        double[] warm = [.. times.Skip(1).Order()];
        Print($"{name,-44} first {times[0],8:F1} ms, then {warm[warm.Length / 2],8:F2} ms   ({samples} samples)");
    }

    private static TelemetryStore Open(string folder)
    {
        var store = new TelemetryStore(new(), folder, () => [], NullLogger<TelemetryStore>.Instance);
        store.Start();
        return store;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
