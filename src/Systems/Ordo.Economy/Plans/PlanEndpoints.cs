using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Plans;

/// <summary>The published figures of the plan over HTTP. They are public, so every signed-in person may read them.</summary>
internal static class PlanEndpoints
{
    public static void MapPlan(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder plan = routes.MapGroup("/api/v1/economy/plan").WithTags("Plan monitor").RequireAuthorization(Permissions.SignedIn);
        plan.MapGet("/values", Values).WithName("ListPlanValues").ProducesProblem(400).WithSummary("Every published figure with its document and section");
        plan.MapGet("/indicators/{code}", Indicator).WithName("GetPlanIndicator").ProducesProblem(404).WithSummary("All figures of one indicator, oldest first");
        plan.MapGet("/board", Board).WithName("GetPlanBoard").ProducesProblem(400).WithSummary("Status of every target by the published figures");
    }

    private static Ok<PageOf<PlanValue>> Values(
        [Description("Part of a name or of the code")] string? q,
        [Description("Full Chinese name of the area")] string? area,
        [Description("Chinese name of the category")] string? category,
        Word<PlanValueType>? type,
        int? year,
        [AsParameters] Paging paging) => TypedResults.Ok(paging.Of<PlanValue>([.. PlanCatalogue.All.Where(value =>
            (string.IsNullOrWhiteSpace(q) || Contains(value.NameZh, q) || Contains(value.NameEn, q) || Contains(value.Code, q))
            && (area is null || value.Area == area) && (category is null || value.Category == category)
            && (type is null || value.Type == type.Value.Value) && (year is null || value.Year == year))]));

    private static Results<Ok<IReadOnlyList<PlanValue>>, ProblemHttpResult> Indicator(string code)
    {
        PlanValue[] values = [.. PlanCatalogue.All.Where(value => string.Equals(value.Code, code, StringComparison.OrdinalIgnoreCase)).OrderBy(value => value.Year)];
        return values.Length == 0 ? Problems.NotFound(new("没有这个指标。", "There is no such indicator.")) : TypedResults.Ok<IReadOnlyList<PlanValue>>(values);
    }

    private static Ok<PageOf<PlanBoardRow>> Board(
        [Description("Only the plan's table of main indicators (专栏1)")] bool? main,
        [Description("Only this status")] Word<PlanStatus>? status,
        [Description("Figures known by this day; default today")] DateOnly? asOf,
        TimeProvider time,
        [AsParameters] Paging paging) => TypedResults.Ok(paging.Of<PlanBoardRow>([.. PlanBoard
            .Of(PlanCatalogue.All, asOf ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), new())
            .Where(row => (main != true || (row.Target.Source == PlanCatalogue.PlanTitle && row.Target.Section == PlanCatalogue.MainTable))
                && (status is null || row.Assessment.Status == status.Value.Value))]));

    private static bool Contains(string text, string part) => text.Contains(part.Trim(), StringComparison.OrdinalIgnoreCase);
}
