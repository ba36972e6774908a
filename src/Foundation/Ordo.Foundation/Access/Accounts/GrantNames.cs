using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Accounts;

/// <summary>Names of the assets that grants are rooted at.</summary>
internal sealed class GrantNames
{
    private readonly Dictionary<long, (string Zh, string En)> names;

    private GrantNames(Dictionary<long, (string Zh, string En)> names) => this.names = names;

    public static async Task<GrantNames> OfAsync(OrdoDbContext db, IEnumerable<AccountGrant> grants, CancellationToken cancellation)
    {
        long[] ids = [.. grants.Select(grant => grant.AssetId).OfType<long>().Distinct()];
        var assets = await db.Set<Asset>().Where(asset => ids.Contains(asset.Id)).Select(asset => new { asset.Id, asset.NameZh, asset.NameEn }).ToListAsync(cancellation);
        return new(assets.ToDictionary(asset => asset.Id, asset => (asset.NameZh, asset.NameEn)));
    }

    public IReadOnlyList<Granted> Show(IEnumerable<AccountGrant> grants) =>
        [.. grants.OrderBy(grant => grant.Id).Select(grant => Show(grant.Role, grant.AssetId))];

    private Granted Show(string role, long? assetId) =>
        assetId is { } id && names.TryGetValue(id, out var name) ? new(role, assetId, name.Zh, name.En) : new(role, assetId, null, null);
}
