using FsCheck;
using FsCheck.Fluent;
using Ordo.Economy.Plans;

namespace Ordo.Economy.Tests.Plans;

/// <summary>Whether the parts of a target make the whole.</summary>
public class PlanPartsTests
{
    [Theory]
    [InlineData(100, 60, 40, PartsVerdict.Make, 0)]
    [InlineData(100, 60, 30, PartsVerdict.FallShort, -10)]
    [InlineData(100, 60, 60, PartsVerdict.Exceed, 20)]
    [InlineData(12000, 8000, 3999.5, PartsVerdict.Make, -0.5)] // rounding
    public void Parts_of_a_sum_are_added(double whole, double first, double second, PartsVerdict verdict, double difference)
    {
        PlanPartsCheck check = PlanParts.Check(PartsRule.Sum, (decimal)whole, [((decimal)first, null), ((decimal)second, null)]);
        Assert.Equal((verdict, (decimal)difference), (check.Verdict, check.Difference!.Value));
    }

    /// <summary>60 % of 30 enterprises and 50 % of 10 make 57.5 %.</summary>
    [Fact]
    public void Shares_count_by_their_weights()
    {
        PlanPartsCheck check = PlanParts.Check(PartsRule.WeightedMean, 60, [(60, 30), (50, 10)]);
        Assert.Equal((57.5m, PartsVerdict.FallShort), (check.Total!.Value, check.Verdict));
        Assert.Equal(PartsVerdict.CannotSay, PlanParts.Check(PartsRule.WeightedMean, 60, [(60, 30), (50, null)]).Verdict);
        Assert.Equal(PartsVerdict.CannotSay, PlanParts.Check(PartsRule.Sum, null, [(60, null)]).Verdict);
        Assert.Equal(PartsVerdict.FallShort, PlanParts.Check(PartsRule.Each, 100, [(100, null), (90, null)]).Verdict);
    }

    [Theory]
    [InlineData(TargetKind.Cumulative, PlanValueKind.Cumulative, PartsRule.Sum)]
    [InlineData(TargetKind.Ceiling, PlanValueKind.Level, PartsRule.Sum)]
    [InlineData(TargetKind.Ratio, PlanValueKind.Ratio, PartsRule.WeightedMean)]
    [InlineData(TargetKind.Falling, PlanValueKind.Reduction, PartsRule.WeightedMean)]
    [InlineData(TargetKind.YesNo, PlanValueKind.Binary, PartsRule.Each)]
    public void What_is_no_sum_is_not_added(TargetKind kind, PlanValueKind valueKind, PartsRule rule) => Assert.Equal(rule, PlanParts.RuleOf(kind, valueKind));

    [Fact]
    public void A_whole_cut_into_parts_is_made_by_them_whatever_the_cuts() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt[]>(),
        cuts => cuts.Length == 0 || PlanParts.Check(PartsRule.Sum, cuts.Sum(cut => (decimal)cut.Get), [.. cuts.Select(cut => ((decimal)cut.Get, (decimal?)null))]).Verdict == PartsVerdict.Make)
        .QuickCheckThrowOnFailure();
}
