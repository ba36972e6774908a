using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park;

/// <summary>The part of the map that is drawn around some places when nothing is to be seen of the others.</summary>
public static class MapExtract
{
    /// <summary>What belongs to nobody and leads the eye: of the map's <c>category</c>.</summary>
    private static readonly HashSet<string> Ground = ["road", "railway", "parking", "waterBody", "greenBelt"];

    /// <param name="database">Only read.</param>
    /// <param name="caller">Nothing outside what this one may read.</param>
    /// <param name="places"><see cref="Asset.Path"/> of each place.</param>
    /// <returns>Ids of the places and of what they lie in; of their parks the zones, roads, water and green that are no enterprise's.</returns>
    public static async Task<IReadOnlySet<long>> AroundAsync(OrdoDbContext database, Caller caller, IReadOnlyCollection<string> places, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(database);
        long[] way = [.. places.SelectMany(IdsOf).Distinct()];
        IQueryable<Asset> visible = database.Set<Asset>().AsNoTracking().InScope(caller, Permissions.ReadPark);
        var shown = await visible.Where(asset => way.Contains(asset.Id)).Select(asset => new { asset.Id, asset.Kind, asset.Path }).ToListAsync(cancellation);
        HashSet<long> ids = [.. shown.Select(asset => asset.Id)];
        foreach (var park in shown.Where(asset => asset.Kind == AssetKind.Park))
        {
            HashSet<long> enterprises = [.. await visible.Below(park.Path).Where(asset => asset.Kind == AssetKind.Enterprise).Select(asset => asset.Id).ToListAsync(cancellation)];
            var ground = await visible.Below(park.Path).Where(asset => asset.Geometry != null && (asset.Kind == AssetKind.Zone || asset.Kind == AssetKind.Facility))
                .Select(asset => new { asset.Id, asset.Kind, asset.Path, asset.Attributes }).ToListAsync(cancellation);
            ids.UnionWith(ground.Where(asset => (asset.Kind == AssetKind.Zone || IsGround(asset.Attributes)) && !IdsOf(asset.Path).Any(enterprises.Contains)).Select(asset => asset.Id));
        }

        return ids;
    }

    private static bool IsGround(string attributes) => JsonElement.Parse(attributes).TryGetProperty("category", out JsonElement category) && Ground.Contains(category.GetString() ?? "");

    private static IEnumerable<long> IdsOf(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, CultureInfo.InvariantCulture));
}
