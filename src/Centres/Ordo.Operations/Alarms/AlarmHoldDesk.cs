using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms;

/// <summary>Shelving, service and resetting: what people do to alarms beyond seeing them. Answered when it is on disk.</summary>
internal sealed class AlarmHoldDesk(AlarmDefinitionDesk definitions, AlarmDesk desk, AlarmEngine engine, AlarmOptions options, TimeProvider clock)
{
    private const int MaxReason = 1000;
    private static readonly TimeSpan LongestService = TimeSpan.FromDays(90);

    public async Task ShelveAsync(IReadOnlyList<long> ids, DateTimeOffset until, string? reason, Caller caller, CancellationToken cancellation)
    {
        List<AlarmDefinition> found = [.. ids.Distinct().Select(id => definitions.Find(id, caller, Permissions.ShelveAlarms))];
        string why = Reason(reason);
        Within("until", until, options.LongestShelf);
        long last = 0;
        foreach (AlarmDefinition definition in found) last = engine.Shelve(definition, until, By(caller, why));
        await WrittenAsync(last, cancellation);
    }

    public async Task UnshelveAsync(long id, string? reason, Caller caller, CancellationToken cancellation)
    {
        AlarmDefinition definition = definitions.Find(id, caller, Permissions.ShelveAlarms);
        (bool was, long sequence) = engine.Unshelve(definition, By(caller, Optional(reason)));
        if (!was) throw new ProblemException(Problems.Conflict("not-shelved", new("该报警未被搁置。", "The alarm is not shelved.")));
        await WrittenAsync(sequence, cancellation);
    }

    public async Task RemoveFromServiceAsync(long id, DateTimeOffset? until, string? reason, Caller caller, CancellationToken cancellation)
    {
        AlarmDefinition definition = definitions.Find(id, caller, Permissions.ServiceAlarms);
        string why = Reason(reason);
        if (until is { } end) Within("until", end, LongestService);
        await WrittenAsync(engine.RemoveFromService(definition, until, By(caller, why)), cancellation);
    }

    public async Task ReturnToServiceAsync(long id, string? reason, Caller caller, CancellationToken cancellation)
    {
        AlarmDefinition definition = definitions.Find(id, caller, Permissions.ServiceAlarms);
        (bool was, long sequence) = engine.ReturnToService(definition, By(caller, Optional(reason)));
        if (!was) throw new ProblemException(Problems.Conflict("not-out-of-service", new("该报警未退出服务。", "The alarm is not out of service.")));
        await WrittenAsync(sequence, cancellation);
    }

    public async Task ResetAsync(long id, string? comment, Caller caller, CancellationToken cancellation)
    {
        await RequireAsync(id, caller, cancellation);
        (ResetOutcome outcome, long sequence) = engine.Reset(id, By(caller, Optional(comment)));
        await WrittenAsync(sequence, cancellation);
        if (outcome != ResetOutcome.Done)
            throw new ProblemException(Problems.Conflict("not-resettable", new(
                "只有已确认、条件已消失的锁存报警才能复位。", "Only a latched alarm that was acknowledged and whose condition is gone can be reset.")));
    }

    public async Task CommentAsync(long id, string? comment, Caller caller, CancellationToken cancellation)
    {
        await RequireAsync(id, caller, cancellation);
        (bool isOpen, long sequence) = engine.Comment(id, By(caller, Reason(comment, "comment")));
        if (!isOpen) throw new ProblemException(Problems.Conflict("alarm-already-normal", new("该报警已恢复正常。", "The alarm is normal again.")));
        await WrittenAsync(sequence, cancellation);
    }

    private async Task RequireAsync(long id, Caller caller, CancellationToken cancellation)
    {
        (AlarmOccurrence? alarm, bool isAllowed) = await desk.ForActAsync(id, Permissions.AcknowledgeAlarms, caller, cancellation);
        if (alarm is null) throw new ProblemException(Problems.NotFound(new("没有这条报警。", "There is no such alarm.")));
        if (!isAllowed) throw new ProblemException(Problems.Forbidden(new("您对该资产的报警没有此权限。", "You may not do this to alarms of this asset.")));
    }

    private async Task WrittenAsync(long sequence, CancellationToken cancellation)
    {
        if (!await desk.WrittenAsync(sequence, cancellation))
            throw new ProblemException(Problems.Unavailable(new("操作尚未写入数据库，请稍后查看。", "It could not be written to the database yet. Look again."), TimeSpan.FromSeconds(5)));
    }

    private void Within(string field, DateTimeOffset until, TimeSpan longest)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (until <= now || until > now + longest)
            throw Invalid(field, new($"应在现在之后，且不超过 {longest.TotalHours:0.#} 小时。", $"It must be in the future, and not more than {longest.TotalHours:0.#} hours away."));
    }

    private static string Reason(string? reason, string field = "reason") =>
        Optional(reason, field) ?? throw Invalid(field, new("必须说明原因。", "A reason is required."));

    private static string? Optional(string? text, string field = "reason")
    {
        string? trimmed = string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        return trimmed?.Length > MaxReason ? throw Invalid(field, new($"最多 {MaxReason} 个字符。", $"At most {MaxReason} characters.")) : trimmed;
    }

    private static AlarmActor By(Caller caller, string? comment) => new(caller.DisplayName, caller.AccountId, comment);

    private static ProblemException Invalid(string field, Text reason) => new(Problems.Validation((field, reason)));
}
