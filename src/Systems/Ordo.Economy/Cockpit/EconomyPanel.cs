using System.Globalization;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.WarningLights;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Park;

namespace Ordo.Economy.Cockpit;

/// <summary>
/// The economy on the wall: output since January with its growth, the composite of the warning lights, growth month by month, and the areas that lag. Only released
/// figures, because a wall is read by whoever walks past, and because all with the same scope share one answer whether or not they may read forms.
/// </summary>
internal sealed class EconomyPanel(EconomyBook book) : ICockpitPanel
{
    private const int ChartSteps = 22, RankingLength = 5;

    public string Permission => Permissions.ReadEconomy;

    public async ValueTask<CockpitPanel?> ReadAsync(CockpitView view, CancellationToken cancellation) => Of(await book.CurrentAsync(cancellation), book.Today, view);

    internal static CockpitPanel? Of(EconomySnapshot snapshot, DateOnly today, CockpitView view)
    {
        if (AreaOf(snapshot, view) is not { } area) return null;
        var reader = new FigureReader(snapshot, snapshot.Released(today, EconomyBook.Zone), snapshot.ReleasedCells(today, EconomyBook.Zone));
        IReadOnlyList<Period> periods = FigureEndpoints.PeriodsOf(reader, today);
        if (periods.Count == 0) return null;
        Period step = periods[0];
        var cell = new CellKey(area);
        Figure sum = reader.Read("GOV", cell, step.Cumulative);
        if (sum.Reporting == 0) return null;
        var board = LightBoard.Of(reader, area, step, periods);
        Text growth = sum.Growth is { } rate ? new($"，同比 {Signed(rate)}%", $", {Signed(rate)} % on the year") : new("", "");
        return new()
        {
            System = "economy",
            Title = new("经济运行", "Economy"),
            Period = step.Cumulative.Name,
            Headline = new((double?)(sum.Value / 10_000), 2, "100MCNY", new($"工业总产值{growth.Zh}", $"gross output{growth.En}")),
            Beside = board.Composite is { } whole ? new((double)whole.Index, 1, "", new($"综合预警指数（{LightWords.Of(whole.Light).Zh}）", $"warning index ({LightWords.Of(whole.Light).En})")) : null,
            Chart = ChartOf(reader, cell, step),
            Ranking = RankingOf(reader, area, step),
            Origin = new($"发布日所知的数，各月之和，每月审定不少于 {sum.Reporting}/{sum.Expected} 家；曲线为当月同比", $"As known on the day of release, the sum of the months: at least {sum.Reporting} of {sum.Expected} accepted in each; the curve is growth on the year"),
            Link = $"/economy?asset={area.Id}",
        };
    }

    /// <summary>What the wall shows, where the caller sees all of it; with the whole tree on the wall the highest area the caller sees.</summary>
    private static Area? AreaOf(EconomySnapshot snapshot, CockpitView view)
    {
        Area[] seen = [.. snapshot.Areas.Where(area => view.Sees(Permissions.ReadEconomy, area.Path)).OrderBy(area => area.Path.Length)];
        Area[] parks = [.. seen.Where(area => area.Kind == AssetKind.Park)];
        return parks.Length == 1 ? parks[0] : seen.FirstOrDefault();
    }

    private static CockpitChart ChartOf(FigureReader reader, CellKey cell, Period newest)
    {
        List<Period> steps = [];
        for (Period step = newest; steps.Count < ChartSteps; step = step.PreviousStep) steps.Insert(0, step);
        return new(false, [.. steps.Select(step => new DateTimeOffset(step.Year, step.Last, 1, 0, 0, 0, TimeSpan.FromHours(8)))], [.. steps.Select(step => (double?)reader.Read("GOV", cell, step).Growth)], null);
    }

    private static CockpitRow[] RankingOf(FigureReader reader, Area area, Period step) =>
    [
        .. OverviewBuilder.Take(reader, "GOV", new(area), step.Cumulative, BreakdownBy.Area).Rows.Where(row => row.Growth is not null).OrderBy(row => row.Growth).Take(RankingLength)
            .Select(row => new CockpitRow(new($"{row.NameZh} 同比", $"{row.NameEn}, on the year"), (double?)row.Growth, 1, "%", long.Parse(row.Key, CultureInfo.InvariantCulture))),
    ];

    private static string Signed(decimal value) => value.ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
}
