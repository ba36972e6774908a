using Ordo.Economy.Surveys;

namespace Ordo.Economy.Tests.Surveys;

public class DiffusionIndexTests
{
    [Fact]
    public void Half_of_the_unchanged_counts()
    {
        Assert.Equal(56m, DiffusionIndex.OfShares(30, 52));
        Assert.Equal(56m, DiffusionIndex.OfAnswers(30, 52, 18));
        Assert.Null(DiffusionIndex.OfAnswers(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiffusionIndex.OfShares(60, 52));
    }

    [Fact]
    public void The_national_PMI_turns_supplier_delivery_around() =>
        Assert.Equal(50.845m, DiffusionIndex.Pmi(new(52, 53.1m, 48.9m, 50.6m, 47.8m), PmiWeights.National));
}
