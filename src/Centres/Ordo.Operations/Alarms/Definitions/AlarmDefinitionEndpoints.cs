using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>A change of a definition as the console sees it.</summary>
/// <param name="Before">The definition before; <c>null</c> for a new one.</param>
/// <param name="After">The definition after; <c>null</c> for one that is deleted.</param>
public sealed record AlarmDefinitionChangeItem(
    long Id, long DefinitionId, string Code, long AssetId, AlarmChangeAction Action, AlarmChangeStatus Status, JsonElement? Before, JsonElement? After, string? Reason,
    DateTimeOffset Time, string By, DateTimeOffset? DecidedAt, string? DecidedBy, string? DecisionComment)
{
    internal static AlarmDefinitionChangeItem Of(AlarmDefinitionChange change) => new(
        change.Id, change.DefinitionId, change.Code, change.AssetId, change.Action, change.Status, Json(change.Before), Json(change.After), change.Reason,
        change.Time, change.By, change.DecidedAt, change.DecidedBy, change.DecisionComment);

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}

/// <param name="Comment">What the second person wants to add.</param>
public sealed record DecideAlarmChange(string? Comment = null);

/// <param name="Expression">A condition, as it is written in a definition.</param>
public sealed record CheckAlarmExpression(string Expression);

/// <summary>What is wrong with a condition.</summary>
/// <param name="Stored">As it would be stored: points by id.</param>
/// <param name="PointIds">The points it reads.</param>
/// <param name="Faults">Each with its place.</param>
public sealed record AlarmExpressionCheck(bool Ok, string? Stored, IReadOnlyList<long> PointIds, IReadOnlyList<string> Faults);

/// <summary>How many definitions there are of each priority, and how many there should be.</summary>
public sealed record AlarmDistributionItem(int Priority, int Count, double Percent, double TargetPercent);

/// <summary>Definitions of alarms over HTTP.</summary>
internal static class AlarmDefinitionEndpoints
{
    public static void MapAlarmDefinitions(this IEndpointRouteBuilder routes)
    {
        var reading = routes.MapGroup("/api/v1/alarms").WithTags("Alarm definitions").RequireAuthorization(Permissions.ReadAlarms);
        reading.MapGet("/definitions", List).WithName("ListAlarmDefinitions").ProducesProblem(400).ProducesProblem(404);
        reading.MapGet("/definitions/distribution", Distribution).WithName("GetAlarmDistribution").WithSummary("Definitions by priority against the target");
        reading.MapGet("/definitions.csv", Export).WithName("ExportAlarmDefinitions").Produces<Stream>(200, "text/csv").ProducesProblem(404);
        reading.MapGet("/definitions/{id:long}", Get).WithName("GetAlarmDefinition").ProducesProblem(404);
        reading.MapGet("/definitions/{id:long}/changes", Changes).WithName("ListAlarmDefinitionChanges").WithSummary("Who changed it, when, what and why").ProducesProblem(404);
        reading.MapGet("/changes", AllChanges).WithName("ListAlarmChanges").ProducesProblem(400);

        var editing = routes.MapGroup("/api/v1/alarms/definitions").WithTags("Alarm definitions").RequireAuthorization(Permissions.ConfigureAlarms).ProducesProblem(422);
        editing.MapPost("", Create).WithName("CreateAlarmDefinition");
        editing.MapPut("/{id:long}", Update).WithName("UpdateAlarmDefinition").ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
        editing.MapPost("/mass-edit/preview", PreviewMassEdit).WithName("PreviewAlarmMassEdit").WithSummary("What a change of many definitions would do").ProducesProblem(403).ProducesProblem(404);
        editing.MapPost("/mass-edit", MassEdit).WithName("ApplyAlarmMassEdit").WithSummary("Does what was previewed, all or none").ProducesProblem(403).ProducesProblem(404).ProducesProblem(412);
        editing.MapPost("/import", Import).WithName("ImportAlarmDefinitions").WithSummary("CSV with one definition a row; check=true only looks").ProducesProblem(413)
            // Forms of foreign pages are refused for all routes at once, by the CrossSiteGuard.
            .DisableAntiforgery().WithFormOptions(multipartBodyLengthLimit: AlarmDefinitionFile.MaxBytes + (1 << 20));
        editing.MapPost("/check-expression", CheckExpression).WithName("CheckAlarmExpression").WithSummary("What is wrong with a condition, and where");
        editing.MapDelete("/{id:long}", Delete).WithName("DeleteAlarmDefinition").ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);

        var deciding = routes.MapGroup("/api/v1/alarms/changes").WithTags("Alarm definitions").RequireAuthorization(Permissions.ApproveAlarms).ProducesProblem(404).ProducesProblem(409);
        deciding.MapPost("/{id:long}/approval", Approve).WithName("ApproveAlarmChange").ProducesProblem(412);
        deciding.MapPost("/{id:long}/rejection", Reject).WithName("RejectAlarmChange");
    }

    private static async Task<Ok<PageOf<AlarmDefinitionItem>>> List(
        [AsParameters] AlarmDefinitionFilter filter, [AsParameters] Paging paging, AlarmDefinitionList list, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await list.PageAsync(filter, paging, caller, cancellation));

    private static async Task<Ok<AlarmDefinitionItem>> Get(
        long id, AlarmDefinitionDesk desk, AlarmDefinitionList list, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        AlarmDefinition found = desk.Find(id, caller);
        response.SetVersion(found.Version);
        return TypedResults.Ok(await list.ItemAsync(found, cancellation));
    }

    private static async Task<Results<Created<AlarmDefinitionItem>, Accepted<AlarmDefinitionChangeItem>>> Create(
        AlarmDefinitionDraft draft, AlarmDefinitionDesk desk, AlarmDefinitionList list, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        DefinitionOutcome outcome = await desk.CreateAsync(draft, caller, null, cancellation);
        if (outcome.Pending is { } change) return Waiting(change);
        response.SetVersion(outcome.Definition!.Version);
        return TypedResults.Created($"/api/v1/alarms/definitions/{outcome.Definition.Id}", await list.ItemAsync(outcome.Definition, cancellation));
    }

    private static async Task<Results<Ok<AlarmDefinitionItem>, Accepted<AlarmDefinitionChangeItem>>> Update(
        long id, AlarmDefinitionDraft draft, AlarmDefinitionDesk desk, AlarmDefinitionList list, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        AlarmDefinition before = desk.Find(id, caller, Permissions.ConfigureAlarms);
        if (http.Request.CheckVersion(before.Version) is { } changed) throw new ProblemException(changed);
        DefinitionOutcome outcome = await desk.UpdateAsync(before, draft, caller, cancellation);
        if (outcome.Pending is { } change) return Waiting(change);
        http.Response.SetVersion(outcome.Definition!.Version);
        return TypedResults.Ok(await list.ItemAsync(outcome.Definition, cancellation));
    }

    private static async Task<Results<NoContent, Accepted<AlarmDefinitionChangeItem>>> Delete(
        long id, string? reason, AlarmDefinitionDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        AlarmDefinition before = desk.Find(id, caller, Permissions.ConfigureAlarms);
        if (request.CheckVersion(before.Version) is { } changed) throw new ProblemException(changed);
        DefinitionOutcome outcome = await desk.DeleteAsync(before, reason, caller, cancellation);
        return outcome.Pending is { } change ? Waiting(change) : TypedResults.NoContent();
    }

    private static async Task<Ok<AlarmMassEditResult>> PreviewMassEdit(AlarmMassEditRequest request, AlarmMassEdit edit, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await edit.RunAsync(request, isApplied: false, caller, cancellation));

    private static async Task<Ok<AlarmMassEditResult>> MassEdit(AlarmMassEditRequest request, AlarmMassEdit edit, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await edit.RunAsync(request, isApplied: true, caller, cancellation));

    private static async Task<FileStreamHttpResult> Export([AsParameters] AlarmDefinitionFilter filter, AlarmDefinitionFile file, Caller caller, CancellationToken cancellation)
    {
        var content = new MemoryStream();
        await file.WriteAsync(content, filter, caller, cancellation);
        content.Position = 0;
        return TypedResults.Stream(content, "text/csv", "ordo-alarm-definitions.csv");
    }

    private static async Task<Results<Ok<AlarmImportResult>, ProblemHttpResult>> Import(
        IFormFile file, AlarmDefinitionFile definitions, Caller caller, CancellationToken cancellation, bool check = false, string? reason = null)
    {
        if (!check && string.IsNullOrWhiteSpace(reason)) return Problems.Validation(("reason", new("必须说明变更原因。", "A change needs a reason.")));
        await using Stream content = file.OpenReadStream();
        var (result, faults) = await definitions.ReadAsync(content, file.FileName, reason, isApplied: !check, caller, cancellation);
        if (result is not null) return TypedResults.Ok(result);
        ProblemHttpResult problem = Problems.Of(StatusCodes.Status422UnprocessableEntity, "import-refused", new(
            $"有 {faults.Count} 处错误，未做任何修改。", $"{faults.Count} cells are wrong; nothing was changed."));
        problem.ProblemDetails.Extensions["total"] = faults.Count;
        problem.ProblemDetails.Extensions["rows"] = faults;
        return problem;
    }

    private static async Task<Ok<AlarmExpressionCheck>> CheckExpression(CheckAlarmExpression request, ExpressionNames names, Caller caller, CancellationToken cancellation)
    {
        var (expression, faults) = await names.ReadAsync("expression", request.Expression, caller, cancellation);
        return TypedResults.Ok(new AlarmExpressionCheck(
            expression is not null, expression is null ? null : ExpressionNames.Stored(expression), [.. expression?.Inputs.Select(i => i.PointId) ?? []],
            [.. faults.Select(f => f.Reason.ToString())]));
    }

    private static async Task<Ok<PageOf<AlarmDefinitionChangeItem>>> Changes(
        long id, [AsParameters] Paging paging, OrdoDbContext database, AlarmDefinitionDesk desk, Caller caller, CancellationToken cancellation)
    {
        bool isOwn = await database.Set<AlarmDefinitionChange>().AnyAsync(c => c.DefinitionId == id, cancellation) && caller.HasEverywhere(Permissions.ReadAlarms);
        if (!isOwn) desk.Find(id, caller); // the history of a deleted one is for those who see everything
        PageOf<AlarmDefinitionChange> page = await database.Set<AlarmDefinitionChange>().AsNoTracking().Where(c => c.DefinitionId == id)
            .OrderByDescending(c => c.Id).ToPageAsync(paging, cancellation);
        return TypedResults.Ok(Shown(page));
    }

    private static async Task<Ok<PageOf<AlarmDefinitionChangeItem>>> AllChanges(
        Word<AlarmChangeStatus>? status, [AsParameters] Paging paging, OrdoDbContext database, Caller caller, CancellationToken cancellation)
    {
        var changes =
            from change in database.Set<AlarmDefinitionChange>().AsNoTracking()
            join asset in database.Set<Asset>() on change.AssetId equals asset.Id into assets
            from asset in assets.DefaultIfEmpty()
            select new ChangeRow { Change = change, Asset = asset };
        changes = changes.Within(row => row.Asset!.Path, caller.ScopesOf(Permissions.ReadAlarms));
        if (status is { Value: var wanted }) changes = changes.Where(row => row.Change.Status == wanted);
        return TypedResults.Ok(Shown(await changes.OrderByDescending(row => row.Change.Id).ToPageAsync(paging, row => row.Change, cancellation)));
    }

    private static async Task<Ok<AlarmDefinitionChangeItem>> Approve(
        long id, DecideAlarmChange? request, AlarmDefinitionDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(AlarmDefinitionChangeItem.Of(await desk.ApproveAsync(id, request?.Comment, caller, cancellation)));

    private static async Task<Ok<AlarmDefinitionChangeItem>> Reject(
        long id, DecideAlarmChange? request, AlarmDefinitionDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(AlarmDefinitionChangeItem.Of(await desk.RejectAsync(id, request?.Comment, caller, cancellation)));

    private static Ok<List<AlarmDistributionItem>> Distribution(AlarmDefinitionList list, Caller caller) => TypedResults.Ok(list.Distribution(caller));

    private static Accepted<AlarmDefinitionChangeItem> Waiting(AlarmDefinitionChange change) =>
        TypedResults.Accepted($"/api/v1/alarms/changes?status=pending", AlarmDefinitionChangeItem.Of(change));

    private static PageOf<AlarmDefinitionChangeItem> Shown(PageOf<AlarmDefinitionChange> page) =>
        new([.. page.Items.Select(AlarmDefinitionChangeItem.Of)], page.Total, page.Page, page.PageSize);

    private sealed class ChangeRow
    {
        public required AlarmDefinitionChange Change { get; init; }

        public Asset? Asset { get; init; }
    }
}

/// <summary>Definitions in the caller's scope, with the names of what they belong to and where their alarms stand.</summary>
internal sealed class AlarmDefinitionList(AlarmCatalogue catalogue, AlarmEngine engine, IPointDirectory points, AssetNames assets, OrdoDbContext database)
{
    public async Task<PageOf<AlarmDefinitionItem>> PageAsync(AlarmDefinitionFilter filter, Paging paging, Caller caller, CancellationToken cancellation)
    {
        PageOf<AlarmDefinition> page = paging.Of(await FindAsync(filter, caller, cancellation));
        var names = await assets.OfAsync(page.Items.Select(d => d.AssetId), cancellation);
        return new([.. page.Items.Select(d => ItemOf(d, names.GetValueOrDefault(d.AssetId)))], page.Total, page.Page, page.PageSize);
    }

    /// <summary>Everything the filter finds.</summary>
    public async Task<List<AlarmDefinition>> FindAsync(AlarmDefinitionFilter filter, Caller caller, CancellationToken cancellation)
    {
        string? root = null;
        if (filter.Asset is { } asset)
        {
            root = await database.Set<Asset>().Where(a => a.Id == asset).Select(a => a.Path).SingleOrDefaultAsync(cancellation);
            if (root is null || !caller.Has(Permissions.ReadAlarms, root)) throw new ProblemException(Problems.NotFound(new("没有这个资产。", "There is no such asset.")));
        }
        return [.. Visible(caller).Where(d => Matches(d, filter, root))];
    }

    public async Task<AlarmDefinitionItem> ItemAsync(AlarmDefinition definition, CancellationToken cancellation) =>
        ItemOf(definition, (await assets.OfAsync([definition.AssetId], cancellation)).GetValueOrDefault(definition.AssetId));

    public List<AlarmDistributionItem> Distribution(Caller caller)
    {
        int[] counts = new int[AlarmPriority.Lowest + 1];
        foreach (AlarmDefinition definition in Visible(caller)) counts[Math.Clamp(definition.Priority, AlarmPriority.Highest, AlarmPriority.Lowest)]++;
        double total = Math.Max(1, counts.Sum());
        return [.. PriorityMatrix.TargetPercent.Select(t => new AlarmDistributionItem(t.Key, counts[t.Key], Math.Round(100 * counts[t.Key] / total, 2), t.Value))];
    }

    /// <summary>Everything the caller may see.</summary>
    public IEnumerable<AlarmDefinition> Visible(Caller caller) => caller.HasEverywhere(Permissions.ReadAlarms)
        ? catalogue.All(points.Current)
        : catalogue.All(points.Current).Where(d => caller.Has(Permissions.ReadAlarms, d.AssetPath ?? "/"));

    public bool Matches(AlarmDefinition definition, AlarmDefinitionFilter filter, string? root)
    {
        if (root is not null && definition.AssetPath?.StartsWith(root, StringComparison.Ordinal) != true) return false;
        if (filter.Point is { } point && definition.PointId != point) return false;
        if (filter.Kind is { Length: > 0 } kinds && !kinds.Any(k => k.Value == definition.Kind)) return false;
        if (filter.Priority is { Length: > 0 } priorities && !priorities.Contains(definition.Priority)) return false;
        if (filter.Enabled is { } enabled && definition.IsEnabled != enabled) return false;
        if (filter.OfPoint is { } ofPoint && definition.IsLimitOfPoint != ofPoint) return false;
        if (filter.Template is { } template && definition.Template != template) return false;
        if (filter.Held is { } held && engine.StandingOf(definition.Id).Situation.State.IsHeld() != held) return false;
        if (string.IsNullOrWhiteSpace(filter.Q)) return true;
        string wanted = filter.Q.Trim();
        return Contains(definition.Code) || Contains(definition.NameZh) || Contains(definition.NameEn)
            || (definition.PointId is { } id && points.Current.ById(id) is { } entry && (Contains(entry.Point.Code) || Contains(entry.Point.NameZh) || Contains(entry.Point.NameEn)));

        bool Contains(string text) => text.Contains(wanted, StringComparison.OrdinalIgnoreCase);
    }

    private AlarmDefinitionItem ItemOf(AlarmDefinition definition, AssetName? asset) => AlarmDefinitionItem.Of(
        definition, definition.PointId is { } point ? points.Current.ById(point)?.Point : null, asset, engine.StandingOf(definition.Id));
}
