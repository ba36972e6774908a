using Ordo.Foundation.Park;
using Ordo.Foundation.Telemetry;
using Ordo.Foundation.Units;

namespace Ordo.Foundation.Points;

/// <summary>Joins points with the newest samples of their series.</summary>
public sealed class LiveValues(IPointDirectory directory, ITelemetryReader reader, TimeProvider clock)
{
    /// <summary>Age at which a value counts as stale where neither the point nor its source says otherwise.</summary>
    private const int DefaultStaleAfterSeconds = 900;

    /// <param name="point">The point.</param>
    /// <param name="asset">Its asset, for the names.</param>
    /// <param name="withValue">Whether the caller may see what was measured.</param>
    public PointItem ItemOf(Point point, Asset asset, bool withValue)
    {
        Quantity? quantity = UnitCatalogue.QuantityOf(point.Quantity);
        int? series = directory.Current.ById(point.Id)?.Series;
        Sample? last = withValue && series is { } bound && reader.TryGetLatest(bound, out Sample sample) ? sample : null;
        return new(
            point.Id, point.AssetId, asset.NameZh, asset.NameEn, point.Code, point.NameZh, point.NameEn,
            point.Quantity, point.Unit, quantity?.UnitOf(point.Unit)?.Symbol ?? point.Unit, point.Decimals ?? quantity?.Decimals ?? 2,
            series, point.Gateway, point.Source, point.Channel, point.Scale, point.Offset,
            new(point.LimitLowLow, point.LimitLow, point.LimitHigh, point.LimitHighHigh, point.Deadband), point.StaleAfterSeconds,
            last is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at.TimeMs) : null, Shown(point, last), last?.Quality.ToString(),
            withValue && series is not null && IsStale(point, last), point.Version);
    }

    /// <summary>A device may send NaN or an infinity, which JSON cannot carry.</summary>
    private static double? Shown(Point point, Sample? last) =>
        last is { } sample && sample.Value * point.Scale + point.Offset is var value && double.IsFinite(value) ? value : null;

    private bool IsStale(Point point, Sample? last) =>
        last is not { } sample || clock.GetUtcNow().ToUnixTimeMilliseconds() - sample.TimeMs > (point.StaleAfterSeconds ?? DefaultStaleAfterSeconds) * 1000L;
}
