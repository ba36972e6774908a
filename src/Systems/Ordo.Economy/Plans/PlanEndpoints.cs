using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Plans;

/// <summary>What a board is asked for.</summary>
internal readonly record struct PlanBoardFilter
{
    [Description("Only the plan's table of main indicators (专栏1)")]
    public bool? Main { get; init; }

    [Description("Only this status")]
    public Word<PlanStatus>? Status { get; init; }

    [Description("Code of a plan")]
    public string? Plan { get; init; }

    [Description("Only this chapter")]
    public string? Chapter { get; init; }

    [Description("Only this responsible unit; empty for those without one")]
    public string? Unit { get; init; }

    [Description("Part of a name or of the code")]
    public string? Q { get; init; }

    [Description("Figures known by this day; default today")]
    public DateOnly? AsOf { get; init; }
}

/// <summary>The plans, their targets and figures over HTTP. Published figures are public, so every signed-in person may read them.</summary>
internal static class PlanEndpoints
{
    public static void MapPlan(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder plan = routes.MapGroup("/api/v1/economy/plan").WithTags("Plan monitor").RequireAuthorization(Permissions.SignedIn);
        plan.MapGet("/plans", Plans).WithName("ListPlans").WithSummary("Plans with how many targets have which status");
        plan.MapGet("/values", Values).WithName("ListPlanValues").ProducesProblem(400).WithSummary("Every figure with its document and section");
        plan.MapGet("/documents", Documents).WithName("ListPlanDocuments").WithSummary("The documents with their sections and how many figures each has");
        plan.MapGet("/indicators/{code}", Indicator).WithName("GetPlanIndicator").ProducesProblem(404).WithSummary("All figures of one indicator, oldest first");
        plan.MapGet("/board", Board).WithName("GetPlanBoard").ProducesProblem(400).WithSummary("Status of every target by the known figures");
        plan.MapGet("/targets/{id:long}", Target).WithName("GetPlanTarget").ProducesProblem(404).WithSummary("One target with its figures, forecast, parts and correction cases");

        RouteGroupBuilder editing = routes.MapGroup("/api/v1/economy/plan").WithTags("Plan monitor").RequireAuthorization(Permissions.WritePlans).ProducesProblem(422);
        editing.MapPost("/plans", Enter).WithName("EnterPlan").ProducesProblem(403).ProducesProblem(409);
        editing.MapPost("/plans/import", Import).WithName("ImportPlan").WithSummary("A plan whose targets are pasted from a spreadsheet; every bad cell is named").ProducesProblem(403).ProducesProblem(409);
        editing.MapPut("/targets/{id:long}", Change).WithName("ChangePlanTarget").ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
        editing.MapPut("/targets/{id:long}/parts", Divide).WithName("DividePlanTarget").WithSummary("Divide a target among areas, parks, enterprises; answers whether the parts make the whole")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        editing.MapPost("/targets/{id:long}/figures", EnterFigure).WithName("EnterPlanFigure").WithSummary("A new figure, or the correction of one; nothing is overwritten")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<Ok<IReadOnlyList<PlanItem>>> Plans(PlanDesk desk, Caller caller, CancellationToken cancellation)
    {
        PlanBook book = await desk.BookAsync(caller, cancellation);
        return TypedResults.Ok<IReadOnlyList<PlanItem>>([.. book.Plans.Select(plan => book.ItemOf(plan, desk.Today))]);
    }

    private static async Task<Ok<PageOf<PlanValue>>> Values(
        [Description("Part of a name or of the code")] string? q,
        [Description("Full Chinese name of the area")] string? area,
        [Description("Chinese name of the category")] string? category,
        Word<PlanValueType>? type,
        int? year,
        [Description("Title of the document")] string? document,
        [Description("Section of the document")] string? section,
        [AsParameters] Paging paging, PlanDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(paging.Of<PlanValue>([.. (await desk.BookAsync(caller, cancellation)).Current.Where(value =>
            (string.IsNullOrWhiteSpace(q) || Contains(value.NameZh, q) || Contains(value.NameEn, q) || Contains(value.Code, q))
            && (area is null || value.Area == area) && (category is null || value.Category == category)
            && (document is null || value.Source == document) && (section is null || value.Section == section)
            && (type is null || value.Type == type.Value.Value) && (year is null || value.Year == year))]));

    private static async Task<Ok<IReadOnlyList<PlanDocumentItem>>> Documents(PlanDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok<IReadOnlyList<PlanDocumentItem>>(
        [
            .. (await desk.BookAsync(caller, cancellation)).Current.GroupBy(value => value.Source).Select(document => new PlanDocumentItem(
                document.Key, document.Count(), document.Count(value => value.Type == PlanValueType.Target),
                [.. document.GroupBy(value => value.Section).Select(section => new PlanSectionItem(section.Key, section.Count()))])),
        ]);

    private static async Task<Results<Ok<IReadOnlyList<PlanValue>>, ProblemHttpResult>> Indicator(string code, PlanDesk desk, Caller caller, CancellationToken cancellation)
    {
        PlanValue[] values = [.. (await desk.BookAsync(caller, cancellation)).Current.Where(value => string.Equals(value.Code, code, StringComparison.OrdinalIgnoreCase)).OrderBy(value => value.Year)];
        return values.Length == 0 ? Problems.NotFound(new("没有这个指标。", "There is no such indicator.")) : TypedResults.Ok<IReadOnlyList<PlanValue>>(values);
    }

    private static async Task<Ok<PageOf<PlanBoardItem>>> Board([AsParameters] PlanBoardFilter filter, [AsParameters] Paging paging, PlanDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(paging.Of<PlanBoardItem>([.. (await desk.BookAsync(caller, cancellation)).Board(filter.AsOf ?? desk.Today).Where(row =>
            (filter.Main != true || (row.Target.Source == PlanCatalogue.PlanTitle && row.Target.Section == PlanCatalogue.MainTable))
            && (filter.Plan is null || row.Plan == filter.Plan) && (filter.Chapter is null || row.Chapter == filter.Chapter) && (filter.Unit is null || row.Responsible == filter.Unit)
            && (string.IsNullOrWhiteSpace(filter.Q) || Contains(row.Target.NameZh, filter.Q) || Contains(row.Target.NameEn, filter.Q) || Contains(row.Target.Code, filter.Q))
            && (filter.Status is null || row.Assessment.Status == filter.Status.Value.Value))]));

    private static async Task<Results<Ok<PlanTargetDetail>, ProblemHttpResult>> Target(
        long id, [Description("Figures known by this day; default today")] DateOnly? asOf, PlanDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        if (await desk.FindAsync(id, asOf, caller, cancellation) is not { } target) return Problems.NotFound(PlanDesk.NoTarget);
        response.SetVersion(target.Version);
        return TypedResults.Ok(target);
    }

    private static async Task<Created<PlanItem>> Enter(PlanDraft draft, PlanDesk desk, Caller caller, CancellationToken cancellation)
    {
        CheckEverywhere(caller);
        PlanRow plan = await desk.EnterAsync(draft, cancellation);
        return TypedResults.Created($"/api/v1/economy/plan/board?plan={Uri.EscapeDataString(plan.Code)}", (await desk.BookAsync(caller, cancellation)).ItemOf(plan, desk.Today));
    }

    private static Task<Created<PlanItem>> Import(PlanImport import, PlanDesk desk, Caller caller, CancellationToken cancellation) =>
        Enter(new(import.Code, import.NameZh, import.NameEn, import.Document, import.Start, import.End, PlanDraftCheck.Parse(import.Table)), desk, caller, cancellation);

    private static async Task<Ok<PlanTargetDetail>> Change(long id, PlanTargetChange change, PlanDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        await desk.ChangeAsync(id, change, http.Request.CheckVersion, caller, cancellation);
        PlanTargetDetail target = (await desk.FindAsync(id, null, caller, cancellation))!;
        http.Response.SetVersion(target.Version);
        return TypedResults.Ok(target);
    }

    private static async Task<Ok<PlanPartsCheck>> Divide(long id, IReadOnlyList<PlanPartDraft> parts, PlanDesk desk, Caller caller, HttpContext http, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.DivideAsync(id, parts, http.Request.CheckVersion, caller, cancellation));

    private static async Task<Created<PlanValue>> EnterFigure(long id, PlanFigureDraft draft, PlanDesk desk, Caller caller, CancellationToken cancellation)
    {
        PlanFigureRow row = await desk.EnterFigureAsync(id, draft, caller, cancellation);
        return TypedResults.Created($"/api/v1/economy/plan/targets/{id}", row.ToValue());
    }

    /// <summary>A plan belongs to no asset.</summary>
    private static void CheckEverywhere(Caller caller)
    {
        if (!caller.HasEverywhere(Permissions.WritePlans)) throw new ProblemException(Problems.Forbidden(new("只有负责全部范围的人员可以录入规划。", "Only those responsible for everything may enter a plan.")));
    }

    private static bool Contains(string text, string part) => text.Contains(part.Trim(), StringComparison.OrdinalIgnoreCase);
}
