using System.Globalization;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>Mean and standard deviation of a value in each hour of the week, learned from a fixed stretch of the past. Pure.</summary>
internal sealed class BandProfile(TimeZoneInfo zone)
{
    public const int Hours = 168;

    /// <summary>With fewer samples an hour of the week is not known well enough to be judged by.</summary>
    public const int Enough = 30;

    private readonly (long Count, double Mean, double Squares)[] cells = new (long, double, double)[Hours];

    /// <summary>Takes the good samples, leaving out those of the times when the alarm was active: what is wrong must not become usual.</summary>
    public void Learn(SampleColumns samples, double scale, double offset, IReadOnlyList<(long FromMs, long ToMs)> without)
    {
        for (int i = 0; i < samples.Count; i++)
        {
            double value = (samples.Values[i] * scale) + offset;
            long time = samples.Times[i];
            if (samples.Qualities[i].Status == QualityStatus.Bad || !double.IsFinite(value) || without.Any(w => time >= w.FromMs && time <= w.ToMs)) continue;
            ref var cell = ref cells[HourOf(time)];
            cell.Count++;
            double off = value - cell.Mean;
            cell.Mean += off / cell.Count;
            cell.Squares += off * (value - cell.Mean);
        }
    }

    /// <returns><c>null</c> where too little was learned, or the value never moved.</returns>
    public (double Mean, double Deviation)? At(long timeMs)
    {
        var (count, mean, squares) = cells[HourOf(timeMs)];
        double deviation = count < Enough ? 0 : Math.Sqrt(squares / (count - 1));
        return deviation > 0 ? (mean, deviation) : null;
    }

    private int HourOf(long timeMs)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(SampleOrder.TimeOf(timeMs), zone);
        return ((int)local.DayOfWeek * 24) + local.Hour;
    }
}

/// <summary>Outside what is usual at this hour of the week, counted in standard deviations.</summary>
internal sealed class BandEvaluator(AlarmDefinition definition, PointEntry point) : AlarmEvaluator(definition, [point])
{
    private readonly double limit = definition.Limit!.Value, deadband = definition.Deadband;
    private readonly AlarmDirection direction = definition.Direction;
    private string? detail;

    /// <summary><c>null</c> until it was learned: then nothing is judged.</summary>
    public BandProfile? Profile { get; set; }

    public override string? Detail => detail;

    protected override Verdict? OnSample(int input, long timeMs, double value, long engineMs)
    {
        if (!double.IsFinite(value) || Profile?.At(timeMs) is not var (mean, deviation)) return null;
        double off = (value - mean) / deviation, far = DeviationEvaluator.Directed(off, direction);
        bool isMet = far >= limit || (Condition.IsMet && far > limit - deadband);
        if (isMet) detail = string.Create(CultureInfo.InvariantCulture, $"{off:+0.0;-0.0}σ, {mean:G6} ± {deviation:G4}");
        return new(isMet, value, off < 0 ? mean - (limit * deviation) : mean + (limit * deviation));
    }
}
