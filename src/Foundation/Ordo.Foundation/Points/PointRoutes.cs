using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Points;

/// <summary><c>/api/v1/points</c> and the catalogue of quantities.</summary>
internal static class PointRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var points = routes.MapGroup("/api/v1/points").WithTags("Points").RequireAuthorization(Permissions.ReadPark).ProducesProblem(404);
        points.MapGet("", List).WithName("ListPoints");
        points.MapGet("/{id:long}", Get).WithName("GetPoint").OpenToLinks((request, shown) => shown.HasAll(request.RouteValues["id"]?.ToString()));

        var editing = routes.MapGroup("/api/v1/points").WithTags("Points").RequireAuthorization(Permissions.WritePark).ProducesProblem(422);
        editing.MapPost("", Create).WithName("CreatePoint");
        editing.MapPut("/{id:long}", Update).WithName("UpdatePoint").ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
        editing.MapDelete("/{id:long}", Delete).WithName("DeletePoint").ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);

        routes.MapGet("/api/v1/quantities", Quantities).WithName("ListQuantities").WithTags("Quantities").RequireAuthorization(Permissions.SignedIn);
    }

    private static async Task<Ok<PageOf<PointItem>>> List(
        OrdoDbContext database, PointDirectory directory, Caller caller, LiveValues live, [AsParameters] Paging paging, CancellationToken cancellation,
        long? asset = null, string? q = null, string? quantity = null, bool? bound = null)
    {
        IEnumerable<string> paths = asset is { } id
            ? [(await database.Set<Asset>().FindAsync([id], cancellation)).VisibleTo(caller).Path]
            : caller.ScopesOf(Permissions.ReadPark);
        var (entries, total) = directory.Index.Find(paths, new(q, quantity, bound), paging.Skip, paging.Size);
        long[] owners = [.. entries.Select(entry => entry.Point.AssetId).Distinct()];
        Dictionary<long, Asset> assets = await database.Set<Asset>().AsNoTracking().Where(owner => owners.Contains(owner.Id)).ToDictionaryAsync(owner => owner.Id, cancellation);
        return TypedResults.Ok(new PageOf<PointItem>(
            [.. entries.Where(entry => assets.ContainsKey(entry.Point.AssetId)).Select(entry => ItemOf(entry.Point, assets[entry.Point.AssetId], caller, live))], total, paging.Number, paging.Size));
    }

    private static async Task<Ok<PointItem>> Get(long id, OrdoDbContext database, Caller caller, LiveValues live, HttpContext http, CancellationToken cancellation)
    {
        var (point, asset) = await FindAsync(database, id, cancellation);
        asset.VisibleTo(caller);
        http.Response.SetVersion(point.Version);
        PointItem item = ItemOf(point, asset, caller, live);
        // Which device sends it is nothing for people outside.
        return TypedResults.Ok(http.FindLink() is null ? item : item with { Gateway = null, Source = null, Channel = null, SeriesId = null });
    }

    private static async Task<Created<PointItem>> Create(
        PointDraft draft, OrdoDbContext database, PointDesk desk, Caller caller, LiveValues live, HttpResponse response, CancellationToken cancellation)
    {
        Asset asset = await WritableAssetAsync(database, draft.AssetId, caller, cancellation);
        await RequireOwnSourceAsync(database, draft, caller, cancellation);
        var (points, faults) = await desk.TryAddAsync([draft], cancellation);
        if (faults.Count > 0) throw faults.Select(fault => fault with { Field = fault.Field["[0].".Length..] }).ToList().ToException();
        response.SetVersion(points[0].Version);
        return TypedResults.Created($"/api/v1/points/{points[0].Id}", ItemOf(points[0], asset, caller, live));
    }

    private static async Task<Ok<PointItem>> Update(
        long id, PointDraft draft, OrdoDbContext database, PointDesk desk, Caller caller, LiveValues live, HttpContext http, CancellationToken cancellation)
    {
        var (point, asset) = await FindAsync(database, id, cancellation);
        asset.WritableBy(caller);
        if (http.Request.CheckVersion(point.Version) is { } changed) throw new ProblemException(changed);
        if (draft.AssetId != asset.Id) asset = await WritableAssetAsync(database, draft.AssetId, caller, cancellation);
        if ((draft.Gateway, draft.Source, draft.Channel) != (point.Gateway, point.Source, point.Channel))
            await RequireOwnSourceAsync(database, draft, caller, cancellation);
        IReadOnlyList<Fault> faults = await desk.ChangeAsync(point, draft, cancellation);
        if (faults.Count > 0) throw faults.ToException();
        http.Response.SetVersion(point.Version);
        return TypedResults.Ok(ItemOf(point, asset, caller, live));
    }

    private static async Task<NoContent> Delete(long id, OrdoDbContext database, PointDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        var (point, asset) = await FindAsync(database, id, cancellation);
        asset.WritableBy(caller);
        if (request.CheckVersion(point.Version) is { } changed) throw new ProblemException(changed);
        await desk.DeleteAsync(point, cancellation);
        return TypedResults.NoContent();
    }

    private static Ok<List<QuantityItem>> Quantities() => TypedResults.Ok(UnitCatalogue.Quantities.Select(quantity => new QuantityItem(
        quantity.Code, quantity.Name.Zh, quantity.Name.En, quantity.Decimals,
        [.. quantity.Units.Select(unit => new UnitItem(unit.Code, unit.Symbol, unit.Name.Zh, unit.Name.En))])).ToList());

    private static async Task<(Point Point, Asset Asset)> FindAsync(OrdoDbContext database, long id, CancellationToken cancellation)
    {
        Point point = await database.Set<Point>().FindAsync([id], cancellation)
            ?? throw new ProblemException(Problems.NotFound(new("没有这个点位。", "There is no such point.")));
        return (point, await database.Set<Asset>().AsNoTracking().SingleAsync(asset => asset.Id == point.AssetId, cancellation));
    }

    private static PointItem ItemOf(Point point, Asset asset, Caller caller, LiveValues live) =>
        live.ItemOf(point, asset, caller.Has(Permissions.ReadTelemetry, asset.Path));

    private static async Task<Asset> WritableAssetAsync(OrdoDbContext database, long id, Caller caller, CancellationToken cancellation)
    {
        Asset? asset = await database.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(asset => asset.Id == id, cancellation);
        return asset is not null && caller.Has(Permissions.WritePark, asset.Path) ? asset
            : throw new[] { new Fault("assetId", "没有这个资产。", "There is no such asset.") }.ToException();
    }

    /// <summary>
    /// Binding a series makes its data readable, so whoever does not hold everything may only bind a source that already feeds points within
    /// the own scope, and none outside it. Claiming a source is the perception platform's business.
    /// </summary>
    private static async Task RequireOwnSourceAsync(OrdoDbContext database, PointDraft draft, Caller caller, CancellationToken cancellation)
    {
        if (draft.Source is null || caller.HasEverywhere(Permissions.WritePark)) return;
        List<string> owners = await database.Set<Point>().Where(point => point.Gateway == draft.Gateway && point.Source == draft.Source)
            .Join(database.Set<Asset>(), point => point.AssetId, asset => asset.Id, (_, asset) => asset.Path).Distinct().ToListAsync(cancellation);
        if (owners.Count == 0 || !owners.TrueForAll(path => caller.Has(Permissions.WritePark, path)))
            throw new[] { new Fault("source", "没有这个数据源，或它不在您的范围内。", "There is no such source within your scope.") }.ToException();
    }
}

/// <summary>A quantity with its units, the usual one first.</summary>
public sealed record QuantityItem(string Code, string NameZh, string NameEn, int Decimals, IReadOnlyList<UnitItem> Units);

/// <summary>A unit.</summary>
public sealed record UnitItem(string Code, string Symbol, string NameZh, string NameEn);
