using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations;

/// <summary>
/// How documents name points, so that a document moves to another server: <c>BLR-01/P</c>, <c>@/P</c> of the asset that is chosen, <c>@:activePower</c> every point
/// of a quantity at or below it. What one means is worked out within the reader's own scope, each time.
/// </summary>
internal static partial class PointReferences
{
    public const int MaxLength = 140;

    public static bool IsReference(string text) => text.Length <= MaxLength && Reference().IsMatch(text);

    /// <summary>Names one point, not every point of a quantity.</summary>
    public static bool IsSingle(string text) => IsReference(text) && text[text.IndexOfAny(['/', ':'])] == '/';

    /// <param name="references">What is no reference is left out, and so is what comes twice.</param>
    /// <param name="chosen">The asset that <c>@</c> stands for.</param>
    /// <param name="mostEach">Points of one reference that are enough.</param>
    /// <returns>For each reference its points within the caller's scope, those of a quantity by id.</returns>
    public static async Task<IReadOnlyList<(string Reference, IReadOnlyList<PointEntry> Points)>> FindAsync(
        OrdoDbContext database, PointSnapshot points, Caller caller, IEnumerable<string> references, long? chosen, int mostEach, CancellationToken cancellation)
    {
        string[] wanted = [.. references.Where(IsReference).Distinct()];
        string[] codes = [.. wanted.Select(r => r[..r.IndexOfAny(['/', ':'])]).Where(c => c != "@").Distinct()];
        Dictionary<string, Asset> assets = await database.Set<Asset>().AsNoTracking().Where(a => codes.Contains(a.Code)).ToDictionaryAsync(a => a.Code, cancellation);
        if (chosen is { } id && await database.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellation) is { } self && caller.Has(Permissions.ReadTelemetry, self.Path)) assets["@"] = self;
        string[] paths = [.. assets.Values.Select(a => a.Path)];
        PointEntry[] near = [.. points.All.Where(p => caller.Has(Permissions.ReadTelemetry, p.AssetPath) && Array.Exists(paths, path => p.AssetPath.StartsWith(path, StringComparison.Ordinal))).OrderBy(p => p.Point.Id)];
        ILookup<(long, string), PointEntry> named = near.ToLookup(p => (p.Point.AssetId, p.Point.Code));
        return [.. wanted.Select(reference => (reference, Resolve(reference)))];

        IReadOnlyList<PointEntry> Resolve(string reference)
        {
            int cut = reference.IndexOfAny(['/', ':']);
            if (!assets.TryGetValue(reference[..cut], out Asset? asset)) return [];
            string rest = reference[(cut + 1)..];
            return reference[cut] == '/'
                ? [.. named[(asset.Id, rest)]]
                : [.. near.Where(p => p.Point.Quantity == rest && p.AssetPath.StartsWith(asset.Path, StringComparison.Ordinal)).Take(mostEach)];
        }
    }

    [GeneratedRegex(@"^(?:[^/:]+|@)(?:/[^/]+|:[A-Za-z]+)$")]
    private static partial Regex Reference();
}
