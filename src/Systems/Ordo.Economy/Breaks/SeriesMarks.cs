using Ordo.Economy.WarningLights;

namespace Ordo.Economy.Breaks;

/// <summary>A value far from its neighbours (异常值).</summary>
/// <param name="Index">Step, from 0.</param>
/// <param name="Expected">What its neighbours and its season would have.</param>
/// <param name="Distance">Robust standard deviations, signed.</param>
public sealed record Anomaly(int Index, double Value, double Expected, double Distance);

/// <summary>A step from which on the series follows another line (结构断点).</summary>
/// <param name="Index">First step of the new line.</param>
/// <param name="Jump">Change of the level at that step: percent where all values are positive, else in the series' unit.</param>
/// <param name="SlopeBefore">A year, in the same terms.</param>
/// <param name="SlopeAfter">A year, in the same terms.</param>
/// <param name="Statistic">Largest Wald statistic over all places, corrected for autocorrelation.</param>
public sealed record StructuralBreak(int Index, double Jump, double SlopeBefore, double SlopeAfter, double Statistic);

/// <summary>What is odd about a series: single values, and places where its course changed.</summary>
/// <param name="IsPercent">Changes are percentages.</param>
/// <param name="IsSeasonal">Its season was taken out first; with fewer than three years it is not.</param>
public sealed record SeriesMarks(IReadOnlyList<Anomaly> Anomalies, IReadOnlyList<StructuralBreak> Breaks, bool IsPercent, bool IsSeasonal)
{
    /// <summary>Neighbours on each side that a value is compared with.</summary>
    private const int Reach = 3;

    /// <param name="series">In order of time, without gaps, all finite.</param>
    /// <param name="period">Steps of a year.</param>
    /// <param name="distance">Robust standard deviations beyond which a value is an anomaly.</param>
    /// <param name="statistic">Largest statistic that is no break.</param>
    /// <param name="shortest">Steps of a part at least; 15 % of the part looked at are another bound.</param>
    public static SeriesMarks Of(ReadOnlySpan<double> series, int period, double distance = 3.5, double statistic = 15.56, int shortest = 8)
    {
        RobustSeries robust = RobustSeries.Of(series, period);
        double[] values = [.. robust.Adjusted];
        List<Anomaly> anomalies = [];
        if (values.Length > 2 * Reach)
        {
            double[] expected = [.. values.Select((_, i) => Neighbours(robust.Adjusted, i))];
            double[] rest = [.. values.Select((value, i) => value - expected[i])];
            // A season found from k years took a k-th of the spread with it.
            double narrowed = robust.IsSeasonal ? Math.Sqrt(1 - (double)period / values.Length) : 1;
            for (int i = 0; i < values.Length; i++)
            {
                if (WarningLight.RobustDistance(rest[i], rest) * narrowed is not { } far || Math.Abs(far) <= distance) continue;
                anomalies.Add(new(i, series[i], robust.Seen(expected[i], i), far));
            }

            // One odd value is no new course.
            foreach (Anomaly odd in anomalies) values[odd.Index] = expected[odd.Index];
        }

        List<StructuralBreak> breaks = [];
        Search(values, 0, values.Length, Math.Max(period, 1), statistic, shortest, robust.IsLogarithmic, breaks);
        // At a new course the first values are no anomalies but its beginning.
        anomalies.RemoveAll(odd => breaks.Exists(found => odd.Index - found.Index is >= -1 and < Reach));
        return new(anomalies, [.. breaks.OrderBy(found => found.Index)], robust.IsLogarithmic, robust.IsSeasonal);
    }

    private static double Neighbours(double[] values, int index)
    {
        int first = Math.Clamp(index - Reach, 0, values.Length - 2 * Reach - 1);
        Span<double> others = stackalloc double[2 * Reach];
        int count = 0;
        for (int i = first; i <= first + 2 * Reach; i++) if (i != index) others[count++] = values[i];
        return RobustSeries.Median(others);
    }

    /// <summary>The likeliest place of a part; where it is significant, on both sides of it again.</summary>
    private static void Search(double[] values, int from, int to, int period, double statistic, int shortest, bool percent, List<StructuralBreak> found)
    {
        ReadOnlySpan<double> part = values.AsSpan(from, to - from);
        if (Chow.Largest(part, shortest) is not { } best || best.Statistic <= statistic) return;
        ChowLine before = ChowLine.Through(part[..best.Index]), after = ChowLine.Through(part[best.Index..]);
        double jump = after.At(0) - before.At(best.Index);
        found.Add(new(from + best.Index, Told(jump, percent), Told(before.Slope * period, percent), Told(after.Slope * period, percent), best.Statistic));
        Search(values, from, from + best.Index, period, statistic, shortest, percent, found);
        Search(values, from + best.Index, to, period, statistic, shortest, percent, found);
    }

    private static double Told(double change, bool percent) => percent ? (Math.Exp(change) - 1) * 100 : change;
}
