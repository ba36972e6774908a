using Ordo.Foundation.Points;

namespace Ordo.Operations.Alarms;

/// <summary>What the engine knows of one watched point: its limits, and which of them are passed. Guarded by the engine's lock.</summary>
internal sealed class PointWatch
{
    private readonly Point point;
    private readonly double scale, offset, aboveLows, belowHighs; // copies: a look at the point itself is a cache miss per sample
    private int met;

    public PointWatch(PointEntry entry, int series)
    {
        (Entry, Series, point) = (entry, series, entry.Point);
        (scale, offset) = (point.Scale, point.Offset);
        Conditions = ConditionsOf(point).ToArray();
        aboveLows = Math.Max(point.LimitLowLow ?? double.NegativeInfinity, point.LimitLow ?? double.NegativeInfinity);
        belowHighs = Math.Min(point.LimitHighHigh ?? double.PositiveInfinity, point.LimitHigh ?? double.PositiveInfinity);
    }

    /// <summary>Replaced when names or places change; what judges stays as it was at the beginning.</summary>
    public PointEntry Entry { get; set; }

    public int Series { get; }

    public LimitCondition[] Conditions { get; }

    /// <summary>Judged as samples come; otherwise the store holds samples that must be judged first.</summary>
    public bool IsLive { get; set; }

    /// <summary>Samples that came while the watch was not live, and the newest time of them.</summary>
    public int Missed { get; private set; }

    public long MissedTo { get; private set; } = SampleOrder.None;

    public static bool HasLimits(Point point) => (point.LimitLowLow ?? point.LimitLow ?? point.LimitHigh ?? point.LimitHighHigh) is not null;

    /// <summary>Judges as this watch does: the same series, scaling, limits and deadband.</summary>
    public bool JudgesAs(PointEntry entry) =>
        entry.Series == Series && entry.Point.Scale == point.Scale && entry.Point.Offset == point.Offset && entry.Point.Deadband == point.Deadband
        && entry.Point.LimitLowLow == point.LimitLowLow && entry.Point.LimitLow == point.LimitLow
        && entry.Point.LimitHigh == point.LimitHigh && entry.Point.LimitHighHigh == point.LimitHighHigh;

    public bool Watches(AlarmKind kind) => Conditions.Any(c => c.Kind == kind);

    /// <summary>In the point's unit.</summary>
    public double ValueOf(double raw) => (raw * scale) + offset;

    /// <summary>Nothing can happen at this value: inside every limit, and no limit was passed before. False for NaN.</summary>
    public bool IsQuiet(double value) => met == 0 && value > aboveLows && value < belowHighs;

    public bool IsMet(AlarmKind kind) => (met & (1 << (int)kind)) != 0;

    public void SetMet(AlarmKind kind, bool value) => met = value ? met | (1 << (int)kind) : met & ~(1 << (int)kind);

    public void Miss(long timeMs)
    {
        Missed++;
        MissedTo = Math.Max(MissedTo, timeMs);
    }

    private static IEnumerable<LimitCondition> ConditionsOf(Point point)
    {
        if (point.LimitLowLow is { } lowLow) yield return new(AlarmKind.LowLow, lowLow, point.Deadband);
        if (point.LimitLow is { } low) yield return new(AlarmKind.Low, low, point.Deadband);
        if (point.LimitHigh is { } high) yield return new(AlarmKind.High, high, point.Deadband);
        if (point.LimitHighHigh is { } highHigh) yield return new(AlarmKind.HighHigh, highHigh, point.Deadband);
    }
}
