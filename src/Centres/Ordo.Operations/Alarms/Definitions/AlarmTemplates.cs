using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>What every asset of a kind should be watched for (报警模板).</summary>
public sealed class AlarmTemplate
{
    /// <summary>By which people and definitions know it.</summary>
    public required string Code { get; init; }

    public required string NameZh { get; set; }

    public string NameEn { get; set; } = "";

    /// <summary>Of which assets.</summary>
    public AssetKind AssetKind { get; set; }

    /// <summary>JSON of the parts.</summary>
    public required string Parts { get; set; }

    public int Version { get; set; } = 1;
}

internal sealed class AlarmTemplateTable : IEntityTypeConfiguration<AlarmTemplate>
{
    public void Configure(EntityTypeBuilder<AlarmTemplate> builder)
    {
        builder.ToTable("operations_alarm_template");
        builder.IsAudited("alarmTemplate", t => t.Code);
        builder.HasKey(t => t.Code);
        builder.Property(t => t.Code).HasMaxLength(AlarmTemplateDesk.MaxCode);
        builder.Property(t => t.Version).IsConcurrencyToken();
    }
}

/// <summary>One definition for each point that fits.</summary>
/// <param name="PointCode">Points of this code; or</param>
/// <param name="Quantity">points of this quantity. One of the two.</param>
/// <param name="Suffix">Added to <c>asset/point.</c>, it makes the code of the definition.</param>
/// <param name="Settings">What the definition is like; code, asset and point are those of the point that fits, the names get the point's in front.</param>
public sealed record AlarmTemplatePart(string Suffix, AlarmDefinitionDraft Settings, string? PointCode = null, string? Quantity = null);

/// <summary>A template as the console sees it.</summary>
public sealed record AlarmTemplateItem(string Code, string NameZh, string NameEn, AssetKind AssetKind, IReadOnlyList<AlarmTemplatePart> Parts, int Version);

/// <summary>What somebody wants a template to be.</summary>
public sealed record AlarmTemplateDraft(string NameZh, AssetKind AssetKind, IReadOnlyList<AlarmTemplatePart> Parts, string NameEn = "");

/// <param name="Asset">For this asset and everything below it; all in the caller's scope without it.</param>
/// <param name="Check">Only look.</param>
/// <param name="Reason">Why; required unless it only looks.</param>
public sealed record ApplyAlarmTemplate(long? Asset = null, bool Check = false, string? Reason = null);

/// <summary>What applying a template did, or would do.</summary>
/// <param name="Created">New definitions.</param>
/// <param name="Updated">Definitions made from this template before, which now are as it says.</param>
/// <param name="Unchanged">Those that are so already.</param>
/// <param name="Pending">Wait for a second person.</param>
/// <param name="Faults">What speaks against it; then nothing is applied.</param>
public sealed record AlarmTemplateResult(int Created, int Updated, int Unchanged, int Pending, IReadOnlyList<string> Codes, IReadOnlyList<string> Faults);

/// <summary>Templates: kept, and applied to every asset of their kind.</summary>
internal sealed class AlarmTemplateDesk(
    OrdoDbContext database, AlarmCatalogue catalogue, AlarmDefinitionDesk desk, IPointDirectory points, IOptions<JsonOptions> json)
{
    public const int MaxCode = 60, MaxParts = 50;
    private const int MaxShown = 200;

    public AlarmTemplateItem ItemOf(AlarmTemplate template) => new(
        template.Code, template.NameZh, template.NameEn, template.AssetKind,
        JsonSerializer.Deserialize<List<AlarmTemplatePart>>(template.Parts, json.Value.SerializerOptions)!, template.Version);

    public string PartsOf(AlarmTemplateDraft draft) => JsonSerializer.Serialize(draft.Parts, json.Value.SerializerOptions);

    public static List<(string Field, Text Reason)> FaultsOf(string code, AlarmTemplateDraft draft)
    {
        List<(string, Text)> faults = [];
        if (code.Length > MaxCode) faults.Add(("code", new($"最多 {MaxCode} 个字符。", $"At most {MaxCode} characters.")));
        if (string.IsNullOrWhiteSpace(draft.NameZh)) faults.Add(("nameZh", new("必填。", "It is required.")));
        if (draft.Parts is not { Count: > 0 and <= MaxParts }) faults.Add(("parts", new($"应有 1 到 {MaxParts} 项。", $"There must be 1 to {MaxParts} of them.")));
        for (int i = 0; i < (draft.Parts?.Count ?? 0); i++)
        {
            AlarmTemplatePart part = draft.Parts![i];
            if (string.IsNullOrWhiteSpace(part.PointCode) == string.IsNullOrWhiteSpace(part.Quantity))
                faults.Add(($"parts[{i}].pointCode", new("点位编码与物理量应二选一。", "Give either a point code or a quantity.")));
            if (string.IsNullOrWhiteSpace(part.Suffix) || draft.Parts.Count(p => p.Suffix == part.Suffix) > 1)
                faults.Add(($"parts[{i}].suffix", new("必填，且在模板内唯一。", "It is required, and unique within the template.")));
        }
        return faults;
    }

    public async Task<AlarmTemplateResult> ApplyAsync(AlarmTemplate template, ApplyAlarmTemplate request, Caller caller, CancellationToken cancellation)
    {
        AlarmTemplateItem item = ItemOf(template);
        List<(AlarmDefinition? Before, AlarmDefinition? After)> changes = [];
        List<string> faults = [];
        int unchanged = 0;
        Dictionary<string, AlarmDefinition> known = catalogue.Stored.Values.ToDictionary(d => d.Code);
        foreach (AlarmDefinition wanted in await WantedAsync(item, request.Asset, caller, cancellation))
        {
            AlarmDefinition? before = known.GetValueOrDefault(wanted.Code);
            AlarmDefinition after = before is null ? wanted : wanted with { Id = before.Id, Version = before.Version, Changed = before.Changed, ChangedBy = before.ChangedBy, AssetPath = before.AssetPath };
            if (before is not null && before.Template != template.Code)
                faults.Add(new Text($"{wanted.Code}：已有同编码的定义，且不是由此模板建立的。", $"{wanted.Code}: there is a definition of this code that was not made from this template.").ToString());
            else if (before is not null && AlarmDefinitionDiff.Of(before, after).Count == 0) unchanged++;
            else if (await desk.JudgeAsync(after, caller, cancellation) is { Count: > 0 } wrong) faults.AddRange(wrong.Select(w => $"{wanted.Code}, {w.Field}: {w.Reason}"));
            else changes.Add((before, after));
        }
        if (faults.Count == 0 && !request.Check && changes.Count > 0) await desk.SaveAsync(changes, request.Reason, caller, cancellation);
        int created = changes.Count(c => c.Before is null);
        return new(created, changes.Count - created, unchanged, changes.Count(c => desk.NeedsApproval(c.Before, c.After)), [.. changes.Take(MaxShown).Select(c => c.After!.Code)], [.. faults.Take(MaxShown)]);
    }

    private async Task<List<AlarmDefinition>> WantedAsync(AlarmTemplateItem template, long? below, Caller caller, CancellationToken cancellation)
    {
        IQueryable<Asset> assets = database.Set<Asset>().AsNoTracking().Where(a => a.Kind == template.AssetKind);
        if (below is { } id)
        {
            string root = await database.Set<Asset>().Where(a => a.Id == id).Select(a => a.Path).SingleOrDefaultAsync(cancellation) ?? "";
            if (!caller.Has(Permissions.ConfigureAlarms, root)) throw new ProblemException(Problems.NotFound(new("没有这个资产。", "There is no such asset.")));
            assets = assets.Within(a => a.Path, [root]);
        }
        Dictionary<long, string> codes = await assets.Within(a => a.Path, caller.ScopesOf(Permissions.ConfigureAlarms)).ToDictionaryAsync(a => a.Id, a => a.Code, cancellation);
        List<AlarmDefinition> wanted = [];
        foreach (PointEntry entry in points.Current.All.Where(e => codes.ContainsKey(e.Point.AssetId)))
            foreach (AlarmTemplatePart part in template.Parts.Where(p => p.PointCode is { } code ? code == entry.Point.Code : p.Quantity == entry.Point.Quantity))
                wanted.Add(Definition(template.Code, part, entry.Point, codes[entry.Point.AssetId]));
        return wanted;
    }

    private static AlarmDefinition Definition(string template, AlarmTemplatePart part, Point point, string assetCode)
    {
        AlarmDefinitionDraft settings = part.Settings with
        {
            Code = $"{assetCode}/{point.Code}.{part.Suffix}", PointId = point.Id, AssetId = point.AssetId,
            NameZh = $"{point.NameZh} {part.Settings.NameZh}",
            NameEn = part.Settings.NameEn.Length == 0 ? "" : $"{(point.NameEn.Length > 0 ? point.NameEn : point.NameZh)} {part.Settings.NameEn}",
        };
        var definition = new AlarmDefinition { Code = settings.Code, NameZh = settings.NameZh, Kind = settings.Kind, AssetId = point.AssetId, Priority = settings.Priority, Template = template, Version = 0 };
        settings.ApplyTo(definition);
        return definition;
    }
}

/// <summary>Templates over HTTP.</summary>
internal static class AlarmTemplateEndpoints
{
    private static readonly Text Unknown = new("没有这个模板。", "There is no such template.");

    public static void MapAlarmTemplates(this IEndpointRouteBuilder routes)
    {
        var templates = routes.MapGroup("/api/v1/alarms/templates").WithTags("Alarm templates").RequireAuthorization(Permissions.ReadAlarms);
        templates.MapGet("", List).WithName("ListAlarmTemplates").ProducesProblem(400);
        templates.MapGet("/{code}", Get).WithName("GetAlarmTemplate").ProducesProblem(404);
        templates.MapPut("/{code}", Put).RequireAuthorization(Permissions.ConfigureAlarms).WithName("PutAlarmTemplate")
            .WithSummary("Makes a template, or with If-Match changes it").ProducesProblem(403).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        templates.MapDelete("/{code}", Delete).RequireAuthorization(Permissions.ConfigureAlarms).WithName("DeleteAlarmTemplate").ProducesProblem(403).ProducesProblem(404);
        templates.MapPost("/{code}/application", Apply).RequireAuthorization(Permissions.ConfigureAlarms).WithName("ApplyAlarmTemplate")
            .WithSummary("Makes the definitions for every asset of the kind; check only looks").ProducesProblem(404).ProducesProblem(422);
    }

    private static async Task<Ok<PageOf<AlarmTemplateItem>>> List([AsParameters] Paging paging, OrdoDbContext database, AlarmTemplateDesk desk, CancellationToken cancellation)
    {
        PageOf<AlarmTemplate> page = await database.Set<AlarmTemplate>().AsNoTracking().OrderBy(t => t.Code).ToPageAsync(paging, cancellation);
        return TypedResults.Ok(new PageOf<AlarmTemplateItem>([.. page.Items.Select(desk.ItemOf)], page.Total, page.Page, page.PageSize));
    }

    private static async Task<Results<Ok<AlarmTemplateItem>, ProblemHttpResult>> Get(
        string code, OrdoDbContext database, AlarmTemplateDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        if (await database.Set<AlarmTemplate>().FindAsync([code], cancellation) is not { } template) return Problems.NotFound(Unknown);
        response.SetVersion(template.Version);
        return TypedResults.Ok(desk.ItemOf(template));
    }

    private static async Task<Results<Ok<AlarmTemplateItem>, ProblemHttpResult>> Put(
        string code, AlarmTemplateDraft draft, OrdoDbContext database, AlarmTemplateDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        // A template says what holds for every asset of a kind, so whoever changes it must be responsible for all of them.
        if (!caller.HasEverywhere(Permissions.ConfigureAlarms)) return Problems.Forbidden(new("模板只能由负责整个园区的人修改。", "Templates are changed by those responsible for the whole park."));
        List<(string, Text)> faults = AlarmTemplateDesk.FaultsOf(code, draft);
        if (faults.Count > 0) return Problems.Validation(faults);
        AlarmTemplate? template = await database.Set<AlarmTemplate>().FindAsync([code], cancellation);
        if (template is null)
        {
            template = new() { Code = code, NameZh = draft.NameZh, NameEn = draft.NameEn, AssetKind = draft.AssetKind, Parts = desk.PartsOf(draft) };
            database.Add(template);
        }
        else
        {
            if (http.Request.CheckVersion(template.Version) is { } changed) return changed;
            (template.NameZh, template.NameEn, template.AssetKind, template.Parts, template.Version) = (draft.NameZh, draft.NameEn, draft.AssetKind, desk.PartsOf(draft), template.Version + 1);
        }
        await database.SaveChangesAsync(cancellation);
        http.Response.SetVersion(template.Version);
        return TypedResults.Ok(desk.ItemOf(template));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(string code, OrdoDbContext database, Caller caller, CancellationToken cancellation)
    {
        if (!caller.HasEverywhere(Permissions.ConfigureAlarms)) return Problems.Forbidden(new("模板只能由负责整个园区的人修改。", "Templates are changed by those responsible for the whole park."));
        if (await database.Set<AlarmTemplate>().FindAsync([code], cancellation) is not { } template) return Problems.NotFound(Unknown);
        database.Remove(template); // the definitions made from it stay: they are watched
        await database.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<AlarmTemplateResult>, ProblemHttpResult>> Apply(
        string code, ApplyAlarmTemplate request, OrdoDbContext database, AlarmTemplateDesk desk, Caller caller, CancellationToken cancellation)
    {
        if (await database.Set<AlarmTemplate>().FindAsync([code], cancellation) is not { } template) return Problems.NotFound(Unknown);
        if (!request.Check && string.IsNullOrWhiteSpace(request.Reason)) return Problems.Validation(("reason", new("必须说明变更原因。", "A change needs a reason.")));
        return TypedResults.Ok(await desk.ApplyAsync(template, request, caller, cancellation));
    }
}
