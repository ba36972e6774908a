namespace Ordo.Foundation.Park;

/// <summary>Level of a node in the park tree. The order is the order of nesting; a child is of a later kind than its parent, except that Facility and Equipment may nest.</summary>
public enum AssetKind
{
    /// <summary>区域 (autonomous region, province)</summary>
    Region = 1,

    /// <summary>盟市</summary>
    City = 2,

    /// <summary>园区</summary>
    Park = 3,

    /// <summary>片区</summary>
    Zone = 4,

    /// <summary>企业</summary>
    Enterprise = 5,

    /// <summary>设施 (workshop, substation, outlet, monitoring station)</summary>
    Facility = 6,

    /// <summary>设备</summary>
    Equipment = 7,
}

/// <summary>A node of the park tree (资产).</summary>
public sealed class Asset
{
    public long Id { get; set; }

    public long? ParentId { get; set; }

    /// <summary>Ids from the root down to this asset, <c>/1/4/9/</c>; a scope holds for every asset whose path starts with it.</summary>
    public string Path { get; set; } = "/";

    public AssetKind Kind { get; set; }

    /// <summary>Unique in the server, 1 … 64 characters, chosen by the park.</summary>
    public string Code { get; set; } = "";

    public string NameZh { get; set; } = "";

    public string NameEn { get; set; } = "";

    /// <summary>GeoJSON geometry (RFC 7946, WGS-84), or <c>null</c>.</summary>
    public string? Geometry { get; set; }

    /// <summary>Typed attributes of the kind, a JSON object: <c>creditCode</c>, <c>industry</c>, <c>category</c>, <c>heightM</c> …; see <c>AssetAttributes</c>.</summary>
    public string Attributes { get; set; } = "{}";

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}
