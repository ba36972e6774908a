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
