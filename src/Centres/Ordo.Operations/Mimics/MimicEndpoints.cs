using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Mimics;

/// <param name="Svg">The drawing; refused with element and line where it could run or lead outside.</param>
/// <param name="Bindings">What shows what.</param>
/// <param name="AssetId">Where it belongs, and what <c>@</c> stands for; <c>null</c> is everywhere.</param>
public sealed record MimicDraft(string Name, string Svg, IReadOnlyList<MimicBinding> Bindings, long? AssetId = null);

/// <param name="Version">The ETag.</param>
public sealed record MimicItem(long Id, string Name, long? AssetId, string? AssetNameZh, string? AssetNameEn, bool MayEdit, int Version);

/// <summary>A mimic diagram with its drawing.</summary>
public sealed record MimicDetail(MimicItem Mimic, string Svg, IReadOnlyList<MimicBinding> Bindings);

/// <param name="Svg">A drawing that somebody wants to use.</param>
public sealed record MimicDrawing(string Svg);

/// <param name="References">As bindings write them.</param>
/// <param name="Asset">What <c>@</c> stands for.</param>
public sealed record MimicReferences(IReadOnlyList<string> References, long? Asset = null);

/// <param name="Point">With its newest value; <c>null</c> when there is none, or none that the caller may read.</param>
public sealed record MimicPoint(string Reference, PointItem? Point);

/// <summary>Mimic diagrams over HTTP. A drawing is no measurement: who sees it still sees only the points of their own scope.</summary>
internal static class MimicEndpoints
{
    private static readonly Text Unknown = new("没有这张组态图。", "There is no such mimic diagram."), NotYours = new("您可以查看但不能修改。", "You may see this but not change it.");

    public static void MapMimics(this IEndpointRouteBuilder routes)
    {
        var mimics = routes.MapGroup("/api/v1/mimics").WithTags("Mimics").RequireAuthorization(Permissions.ReadReports);
        mimics.MapGet("", List).WithName("ListMimics").ProducesProblem(400);
        mimics.MapGet("/{id:long}", Get).WithName("GetMimic").ProducesProblem(404);
        mimics.MapPost("/points", Points).WithName("FindMimicPoints").WithSummary("The points that bindings name, with their newest values; asset stands for @").ProducesProblem(422);
        mimics.MapPost("/check", Check).RequireAuthorization(Permissions.WriteReports).WithName("CheckMimic").WithSummary("Cleans a drawing without keeping it").ProducesProblem(422);
        mimics.MapPost("", Add).RequireAuthorization(Permissions.WriteReports).WithName("CreateMimic").ProducesProblem(422);
        mimics.MapPut("/{id:long}", Change).RequireAuthorization(Permissions.WriteReports).WithName("UpdateMimic").ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        mimics.MapDelete("/{id:long}", Delete).RequireAuthorization(Permissions.WriteReports).WithName("DeleteMimic").ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
    }

    private static async Task<Ok<PageOf<MimicItem>>> List(OrdoDbContext database, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, long? asset = null)
    {
        List<Row> rows = await Rows(database).Where(r => asset == null || r.AssetId == asset).OrderBy(r => r.Name).ThenBy(r => r.Id).ToListAsync(cancellation);
        return TypedResults.Ok(paging.Of<MimicItem>([.. rows.Where(r => caller.Has(Permissions.ReadReports, r.Path)).Select(r => r.ItemFor(caller))]));
    }

    private static async Task<Results<Ok<MimicDetail>, ProblemHttpResult>> Get(long id, OrdoDbContext database, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        if (await FindAsync(database, id, caller, cancellation) is not { } row) return Problems.NotFound(Unknown);
        response.SetVersion(row.Version);
        return TypedResults.Ok(await DetailAsync(database, row, caller, cancellation));
    }

    private static async Task<Ok<IReadOnlyList<MimicPoint>>> Points(MimicReferences request, OrdoDbContext database, IPointDirectory points, LiveValues live, Caller caller, CancellationToken cancellation)
    {
        if (request.References.Count > MimicRules.MaxBindings) throw new ProblemException(Problems.Validation(("references", new($"最多 {MimicRules.MaxBindings} 项。", $"At most {MimicRules.MaxBindings}."))));
        var found = await PointReferences.FindAsync(database, points.Current, caller, request.References.Where(PointReferences.IsSingle), request.Asset, 1, cancellation);
        long[] owners = [.. found.SelectMany(f => f.Points).Select(p => p.Point.AssetId).Distinct()];
        Dictionary<long, Asset> assets = await database.Set<Asset>().AsNoTracking().Where(a => owners.Contains(a.Id)).ToDictionaryAsync(a => a.Id, cancellation);
        return TypedResults.Ok((IReadOnlyList<MimicPoint>)[.. found.Select(f => new MimicPoint(
            f.Reference, f.Points is [var entry, ..] && assets.TryGetValue(entry.Point.AssetId, out Asset? asset) ? live.ItemOf(entry.Point, asset, withValue: true) : null))]);
    }

    private static Ok<MimicDrawing> Check(MimicDrawing drawing)
    {
        var (clean, faults) = SvgCleaner.Clean(drawing.Svg);
        faults.ThrowIfAny();
        return TypedResults.Ok(new MimicDrawing(clean!.Svg));
    }

    private static async Task<Created<MimicDetail>> Add(MimicDraft draft, OrdoDbContext database, MimicDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        Mimic mimic = await desk.AddAsync(draft, caller, cancellation);
        response.SetVersion(mimic.Version);
        return TypedResults.Created($"/api/v1/mimics/{mimic.Id}", await DetailAsync(database, (await FindAsync(database, mimic.Id, caller, cancellation))!, caller, cancellation));
    }

    private static async Task<Results<Ok<MimicDetail>, ProblemHttpResult>> Change(long id, MimicDraft draft, OrdoDbContext database, MimicDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        if (await FindAsync(database, id, caller, cancellation) is not { } row) return Problems.NotFound(Unknown);
        if (!row.MayEdit(caller)) return Problems.Forbidden(NotYours);
        Mimic mimic = await database.Set<Mimic>().SingleAsync(m => m.Id == id, cancellation);
        if (http.Request.CheckVersion(mimic.Version) is { } changed) return changed;
        await desk.ChangeAsync(mimic, draft, caller, cancellation);
        http.Response.SetVersion(mimic.Version);
        return TypedResults.Ok(await DetailAsync(database, (await FindAsync(database, id, caller, cancellation))!, caller, cancellation));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(long id, OrdoDbContext database, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        if (await FindAsync(database, id, caller, cancellation) is not { } row) return Problems.NotFound(Unknown);
        if (!row.MayEdit(caller)) return Problems.Forbidden(NotYours);
        Mimic mimic = await database.Set<Mimic>().SingleAsync(m => m.Id == id, cancellation);
        if (request.CheckVersion(mimic.Version) is { } changed) return changed;
        database.Remove(mimic);
        await database.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Row?> FindAsync(OrdoDbContext database, long id, Caller caller, CancellationToken cancellation) =>
        await Rows(database).SingleOrDefaultAsync(r => r.Id == id, cancellation) is { } row && caller.Has(Permissions.ReadReports, row.Path) ? row : null;

    private static async Task<MimicDetail> DetailAsync(OrdoDbContext database, Row row, Caller caller, CancellationToken cancellation)
    {
        var drawing = await database.Set<Mimic>().Where(m => m.Id == row.Id).Select(m => new { m.Svg, m.Bindings }).SingleAsync(cancellation);
        return new(row.ItemFor(caller), drawing.Svg, JsonText.Read<IReadOnlyList<MimicBinding>>(drawing.Bindings));
    }

    /// <summary>Without the drawings: a list of a hundred would be two hundred megabytes.</summary>
    private static IQueryable<Row> Rows(OrdoDbContext database) =>
        from mimic in database.Set<Mimic>().AsNoTracking()
        join asset in database.Set<Asset>() on mimic.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new Row { Id = mimic.Id, Name = mimic.Name, AssetId = mimic.AssetId, Version = mimic.Version, Path = asset.Path ?? "/", NameZh = asset.NameZh, NameEn = asset.NameEn };

    private sealed class Row
    {
        public required long Id { get; init; }

        public required string Name { get; init; }

        public long? AssetId { get; init; }

        public required int Version { get; init; }

        public required string Path { get; init; }

        public string? NameZh { get; init; }

        public string? NameEn { get; init; }

        public bool MayEdit(Caller caller) => caller.Has(Permissions.WriteReports, Path);

        public MimicItem ItemFor(Caller caller) => new(Id, Name, AssetId, NameZh, NameEn, MayEdit(caller), Version);
    }
}
