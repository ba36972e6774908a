using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Storage.Calculations;

/// <summary><c>/api/v1/calculations</c>: calculated series, and their formulas before they are saved.</summary>
internal static class CalculationRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var reading = routes.MapGroup("/api/v1/calculations").WithTags("Calculations").RequireAuthorization(Permissions.ReadPark).ProducesProblem(404);
        reading.MapGet("", List).WithName("ListCalculations");
        reading.MapGet("/{id:long}", Get).WithName("GetCalculation");

        var trying = routes.MapGroup("/api/v1/calculations").WithTags("Calculations").RequireAuthorization(Permissions.ReadTelemetry).ProducesProblem(422);
        trying.MapPost("/check", Check).WithName("CheckFormula");
        trying.MapPost("/preview", Preview).WithName("PreviewFormula");

        var editing = routes.MapGroup("/api/v1/calculations").WithTags("Calculations").RequireAuthorization(Permissions.WritePark).ProducesProblem(422);
        editing.MapPost("", Create).WithName("CreateCalculation");
        editing.MapPut("/{id:long}", Update).WithName("UpdateCalculation").ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
        editing.MapDelete("/{id:long}", Delete).WithName("DeleteCalculation").ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
        editing.MapPost("/{id:long}/recomputation", Recompute).WithName("RecomputeCalculation").ProducesProblem(404);
    }

    private static async Task<Ok<PageOf<CalculationItem>>> List(
        CalculationDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, long? asset = null, string? q = null) =>
        TypedResults.Ok(await desk.ListAsync(asset, q, paging, caller, cancellation));

    private static async Task<Ok<CalculationItem>> Get(long id, CalculationDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        CalculationItem item = await desk.GetAsync(id, caller, cancellation);
        response.SetVersion(item.Version);
        return TypedResults.Ok(item);
    }

    private static async Task<Ok<FormulaCheck>> Check(FormulaToCheck request, CalculationDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.CheckAsync(request, caller, cancellation));

    private static async Task<Ok<FormulaPreview>> Preview(FormulaToPreview request, CalculationDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.PreviewAsync(request, caller, cancellation));

    private static async Task<Created<CalculationItem>> Create(CalculationDraft draft, CalculationDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        CalculationItem item = await desk.CreateAsync(draft, caller, cancellation);
        response.SetVersion(item.Version);
        return TypedResults.Created($"/api/v1/calculations/{item.Id}", item);
    }

    private static async Task<Ok<CalculationItem>> Update(long id, CalculationDraft draft, CalculationDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        CalculationItem item = await desk.ChangeAsync(id, draft, version => Compare(http.Request, version), caller, cancellation);
        http.Response.SetVersion(item.Version);
        return TypedResults.Ok(item);
    }

    private static async Task<NoContent> Delete(long id, CalculationDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, version => Compare(request, version), caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Accepted> Recompute(long id, RecomputeCalculation request, CalculationDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.RecomputeAsync(id, request.From, caller, cancellation);
        return TypedResults.Accepted($"/api/v1/calculations/{id}");
    }

    private static void Compare(HttpRequest request, int version)
    {
        if (request.CheckVersion(version) is { } changed) throw new ProblemException(changed);
    }
}
