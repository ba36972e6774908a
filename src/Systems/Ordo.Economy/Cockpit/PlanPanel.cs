using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Figures;
using Ordo.Economy.Plans;
using Ordo.Foundation.Access;
using Ordo.Foundation.Cockpit;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Cockpit;

/// <summary>The plan on the wall: how many promises lag, of how many that can be judged, and the ones that lag most. Where the area on the wall has targets of its own, those.</summary>
internal sealed class PlanPanel(IDbContextFactory<OrdoDbContext> databases, EconomyBook book) : ICockpitPanel
{
    private const int RankingLength = 5;

    public string Permission => Permissions.ReadPlans;

    public async ValueTask<CockpitPanel?> ReadAsync(CockpitView view, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        var plans = await PlanBook.ReadAsync(database, view.Caller, cancellation);
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        PlanTargetRow[] own = [.. plans.Targets.Where(target => target.AssetId is { } asset && snapshot.AreaOf(asset) is { } area && view.Sees(Permission, area.Path))];
        List<PlanBoardItem> rows = plans.Board(book.Today, own.Length > 0 ? own : null);
        PlanBoardItem[] judged = [.. rows.Where(row => row.Assessment.Status is not PlanStatus.NoData and not PlanStatus.TargetNotSet)];
        PlanBoardItem[] behind = [.. judged.Where(row => row.Assessment.Status is PlanStatus.AtRisk or PlanStatus.Missed).OrderBy(row => row.Assessment.Index ?? decimal.MaxValue)];
        if (rows.Count == 0) return null;
        return new()
        {
            System = "economy",
            Title = new("规划目标", "Plan targets"),
            Period = new($"{book.Today.Year} 年", $"{book.Today.Year}"),
            Headline = new(behind.Length, 0, "", new("项滞后或未完成", "at risk or missed")),
            Beside = new(judged.Length, 0, "", new("可判断的目标", "targets that can be judged")),
            Ranking = [.. behind.Take(RankingLength).Select(row => new CockpitRow(new($"{row.Target.NameZh} 进度", $"{row.Target.NameEn}, progress"), (double?)row.Assessment.Progress, 1, "%", row.AssetId))],
            Origin = own.Length > 0
                ? new($"本地分解目标 {rows.Count} 项，{rows.Count - judged.Length} 项无数据", $"{rows.Count} targets of this area, {rows.Count - judged.Length} without data")
                : new($"公开规划目标 {rows.Count} 项，{rows.Count - judged.Length} 项文件未给数据", $"{rows.Count} published targets, {rows.Count - judged.Length} without data in the documents"),
            Link = "/economy/plan",
        };
    }
}
