namespace Ordo.Foundation.Points;

/// <summary>Limits of a point in its unit; a missing one is not watched. Low-low ≤ low &lt; high ≤ high-high.</summary>
/// <param name="Deadband">How far a value must come back inside a limit before its alarm returns, ≥ 0.</param>
public sealed record PointLimits(double? LowLow = null, double? Low = null, double? High = null, double? HighHigh = null, double Deadband = 0);

/// <summary>What somebody wants a point to be.</summary>
/// <param name="AssetId">The asset it belongs to.</param>
/// <param name="Code">Unique within the asset, 1 … 64 characters.</param>
/// <param name="NameZh">1 … 200 characters.</param>
/// <param name="Quantity">Code of the quantity: <c>activePower</c>.</param>
/// <param name="Unit">Code of one of the quantity's units.</param>
/// <param name="NameEn">0 … 200 characters.</param>
/// <param name="Decimals">Decimals shown, 0 … 15; without, the quantity's.</param>
/// <param name="Gateway">Gateway, source and channel name the series that feeds it: all three or none.</param>
/// <param name="Scale">Shown value = raw value × scale + offset; not 0.</param>
/// <param name="StaleAfterSeconds">A value older than this is stale; without, 900 s or three times the source's own interval.</param>
public sealed record PointDraft(
    long AssetId,
    string Code,
    string NameZh,
    string Quantity,
    string Unit,
    string NameEn = "",
    int? Decimals = null,
    string? Gateway = null,
    string? Source = null,
    string? Channel = null,
    double Scale = 1,
    double Offset = 0,
    PointLimits? Limits = null,
    int? StaleAfterSeconds = null)
{
    /// <summary>Puts the draft into the entity; the version is the caller's.</summary>
    public void ApplyTo(Point point)
    {
        ArgumentNullException.ThrowIfNull(point);
        PointLimits limits = Limits ?? new();
        (point.AssetId, point.Code, point.NameZh, point.NameEn) = (AssetId, Code, NameZh, NameEn);
        (point.Quantity, point.Unit, point.Decimals, point.Scale, point.Offset) = (Quantity, Unit, Decimals, Scale, Offset);
        (point.Gateway, point.Source, point.Channel) = (Gateway, Source, Channel);
        (point.LimitLowLow, point.LimitLow, point.LimitHigh, point.LimitHighHigh) = (limits.LowLow, limits.Low, limits.High, limits.HighHigh);
        (point.Deadband, point.StaleAfterSeconds) = (limits.Deadband, StaleAfterSeconds);
    }
}
