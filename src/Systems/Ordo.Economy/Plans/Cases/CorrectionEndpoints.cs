using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Plans.Cases;

/// <summary><c>/api/v1/economy/plan/cases</c></summary>
internal static class CorrectionEndpoints
{
    public static void MapCorrections(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder cases = routes.MapGroup("/api/v1/economy/plan").WithTags("Correction cases").RequireAuthorization(Permissions.ReadPlans);
        cases.MapGet("/deviations", Deviations).WithName("ListPlanDeviations").WithSummary("Targets that are behind and have no correction case yet, the worst first");
        cases.MapGet("/cases", List).WithName("ListCorrectionCases").ProducesProblem(400).WithSummary("Correction cases, what is under way first");
        cases.MapGet("/cases/{id:long}", Find).WithName("GetCorrectionCase").ProducesProblem(404);
        cases.MapPost("/cases", Open).RequireAuthorization(Permissions.CorrectPlans).WithName("OpenCorrectionCase").ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        cases.MapPost("/cases/{id:long}/steps", Step).RequireAuthorization(Permissions.CorrectPlans).WithName("StepCorrectionCase").WithSummary("Assign, remark, report done, give back, close with a new value, withdraw")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
    }

    private static async Task<Ok<IReadOnlyList<PlanDeviation>>> Deviations(CorrectionDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.DeviationsAsync(caller, cancellation));

    private static async Task<Ok<PageOf<CorrectionItem>>> List(
        Word<CorrectionState>? state,
        [Description("Only what is under way, or only what is over")] bool? open,
        [Description("Only of this target")] long? target,
        [Description("Part of a title, a target's name or an owner")] string? q,
        [AsParameters] Paging paging, CorrectionDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.ListAsync(state?.Value, open, target, q, paging, caller, cancellation));

    private static async Task<Ok<CorrectionDetail>> Find(long id, CorrectionDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        CorrectionDetail detail = await desk.FindAsync(id, caller, cancellation);
        response.SetVersion(detail.Case.Version);
        return TypedResults.Ok(detail);
    }

    private static async Task<Created<CorrectionItem>> Open(CorrectionDraft draft, CorrectionDesk desk, Caller caller, CancellationToken cancellation)
    {
        CorrectionItem item = await desk.OpenAsync(draft, caller, cancellation);
        return TypedResults.Created($"/api/v1/economy/plan/cases/{item.Id}", item);
    }

    private static async Task<Ok<CorrectionItem>> Step(long id, CorrectionStep step, CorrectionDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        CorrectionItem item = await desk.StepAsync(id, step, http.Request.CheckVersion, caller, cancellation);
        http.Response.SetVersion(item.Version);
        return TypedResults.Ok(item);
    }
}
