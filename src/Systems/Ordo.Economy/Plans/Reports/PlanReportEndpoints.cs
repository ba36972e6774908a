using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;

namespace Ordo.Economy.Plans.Reports;

/// <summary><c>/api/v1/economy/plan/reports</c>: frozen ones only; nothing here changes or deletes.</summary>
internal static class PlanReportEndpoints
{
    private const string Workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    public static void MapPlanReports(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reports = routes.MapGroup("/api/v1/economy/plan/reports").WithTags("Plan reports").RequireAuthorization(Permissions.ReadPlans);
        reports.MapGet("", List).WithName("ListPlanReports").WithSummary("Frozen reports, the newest first, each with whether it is still as frozen");
        reports.MapGet("/{id:long}", Find).WithName("GetPlanReport").ProducesProblem(404);
        reports.MapGet("/{id:long}/workbook", Book).WithName("GetPlanReportWorkbook").WithSummary("The report as XLSX").Produces(200, null, Workbook).ProducesProblem(404);
        reports.MapPost("", Freeze).RequireAuthorization(Permissions.WritePlans).WithName("FreezePlanReport").WithSummary("Freeze what is known of a plan today or on an earlier day").ProducesProblem(404).ProducesProblem(422);
    }

    private static async Task<Ok<IReadOnlyList<PlanReportItem>>> List(long? plan, PlanReports reports, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await reports.ListAsync(plan, caller, cancellation));

    private static async Task<Ok<PlanReportDetail>> Find(long id, PlanReports reports, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await reports.FindAsync(id, caller, cancellation));

    private static async Task<FileContentHttpResult> Book(long id, PlanReports reports, Caller caller, CancellationToken cancellation)
    {
        PlanReportDetail report = await reports.FindAsync(id, caller, cancellation);
        return TypedResults.File(PlanWorkbook.Of(report), Workbook, $"{report.Report.Title}.xlsx");
    }

    private static async Task<Created<PlanReportItem>> Freeze(PlanReportDraft draft, PlanReports reports, Caller caller, CancellationToken cancellation)
    {
        PlanReportItem report = await reports.FreezeAsync(draft, caller, cancellation);
        return TypedResults.Created($"/api/v1/economy/plan/reports/{report.Id}", report);
    }
}
