namespace Ordo.Operations.Map;

/// <summary>How an asset or a point stands. The order is that of severity: the worst of a subtree is what its asset shows.</summary>
public enum MapStateKind
{
    Normal,

    /// <summary>The newest value is marked bad by its device.</summary>
    BadQuality,

    /// <summary>The source speaks, but this value is older than it should be.</summary>
    Stale,

    /// <summary>The source is silent, or was never heard.</summary>
    Offline,

    /// <summary>An alarm stands on the desk.</summary>
    Alarm,
}

/// <summary>State of one point.</summary>
/// <param name="AssetPath">Where it lies, <c>/1/4/9/</c>.</param>
/// <param name="State">Its worst.</param>
/// <param name="Priority">Of its worst open alarm, 1 … 4.</param>
internal readonly record struct PointState(string AssetPath, MapStateKind State, int? Priority);

/// <summary>State of an asset with everything below it.</summary>
/// <param name="Path">Of the asset.</param>
internal sealed record AssetState(long AssetId, string Path, MapStateKind State, int? Priority);

/// <summary>Carries the states of points up the tree.</summary>
internal static class AssetStates
{
    /// <returns>Every asset with a point in its subtree.</returns>
    public static IReadOnlyCollection<AssetState> Of(IEnumerable<PointState> points)
    {
        var assets = new Dictionary<long, AssetState>();
        foreach (PointState point in points)
        {
            string path = point.AssetPath;
            for (int start = 1; start < path.Length;)
            {
                int end = path.IndexOf('/', start);
                long id = long.Parse(path.AsSpan(start, end - start), System.Globalization.CultureInfo.InvariantCulture);
                if (!assets.TryGetValue(id, out AssetState? known)) assets[id] = new(id, path[..(end + 1)], point.State, point.Priority);
                else if (IsWorse(point, known)) assets[id] = known with { State = Worse(point.State, known.State), Priority = Higher(point.Priority, known.Priority) };
                start = end + 1;
            }
        }
        return assets.Values;
    }

    private static bool IsWorse(PointState point, AssetState known) => point.State > known.State || Higher(point.Priority, known.Priority) != known.Priority;

    private static MapStateKind Worse(MapStateKind a, MapStateKind b) => a > b ? a : b;

    private static int? Higher(int? a, int? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}
