using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Identifiers.Statistics;

/// <summary>A place with a code of GB/T 2260.</summary>
internal sealed record Region(string Code, string NameZh, string NameEn);

/// <summary>Which administrative division (行政区划) an enterprise lies in: the code of the nearest park, city or region above it.</summary>
internal sealed class RegionNames(IReadOnlyDictionary<long, Region> byAsset)
{
    private const string Attribute = "administrativeDivision";

    public static async Task<RegionNames> LoadAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        var places = await database.Set<Asset>().AsNoTracking().Where(asset => asset.Kind == AssetKind.Region || asset.Kind == AssetKind.City || asset.Kind == AssetKind.Park)
            .OrderBy(asset => asset.Path.Length).ThenBy(asset => asset.Id).Select(asset => new { asset.Id, asset.NameZh, asset.NameEn, asset.Attributes }).ToListAsync(cancellation);
        var byCode = new Dictionary<string, Region>();
        var byAsset = new Dictionary<long, Region>();
        foreach (var place in places)
        {
            using JsonDocument attributes = JsonDocument.Parse(place.Attributes);
            if (!attributes.RootElement.TryGetProperty(Attribute, out JsonElement code) || code.GetString() is not { Length: > 0 } text) continue;
            // A city and its park may have the same code; the one that stands higher gives it its name.
            if (!byCode.TryGetValue(text, out Region? region)) byCode.Add(text, region = new(text, place.NameZh, place.NameEn));
            byAsset.Add(place.Id, region);
        }

        return new(byAsset);
    }

    /// <param name="path">Of an asset, from the root down.</param>
    public Region? Of(string path)
    {
        foreach (string id in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            if (byAsset.TryGetValue(long.Parse(id, CultureInfo.InvariantCulture), out Region? region)) return region;
        return null;
    }
}
