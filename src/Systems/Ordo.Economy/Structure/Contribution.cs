namespace Ordo.Economy.Structure;

/// <summary>One part of a total in two periods, at constant prices.</summary>
public readonly record struct PartChange(string Name, decimal Base, decimal Current);

/// <param name="Name">Of the part.</param>
/// <param name="Growth">Own growth in percent; <c>null</c> without a positive base.</param>
/// <param name="Pull">拉动: percentage points of the total's growth.</param>
/// <param name="Share">贡献率: percent of the total's growth; <c>null</c> where it means nothing.</param>
public readonly record struct PartContribution(string Name, decimal? Growth, decimal Pull, decimal? Share);

/// <param name="Growth">Of the total, percent.</param>
public sealed record Contributions(decimal Growth, IReadOnlyList<PartContribution> Parts);

/// <summary>Which part makes how much of a growth.</summary>
public static class Contribution
{
    /// <summary>Below this growth of the total (percentage points) a contribution is noise over nothing, and only the pull is told.</summary>
    public const decimal SmallestGrowth = 0.1m;

    /// <summary>From the parts' levels.</summary>
    /// <exception cref="ArgumentException">The parts' bases do not add up to something positive.</exception>
    public static Contributions Of(IReadOnlyList<PartChange> parts)
    {
        decimal total = parts.Sum(part => part.Base);
        if (total <= 0) throw new ArgumentException("The base of the total must be positive.", nameof(parts));
        decimal growth = parts.Sum(part => part.Current - part.Base) / total * 100;
        return new(growth, [.. parts.Select(part => Part(part.Name, Economy.Growth.GrowthRate.Of(part.Current, part.Base), (part.Current - part.Base) / total * 100, growth))]);
    }

    /// <summary>From shares in the base period and growth rates, both in percent.</summary>
    public static Contributions OfRates(IReadOnlyList<(string Name, decimal BaseShare, decimal Growth)> parts)
    {
        decimal growth = parts.Sum(part => part.BaseShare * part.Growth) / 100;
        return new(growth, [.. parts.Select(part => Part(part.Name, part.Growth, part.BaseShare * part.Growth / 100, growth))]);
    }

    /// <summary>Pull in points from a published contribution and total growth.</summary>
    public static decimal PullOf(decimal contributionPercent, decimal totalGrowth) => contributionPercent / 100 * totalGrowth;

    /// <summary>Share in the base period, percent, that a pull and a part's own growth imply.</summary>
    public static decimal? ImpliedBaseShare(decimal pull, decimal growth) => growth == 0 ? null : pull / growth * 100;

    /// <summary>
    /// With three parts, one share known: the share of the first that reproduces a published total. Tests a table of structure; nothing to publish.
    /// </summary>
    /// <returns><c>null</c> when first and second grow alike, or when no share between 0 and the rest does it.</returns>
    public static decimal? ShareThatReproduces(decimal total, decimal first, decimal second, decimal third, decimal thirdShare)
    {
        if (first == second) return null;
        decimal rest = 100 - thirdShare, share = (total * 100 - thirdShare * third - rest * second) / (first - second);
        return share >= 0 && share <= rest ? share : null;
    }

    private static PartContribution Part(string name, decimal? growth, decimal pull, decimal total) =>
        new(name, growth, pull, total >= SmallestGrowth ? pull / total * 100 : null);
}
