using Ordo.Economy.Plans;

namespace Ordo.Economy.Tests.Plans;

/// <summary>The shipped figures, and where the targets stand by them.</summary>
public class PlanBoardTests
{
    private static readonly IReadOnlyList<PlanBoardRow> Board = PlanBoard.Of(PlanCatalogue.All, new(2026, 1, 1), new());

    private static PlanBoardRow Of(string id) => Board.Single(row => row.Target.Id == id);

    [Fact]
    public void Every_figure_has_an_identity_and_a_source()
    {
        Assert.Equal(673, PlanCatalogue.All.Count);
        Assert.Equal(673, PlanCatalogue.All.Select(value => value.Id).Distinct().Count());
        Assert.All(PlanCatalogue.All, value => Assert.True(value.Source.Length > 0 && value.Section.Length > 0, value.Id));
        Assert.Equal(3, PlanCatalogue.All.Count(value => value.Value is null));
        Assert.Equal("IM.DIG.EQUIPRATE", PlanCatalogue.All.Single(value => value.Id == "IM.DIG.EQUIPRATE.2025.T").Code);
    }

    [Fact]
    public void The_main_table_has_its_sixteen_targets() =>
        Assert.Equal(16, Board.Count(row => row.Target.Source == PlanCatalogue.PlanTitle && row.Target.Section == PlanCatalogue.MainTable));

    [Theory]
    [InlineData("IM.DIG.EQUIPRATE.2025.T", 21.21, PlanStatus.AtRisk)]
    [InlineData("IM.DC.SERVERS.2025.T", 77.78, PlanStatus.Ahead)]
    [InlineData("IM.NET.5G.2025.T", 250, PlanStatus.Done)]
    [InlineData("IM.DIG.PLATFORMS.2025.T", 110.53, PlanStatus.Done)]
    public void A_target_stands_where_the_published_figures_put_it(string id, double progress, PlanStatus status)
    {
        PlanBoardRow row = Of(id);
        Assert.Equal(new DateOnly(2023, 12, 31), row.AsOf);
        Assert.Equal((decimal)progress, row.Assessment.Progress!.Value, 2);
        Assert.Equal(status, row.Assessment.Status);
    }

    [Theory]
    [InlineData("IM.ENERGY.IVAINTENSITY.2025.T", PlanStatus.TargetNotSet)] // set by the State later
    [InlineData("IM.INV.IND5Y.2025.T", PlanStatus.NoData)] // the sum of another five years says nothing
    [InlineData("IM.IVA.AVGGROWTH.2025.T", PlanStatus.NoData)]
    [InlineData("IM.INV.TOTALGROWTH.2024.T", PlanStatus.Missed)] // 13.6 of about 15
    [InlineData("IM.IVA.GROWTH.2024.T", PlanStatus.NoData)] // 2023 is another year
    public void What_the_documents_do_not_say_is_not_made_up(string id, PlanStatus status) => Assert.Equal(status, Of(id).Assessment.Status);

    [Theory]
    [InlineData("IM.CAP.STEEL.2025.T", TargetKind.Ceiling)] // a cap, although it is printed like a target
    [InlineData("IM.DC.PUE.2025.T", TargetKind.Falling)] // a level that falls, no cut in percent
    [InlineData("IM.WATER.IVAINTENSITY.2025.T", TargetKind.Falling)]
    [InlineData("IM.PARK.MUOUTPUTGROWTH.2025.T", TargetKind.Rising)] // growth since 2020, no yearly mean
    [InlineData("IM.IVA.AVGGROWTH.2025.T", TargetKind.MeanGrowth)]
    [InlineData("IM.INV.TOTALGROWTH.2024.T", TargetKind.Rising)]
    [InlineData("IM.MINE.GREEN.2025.T", TargetKind.YesNo)]
    public void A_target_is_judged_by_the_rule_of_its_kind(string id, TargetKind kind) => Assert.Equal(kind, Of(id).Kind);

    [Theory]
    [InlineData("IM.PARK.SMARTCOVER.2025.T", 63.86, PlanStatus.OnTrack, false)] // 53 of 83, never the pass rate of 96 %
    [InlineData("IM.DIG.WORKSHOP.2025.T", 142.5, PlanStatus.Done, false)]
    [InlineData("IM.DIG.SMARTFACTORY.2025.T", 233.33, PlanStatus.Done, false)]
    [InlineData("IM.GREEN.FACTORY.NEW.2025.T", 134, PlanStatus.Done, true)]
    [InlineData("IM.GREEN.PARK.NEW.2025.T", 26.67, PlanStatus.NoData, true)] // one year of five proves no delay
    [InlineData("IM.ENT.HITECH.2025.T", 31.4, PlanStatus.NoData, true)]
    [InlineData("IM.ENT.TECHSME.2025.T", 47.5, PlanStatus.NoData, true)]
    [InlineData("IM.INV.IND5Y.2025.T", 43.33, PlanStatus.NoData, true)]
    public void Figures_of_another_code_are_joined_only_by_a_named_rule(string id, double progress, PlanStatus status, bool isAtLeast)
    {
        PlanBoardRow row = Of(id);
        Assert.NotNull(row.Derivation);
        Assert.Equal((decimal)progress, row.Assessment.Progress!.Value, 2);
        Assert.Equal((status, isAtLeast), (row.Assessment.Status, row.Assessment.IsLowerBound));
        Assert.Contains(PlanRemarks.All, remark => remark.Code == row.Target.Code); // and the page says so
    }

    [Fact]
    public void A_mean_growth_is_judged_only_when_every_year_is_known()
    {
        PlanValue growth = PlanCatalogue.All.Single(value => value.Id == "IM.IVA.GROWTH.2023.A");
        PlanValue Year(int year, decimal value) => growth with { Id = $"IM.IVA.GROWTH.{year}.A.9", Year = year, Period = $"{year}", Value = value };
        PlanBoardRow Mean(params PlanValue[] more) =>
            PlanBoard.Of([.. PlanCatalogue.All, .. more], new(2026, 1, 1), new()).Single(row => row.Target.Id == "IM.IVA.AVGGROWTH.2025.T");
        Assert.Equal(PlanStatus.NoData, Mean().Assessment.Status);
        Assert.Equal(PlanStatus.NoData, Mean(Year(2022, 8.2m)).Assessment.Status);
        PlanBoardRow known = Mean(Year(2021, 8.1m), Year(2022, 8.2m));
        Assert.Equal(PlanStatus.Ahead, known.Assessment.Status);
        Assert.Equal(3.2134m, known.Assessment.RequiredPerYear!.Value, 4);
        Assert.Equal([2024, 2025], known.Outcome.Years.Select(year => year.Year));
    }

    [Fact]
    public void Yearly_flows_make_a_sum_only_without_a_gap()
    {
        PlanValue target = PlanCatalogue.All.Single(value => value.Id == "IM.INV.IND5Y.2025.T");
        PlanValue Flow(int year, decimal value) => target with { Id = $"{target.Code}.{year}.A", Year = year, Period = $"{year}", Value = value, Type = PlanValueType.Actual };
        PlanBoardRow Sum(params PlanValue[] flows) => PlanBoard.Of([target, .. flows], new(2026, 1, 1), new()).Single();
        Assert.Equal(PlanStatus.NoData, Sum(Flow(2022, 2500)).Assessment.Status);
        PlanBoardRow sum = Sum(Flow(2021, 2200), Flow(2022, 2500), Flow(2023, 2400));
        Assert.Equal((7100m, PlanStatus.AtRisk), (sum.Actual!.Value, sum.Assessment.Status));
        Assert.Equal(2450m, sum.Assessment.RequiredPerYear);
        Assert.Equal([0m, 2200m, 4700m, 7100m], sum.Series.Select(point => point.Value));
        Assert.True(sum.Outcome.Probability is > 0 and < 100);
    }

    [Fact]
    public void Every_remark_and_every_join_speaks_of_a_known_code()
    {
        HashSet<string> codes = [.. PlanCatalogue.All.Select(value => value.Code)];
        Assert.All(PlanRemarks.All, remark => Assert.All(remark.Related.Append(remark.Code), code => Assert.Contains(code, codes)));
        Assert.True(PlanRemarks.All.Count >= 20);
    }

    [Fact]
    public void A_figure_is_not_known_before_its_year_is_over() =>
        Assert.Equal(PlanStatus.NoData, PlanBoard.Of(PlanCatalogue.All, new(2023, 6, 30), new()).Single(row => row.Target.Id == "IM.DIG.EQUIPRATE.2025.T").Assessment.Status);

    [Fact]
    public void Restatements_are_no_second_targets()
    {
        Assert.DoesNotContain(Board, row => row.Target.Id == "IM.WATER.IVAINTENSITY.TXT.2025.T");
        Assert.All(Board, row => Assert.Equal(row.Target.Id, Of(row.Target.Id).Target.Id));
    }

    [Theory]
    [InlineData("IM.X.2025.T\ttoo few columns")]
    [InlineData("IM.X.2025.T\ta\tc\tz\te\t%\tlevel\t2025\t1\ttarget\tmaybe\t2025\ts\tx\t")]
    public void A_row_that_is_not_understood_is_refused(string line) => Assert.Throws<FormatException>(() => PlanCatalogue.Parse(line));
}
