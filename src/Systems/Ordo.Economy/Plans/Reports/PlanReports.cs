using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Plans.Cases;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Plans.Reports;

/// <summary>What a report says, frozen: later figures and later versions of the product do not change it.</summary>
/// <param name="Changes">Targets whose status differs from the plan's report before.</param>
/// <param name="Sentences">The overview in words, made from the figures.</param>
public sealed record PlanReportContent(
    string Plan, string PlanNameZh, string PlanNameEn, string Document, DateOnly Start, DateOnly End, DateOnly AsOf, decimal TimeProgress, IReadOnlyList<PlanStatusCount> Counts, IReadOnlyList<Text> Sentences,
    IReadOnlyList<PlanReportLine> Lines, IReadOnlyList<PlanReportChange> Changes, IReadOnlyList<PlanReportCase> Cases);

/// <param name="IsAtLeast">The source gives a bound: progress is at least this.</param>
/// <param name="Expected">At the deadline, if it goes on like this.</param>
/// <param name="Probability">Percent that the target is reached.</param>
/// <param name="Source">Document and section of the actual.</param>
public sealed record PlanReportLine(
    string Code, string Chapter, string Task, string NameZh, string NameEn, string Area, string Unit, TargetKind Kind, decimal? Base, decimal? Actual, int? ActualYear, bool IsAtLeast, decimal? Target, PlanQualifier Qualifier,
    int Year, PlanStatus Status, Delay Delay, decimal? Progress, decimal? Index, decimal? RequiredPerYear, decimal? Expected, decimal? Probability, string Responsible, string Source);

public sealed record PlanReportChange(string Code, string NameZh, string NameEn, PlanStatus? Before, PlanStatus After);

public sealed record PlanReportCase(long Id, string Title, string TargetCode, CorrectionState State, string Owner, string Measure, DateOnly? Deadline, bool IsOverdue);

/// <param name="IsIntact">The content and all reports of the plan before it have the checksums they were frozen with.</param>
public sealed record PlanReportItem(long Id, long PlanId, string Plan, PlanReportKind Kind, string Title, DateOnly AsOf, string Summary, string Hash, string PreviousHash, DateTimeOffset Frozen, string FrozenBy, bool IsIntact);

public sealed record PlanReportDetail(PlanReportItem Report, PlanReportContent Content);

/// <param name="AsOf">Figures known by this day; default today.</param>
/// <param name="Summary">What the author adds.</param>
public sealed record PlanReportDraft(long PlanId, PlanReportKind Kind, DateOnly? AsOf = null, string Title = "", string Summary = "");

/// <summary>Annual monitoring, mid-term evaluation, final summary: frozen once, read for ever.</summary>
internal sealed class PlanReports(OrdoDbContext database, TimeProvider clock)
{
    private static readonly Text NoReport = new("没有这份报告。", "There is no such report.");
    private static readonly JsonSerializerOptions Json = CreateJson();

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime.AddHours(8));

    public async Task<IReadOnlyList<PlanReportItem>> ListAsync(long? plan, Caller caller, CancellationToken cancellation)
    {
        if (!caller.HasEverywhere(Permissions.ReadPlans)) return [];
        List<PlanReportRow> rows = await database.Set<PlanReportRow>().AsNoTracking().OrderBy(row => row.Id).ToListAsync(cancellation);
        Dictionary<long, string> plans = await database.Set<PlanRow>().ToDictionaryAsync(row => row.Id, row => row.Code, cancellation);
        HashSet<long> intact = [.. rows.GroupBy(row => row.PlanId).SelectMany(Intact)];
        return [.. rows.Where(row => plan is null || row.PlanId == plan).Reverse().Select(row => ItemOf(row, plans[row.PlanId], intact.Contains(row.Id)))];
    }

    public async Task<PlanReportDetail> FindAsync(long id, Caller caller, CancellationToken cancellation)
    {
        PlanReportRow? row = caller.HasEverywhere(Permissions.ReadPlans) ? await database.Set<PlanReportRow>().AsNoTracking().SingleOrDefaultAsync(found => found.Id == id, cancellation) : null;
        if (row is null) throw new ProblemException(Problems.NotFound(NoReport));
        List<PlanReportRow> chain = await database.Set<PlanReportRow>().AsNoTracking().Where(found => found.PlanId == row.PlanId).OrderBy(found => found.Id).ToListAsync(cancellation);
        string plan = await database.Set<PlanRow>().Where(found => found.Id == row.PlanId).Select(found => found.Code).SingleAsync(cancellation);
        return new(ItemOf(row, plan, Intact(chain).Contains(id)), JsonSerializer.Deserialize<PlanReportContent>(row.Content, Json)!);
    }

    public async Task<PlanReportItem> FreezeAsync(PlanReportDraft draft, Caller caller, CancellationToken cancellation)
    {
        PlanBook book = await PlanBook.ReadAsync(database, caller, cancellation);
        PlanRow? plan = caller.HasEverywhere(Permissions.WritePlans) ? book.Plans.FirstOrDefault(row => row.Id == draft.PlanId) : null;
        if (plan is null) throw new ProblemException(Problems.NotFound(new("没有这个规划。", "There is no such plan.")));
        DateOnly asOf = draft.AsOf ?? Today;
        FaultsOf(draft, plan, asOf).ThrowIfAny();

        // One report after the other, or two would have the same predecessor.
        await using var transaction = await database.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancellation);
        PlanReportRow? previous = await database.Set<PlanReportRow>().AsNoTracking().Where(row => row.PlanId == plan.Id).OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellation);
        var report = new PlanReportRow
        {
            PlanId = plan.Id, Kind = draft.Kind, Title = draft.Title.Trim() is { Length: > 0 } title ? title : TitleOf(draft.Kind, plan, asOf), AsOf = asOf, Summary = draft.Summary.Trim(),
            Content = JsonSerializer.Serialize(await ContentAsync(book, plan, asOf, previous, cancellation), Json), PreviousHash = previous?.Hash ?? "",
            // To the millisecond, as it comes back from the database.
            Frozen = DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds()), FrozenBy = caller.DisplayName,
        };
        report.Hash = HashOf(report);
        database.Add(report);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return ItemOf(report, plan.Code, isIntact: true);
    }

    internal static string HashOf(PlanReportRow row)
    {
        string head = JsonSerializer.Serialize(new { row.PlanId, row.Kind, row.Title, row.AsOf, row.Summary, Frozen = row.Frozen.ToUnixTimeMilliseconds(), row.FrozenBy }, Json);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{row.PreviousHash}\n{head}\n{row.Content}")));
    }

    /// <summary>Ids of the reports that are as frozen and follow only such ones.</summary>
    private static IEnumerable<long> Intact(IEnumerable<PlanReportRow> chain)
    {
        string before = "";
        return [.. chain.TakeWhile(row =>
        {
            bool isIntact = row.PreviousHash == before && row.Hash == HashOf(row);
            before = row.Hash;
            return isIntact;
        }).Select(row => row.Id)];
    }

    private static List<Fault> FaultsOf(PlanReportDraft draft, PlanRow plan, DateOnly asOf)
    {
        List<Fault> faults = [];
        if (asOf < plan.Start) faults.Add(new("asOf", $"规划自 {plan.Start:yyyy-MM-dd} 开始。", $"The plan begins on {plan.Start:yyyy-MM-dd}."));
        if (draft.Kind == PlanReportKind.MidTerm && asOf >= plan.End) faults.Add(new("kind", "规划期已满，应作终期总结。", "The plan's time is over: make the final summary."));
        if (draft.Kind == PlanReportKind.Final && asOf < plan.End) faults.Add(new("kind", $"规划期至 {plan.End:yyyy-MM-dd}，期满后才能作终期总结。", $"The plan runs until {plan.End:yyyy-MM-dd}: its final summary comes after that."));
        if (draft.Title.Length > 200) faults.Add(new("title", "最多 200 个字符。", "At most 200 characters."));
        if (draft.Summary.Length > 20_000) faults.Add(new("summary", "最多 20000 个字符。", "At most 20,000 characters."));
        return faults;
    }

    private async Task<PlanReportContent> ContentAsync(PlanBook book, PlanRow plan, DateOnly asOf, PlanReportRow? previous, CancellationToken cancellation)
    {
        PlanTargetRow[] targets = [.. book.Targets.Where(target => target.PlanId == plan.Id && target.ParentId is null)];
        List<PlanBoardItem> rows = book.Board(asOf, targets);
        Dictionary<string, PlanStatus> before = previous is null ? [] : JsonSerializer.Deserialize<PlanReportContent>(previous.Content, Json)!.Lines.ToDictionary(line => line.Code, line => line.Status);
        PlanReportChange[] changes = previous is null ? [] :
            [.. rows.Where(row => !before.TryGetValue(row.Target.Id, out PlanStatus old) || old != row.Assessment.Status)
                .Select(row => new PlanReportChange(row.Target.Id, row.Target.NameZh, row.Target.NameEn, before.TryGetValue(row.Target.Id, out PlanStatus old) ? old : null, row.Assessment.Status))];
        Dictionary<long, PlanTargetRow> byId = book.Targets.Where(target => target.PlanId == plan.Id).ToDictionary(target => target.Id);
        long[] ids = [.. byId.Keys];
        List<CorrectionCaseRow> cases = await database.Set<CorrectionCaseRow>().AsNoTracking().Where(row => ids.Contains(row.TargetId)).OrderBy(row => row.Id).ToListAsync(cancellation);
        decimal time = PlanMonitor.TimeProgress(plan.Start, plan.End, asOf);
        return new(plan.Code, plan.NameZh, plan.NameEn, plan.Document, plan.Start, plan.End, asOf, time, PlanBook.CountsOf(rows), [.. Sentences(rows, time, changes)], [.. rows.Select(LineOf)], changes,
            [.. cases.Select(row => CorrectionItem.Of(row, byId[row.TargetId], Today)).Select(item => new PlanReportCase(item.Id, item.Title, item.TargetCode, item.State, item.Owner, item.Measure, item.Deadline, item.IsOverdue))]);
    }

    private static IEnumerable<Text> Sentences(List<PlanBoardItem> rows, decimal time, PlanReportChange[] changes)
    {
        int Count(params PlanStatus[] statuses) => rows.Count(row => statuses.Contains(row.Assessment.Status));
        int pending = Count(PlanStatus.NoData, PlanStatus.TargetNotSet), judged = rows.Count - pending;
        yield return new($"时间进度 {time:0.#}%。共 {rows.Count} 项目标，{judged} 项可以评判，{pending} 项尚无数据或目标待定。", $"{time:0.#} % of the time has passed. Of {rows.Count} targets {judged} can be judged; {pending} have no data or no number yet.");
        if (judged > 0)
            yield return new($"已完成 {Count(PlanStatus.Done)} 项，超前 {Count(PlanStatus.Ahead)} 项，正常 {Count(PlanStatus.OnTrack)} 项，滞后 {Count(PlanStatus.AtRisk)} 项，未完成 {Count(PlanStatus.Missed)} 项。",
                $"{Count(PlanStatus.Done)} are done, {Count(PlanStatus.Ahead)} ahead, {Count(PlanStatus.OnTrack)} on track, {Count(PlanStatus.AtRisk)} at risk, {Count(PlanStatus.Missed)} missed.");
        if (rows.Where(row => row.Assessment is { Status: PlanStatus.AtRisk, Index: not null }).MinBy(row => row.Assessment.Index) is { } worst)
            yield return new($"差距最大的是“{worst.Target.NameZh}”：完成进度 {worst.Assessment.Progress:0.#}%，进度指数 {worst.Assessment.Index:0.00}{(worst.Assessment.RequiredPerYear is { } need ? $"，余下每年需 {need:0.##} {worst.Target.Unit}" : "")}。",
                $"Furthest behind is \"{worst.Target.NameEn}\": {worst.Assessment.Progress:0.#} % of the way, index {worst.Assessment.Index:0.00}{(worst.Assessment.RequiredPerYear is { } rest ? $", {rest:0.##} {worst.Target.Unit} a year needed" : "")}.");
        if (changes.Length > 0) yield return new($"与上一份报告相比，{changes.Length} 项状态有变化。", $"{changes.Length} have another status than in the report before.");
    }

    private static PlanReportLine LineOf(PlanBoardItem row) => new(
        row.Target.Id, row.Chapter, row.Task, row.Target.NameZh, row.Target.NameEn, row.Target.Area, row.Target.Unit, row.Kind, row.Base?.Value, row.Actual?.Value, row.Actual?.Year, row.Assessment.IsLowerBound,
        row.Target.Value, row.Target.Qualifier, row.Target.Year, row.Assessment.Status, row.Assessment.Delay, row.Assessment.Progress, row.Assessment.Index, row.Assessment.RequiredPerYear,
        row.Outcome.Years.Count > 0 ? row.Outcome.Years[^1].Value : null, row.Outcome.Probability, row.Responsible, row.Actual is { } actual ? $"{actual.Source} {actual.Section}" : "");

    private static string TitleOf(PlanReportKind kind, PlanRow plan, DateOnly asOf) => kind switch
    {
        PlanReportKind.MidTerm => $"{plan.NameZh}中期评估",
        PlanReportKind.Final => $"{plan.NameZh}实施总结",
        _ => $"{plan.NameZh}{asOf.Year}年度监测",
    };

    private static PlanReportItem ItemOf(PlanReportRow row, string plan, bool isIntact) =>
        new(row.Id, row.PlanId, plan, row.Kind, row.Title, row.AsOf, row.Summary, row.Hash, row.PreviousHash, row.Frozen, row.FrozenBy, isIntact);

    private static JsonSerializerOptions CreateJson()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        HttpConventions.Configure(json);
        return json;
    }
}
