using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Telemetry;
using Ordo.Storage;

namespace Ordo.Bench;

/// <summary>
/// Very many live series, each with one sample a minute, in a store of its own process: memory while it goes on, then a kill at full load, and how long the next start takes.
/// Options: series (1000000), minutes told (90), how many times faster than life (30), folder (a temporary one).
/// </summary>
internal static class LiveSeriesBenchmark
{
    private const string FillStage = "fill", RestartStage = "restart", FullLoad = "full load";
    private const int Fields = 10, BatchSamples = 10_000, Writers = 4;
    private const long Origin = 1_790_000_000_000, MinuteMs = 60_000;
    private static readonly TimeSpan FullLoadLasts = TimeSpan.FromSeconds(8);

    public static async Task<int> RunAsync(string[] options)
    {
        switch (options)
        {
            case [FillStage, var to, var many, var length, var speed]: return await FillAsync(to, Int(many), Int(length), Int(speed));
            case [RestartStage, var from]: return Restart(from);
        }

        int series = options.Length > 0 ? Int(options[0]) : 1_000_000, minutes = options.Length > 1 ? Int(options[1]) : 90, faster = options.Length > 2 ? Int(options[2]) : 30;
        string folder = options.Length > 3 ? options[3] : Directory.CreateTempSubdirectory("ordo-bench-").FullName;
        using (Process fill = Start(FillStage, folder, Text(series), Text(minutes), Text(faster)))
        {
            while (await fill.StandardOutput.ReadLineAsync() is { } line)
            {
                Console.WriteLine(line);
                if (line != FullLoad) continue;
                await Task.Delay(FullLoadLasts);
                fill.Kill();
            }

            await fill.WaitForExitAsync();
        }

        for (int i = 0; i < 2; i++)
        {
            using Process restart = Start(RestartStage, folder);
            Console.WriteLine((await restart.StandardOutput.ReadToEndAsync()).TrimEnd());
        }

        Print($"disk                     {new DirectoryInfo(folder).EnumerateFiles("*.db").Sum(file => file.Length) / 1048576.0,8:F0} MiB of month files");
        if (options.Length <= 3) Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task<int> FillAsync(string folder, int series, int minutes, int faster)
    {
        using TelemetryStore store = Open(folder);
        Define(store.Catalogue, series);
        using var process = Process.GetCurrentProcess();
        long start = Stopwatch.GetTimestamp(), late = 0;
        double told = 0, toldCpu = 0;
        for (int minute = 0; minute < minutes; minute++)
        {
            await WriteMinuteAsync(store, series, minute);
            double now = Stopwatch.GetElapsedTime(start).TotalSeconds, due = (minute + 1) * 60.0 / faster;
            if (now < due) await Task.Delay(TimeSpan.FromSeconds(due - now));
            else if (now > due + (60.0 / faster)) late++;
            if ((minute + 1) % 10 != 0) continue;
            process.Refresh();
            (now, double cpu) = (Stopwatch.GetElapsedTime(start).TotalSeconds, process.TotalProcessorTime.TotalSeconds);
            Print($"minute {minute + 1,4}              {series * 10 / (now - told) / 1e6,8:F2} M samples/s, {(cpu - toldCpu) / (now - told):F2} cores, {Memory(process)}, {store.Current.OpenSamples / 1e6:F1} M samples open");
            (told, toldCpu) = (now, cpu);
        }

        Print($"steady                   {series} series, one sample a minute told {faster} times faster: {late} of {minutes} minutes were late");
        Console.WriteLine(FullLoad);
        long before = store.Current.Samples;
        start = Stopwatch.GetTimestamp();
        for (int minute = minutes; ; minute++)
        {
            await WriteMinuteAsync(store, series, minute);
            process.Refresh();
            Print($"at full load             {(store.Current.Samples - before) / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e6,8:F2} M samples/s, {Memory(process)}, {store.Current.LogBytes >> 20} MiB of log, then killed");
        }
    }

    private static int Restart(string folder)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        using TelemetryStore store = Open(folder);
        double took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        Print($"restart after the kill   {took,8:F2} s, {(process.TotalProcessorTime - cpu).TotalSeconds:F2} s of processor, {store.Current.LogBytes >> 20} MiB of log, {Memory(process)}");
        store.Kill(); // so that the second start finds the same
        return 0;
    }

    private static async Task WriteMinuteAsync(TelemetryStore store, int series, int minute) =>
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            int first = series / Fields * writer / Writers * Fields, end = series / Fields * (writer + 1) / Writers * Fields;
            using Batch batch = Batch.Rent(BatchSamples);
            for (int from = first; from < end; from += BatchSamples)
            {
                batch.Clear();
                for (int number = from; number < Math.Min(end, from + BatchSamples); number++) batch.Add(number, Origin + (minute * MinuteMs), ValueOf(number, minute), SampleQuality.Good);
                await store.WriteAsync(batch);
            }
        })));

    /// <summary>Half integer gauges that wander, half meters with two decimals; from the numbers alone, so that the loader needs no memory.</summary>
    private static double ValueOf(int series, int minute)
    {
        uint noise = ((uint)series * 0x9E37_79B1u) ^ ((uint)minute * 0x85EB_CA6Bu);
        noise = (noise ^ (noise >> 15)) * 0x2C1B_3C6Du;
        noise ^= noise >> 13;
        return series % 2 == 0 ? 50 + (int)(30 * Math.Sin((series + minute) / 200.0)) + (noise % 3) : ((series * 100L) + (minute * 50L) + (noise % 50)) / 100.0;
    }

    private static void Define(ISeriesCatalogue catalogue, int series)
    {
        for (int i = 0; i < series; i++)
        {
            int source = catalogue.SourceOf("line", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"steel,meter=EM{i / Fields:D6}")));
            catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"field{i % Fields}")), out _);
        }
    }

    private static TelemetryStore Open(string folder)
    {
        var store = new TelemetryStore(new(), folder, () => [], new ConsoleLogger());
        store.Start();
        return store;
    }

    private static Process Start(params string[] stage)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(LiveSeriesBenchmark).Assembly.Location);
        start.ArgumentList.Add("live-series");
        foreach (string argument in stage) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static string Memory(Process process)
    {
        GCMemoryInfo collected = GC.GetGCMemoryInfo();
        return string.Create(CultureInfo.InvariantCulture,
            $"{process.WorkingSet64 >> 20} MiB resident (most {process.PeakWorkingSet64 >> 20}; heap {GC.GetTotalMemory(false) >> 20}, after the last collection {collected.HeapSizeBytes >> 20}, {collected.FragmentedBytes >> 20} of it free; {GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)} collections)");
    }

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>What the store tells its operator about its start belongs to the figure.</summary>
    private sealed class ConsoleLogger : ILogger<TelemetryStore>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Console.WriteLine("  " + formatter(state, exception));
    }
}
