using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms;

/// <summary>
/// What the engine knows of one watched point: its limits, which of them are passed, and the evaluators that take its samples. Guarded by the engine's lock.
/// </summary>
internal sealed class PointWatch
{
    private readonly Point point;
    private readonly double scale, offset, aboveLows, belowHighs; // copies: a look at the point itself is a cache miss per sample
    private readonly int kinds;
    private int met, metLate;

    /// <param name="entry">The point.</param>
    /// <param name="series">Where its samples are.</param>
    /// <param name="elsewhere">Limits that are not judged here, one bit per kind: switched off, or with delays and judged by an evaluator.</param>
    public PointWatch(PointEntry entry, int series, int elsewhere = 0)
    {
        (Entry, Series, point) = (entry, series, entry.Point);
        (scale, offset) = (point.Scale, point.Offset);
        Conditions = [.. ConditionsOf(point).Where(c => (elsewhere & (1 << (int)c.Kind)) == 0)];
        (aboveLows, belowHighs) = (double.NegativeInfinity, double.PositiveInfinity);
        foreach (LimitCondition condition in Conditions)
        {
            if (condition.Kind is AlarmKind.Low or AlarmKind.LowLow) aboveLows = Math.Max(aboveLows, condition.Limit);
            else belowHighs = Math.Min(belowHighs, condition.Limit);
            kinds |= 1 << (int)condition.Kind;
        }
    }

    /// <summary>Replaced when names or places change; what judges stays as it was at the beginning.</summary>
    public PointEntry Entry { get; set; }

    public int Series { get; }

    public LimitCondition[] Conditions { get; }

    /// <summary>Who takes the samples of this point, and as which of its inputs.</summary>
    public (AlarmEvaluator Evaluator, int Input)[] Inputs { get; set; } = [];

    /// <summary>Judged as samples come; otherwise the store holds samples that must be judged first.</summary>
    public bool IsLive { get; set; }

    /// <summary>Waits in the queue of those to be judged from the store.</summary>
    public bool IsQueued { get; set; }

    /// <summary>So much of the past its evaluators must be shown before they know what they knew.</summary>
    public long LookbackMs { get; set; }

    /// <summary>Samples that came while the watch was not live, and the newest time of them.</summary>
    public int Missed { get; private set; }

    public long MissedTo { get; private set; } = SampleOrder.None;

    public static bool HasLimits(Point point) => (point.LimitLowLow ?? point.LimitLow ?? point.LimitHigh ?? point.LimitHighHigh) is not null;

    /// <summary>Judges as this watch does: the same series, scaling, limits and deadband.</summary>
    public bool JudgesAs(PointEntry entry, int elsewhere) =>
        entry.Series == Series && entry.Point.Scale == point.Scale && entry.Point.Offset == point.Offset && entry.Point.Deadband == point.Deadband
        && entry.Point.LimitLowLow == point.LimitLowLow && entry.Point.LimitLow == point.LimitLow
        && entry.Point.LimitHigh == point.LimitHigh && entry.Point.LimitHighHigh == point.LimitHighHigh
        && kinds == ConditionsOf(entry.Point).Where(c => (elsewhere & (1 << (int)c.Kind)) == 0).Aggregate(0, (bits, c) => bits | (1 << (int)c.Kind));

    public bool Watches(AlarmKind kind) => (kinds & (1 << (int)kind)) != 0;

    /// <summary>In the point's unit.</summary>
    public double ValueOf(double raw) => (raw * scale) + offset;

    /// <summary>Nothing can happen at this value: inside every limit, and no limit was passed before. False for NaN.</summary>
    public bool IsQuiet(double value) => met == 0 && value > aboveLows && value < belowHighs;

    public bool IsMet(AlarmKind kind) => (met & (1 << (int)kind)) != 0;

    public void SetMet(AlarmKind kind, bool value) => met = With(met, kind, value);

    /// <summary>The last late sample was beyond this limit.</summary>
    public bool IsMetLate(AlarmKind kind) => (metLate & (1 << (int)kind)) != 0;

    public void SetMetLate(AlarmKind kind, bool value) => metLate = With(metLate, kind, value);

    public bool IsQuietLate(double value) => metLate == 0 && value > aboveLows && value < belowHighs;

    public void Miss(long timeMs)
    {
        Missed++;
        MissedTo = Math.Max(MissedTo, timeMs);
    }

    /// <summary>The limits a point has.</summary>
    public static IEnumerable<LimitCondition> ConditionsOf(Point point)
    {
        if (point.LimitLowLow is { } lowLow) yield return new(AlarmKind.LowLow, lowLow, point.Deadband);
        if (point.LimitLow is { } low) yield return new(AlarmKind.Low, low, point.Deadband);
        if (point.LimitHigh is { } high) yield return new(AlarmKind.High, high, point.Deadband);
        if (point.LimitHighHigh is { } highHigh) yield return new(AlarmKind.HighHigh, highHigh, point.Deadband);
    }

    private static int With(int bits, AlarmKind kind, bool value) => value ? bits | (1 << (int)kind) : bits & ~(1 << (int)kind);
}
