using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;
using Ordo.Economy.Settings;
using Ordo.Economy.Tests.Figures;
using Ordo.Economy.WarningLights;

namespace Ordo.Economy.Tests.WarningLights;

public sealed class LightBoardTests
{
    private static readonly Period Newest = Period.Step(2026, 10);

    /// <summary>Four enterprises since January 2022: output with a season, growth of 4 % that wavers, and what the test adds in the newest month.</summary>
    private static FigureReader Park(decimal newestFactor = 1, int missing = 0)
    {
        SmallSnapshot park = new((1, "3216"), (1, "3120"), (2, "2614"), (2, "3232"));
        for (Period step = Period.Step(2022, 2); step <= Newest; step = step.NextStep)
        {
            for (int i = 0; i < 4 - (step == Newest ? missing : 0); i++)
            {
                decimal output = (decimal)((100 + i * 10) * Math.Pow(1.04, step.Year - 2022 + step.Last / 12.0) * (step.First == 1 ? 1.8 : 1) * (1 + 0.03 * Math.Sin(step.Ordinal * 0.9 + i))) * (step == Newest ? newestFactor : 1);
                park.File(i, step.ToString(), 1, $"{step.Year + (step.Last == 12 ? 1 : 0)}-{step.Last % 12 + 1:00}-10", ("GOV", output), ("SALES", output * 0.98m), ("ORDERS", output * (2 + i)), ("STAFF", 200), ("FGOODS", output * 0.4m));
            }
        }

        return park.Open();
    }

    private static LightBoard Board(FigureReader reader) => LightBoard.Of(reader, SmallSnapshot.Park, Newest, [Newest]);

    private static LightRow Row(LightBoard board, string code) => board.Lights.Single(row => row.Code == code);

    [Fact]
    public void A_slump_is_blue_and_says_by_which_limits()
    {
        LightRow output = Row(Board(Park(0.7m)), "GOV");
        Assert.Equal((Light.Blue, LightMeasure.Growth, false), (output.Light, output.Measure, output.IsFixed));
        Assert.True(output.Value < output.Limits!.Blue);
        Assert.Equal(output.Mean!.Value - 1.5 * output.Deviation!.Value, output.Limits.Blue, 9);
        Assert.Equal((1, false), (output.MonthsInBand, output.IsWarning));
        Assert.NotEqual(Light.Blue, Row(Board(Park()), "GOV").Light);
    }

    [Fact]
    public void The_month_that_is_judged_does_not_move_its_own_limits() =>
        Assert.Equal(Row(Board(Park()), "GOV").Limits, Row(Board(Park(0.2m)), "GOV").Limits);

    [Fact]
    public void A_history_that_never_changes_makes_no_limits()
    {
        FigureReader reader = Park();
        LightRules rules = reader.Snapshot.Rules.Lights with { Lights = [new("PSR", LightMeasure.Value)] };
        EconomySnapshot snapshot = new(reader.Snapshot.Rules with { Lights = rules }, reader.Snapshot.Areas, reader.Snapshot.Enterprises, reader.Snapshot.Facts, []);
        LightRow ratio = Board(new(snapshot, snapshot.Latest, null)).Lights.Single();
        Assert.Equal((null, null, false), (ratio.Light, ratio.Limits, string.IsNullOrEmpty(ratio.Reason)));
    }

    [Fact]
    public void Fixed_limits_hold_where_policy_sets_them()
    {
        LightRow ratio = Row(Board(Park()), "PSR");
        Assert.Equal((98m, Light.Green, true), ((decimal)Math.Round(ratio.Value!.Value, 6), ratio.Light, ratio.IsFixed));
    }

    [Fact]
    public void Where_nothing_is_known_there_is_a_reason_and_no_light()
    {
        LightBoard board = Board(Park());
        LightRow profit = Row(board, "PROFIT");
        Assert.Equal((null, null), (profit.Light, profit.Value));
        Assert.False(string.IsNullOrEmpty(profit.Reason));
        // Output, sales, orders and the ratio are lit: fewer than five make no whole.
        Assert.Equal((null, false), (board.Composite, string.IsNullOrEmpty(board.Reason)));
    }

    [Fact]
    public void A_whole_is_made_of_enough_lights()
    {
        FigureReader reader = Park();
        LightRules rules = reader.Snapshot.Rules.Lights with { FewestLights = 3 };
        EconomySnapshot snapshot = new(reader.Snapshot.Rules with { Lights = rules }, reader.Snapshot.Areas, reader.Snapshot.Enterprises, reader.Snapshot.Facts, []);
        LightBoard board = Board(new(snapshot, snapshot.Latest, null));
        int sum = board.Lights.Sum(row => (int?)row.Light ?? 0), count = board.Lights.Count(row => row.Light is not null);
        Assert.Equal((sum * 100m / (3 * count), count), (board.Composite!.Index, board.Composite.Count));
        Assert.Equal(Newest.ToString(), board.Composites[^1].Period);
    }

    [Fact]
    public void Indices_are_made_of_what_moves_and_name_what_is_left_out()
    {
        LightBoard board = Board(Park());
        IndexSeries coincident = board.Indices.Single(index => index.Code == "coincident");
        Assert.Equal(["GOV", "SALES"], coincident.Components.Where(part => part.Weight is not null).Select(part => part.Code));
        Assert.Equal(1, coincident.Components.Sum(part => part.Weight ?? 0), 9);
        Assert.All(coincident.Components.Where(part => part.Weight is null), part => Assert.False(string.IsNullOrEmpty(part.Reason)));
        Assert.Equal(100, coincident.Points.Take(StepSeries.AYear).Average(point => point.Level), 9);
        Assert.True(coincident.Points[^1].Level > 108, "four years of 4 %");
        Assert.All(coincident.Points.Skip(1), point => Assert.InRange(point.Growth!.Value, -15, 15)); // the double step of January and February is gone
        Assert.Empty(board.Indices.Single(index => index.Code == "lagging").Points);
    }

    [Fact]
    public void A_month_that_is_not_complete_is_not_a_fall()
    {
        Indicator output = Park().Snapshot.Rules.Catalogue.Find("GOV")!;
        var series = StepSeries.Read(Park(missing: 1), output, new(SmallSnapshot.Park), Newest, 100, 95);
        Assert.Equal((Period.Step(2026, 9), 52), (series.Values[^1].Period, series.Values.Count));
        Assert.Equal(new IncompleteStep("2026-10", 3, 4), Assert.Single(series.Incomplete));
        Assert.Empty(StepSeries.Read(Park(), output, new(SmallSnapshot.Park), Newest, 100, 95).Incomplete);
    }

    [Fact]
    public void Shipped_limits_have_no_fault_and_wrong_ones_are_named()
    {
        EconomyRules rules = EconomyRules.Shipped;
        Assert.Empty(rules.Lights.Faults(rules.Catalogue));
        LightRules wrong = rules.Lights with { Lights = [new("NOSUCH", LightMeasure.Value), new("GOV", LightMeasure.Growth, new(5, 4, 3, 2))], Outer = 0.5, Indices = [new("leading", "先行", "Leading", ["DIG"])] };
        Assert.Equal(["outer", "lights.NOSUCH", "lights.GOV", "indices.leading.DIG"], wrong.Faults(rules.Catalogue).Select(fault => fault.Field));
    }
}
