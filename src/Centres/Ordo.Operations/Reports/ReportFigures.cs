using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Operations.Reports;

/// <summary>One figure of a report.</summary>
/// <param name="Value">In the point's unit, rounded once to its decimals; <c>null</c> when there is nothing to tell.</param>
/// <param name="Completeness">
/// 0 … 1: how much of its time stands behind it. Of an hour or less the share of good samples among those that came; of a longer time the share of its hours
/// (of more than 62 days, its days) with a good sample, of those that have begun.
/// </param>
internal readonly record struct Figure(decimal? Value, double Completeness);

/// <summary>Stretches of time next to each other, one figure each. Compared by reference: a report has one set for each kind of row.</summary>
internal sealed class ReportWindows(long[] starts, long[] ends)
{
    public long[] Starts { get; } = starts;

    public long[] Ends { get; } = ends;

    public int Count => Starts.Length;
}

/// <summary>One aggregate of one point over a set of stretches.</summary>
internal readonly record struct FigureColumn(long PointId, PlaceholderWord Word, ReportWindows Windows);

/// <summary>Fetches the figures of a report, all series of one kind at once.</summary>
internal sealed class ReportFigures(ITelemetryReader reader, TimeProvider clock)
{
    private const long HourMs = 3_600_000, QuarterMs = 900_000, DayMs = 86_400_000, MaxHourlyMs = 62 * DayMs;

    /// <summary>Figures fetched at a time.</summary>
    private const long ValuesPerRound = 1_000_000;

    public async Task<Dictionary<FigureColumn, Figure[]>> ReadAsync(IReadOnlyCollection<FigureColumn> columns, IReadOnlyDictionary<long, ReportPoint> points, CancellationToken cancellation)
    {
        var figures = new Dictionary<FigureColumn, Figure[]>(columns.Count);
        foreach (var group in columns.Distinct().GroupBy(c => (c.Windows, Base: BaseOf(c.Word, points[c.PointId].Entry.Point.Scale < 0))))
        {
            ReportWindows windows = group.Key.Windows;
            if (windows.Count == 0) continue;
            (long from, long to) = (windows.Starts[0], windows.Ends[^1]);
            Step step = StepOf(windows);
            int perRound = (int)Math.Clamp(ValuesPerRound / Math.Max(1, (to - from) / step.Milliseconds), 1, 10_000);
            foreach (FigureColumn[] some in group.Chunk(perRound))
            {
                FigureColumn[] bound = [.. some.Where(c => points[c.PointId].Entry.Series is not null)];
                foreach (FigureColumn unbound in some.Except(bound)) figures[unbound] = new Figure[windows.Count];
                if (bound.Length == 0) continue;
                var (starts, series) = await reader.AggregateAsync([.. bound.Select(c => points[c.PointId].Entry.Series!.Value)], from, to, step, group.Key.Base, cancellation);
                for (int i = 0; i < bound.Length; i++) figures[bound[i]] = Combine(bound[i], points[bound[i].PointId], starts, series[i]);
            }
        }
        return figures;
    }

    private Figure[] Combine(FigureColumn column, ReportPoint point, long[] starts, AggregateColumns steps)
    {
        var figures = new Figure[column.Windows.Count];
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        int at = 0;
        for (int i = 0; i < figures.Length; i++)
        {
            (long start, long end) = (column.Windows.Starts[i], column.Windows.Ends[i]);
            while (at < starts.Length && starts[at] < start) at++;
            int first = at;
            while (at < starts.Length && starts[at] < end) at++;
            figures[i] = FigureOf(column.Word, point, starts.AsSpan(first, at - first), steps, first, now);
        }
        return figures;
    }

    private static Figure FigureOf(PlaceholderWord word, ReportPoint point, ReadOnlySpan<long> starts, AggregateColumns steps, int first, long now)
    {
        long good = 0, count = 0;
        int withGood = 0, begun = 0;
        double? joined = null;
        for (int i = first; i < first + starts.Length; i++)
        {
            if (starts[i - first] <= now) begun++;
            (good, count) = (good + steps.GoodCounts[i], count + steps.Counts[i]);
            if (steps.GoodCounts[i] == 0) continue;
            withGood++;
            if (!double.IsNaN(steps.Values[i])) joined = Join(word, point.Entry.Point.Scale < 0, joined, steps.Values[i]);
        }

        double completeness = begun == 0 ? 0 : starts.Length > 1 ? (double)withGood / begun : count == 0 ? 0 : (double)good / count;
        if (word == PlaceholderWord.Completeness) return new(begun == 0 ? null : Math.Round((decimal)completeness, 4), completeness);
        if (word == PlaceholderWord.Count) return new(good, completeness);
        return new(joined is { } value ? Rounded(InUnit(word, point.Entry.Point, value, good), point.Decimals) : null, completeness);
    }

    private static double Join(PlaceholderWord word, bool turned, double? before, double value) => (word, before) switch
    {
        (_, null) or (PlaceholderWord.Last, _) => value,
        (PlaceholderWord.First, { } known) => known,
        // The store knows raw values; a negative scale makes the smallest the largest.
        (PlaceholderWord.Min, { } known) => turned ? Math.Max(known, value) : Math.Min(known, value),
        (PlaceholderWord.Max, { } known) => turned ? Math.Min(known, value) : Math.Max(known, value),
        (_, { } known) => known + value,
    };

    private static double InUnit(PlaceholderWord word, Point point, double raw, long good) => word switch
    {
        PlaceholderWord.Avg => (raw / good * point.Scale) + point.Offset,
        PlaceholderWord.Sum => (raw * point.Scale) + (good * point.Offset),
        PlaceholderWord.Delta => raw * point.Scale,
        _ => (raw * point.Scale) + point.Offset,
    };

    private static decimal? Rounded(double value, int decimals) =>
        double.IsFinite(value) && Math.Abs(value) < 1e20 ? Math.Round((decimal)value, Math.Clamp(decimals, 0, 10), MidpointRounding.AwayFromZero) : null;

    private static Step StepOf(ReportWindows windows) =>
        windows.Ends[0] - windows.Starts[0] < HourMs ? Step.Fixed(TimeSpan.FromMilliseconds(QuarterMs))
        : windows.Ends[^1] - windows.Starts[0] <= MaxHourlyMs ? Step.Fixed(TimeSpan.FromMilliseconds(HourMs))
        : Step.Day;

    /// <summary>A mean of means would weigh an hour with one sample like one with sixty, so it is made of sums.</summary>
    private static Aggregate BaseOf(PlaceholderWord word, bool turned) => word switch
    {
        PlaceholderWord.Avg or PlaceholderWord.Sum => Aggregate.Sum,
        PlaceholderWord.Min => turned ? Aggregate.Max : Aggregate.Min,
        PlaceholderWord.Max => turned ? Aggregate.Min : Aggregate.Max,
        PlaceholderWord.First => Aggregate.First,
        PlaceholderWord.Last => Aggregate.Last,
        PlaceholderWord.Delta => Aggregate.Delta,
        _ => Aggregate.Count,
    };
}
