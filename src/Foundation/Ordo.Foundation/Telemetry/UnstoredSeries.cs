using System.Text;

namespace Ordo.Foundation.Telemetry;

/// <summary>
/// The catalogue of a server without a telemetry store: series of points that were defined elsewhere have numbers as long as the process lives, and no samples.
/// </summary>
public sealed class UnstoredSeries : ISeriesCatalogue
{
    private readonly Lock guard = new();
    private readonly Dictionary<SeriesKey, int> numbers = [];
    private readonly List<(SeriesKey Key, int Source)> series = [];
    private readonly List<(string Gateway, string Source)> sources = [];
    private readonly Dictionary<(string Gateway, string Source), int> sourceNumbers = [];

    public int SeriesCount => series.Count;

    public int SourceCount => sources.Count;

    public int SourceOf(string gateway, ReadOnlySpan<byte> source)
    {
        (string, string) name = (gateway, Encoding.UTF8.GetString(source));
        lock (guard)
        {
            if (sourceNumbers.TryGetValue(name, out int number)) return number;
            sources.Add(name);
            return sourceNumbers[name] = sources.Count - 1;
        }
    }

    public bool TrySeriesOf(int source, ReadOnlySpan<byte> channel, out int series)
    {
        lock (guard)
        {
            var key = new SeriesKey(sources[source].Gateway, sources[source].Source, Encoding.UTF8.GetString(channel));
            if (numbers.TryGetValue(key, out series)) return true;
            this.series.Add((key, source));
            series = numbers[key] = this.series.Count - 1;
            return true;
        }
    }

    public bool TryFind(SeriesKey key, out int series)
    {
        lock (guard) return numbers.TryGetValue(key, out series);
    }

    public SeriesKey KeyOf(int series)
    {
        lock (guard) return this.series[series].Key;
    }

    public int SourceOfSeries(int series)
    {
        lock (guard) return this.series[series].Source;
    }

    public (string Gateway, string Source) SourceName(int source)
    {
        lock (guard) return sources[source];
    }

    public IReadOnlyList<int> SeriesOfSource(int source)
    {
        lock (guard) return [.. Enumerable.Range(0, series.Count).Where(number => series[number].Source == source)];
    }
}
