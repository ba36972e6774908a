namespace Ordo.Economy.Indices;

/// <param name="Name">For people.</param>
/// <param name="Values">In order of time; <c>null</c> where one is missing.</param>
/// <param name="IsRate">A rate or spread changes by difference, a level by its symmetric percentage.</param>
/// <param name="Deviation">Standard deviation of the changes over the fixed window, when it was frozen; otherwise that of these values.</param>
public sealed record IndexComponent(string Name, IReadOnlyList<double?> Values, bool IsRate = false, double? Deviation = null);

/// <param name="Deviations">Of each component's changes.</param>
/// <param name="Weights">Standardisation factors, summing to 1.</param>
/// <param name="Growth">Of the index from one period to the next.</param>
/// <param name="Levels">One more than <paramref name="Growth"/>: starts at 100.</param>
/// <param name="Diffusion">Percent of components that rise, one value a change.</param>
public sealed record CompositeResult(
    IReadOnlyList<double> Deviations, IReadOnlyList<double> Weights, IReadOnlyList<double> Growth, IReadOnlyList<double> Levels, IReadOnlyList<double> Diffusion);

/// <summary>Composite index by the method of the Conference Board: symmetric changes, made equally volatile, summed and cumulated.</summary>
public static class CompositeIndex
{
    /// <summary>A component that rose by no more than this (percent) neither rose nor fell.</summary>
    public const double Unchanged = 0.05;

    /// <param name="smallestDeviation">Floor for the deviation, because a component that hardly moves would otherwise take all the weight.</param>
    /// <exception cref="ArgumentException">No components, unequal lengths, fewer than three periods, or a component that never moves.</exception>
    public static CompositeResult Of(IReadOnlyList<IndexComponent> components, double smallestDeviation = 0)
    {
        if (components.Count == 0) throw new ArgumentException("At least one component is needed.", nameof(components));
        int periods = components[0].Values.Count;
        if (periods < 3 || components.Any(c => c.Values.Count != periods))
            throw new ArgumentException("Every component needs the same number of periods, at least three.", nameof(components));

        double?[][] changes = [.. components.Select(Changes)];
        double[] deviations = [.. components.Select((c, i) => Math.Max(c.Deviation ?? Deviation(changes[i]), smallestDeviation))];
        if (deviations.Any(d => !(d > 0))) throw new ArgumentException("A component that never moves has no weight; leave it out or set a smallest deviation.", nameof(components));
        double inverse = deviations.Sum(d => 1 / d);
        double[] weights = [.. deviations.Select(d => 1 / d / inverse)];

        List<double> growth = [], levels = [100], diffusion = [];
        for (int t = 0; t < periods - 1; t++)
        {
            double step = Weighted(changes, weights, t);
            growth.Add(step);
            levels.Add(levels[^1] * (200 + step) / (200 - step));
            diffusion.Add(Rising(components, t));
        }
        return new(deviations, weights, growth, levels, diffusion);
    }

    /// <summary>Index whose average over the base periods is 100.</summary>
    public static IReadOnlyList<double> Rebase(IReadOnlyList<double> levels, int first, int count)
    {
        double average = levels.Skip(first).Take(count).Average();
        return [.. levels.Select(level => level * 100 / average)];
    }

    /// <summary>Standard deviation of a component's changes; 0 with fewer than two of them.</summary>
    public static double DeviationOf(IndexComponent component) => Deviation(Changes(component));

    private static double?[] Changes(IndexComponent component)
    {
        double?[] changes = new double?[component.Values.Count - 1];
        for (int t = 0; t < changes.Length; t++)
        {
            if (component.Values[t] is not { } before || component.Values[t + 1] is not { } now) continue;
            changes[t] = component.IsRate ? now - before : now + before == 0 ? null : 200 * (now - before) / (now + before);
        }
        return changes;
    }

    /// <summary>The mean of those that are known stands in for one that is missing.</summary>
    private static double Weighted(double?[][] changes, double[] weights, int t)
    {
        double sum = 0, known = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (changes[i][t] is not { } change) continue;
            sum += weights[i] * change;
            known += weights[i];
        }
        return known > 0 ? sum / known : 0;
    }

    private static double Rising(IReadOnlyList<IndexComponent> components, int t)
    {
        double[] scores = [.. components.Where(c => c.Values[t] is not null && c.Values[t + 1] is not null).Select(c =>
        {
            double before = c.Values[t]!.Value, percent = before == 0 ? 0 : (c.Values[t + 1]!.Value / before - 1) * 100 * Math.Sign(before);
            return percent > Unchanged ? 1.0 : percent < -Unchanged ? 0 : 0.5;
        })];
        return scores.Length == 0 ? 50 : scores.Average() * 100;
    }

    private static double Deviation(double?[] changes)
    {
        double[] known = [.. changes.OfType<double>()];
        if (known.Length < 2) return 0;
        double mean = known.Average();
        return Math.Sqrt(known.Sum(x => (x - mean) * (x - mean)) / (known.Length - 1));
    }
}
