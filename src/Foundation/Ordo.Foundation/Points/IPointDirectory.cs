namespace Ordo.Foundation.Points;

/// <summary>
/// Points as the hot paths need them: by series id, in memory, never stale by more than the change that is being saved.
/// Readers take no lock; a change replaces the snapshot.
/// </summary>
public interface IPointDirectory
{
    /// <summary>Raised after points or assets changed, on the thread of the change; handlers must be quick.</summary>
    event Action? Changed;

    PointSnapshot Current { get; }
}

/// <summary>A point with what is needed to judge and to show a sample.</summary>
/// <param name="Point">Detached; not to be changed.</param>
/// <param name="Series">The bound series, or <c>null</c>.</param>
/// <param name="AssetPath">For scope checks.</param>
public sealed record PointEntry(Point Point, int? Series, string AssetPath);

/// <summary>An immutable view of all points.</summary>
public sealed class PointSnapshot
{
    public static readonly PointSnapshot Empty = new([], 0);
    private readonly Dictionary<long, PointEntry> byId;
    private readonly PointEntry?[] bySeries;

    /// <param name="points">Every point.</param>
    /// <param name="seriesCount">Number of series known when the snapshot was taken.</param>
    public PointSnapshot(IReadOnlyCollection<PointEntry> points, int seriesCount)
        : this(points.ToDictionary(p => p.Point.Id), new PointEntry?[Math.Max(seriesCount, points.Max(p => p.Series) + 1 ?? 0)], points)
    {
    }

    private PointSnapshot(Dictionary<long, PointEntry> byId, PointEntry?[] bySeries, IEnumerable<PointEntry> bind)
    {
        (this.byId, this.bySeries) = (byId, bySeries);
        foreach (PointEntry entry in bind)
            if (entry.Series is { } series) bySeries[series] = entry;
    }

    /// <summary>The snapshot after a change of some points: copies two tables instead of reading every point again.</summary>
    /// <param name="changed">Ids of the points that were changed, added or deleted.</param>
    /// <param name="now">Those of them that exist.</param>
    /// <param name="seriesCount">Number of series known now.</param>
    public PointSnapshot With(IEnumerable<long> changed, IReadOnlyCollection<PointEntry> now, int seriesCount)
    {
        var points = new Dictionary<long, PointEntry>(byId);
        var series = new PointEntry?[Math.Max(Math.Max(seriesCount, bySeries.Length), now.Max(p => p.Series) + 1 ?? 0)];
        bySeries.CopyTo(series, 0);
        foreach (long id in changed)
            if (points.Remove(id, out PointEntry? before) && before.Series is { } bound && series[bound] == before) series[bound] = null;
        foreach (PointEntry entry in now) points[entry.Point.Id] = entry;
        return new(points, series, now);
    }

    public IReadOnlyCollection<PointEntry> All => byId.Values;

    public PointEntry? ById(long pointId) => byId.GetValueOrDefault(pointId);

    /// <summary>The point that a series feeds, or <c>null</c>. A series feeds at most one point.</summary>
    public PointEntry? BySeries(int series) => (uint)series < (uint)bySeries.Length ? bySeries[series] : null;
}
