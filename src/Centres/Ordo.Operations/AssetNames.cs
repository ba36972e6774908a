using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations;

/// <summary>An asset as messages and scope checks need it.</summary>
internal sealed record AssetName(string Path, string NameZh, string NameEn);

/// <summary>Names and paths of the assets that have alarms, read once and again after the park was changed.</summary>
internal sealed class AssetNames
{
    private readonly IDbContextFactory<OrdoDbContext> databases;
    private volatile ConcurrentDictionary<long, AssetName?> known = new();

    public AssetNames(IDbContextFactory<OrdoDbContext> databases, IPointDirectory points)
    {
        this.databases = databases;
        points.Changed += () => known = new();
    }

    /// <returns>An asset that is gone is not in it.</returns>
    public async Task<IReadOnlyDictionary<long, AssetName>> OfAsync(IEnumerable<long> ids, CancellationToken cancellation)
    {
        ConcurrentDictionary<long, AssetName?> names = known;
        long[] wanted = [.. ids.Distinct()];
        foreach (long[] missing in wanted.Where(id => !names.ContainsKey(id)).Chunk(500)) await ReadAsync(missing, names, cancellation);
        return wanted.Where(id => names[id] is not null).ToDictionary(id => id, id => names[id]!);
    }

    private async Task ReadAsync(long[] ids, ConcurrentDictionary<long, AssetName?> names, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        var found = await database.Set<Asset>().Where(a => ids.Contains(a.Id)).Select(a => new { a.Id, a.Path, a.NameZh, a.NameEn }).ToListAsync(cancellation);
        foreach (long id in ids) names[id] = null;
        foreach (var asset in found) names[asset.Id] = new(asset.Path, asset.NameZh, asset.NameEn);
    }
}
