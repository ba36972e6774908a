using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Plans.Cases;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Plans;

/// <summary>
/// Everything about the plans that one caller may see, read in one go: some hundred targets and figures. Published plans and figures are for everybody signed in; what
/// was entered here is for those responsible for everything, and a part that belongs to an asset also for those responsible for the asset.
/// </summary>
internal sealed class PlanBook
{
    private readonly ILookup<long, PlanTargetRow> _parts;
    private readonly Dictionary<long, long> _openCases;
    private readonly Dictionary<string, string> _replacedBy;
    private readonly ILookup<(string, string), PlanFigureRow> _figures;

    private PlanBook(List<PlanRow> plans, List<PlanTargetRow> targets, List<PlanFigureRow> figures, Dictionary<long, long> openCases, bool seesAll)
    {
        (Plans, Targets, Figures, _openCases, SeesAll) = (plans, targets, figures, openCases, seesAll);
        _parts = targets.Where(target => target.ParentId is not null).ToLookup(target => target.ParentId!.Value);
        _replacedBy = figures.Where(figure => figure.Replaces is not null).GroupBy(figure => figure.Replaces!).ToDictionary(group => group.Key, group => group.Last().FigureId);
        _figures = figures.ToLookup(figure => (figure.IndicatorCode, figure.Area));
        Current = [.. figures.Where(figure => !_replacedBy.ContainsKey(figure.FigureId)).Select(figure => figure.ToValue())];
    }

    public IReadOnlyList<PlanRow> Plans { get; }

    public IReadOnlyList<PlanTargetRow> Targets { get; }

    public IReadOnlyList<PlanFigureRow> Figures { get; }

    /// <summary>Figures that no other corrects.</summary>
    public IReadOnlyList<PlanValue> Current { get; }

    public bool SeesAll { get; }

    public static async Task<PlanBook> ReadAsync(OrdoDbContext database, Caller caller, CancellationToken cancellation)
    {
        bool seesAll = caller.HasEverywhere(Permissions.ReadPlans);
        List<PlanRow> plans = await database.Set<PlanRow>().AsNoTracking().OrderBy(plan => plan.Id).ToListAsync(cancellation);
        List<PlanTargetRow> targets = await database.Set<PlanTargetRow>().AsNoTracking().OrderBy(target => target.PlanId).ThenBy(target => target.Position).ThenBy(target => target.Id).ToListAsync(cancellation);
        List<PlanFigureRow> figures = await database.Set<PlanFigureRow>().AsNoTracking().OrderBy(figure => figure.Id).ToListAsync(cancellation);
        HashSet<long> assets = seesAll ? [] : [.. await database.Set<Asset>().AsNoTracking().Within(asset => asset.Path, caller.ScopesOf(Permissions.ReadPlans)).Select(asset => asset.Id).ToListAsync(cancellation)];
        if (!seesAll)
        {
            HashSet<long> open = [.. plans.Where(plan => plan.IsShipped).Select(plan => plan.Id)];
            targets.RemoveAll(target => target.AssetId is { } asset ? !assets.Contains(asset) : target.ParentId is not null || !open.Contains(target.PlanId));
            figures.RemoveAll(figure => figure.AssetId is { } asset ? !assets.Contains(asset) : !figure.IsShipped);
            HashSet<long> shown = [.. targets.Select(target => target.PlanId)];
            plans.RemoveAll(plan => !shown.Contains(plan.Id));
        }
        Dictionary<long, long> openCases = seesAll || assets.Count > 0
            ? await database.Set<CorrectionCaseRow>().Where(row => row.State != CorrectionState.Closed && row.State != CorrectionState.Withdrawn)
                .GroupBy(row => row.TargetId).Select(group => new { group.Key, Case = group.Max(row => row.Id) }).ToDictionaryAsync(row => row.Key, row => row.Case, cancellation)
            : [];
        return new(plans, targets, figures, openCases, seesAll);
    }

    public List<PlanBoardItem> Board(DateOnly asOf, IEnumerable<PlanTargetRow>? only = null)
    {
        PlanTargetRow[] chosen = [.. only ?? Targets.Where(target => target.ParentId is null)];
        Dictionary<long, string> codes = Plans.ToDictionary(plan => plan.Id, plan => plan.Code);
        return [.. PlanBoard.Of(chosen, Current, asOf, new()).Zip(chosen, (row, target) => new PlanBoardItem(
            target.Id, codes[target.PlanId], target.Chapter, target.Task, target.Responsible, target.ParentId, target.AssetId, _parts[target.Id].Count(),
            MaySeeCases(target) && _openCases.TryGetValue(target.Id, out long open) ? open : null, PlanRemarks.Of(target.IndicatorCode).Count(),
            row.Target, row.Base, row.Actual, row.AsOf, row.Assessment, row.Kind, row.Series, row.Outcome, row.Derivation))];
    }

    public IReadOnlyList<PlanTargetRow> PartsOf(long target) => [.. _parts[target]];

    /// <summary>A case about a whole area is an internal paper; one about an asset is for those responsible for it.</summary>
    public bool MaySeeCases(PlanTargetRow target) => SeesAll || target.AssetId is not null;

    public IEnumerable<PlanFigureItem> FiguresOf(string indicator, string area) => _figures[(indicator, area)].OrderBy(figure => figure.Year).ThenBy(figure => figure.Id).Select(ItemOf);

    public PlanFigureItem ItemOf(PlanFigureRow figure) => new(
        figure.ToValue(), figure.IsShipped, figure.Replaces, _replacedBy.GetValueOrDefault(figure.FigureId), figure.Entered, SeesAll ? figure.EnteredBy : "");

    public PlanItem ItemOf(PlanRow plan, DateOnly asOf)
    {
        List<PlanBoardItem> rows = Board(asOf, Targets.Where(target => target.PlanId == plan.Id && target.ParentId is null));
        return new(plan.Id, plan.Code, plan.NameZh, plan.NameEn, plan.Document, plan.Start, plan.End, plan.IsShipped, rows.Count, CountsOf(rows));
    }

    public static IReadOnlyList<PlanStatusCount> CountsOf(IReadOnlyList<PlanBoardItem> rows) =>
        [.. Enum.GetValues<PlanStatus>().Select(status => new PlanStatusCount(status, rows.Count(row => row.Assessment.Status == status)))];

    /// <summary><c>2023=40;2024=50</c></summary>
    public static IReadOnlyList<OutcomePoint> PathOf(PlanTargetRow target) =>
    [
        .. target.Path.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .Select(pair => new OutcomePoint(int.Parse(pair[0], System.Globalization.CultureInfo.InvariantCulture), decimal.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture))),
    ];

    public static string PathText(IEnumerable<PlanPathDraft> path) =>
        string.Join(';', path.OrderBy(point => point.Year).Select(point => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{point.Year}={point.Value}")));
}
