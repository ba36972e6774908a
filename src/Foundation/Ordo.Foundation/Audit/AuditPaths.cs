using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Audit;

/// <summary>Finds where changes belong in the park tree, so that those responsible there can read of them; one query for all, because an import has thousands.</summary>
internal static class AuditPaths
{
    public static async Task FillAsync(OrdoDbContext context, IReadOnlyList<AuditedChange> changes, CancellationToken cancellation)
    {
        long[] assets = [.. changes.Select(change => IdOf(change.Entry, change.Entry.Metadata.AuditAsset())).OfType<long>().Distinct()];
        var paths = assets.Length == 0 ? [] : await context.Set<Asset>().Where(asset => assets.Contains(asset.Id))
            .ToDictionaryAsync(asset => asset.Id, asset => asset.Path, cancellation);
        foreach (AuditedChange change in changes)
        {
            if (change.Entry.Entity is Asset asset) change.AssetPath = asset.Path;
            else if (IdOf(change.Entry, change.Entry.Metadata.AuditAsset()) is { } assetId) change.AssetPath = paths.GetValueOrDefault(assetId, "/");
            else if (IdOf(change.Entry, change.Entry.Metadata.AuditAccount()) is { } accountId)
                change.AssetPath = await AccountGrant.CommonPathAsync(context, accountId, cancellation);
        }
    }

    private static long? IdOf(EntityEntry entry, string? property) => property is null ? null : entry.CurrentValues[property] as long?;
}
