namespace Ordo.Economy.Breaks;

/// <summary>Least-squares line through values at 0, 1, 2 … and what it leaves.</summary>
internal readonly record struct ChowLine(double Intercept, double Slope, double Squares)
{
    public double At(double step) => Intercept + Slope * step;

    public static ChowLine Through(ReadOnlySpan<double> values)
    {
        double middle = (values.Length - 1) / 2.0, mean = 0, product = 0, square = 0, squares = 0;
        foreach (double value in values) mean += value;
        mean /= values.Length;
        for (int i = 0; i < values.Length; i++)
        {
            product += (i - middle) * (values[i] - mean);
            square += (i - middle) * (i - middle);
        }

        double slope = square > 0 ? product / square : 0, intercept = mean - slope * middle;
        for (int i = 0; i < values.Length; i++)
        {
            double rest = values[i] - intercept - slope * i;
            squares += rest * rest;
        }

        return new(intercept, slope, squares);
    }
}

/// <summary>Whether two lines tell a series better than one (Chow), at the place where they tell it best (Quandt, Andrews).</summary>
internal static class Chow
{
    /// <summary>More autocorrelation than this would let nothing be a break.</summary>
    private const double MostCorrelation = 0.9;

    /// <summary>Wald statistic of two lines that meet before <paramref name="index"/> against one, divided by the long-run variance of a first-order autocorrelation.</summary>
    /// <remarks>Of 300 made series of 55 steps without a break the largest over all places exceeded 15.56 in 1 % without and 5 % with an autocorrelation of 0.5.</remarks>
    public static double Statistic(ReadOnlySpan<double> values, int index)
    {
        double whole = ChowLine.Through(values).Squares;
        ReadOnlySpan<double> left = values[..index], right = values[index..];
        ChowLine before = ChowLine.Through(left), after = ChowLine.Through(right);
        double parts = before.Squares + after.Squares, noise = 1e-18 * SumOfSquares(values);
        if (whole <= noise) return 0; // one line tells it exactly
        parts = Math.Max(parts, noise);
        return (whole - parts) / (parts / (values.Length - 4)) / LongRun(left, before, right, after, parts);
    }

    /// <returns><c>null</c> when the part is too short for two.</returns>
    public static (int Index, double Statistic)? Largest(ReadOnlySpan<double> values, int shortest)
    {
        int edge = Math.Max(shortest, (int)Math.Ceiling(values.Length * 0.15));
        (int Index, double Statistic)? best = null;
        for (int index = edge; index <= values.Length - edge; index++)
            if (Statistic(values, index) is var statistic && (best is null || statistic > best.Value.Statistic)) best = (index, statistic);
        return best;
    }

    private static double LongRun(ReadOnlySpan<double> left, ChowLine before, ReadOnlySpan<double> right, ChowLine after, double squares)
    {
        double products = Products(left, before) + Products(right, after);
        // What a line leaves looks less correlated than it is, by about three divided by its length; here of two lines.
        double correlation = Math.Clamp(products / squares + 6.0 / (left.Length + right.Length), 0, MostCorrelation);
        return (1 + correlation) / (1 - correlation);
    }

    private static double Products(ReadOnlySpan<double> values, ChowLine line)
    {
        double sum = 0;
        for (int i = 1; i < values.Length; i++) sum += (values[i] - line.At(i)) * (values[i - 1] - line.At(i - 1));
        return sum;
    }

    private static double SumOfSquares(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value * value;
        return sum;
    }
}
