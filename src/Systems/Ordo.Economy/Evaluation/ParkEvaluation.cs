namespace Ordo.Economy.Evaluation;

/// <summary>Ranks parks by several indicators. Weights and their method are fixed before the year starts: expert and entropy weights rank differently.</summary>
public static class ParkEvaluation
{
    /// <summary>Each indicator to 0…1 between the worst and the best park; mirrored where low is good.</summary>
    /// <param name="values">One row a park, one column an indicator.</param>
    /// <param name="lowIsGood">One value an indicator.</param>
    public static double[][] MinMax(IReadOnlyList<IReadOnlyList<double>> values, IReadOnlyList<bool> lowIsGood)
    {
        double[][] scaled = [.. values.Select(row => new double[row.Count])];
        for (int j = 0; j < lowIsGood.Count; j++)
        {
            double low = values.Min(row => row[j]), high = values.Max(row => row[j]);
            for (int i = 0; i < scaled.Length; i++)
            {
                double share = high > low ? (values[i][j] - low) / (high - low) : 1; // all alike: nobody is worse
                scaled[i][j] = lowIsGood[j] && high > low ? 1 - share : share;
            }
        }
        return scaled;
    }

    /// <summary>Weighted sum of scaled values, 0…100.</summary>
    /// <param name="weights">Any positive numbers; their share of the sum counts.</param>
    public static double[] Scores(double[][] scaled, IReadOnlyList<double> weights) =>
        [.. scaled.Select(row => 100 * row.Select((value, j) => value * weights[j]).Sum() / weights.Sum())];

    /// <summary>Entropy of each indicator (0…1) and the weights that follow: what tells parks apart weighs more.</summary>
    public static (double[] Entropy, double[] Weights) EntropyWeights(double[][] scaled)
    {
        int parks = scaled.Length, indicators = scaled[0].Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(parks, 2);
        double[] entropy = new double[indicators];
        for (int j = 0; j < indicators; j++)
        {
            double sum = scaled.Sum(row => row[j]);
            double chaos = sum == 0 ? Math.Log(parks) : -scaled.Select(row => row[j] / sum).Where(p => p > 0).Sum(p => p * Math.Log(p));
            entropy[j] = chaos / Math.Log(parks);
        }
        double spread = entropy.Sum(e => 1 - e);
        return (entropy, [.. entropy.Select(e => spread > 0 ? (1 - e) / spread : 1.0 / indicators)]);
    }

    /// <summary>TOPSIS: nearness to the best and distance from the worst of every indicator, 0…1.</summary>
    public static double[] Topsis(IReadOnlyList<IReadOnlyList<double>> values, IReadOnlyList<double> weights, IReadOnlyList<bool> lowIsGood)
    {
        int indicators = weights.Count;
        double total = weights.Sum();
        double[] lengths = [.. Enumerable.Range(0, indicators).Select(j => Math.Sqrt(values.Sum(row => row[j] * row[j])))];
        double[][] weighted = [.. values.Select(row => row.Select((value, j) => lengths[j] == 0 ? 0 : weights[j] / total * value / lengths[j]).ToArray())];
        double[] high = [.. Enumerable.Range(0, indicators).Select(j => weighted.Max(row => row[j]))], low = [.. Enumerable.Range(0, indicators).Select(j => weighted.Min(row => row[j]))];
        double Distance(double[] row, bool toBest) => Math.Sqrt(row.Select((value, j) => value - (lowIsGood[j] == toBest ? low[j] : high[j])).Sum(d => d * d));
        return [.. weighted.Select(row => (Best: Distance(row, true), Worst: Distance(row, false))).Select(d => d.Best + d.Worst > 0 ? d.Worst / (d.Best + d.Worst) : 1)];
    }
}
