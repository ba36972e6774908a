using Ordo.Economy.Indices;

namespace Ordo.Economy.Tests.Indices;

public class CompositeIndexTests
{
    private static readonly IndexComponent[] Components =
    [
        new("A", [100, 101.2, 100.8, 102, 103.1]),
        new("B", [50, 50.6, 50.1, 51, 50.7]),
        new("C", [3.20, 3.25, 3.15, 3.30, 3.40], IsRate: true),
    ];

    [Fact]
    public void The_worked_example_of_the_method()
    {
        CompositeResult result = CompositeIndex.Of(Components);
        Equal([0.77476, 1.34707, 0.10801], result.Deviations, 5);
        Equal([0.11431, 0.06575, 0.81994], result.Weights, 5);
        Equal([0.25578, -0.19255, 0.37533, 0.16582], result.Growth, 5);
        Equal([100, 100.2561, 100.0632, 100.4395, 100.6062], result.Levels, 4);
        Equal([100, 0, 100, 66.67], result.Diffusion, 2);
    }

    [Fact]
    public void A_missing_value_is_stood_in_for_by_the_others()
    {
        CompositeResult known = CompositeIndex.Of(Components);
        IndexComponent[] gappy = [.. Components.Select((c, i) => c with { Deviation = known.Deviations[i], Values = i == 1 ? [50, 50.6, null, 51, 50.7] : c.Values })];
        CompositeResult result = CompositeIndex.Of(gappy);
        Assert.Equal(known.Growth[0], result.Growth[0], 9);
        Assert.All(result.Growth, growth => Assert.True(double.IsFinite(growth)));
        Assert.Equal(known.Weights, result.Weights);
    }

    [Fact]
    public void A_floor_keeps_a_still_component_from_taking_all_the_weight()
    {
        Assert.True(CompositeIndex.Of(Components, smallestDeviation: 0.7).Weights[2] < 0.5);
        Assert.Throws<ArgumentException>(() => CompositeIndex.Of([new("still", [1, 1, 1, 1])]));
        Assert.Throws<ArgumentException>(() => CompositeIndex.Of([new("a", [1, 2, 3]), new("b", [1, 2])]));
    }

    [Fact]
    public void Rebased_the_base_year_averages_one_hundred() => Assert.Equal([80.0, 120.0, 160.0], CompositeIndex.Rebase([50, 75, 100], 0, 2));

    private static void Equal(double[] expected, IReadOnlyList<double> actual, int digits)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], digits);
    }
}
