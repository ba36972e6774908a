namespace Ordo.Foundation.Telemetry;

/// <summary>Names of a series: which gateway, which source (设备/数据源), which channel (通道).</summary>
/// <param name="Gateway">Short name of the gateway, for example <c>hj212</c>, <c>line</c>, <c>json</c>.</param>
/// <param name="Source">The device's own identity, opaque and case-sensitive: an HJ 212 MN, a line-protocol measurement with its sorted tags.</param>
/// <param name="Channel">The value within the source: <c>a34004-Rtd</c>, <c>activePower</c>.</param>
public readonly record struct SeriesKey(string Gateway, string Source, string Channel);

/// <summary>
/// Numbers sources and series. Numbers are dense, start at 0, are never reused and survive restarts.
/// Thread-safe; look-ups of known names allocate nothing and take no lock that a writer holds for long.
/// </summary>
public interface ISeriesCatalogue
{
    /// <summary>Number of series; ids are 0 … <c>SeriesCount - 1</c>.</summary>
    int SeriesCount { get; }

    /// <summary>Number of sources; ids are 0 … <c>SourceCount - 1</c>.</summary>
    int SourceCount { get; }

    /// <summary>The source's number; a new name gets the next one.</summary>
    /// <param name="gateway">Short name of the gateway.</param>
    /// <param name="source">UTF-8 name, 1 … 65,535 bytes.</param>
    int SourceOf(string gateway, ReadOnlySpan<byte> source);

    /// <summary>The number of a channel of a source; a new channel gets the next one, unless the source has reached its limit.</summary>
    /// <returns><c>false</c> when the source already has as many series as one source may (<c>Storage:MaxSeriesPerSource</c>), or all together as many as there is room for (<c>Storage:MaxSeries</c>).</returns>
    bool TrySeriesOf(int source, ReadOnlySpan<byte> channel, out int series);

    /// <summary>Finds a series without creating it.</summary>
    bool TryFind(SeriesKey key, out int series);

    SeriesKey KeyOf(int series);

    int SourceOfSeries(int series);

    /// <summary>Gateway and name of a source.</summary>
    (string Gateway, string Source) SourceName(int source);

    /// <summary>The series of a source, in the order they appeared.</summary>
    IReadOnlyList<int> SeriesOfSource(int source);
}
