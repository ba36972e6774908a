using System.Text.Json;

namespace Ordo.Foundation.Park;

/// <summary>What somebody wants an asset to be.</summary>
/// <param name="Kind">Level in the tree.</param>
/// <param name="Code">Unique in the server, 1 … 64 characters.</param>
/// <param name="NameZh">1 … 200 characters.</param>
/// <param name="NameEn">0 … 200 characters.</param>
/// <param name="ParentId">Without, the asset is a root: a region, city or park.</param>
/// <param name="Geometry">GeoJSON geometry (RFC 7946) in WGS-84, or in GCJ-02 where a member <c>crs</c> says <c>"GCJ-02"</c>; kept as WGS-84.</param>
/// <param name="Attributes">Typed attributes of the kind, see <c>GET /api/v1/asset-attributes</c>.</param>
public sealed record AssetDraft(
    AssetKind Kind,
    string Code,
    string NameZh,
    string NameEn = "",
    long? ParentId = null,
    JsonElement? Geometry = null,
    JsonElement? Attributes = null)
{
    /// <summary>Puts the draft, which is without faults, into the entity; path and version are the caller's.</summary>
    public void ApplyTo(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        (asset.ParentId, asset.Kind, asset.Code, asset.NameZh, asset.NameEn) = (ParentId, Kind, Code, NameZh, NameEn);
        asset.Geometry = Geometry is { ValueKind: not JsonValueKind.Null } geometry ? JsonSerializer.Serialize(GeoJson.ToWgs84(geometry)) : null;
        asset.Attributes = Attributes is { ValueKind: not JsonValueKind.Null } attributes ? AssetAttributes.Canonical(attributes) : "{}";
    }
}
