using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Ordo.Economy.Forecasting;

namespace Ordo.Bench;

/// <summary>
/// How far every forecasting method errs on the M1 and M3 series against Naive2 on the same series, how often the actual value lies in its 90 % interval, and how
/// long 10,000 series of 300 months take. Options: <c>accuracy</c> or <c>speed</c> for one of the two, then for <c>speed</c> the number of series.
/// </summary>
internal static class ForecastBenchmark
{
    private sealed record Series(string Id, int Period, double[] Known, double[] Test);

    private readonly record struct Score(double Smape, double? Mase, double Covered);

    public static Task<int> RunAsync(string[] options)
    {
        string? only = options is [{ } first, ..] ? first : null;
        int count = options is [_, { } text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 10_000;
        if (only is null or "accuracy")
        {
            MeasureAccuracy("M3, every second series", "m3-every-second");
            MeasureAccuracy("M1", "m1");
        }
        if (only is null or "speed") MeasureSpeed(count);
        return Task.FromResult(0);
    }

    private static void MeasureAccuracy(string title, string file)
    {
        Series[] all = Load(file);
        Console.WriteLine($"{title}: {all.Length} series ({string.Join(", ", all.GroupBy(s => s.Period).OrderByDescending(g => g.Key).Select(g => $"{g.Count()} with {g.Key} a year"))})");
        Console.WriteLine("| method | sMAPE % | MASE | OWA | OWA monthly | OWA quarterly | OWA other | in 90 % interval | seconds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Score[] reference = Measure(ForecastMethods.Naive2, all);
        foreach (IForecastMethod method in ForecastMethods.All)
        {
            long start = Stopwatch.GetTimestamp();
            Score[] scores = Measure(method, all);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double Owa(Func<Series, bool> which)
            {
                int[] chosen = [.. Enumerable.Range(0, all.Length).Where(i => which(all[i]))];
                return Accuracy.Owa(Smape(scores, chosen), Mase(scores, chosen), Smape(reference, chosen), Mase(reference, chosen));
            }
            int[] every = [.. Enumerable.Range(0, all.Length)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {method.Name} | {Smape(scores, every):F2} | {Mase(scores, every):F3} | {Owa(_ => true):F3} | {Owa(s => s.Period == 12):F3} | {Owa(s => s.Period == 4):F3} | {Owa(s => s.Period == 1):F3} | {scores.Average(s => s.Covered) * 100:F1} % | {seconds:F1} |"));
        }
    }

    private static double Smape(Score[] scores, int[] chosen) => chosen.Average(i => scores[i].Smape);

    /// <summary>Over the series where it is defined, the same ones for every method.</summary>
    private static double Mase(Score[] scores, int[] chosen) => chosen.Average(i => scores[i].Mase)!.Value;

    private static Score[] Measure(IForecastMethod method, Series[] all)
    {
        var scores = new Score[all.Length];
        Parallel.For(0, all.Length, i =>
        {
            Series series = all[i];
            Forecast forecast = method.Forecast(series.Known, series.Period, series.Test.Length);
            double[] mean = [.. forecast.Mean];
            int covered = Enumerable.Range(0, mean.Length).Count(h => series.Test[h] >= forecast.Lower[h] && series.Test[h] <= forecast.Upper[h]);
            scores[i] = new(Accuracy.Smape(series.Test, mean), Accuracy.Mase(series.Test, mean, series.Known, series.Period), (double)covered / mean.Length);
        });
        return scores;
    }

    /// <summary>Made series, because no public set has so many long monthly ones: trend, season and noise of different size.</summary>
    private static void MeasureSpeed(int count)
    {
        const int Months = 300;
        foreach (IForecastMethod method in ForecastMethods.All)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan work = Environment.CpuUsage.TotalTime;
            Parallel.For(0, count, i => method.Forecast(Made(i, Months), 12, 12));
            work = Environment.CpuUsage.TotalTime - work;
            // The work too, because the clock also counts what the neighbours on the cores did.
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{method.Name,-12} {count} series of {Months} months with intervals: {Stopwatch.GetElapsedTime(start).TotalSeconds,6:F1} s on {Environment.ProcessorCount} cores, {work.TotalSeconds,6:F1} s of work"));
        }
    }

    private static double[] Made(int seed, int months)
    {
        var random = new Random(seed);
        double level = 100, slope = random.NextDouble() - 0.3, season = random.NextDouble() * 0.4, noise = random.NextDouble() * 5;
        double[] values = new double[months];
        for (int i = 0; i < months; i++)
        {
            level = Math.Max(level + slope + (random.NextDouble() - 0.5) * noise, 10);
            values[i] = level * (1 + season * Math.Sin(i * Math.PI / 6)) * (1 + (random.NextDouble() - 0.5) * 0.05);
        }
        return values;
    }

    private static Series[] Load(string name, [CallerFilePath] string here = "")
    {
        string path = Path.Combine(Path.GetDirectoryName(here)!, "..", "data", "m-competitions", $"{name}.csv.gz");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        List<Series> all = [];
        while (reader.ReadLine()?.Split(',') is [var id, _, var frequency, var known, var test])
            all.Add(new Series(id, int.Parse(frequency, CultureInfo.InvariantCulture), Numbers(known), Numbers(test)));
        return [.. all];
    }

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
}
