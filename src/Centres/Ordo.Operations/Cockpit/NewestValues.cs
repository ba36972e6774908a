using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Map;
using Ordo.Perception.Sources;

namespace Ordo.Operations.Cockpit;

/// <summary>The newest value of a point where it may stand for the present: good, and not stale. Everything else is a gap, never an old figure.</summary>
internal sealed class NewestValues(ITelemetryReader telemetry, ISeriesCatalogue catalogue, SourceRegistry sources)
{
    /// <returns>In the point's unit.</returns>
    public double? Of(PointEntry entry, DateTimeOffset now)
    {
        if (entry.Series is not { } series || !telemetry.TryGetLatest(series, out Sample sample) || !sample.Quality.IsGood || !double.IsFinite(sample.Value)) return null;
        long heartbeat = sources.Find(catalogue.SourceOfSeries(series))?.HeartbeatMs ?? 0;
        if (now.ToUnixTimeMilliseconds() - sample.TimeMs > Staleness.AfterMs(entry.Point, heartbeat)) return null;
        return (sample.Value * entry.Point.Scale) + entry.Point.Offset;
    }
}
