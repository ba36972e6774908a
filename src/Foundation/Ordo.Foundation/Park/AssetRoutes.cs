using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Foundation.Park;

/// <summary><c>/api/v1/assets</c></summary>
internal static class AssetRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var assets = routes.MapGroup("/api/v1/assets").WithTags("Assets").RequireAuthorization(Permissions.ReadPark).ProducesProblem(404);
        assets.MapGet("", List).WithName("ListAssets");
        assets.MapGet("/tree", Tree).WithName("GetAssetTree").OpenToLinks((_, shown) => shown.OnMap is not null);
        assets.MapGet("/geojson", Features).WithName("GetAssetFeatures").Produces<AssetFeatureCollection>(200, "application/geo+json").OpenToLinks((_, shown) => shown.OnMap is not null);
        assets.MapGet("/{id:long}", Get).WithName("GetAsset");
        assets.MapGet("/{id:long}/path", PathOf).WithName("GetAssetPath");

        var editing = routes.MapGroup("/api/v1/assets").WithTags("Assets").RequireAuthorization(Permissions.WritePark).ProducesProblem(422);
        editing.MapPost("", Create).WithName("CreateAsset");
        editing.MapPut("/{id:long}", Update).WithName("UpdateAsset").ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
        editing.MapDelete("/{id:long}", Delete).WithName("DeleteAsset").ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);

        routes.MapGet("/api/v1/asset-attributes", Attributes).WithName("ListAssetAttributes").WithTags("Assets").RequireAuthorization(Permissions.SignedIn);
        routes.MapGet("/api/v1/industries", Industries).WithName("ListIndustries").WithTags("Assets").RequireAuthorization(Permissions.SignedIn);
    }

    private static async Task<Ok<PageOf<AssetItem>>> List(
        OrdoDbContext database, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, string? q = null, Word<AssetKind>? kind = null, long? parent = null)
    {
        IQueryable<Asset> assets = database.Set<Asset>().AsNoTracking().InScope(caller, Permissions.ReadPark).Search(q);
        if (kind is { } wanted) assets = assets.Where(asset => asset.Kind == wanted.Value);
        if (parent is { } parentId) assets = assets.Where(asset => asset.ParentId == parentId);
        PageOf<Asset> page = await assets.OrderBy(asset => asset.Kind).ThenBy(asset => asset.Code).ToPageAsync(paging, cancellation);
        return TypedResults.Ok(new PageOf<AssetItem>([.. page.Items.Select(AssetItem.Of)], page.Total, page.Page, page.PageSize));
    }

    private static async Task<Ok<List<AssetNode>>> Tree(
        OrdoDbContext database, Caller caller, HttpContext http, CancellationToken cancellation, long? root = null, int? depth = null)
    {
        IQueryable<Asset> assets = OnMapOf(http.FindLink(), await SubtreeAsync(database, caller, root, cancellation));
        if (depth is { } levels)
        {
            int deepest = levels + await assets.MinAsync(asset => (int?)(asset.Path.Length - asset.Path.Replace("/", "").Length), cancellation) ?? 0;
            assets = assets.Where(asset => asset.Path.Length - asset.Path.Replace("/", "").Length <= deepest);
        }

        List<AssetNode> nodes = await assets.OrderBy(asset => asset.Kind).ThenBy(asset => asset.Code).Select(asset => new AssetNode(
            asset.Id, asset.ParentId, asset.Kind, asset.Code, asset.NameZh, asset.NameEn,
            database.Set<Asset>().Count(child => child.ParentId == asset.Id),
            database.Set<Point>().Count(point => point.AssetId == asset.Id))).ToListAsync(cancellation);
        HashSet<long> shown = [.. nodes.Select(node => node.Id)];
        bool counted = http.FindLink() is null; // how much there is besides is no business of a link's
        return TypedResults.Ok(nodes.ConvertAll(node => node with
        {
            ParentId = node.ParentId is { } parent && shown.Contains(parent) ? parent : null,
            ChildCount = counted ? node.ChildCount : 0,
            PointCount = counted ? node.PointCount : 0,
        }));
    }

    private static async Task<JsonHttpResult<AssetFeatureCollection>> Features(OrdoDbContext database, Caller caller, HttpContext http, CancellationToken cancellation, long? root = null)
    {
        List<Asset> assets = await OnMapOf(http.FindLink(), await SubtreeAsync(database, caller, root, cancellation))
            .Where(asset => asset.Geometry != null).OrderBy(asset => asset.Kind).ThenBy(asset => asset.Code).ToListAsync(cancellation);
        return TypedResults.Json(new AssetFeatureCollection("FeatureCollection", assets.ConvertAll(FeatureOf)), contentType: "application/geo+json");
    }

    private static AssetFeature FeatureOf(Asset asset)
    {
        JsonElement attributes = JsonElement.Parse(asset.Attributes);
        string? category = attributes.TryGetProperty("category", out JsonElement facility) || attributes.TryGetProperty("equipmentCategory", out facility) ? facility.GetString() : null;
        double? height = attributes.TryGetProperty("heightM", out JsonElement metres) ? metres.GetDouble() : null;
        return new("Feature", asset.Id, JsonElement.Parse(asset.Geometry!), new(
            asset.Id, asset.ParentId, asset.Kind, asset.Code, asset.NameZh, asset.NameEn, category, height));
    }

    private static async Task<Ok<AssetItem>> Get(long id, OrdoDbContext database, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        Asset asset = (await database.Set<Asset>().FindAsync([id], cancellation)).VisibleTo(caller);
        response.SetVersion(asset.Version);
        return TypedResults.Ok(AssetItem.Of(asset));
    }

    /// <summary>From the root, or from where the caller's scope begins, down to the asset itself.</summary>
    private static async Task<Ok<List<AssetStep>>> PathOf(long id, OrdoDbContext database, Caller caller, CancellationToken cancellation)
    {
        Asset asset = (await database.Set<Asset>().FindAsync([id], cancellation)).VisibleTo(caller);
        return TypedResults.Ok(await database.Set<Asset>().InScope(caller, Permissions.ReadPark)
            .Where(step => asset.Path.StartsWith(step.Path)).OrderBy(step => step.Path.Length)
            .Select(step => new AssetStep(step.Id, step.Kind, step.Code, step.NameZh, step.NameEn)).ToListAsync(cancellation));
    }

    private static async Task<Created<AssetItem>> Create(AssetDraft draft, AssetDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        Asset asset = await desk.AddAsync(draft, caller, cancellation);
        response.SetVersion(asset.Version);
        return TypedResults.Created($"/api/v1/assets/{asset.Id}", AssetItem.Of(asset));
    }

    private static async Task<Ok<AssetItem>> Update(long id, AssetDraft draft, AssetDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        Asset asset = await desk.ChangeAsync(id, draft, caller, http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(asset.Version);
        return TypedResults.Ok(AssetItem.Of(asset));
    }

    private static async Task<NoContent> Delete(long id, AssetDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation, bool contents = false)
    {
        await desk.DeleteAsync(id, contents, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static Ok<List<AttributeItem>> Attributes() => TypedResults.Ok(AssetAttributes.All.Select(AttributeItem.Of).ToList());

    private static Ok<List<IndustryItem>> Industries() => TypedResults.Ok(
        IndustryCatalogue.All.Select(industry => new IndustryItem(industry.Section, industry.Code, industry.Name.Zh, industry.Name.En)).ToList());

    /// <summary>A link opens no more of the park than its map draws.</summary>
    private static IQueryable<Asset> OnMapOf(OpenLink? link, IQueryable<Asset> assets)
    {
        if (link is null) return assets;
        long[] drawn = [.. link.Content.OnMap ?? new HashSet<long>()];
        return assets.Where(asset => drawn.Contains(asset.Id));
    }

    private static async Task<IQueryable<Asset>> SubtreeAsync(OrdoDbContext database, Caller caller, long? root, CancellationToken cancellation)
    {
        IQueryable<Asset> assets = database.Set<Asset>().AsNoTracking().InScope(caller, Permissions.ReadPark);
        return root is { } id ? assets.Below((await database.Set<Asset>().FindAsync([id], cancellation)).VisibleTo(caller).Path) : assets;
    }
}

/// <summary>A typed attribute of assets.</summary>
/// <param name="Name">Member of <c>attributes</c>, column of an import.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name.</param>
/// <param name="Type">What a value looks like.</param>
/// <param name="Kinds">Kinds of asset that may have it.</param>
/// <param name="Min">Smallest number.</param>
/// <param name="Max">Largest number; for text, most characters.</param>
/// <param name="Choices">Values of a choice; else empty.</param>
public sealed record AttributeItem(
    string Name, string NameZh, string NameEn, AttributeType Type, IReadOnlyList<AssetKind> Kinds, decimal? Min, decimal? Max, IReadOnlyList<ChoiceItem> Choices)
{
    internal static AttributeItem Of(AttributeDefinition attribute) => new(
        attribute.Name, attribute.Label.Zh, attribute.Label.En, attribute.Type, [.. attribute.Kinds.Order()], attribute.Min, attribute.Max,
        [.. attribute.Choices.Select(choice => new ChoiceItem(choice.Code, choice.Name.Zh, choice.Name.En))]);
}

/// <summary>One value of a choice.</summary>
public sealed record ChoiceItem(string Code, string NameZh, string NameEn);

/// <summary>A section or division of GB/T 4754-2017.</summary>
public sealed record IndustryItem(string Section, string Code, string NameZh, string NameEn);
