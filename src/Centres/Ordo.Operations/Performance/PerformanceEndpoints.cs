using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Operations.Performance;

/// <summary>The figures of the alarm system over HTTP.</summary>
internal static class PerformanceEndpoints
{
    private const int MaxDays = 366, MaxOperators = 50;

    public static void MapAlarmPerformance(this IEndpointRouteBuilder routes)
    {
        var performance = routes.MapGroup("/api/v1/alarm-performance").WithTags("Alarm performance").RequireAuthorization(Permissions.ReadAlarms);
        performance.MapGet("", Get).WithName("GetAlarmPerformance").ProducesProblem(400).ProducesProblem(404)
            .WithSummary("Rate, floods, bad actors, chattering, stale alarms, priorities and time to acknowledge, each against its target");
        performance.MapGet("/targets", Targets).WithName("ListAlarmPerformanceTargets").WithSummary("What the figures are measured against, every edition with its source");
    }

    private static async Task<Results<Ok<AlarmPerformance>, ProblemHttpResult>> Get(
        [Description("Beginning; default seven days before the end")] DateTimeOffset? from,
        [Description("End; default now")] DateTimeOffset? to,
        [Description("Only this asset and what lies below it")] long? asset,
        [Description("Operator positions that share the alarms, 1 … 50; default 1")] int? operators,
        PerformanceDesk desk, TimeProvider clock, Caller caller, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DateTimeOffset end = to is { } wanted && wanted < now ? wanted : now; // the future holds no alarms and would only thin the figures
        DateTimeOffset begin = from ?? end.AddDays(-7);
        if (end.Year < 1971) return Problems.BadRequest("to", new("太早。", "It is too early."));
        if (begin >= end) return Problems.BadRequest("from", new("必须早于结束时间。", "It must be before the end."));
        if (end - begin > TimeSpan.FromDays(MaxDays)) return Problems.BadRequest("from", new($"最多 {MaxDays} 天。", $"At most {MaxDays} days."));
        if (operators is < 1 or > MaxOperators) return Problems.BadRequest("operators", new($"必须在 1 与 {MaxOperators} 之间。", $"It must be between 1 and {MaxOperators}."));
        return await desk.OfAsync(begin, end, asset, operators ?? 1, caller, cancellation) is { } performance
            ? TypedResults.Ok(performance)
            : Problems.NotFound(new("没有这个资产。", "There is no such asset."));
    }

    private static Ok<IReadOnlyList<PerformanceTarget>> Targets() => TypedResults.Ok(PerformanceTarget.All);
}
