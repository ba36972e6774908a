using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Alarms;

/// <param name="Comment">What the person wants to add, at most 1000 characters.</param>
public sealed record AcknowledgeAlarm(string? Comment = null);

/// <param name="Ids">Occurrences, at most 1000.</param>
/// <param name="Comment">What the person wants to add, at most 1000 characters.</param>
public sealed record AcknowledgeAlarms(IReadOnlyList<long> Ids, string? Comment = null);

/// <param name="Until">When it ends by itself.</param>
/// <param name="Reason">Why; required, at most 1000 characters.</param>
public sealed record HoldAlarm(DateTimeOffset? Until = null, string? Reason = null);

/// <param name="DefinitionIds">At most 1000.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Reason">Why; required, at most 1000 characters.</param>
public sealed record ShelveAlarms(IReadOnlyList<long> DefinitionIds, DateTimeOffset Until, string? Reason = null);

/// <summary>Where the journal's hash chain stands.</summary>
/// <param name="EventId">Number of the last event; 0 when there is none.</param>
/// <param name="Hash">Its hash, in hex.</param>
public sealed record AlarmJournalHead(long EventId, string? Hash, DateTimeOffset? Recorded);

/// <summary>The alarm desk over HTTP.</summary>
internal static class AlarmEndpoints
{
    private const int MaxComment = 1000, MaxAtOnce = 1000;
    private static readonly Text Unknown = new("没有这条报警。", "There is no such alarm.");

    public static void MapAlarms(this IEndpointRouteBuilder routes)
    {
        var alarms = routes.MapGroup("/api/v1/alarms").WithTags("Alarms").RequireAuthorization(Permissions.ReadAlarms);
        alarms.MapGet("", List).WithName("ListAlarms").ProducesProblem(400).ProducesProblem(404);
        alarms.MapGet("/summary", Summary).WithName("SummarizeAlarms");
        alarms.MapGet("/groups", Groups).WithName("ListAlarmGroups").WithSummary("What stands on the desk, by group").ProducesProblem(400);
        alarms.MapGet("/held", Held).WithName("ListHeldAlarms").WithSummary("Everything that is shelved, suppressed or out of service").ProducesProblem(400);
        alarms.MapGet("/journal", Journal).WithName("ListAlarmJournal").WithSummary("Transitions, newest first").ProducesProblem(400);
        alarms.MapGet("/journal/head", Head).WithName("GetAlarmJournalHead").WithSummary("Number and hash of the last event, to be noted elsewhere");
        alarms.MapGet("/{id:long}", Find).WithName("GetAlarm").ProducesProblem(404);
        alarms.MapGet("/{id:long}/events", Events).WithName("ListAlarmEvents").ProducesProblem(404);
        alarms.MapPost("/{id:long}/acknowledgement", Acknowledge).RequireAuthorization(Permissions.AcknowledgeAlarms).WithName("AcknowledgeAlarm")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        alarms.MapPost("/acknowledgements", AcknowledgeMany).RequireAuthorization(Permissions.AcknowledgeAlarms).WithName("AcknowledgeAlarms").ProducesProblem(422);
        alarms.MapPost("/{id:long}/reset", Reset).RequireAuthorization(Permissions.AcknowledgeAlarms).WithName("ResetAlarm")
            .WithSummary("Releases a latched alarm that was seen").ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        alarms.MapPost("/{id:long}/comments", Comment).RequireAuthorization(Permissions.AcknowledgeAlarms).WithName("CommentAlarm")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        MapHolds(alarms);
    }

    private static void MapHolds(RouteGroupBuilder alarms)
    {
        alarms.MapPost("/shelvings", ShelveMany).RequireAuthorization(Permissions.ShelveAlarms).WithName("ShelveAlarms")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);
        alarms.MapPut("/definitions/{id:long}/shelf", Shelve).RequireAuthorization(Permissions.ShelveAlarms).WithName("ShelveAlarm")
            .WithSummary("Silences an alarm for a time").ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);
        alarms.MapDelete("/definitions/{id:long}/shelf", Unshelve).RequireAuthorization(Permissions.ShelveAlarms).WithName("UnshelveAlarm")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
        alarms.MapPut("/definitions/{id:long}/service", RemoveFromService).RequireAuthorization(Permissions.ServiceAlarms).WithName("RemoveAlarmFromService")
            .WithSummary("Takes an alarm out of service; the reason names the permit").ProducesProblem(403).ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);
        alarms.MapDelete("/definitions/{id:long}/service", ReturnToService).RequireAuthorization(Permissions.ServiceAlarms).WithName("ReturnAlarmToService")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
    }

    private static async Task<Ok<PageOf<AlarmGroupItem>>> Groups(
        [AsParameters] AlarmFilter filter, [AsParameters] Paging paging, AlarmDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.GroupsAsync(filter, paging, caller, cancellation));

    private static async Task<Ok<PageOf<AlarmHeldItem>>> Held([AsParameters] Paging paging, AlarmDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.HeldAsync(paging, caller, cancellation));

    private static async Task<Ok<PageOf<AlarmEventItem>>> Journal(
        [AsParameters] AlarmJournalFilter filter, [AsParameters] Paging paging, AlarmDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.JournalAsync(filter, paging, caller, cancellation));

    private static async Task<Ok<AlarmJournalHead>> Head(OrdoDbContext database, CancellationToken cancellation)
    {
        var last = await database.Set<AlarmEvent>().OrderByDescending(e => e.Id).Select(e => new { e.Id, e.Hash, e.Recorded }).FirstOrDefaultAsync(cancellation);
        return TypedResults.Ok(new AlarmJournalHead(last?.Id ?? 0, last?.Hash is { } hash ? Convert.ToHexStringLower(hash) : null, last?.Recorded));
    }

    private static async Task<Results<Ok<IReadOnlyList<AlarmActResult>>, ProblemHttpResult>> AcknowledgeMany(
        AcknowledgeAlarms request, AlarmDesk desk, Caller caller, CancellationToken cancellation)
    {
        if (request.Ids is not { Count: > 0 and <= MaxAtOnce } ids) return TooMany("ids");
        if (request.Comment?.Trim().Length > MaxComment) return CommentTooLong();
        string? comment = string.IsNullOrWhiteSpace(request.Comment) ? null : request.Comment.Trim();
        return TypedResults.Ok(await desk.AcknowledgeManyAsync(ids, comment, caller, cancellation));
    }

    private static async Task<NoContent> Reset(long id, AcknowledgeAlarm? request, AlarmHoldDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.ResetAsync(id, request?.Comment, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Comment(long id, AcknowledgeAlarm request, AlarmHoldDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.CommentAsync(id, request.Comment, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ShelveMany(ShelveAlarms request, AlarmHoldDesk desk, Caller caller, CancellationToken cancellation)
    {
        if (request.DefinitionIds is not { Count: > 0 and <= MaxAtOnce } ids) return TooMany("definitionIds");
        await desk.ShelveAsync(ids, request.Until, request.Reason, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Shelve(long id, HoldAlarm request, AlarmHoldDesk desk, Caller caller, CancellationToken cancellation)
    {
        if (request.Until is not { } until) return Problems.Validation(("until", new("搁置必须有结束时间。", "A shelf needs an end.")));
        await desk.ShelveAsync([id], until, request.Reason, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Unshelve(long id, string? reason, AlarmHoldDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.UnshelveAsync(id, reason, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveFromService(long id, HoldAlarm request, AlarmHoldDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.RemoveFromServiceAsync(id, request.Until, request.Reason, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ReturnToService(long id, string? reason, AlarmHoldDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.ReturnToServiceAsync(id, reason, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult TooMany(string field) =>
        Problems.Validation((field, new($"应为 1 到 {MaxAtOnce} 条。", $"It must be 1 to {MaxAtOnce} of them.")));

    private static ProblemHttpResult CommentTooLong() => Problems.Validation(("comment", new($"最多 {MaxComment} 个字符。", $"At most {MaxComment} characters.")));

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
        if (comment?.Length > MaxComment) return CommentTooLong();
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
