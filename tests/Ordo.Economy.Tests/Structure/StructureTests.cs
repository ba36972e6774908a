using Ordo.Economy.Structure;

namespace Ordo.Economy.Tests.Structure;

public class StructureTests
{
    [Fact]
    public void Pulls_sum_to_the_growth_and_contributions_to_the_whole()
    {
        Contributions result = Contribution.OfRates([("采矿业", 40, 2.1m), ("制造业", 45, 11.7m), ("电力、热力、燃气及水生产和供应业", 15, 16.3m)]);
        Assert.Equal(8.55m, result.Growth);
        Assert.Equal([0.84m, 5.265m, 2.445m], result.Parts.Select(part => part.Pull));
        Assert.Equal([9.825m, 61.579m, 28.596m], result.Parts.Select(part => Math.Round(part.Share!.Value, 3)));
        Assert.Equal(100, result.Parts.Sum(part => part.Share!.Value), 6);
    }

    [Fact]
    public void Levels_and_rates_tell_the_same()
    {
        Contributions result = Contribution.Of([new("a", 40, 40.84m), new("b", 45, 50.265m), new("c", 15, 17.445m)]);
        Assert.Equal(8.55m, result.Growth);
        Assert.Equal([0.84m, 5.265m, 2.445m], result.Parts.Select(part => part.Pull));
        Assert.Equal(11.7m, result.Parts[1].Growth);
    }

    [Theory]
    [InlineData(90, 110)] // the total falls
    [InlineData(100.05, 100)] // hardly moves
    public void Without_growth_only_the_pull_is_told(double current, double before)
    {
        Contributions result = Contribution.Of([new("a", (decimal)before, (decimal)current), new("b", 100, 100)]);
        Assert.All(result.Parts, part => Assert.Null(part.Share));
        Assert.Equal(result.Growth, result.Parts.Sum(part => part.Pull));
    }

    [Fact]
    public void Published_figures_can_be_turned_around_and_checked()
    {
        decimal pull = Contribution.PullOf(88.5m, 13.6m);
        Assert.Equal(12.036m, pull);
        Assert.Equal(72.5m, Contribution.ImpliedBaseShare(pull, 16.6m)!.Value, 1);
        Assert.Equal(50.54m, Contribution.ShareThatReproduces(7.4m, 2.1m, 11.7m, 16.3m, 12)!.Value, 2);
        Assert.Null(Contribution.ShareThatReproduces(70, 2.1m, 11.7m, 16.3m, 12)); // no structure gives that
    }

    [Fact]
    public void Yield_depends_on_which_land_is_meant()
    {
        // 1.2 万亿元 over the planned 5077.8 km²; the published 55 万元/亩 belongs to other land.
        Assert.Equal(15.755m, Efficiency.PerMu(120_000_000m, 5077.8m * 1_000_000)!.Value, 3);
        Assert.Equal(1454.5m, Efficiency.ImpliedSquareKilometres(120_000_000m, 55)!.Value, 1);
        Assert.Equal(666.667m, Efficiency.SquareMetresPerMu, 3);
        Assert.Null(Efficiency.PerMu(1, 0));
    }

    [Fact]
    public void Ratios_have_no_value_without_a_denominator()
    {
        Assert.Equal(98.8m, Efficiency.OutputSalesRatio(988, 1000));
        Assert.Equal(104m, Efficiency.OutputSalesRatio(1040, 1000)); // sold from stock
        Assert.Equal(50m, Efficiency.LabourProductivity(10_000, 200));
        Assert.Null(Efficiency.OutputSalesRatio(1, 0));
        Assert.Null(Efficiency.LabourProductivity(1, 0));
    }

    [Fact]
    public void Concentration_and_location_quotient()
    {
        Assert.Equal([50m, 30m, 20m], Concentration.Shares([50, 30, 20]));
        Assert.Equal(80m, Concentration.Ratio([20, 50, 30], 2));
        Assert.Equal(3800m, Concentration.Herfindahl([50, 30, 20]));
        Assert.Equal(2m, Concentration.LocationQuotient(30, 100, 150, 1000));
        Assert.Null(Concentration.Shares([0, 0]));
        Assert.Null(Concentration.LocationQuotient(30, 100, 0, 1000));
    }
}
