using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>
/// Management of change: definitions are made, changed and deleted here and nowhere else, each time with who, when, before, after and why; where the priority
/// demands it, only after a second person agreed.
/// </summary>
internal sealed class AlarmDefinitionDesk(
    OrdoDbContext database, AlarmCatalogue catalogue, IPointDirectory points, ExpressionNames names, AlarmOptions options, IOptions<JsonOptions> json, TimeProvider clock)
{
    private static readonly Text Unknown = new("没有这条报警定义。", "There is no such alarm definition.");

    private JsonSerializerOptions Json => json.Value.SerializerOptions;

    /// <exception cref="ProblemException">404: it does not exist, or lies outside the caller's scope.</exception>
    public AlarmDefinition Find(long id, Caller caller, string permission = Permissions.ReadAlarms)
    {
        AlarmDefinition? found = catalogue.Find(id, points.Current);
        if (found is null || !caller.Has(Permissions.ReadAlarms, PathOf(found))) throw new ProblemException(Problems.NotFound(Unknown));
        if (!caller.Has(permission, PathOf(found)))
            throw new ProblemException(Problems.Forbidden(new("您对该资产的报警没有此权限。", "You may not do this to alarms of this asset.")));
        return found;
    }

    /// <summary>Makes one, or puts it before a second person.</summary>
    public async Task<DefinitionOutcome> CreateAsync(AlarmDefinitionDraft draft, Caller caller, string? template, CancellationToken cancellation)
    {
        var definition = new AlarmDefinition
        {
            Code = draft.Code, NameZh = draft.NameZh, Kind = draft.Kind, AssetId = draft.AssetId ?? 0, Priority = draft.Priority, Template = template, Version = 0,
        };
        draft.ApplyTo(definition);
        await CheckAsync(definition, caller, cancellation);
        return await ChangeAsync(null, definition, draft.Reason, caller, cancellation);
    }

    /// <summary>Changes one, or puts the change before a second person. The version was compared before.</summary>
    public async Task<DefinitionOutcome> UpdateAsync(AlarmDefinition before, AlarmDefinitionDraft draft, Caller caller, CancellationToken cancellation)
    {
        if (draft.Kind != before.Kind) throw Invalid(new Fault("kind", "类型不能更改，请新建一条定义。", "The kind cannot be changed; make a new definition."));
        if (before.IsLimitOfPoint && (draft.Limit is { } limit && limit != before.Limit || draft.Deadband != 0 && draft.Deadband != before.Deadband))
            throw Invalid(new Fault("limit", "限值与回差属于点位，请在点位上修改。", "Limit and deadband are the point's; change them there."));
        RequireReason(draft.Reason);
        AlarmDefinition after = before with { };
        draft.ApplyTo(after);
        await CheckAsync(after, caller, cancellation);
        return await ChangeAsync(before, after, draft.Reason, caller, cancellation);
    }

    /// <summary>Deletes one; of a limit of a point, what was said more about it.</summary>
    public Task<DefinitionOutcome> DeleteAsync(AlarmDefinition before, string? reason, Caller caller, CancellationToken cancellation)
    {
        RequireReason(reason);
        if (before.Version == 0) throw new ProblemException(Problems.Conflict("limit-of-point", new(
            "该报警是点位的限值，请在点位上删除。", "This alarm is a limit of a point; remove it there.")));
        return ChangeAsync(before, null, reason, caller, cancellation);
    }

    /// <summary>A second person agrees.</summary>
    public async Task<AlarmDefinitionChange> ApproveAsync(long changeId, string? comment, Caller caller, CancellationToken cancellation)
    {
        AlarmDefinitionChange change = await PendingAsync(changeId, caller, cancellation);
        if (change.ById == caller.AccountId)
            throw new ProblemException(Problems.Conflict("own-change", new("不能审批自己提出的变更，需由第二人审批。", "Nobody approves their own change; it needs a second person.")));
        AlarmDefinition? before = change.DefinitionId == 0 ? null : catalogue.Find(change.DefinitionId, points.Current);
        AlarmDefinition? after = change.After is null ? null : JsonSerializer.Deserialize<AlarmDefinition>(change.After, Json);
        (change.DecidedAt, change.DecidedBy, change.DecisionComment) = (clock.GetUtcNow(), caller.DisplayName, comment);
        if (change.Action != AlarmChangeAction.Create && before?.Version != change.BaseVersion)
        {
            change.Status = AlarmChangeStatus.Overtaken;
            await database.SaveChangesAsync(cancellation);
            throw new ProblemException(Problems.Conflict("change-overtaken", new(
                "该定义在提出变更之后已被他人修改，此变更作废。", "The definition was changed by somebody else after this change was proposed; it is void.")));
        }
        change.Status = AlarmChangeStatus.Applied;
        await ApplyAsync([(before, after, change)], change.By, cancellation);
        return change;
    }

    public async Task<AlarmDefinitionChange> RejectAsync(long changeId, string? comment, Caller caller, CancellationToken cancellation)
    {
        AlarmDefinitionChange change = await PendingAsync(changeId, caller, cancellation);
        (change.Status, change.DecidedAt, change.DecidedBy, change.DecisionComment) = (AlarmChangeStatus.Rejected, clock.GetUtcNow(), caller.DisplayName, comment);
        await database.SaveChangesAsync(cancellation);
        return change;
    }

    /// <summary>What is wrong with a definition, codes of others included.</summary>
    public async Task<List<Fault>> FaultsOfAsync(AlarmDefinition definition, CancellationToken cancellation)
    {
        List<Fault> faults = AlarmDefinitionRules.FaultsOf(definition, points.Current);
        if (await database.Set<AlarmDefinition>().AnyAsync(d => d.Code == definition.Code && d.Id != definition.Id, cancellation))
            faults.Add(new("code", $"编码“{definition.Code}”已被使用。", $"The code '{definition.Code}' is taken."));
        return faults;
    }

    /// <summary>The place of the asset it belongs to; what has none is for those who see everything.</summary>
    public string PathOf(AlarmDefinition definition) =>
        (definition.PointId is { } point ? points.Current.ById(point)?.AssetPath : null) ?? definition.AssetPath ?? "/";

    /// <summary>Whether a change between these two needs a second person.</summary>
    public bool NeedsApproval(AlarmDefinition? before, AlarmDefinition? after) =>
        Math.Min(before?.Priority ?? AlarmPriority.Lowest, after?.Priority ?? AlarmPriority.Lowest) <= options.ApprovalUpToPriority;

    /// <summary>Looks at a proposed definition, puts the points of its expressions into ids, and finds its place.</summary>
    /// <returns>What is wrong with it.</returns>
    public async Task<IReadOnlyList<Fault>> JudgeAsync(AlarmDefinition definition, Caller caller, CancellationToken cancellation)
    {
        List<Fault> wrong = [];
        definition.Expression = await ReadAsync("expression", definition.Expression, caller, wrong, cancellation);
        definition.SuppressWhen = await ReadAsync("suppressWhen", definition.SuppressWhen, caller, wrong, cancellation);
        if (definition.PointId is { } pointId && points.Current.ById(pointId) is { } point)
        {
            definition.AssetId = point.Point.AssetId;
            definition.AssetPath = point.AssetPath;
        }
        else
        {
            definition.AssetPath = await database.Set<Asset>().Where(a => a.Id == definition.AssetId).Select(a => a.Path).SingleOrDefaultAsync(cancellation);
        }
        wrong.AddRange((await FaultsOfAsync(definition, cancellation)).Where(fault => !wrong.Exists(w => w.Field == fault.Field)));
        if (definition.AssetPath is null || !caller.Has(Permissions.ConfigureAlarms, definition.AssetPath))
            wrong.Add(new(definition.PointId is null ? "assetId" : "pointId", "没有这个资产或点位，或它不在您的范围内。", "There is no such asset or point within your scope."));
        return wrong;
    }

    /// <summary>Writes changes, all or none, each with its history; those that need a second person wait for one.</summary>
    public async Task<IReadOnlyList<DefinitionOutcome>> SaveAsync(
        IReadOnlyList<(AlarmDefinition? Before, AlarmDefinition? After)> changes, string? reason, Caller caller, CancellationToken cancellation)
    {
        List<(AlarmDefinition? Before, AlarmDefinition? After, AlarmDefinitionChange Change)> all = [.. changes.Select(c => (c.Before, c.After, ChangeOf(c.Before, c.After, reason, caller)))];
        database.AddRange(all.Select(c => c.Change));
        List<AlarmDefinition?> saved = await ApplyAsync([.. all.Where(c => c.Change.Status == AlarmChangeStatus.Applied)], caller.DisplayName, cancellation);
        int next = 0;
        return [.. all.Select(c => c.Change.Status == AlarmChangeStatus.Applied ? new DefinitionOutcome(saved[next++], null) : new(null, c.Change))];
    }

    private async Task<string?> ReadAsync(string field, string? text, Caller caller, List<Fault> wrong, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var (expression, faults) = await names.ReadAsync(field, text, caller, cancellation);
        wrong.AddRange(faults);
        return expression is null ? text : ExpressionNames.Stored(expression);
    }

    private async Task CheckAsync(AlarmDefinition definition, Caller caller, CancellationToken cancellation)
    {
        IReadOnlyList<Fault> faults = await JudgeAsync(definition, caller, cancellation);
        if (faults.Count > 0) throw Invalid([.. faults]);
    }

    private async Task<DefinitionOutcome> ChangeAsync(AlarmDefinition? before, AlarmDefinition? after, string? reason, Caller caller, CancellationToken cancellation) =>
        (await SaveAsync([(before, after)], reason, caller, cancellation))[0];

    private AlarmDefinitionChange ChangeOf(AlarmDefinition? before, AlarmDefinition? after, string? reason, Caller caller) => new()
    {
        DefinitionId = before?.Id ?? 0,
        Code = (after ?? before)!.Code,
        AssetId = (after ?? before)!.AssetId,
        Action = before is null ? AlarmChangeAction.Create : after is null ? AlarmChangeAction.Delete : AlarmChangeAction.Update,
        Status = NeedsApproval(before, after) ? AlarmChangeStatus.Pending : AlarmChangeStatus.Applied,
        Before = before is null ? null : JsonSerializer.Serialize(before, Json),
        After = after is null ? null : JsonSerializer.Serialize(after, Json),
        BaseVersion = before?.Version ?? 0,
        Reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
        Time = clock.GetUtcNow(),
        By = caller.DisplayName,
        ById = caller.AccountId,
    };

    /// <summary>Definitions and history in one transaction; then the engine judges by them.</summary>
    private async Task<List<AlarmDefinition?>> ApplyAsync(
        IReadOnlyList<(AlarmDefinition? Before, AlarmDefinition? After, AlarmDefinitionChange Change)> changes, string by, CancellationToken cancellation)
    {
        List<AlarmDefinition?> saved = [];
        try
        {
            Dictionary<long, AlarmDefinition> stored = await StoredAsync([.. changes.Where(c => c.Before is { Version: > 0 }).Select(c => c.Before!)], cancellation);
            foreach (var (before, after, _) in changes)
            {
                AlarmDefinition? now = after is null ? null : Storable(after) with { Version = (before?.Version ?? 0) + 1, Changed = clock.GetUtcNow(), ChangedBy = by };
                if (now is null) database.Remove(stored[before!.Id]);
                else if (before is null or { Version: 0 }) database.Add(now);
                else database.Entry(stored[before.Id]).CurrentValues.SetValues(now);
                saved.Add(now);
            }
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            await database.SaveChangesAsync(cancellation);
            for (int i = 0; i < changes.Count; i++)
                if (saved[i] is { } now && changes[i].Change.DefinitionId == 0) changes[i].Change.DefinitionId = now.Id;
            await database.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw new ProblemException(Problems.PreconditionFailed());
        }
        catch (DbUpdateException fault) when (fault.IsDuplicate())
        {
            throw Invalid(new Fault("code", "编码刚刚被他人占用。", "Somebody has just taken this code."));
        }
        if (changes.Count > 0)
            await catalogue.RefreshAsync([.. changes.Select((c, i) => saved[i]?.Id ?? c.Before!.Id)], CancellationToken.None);
        return saved.ConvertAll(now => now is null ? null : catalogue.Find(now.Id, points.Current) ?? now);
    }

    private async Task<Dictionary<long, AlarmDefinition>> StoredAsync(IReadOnlyList<AlarmDefinition> before, CancellationToken cancellation)
    {
        Dictionary<long, AlarmDefinition> stored = [];
        foreach (AlarmDefinition[] part in before.Chunk(500))
        {
            long[] ids = [.. part.Select(d => d.Id)];
            foreach (AlarmDefinition row in await database.Set<AlarmDefinition>().Where(d => ids.Contains(d.Id)).ToListAsync(cancellation)) stored[row.Id] = row;
        }
        if (before.Any(d => stored.GetValueOrDefault(d.Id)?.Version != d.Version)) throw new ProblemException(Problems.PreconditionFailed());
        return stored;
    }

    /// <summary>What the point knows better is not stored.</summary>
    private static AlarmDefinition Storable(AlarmDefinition definition) => definition.IsLimitOfPoint ? definition with { Limit = null, Deadband = 0 } : definition with { };

    private async Task<AlarmDefinitionChange> PendingAsync(long id, Caller caller, CancellationToken cancellation)
    {
        AlarmDefinitionChange? change = await database.Set<AlarmDefinitionChange>().SingleOrDefaultAsync(c => c.Id == id, cancellation);
        string path = change is null ? "" : await database.Set<Asset>().Where(a => a.Id == change.AssetId).Select(a => a.Path).SingleOrDefaultAsync(cancellation) ?? "/";
        if (change is null || !caller.Has(Permissions.ApproveAlarms, path)) throw new ProblemException(Problems.NotFound(new("没有这条变更。", "There is no such change.")));
        if (change.Status != AlarmChangeStatus.Pending)
            throw new ProblemException(Problems.Conflict("change-decided", new("该变更已有结论。", "This change has been decided.")));
        return change;
    }

    private static void RequireReason(string? reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw Invalid(new Fault("reason", "必须说明变更原因。", "A change needs a reason."));
    }

    private static ProblemException Invalid(params Fault[] faults) => new(Problems.Validation([.. faults.Select(f => (f.Field, f.Reason))]));
}

/// <summary>What became of a change.</summary>
/// <param name="Definition">As it is now; <c>null</c> when it was deleted or waits.</param>
/// <param name="Pending">Waits for a second person.</param>
internal readonly record struct DefinitionOutcome(AlarmDefinition? Definition, AlarmDefinitionChange? Pending);
