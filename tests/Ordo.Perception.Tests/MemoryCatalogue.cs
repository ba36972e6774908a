using System.Text;
using Ordo.Foundation.Telemetry;

namespace Ordo.Perception.Tests;

/// <summary>A series catalogue that behaves, in memory.</summary>
internal sealed class MemoryCatalogue : ISeriesCatalogue
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Gateway, string Source), int> sources = [];
    private readonly List<(string Gateway, string Source)> sourceNames = [];
    private readonly Dictionary<(int Source, string Channel), int> series = [];
    private readonly List<(int Source, string Channel)> seriesNames = [];

    public int MaxSeriesPerSource { get; set; } = int.MaxValue;

    public int SeriesCount => seriesNames.Count;

    public int SourceCount => sourceNames.Count;

    public int SourceOf(string gateway, ReadOnlySpan<byte> source)
    {
        (string, string) name = (gateway, Encoding.UTF8.GetString(source));
        lock (gate)
        {
            if (sources.TryGetValue(name, out int number)) return number;
            sourceNames.Add(name);
            return sources[name] = sourceNames.Count - 1;
        }
    }

    public bool TrySeriesOf(int source, ReadOnlySpan<byte> channel, out int number)
    {
        (int, string) name = (source, Encoding.UTF8.GetString(channel));
        lock (gate)
        {
            if (series.TryGetValue(name, out number)) return true;
            if (seriesNames.Count(s => s.Source == source) >= MaxSeriesPerSource) return false;
            seriesNames.Add(name);
            number = series[name] = seriesNames.Count - 1;
            return true;
        }
    }

    public bool TryFind(SeriesKey key, out int number)
    {
        number = -1;
        lock (gate) return sources.TryGetValue((key.Gateway, key.Source), out int source) && series.TryGetValue((source, key.Channel), out number);
    }

    public SeriesKey KeyOf(int number)
    {
        lock (gate)
        {
            (int source, string channel) = seriesNames[number];
            return new SeriesKey(sourceNames[source].Gateway, sourceNames[source].Source, channel);
        }
    }

    public int SourceOfSeries(int number)
    {
        lock (gate) return seriesNames[number].Source;
    }

    public (string Gateway, string Source) SourceName(int source)
    {
        lock (gate) return sourceNames[source];
    }

    public IReadOnlyList<int> SeriesOfSource(int source)
    {
        lock (gate) return [.. Enumerable.Range(0, seriesNames.Count).Where(i => seriesNames[i].Source == source)];
    }
}
