using System.Text.Json;

namespace Ordo.Foundation.Park;

/// <summary>An asset as the API shows it.</summary>
/// <param name="Id">Number of the asset.</param>
/// <param name="ParentId">Without, a root.</param>
/// <param name="Kind">Level in the tree.</param>
/// <param name="Code">Unique in the server.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name; may be empty.</param>
/// <param name="Geometry">GeoJSON geometry (RFC 7946, WGS-84).</param>
/// <param name="Attributes">Typed attributes of the kind, see <c>GET /api/v1/asset-attributes</c>.</param>
/// <param name="Warnings">What is worth a second look but is no fault.</param>
/// <param name="Version">The ETag.</param>
public sealed record AssetItem(
    long Id,
    long? ParentId,
    AssetKind Kind,
    string Code,
    string NameZh,
    string NameEn,
    JsonElement? Geometry,
    JsonElement Attributes,
    IReadOnlyList<FieldNote> Warnings,
    int Version)
{
    public static AssetItem Of(Asset asset)
    {
        ArgumentNullException.ThrowIfNull(asset);
        return new(
            asset.Id, asset.ParentId, asset.Kind, asset.Code, asset.NameZh, asset.NameEn,
            asset.Geometry is null ? null : JsonElement.Parse(asset.Geometry), JsonElement.Parse(asset.Attributes),
            [.. AssetRules.WarningsOf(asset).Select(FieldNote.Of)], asset.Version);
    }
}

/// <summary>A remark about one field, in the caller's language.</summary>
public sealed record FieldNote(string Field, string Reason)
{
    internal static FieldNote Of(Fault fault) => new(fault.Field, fault.Reason.ToString());
}

/// <summary>A node of the tree, for navigation.</summary>
/// <param name="Id">Number of the asset.</param>
/// <param name="ParentId"><c>null</c> where the caller's part of the tree begins.</param>
/// <param name="Kind">Level in the tree.</param>
/// <param name="Code">Unique in the server.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name; may be empty.</param>
/// <param name="ChildCount">Children, also those deeper than what was asked for.</param>
/// <param name="PointCount">Points of the asset itself.</param>
public sealed record AssetNode(long Id, long? ParentId, AssetKind Kind, string Code, string NameZh, string NameEn, int ChildCount, int PointCount);

/// <summary>One ancestor, or the asset itself.</summary>
public sealed record AssetStep(long Id, AssetKind Kind, string Code, string NameZh, string NameEn);

/// <summary>GeoJSON (RFC 7946).</summary>
public sealed record AssetFeatureCollection(string Type, IReadOnlyList<AssetFeature> Features);

/// <summary>One asset with a geometry.</summary>
public sealed record AssetFeature(string Type, long Id, JsonElement Geometry, AssetFeatureProperties Properties);

/// <summary>What a map needs to know of an asset.</summary>
/// <param name="Id">Number of the asset.</param>
/// <param name="ParentId">Without, a root.</param>
/// <param name="Kind">Level in the tree.</param>
/// <param name="Code">Unique in the server.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name; may be empty.</param>
/// <param name="Category">Category of a facility or an equipment.</param>
/// <param name="HeightM">Height in metres, for the third dimension.</param>
public sealed record AssetFeatureProperties(
    long Id, long? ParentId, AssetKind Kind, string Code, string NameZh, string NameEn, string? Category, double? HeightM);
