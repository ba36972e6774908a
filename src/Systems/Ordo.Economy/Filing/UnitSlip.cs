namespace Ordo.Economy.Filing;

/// <param name="Factor">By how much the value is too large (10,000: 元 written where 万元 was asked) or too small (0.0001).</param>
/// <param name="Corrected">What was probably meant.</param>
/// <param name="Median">Of the history it was compared with.</param>
public sealed record UnitSlipFinding(decimal Factor, decimal Corrected, decimal Median);

/// <summary>Finds a value in the wrong unit, usually 元 for 万元, by its ratio to what the same enterprise reported before.</summary>
public static class UnitSlip
{
    /// <summary>千元/元 and t/kg, 万元/元 and 亿元/万元, 亿元/元. A factor of ten is left out: a bad year can do that.</summary>
    private static readonly decimal[] Factors = [10_000, 1_000, 100_000_000];

    /// <summary>Shortest history that says anything about the usual size.</summary>
    public const int ShortestHistory = 3;

    /// <summary>
    /// A slip is a value more than ten times outside everything before that lies, divided by the factor, within twice of it. So growth, even a doubling, is
    /// never taken for a slip.
    /// </summary>
    /// <returns><c>null</c> when the value is plausible, or when there is too little history to say.</returns>
    public static UnitSlipFinding? Find(decimal value, IReadOnlyList<decimal> history)
    {
        decimal[] sizes = [.. history.Select(Math.Abs).Where(size => size > 0).Order()];
        decimal size = Math.Abs(value);
        if (sizes.Length < ShortestHistory || size == 0) return null;
        if (size <= sizes[^1] * 10 && size >= sizes[0] / 10) return null;

        decimal median = (sizes[(sizes.Length - 1) / 2] + sizes[sizes.Length / 2]) / 2;
        return Factors.SelectMany(factor => new[] { factor, 1 / factor })
            .Where(factor => size / factor <= sizes[^1] * 2 && size / factor >= sizes[0] / 2)
            .OrderBy(factor => Math.Abs(Math.Log10((double)(size / factor / median))))
            .Select(factor => new UnitSlipFinding(factor, value / factor, median))
            .FirstOrDefault();
    }
}
