using Ordo.Economy.Figures;
using Ordo.Economy.Filing;

namespace Ordo.Economy.Tests.Figures;

public sealed class FigureReaderTests
{
    private static readonly CellKey Park = new(SmallSnapshot.Park);

    private static Period P(string text) => Period.TryParse(text, out Period period) ? period : throw new ArgumentException(text);

    [Fact]
    public void Growth_compares_the_same_enterprises()
    {
        // This year 500 with a newcomer of 0; the same ones had 465.549 last year, and one that left had 14.451.
        FigureReader reader = new SmallSnapshot((1, "3216"), (1, "3120"), (2, "2614"))
            .File(0, "2026-03", ("GOV", 300)).File(1, "2026-03", ("GOV", 200)).File(0, "2025-03", ("GOV", 280)).File(1, "2025-03", ("GOV", 185.549m)).File(2, "2025-03", ("GOV", 14.451m)).Open();
        Figure figure = reader.Read("GOV", Park, P("2026-03"));
        Assert.Equal((500m, 465.549m, 2, 3), (figure.Value, figure.Base, figure.Reporting, figure.Expected));
        Assert.Equal(7.4m, Math.Round(figure.Growth!.Value, 1));
    }

    [Fact]
    public void January_and_February_are_one_step_and_March_is_the_difference_of_the_accounts()
    {
        FigureReader reader = new SmallSnapshot((1, "3216")).File(0, "2026-01..2026-02", ("REV", 222.6m)).File(0, "2026-03", ("REV", 353.1m))
            .File(0, "2025-01..2025-02", ("REV", 210m)).File(0, "2025-03", ("REV", 330m)).Open();
        Assert.Equal(6.0m, reader.Read("REV", Park, P("2026-01..2026-02")).Growth);
        Assert.Equal(7.0m, reader.Read("REV", Park, P("2026-01..2026-03")).Growth);
        Assert.Equal((130.5m, 8.75m), (reader.Read("REV", Park, P("2026-03")).Value, reader.Read("REV", Park, P("2026-03")).Growth));
    }

    [Fact]
    public void Comparable_prices_take_the_index_of_each_enterprises_own_industry()
    {
        SmallSnapshot park = new SmallSnapshot((1, "3216"), (1, "2614")).File(0, "2026-03", ("GOV", 120)).File(0, "2025-03", ("GOV", 100)).File(1, "2026-03", ("GOV", 90)).File(1, "2025-03", ("GOV", 100));
        Assert.Null(park.Open().Read("GOV", Park, P("2026-03")).RealGrowth);
        FigureReader reader = park.Prices("2026-03", "32", 103.5m).Prices("2026-03", "", 90m).Open();
        Assert.Equal(15.942m, Math.Round(reader.Read("GOV", new(SmallSnapshot.Park, "32"), P("2026-03")).RealGrowth!.Value, 3));
        Assert.Equal(0m, reader.Read("GOV", new(SmallSnapshot.Park, "26"), P("2026-03")).RealGrowth);
    }

    [Fact]
    public void A_missing_month_is_not_zero()
    {
        FigureReader reader = new SmallSnapshot((1, "3216")).File(0, "2026-01..2026-02", ("GOV", 10)).File(0, "2026-04", ("GOV", 30)).Open();
        Assert.Equal((null, 0), (reader.Read("GOV", Park, P("2026-01..2026-04")).Value, reader.Read("GOV", Park, P("2026-01..2026-04")).Reporting));
    }

    [Fact]
    public void Since_January_is_the_sum_of_the_months_each_of_who_reported_it_for_everybody_who_reads()
    {
        // Eight enterprises file January–February and March of both years; in April the last four are missing.
        SmallSnapshot park = new([.. Enumerable.Repeat((1, "3216"), 8)]);
        foreach ((int year, decimal size) in new[] { (2025, 10m), (2026, 12m) })
            for (int i = 0; i < 8; i++)
                foreach ((string period, decimal share, string month) in new[] { ($"{year}-01..{year}-02", 2m, "03"), ($"{year}-03", 1m, "04"), ($"{year}-04", 1m, "05") })
                    if (year == 2025 || i < 4 || !period.EndsWith("-04", StringComparison.Ordinal)) park.File(i, period, 1, $"{year}-{month}-10", ("GOV", size * share), ("SALES", size * share * 0.9m));
        foreach (FigureReader reader in new[] { park.Open(), park.Protected() })
        {
            Figure since = reader.Read("GOV", Park, P("2026-01..2026-04"));
            Assert.Equal((12m * (16 + 8 + 4), 4, 8), (since.Value, since.Reporting, since.Expected));
            Assert.Equal((10m * (16 + 8 + 4), 20m), (since.Base, since.Growth)); // who misses April this year is left out of last April too, and of nothing else
            Assert.Equal(90m, reader.Read("PSR", Park, P("2026-01..2026-04")).Value);
        }

        Assert.Equal(48m, park.Open().Read("GOV", Park, P("2026-04")).Value);
    }

    [Fact]
    public void A_ratio_is_of_enterprises_that_reported_both()
    {
        FigureReader reader = new SmallSnapshot((1, "3216"), (1, "3120")).File(0, "2026-03", ("GOV", 100), ("SALES", 90)).File(1, "2026-03", ("SALES", 900)).Open();
        Assert.Equal((90m, 1), (reader.Read("PSR", Park, P("2026-03")).Value, reader.Read("PSR", Park, P("2026-03")).Reporting));
    }

    [Fact]
    public void Every_figure_is_there_as_it_was_known_on_a_day()
    {
        EconomySnapshot snapshot = new SmallSnapshot((1, "3216")).File(0, "2026-03", 1, "2026-04-10", ("GOV", 100)).File(0, "2026-03", 2, "2026-05-20", ("GOV", 80)).Build();
        decimal? On(string day) => new FigureReader(snapshot, snapshot.AsOf(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), EconomyBook.Zone), null).Read("GOV", Park, P("2026-03")).Value;
        Assert.Equal((null, 100m, 100m, 80m), (On("2026-04-09"), On("2026-04-10"), On("2026-05-19"), On("2026-05-20")));
    }

    [Fact]
    public void A_new_revision_changes_only_what_follows_from_it()
    {
        EconomySnapshot before = new SmallSnapshot((1, "3216"), (2, "3216")).File(0, "2026-03", ("GOV", 100)).File(1, "2026-03", ("GOV", 50)).Build();
        Assert.Equal(150m, new FigureReader(before, before.Latest, null).Read("GOV", Park, P("2026-03")).Value);
        EconomySnapshot after = before.With([new FiledFact(99, 0, "M1", P("2026-03"), 2, Vintage.Revised, DateTimeOffset.UnixEpoch.AddYears(57), new Dictionary<string, decimal> { ["GOV"] = 70 })]);
        Assert.Equal(120m, new FigureReader(after, after.Latest, null).Read("GOV", Park, P("2026-03")).Value);
        Assert.Equal(150m, new FigureReader(before, before.Latest, null).Read("GOV", Park, P("2026-03")).Value);
    }

    [Fact]
    public void Pulls_add_up_to_the_growth()
    {
        FigureReader reader = new SmallSnapshot((1, "0610"), (1, "3216"), (2, "4412"))
            .File(0, "2026-03", ("GOV", 40.84m)).File(0, "2025-03", ("GOV", 40)).File(1, "2026-03", ("GOV", 50.265m)).File(1, "2025-03", ("GOV", 45)).File(2, "2026-03", ("GOV", 17.445m)).File(2, "2025-03", ("GOV", 15)).Open();
        Breakdown parts = OverviewBuilder.Take(reader, "GOV", Park, P("2026-03"), BreakdownBy.Section);
        Assert.Equal([("C", 5.265m), ("B", 0.84m), ("D", 2.445m)], parts.Rows.Select(row => (row.Key, Math.Round(row.Pull!.Value, 3))));
        Assert.Equal(61.579m, Math.Round(parts.Rows[0].Contribution!.Value, 3));
    }

    [Fact]
    public void An_enterprise_counts_once_in_a_chain_and_by_its_weight()
    {
        FigureReader reader = new SmallSnapshot((1, "3240"), (1, "3232"), (1, "1441")).File(0, "2026-03", ("GOV", 100)).File(1, "2026-03", ("GOV", 100)).File(2, "2026-03", ("GOV", 100)).Open();
        Assert.Equal(160m, reader.Read("GOV", new(SmallSnapshot.Park, Chain: "RE"), P("2026-03")).Value);
        Assert.Equal(100m, reader.Read("GOV", new(SmallSnapshot.Park, Chain: "FOOD"), P("2026-03")).Value);
    }

    [Fact]
    public void Who_may_not_read_forms_sees_no_zone_of_two_and_cannot_subtract_it()
    {
        // Zone 1 has five enterprises, zone 2 two: zone 2 is hidden, and zone 1 with it, because the park's total is told.
        SmallSnapshot park = new((1, "3216"), (1, "3120"), (1, "2614"), (1, "3232"), (1, "3232"), (2, "3216"), (2, "3120"));
        for (int i = 0; i < 7; i++) park.File(i, "2026-03", 1, "2026-04-10", ("GOV", 10 + i));
        FigureReader reader = park.Protected();
        Assert.Equal((91m, false), (reader.Read("GOV", Park, P("2026-03")).Value, reader.Read("GOV", Park, P("2026-03")).Hidden));
        Assert.True(reader.Read("GOV", new(SmallSnapshot.Zone(2)), P("2026-03")).Hidden);
        Assert.True(reader.Read("GOV", new(SmallSnapshot.Zone(1)), P("2026-03")).Hidden);
        Assert.Null(reader.Read("GOV", new(SmallSnapshot.Zone(2)), P("2026-03")).Value);
        Assert.False(park.Open().Read("GOV", new(SmallSnapshot.Zone(2)), P("2026-03")).Hidden);
    }

    [Fact]
    public void A_late_form_cannot_be_found_by_asking_before_and_after()
    {
        SmallSnapshot park = new((1, "3216"), (1, "3120"), (1, "2614"), (1, "3232"), (1, "3233"));
        for (int i = 0; i < 4; i++) park.File(i, "2026-03", 1, "2026-04-10", ("GOV", 10 + i));
        park.File(4, "2026-03", 1, "2026-05-30", ("GOV", 77));
        Assert.Equal(46m, park.Protected("2026-05-01").Read("GOV", Park, P("2026-03")).Value);
        Assert.Equal(46m, park.Protected("2026-12-31").Read("GOV", Park, P("2026-03")).Value);
        Assert.Null(park.Protected("2026-04-15").Read("GOV", Park, P("2026-03")).Value); // not released yet
        Assert.Equal(123m, park.Open().Read("GOV", Park, P("2026-03")).Value);
    }

    [Fact]
    public void A_growth_that_would_give_the_one_newcomer_away_is_not_told()
    {
        SmallSnapshot park = new((1, "3216"), (1, "3120"), (1, "2614"), (1, "3232"), (1, "3233"));
        for (int i = 0; i < 4; i++) park.File(i, "2025-03", 1, "2025-04-10", ("GOV", 10 + i));
        for (int i = 0; i < 5; i++) park.File(i, "2026-03", 1, "2026-04-10", ("GOV", 12 + i));
        Figure figure = park.Protected().Read("GOV", Park, P("2026-03"));
        Assert.Equal((70m, null), (figure.Value, figure.Growth));
        Assert.NotNull(park.Open().Read("GOV", Park, P("2026-03")).Growth);
    }
}
