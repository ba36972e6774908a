using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Operations.Alarms;

/// <param name="Comment">What the person wants to add, at most 1000 characters.</param>
public sealed record AcknowledgeAlarm(string? Comment = null);

/// <summary>The alarm desk over HTTP.</summary>
internal static class AlarmEndpoints
{
    private const int MaxComment = 1000;
    private static readonly Text Unknown = new("没有这条报警。", "There is no such alarm.");

    public static void MapAlarms(this IEndpointRouteBuilder routes)
    {
        var alarms = routes.MapGroup("/api/v1/alarms").WithTags("Alarms").RequireAuthorization(Permissions.ReadAlarms);
        alarms.MapGet("", List).WithName("ListAlarms").ProducesProblem(400).ProducesProblem(404);
        alarms.MapGet("/summary", Summary).WithName("SummarizeAlarms");
        alarms.MapGet("/{id:long}", Find).WithName("GetAlarm").ProducesProblem(404);
        alarms.MapGet("/{id:long}/events", Events).WithName("ListAlarmEvents").ProducesProblem(404);
        alarms.MapPost("/{id:long}/acknowledgement", Acknowledge).RequireAuthorization(Permissions.AcknowledgeAlarms).WithName("AcknowledgeAlarm")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
    }

    private static async Task<Results<Ok<PageOf<AlarmItem>>, ProblemHttpResult>> List(
        [AsParameters] AlarmFilter filter, [AsParameters] Paging paging, AlarmDesk desk, Caller caller, CancellationToken cancellation) =>
        await desk.ListAsync(filter, paging, caller, cancellation) is { } page
            ? TypedResults.Ok(page)
            : Problems.NotFound(new("没有这个资产。", "There is no such asset."));

    private static async Task<Ok<AlarmSummary>> Summary(AlarmDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.SummaryAsync(caller, cancellation));

    private static async Task<Results<Ok<AlarmItem>, ProblemHttpResult>> Find(long id, AlarmDesk desk, Caller caller, CancellationToken cancellation) =>
        await desk.FindAsync(id, caller, cancellation) is { } alarm ? TypedResults.Ok(alarm) : Problems.NotFound(Unknown);

    private static async Task<Results<Ok<IReadOnlyList<AlarmEventItem>>, ProblemHttpResult>> Events(
        long id, AlarmDesk desk, Caller caller, CancellationToken cancellation) =>
        await desk.EventsAsync(id, caller, cancellation) is { } events ? TypedResults.Ok(events) : Problems.NotFound(Unknown);

    private static async Task<Results<NoContent, ProblemHttpResult>> Acknowledge(
        long id, AcknowledgeAlarm? request, AlarmDesk desk, Caller caller, CancellationToken cancellation)
    {
        string? comment = string.IsNullOrWhiteSpace(request?.Comment) ? null : request.Comment.Trim();
        if (comment?.Length > MaxComment)
            return Problems.Validation(("comment", new($"最多 {MaxComment} 个字符。", $"At most {MaxComment} characters.")));
        return await desk.AcknowledgeAsync(id, comment, caller, cancellation) switch
        {
            AcknowledgementOutcome.Done => TypedResults.NoContent(),
            AcknowledgementOutcome.NotAllowed => Problems.Forbidden(new("您无权确认该资产的报警。", "You may not acknowledge alarms of this asset.")),
            AcknowledgementOutcome.AlreadyNormal => Problems.Conflict("alarm-already-normal", new(
                "该报警已恢复并已确认，无需再确认。", "The alarm has returned and was acknowledged; there is nothing left to acknowledge.")),
            AcknowledgementOutcome.RisenAgain => Problems.Conflict("alarm-risen-again", new(
                "该报警之后又再次发生，请刷新列表并确认最新的一次。", "The alarm has risen again since. Load the list and acknowledge the newest occurrence.")),
            AcknowledgementOutcome.NotWritten => Problems.Unavailable(new(
                "确认尚未写入数据库，请稍后再试。", "The acknowledgement could not be written to the database yet. Try again."), TimeSpan.FromSeconds(5)),
            _ => Problems.NotFound(Unknown), // an alarm outside the caller's scope must look like none at all
        };
    }
}
