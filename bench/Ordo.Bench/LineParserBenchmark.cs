using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Gateways.LineProtocol;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Bench;

/// <summary>
/// Parser alone, on one thread: bytes in memory become columns with series ids, rate limits looked at, rows noted for the counters.
/// Option: seconds per case (default 2). The best of many short rounds is told, because the cores are shared.
/// </summary>
internal static class LineParserBenchmark
{
    private const int Samples = 50_000;

    public static Task<int> RunAsync(string[] options)
    {
        double seconds = options is [{ } text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 2;
        Measure("10 floats a line, 2,000 sources in the same order", seconds, Body(2_000, 10, shuffled: false, i => $"{i / 100.0:F2}"));
        Measure("10 floats a line, 2,000 sources in any order", seconds, Body(2_000, 10, shuffled: true, i => $"{i / 100.0:F2}"));
        Measure("10 integers a line, 100 sources", seconds, Body(100, 10, shuffled: false, i => $"{i}i"));
        Measure("10 counters of 12 digits a line, 100 sources", seconds, Body(100, 10, shuffled: false, i => $"{i:D9}.{i % 1000:D3}"));
        Measure("1 float a line, 20,000 sources", seconds, Body(20_000, 1, shuffled: false, i => $"{i / 100.0:F2}"));
        return Task.FromResult(0);
    }

    private static void Measure(string name, double seconds, byte[] body)
    {
        var catalogue = new Catalogue();
        var limits = new IngressLimits(new LimitOptions { HttpSource = new() }, TimeProvider.System);
        var table = new LineSourceTable(new SourceRegistry(catalogue, new SourceOptions()).Gateway("line"), catalogue, limits, 100_000);
        var buffer = new byte[body.Length + LineParser.Padding];
        body.CopyTo(buffer, 0);
        using var batch = Batch.Rent(Samples);
        double best = double.MaxValue;
        for (long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
        {
            var faults = new LineFaults(10);
            var parser = new LineParser(table, new LineRequest { ReceivedMs = 0, Now = limits.Now, MaxBatchSamples = int.MaxValue }, batch, faults);
            long start = Stopwatch.GetTimestamp();
            parser.Parse(buffer, 0, body.Length, isLast: true);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (faults.Any || batch.Count != Samples) throw new InvalidOperationException($"{batch.Count} samples, {faults.BadLines} bad lines");
            batch.Clear();
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-52} {Samples / best / 1e6,6:F1} M samples/s {body.Length / best / 1e6,8:F0} MB/s"));
    }

    private static byte[] Body(int sources, int fields, bool shuffled, Func<int, string> value)
    {
        var random = new Random(1);
        int[] order = [.. Enumerable.Range(0, sources)];
        var body = new StringBuilder();
        for (int line = 0; line < Samples / fields; line++)
        {
            if (shuffled && line % sources == 0) random.Shuffle(order);
            body.Append(CultureInfo.InvariantCulture, $"steel,line=hot_strip,meter=EM{order[line % sources]:D5} ");
            for (int field = 0; field < fields; field++) body.Append(field == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"value_{field}=").Append(value(random.Next(1, 1_000_000)));
            body.Append(CultureInfo.InvariantCulture, $" {1_700_000_000_000_000_000 + (line / sources * 1_000_000_000L)}\n");
        }
        return Encoding.UTF8.GetBytes(body.ToString());
    }

    /// <summary>Numbers in the order of asking; the parser asks once for each name.</summary>
    private sealed class Catalogue : ISeriesCatalogue
    {
        private readonly Dictionary<string, int> sources = [];

        public int SeriesCount { get; private set; }

        public int SourceCount => sources.Count;

        public int SourceOf(string gateway, ReadOnlySpan<byte> source)
        {
            string name = Encoding.UTF8.GetString(source);
            if (!sources.TryGetValue(name, out int number)) sources[name] = number = sources.Count;
            return number;
        }

        public bool TrySeriesOf(int source, ReadOnlySpan<byte> channel, out int series)
        {
            series = SeriesCount++;
            return true;
        }

        public bool TryFind(SeriesKey key, out int series) => throw new NotSupportedException();

        public SeriesKey KeyOf(int series) => throw new NotSupportedException();

        public int SourceOfSeries(int series) => throw new NotSupportedException();

        public (string Gateway, string Source) SourceName(int source) => throw new NotSupportedException();

        public IReadOnlyList<int> SeriesOfSource(int source) => throw new NotSupportedException();
    }
}
