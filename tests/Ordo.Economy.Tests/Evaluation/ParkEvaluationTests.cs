using Ordo.Economy.Evaluation;

namespace Ordo.Economy.Tests.Evaluation;

/// <summary>Four parks: output per 亩, tax per 亩, share of research, energy per output (low is good).</summary>
public class ParkEvaluationTests
{
    private static readonly double[][] Parks = [[78, 6.2, 1.1, 0.62], [55, 4.1, 0.8, 0.95], [102, 5.0, 0.5, 1.40], [41, 2.6, 1.6, 0.48]];
    private static readonly double[] Weights = [35, 30, 15, 20];
    private static readonly bool[] LowIsGood = [false, false, false, true];

    [Fact]
    public void Expert_weights()
    {
        double[][] scaled = ParkEvaluation.MinMax(Parks, LowIsGood);
        Equal([0.6066, 1, 0.5455, 0.8478], scaled[0], 4);
        Equal([0.2295, 0.4167, 0.2727, 0.4891], scaled[1], 4);
        Equal([1, 0.6667, 0, 0], scaled[2], 4);
        Equal([0, 0, 1, 1], scaled[3], 4);
        Equal([76.37, 34.41, 55.00, 35.00], ParkEvaluation.Scores(scaled, Weights), 2);
    }

    [Fact]
    public void Entropy_weights_rank_differently()
    {
        double[][] scaled = ParkEvaluation.MinMax(Parks, LowIsGood);
        (double[] entropy, double[] weights) = ParkEvaluation.EntropyWeights(scaled);
        Equal([0.6902, 0.7493, 0.7030, 0.7635], entropy, 4);
        Equal([0.2832, 0.2291, 0.2715, 0.2162], weights, 4);
        Equal([73.23, 34.03, 43.60, 48.77], ParkEvaluation.Scores(scaled, weights), 2);
    }

    [Fact]
    public void Topsis() => Equal([0.7153, 0.3424, 0.5592, 0.4005], ParkEvaluation.Topsis(Parks, Weights, LowIsGood), 4);

    [Fact]
    public void Parks_that_are_alike_are_not_told_apart()
    {
        double[][] same = [[1, 2], [1, 2]];
        double[][] scaled = ParkEvaluation.MinMax(same, [false, true]);
        Equal([100, 100], ParkEvaluation.Scores(scaled, [1, 1]), 9);
        Equal([0.5, 0.5], ParkEvaluation.EntropyWeights(scaled).Weights, 9);
        Equal([1, 1], ParkEvaluation.Topsis(same, [1, 1], [false, true]), 9);
    }

    private static void Equal(double[] expected, double[] actual, int digits)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], digits);
    }
}
