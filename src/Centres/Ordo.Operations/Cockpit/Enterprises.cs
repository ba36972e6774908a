using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Cockpit;

/// <summary>Whose figure it is: the asset of a point, or the enterprise above it.</summary>
internal sealed class Enterprises(IDbContextFactory<OrdoDbContext> databases, AssetNames assets)
{
    /// <summary>Names of everything the points may be grouped under.</summary>
    public async ValueTask<IReadOnlyDictionary<long, AssetName>> NamesAsync(PointEntry[] points, PanelRanking ranking, CancellationToken cancellation)
    {
        if (ranking == PanelRanking.Asset) return await assets.OfAsync(points.Select(e => e.Point.AssetId), cancellation);
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        return await database.Set<Asset>().AsNoTracking().Where(a => a.Kind == AssetKind.Enterprise).Select(a => new { a.Id, a.Path, a.NameZh, a.NameEn })
            .ToDictionaryAsync(a => a.Id, a => new AssetName(a.Path, a.NameZh, a.NameEn), cancellation);
    }

    /// <returns><c>null</c> for a point that lies below none of them.</returns>
    public static long? GroupOf(PointEntry entry, PanelRanking ranking, IReadOnlyDictionary<long, AssetName> names)
    {
        if (ranking == PanelRanking.Asset) return names.ContainsKey(entry.Point.AssetId) ? entry.Point.AssetId : null;
        foreach (string id in entry.AssetPath.Split('/', StringSplitOptions.RemoveEmptyEntries))
            if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long asset) && names.ContainsKey(asset)) return asset;
        return null;
    }
}
