namespace Ordo.Economy.Breaks;

/// <summary>A series made comparable from step to step: logarithms where every value is positive, so that a change is a percentage, and freed from its season by medians, which one odd value does not move.</summary>
internal sealed class RobustSeries
{
    private readonly double[] season;

    private RobustSeries(double[] adjusted, double[] season, bool isLogarithmic) => (Adjusted, this.season, IsLogarithmic) = (adjusted, season, isLogarithmic);

    public double[] Adjusted { get; }

    public bool IsLogarithmic { get; }

    public bool IsSeasonal => season.Length > 1;

    public static RobustSeries Of(ReadOnlySpan<double> series, int period)
    {
        bool logarithmic = true;
        foreach (double value in series) logarithmic &= value > 0;
        double[] values = series.ToArray();
        if (logarithmic) for (int i = 0; i < values.Length; i++) values[i] = Math.Log(values[i]);
        // Three years, because of two values the median is their mean.
        if (period < 2 || values.Length < 3 * period) return new(values, [0], logarithmic);

        double[] deviation = new double[values.Length], season = new double[period];
        int half = period / 2;
        for (int i = 0; i < values.Length; i++)
        {
            int first = Math.Clamp(i - half, 0, values.Length - period);
            deviation[i] = values[i] - Median(values.AsSpan(first, period));
        }

        for (int step = 0; step < period; step++) season[step] = Median([.. deviation.Where((_, i) => i % period == step)]);
        double mean = season.Average();
        for (int step = 0; step < period; step++) season[step] -= mean;
        double[] adjusted = [.. values.Select((value, i) => value - season[i % period])];
        return new(adjusted, season, logarithmic);
    }

    /// <summary>An adjusted value as it would have been seen at a step.</summary>
    public double Seen(double adjusted, int step)
    {
        double value = adjusted + season[step % season.Length];
        return IsLogarithmic ? Math.Exp(value) : value;
    }

    public static double Median(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
