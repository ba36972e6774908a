using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Park.Import;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Reports;

/// <param name="AssetId">Its figures are of this asset and what lies below; <c>null</c> is everywhere.</param>
/// <param name="Scheduled">Written by itself when a period is over.</param>
/// <param name="RunAtMinutes">Minutes after midnight of the day after the period, in the park's time: 420 is seven o'clock.</param>
/// <param name="Delivery">Who gets what was written by itself; needs the permission to configure notifications.</param>
public sealed record ReportDraft(string Name, ReportKind Kind, long? AssetId = null, string Language = "zh-CN", bool Scheduled = false, int RunAtMinutes = 420, ReportDelivery? Delivery = null);

/// <param name="FileName">Of the template; <c>null</c> before one was uploaded.</param>
/// <param name="NextDue">When it is written next by itself.</param>
/// <param name="LastRun">The newest run.</param>
/// <param name="Version">The ETag.</param>
public sealed record ReportItem(
    long Id, string Name, long? AssetId, string? AssetNameZh, string? AssetNameEn, ReportKind Kind, string Language, bool Scheduled, int RunAtMinutes, DateTimeOffset? NextDue,
    ReportDelivery Delivery, string? FileName, bool MayEdit, ReportRunItem? LastRun, int Version);

/// <param name="Period">As people write it: <c>2026-11</c>.</param>
/// <param name="By">Who asked for it; <c>null</c> for the schedule.</param>
/// <param name="Incomplete">Figures whose completeness is below 1.</param>
/// <param name="Completeness">Mean of all figures, 0 … 1.</param>
/// <param name="HasFiles">Workbook and page can be fetched.</param>
public sealed record ReportRunItem(
    long Id, string Period, DateOnly First, ReportRunState State, DateTimeOffset Started, DateTimeOffset? Finished, string? By, int Figures, int Incomplete, double Completeness, string? Error, bool HasFiles);

/// <param name="Day">Any day of the period wanted; the last whole period when it is missing.</param>
public sealed record NewReportRun(DateOnly? Day = null);

/// <summary>One bad cell of a template, in the caller's language.</summary>
/// <param name="Sheet">Empty when it is about the file.</param>
/// <param name="Cell">As a spreadsheet names it: <c>B7</c>.</param>
/// <param name="Text">What stands there.</param>
public sealed record BadTemplateCell(string Sheet, string Cell, string Text, string Reason);

/// <summary>Reports as people set them up and ask for them.</summary>
internal sealed class ReportDesk(OrdoDbContext database, IPointDirectory points, RuleDesk rules, ReportService service, ParkClock park, TimeProvider clock)
{
    /// <summary>Runs that wait; who asks for more waits for those.</summary>
    private const int MaxWaiting = 50;

    /// <param name="asset">Only what belongs to it or to an asset below it.</param>
    public async Task<PageOf<ReportItem>> ListAsync(long? asset, Paging paging, Caller caller, CancellationToken cancellation)
    {
        IQueryable<ReportRow> visible = Visible(caller);
        if (asset is { } id)
        {
            // An asset that is not there has no reports.
            string root = await database.Set<Asset>().Where(a => a.Id == id).Select(a => a.Path).SingleOrDefaultAsync(cancellation) ?? "//";
            visible = visible.Where(r => r.Path.StartsWith(root));
        }
        PageOf<ReportRow> page = await visible.OrderBy(r => r.Name).ThenBy(r => r.Id).ToPageAsync(paging, cancellation);
        long[] ids = [.. page.Items.Select(r => r.Id)];
        var newest = await database.Set<ReportRun>().Where(r => ids.Contains(r.ReportId)).GroupBy(r => r.ReportId).Select(g => g.Max(r => r.Id)).ToListAsync(cancellation);
        var last = (await Runs().Where(r => newest.Contains(r.Id)).ToListAsync(cancellation)).ToDictionary(r => r.ReportId);
        return new([.. page.Items.Select(r => ItemOf(r, last.GetValueOrDefault(r.Id), caller))], page.Total, page.Page, page.PageSize);
    }

    public async Task<ReportItem> GetAsync(long id, Caller caller, CancellationToken cancellation)
    {
        ReportRow row = await RowAsync(id, caller, cancellation);
        return ItemOf(row, await Runs().Where(r => r.ReportId == id).OrderByDescending(r => r.Id).FirstOrDefaultAsync(cancellation), caller);
    }

    public async Task<ReportItem> AddAsync(ReportDraft draft, Caller caller, CancellationToken cancellation)
    {
        var report = new Report { Name = "", Delivery = "" };
        await ApplyAsync(report, draft, caller, cancellation);
        database.Add(report);
        await database.SaveChangesAsync(cancellation);
        service.Wake();
        return await GetAsync(report.Id, caller, cancellation);
    }

    public async Task<ReportItem> ChangeAsync(long id, ReportDraft draft, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        Report report = await EditableAsync(id, caller, checkVersion, cancellation);
        await ApplyAsync(report, draft, caller, cancellation);
        if (report.Template is { } template) ThrowIfBad(await JudgeAsync(ReportTemplate.Read(template), report.AssetId, cancellation));
        report.Version++;
        await database.SaveChangesAsync(cancellation);
        service.Wake();
        return await GetAsync(id, caller, cancellation);
    }

    public async Task DeleteAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        database.Remove(await EditableAsync(id, caller, checkVersion, cancellation));
        await database.SaveChangesAsync(cancellation);
        await database.Set<ReportRun>().Where(r => r.ReportId == id).ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Takes a template whose every placeholder is understood and whose every point is there.</summary>
    public async Task<ReportItem> SetTemplateAsync(long id, string name, byte[] file, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        Report report = await EditableAsync(id, caller, checkVersion, cancellation);
        List<Fault> faults = [];
        faults.CheckText("name", name, Report.MaxFileNameLength, required: true);
        if (!name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase)) faults.Add(new("name", "文件应为 .xlsx。", "The file must be an .xlsx."));
        faults.ThrowIfAny();
        try
        {
            ThrowIfBad(await JudgeAsync(ReportTemplate.Read(file), report.AssetId, cancellation));
        }
        catch (UnreadableFileException e)
        {
            throw new ProblemException(Problems.Validation(("file", e.Reason)));
        }
        (report.Template, report.FileName) = (file, name.Trim());
        report.Version++;
        await database.SaveChangesAsync(cancellation);
        return await GetAsync(id, caller, cancellation);
    }

    public async Task<(string Name, byte[] File)> TemplateAsync(long id, Caller caller, CancellationToken cancellation)
    {
        await RowAsync(id, caller, cancellation);
        Report report = await database.Set<Report>().AsNoTracking().SingleAsync(r => r.Id == id, cancellation);
        return report is { Template: { } file, FileName: { } name } ? (name, file) : throw NotFound(new("还没有上传模板。", "No template has been uploaded yet."));
    }

    public async Task<ReportRunItem> RunAsync(long id, NewReportRun request, Caller caller, CancellationToken cancellation)
    {
        ReportRow row = await RowAsync(id, caller, cancellation);
        if (row.FileName is null) throw new ProblemException(Problems.Conflict("template-missing", new("请先上传模板。", "Upload a template first.")));
        DateTimeOffset now = clock.GetUtcNow();
        DateOnly today = DateOnly.FromDateTime(park.LocalOf(now));
        if (request.Day is { } day && (day > today || day.Year < 2000)) throw new ProblemException(Problems.Validation(("day", new("应在 2000 年与今天之间。", "It must lie between the year 2000 and today."))));
        if (await database.Set<ReportRun>().CountAsync(r => r.State == ReportRunState.Running, cancellation) >= MaxWaiting)
            throw new ProblemException(Problems.TooMany(new("等待生成的报表过多，请稍后再试。", "Too many reports are waiting; try again later."), TimeSpan.FromSeconds(30)));
        ReportPeriod period = request.Day is { } wanted ? ReportPeriod.Of(row.Kind, wanted) : ReportPeriod.Of(row.Kind, today).Previous;
        var run = new ReportRun { ReportId = id, ReportName = row.Name, Kind = row.Kind, First = period.First, State = ReportRunState.Running, Started = now, By = caller.DisplayName };
        database.Add(run);
        await database.SaveChangesAsync(cancellation);
        service.Wake();
        return ItemOf(await Runs().SingleAsync(r => r.Id == run.Id, cancellation));
    }

    public async Task<PageOf<ReportRunItem>> RunsAsync(long id, Paging paging, Caller caller, CancellationToken cancellation)
    {
        await RowAsync(id, caller, cancellation);
        PageOf<RunRow> page = await Runs().Where(r => r.ReportId == id).OrderByDescending(r => r.Id).ToPageAsync(paging, cancellation);
        return new([.. page.Items.Select(ItemOf)], page.Total, page.Page, page.PageSize);
    }

    public async Task<ReportRun> FilesAsync(long id, long runId, Caller caller, CancellationToken cancellation)
    {
        await RowAsync(id, caller, cancellation);
        ReportRun? run = await database.Set<ReportRun>().AsNoTracking().SingleOrDefaultAsync(r => r.Id == runId && r.ReportId == id, cancellation);
        return run?.Workbook is null ? throw NotFound(new("没有这份报表文件；较早的文件不再保留。", "There is no such file; older ones are not kept.")) : run;
    }

    private async Task ApplyAsync(Report report, ReportDraft draft, Caller caller, CancellationToken cancellation)
    {
        List<Fault> faults = [];
        faults.CheckText("name", draft.Name, Report.MaxNameLength, required: true);
        (string path, Fault? place) = await database.PlaceAsync(draft.AssetId, Permissions.WriteReports, caller, cancellation);
        if (place is { } fault) faults.Add(fault);
        if (!Enum.IsDefined(draft.Kind)) faults.Add(new("kind", "应为日报、周报或月报。", "It is daily, weekly or monthly."));
        if (draft.Language is not ("zh-CN" or "en")) faults.Add(new("language", "应为 zh-CN 或 en。", "It is zh-CN or en."));
        if (draft.RunAtMinutes is < 0 or >= 24 * 60) faults.Add(new("runAtMinutes", "应为 0–1439 分钟。", "It must be 0 to 1439 minutes."));
        string delivery = JsonText.Of(draft.Delivery ?? ReportDelivery.None);
        if (delivery != report.Delivery && draft.Delivery is { } wanted && (wanted.ChannelIds.Count > 0 || wanted.Recipients.Count > 0))
        {
            if (!caller.Has(Permissions.ConfigureNotifications)) faults.Add(new("delivery", "您没有设置通知的权限。", "You may not configure notifications."));
            else await rules.CheckTargetsAsync(faults, "delivery", new(0, wanted.Recipients, wanted.ChannelIds), path, caller, cancellation);
        }
        faults.ThrowIfAny();

        bool moved = (report.Scheduled, report.RunAtMinutes, report.Kind) != (draft.Scheduled, draft.RunAtMinutes, draft.Kind);
        (report.Name, report.AssetId, report.Kind, report.Language) = (draft.Name.Trim(), draft.AssetId, draft.Kind, draft.Language);
        (report.Scheduled, report.RunAtMinutes, report.Delivery) = (draft.Scheduled, draft.RunAtMinutes, delivery);
        if (!draft.Scheduled) report.NextDue = null;
        else if (moved || report.NextDue is null) report.NextDue = ReportSchedule.NextAfter(draft.Kind, draft.RunAtMinutes, clock.GetUtcNow(), park);
    }

    private async Task<List<TemplateFault>> JudgeAsync(ReportTemplate template, long? assetId, CancellationToken cancellation)
    {
        string scope = await database.PathOfAsync(assetId, cancellation);
        ReportPoints found = await ReportPoints.ReadAsync(database, points, scope, [.. template.Placeholders], cancellation);
        var head = new ReportHead("", ReportPeriod.Of(ReportKind.Monthly, new(2024, 12, 1)), clock.GetUtcNow(), false);
        List<TemplateFault> faults = [.. template.Faults.Concat(found.FaultsOf(template)).Take(ReportTemplate.MaxFaults)];
        if (faults.Count == 0 && new ReportFiller(template, found, head, park).CountCells() > ReportFiller.MaxCells)
            faults.Add(new("", "", "", new($"填写一个月后超过 {ReportFiller.MaxCells} 个单元格。", $"Filled for a month it has more than {ReportFiller.MaxCells} cells.")));
        return faults;
    }

    private static void ThrowIfBad(List<TemplateFault> faults)
    {
        if (faults.Count == 0) return;
        ProblemHttpResult problem = Problems.Of(422, "report-template-refused", new($"模板有 {faults.Count} 处错误，未采用。", $"{faults.Count} cells of the template are wrong; it was not taken."));
        problem.ProblemDetails.Extensions["cells"] = faults.Select(f => new BadTemplateCell(f.Sheet, f.Cell, f.Text, f.Reason.ToString())).ToList();
        throw new ProblemException(problem);
    }

    private async Task<Report> EditableAsync(long id, Caller caller, Func<int, ProblemHttpResult?> checkVersion, CancellationToken cancellation)
    {
        ReportRow row = await RowAsync(id, caller, cancellation);
        if (!caller.Has(Permissions.WriteReports, row.Path)) throw new ProblemException(Problems.Forbidden(new("您可以查看但不能修改。", "You may see this but not change it.")));
        Report report = await database.Set<Report>().SingleAsync(r => r.Id == id, cancellation);
        return checkVersion(report.Version) is { } changed ? throw new ProblemException(changed) : report;
    }

    private async Task<ReportRow> RowAsync(long id, Caller caller, CancellationToken cancellation) =>
        await Visible(caller).SingleOrDefaultAsync(r => r.Id == id, cancellation) ?? throw NotFound(new("没有这份报表。", "There is no such report."));

    private static ProblemException NotFound(Text reason) => new(Problems.NotFound(reason));

    private IQueryable<ReportRow> Visible(Caller caller) => (
        from report in database.Set<Report>().AsNoTracking()
        join asset in database.Set<Asset>() on report.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        // A report whose asset is gone is for those who are responsible for everything.
        select new ReportRow
        {
            Id = report.Id, Name = report.Name, AssetId = report.AssetId, Kind = report.Kind, Language = report.Language, Scheduled = report.Scheduled, RunAtMinutes = report.RunAtMinutes,
            NextDue = report.NextDue, Delivery = report.Delivery, FileName = report.FileName, Version = report.Version, Path = asset.Path ?? "/", NameZh = asset.NameZh, NameEn = asset.NameEn,
        }).Within(r => r.Path, caller.ScopesOf(Permissions.ReadReports));

    private IQueryable<RunRow> Runs() => database.Set<ReportRun>().AsNoTracking().Select(r => new RunRow
    {
        Id = r.Id, ReportId = r.ReportId, Kind = r.Kind, First = r.First, State = r.State, Started = r.Started, Finished = r.Finished, By = r.By,
        Figures = r.Figures, Incomplete = r.Incomplete, Completeness = r.Completeness, Error = r.Error, HasFiles = r.Workbook != null,
    });

    private static ReportItem ItemOf(ReportRow row, RunRow? last, Caller caller) => new(
        row.Id, row.Name, row.AssetId, row.NameZh, row.NameEn, row.Kind, row.Language, row.Scheduled, row.RunAtMinutes, row.NextDue,
        JsonText.Read<ReportDelivery>(row.Delivery), row.FileName, caller.Has(Permissions.WriteReports, row.Path), last is null ? null : ItemOf(last), row.Version);

    private static ReportRunItem ItemOf(RunRow run) => new(
        run.Id, ReportPeriod.Of(run.Kind, run.First).ToString(), run.First, run.State, run.Started, run.Finished, run.By, run.Figures, run.Incomplete, run.Completeness, run.Error, run.HasFiles);
}

/// <summary>A report with its asset, without its template.</summary>
internal sealed class ReportRow
{
    public long Id { get; init; }

    public required string Name { get; init; }

    public long? AssetId { get; init; }

    public ReportKind Kind { get; init; }

    public required string Language { get; init; }

    public bool Scheduled { get; init; }

    public int RunAtMinutes { get; init; }

    public DateTimeOffset? NextDue { get; init; }

    public required string Delivery { get; init; }

    public string? FileName { get; init; }

    public int Version { get; init; }

    public required string Path { get; init; }

    public string? NameZh { get; init; }

    public string? NameEn { get; init; }
}

/// <summary>A run without its files.</summary>
internal sealed class RunRow
{
    public long Id { get; init; }

    public long ReportId { get; init; }

    public ReportKind Kind { get; init; }

    public DateOnly First { get; init; }

    public ReportRunState State { get; init; }

    public DateTimeOffset Started { get; init; }

    public DateTimeOffset? Finished { get; init; }

    public string? By { get; init; }

    public int Figures { get; init; }

    public int Incomplete { get; init; }

    public double Completeness { get; init; }

    public string? Error { get; init; }

    public bool HasFiles { get; init; }
}
