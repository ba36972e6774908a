using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Plans.Cases;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Plans;

/// <summary>What people read of a target and enter into a plan. Figures are never overwritten; a target that is published keeps its number.</summary>
internal sealed class PlanDesk(OrdoDbContext database, TimeProvider clock)
{
    public static readonly Text NoTarget = new("没有这个目标。", "There is no such target.");

    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(8)); // the region's day

    public Task<PlanBook> BookAsync(Caller caller, CancellationToken cancellation) => PlanBook.ReadAsync(database, caller, cancellation);

    public async Task<PlanTargetDetail?> FindAsync(long id, DateOnly? asOf, Caller caller, CancellationToken cancellation)
    {
        PlanBook book = await BookAsync(caller, cancellation);
        if (book.Targets.FirstOrDefault(target => target.Id == id) is not { } target) return null;
        DateOnly day = asOf ?? Today;
        PlanBoardItem row = book.Board(day, [target]).Single();
        PlanRemark[] remarks = [.. PlanRemarks.Of(target.IndicatorCode)];
        HashSet<string> related = [.. remarks.SelectMany(remark => remark.Related.Append(remark.Code)).Where(code => code != target.IndicatorCode)];
        IReadOnlyList<PlanTargetRow> parts = book.PartsOf(id);
        List<PlanBoardItem> partRows = book.Board(day, parts);
        List<CorrectionItem> cases = book.MaySeeCases(target)
            ? [.. (await database.Set<CorrectionCaseRow>().AsNoTracking().Where(row => row.TargetId == id).OrderByDescending(row => row.Id).ToListAsync(cancellation))
                .Select(found => CorrectionItem.Of(found, target, Today))] : [];
        return new(row, book.ItemOf(book.Plans.First(plan => plan.Id == target.PlanId), day), [.. book.FiguresOf(target.IndicatorCode, target.Area)], remarks,
            [.. book.Current.Where(value => related.Contains(value.Code)).OrderBy(value => value.Code, StringComparer.Ordinal).ThenBy(value => value.Year)],
            PlanBook.PathOf(target), [.. partRows.Zip(parts, PartOf)], parts.Count > 0 && book.SeesAll ? CheckOf(target, parts) : null, cases, target.StartYear, target.Version);
    }

    public async Task<PlanRow> EnterAsync(PlanDraft draft, CancellationToken cancellation)
    {
        PlanDraftCheck.Of(draft).ThrowIfAny();
        if (await database.Set<PlanRow>().AnyAsync(plan => plan.Code == draft.Code, cancellation))
            throw new ProblemException(Problems.Conflict("plan-exists", new($"规划代码 {draft.Code} 已存在。", $"There is a plan with the code {draft.Code} already.")));
        var plan = new PlanRow { Code = draft.Code, NameZh = draft.NameZh, NameEn = draft.NameEn, Document = draft.Document, Start = draft.Start, End = draft.End };
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        database.Add(plan);
        await database.SaveChangesAsync(cancellation);
        database.AddRange(draft.Targets.Select((target, i) => TargetOf(target, plan, i)));
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return plan;
    }

    public async Task ChangeAsync(long id, PlanTargetChange change, Func<int, ProblemHttpResult?> checkVersion, Caller caller, CancellationToken cancellation)
    {
        (PlanTargetRow target, PlanRow plan) = await WritableAsync(id, caller, cancellation);
        if (checkVersion(target.Version) is { } stale) throw new ProblemException(stale);
        List<Fault> faults = [.. PlanDraftCheck.OfPath(change.Path, target.StartYear, target.Year)];
        if (change.Responsible.Length > 200) faults.Add(new("responsible", "最多 200 个字符。", "At most 200 characters."));
        if (change.Value != target.Value)
        {
            bool isPublished = plan.IsShipped && target.ParentId is null && PlanCatalogue.All.Any(value => value.Id == target.Code && value.Value is not null);
            if (isPublished) faults.Add(new("value", "文件已公布的目标值不能改。", "A published target keeps its number."));
            if (string.IsNullOrWhiteSpace(change.Reference)) faults.Add(new("reference", "改动目标值须注明依据文件或会议。", "A change of the value needs the paper or meeting that decided it."));
        }
        faults.ThrowIfAny();
        if (change.Value != target.Value) target.Note = Appended(target.Note, $"{Today:yyyy-MM-dd}：{target.Value?.ToString(CultureInfo.InvariantCulture) ?? "—"} → {change.Value?.ToString(CultureInfo.InvariantCulture) ?? "—"}（{change.Reference.Trim()}）");
        (target.Responsible, target.Value, target.Path) = (change.Responsible.Trim(), change.Value, PlanBook.PathText(change.Path));
        target.Version++;
        await SaveAsync(cancellation);
    }

    /// <summary>Divides a target anew. Parts that have a case or parts of their own stay, others go with the new division.</summary>
    public async Task<PlanPartsCheck> DivideAsync(long id, IReadOnlyList<PlanPartDraft> drafts, Func<int, ProblemHttpResult?> checkVersion, Caller caller, CancellationToken cancellation)
    {
        (PlanTargetRow target, _) = await WritableAsync(id, caller, cancellation);
        if (checkVersion(target.Version) is { } stale) throw new ProblemException(stale);
        (await FaultsOfPartsAsync(target, drafts, cancellation)).ThrowIfAny();
        List<PlanTargetRow> old = await database.Set<PlanTargetRow>().Where(row => row.ParentId == id).ToListAsync(cancellation);
        foreach (PlanTargetRow gone in old.Where(row => drafts.All(draft => draft.Area != row.Area)))
        {
            if (await database.Set<CorrectionCaseRow>().AnyAsync(row => row.TargetId == gone.Id, cancellation) || await database.Set<PlanTargetRow>().AnyAsync(row => row.ParentId == gone.Id, cancellation))
                throw new ProblemException(Problems.Conflict("part-in-use", new($"“{gone.Area}”有纠偏或下级分解，不能删除。", $"{gone.Area} has a correction case or parts of its own and cannot go.")));
            database.Remove(gone);
        }
        for (int i = 0; i < drafts.Count; i++)
        {
            PlanTargetRow? part = old.Find(row => row.Area == drafts[i].Area);
            if (part is null) database.Add(part = PartOf(target, drafts[i].Area));
            else part.Version++;
            (part.AssetId, part.Value, part.Weight, part.Responsible, part.Position) = (drafts[i].AssetId, drafts[i].Value, drafts[i].Weight, drafts[i].Responsible.Trim(), i);
        }
        target.Version++;
        await SaveAsync(cancellation);
        return CheckOf(target, await database.Set<PlanTargetRow>().AsNoTracking().Where(row => row.ParentId == id).ToListAsync(cancellation))!;
    }

    public async Task<PlanFigureRow> EnterFigureAsync(long id, PlanFigureDraft draft, Caller caller, CancellationToken cancellation)
    {
        (PlanTargetRow target, _) = await WritableAsync(id, caller, cancellation);
        List<Fault> faults = [.. PlanDraftCheck.OfFigure(draft, target, Today)];
        if (draft.Replaces is { } old && !await database.Set<PlanFigureRow>().AnyAsync(figure => figure.FigureId == old && figure.IndicatorCode == target.IndicatorCode && figure.Area == target.Area, cancellation))
            faults.Add(new("replaces", "没有该指标的这个数值。", "This indicator has no such figure."));
        if (draft.Replaces is { } replaced && await database.Set<PlanFigureRow>().AnyAsync(figure => figure.Replaces == replaced, cancellation))
            faults.Add(new("replaces", "该数值已被更正过，请更正最新的数值。", "It was corrected already; correct the newest figure."));
        faults.ThrowIfAny();
        bool isSum = target.Kind == TargetKind.Cumulative && draft.IsSum && target.StartYear < target.Year;
        string prefix = string.Create(CultureInfo.InvariantCulture, $"{target.IndicatorCode}.{draft.Year}.A");
        int count = await database.Set<PlanFigureRow>().CountAsync(figure => figure.FigureId.StartsWith(prefix), cancellation);
        var row = new PlanFigureRow
        {
            FigureId = $"{prefix}.{count + 1}{(target.ParentId is null ? "" : $"@{target.Id}")}", IndicatorCode = target.IndicatorCode, Area = target.Area, AssetId = target.AssetId,
            Category = target.Category, NameZh = target.NameZh, NameEn = target.NameEn, Unit = target.Unit, Kind = target.ValueKind, Year = draft.Year, Value = draft.Value,
            Type = PlanValueType.Actual, Qualifier = draft.Qualifier, Document = draft.Document.Trim(), Section = draft.Section.Trim(), Note = draft.Note.Trim(),
            Period = isSum ? string.Create(CultureInfo.InvariantCulture, $"{target.StartYear}-{draft.Year}") : PeriodOf(target, draft.Year),
            Replaces = draft.Replaces, Entered = clock.GetUtcNow(), EnteredBy = caller.DisplayName,
        };
        database.Add(row);
        await SaveAsync(cancellation);
        return row;
    }

    /// <summary>A target that the caller may write: everything, or the part of an asset in the caller's scope.</summary>
    private async Task<(PlanTargetRow Target, PlanRow Plan)> WritableAsync(long id, Caller caller, CancellationToken cancellation)
    {
        PlanBook book = await BookAsync(caller, cancellation);
        if (book.Targets.All(target => target.Id != id)) throw new ProblemException(Problems.NotFound(NoTarget));
        PlanTargetRow row = await database.Set<PlanTargetRow>().SingleAsync(target => target.Id == id, cancellation);
        string? path = row.AssetId is { } asset ? await database.Set<Asset>().Where(found => found.Id == asset).Select(found => found.Path).SingleOrDefaultAsync(cancellation) : null;
        if (!caller.HasEverywhere(Permissions.WritePlans) && (path is null || !caller.Has(Permissions.WritePlans, path)))
            throw new ProblemException(Problems.Forbidden(new("您可以查看但不能修改该目标。", "You may see this target but not change it.")));
        return (row, await database.Set<PlanRow>().SingleAsync(plan => plan.Id == row.PlanId, cancellation));
    }

    private async Task<List<Fault>> FaultsOfPartsAsync(PlanTargetRow target, IReadOnlyList<PlanPartDraft> drafts, CancellationToken cancellation)
    {
        List<Fault> faults = [.. PlanDraftCheck.OfParts(drafts)];
        long[] assets = [.. drafts.Where(draft => draft.AssetId is not null).Select(draft => draft.AssetId!.Value)];
        HashSet<long> known = [.. await database.Set<Asset>().Where(asset => assets.Contains(asset.Id)).Select(asset => asset.Id).ToListAsync(cancellation)];
        for (int i = 0; i < drafts.Count; i++)
            if (drafts[i].AssetId is { } asset && !known.Contains(asset)) faults.Add(new($"[{i}].assetId", "没有这个资产。", "There is no such asset."));
        PlanPartsCheck check = PlanParts.Check(PlanParts.RuleOf(target.Kind, target.ValueKind), target.Value, [.. drafts.Select(draft => (draft.Value, draft.Weight))], target.Kind == TargetKind.Falling);
        if (target.Kind == TargetKind.Ceiling && check.Verdict == PartsVerdict.Exceed)
            faults.Add(new("", $"各部分合计 {check.Total:0.####} 超过上限 {check.Whole:0.####}（多 {check.Difference:0.####} {target.Unit}）。", $"The parts make {check.Total:0.####}, more than the ceiling of {check.Whole:0.####} (by {check.Difference:0.####} {target.Unit})."));
        return faults;
    }

    private static PlanPartsCheck? CheckOf(PlanTargetRow target, IReadOnlyList<PlanTargetRow> parts) => parts.Count == 0 ? null
        : PlanParts.Check(PlanParts.RuleOf(target.Kind, target.ValueKind), target.Value, [.. parts.Select(part => (part.Value ?? 0, part.Weight))], target.Kind == TargetKind.Falling);

    private static PlanPartItem PartOf(PlanBoardItem row, PlanTargetRow part) => new(
        part.Id, part.Code, part.Area, part.AssetId, part.NameZh, part.NameEn, part.Value, part.Weight, part.Responsible, row.Actual?.Value, row.Actual?.Year, row.Assessment.Status, row.Assessment.Progress);

    private static PlanTargetRow PartOf(PlanTargetRow whole, string area) => new()
    {
        PlanId = whole.PlanId, ParentId = whole.Id, Code = $"{whole.Code}@{area}", IndicatorCode = whole.IndicatorCode, Area = area, Chapter = whole.Chapter, Task = whole.Task, Category = whole.Category,
        NameZh = whole.NameZh, NameEn = whole.NameEn, Unit = whole.Unit, Kind = whole.Kind, ValueKind = whole.ValueKind, BaseValue = whole.BaseValue == 0 ? 0 : null, Qualifier = whole.Qualifier,
        StartYear = whole.StartYear, Year = whole.Year, Period = whole.Period, Section = whole.Section,
    };

    private static PlanTargetRow TargetOf(PlanTargetDraft draft, PlanRow plan, int position) => new()
    {
        PlanId = plan.Id, Code = $"{plan.Code}/{draft.Indicator}.{draft.Year}.T", IndicatorCode = draft.Indicator, Area = draft.Area, Chapter = draft.Chapter, Task = draft.Task,
        NameZh = draft.NameZh, NameEn = draft.NameEn, Unit = draft.Unit, Kind = draft.Kind, ValueKind = PlanDraftCheck.ValueKindOf(draft.Kind), BaseValue = draft.Base, Value = draft.Value,
        Qualifier = draft.Kind == TargetKind.Ceiling ? PlanQualifier.AtMost : PlanQualifier.Exact, StartYear = Math.Min(plan.Start.Year, draft.Year), Year = draft.Year,
        Period = PeriodOf(draft, plan.Start.Year), Section = draft.Section, Note = draft.Note, Responsible = draft.Responsible, Path = PlanBook.PathText(draft.Path ?? []), Position = position,
    };

    private static string PeriodOf(PlanTargetDraft draft, int from) => draft.Kind is TargetKind.Cumulative or TargetKind.MeanGrowth
        ? string.Create(CultureInfo.InvariantCulture, $"{from}-{draft.Year}") : draft.Year.ToString(CultureInfo.InvariantCulture);

    /// <summary>A cut and a growth since the base speak of all the years until then.</summary>
    private static string PeriodOf(PlanTargetRow target, int year) =>
        target.ValueKind == PlanValueKind.Reduction && target.Unit == "%" && target.StartYear < target.Year ? string.Create(CultureInfo.InvariantCulture, $"{target.StartYear}-{year}")
        : target.ValueKind == PlanValueKind.Growth && target.Kind != TargetKind.MeanGrowth && target.StartYear < target.Year ? string.Create(CultureInfo.InvariantCulture, $"{target.StartYear - 1}→{year}")
        : year.ToString(CultureInfo.InvariantCulture);

    private static string Appended(string note, string line) => note.Length == 0 ? line : $"{note}；{line}";

    private async Task SaveAsync(CancellationToken cancellation)
    {
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }
        catch (DbUpdateException e) when (e.IsDuplicate())
        {
            throw new ProblemException(Problems.Conflict("entered-meanwhile", new("同时有人录入，请重试。", "Somebody else entered one at the same moment. Try again.")));
        }
    }
}
