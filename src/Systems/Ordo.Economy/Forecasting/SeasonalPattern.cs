namespace Ordo.Economy.Forecasting;

/// <summary>The repeating part of a series by classical decomposition, as in the M competitions.</summary>
/// <remarks>Multiplicative when every value is positive, otherwise additive, because a factor has no meaning around zero.</remarks>
public sealed class SeasonalPattern
{
    private readonly double[] _indices;

    private SeasonalPattern(double[] indices, bool isMultiplicative) => (_indices, IsMultiplicative) = (indices, isMultiplicative);

    public bool IsMultiplicative { get; }

    /// <summary>One index a step of the season, first that of the first observation: factors around 1, or differences around 0.</summary>
    public IReadOnlyList<double> Indices => _indices;

    /// <summary>Whether the autocorrelation at the seasonal lag is significant at 90 %, the condition of Naive2 for adjusting at all.</summary>
    public static bool IsPresent(ReadOnlySpan<double> series, int period)
    {
        if (period <= 1 || series.Length < 3 * period) return false;
        double mean = Mean(series), variance = 0;
        foreach (double value in series) variance += (value - mean) * (value - mean);
        if (variance == 0) return false;

        double squares = 0, correlation = 0;
        for (int lag = 1; lag <= period; lag++)
        {
            double sum = 0;
            for (int i = lag; i < series.Length; i++) sum += (series[i] - mean) * (series[i - lag] - mean);
            correlation = sum / variance;
            if (lag < period) squares += correlation * correlation;
        }
        return Math.Abs(correlation) > 1.645 * Math.Sqrt((1 + 2 * squares) / series.Length);
    }

    /// <summary>The pattern when the test finds one, otherwise one that changes nothing.</summary>
    public static SeasonalPattern OfTested(ReadOnlySpan<double> series, int period) =>
        IsPresent(series, period) ? Of(series, period) : new SeasonalPattern([0], isMultiplicative: false);

    /// <summary>Centred moving average over one season as trend, mean of each step's ratio (or difference) to it, scaled so that they average 1 (or 0).</summary>
    /// <param name="series">At least two seasons, otherwise some step never meets a trend.</param>
    /// <param name="multiplicative">Forces the kind; by default multiplicative when every value is positive.</param>
    public static SeasonalPattern Of(ReadOnlySpan<double> series, int period, bool? multiplicative = null)
    {
        if (period < 2 || series.Length < 2 * period) throw new SeriesTooShortException("Seasonal decomposition", series.Length, 2 * period);
        bool isMultiplicative = multiplicative ?? AllPositive(series);
        double[] sums = new double[period];
        int[] counts = new int[period];
        int half = period / 2;
        for (int i = half; i < series.Length - half; i++)
        {
            double trend = CentredAverage(series, i, period);
            if (isMultiplicative && trend == 0) continue;
            sums[i % period] += isMultiplicative ? series[i] / trend : series[i] - trend;
            counts[i % period]++;
        }
        for (int step = 0; step < period; step++)
            sums[step] = counts[step] > 0 ? sums[step] / counts[step] : isMultiplicative ? 1 : 0;

        double average = Mean(sums);
        for (int step = 0; step < period; step++) sums[step] = isMultiplicative ? sums[step] / average : sums[step] - average;
        // A factor of zero would make the adjusted value infinite; it only comes from a step that is nearly always zero.
        if (isMultiplicative) for (int step = 0; step < period; step++) sums[step] = Math.Max(sums[step], 1e-6);
        return new SeasonalPattern(sums, isMultiplicative);
    }

    /// <summary>The trend at one observation: for an even period the ends count half.</summary>
    public static double CentredAverage(ReadOnlySpan<double> series, int index, int period)
    {
        int half = period / 2;
        double sum = 0;
        for (int i = index - half; i <= index + half; i++) sum += series[i];
        if (period % 2 == 0) sum -= (series[index - half] + series[index + half]) / 2;
        return sum / period;
    }

    public double[] Remove(ReadOnlySpan<double> series)
    {
        double[] adjusted = new double[series.Length];
        for (int i = 0; i < adjusted.Length; i++)
        {
            double index = _indices[i % _indices.Length];
            adjusted[i] = IsMultiplicative ? series[i] / index : series[i] - index;
        }
        return adjusted;
    }

    /// <summary>Puts the season back into a value at a step counted from the first observation.</summary>
    public double Restore(double value, int step)
    {
        double index = _indices[step % _indices.Length];
        return IsMultiplicative ? value * index : value + index;
    }

    internal static bool AllPositive(ReadOnlySpan<double> series)
    {
        foreach (double value in series) if (!(value > 0)) return false;
        return true;
    }

    internal static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        return sum / values.Length;
    }
}
