using System.Globalization;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>The slope of the value over a time, by least squares, in units of the point per minute.</summary>
internal sealed class RateEvaluator(AlarmDefinition definition, PointEntry point) : AlarmEvaluator(definition, [point])
{
    private const double MinuteMs = 60_000;
    private readonly SampleRun run = new(definition.WindowSeconds!.Value * 1000L);
    private readonly double limit = definition.Limit!.Value, deadband = definition.Deadband;
    private readonly AlarmDirection direction = definition.Direction;
    private double slope;

    public override long LookbackMs => base.LookbackMs + (Definition.WindowSeconds!.Value * 1000L);

    public override string Detail => string.Create(CultureInfo.InvariantCulture, $"{slope:G6} / min");

    protected override Verdict? OnSample(int input, long timeMs, double value, long engineMs)
    {
        if (!double.IsFinite(value)) return null;
        run.Add(timeMs, value);
        if (run.SlopePerMs() is not { } perMs) return null;
        slope = perMs * MinuteMs;
        double fast = DeviationEvaluator.Directed(slope, direction);
        return new(fast >= limit || (Condition.IsMet && fast > limit - deadband), value, limit,
            Definition.WorseLimit is { } worse && (fast >= worse || (IsWorse && fast > worse - deadband)));
    }
}

/// <summary>
/// The samples of the last so many milliseconds, oldest first. Never more than <see cref="Capacity"/>: of a fast series neighbours are joined into
/// their middle, which leaves the slope as it was.
/// </summary>
internal sealed class SampleRun(long windowMs)
{
    public const int Capacity = 256;

    private readonly List<(double Time, double Value)> samples = [];
    private long originMs;

    public int Count => samples.Count;

    public void Add(long timeMs, double value)
    {
        if (samples.Count == 0) originMs = timeMs;
        double at = timeMs - originMs;
        if (samples.Count > 0 && at < samples[^1].Time) samples.Clear(); // the device's clock was set back: what it said before is not comparable
        if (samples.Count == 0) (originMs, at) = (timeMs, 0);
        if (samples.Count > 0 && samples[^1].Time == at) samples[^1] = (at, value);
        else samples.Add((at, value));
        int old = 0;
        while (samples[old].Time < at - windowMs) old++;
        // Not one by one: to move a list for every sample costs more than to keep some that are not looked at.
        if (old > 0 && (old >= samples.Count / 4 || samples.Count - old < 4)) samples.RemoveRange(0, old);
        if (samples.Count > Capacity) Join();
    }

    /// <returns><c>null</c> with fewer than three samples in the window: two points are always on a line.</returns>
    public double? SlopePerMs()
    {
        if (samples.Count < 3) return null;
        double from = samples[^1].Time - windowMs, n = 0, meanTime = 0, meanValue = 0;
        foreach ((double time, double value) in samples)
        {
            if (time < from) continue;
            n++;
            meanTime += (time - meanTime) / n;
            meanValue += (value - meanValue) / n;
        }
        if (n < 3) return null;
        double products = 0, squares = 0;
        foreach ((double time, double value) in samples)
        {
            if (time < from) continue;
            products += (time - meanTime) * (value - meanValue);
            squares += (time - meanTime) * (time - meanTime);
        }
        return squares == 0 ? null : products / squares;
    }

    private void Join()
    {
        int kept = 0;
        for (int i = 0; i + 1 < samples.Count - 2; i += 2)
            samples[kept++] = ((samples[i].Time + samples[i + 1].Time) / 2, (samples[i].Value + samples[i + 1].Value) / 2);
        int rest = kept * 2;
        while (rest < samples.Count) samples[kept++] = samples[rest++];
        samples.RemoveRange(kept, samples.Count - kept);
    }
}
