using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Plans.Cases;

/// <param name="IsOverdue">Under way, and the deadline is past.</param>
/// <param name="Possible">What can be done next.</param>
public sealed record CorrectionItem(
    long Id, long TargetId, string TargetCode, string TargetNameZh, string TargetNameEn, string Area, string Unit, string Title, CorrectionState State, PlanStatus StatusAtOpening, decimal? IndexAtOpening,
    decimal? ValueAtOpening, string Cause, string Measure, string Owner, string ExpectedEffect, DateOnly? Deadline, DateOnly? NextCheck, string Reference, string? ClosingFigureId, decimal? ClosingValue,
    DateTimeOffset Opened, string OpenedBy, DateTimeOffset? Ended, bool IsOverdue, IReadOnlyList<CorrectionAction> Possible, int Version)
{
    internal static CorrectionItem Of(CorrectionCaseRow row, PlanTargetRow target, DateOnly today) => new(
        row.Id, row.TargetId, target.Code, target.NameZh, target.NameEn, target.Area, target.Unit, row.Title, row.State, row.StatusAtOpening, row.IndexAtOpening, row.ValueAtOpening, row.Cause, row.Measure, row.Owner,
        row.ExpectedEffect, row.Deadline, row.NextCheck, row.Reference, row.ClosingFigureId, row.ClosingValue, row.Opened, row.OpenedBy, row.Ended,
        !CorrectionCase.IsOver(row.State) && row.Deadline < today, [.. CorrectionCase.Possible(row.State)], row.Version);
}

public sealed record CorrectionEventItem(long Id, CorrectionAction Action, CorrectionState From, CorrectionState To, DateTimeOffset Time, string Actor, string Text);

/// <param name="Figures">Figures of the target entered since the case was opened: one of them closes it.</param>
public sealed record CorrectionDetail(CorrectionItem Case, IReadOnlyList<CorrectionEventItem> Events, IReadOnlyList<PlanValue> Figures);

/// <param name="Cause">Why the target is behind.</param>
/// <param name="Reference">Meeting or paper.</param>
public sealed record CorrectionDraft(long TargetId, string Cause, string Title = "", string Reference = "");

/// <param name="Text">Of everything but the assignment: what happened.</param>
/// <param name="FigureId">Of closing: the new measured value.</param>
public sealed record CorrectionStep(
    CorrectionAction Action, string Text = "", string Owner = "", string Measure = "", DateOnly? Deadline = null, string ExpectedEffect = "", DateOnly? NextCheck = null, string? FigureId = null);

/// <summary>A target that is behind and has no case yet: a person decides whether to open one.</summary>
/// <param name="Reasons">atRisk, missed, needsMoreThanEver, unlikely.</param>
public sealed record PlanDeviation(PlanBoardItem Row, IReadOnlyList<string> Reasons);

/// <summary>Correction cases (纠偏): from the deviation to the new value that shows its end.</summary>
internal sealed class CorrectionDesk(OrdoDbContext database, TimeProvider clock)
{
    private const int MaxText = 2000;
    private static readonly Text NoCase = new("没有这个纠偏事项。", "There is no such correction case.");

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(8));

    public async Task<PageOf<CorrectionItem>> ListAsync(CorrectionState? state, bool? open, long? target, string? q, Paging paging, Caller caller, CancellationToken cancellation)
    {
        Dictionary<long, PlanTargetRow> targets = await VisibleAsync(caller, cancellation);
        List<CorrectionCaseRow> rows = await database.Set<CorrectionCaseRow>().AsNoTracking().OrderByDescending(row => row.Id).ToListAsync(cancellation);
        bool Contains(string text) => text.Contains(q!.Trim(), StringComparison.OrdinalIgnoreCase);
        return paging.Of<CorrectionItem>(
        [
            .. rows.Where(row => targets.ContainsKey(row.TargetId)).Select(row => CorrectionItem.Of(row, targets[row.TargetId], Today))
                .Where(item => (state is null || item.State == state) && (open is null || open != CorrectionCase.IsOver(item.State)) && (target is null || item.TargetId == target)
                    && (string.IsNullOrWhiteSpace(q) || Contains(item.Title) || Contains(item.TargetNameZh) || Contains(item.TargetNameEn) || Contains(item.Owner)))
                .OrderBy(item => CorrectionCase.IsOver(item.State)).ThenByDescending(item => item.IsOverdue).ThenBy(item => item.Deadline ?? DateOnly.MaxValue).ThenByDescending(item => item.Id),
        ]);
    }

    public async Task<CorrectionDetail> FindAsync(long id, Caller caller, CancellationToken cancellation)
    {
        (CorrectionCaseRow row, PlanTargetRow target) = await VisibleCaseAsync(id, caller, cancellation);
        List<CorrectionEventItem> events = await database.Set<CorrectionEventRow>().AsNoTracking().Where(step => step.CaseId == id).OrderBy(step => step.Id)
            .Select(step => new CorrectionEventItem(step.Id, step.Action, step.From, step.To, step.Time, step.Actor, step.Text)).ToListAsync(cancellation);
        return new(CorrectionItem.Of(row, target, Today), events, [.. (await NewFiguresAsync(row, target, cancellation)).Select(figure => figure.ToValue())]);
    }

    public async Task<CorrectionItem> OpenAsync(CorrectionDraft draft, Caller caller, CancellationToken cancellation)
    {
        PlanBook book = await PlanBook.ReadAsync(database, caller, cancellation);
        PlanTargetRow? target = book.Targets.FirstOrDefault(row => row.Id == draft.TargetId);
        if (target is null || !book.MaySeeCases(target)) throw new ProblemException(Problems.NotFound(PlanDesk.NoTarget));
        await CheckMayCorrectAsync(target, caller, cancellation);
        List<Fault> faults = [];
        Check(faults, "cause", draft.Cause, isNeeded: true);
        Check(faults, "title", draft.Title, isNeeded: false);
        Check(faults, "reference", draft.Reference, isNeeded: false);
        faults.ThrowIfAny();
        PlanBoardItem row = book.Board(Today, [target]).Single();
        if (row.OpenCase is { } open)
            throw new ProblemException(Problems.Conflict("case-under-way", new($"该目标已有纠偏事项（编号 {open}）在办。", $"A correction case of this target is under way already (number {open}).")));
        var found = new CorrectionCaseRow
        {
            TargetId = target.Id, Title = draft.Title.Trim() is { Length: > 0 } title ? title : target.NameZh, State = CorrectionState.Opened, StatusAtOpening = row.Assessment.Status,
            IndexAtOpening = row.Assessment.Index, ValueAtOpening = row.Actual?.Value, Cause = draft.Cause.Trim(), Reference = draft.Reference.Trim(), Opened = clock.GetUtcNow(), OpenedBy = caller.DisplayName,
        };
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        database.Add(found);
        await database.SaveChangesAsync(cancellation);
        database.Add(EventOf(found, CorrectionAction.Open, CorrectionState.Opened, found.Cause, caller));
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return CorrectionItem.Of(found, target, Today);
    }

    public async Task<CorrectionItem> StepAsync(long id, CorrectionStep step, Func<int, ProblemHttpResult?> checkVersion, Caller caller, CancellationToken cancellation)
    {
        (CorrectionCaseRow seen, PlanTargetRow target) = await VisibleCaseAsync(id, caller, cancellation);
        await CheckMayCorrectAsync(target, caller, cancellation);
        if (checkVersion(seen.Version) is { } stale) throw new ProblemException(stale);
        if (step.Action == CorrectionAction.Open || CorrectionCase.Next(seen.State, step.Action) is not { } next)
            throw new ProblemException(Problems.Conflict("not-in-this-state", new("该事项目前的状态不允许这一步。", "The case is not in a state for this step.")));
        FaultsOf(step).ThrowIfAny();
        CorrectionCaseRow row = await database.Set<CorrectionCaseRow>().SingleAsync(found => found.Id == id, cancellation);
        string text = step.Text.Trim();
        if (step.Action == CorrectionAction.Assign)
        {
            (row.Owner, row.Measure, row.Deadline, row.ExpectedEffect, row.NextCheck) = (step.Owner.Trim(), step.Measure.Trim(), step.Deadline, step.ExpectedEffect.Trim(), step.NextCheck);
            text = $"{row.Owner} · {row.Deadline:yyyy-MM-dd} · {row.Measure}";
        }
        else if (step.NextCheck is not null) row.NextCheck = step.NextCheck;
        if (step.Action == CorrectionAction.Close)
        {
            PlanFigureRow? figure = (await NewFiguresAsync(row, target, cancellation)).Find(found => found.FigureId == step.FigureId);
            if (figure is null)
                throw new ProblemException(Problems.Validation(("figureId", new("须有立项之后录入的新数值才能办结。", "A case is closed only with a new measured value, entered after it was opened."))));
            (row.ClosingFigureId, row.ClosingValue) = (figure.FigureId, figure.Value);
        }
        if (CorrectionCase.IsOver(next)) row.Ended = clock.GetUtcNow();
        database.Add(EventOf(row, step.Action, next, text, caller));
        row.State = next;
        row.Version++;
        try
        {
            await database.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }
        return CorrectionItem.Of(row, target, Today);
    }

    /// <summary>What is behind without a case, the worst first.</summary>
    public async Task<IReadOnlyList<PlanDeviation>> DeviationsAsync(Caller caller, CancellationToken cancellation)
    {
        PlanBook book = await PlanBook.ReadAsync(database, caller, cancellation);
        return
        [
            .. book.Board(Today, book.Targets.Where(book.MaySeeCases)).Where(row => row.OpenCase is null).Select(row => new PlanDeviation(row, [.. ReasonsOf(row)]))
                .Where(deviation => deviation.Reasons.Count > 0).OrderBy(deviation => deviation.Row.Assessment.Index ?? decimal.MaxValue),
        ];
    }

    private static IEnumerable<string> ReasonsOf(PlanBoardItem row)
    {
        if (row.Assessment.Status == PlanStatus.AtRisk) yield return "atRisk";
        if (row.Assessment.Status == PlanStatus.Missed) yield return "missed";
        if (row.Outcome.NeedsMoreThanEver && row.Assessment.Status != PlanStatus.Done) yield return "needsMoreThanEver";
        if (row.Outcome.Probability < 50 && row.Assessment.Status != PlanStatus.Done) yield return "unlikely";
    }

    private static List<Fault> FaultsOf(CorrectionStep step)
    {
        List<Fault> faults = [];
        bool isAssignment = step.Action == CorrectionAction.Assign;
        Check(faults, "text", step.Text, isNeeded: !isAssignment);
        Check(faults, "owner", step.Owner, isAssignment);
        Check(faults, "measure", step.Measure, isAssignment);
        Check(faults, "expectedEffect", step.ExpectedEffect, isNeeded: false);
        if (isAssignment && step.Deadline is null) faults.Add(new("deadline", "须有期限。", "A deadline is needed."));
        if (step.Action == CorrectionAction.Close && string.IsNullOrEmpty(step.FigureId))
            faults.Add(new("figureId", "须有立项之后录入的新数值才能办结。", "A case is closed only with a new measured value, entered after it was opened."));
        return faults;
    }

    private static void Check(List<Fault> faults, string field, string text, bool isNeeded)
    {
        if (isNeeded && string.IsNullOrWhiteSpace(text)) faults.Add(new(field, "不能为空。", "Must not be empty."));
        if (text.Length > MaxText) faults.Add(new(field, $"最多 {MaxText} 个字符。", $"At most {MaxText} characters."));
    }

    private CorrectionEventRow EventOf(CorrectionCaseRow row, CorrectionAction action, CorrectionState to, string text, Caller caller) =>
        new() { CaseId = row.Id, Action = action, From = row.State, To = to, Text = text, Time = clock.GetUtcNow(), Actor = caller.DisplayName };

    private Task<List<PlanFigureRow>> NewFiguresAsync(CorrectionCaseRow row, PlanTargetRow target, CancellationToken cancellation) => database.Set<PlanFigureRow>().AsNoTracking()
        .Where(figure => figure.IndicatorCode == target.IndicatorCode && figure.Area == target.Area && figure.Type == PlanValueType.Actual && figure.Value != null && !figure.IsShipped && figure.Entered >= row.Opened)
        .OrderByDescending(figure => figure.Id).ToListAsync(cancellation);

    private async Task<Dictionary<long, PlanTargetRow>> VisibleAsync(Caller caller, CancellationToken cancellation)
    {
        PlanBook book = await PlanBook.ReadAsync(database, caller, cancellation);
        return book.Targets.Where(book.MaySeeCases).ToDictionary(target => target.Id);
    }

    private async Task<(CorrectionCaseRow Row, PlanTargetRow Target)> VisibleCaseAsync(long id, Caller caller, CancellationToken cancellation)
    {
        CorrectionCaseRow? row = await database.Set<CorrectionCaseRow>().AsNoTracking().SingleOrDefaultAsync(found => found.Id == id, cancellation);
        return row is not null && (await VisibleAsync(caller, cancellation)).TryGetValue(row.TargetId, out PlanTargetRow? target)
            ? (row, target) : throw new ProblemException(Problems.NotFound(NoCase));
    }

    private async Task CheckMayCorrectAsync(PlanTargetRow target, Caller caller, CancellationToken cancellation)
    {
        string? path = target.AssetId is { } asset ? await database.Set<Asset>().Where(found => found.Id == asset).Select(found => found.Path).SingleOrDefaultAsync(cancellation) : null;
        if (!caller.HasEverywhere(Permissions.CorrectPlans) && (path is null || !caller.Has(Permissions.CorrectPlans, path)))
            throw new ProblemException(Problems.Forbidden(new("您可以查看但不能办理该纠偏事项。", "You may see this correction case but not work on it.")));
    }
}
