using Ordo.Economy.Cockpit;
using Ordo.Economy.Figures;
using Ordo.Economy.Tests.Figures;
using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;

namespace Ordo.Economy.Tests.Cockpit;

public sealed class EconomyPanelTests
{
    private static readonly DateOnly Today = new(2026, 6, 1);

    private static EconomySnapshot Park()
    {
        SmallSnapshot park = new((1, "3216"), (1, "3120"), (1, "2614"), (1, "3232"), (2, "3232"), (2, "3216"), (2, "3120"), (2, "2614"));
        for (int i = 0; i < 8; i++)
            foreach ((string period, string accepted, decimal output) in new[] { ("2025-01..2025-02", "2025-03-10", 10_000m), ("2025-03", "2025-04-10", 10_000m), ("2026-01..2026-02", "2026-03-10", i < 4 ? 10_000m : 12_000m), ("2026-03", "2026-04-10", i < 4 ? 10_000m : 12_000m) })
                park.File(i, period, 1, accepted, ("GOV", output));
        return park.Build();
    }

    private static CockpitView View(Caller caller, string root = "/") => new(caller, root, new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_wall_tells_output_since_January_its_growth_and_who_lags()
    {
        CockpitPanel panel = EconomyPanel.Of(Park(), Today, View(Caller.Everything("wall")))!;
        // Two steps of eight enterprises: 176,000 in 10⁴ yuan against 160,000.
        Assert.Equal((17.6, "100MCNY", "economy"), (panel.Headline.Value, panel.Headline.Unit, panel.System));
        Assert.Contains("+10.0%", panel.Headline.Label.Zh, StringComparison.Ordinal);
        Assert.Equal([(SmallSnapshot.Zone(1).Id, 0.0), (SmallSnapshot.Zone(2).Id, 20.0)], panel.Ranking.Select(row => (row.AssetId!.Value, Math.Round(row.Value!.Value, 6))));
        Assert.Equal((22, 10.0), (panel.Chart!.Values.Count, Math.Round(panel.Chart.Values[^1]!.Value, 6)));
        Assert.Contains("8/8", panel.Origin.Zh, StringComparison.Ordinal);
        Assert.Null(panel.Beside); // nothing makes a composite yet
    }

    [Fact]
    public void Who_may_read_every_form_sees_no_more_on_a_wall_than_others()
    {
        EconomySnapshot few = new SmallSnapshot((1, "3216"), (1, "3120"))
            .File(0, "2026-01..2026-02", 1, "2026-03-10", ("GOV", 10)).File(1, "2026-01..2026-02", 1, "2026-03-10", ("GOV", 20)).File(0, "2026-03", 1, "2026-04-10", ("GOV", 10)).File(1, "2026-03", 1, "2026-04-10", ("GOV", 20)).Build();
        CockpitPanel panel = EconomyPanel.Of(few, Today, View(Caller.Everything("wall")))!;
        Assert.Equal((null, 0), (panel.Headline.Value, panel.Ranking.Count));
    }

    [Fact]
    public void A_wall_of_a_zone_tells_the_zone_and_one_outside_of_the_scope_nothing()
    {
        EconomySnapshot park = Park();
        Assert.Equal(8.0, EconomyPanel.Of(park, Today, View(Caller.Everything("wall"), SmallSnapshot.Zone(1).Path))!.Headline.Value);
        var stranger = new Caller(7, "stranger", null, new Dictionary<string, string[]> { [Permissions.ReadEconomy] = ["/99/"] });
        Assert.Null(EconomyPanel.Of(park, Today, View(stranger)));
    }
}
