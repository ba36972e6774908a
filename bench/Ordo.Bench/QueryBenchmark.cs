using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Telemetry;
using Ordo.Storage;
using Ordo.Storage.Samples;

namespace Ordo.Bench;

/// <summary>
/// 30 days of one-minute samples of many series, then the questions a console asks. Cold: the store newly opened, and what the system keeps of its files dropped; warm: the same question again.
/// Options: series (1400; 14000 is a dashboard of 1,400 devices with ten each), folder (a temporary one; one that is there already is only asked), words of the questions to ask (all).
/// </summary>
internal static class QueryBenchmark
{
    private const int Days = 30;
    private const int Minutes = Days * 1440;
    private const int ColdRounds = 5, WarmRounds = 40;
    internal const long Origin = 1_788_192_000_000; // a first of September, 00:00 in the park, so that two month files are met

    internal const long End = Origin + (Minutes * 60_000L);

    public static async Task<int> RunAsync(string[] options)
    {
        int series = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1_400;
        string folder = options.Length > 1 ? options[1] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        if (!File.Exists(Path.Combine(folder, "format"))) await FillAsync(folder, series);
        string words = options.Length > 2 ? options[2] : "";
        int[] all = [.. Enumerable.Range(0, series)], hundred = all[..Math.Min(100, series)];
        await AskAsync("24 h of one series, raw", store => CountAsync(store.ReadAsync(0, End - 86_400_000, End)));
        await AskAsync("30 d of one series, 2,000 points", async store => (await store.ReadEnvelopeAsync(0, Origin, End, 2_000)).Count);
        await AskAsync("1 h averages of 100 series over 30 d", store => AggregateAsync(store, hundred, Step.Fixed(TimeSpan.FromHours(1))));
        await AskAsync($"1 h averages of {series} series over 30 d", store => AggregateAsync(store, all, Step.Fixed(TimeSpan.FromHours(1))));
        await AskAsync("their sum, one curve", store => SumAsync(store, all, Step.Fixed(TimeSpan.FromHours(1))));
        await AskAsync($"1 d averages of {series} series over 30 d", store => AggregateAsync(store, all, Step.Day));
        await AskAsync("their sum, one curve of days", store => SumAsync(store, all, Step.Day));
        await AskAsync("15 min averages of 100 series over 30 d", store => AggregateAsync(store, hundred, Step.Fixed(TimeSpan.FromMinutes(15))));
        await AskAsync($"newest of {series} series", async store => (await Desk(store).FetchLatestAsync([.. all.Select(SampleSource.Of)], null, default)).Count(sample => sample.Value is not null));
        Print($"disk {new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) / ((double)series * Minutes):F3} bytes a sample, rollups and all");
        if (options.Length <= 1) Directory.Delete(folder, recursive: true);
        return 0;

        Task AskAsync(string question, Func<TelemetryStore, Task<long>> ask) =>
            question.Contains(words, StringComparison.Ordinal) ? MeasureAsync(folder, question, ask) : Task.CompletedTask;
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

    private static SampleDesk Desk(TelemetryStore store) => new(store, new(), store.Calendar, TimeProvider.System);

    /// <summary>As the route answers <c>across=sum</c>, without the network.</summary>
    private static async Task<long> SumAsync(TelemetryStore store, int[] series, Step step)
    {
        SampleTable sum = await Desk(store).FetchAcrossAsync([.. series.Select(SampleSource.Of)], new(Origin, End, step, Aggregate.Avg, false, SampleRequest.DefaultMaxPoints, false), Across.Sum, default);
        return sum.Counts!.Sum();
    }

    private static async Task<long> AggregateAsync(TelemetryStore store, int[] series, Step step)
    {
        var (_, answers) = await store.AggregateAsync(series, Origin, End, step, Aggregate.Avg);
        return answers.Sum(answer => answer.Counts.Sum());
    }

    private static async Task<long> CountAsync(IAsyncEnumerable<SampleColumns> blocks)
    {
        long count = 0;
        await foreach (SampleColumns block in blocks) count += block.Count;
        return count;
    }

    private static async Task MeasureAsync(string folder, string name, Func<TelemetryStore, Task<long>> ask)
    {
        var (cold, warm) = (new List<double>(), new List<double>());
        long figures = 0;
        for (int i = 0; i <= ColdRounds; i++)
        {
            DropCache(folder);
            using TelemetryStore store = Open(folder);
            double first = await TimeAsync(store);
            if (i > 0) cold.Add(first); // the very first compiles the program besides
            for (int j = 0; j < WarmRounds / ColdRounds; j++) warm.Add(await TimeAsync(store));
            store.Kill();
        }

        cold.Sort();
        warm.Sort();
        Print($"{name,-44} cold p50 {cold[cold.Count / 2],8:F1}, worst {cold[^1],8:F1} ms   warm p50 {warm[warm.Count / 2],8:F2}, p99 {warm[(int)(warm.Count * 0.99)],8:F2} ms   ({figures} figures)");

        async Task<double> TimeAsync(TelemetryStore store)
        {
            long start = Stopwatch.GetTimestamp();
            figures = await ask(store);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    /// <summary>Asks the system to forget what it has read of the files, as it has after a night.</summary>
    internal static void DropCache(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            using Process drop = Process.Start(new ProcessStartInfo("dd", ["of=" + path, "oflag=nocache", "conv=notrunc,fdatasync", "count=0", "status=none"]) { RedirectStandardError = true })!;
            drop.WaitForExit();
        }
    }

    private static TelemetryStore Open(string folder)
    {
        var store = new TelemetryStore(new(), folder, () => [], NullLogger<TelemetryStore>.Instance);
        store.Start();
        return store;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
