using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms;
using Ordo.Perception.Sources;

namespace Ordo.Operations.Map;

/// <summary>The state of every asset now. Worked out at most once a second, for all who ask.</summary>
internal sealed class ParkStates(
    IPointDirectory points, ITelemetryReader telemetry, ISeriesCatalogue catalogue, SourceRegistry sources, AlarmEngine engine, TimeProvider clock)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private IReadOnlyCollection<AssetState> current = [];
    private long? workedOut;

    public IReadOnlyCollection<AssetState> Current()
    {
        lock (gate)
        {
            if (workedOut is { } at && clock.GetElapsedTime(at) < MaxAge) return current;
            Dictionary<long, int> priorities = engine.Open().GroupBy(o => o.PointId).ToDictionary(g => g.Key, g => g.Min(o => o.Priority));
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            current = AssetStates.Of(points.Current.All.Select(p => StateOf(p, priorities, now)).OfType<PointState>());
            workedOut = clock.GetTimestamp();
            return current;
        }
    }

    /// <returns><c>null</c> for a point that nothing feeds.</returns>
    private PointState? StateOf(PointEntry entry, Dictionary<long, int> priorities, long nowMs)
    {
        if (priorities.TryGetValue(entry.Point.Id, out int priority)) return new(entry.AssetPath, MapStateKind.Alarm, priority);
        if (entry.Series is not { } series) return null;
        Source? source = sources.Find(catalogue.SourceOfSeries(series));
        return new(entry.AssetPath, StateOf(entry.Point, series, source, nowMs), null);
    }

    private MapStateKind StateOf(Point point, int series, Source? source, long nowMs)
    {
        if (source is not { State: SourceState.Online }) return MapStateKind.Offline;
        if (!telemetry.TryGetLatest(series, out Sample newest) || nowMs - newest.TimeMs > Staleness.AfterMs(point, source.HeartbeatMs)) return MapStateKind.Stale;
        return newest.Quality.Status == QualityStatus.Bad ? MapStateKind.BadQuality : MapStateKind.Normal;
    }
}

/// <summary>When a value is too old to be shown as the present.</summary>
internal static class Staleness
{
    private const long ShortestMs = 900_000;

    /// <summary>As the point says; otherwise after three periods, of its source or of the interval its channel stands for, and not before 15 min.</summary>
    public static long AfterMs(Point point, long heartbeatMs) => point.StaleAfterSeconds is { } seconds
        ? seconds * 1000L
        : Math.Max(ShortestMs, 3 * Math.Max(heartbeatMs, PeriodMsOf(point.Channel)));

    /// <summary>Channels of aggregates carry their interval behind the last dot: <c>a34004-Avg.hour</c>.</summary>
    private static long PeriodMsOf(string? channel) => channel?[(channel.LastIndexOf('.') + 1)..] switch
    {
        "hour" => 3_600_000,
        "day" => 86_400_000,
        _ => 0,
    };
}
