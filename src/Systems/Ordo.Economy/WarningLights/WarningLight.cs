namespace Ordo.Economy.WarningLights;

/// <summary>红黄绿浅蓝蓝灯, from overheated to overcooled; the number is the score.</summary>
public enum Light { Blue = 1, LightBlue = 2, Green = 3, Yellow = 4, Red = 5 }

/// <summary>Four limits between five lights, rising.</summary>
/// <param name="Blue">Below it: blue.</param>
/// <param name="LightBlue">Below it: light blue.</param>
/// <param name="Yellow">From it on: yellow.</param>
/// <param name="Red">From it on: red.</param>
public sealed record LightLimits(double Blue, double LightBlue, double Yellow, double Red)
{
    /// <summary>From the indicator's own history: mean ± 0.75 σ and mean ± 1.5 σ.</summary>
    public static LightLimits OfHistory(double mean, double deviation, double inner = 0.75, double outer = 1.5) =>
        new(mean - outer * deviation, mean - inner * deviation, mean + inner * deviation, mean + outer * deviation);

    /// <summary>From the indicator's own quantiles, by default 10, 30, 70 and 90 %.</summary>
    public static LightLimits OfQuantiles(IReadOnlyList<double> history, double blue = 0.1, double lightBlue = 0.3, double yellow = 0.7, double red = 0.9)
    {
        ArgumentOutOfRangeException.ThrowIfZero(history.Count);
        double[] sorted = [.. history.Order()];
        double At(double share)
        {
            double place = share * (sorted.Length - 1);
            int below = (int)place;
            return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
        }
        return new(At(blue), At(lightBlue), At(yellow), At(red));
    }

    public bool AreRising => Blue <= LightBlue && LightBlue <= Yellow && Yellow <= Red;
}

/// <param name="Sum">Of the scores.</param>
/// <param name="Index">100 = every indicator normal.</param>
/// <param name="FullShare">Percent of the highest possible sum.</param>
/// <param name="Light">Of the whole.</param>
public sealed record CompositeLight(int Sum, decimal Index, decimal FullShare, Light Light);

/// <summary>Which light a value lights, alone and together.</summary>
public static class WarningLight
{
    /// <param name="highIsBad">For energy intensity, stocks, loss-making share: the zones are mirrored, high is cold.</param>
    public static Light Of(double value, LightLimits limits, bool highIsBad = false)
    {
        Light light = value < limits.Blue ? Light.Blue : value < limits.LightBlue ? Light.LightBlue
            : value < limits.Yellow ? Light.Green : value < limits.Red ? Light.Yellow : Light.Red;
        return highIsBad ? (Light)(6 - (int)light) : light;
    }

    /// <summary>Index of the lights of several indicators, and its own light by the share of the full score.</summary>
    /// <param name="limits">Percent of the full score; by default those shipped (36, 50, 73, 85).</param>
    public static CompositeLight Composite(IReadOnlyList<Light> lights, LightLimits? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lights.Count);
        int sum = lights.Sum(light => (int)light);
        decimal share = sum * 100m / (5 * lights.Count);
        return new(sum, sum * 100m / (3 * lights.Count), share, Of((double)share, limits ?? LightRules.Shipped.Composite));
    }

    /// <summary>Months in a row, the latest included, with the light of the latest. Two in red or blue are a warning.</summary>
    public static int MonthsInBand(IReadOnlyList<Light> history) =>
        history.Count == 0 ? 0 : history.Reverse().TakeWhile(light => light == history[^1]).Count();

    /// <summary>Distance from the median in robust standard deviations (1.4826 · MAD); above 3.5 it is an outlier.</summary>
    /// <returns><c>null</c> when more than half of the history is one value: then nothing can be called unusual.</returns>
    public static double? RobustDistance(double value, IReadOnlyList<double> history)
    {
        if (history.Count == 0) return null;
        double median = Median(history), spread = Median([.. history.Select(x => Math.Abs(x - median))]);
        return spread > 0 ? (value - median) / (1.4826 * spread) : null;
    }

    private static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
