using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Economy.Figures;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Economy.Filing;

/// <summary><c>/api/v1/economy/filings</c>: forms from the first keystroke to the day they count.</summary>
internal static class FilingEndpoints
{
    public const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void MapFilings(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reading = routes.MapGroup("/api/v1/economy").WithTags("Filings").RequireAuthorization(Permissions.ReadFilings);
        reading.MapGet("/filings", List).WithName("ListFilings").ProducesProblem(400);
        reading.MapGet("/filings/{id:long}", Get).WithName("GetFiling").ProducesProblem(404);
        reading.MapGet("/filing-duties", Duties).WithName("ListFilingDuties").ProducesProblem(422).WithSummary("Who is due, who is late");
        reading.MapGet("/filing-counts", Counts).WithName("GetFilingCounts").WithSummary("How each form stands for its newest period, or for the period given");
        reading.MapGet("/filing-reminders", Reminders).WithName("ListFilingReminders").ProducesProblem(422).WithSummary("Reminders of a form and period, newest first");
        reading.MapGet("/misfits", Misfit).WithName("ListMisfits").ProducesProblem(422).WithSummary("Figures that do not fit");
        reading.MapGet("/filing-workbook.xlsx", Workbook).WithName("GetFilingWorkbook").ProducesProblem(404).ProducesProblem(422).Produces<Stream>(200, WorkbookType);

        routes.MapGet("/api/v1/economy/forms", () => TypedResults.Ok(FormTemplates.All)).WithName("ListForms").WithTags("Filings").RequireAuthorization(Permissions.SignedIn);

        RouteGroupBuilder filing = routes.MapGroup("/api/v1/economy").WithTags("Filings").RequireAuthorization(Permissions.FileEconomy).ProducesProblem(422);
        filing.MapPost("/filings", Open).WithName("OpenFiling").ProducesProblem(404).ProducesProblem(409);
        filing.MapPut("/filings/{id:long}", Keep).WithName("SaveFiling").ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        filing.MapPost("/filings/{id:long}/submission", Submit).WithName("SubmitFiling").ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        filing.MapDelete("/filings/{id:long}", Discard).WithName("DiscardFiling").ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        filing.MapPost("/filing-workbooks", Upload).WithName("UploadFilingWorkbook").ProducesProblem(413).ProducesProblem(415).DisableAntiforgery();

        reading.MapPost("/filings/{id:long}/correction", Correct).WithName("CorrectFiling").ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        routes.MapPost("/api/v1/economy/filings/{id:long}/check", Check).WithName("CheckFiling").WithTags("Filings").RequireAuthorization(Permissions.CheckFilings)
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        routes.MapPost("/api/v1/economy/filings/{id:long}/acceptance", Accept).WithName("AcceptFiling").WithTags("Filings").RequireAuthorization(Permissions.AcceptFilings)
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        routes.MapPost("/api/v1/economy/filing-reminders", Remind).WithName("RemindFilings").WithTags("Filings").RequireAuthorization(Permissions.CheckFilings).ProducesProblem(422);
    }

    private static async Task<Ok<PageOf<FilingItem>>> List(
        OrdoDbContext database, EconomyBook book, FilingDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation,
        [Description("An enterprise")] long? asset = null, [Description("Code of a form")] string? form = null, [Description("2026-03, 2026-01..2026-02, 2026-Q1, 2026")] string? period = null,
        Word<FilingState>? state = null)
    {
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        long[] visible = [.. snapshot.Enterprises.Where(enterprise => caller.Has(Permissions.ReadFilings, enterprise.Path) && (asset is null || enterprise.Id == asset)).Select(enterprise => enterprise.Id)];
        IQueryable<FiledForm> filings = database.Set<FiledForm>().AsNoTracking();
        if (asset is not null || !caller.HasEverywhere(Permissions.ReadFilings)) filings = filings.Where(filing => visible.Contains(filing.AssetId));
        if (form is not null) filings = filings.Where(filing => filing.Form == form);
        if (state is { } wanted) filings = filings.Where(filing => filing.State == wanted.Value);
        if (period is not null)
        {
            int key = Period.TryParse(period, out Period parsed) ? parsed.Key : -1;
            filings = filings.Where(filing => filing.Period == key);
        }

        PageOf<FiledForm> page = await filings.OrderByDescending(filing => filing.Period).ThenBy(filing => filing.AssetId).ThenBy(filing => filing.Form).ThenByDescending(filing => filing.Revision).ToPageAsync(paging, cancellation);
        return TypedResults.Ok(new PageOf<FilingItem>(
            [.. page.Items.Where(filing => snapshot.PlaceOf(filing.AssetId) is not null).Select(filing => desk.ItemOf(filing, snapshot.Enterprises[snapshot.PlaceOf(filing.AssetId)!.Value], snapshot))],
            page.Total, page.Page, page.PageSize));
    }

    private static async Task<Ok<FilingDetail>> Get(long id, FilingDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) => await ShowAsync(id, desk, caller, response, cancellation);

    private static async Task<Created<FilingDetail>> Open(OpenFiling request, FilingDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        FiledForm filing = await desk.OpenAsync(request, caller, cancellation);
        return TypedResults.Created($"/api/v1/economy/filings/{filing.Id}", (await ShowAsync(filing.Id, desk, caller, response, cancellation)).Value);
    }

    private static async Task<Ok<FilingDetail>> Keep(long id, SaveFiling request, FilingDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        await desk.KeepAsync(id, request, caller, http.Request.CheckVersion, cancellation);
        return await ShowAsync(id, desk, caller, http.Response, cancellation);
    }

    private static async Task<Ok<FilingDetail>> Submit(long id, FilingDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        await desk.SubmitAsync(id, caller, http.Request.CheckVersion, cancellation);
        return await ShowAsync(id, desk, caller, http.Response, cancellation);
    }

    private static async Task<Ok<FilingDetail>> Check(long id, DecideFiling request, FilingDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        await desk.DecideAsync(id, FilingAct.Checked, request, caller, http.Request.CheckVersion, cancellation);
        return await ShowAsync(id, desk, caller, http.Response, cancellation);
    }

    private static async Task<Ok<FilingDetail>> Accept(long id, DecideFiling request, FilingDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        await desk.DecideAsync(id, FilingAct.Accepted, request, caller, http.Request.CheckVersion, cancellation);
        return await ShowAsync(id, desk, caller, http.Response, cancellation);
    }

    private static async Task<Created<FilingDetail>> Correct(long id, CorrectFiling request, FilingDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        FiledForm correction = await desk.CorrectAsync(id, request, caller, cancellation);
        return TypedResults.Created($"/api/v1/economy/filings/{correction.Id}", (await ShowAsync(correction.Id, desk, caller, response, cancellation)).Value);
    }

    private static async Task<NoContent> Discard(long id, FilingDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DiscardAsync(id, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<PageOf<FilingDuty>>> Duties(
        FilingDuties duties, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation,
        string? form = null, string? period = null, [Description("Only those whose form is missing after the deadline")] bool? late = null, long? asset = null)
    {
        IReadOnlyList<FilingDuty> all = await duties.ListAsync(form ?? "M1", period, caller, cancellation);
        return TypedResults.Ok(paging.Of<FilingDuty>([.. all.Where(duty => (asset is null || duty.AssetId == asset) && (late != true || duty is { DaysLate: > 0, State: null or FilingState.Draft or FilingState.Returned }))]));
    }

    private static async Task<Ok<List<DutyCount>>> Counts(FilingDuties duties, Caller caller, CancellationToken cancellation, string? period = null) =>
        TypedResults.Ok(await duties.CountAsync(period, caller, cancellation));

    private static async Task<Ok<RemindOutcome>> Remind(RemindFilings request, FilingDuties duties, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await duties.RemindAsync(request, caller, cancellation));

    private static async Task<Ok<PageOf<ReminderItem>>> Reminders(
        FilingDuties duties, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, string? form = null, string? period = null, long? asset = null) =>
        TypedResults.Ok(paging.Of<ReminderItem>(await duties.RemindersAsync(form ?? "M1", period, asset, caller, cancellation)));

    private static async Task<Ok<PageOf<MisfitItem>>> Misfit(
        OrdoDbContext database, EconomyBook book, FilingDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, string? form = null, string? period = null, long? asset = null)
    {
        (FormTemplate template, Period wanted) = desk.Judge(form ?? "M1", period ?? Period.LastEnded(FormTemplates.Find(form ?? "M1")?.Frequency ?? Frequency.Month, book.Today).ToString());
        EconomySnapshot snapshot = await book.CurrentAsync(cancellation);
        List<FiledForm> filings = await database.Set<FiledForm>().AsNoTracking()
            .Where(filing => filing.Form == template.Code && filing.Period == wanted.Key && filing.State != FilingState.Draft).ToListAsync(cancellation);
        List<MisfitItem> misfits = [];
        foreach (FiledForm filing in filings.GroupBy(filing => filing.AssetId).Select(group => group.MaxBy(filing => filing.Revision)!))
        {
            if (snapshot.PlaceOf(filing.AssetId) is not { } place || !caller.Has(Permissions.ReadFilings, snapshot.Enterprises[place].Path) || (asset is not null && filing.AssetId != asset)) continue;
            Dictionary<string, decimal> values = filing.ReadValues();
            Dictionary<string, string> explanations = filing.ReadExplanations();
            foreach (Finding finding in (await desk.JudgeAsync(filing, cancellation)).Findings)
            {
                Indicators.Indicator indicator = snapshot.Rules.Catalogue.Find(finding.Item)!;
                Area area = snapshot.Enterprises[place].Area;
                misfits.Add(new(filing.Id, area.Id, area.NameZh, area.NameEn, finding.Item, indicator.NameZh, indicator.NameEn, indicator.Unit, finding.Kind,
                    values.TryGetValue(finding.Item, out decimal reported) ? reported : null, finding.Expected, finding.Reason.ToString(), explanations.GetValueOrDefault(finding.Key)));
            }
        }

        return TypedResults.Ok(paging.Of<MisfitItem>([.. misfits.OrderBy(misfit => misfit.Kind).ThenBy(misfit => misfit.AssetId)]));
    }

    private static async Task<FileStreamHttpResult> Workbook(FilingWorkbook workbook, Caller caller, long asset, CancellationToken cancellation, string? form = null, string? period = null)
    {
        MemoryStream file = await workbook.WriteAsync(asset, form ?? "M1", period, caller, cancellation);
        return TypedResults.Stream(file, WorkbookType, "ordo-filing.xlsx");
    }

    private static async Task<Results<Ok<WorkbookOutcome>, ProblemHttpResult>> Upload(IFormFile file, FilingWorkbook workbook, Caller caller, CancellationToken cancellation)
    {
        if (!file.FileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase)) return Problems.Validation(("file", new("文件应为 .xlsx。", "The file must be an .xlsx.")));
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellation);
        return await workbook.ReadAsync(content, caller, cancellation);
    }

    private static async Task<Ok<FilingDetail>> ShowAsync(long id, FilingDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        FilingDetail detail = await desk.ShowAsync(id, caller, cancellation);
        response.SetVersion(detail.Filing.Version);
        return TypedResults.Ok(detail);
    }
}
