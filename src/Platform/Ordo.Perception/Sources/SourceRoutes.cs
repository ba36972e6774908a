using System.ComponentModel;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Perception.Gateways;

namespace Ordo.Perception.Sources;

/// <summary><c>/api/v1/sources</c>, their templates and gateways. A source without an asset is seen only by those who may see sources everywhere.</summary>
internal static class SourceRoutes
{
    private const int MaxRequestsShown = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var sources = routes.MapGroup("/api/v1/sources").WithTags("Sources").ProducesProblem(404);
        sources.MapGet("", List).WithName("ListSources").RequireAuthorization(Permissions.ReadSources);
        sources.MapGet("/{id:int}", Get).WithName("GetSource").RequireAuthorization(Permissions.ReadSources);
        sources.MapPut("/{id:int}", Update).WithName("UpdateSource").RequireAuthorization(Permissions.WriteSources)
            .ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        sources.MapGet("/{id:int}/frames", Frames).WithName("ListFrames").RequireAuthorization(Permissions.ReadSources);
        sources.MapGet("/{id:int}/claim", Propose).WithName("ProposeClaim").RequireAuthorization(Permissions.WriteSources).ProducesProblem(422);
        sources.MapPost("/{id:int}/claim", Claim).WithName("ClaimSource").RequireAuthorization(Permissions.WriteSources).ProducesProblem(409).ProducesProblem(422);
        sources.MapPost("/{id:int}/requests", Ask).WithName("SendDeviceRequest").RequireAuthorization(Permissions.CommandSources).ProducesProblem(409).ProducesProblem(422);
        sources.MapGet("/{id:int}/requests", Requests).WithName("ListDeviceRequests").RequireAuthorization(Permissions.ReadSources);

        routes.MapGet("/api/v1/source-templates", Templates).WithName("ListSourceTemplates").WithTags("Sources").RequireAuthorization(Permissions.ReadSources);
        routes.MapGet("/api/v1/gateways", Gateways).WithName("ListGateways").WithTags("Sources").RequireAuthorization(Permissions.ReadSources);
        routes.MapGet("/api/v1/gateways/{name}/frames", Strangers).WithName("ListStrangersFrames").WithTags("Sources")
            .RequireAuthorization(Permissions.ReadSources).ProducesProblem(404);
    }

    private static async Task<Ok<PageOf<SourceItem>>> List(
        SourceRegistry registry, SourceDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation,
        string? q = null, string? gateway = null, [Description("online or offline")] string? state = null, bool? claimed = null, long? asset = null)
    {
        string? under = asset is { } id ? await PathOfAsync(desk, id, caller, cancellation) : null;
        SourceState? wanted = StateOf(state);
        string? words = string.IsNullOrWhiteSpace(q) ? null : q.Trim();
        List<Source> found = [.. registry.All.Where(s => IsVisible(s, caller)
            && (gateway is null || s.Gateway == gateway)
            && (wanted is null || s.State == wanted)
            && (claimed is null || s.Profile.Asset is not null == claimed)
            && (under is null || (s.Profile.Asset?.Path.StartsWith(under, StringComparison.Ordinal) ?? false))
            && (words is null || Mentions(s, words)))];
        PageOf<Source> page = paging.Of(found);
        return TypedResults.Ok(new PageOf<SourceItem>([.. page.Items.Select(SourceItem.Of)], page.Total, page.Page, page.PageSize));
    }

    private static Ok<SourceDetail> Get(int id, SourceRegistry registry, GatewayList gateways, Caller caller, HttpResponse response)
    {
        Source source = Visible(registry, id, caller);
        response.SetVersion(source.Profile.Version);
        return TypedResults.Ok(new SourceDetail(source, gateways.SecretsOf(source.Gateway)));
    }

    private static async Task<Ok<SourceDetail>> Update(
        int id, SourceEdit edit, SourceRegistry registry, SourceDesk desk, GatewayList gateways, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        Source source = Writable(registry, id, caller, Permissions.WriteSources);
        if (http.Request.CheckVersion(source.Profile.Version) is { } changed) throw new ProblemException(changed);
        SourceAsset? asset = source.Profile.Asset;
        if (edit.AssetId != asset?.Id)
        {
            // Giving a source up takes it out of everybody's sight who does not see everything.
            if (edit.AssetId is null && !caller.HasEverywhere(Permissions.WriteSources)) throw NoSuchAsset();
            asset = edit.AssetId is { } wanted ? await WritableAssetAsync(desk, wanted, caller, cancellation) : null;
        }

        Check(await desk.ChangeAsync(source, edit, asset, cancellation));
        http.Response.SetVersion(source.Profile.Version);
        return TypedResults.Ok(new SourceDetail(source, gateways.SecretsOf(source.Gateway)));
    }

    private static Ok<List<FrameItem>> Frames(int id, SourceRegistry registry, GatewayList gateways, Caller caller)
    {
        Source source = Visible(registry, id, caller);
        return TypedResults.Ok(Shown(source.Frames, gateways.Find(source.Gateway)));
    }

    private static Ok<List<FrameItem>> Strangers(string name, SourceRegistry registry, GatewayList gateways, Caller caller) =>
        caller.HasEverywhere(Permissions.ReadSources) && gateways.Find(name) is { } gateway
            ? TypedResults.Ok(Shown(registry.Gateway(name).Strangers, gateway))
            : throw new ProblemException(Problems.NotFound(new("没有这个网关。", "There is no such gateway.")));

    private static Ok<ClaimProposal> Propose(int id, SourceRegistry registry, SourceDesk desk, Caller caller, string? template = null)
    {
        Source source = Writable(registry, id, caller, Permissions.WriteSources);
        SourceTemplate? chosen = template is { Length: > 0 } ? SourceTemplate.Find(template) : null;
        if (template is { Length: > 0 } && chosen?.Gateway != source.Gateway)
            throw new ProblemException(Problems.Validation(("template", new("没有这个模板，或它不适用于此网关。", "There is no such template for this gateway."))));
        return TypedResults.Ok(desk.Propose(source, chosen));
    }

    private static async Task<Ok<ClaimResult>> Claim(int id, SourceClaim claim, SourceRegistry registry, SourceDesk desk, Caller caller, CancellationToken cancellation)
    {
        Source source = Writable(registry, id, caller, Permissions.WriteSources);
        if (source.Profile.Asset is not null && source.Profile.Asset.Id != claim.AssetId)
            throw new ProblemException(Problems.Conflict("source-already-claimed", new("该数据源已被认领；请先在设置中更换资产。", "The source is already claimed; change its asset in its settings first.")));
        SourceAsset asset = await WritableAssetAsync(desk, claim.AssetId, caller, cancellation);
        (int points, IReadOnlyList<Fault> faults) = await desk.ClaimAsync(source, claim, asset, cancellation);
        Check(faults);
        return TypedResults.Ok(new ClaimResult(points));
    }

    private static async Task<Accepted<DeviceRequestAccepted>> Ask(
        int id, DeviceRequestCommand wanted, SourceRegistry registry, GatewayList gateways, SourceKeeper keeper, Caller caller, CancellationToken cancellation)
    {
        Source source = Writable(registry, id, caller, Permissions.CommandSources);
        if (gateways.Find(source.Gateway) is not ICommandingGateway gateway)
            throw new ProblemException(Problems.Conflict("no-requests", new("此网关的数据源不接受命令。", "Sources of this gateway take no requests.")));
        RequestOutcome outcome = gateway.Ask(source, wanted.Command, wanted.Arguments ?? new Dictionary<string, string>(), caller.DisplayName);
        if (outcome.Obstacle is { } obstacle) throw new ProblemException(Problems.Conflict("device-not-reachable", obstacle));
        if (outcome.Faults.Count > 0) throw new ProblemException(Problems.Validation(outcome.Faults));
        await keeper.SaveNowAsync(cancellation); // in the caller's name, for the audit
        return TypedResults.Accepted($"/api/v1/sources/{id}/requests", new DeviceRequestAccepted(outcome.Request!.Id));
    }

    private static async Task<Ok<List<DeviceRequest>>> Requests(
        int id, SourceRegistry registry, SourceKeeper keeper, OrdoDbContext database, Caller caller, CancellationToken cancellation)
    {
        Source source = Visible(registry, id, caller);
        await keeper.SaveNowAsync(cancellation);
        List<SourceRequestRow> rows = await database.Set<SourceRequestRow>().AsNoTracking().Where(r => r.SourceId == source.Id)
            .OrderByDescending(r => r.Created).ThenByDescending(r => r.Id).Take(MaxRequestsShown).ToListAsync(cancellation);
        return TypedResults.Ok(rows.ConvertAll(r => new DeviceRequest(
            r.Id, r.Command, JsonSerializer.Deserialize<Dictionary<string, string>>(r.Arguments) ?? [], r.State,
            SourceItem.OrNull(new Text(r.ResultZh, r.ResultEn).ToString()), r.Created, r.Finished, r.By)));
    }

    private static Ok<List<SourceTemplateItem>> Templates(string? gateway = null) => TypedResults.Ok(SourceTemplate.All
        .Where(t => gateway is null || t.Gateway == gateway)
        .Select(t => new SourceTemplateItem(t.Code, t.NameZh, t.NameEn, t.Gateway, [.. t.Channels.Select(c => c.Channel)])).ToList());

    private static Ok<List<GatewayItem>> Gateways(SourceRegistry registry, GatewayList gateways, Caller caller)
    {
        Dictionary<string, int> counts = registry.All.Where(s => IsVisible(s, caller)).GroupBy(s => s.Gateway).ToDictionary(g => g.Key, g => g.Count());
        return TypedResults.Ok(gateways.All.Select(g => new GatewayItem(
            g.Name, counts.GetValueOrDefault(g.Name),
            [.. g.Settings.Select(s => new GatewaySetting(s.Name, s.Label.Zh, s.Label.En, s.Expected.Zh, s.Expected.En, s.IsSecret))],
            [.. (g as ICommandingGateway)?.Commands.Select(CommandOf) ?? []])).ToList());
    }

    private static GatewayCommand CommandOf(SourceCommand command) => new(
        command.Command, command.Name.Zh, command.Name.En,
        [.. command.Arguments.Select(a => new GatewayArgument(a.Name, a.Label.Zh, a.Label.En, a.Required, a.Expected.Zh, a.Expected.En, a.IsSecret))]);

    private static List<FrameItem> Shown(FrameLog log, IGateway? gateway) => [.. log.Read().Select(e => new FrameItem(
        e.Id, DateTimeOffset.FromUnixTimeMilliseconds(e.TimeMs), e.Direction, gateway is null ? FrameText.Of(e.Raw) : gateway.Show(e.Raw), e.Verdict,
        e.Reason.En is { Length: > 0 } ? e.Reason.ToString() : null, e.Samples))];

    /// <summary>Words of the query are as in the answers, camelCase, which the framework's own binding of an enum would not take.</summary>
    private static SourceState? StateOf(string? state) => state switch
    {
        null or "" => null,
        "online" => SourceState.Online,
        "offline" => SourceState.Offline,
        _ => throw new ProblemException(Problems.BadRequest("state", new("应为 online 或 offline。", "It should be online or offline."))),
    };

    private static bool IsVisible(Source source, Caller caller) => Holds(source, caller, Permissions.ReadSources);

    private static bool Holds(Source source, Caller caller, string permission) =>
        source.Profile.Asset is { } asset ? caller.Has(permission, asset.Path) : caller.HasEverywhere(permission);

    private static bool Mentions(Source source, string words) =>
        source.Key.Contains(words, StringComparison.OrdinalIgnoreCase)
        || source.Profile.NameZh.Contains(words, StringComparison.OrdinalIgnoreCase)
        || source.Profile.NameEn.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static Source Visible(SourceRegistry registry, int id, Caller caller) =>
        registry.Find(id) is { } source && IsVisible(source, caller) ? source : throw NoSuchSource();

    private static Source Writable(SourceRegistry registry, int id, Caller caller, string permission)
    {
        if (registry.Find(id) is { } source && Holds(source, caller, permission)) return source;
        throw registry.Find(id) is { } seen && IsVisible(seen, caller)
            ? new ProblemException(Problems.Forbidden(new("您可以查看但不能操作这个数据源。", "You may see this source but not do this to it.")))
            : NoSuchSource();
    }

    private static async Task<SourceAsset> WritableAssetAsync(SourceDesk desk, long id, Caller caller, CancellationToken cancellation) =>
        await desk.FindAssetAsync(id, cancellation) is { } asset && caller.Has(Permissions.WriteSources, asset.Path) ? asset : throw NoSuchAsset();

    private static async Task<string> PathOfAsync(SourceDesk desk, long id, Caller caller, CancellationToken cancellation) =>
        await desk.FindAssetAsync(id, cancellation) is { } asset && caller.Has(Permissions.ReadSources, asset.Path)
            ? asset.Path
            : throw new ProblemException(Problems.NotFound(new("没有这个资产。", "There is no such asset.")));

    private static void Check(IReadOnlyList<Fault> faults)
    {
        if (faults.Count > 0) throw new ProblemException(Problems.Validation([.. faults.Select(f => (f.Field, f.Reason))]));
    }

    private static ProblemException NoSuchSource() => new(Problems.NotFound(new("没有这个数据源。", "There is no such source.")));

    private static ProblemException NoSuchAsset() => new(Problems.Validation(("assetId", new("没有这个资产。", "There is no such asset."))));
}
