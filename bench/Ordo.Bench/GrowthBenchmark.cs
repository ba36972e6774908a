using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Telemetry;
using Ordo.Storage;

namespace Ordo.Bench;

/// <summary>
/// Whether taking samples becomes slower as more are stored: the rate and the processor time a sample in windows of equal length, from the empty store on. Windows lie minutes apart and a machine that is
/// shared gives less memory bandwidth in some of them, so at the end the grown store and an empty one take turns, and the median of the turns' ratios is the answer.
/// Options: million samples (100), series (20000), seconds at most (540), folder (a temporary one).
/// </summary>
internal static class GrowthBenchmark
{
    private const int Fields = 10, Writers = 4, Windows = 10, Turns = 5;

    /// <summary>Rounds of a turn: several chunks of every series, whose sealing is part of the work.</summary>
    private const int Block = 4_096;
    private const long Origin = 1_780_000_000_000, IntervalMs = 10_000;

    /// <summary>Values begin anew after so many rounds: what grows from window to window is the store alone, not the digits of its values.</summary>
    private const int Period = 5_000;

    public static async Task<int> RunAsync(string[] options)
    {
        long samples = Option(options, 0, 100) * 1_000_000L;
        int series = Option(options, 1, 20_000), seconds = Option(options, 2, 540);
        string folder = options.Length > 3 ? options[3] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        using (var store = new TelemetryStore(new(), folder, () => [], NullLogger<TelemetryStore>.Instance))
        {
            store.Start();
            Define(store.Catalogue, series);
            int rounds = (int)(samples / series), told = 0, round = 0;
            for (; round < rounds / 50; round++) await WriteRoundAsync(store, series, round); // the program compiles itself
            var windows = new List<(double Rate, double Nanoseconds)>();
            long begin = Stopwatch.GetTimestamp();
            for (int window = 1; window <= Windows && Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; window++)
            {
                TimeSpan cpu = Processor();
                long start = Stopwatch.GetTimestamp();
                for (told = round; round < (long)rounds * window / Windows && Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; round++) await WriteRoundAsync(store, series, round);
                double took = Stopwatch.GetElapsedTime(start).TotalSeconds, written = (double)(round - told) * series;
                windows.Add((written / took, (Processor() - cpu).TotalSeconds / written * 1e9));
                Print($"up to {(double)round * series / 1e6,6:F0} M stored   {windows[^1].Rate / 1e6,6:F2} M samples/s, {windows[^1].Nanoseconds,5:F0} ns of processor a sample, {Environment.WorkingSet >> 20} MiB resident");
            }

            Print($"last window / first      rate {windows[^1].Rate / windows[0].Rate:F2}, processor a sample {windows[^1].Nanoseconds / windows[0].Nanoseconds:F2}   ({series} series, {(double)round * series / 1e6:F0} M samples)");
            if (round >= rounds) round = await TakeTurnsAsync(store, round, Path.Combine(folder, "empty"), series);
            store.Stop();
            Print($"disk                     {new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) / ((double)round * series):F3} bytes a sample");
        }

        if (options.Length <= 3) Directory.Delete(folder, recursive: true);
        return 0;
    }

    /// <summary>Blocks of the same rounds into the grown store and an empty one in turn, each until the process rests: the grown store's last round.</summary>
    private static async Task<int> TakeTurnsAsync(TelemetryStore grown, int round, string folder, int series)
    {
        Directory.CreateDirectory(folder);
        using (var empty = new TelemetryStore(new(), folder, () => [], NullLogger<TelemetryStore>.Instance))
        {
            empty.Start();
            Define(empty.Catalogue, series);
            for (int before = round - Block; before < round; before++) await WriteRoundAsync(empty, series, before); // an empty store's first chunks are open ones and cost less
            var turns = new List<(double Rate, double Processor)>();
            await RestAsync();
            for (int turn = 0; turn < Turns; turn++)
            {
                (double grownSeconds, double grownProcessor) = await TimeAsync(grown, round);
                (double emptySeconds, double emptyProcessor) = await TimeAsync(empty, round);
                round += Block;
                turns.Add((emptySeconds / grownSeconds, grownProcessor / emptyProcessor));
                Print($"turn {turn + 1}   grown {Block * (double)series / grownSeconds / 1e6,6:F2}, empty {Block * (double)series / emptySeconds / 1e6,6:F2} M samples/s   ratio {turns[^1].Rate:F2}, processor {turns[^1].Processor:F2}");
            }

            Print($"grown / empty, in turn   rate {Median(turns.Select(turn => turn.Rate)):F2}, processor a sample {Median(turns.Select(turn => turn.Processor)):F2}   (medians of {Turns})");
            empty.Stop();
        }

        Directory.Delete(folder, recursive: true);
        return round;

        async Task<(double Seconds, double Processor)> TimeAsync(TelemetryStore store, int first)
        {
            TimeSpan cpu = Processor();
            long start = Stopwatch.GetTimestamp();
            for (int i = first; i < first + Block; i++) await WriteRoundAsync(store, series, i);
            double written = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await RestAsync();
            return (written, (Processor() - cpu).TotalSeconds);
        }
    }

    /// <summary>Until the process used less than a tenth of a processor for a second and a half, or for half a minute: checkpoints and rollups follow what was written.</summary>
    private static async Task RestAsync()
    {
        for (int quiet = 0, looks = 0; quiet < 3 && looks < 60; looks++)
        {
            TimeSpan before = Processor();
            await Task.Delay(500);
            quiet = (Processor() - before).TotalMilliseconds < 50 ? quiet + 1 : 0;
        }
    }

    private static TimeSpan Processor() => Environment.CpuUsage.TotalTime;

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Turns / 2);

    private static Task WriteRoundAsync(TelemetryStore store, int series, int round) => Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
    {
        int first = series / Fields * writer / Writers * Fields, end = series / Fields * (writer + 1) / Writers * Fields;
        using Batch batch = Batch.Rent(end - first);
        for (int number = first; number < end; number++) batch.Add(number, Origin + (round * IntervalMs), ValueOf(number, round), SampleQuality.Good);
        await store.WriteAsync(batch);
    })));

    /// <summary>Half integer gauges that wander, half meters with two decimals.</summary>
    private static double ValueOf(int series, int round)
    {
        round %= Period;
        uint noise = ((uint)series * 0x9E37_79B1u) ^ ((uint)round * 0x85EB_CA6Bu);
        noise = (noise ^ (noise >> 15)) * 0x2C1B_3C6Du;
        noise ^= noise >> 13;
        return series % 2 == 0 ? ((series + (round / 40)) % 100) + (noise % 3) : ((series * 100L) + (round * 50L) + (noise % 50)) / 100.0;
    }

    private static void Define(ISeriesCatalogue catalogue, int series)
    {
        for (int i = 0; i < series; i++)
        {
            int source = catalogue.SourceOf("line", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"steel,meter=EM{i / Fields:D6}")));
            catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"field{i % Fields}")), out _);
        }
    }

    private static int Option(string[] options, int index, int fallback) => options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : fallback;

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
