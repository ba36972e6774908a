using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park;

/// <summary>The tree as the database keeps it: every asset carries the ids from its root down to itself, <c>/1/4/9/</c>.</summary>
internal static class ParkTree
{
#pragma warning disable CA1310 // becomes SQL, and paths are digits and slashes
    /// <summary>Assets for which a caller holds a permission.</summary>
    public static IQueryable<Asset> InScope(this IQueryable<Asset> assets, Caller caller, string permission)
    {
        if (caller.HasEverywhere(permission)) return assets;
        string[] scopes = [.. caller.ScopesOf(permission)];
        return assets.Where(asset => scopes.Any(scope => asset.Path.StartsWith(scope)));
    }

    /// <summary>An asset and everything below it.</summary>
    public static IQueryable<Asset> Below(this IQueryable<Asset> assets, string path) => assets.Where(asset => asset.Path.StartsWith(path));
#pragma warning restore CA1310

    /// <summary>
    /// Takes the roots' row locks for the rest of the transaction, before anything is read that a change of the tree's shape depends on:
    /// two moves at once could otherwise make a ring, and a child could keep the path its parent had a moment ago.
    /// </summary>
    public static Task LockTreeAsync(this OrdoDbContext database, CancellationToken cancellation) =>
        database.Database.ExecuteSqlRawAsync("""UPDATE "park_asset" SET "Path" = "Path" WHERE "ParentId" IS NULL""", cancellation);

    /// <summary>Makes every path agree with the parents, level by level from the top; what already agrees is not written.</summary>
    public static async Task RebuildPathsAsync(this OrdoDbContext database, CancellationToken cancellation)
    {
        int changed = await database.Database.ExecuteSqlRawAsync(RootPaths, cancellation) + 1;
        for (int level = 0; changed > 0 && level <= AssetRules.MaxDepth; level++)
            changed = await database.Database.ExecuteSqlRawAsync(ChildPaths, cancellation);
    }

    // In SQL of both databases rather than through the context: a path says nothing that the parents do not, so it is no change of its own.
    private const string RootPaths = """
        UPDATE "park_asset" SET "Path" = '/' || "Id" || '/' WHERE "ParentId" IS NULL AND "Path" <> '/' || "Id" || '/'
        """;

    private const string ChildPaths = """
        UPDATE "park_asset" SET "Path" = parent."Path" || "park_asset"."Id" || '/' FROM "park_asset" AS parent
        WHERE parent."Id" = "park_asset"."ParentId" AND "park_asset"."Path" <> parent."Path" || "park_asset"."Id" || '/'
        """;

    /// <summary>Number of assets from the root down to the one a path leads to.</summary>
    public static int DepthOf(string path) => path.Count(character => character == '/') - 1;
}
