using System.Diagnostics;
using System.Globalization;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Files;
using Ordo.Storage.Log;
using Ordo.Storage.OpenChunks;

namespace Ordo.Bench;

/// <summary>
/// What a sample costs at each stage between a batch and a chunk, on one thread. Option: seconds per stage (default 1).
/// The best of many short rounds is told, because the cores are shared.
/// </summary>
internal static class StoreStagesBenchmark
{
    private const int Fields = 10;
    private const int Series = 20_000;
    private const int ChunkSamples = 1024;

    public static Task<int> RunAsync(string[] options)
    {
        double seconds = options is [{ } text, ..] ? double.Parse(text, CultureInfo.InvariantCulture) : 1;
        double[] gauge = Column(i => Math.Round(50 + (40 * Math.Sin(i / 60.0)))), meter = Column(i => Math.Round(123_456 + (i * 1.37) + Noise(i), 2)), floats = Column(i => Math.Sin(i * 0.1));
        foreach (var (name, values) in new[] { ("integer gauge", gauge), ("two-decimal meter", meter), ("no decimals at all", floats) })
        {
            Log(name, values, seconds);
            Chunk(name, values, seconds);
        }

        Apply(seconds);
        return Task.FromResult(0);
    }

    private static void Log(string name, double[] values, double seconds)
    {
        using Batch batch = Batch.Rent(10_000), back = Batch.Rent(10_000);
        for (int i = 0; i < 10_000; i++) batch.Add(i, 1_790_000_000_000 + (i / Fields), values[i % values.Length], SampleQuality.Good);
        var bytes = new ByteWriter();
        double write = Best(seconds, () =>
        {
            bytes.Clear();
            BatchCodec.Write(batch.Series, batch.Times, batch.Values, batch.Qualities, bytes);
        });
        double read = Best(seconds, () => BatchCodec.Read(bytes.Written, back));
        Print($"log write, {name}", write, batch.Count, bytes.Length);
        Print($"log read, {name}", read, batch.Count, bytes.Length);
    }

    private static void Chunk(string name, double[] values, double seconds)
    {
        long[] times = [.. Enumerable.Range(0, ChunkSamples).Select(i => 1_790_000_000_000 + (i * 60_000L))];
        var qualities = new SampleQuality[ChunkSamples];
        var codec = new ChunkCodec();
        var bytes = new ByteWriter();
        var back = new SampleBuffer(ChunkSamples);
        double write = Best(seconds, () =>
        {
            bytes.Clear();
            codec.Write(1, times, values, qualities, bytes);
        });
        double read = Best(seconds, () =>
        {
            back.Clear();
            codec.Read(1, times[0], bytes.Written, back);
        });
        Print($"chunk write, {name}", write, ChunkSamples, bytes.Length);
        Print($"chunk read, {name}", read, ChunkSamples, bytes.Length);
    }

    /// <summary>Lines of ten neighbouring series, round and round; full series are taken out as the sealing thread does.</summary>
    private static void Apply(double seconds)
    {
        var table = new OpenSeriesTable(ChunkSamples, 1 << 30);
        var full = new List<int>();
        var parts = new List<SealPart>();
        using Batch batch = Batch.Rent(10_000);
        int source = 0;
        long sequence = 0, time = 1_790_000_000_000;
        double best = double.MaxValue;
        for (long end = Stopwatch.GetTimestamp() + (long)(5 * seconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
        {
            batch.Clear();
            for (int line = 0; line < 1_000; line++)
            {
                for (int field = 0; field < Fields; field++) batch.Add((source * Fields) + field, time, field, SampleQuality.Good);
                if (++source * Fields < Series) continue;
                source = 0;
                time += 10_000;
            }

            long start = Stopwatch.GetTimestamp();
            table.Apply(batch, ++sequence, full);
            if (time > 1_790_000_000_000 + 5_000_000) best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
            foreach (int series in full) parts.Add(table.Detach(series)!);
            table.Sealed(parts);
            full.Clear();
            parts.Clear();
        }

        Print($"apply to {Series} open series", best, batch.Count, 0);
    }

    private static double Best(double seconds, Action round)
    {
        double best = double.MaxValue;
        for (long end = Stopwatch.GetTimestamp() + (long)(seconds * Stopwatch.Frequency); Stopwatch.GetTimestamp() < end;)
        {
            long start = Stopwatch.GetTimestamp();
            round();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static double[] Column(Func<int, double> value) => [.. Enumerable.Range(0, ChunkSamples).Select(value)];

    private static double Noise(int i) => (i * 7919 % 100) / 100.0;

    private static void Print(string stage, double took, int samples, int bytes) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{stage,-36} {took / samples * 1e9,6:F1} ns a sample {samples / took / 1e6,7:F0} M/s {(double)bytes / samples,6:F2} bytes a sample"));
}
