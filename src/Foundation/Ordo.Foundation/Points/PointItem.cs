namespace Ordo.Foundation.Points;

/// <summary>A point with its newest value.</summary>
/// <param name="Id">Number of the point.</param>
/// <param name="AssetId">The asset it belongs to.</param>
/// <param name="AssetNameZh">Chinese name of the asset.</param>
/// <param name="AssetNameEn">English name of the asset; may be empty.</param>
/// <param name="Code">Unique within the asset.</param>
/// <param name="NameZh">Chinese name.</param>
/// <param name="NameEn">English name; may be empty.</param>
/// <param name="Quantity">Code of the quantity.</param>
/// <param name="Unit">Code of the unit.</param>
/// <param name="UnitSymbol">As it is printed.</param>
/// <param name="Decimals">Decimals shown.</param>
/// <param name="SeriesId">The bound series.</param>
/// <param name="Gateway">Gateway of the bound series.</param>
/// <param name="Source">Source of the bound series.</param>
/// <param name="Channel">Channel of the bound series.</param>
/// <param name="Scale">Shown value = raw value × scale + offset.</param>
/// <param name="Offset">In the point's unit.</param>
/// <param name="Limits">In the point's unit.</param>
/// <param name="StaleAfterSeconds">As it was set.</param>
/// <param name="LastTime">Time of the newest sample.</param>
/// <param name="LastValue">Newest value in the point's unit; none when the device sent something that is no finite number.</param>
/// <param name="LastQuality"><c>good</c>, <c>uncertain</c> or <c>bad</c>, with the protocol's flag behind a colon.</param>
/// <param name="Stale">It is bound, but nothing (new enough) has come.</param>
/// <param name="Version">The ETag.</param>
public sealed record PointItem(
    long Id,
    long AssetId,
    string AssetNameZh,
    string AssetNameEn,
    string Code,
    string NameZh,
    string NameEn,
    string Quantity,
    string Unit,
    string UnitSymbol,
    int Decimals,
    int? SeriesId,
    string? Gateway,
    string? Source,
    string? Channel,
    double Scale,
    double Offset,
    PointLimits Limits,
    int? StaleAfterSeconds,
    DateTimeOffset? LastTime,
    double? LastValue,
    string? LastQuality,
    bool Stale,
    int Version);
