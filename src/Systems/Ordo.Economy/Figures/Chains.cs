using System.Globalization;

namespace Ordo.Economy.Figures;

/// <param name="Industry">Prefix of a GB/T 4754 code.</param>
/// <param name="Weight">0…1: how much of such an enterprise counts for the chain.</param>
public sealed record ChainIndustry(string Industry, decimal Weight);

/// <param name="Code">Stable.</param>
/// <param name="Parent">Code of the chain it is part of; empty at the top.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Industries">Which enterprises count, and how much.</param>
public sealed record Chain(string Code, string Parent, string NameZh, string NameEn, IReadOnlyList<ChainIndustry> Industries);

/// <summary>Industry chains (产业链) as trees: an upper chain holds its lower ones, and an enterprise counts with the largest weight it has in any of them, never twice.</summary>
public static class Chains
{
    private static readonly Lazy<IReadOnlyList<Chain>> File = new(Read);

    public static IReadOnlyList<Chain> Shipped => File.Value;

    /// <summary>0 when it is no part of the chain.</summary>
    public static decimal WeightOf(IReadOnlyList<Chain> chains, string chain, string industry)
    {
        decimal weight = 0;
        foreach (Chain part in chains.Where(part => Belongs(chains, part, chain)))
        {
            // The longest prefix says it best: 3985 before 39.
            ChainIndustry? match = part.Industries.Where(each => industry.StartsWith(each.Industry, StringComparison.Ordinal)).MaxBy(each => each.Industry.Length);
            if (match is not null && match.Weight > weight) weight = match.Weight;
        }

        return weight;
    }

    private static bool Belongs(IReadOnlyList<Chain> chains, Chain part, string chain)
    {
        for (int depth = 0; depth <= chains.Count; depth++)
        {
            if (part.Code == chain) return true;
            if (chains.FirstOrDefault(other => other.Code == part.Parent) is not { } upper) return false;
            part = upper;
        }

        return false;
    }

    private static List<Chain> Read()
    {
        using Stream stream = typeof(Chains).Assembly.GetManifestResourceStream("chains.tsv") ?? throw new InvalidOperationException("The assembly lacks chains.tsv.");
        using var reader = new StreamReader(stream);
        List<Chain> chains = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#' || line.StartsWith("code\t", StringComparison.Ordinal)) continue;
            string[] cells = line.Split('\t');
            chains.Add(new(cells[0], cells[1], cells[2], cells[3], [.. cells[4].Split(' ').Select(pair => pair.Split(':'))
                .Select(pair => new ChainIndustry(pair[0], decimal.Parse(pair[1], CultureInfo.InvariantCulture)))]));
        }

        return chains;
    }
}
