using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>Figures of a stretch of one series, gathered sample by sample; good samples only. Pure, one pass, no matter how many there are.</summary>
internal sealed class SampleStatistics(double scale, double offset)
{
    /// <summary>A silence longer than this adds nothing to the integral: nobody knows what was in between.</summary>
    public const long MaxHoldMs = 3_600_000;

    /// <summary>Distances are told apart by 5 %.</summary>
    private const double RhythmResolution = 20;

    private readonly Dictionary<int, (long Count, double SumMs)> distances = [];
    private double mean, squares;
    private (long Time, double Value)? before;

    public long Count { get; private set; }

    public long Good { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    public double Sum { get; private set; }

    public double? Mean => Good == 0 ? null : mean;

    /// <summary>Of the samples: n − 1 below the line; needs two.</summary>
    public double? StandardDeviation => Good < 2 ? null : Math.Sqrt(Math.Max(0, squares / (Good - 1)));

    /// <summary>Unit × hours, straight from sample to sample.</summary>
    public double IntegralHours { get; private set; }

    /// <summary>The distance between samples that is most usual, ms; needs three samples.</summary>
    public double? UsualDistanceMs => Good < 3 ? null : distances.Values.MaxBy(d => d.Count) is var (count, sum) ? sum / count : null;

    public void Add(SampleColumns samples)
    {
        for (int i = 0; i < samples.Count; i++)
        {
            Count++;
            if (!samples.Qualities[i].IsGood || !double.IsFinite(samples.Values[i])) continue;
            Add(samples.Times[i], (samples.Values[i] * scale) + offset);
        }
    }

    /// <summary>How much of a stretch is told, 0 … 1, by the rhythm the samples themselves keep.</summary>
    public double? CompletenessOver(long lengthMs) => UsualDistanceMs is { } usual && lengthMs > 0 ? Math.Min(1, Good * usual / lengthMs) : null;

    private void Add(long time, double value)
    {
        Good++;
        Sum += value;
        (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
        // Welford: the sum of squares would lose all digits of a large value that varies little.
        double change = value - mean;
        mean += change / Good;
        squares += change * (value - mean);
        if (before is { } last && time > last.Time)
        {
            long distance = time - last.Time;
            if (distance <= MaxHoldMs) IntegralHours += (last.Value + value) / 2 * distance / 3_600_000.0;
            int key = (int)Math.Round(Math.Log(distance) * RhythmResolution);
            var (count, sum) = distances.GetValueOrDefault(key);
            distances[key] = (count + 1, sum + distance);
        }
        before = (time, value);
    }
}
