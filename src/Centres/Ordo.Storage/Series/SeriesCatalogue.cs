using System.Text;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;

namespace Ordo.Storage.Series;

/// <summary>
/// Numbers sources and series (序列目录). Look-ups of known names read only arrays: no lock, no allocation, no string.
/// New names get their number at once and become durable with the first batch that uses them: the log writes
/// definitions before samples (<see cref="WriteDefinitions"/>), replay reads them back (<see cref="ReadDefinitions"/>).
/// </summary>
/// <param name="maxSeriesPerSource">Series that one source may have.</param>
/// <param name="maxSeries">Series that all may have together.</param>
internal sealed class SeriesCatalogue(int maxSeriesPerSource, int maxSeries = int.MaxValue) : ISeriesCatalogue
{
    public const int MaxNameLength = 65_535;
    private const int NoSeries = -1;

    private readonly Lock gate = new(); // guards all additions
    private readonly NameTable names = new();
    private readonly HashSlots sourceSlots = new();
    private readonly HashSlots seriesSlots = new();
    private readonly PagedColumn<Source> sources = new();
    private readonly PagedColumn<Series> series = new();
    private volatile string[] gateways = [];
    private volatile int sourceCount;
    private volatile int seriesCount;

    public int SeriesCount => seriesCount;

    public int SourceCount => sourceCount;

    public int SourceOf(string gateway, ReadOnlySpan<byte> source)
    {
        CheckName(source.Length, nameof(source));
        int gatewayNumber = GatewayNumber(gateway);
        if (gatewayNumber >= 0)
        {
            int known = FindSource(gatewayNumber, source);
            if (known >= 0) return known;
        }

        lock (gate) return AddSource(gateway, source);
    }

    public bool TrySeriesOf(int source, ReadOnlySpan<byte> channel, out int series)
    {
        CheckName(channel.Length, nameof(channel));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)sourceCount, nameof(source));
        series = FindSeries(source, channel);
        if (series >= 0) return true;
        lock (gate) return TryAddSeries(source, channel, seriesCount < maxSeries ? maxSeriesPerSource : 0, out series);
    }

    public bool TryFind(SeriesKey key, out int series)
    {
        series = NoSeries;
        int gateway = GatewayNumber(key.Gateway);
        if (gateway < 0) return false;
        int source = FindSource(gateway, Encoding.UTF8.GetBytes(key.Source));
        if (source < 0) return false;
        series = FindSeries(source, Encoding.UTF8.GetBytes(key.Channel));
        return series >= 0;
    }

    /// <summary>Finds a source without creating it.</summary>
    public bool TryFindSource(string gateway, ReadOnlySpan<byte> source, out int number)
    {
        int gatewayNumber = GatewayNumber(gateway);
        number = gatewayNumber < 0 ? -1 : FindSource(gatewayNumber, source);
        return number >= 0;
    }

    /// <summary>Finds a channel of a source without creating it.</summary>
    public bool TryFindSeries(int source, ReadOnlySpan<byte> channel, out int number)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)sourceCount, nameof(source));
        number = FindSeries(source, channel);
        return number >= 0;
    }

    /// <summary>How many series a source has.</summary>
    public int SeriesCountOf(int source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)sourceCount, nameof(source));
        lock (gate) return sources[source].SeriesCount;
    }

    public SeriesKey KeyOf(int series)
    {
        CheckSeries(series);
        Series entry = this.series[series];
        (string gateway, string source) = SourceName(entry.Source);
        return new(gateway, source, Encoding.UTF8.GetString(names[entry.Channel]));
    }

    public int SourceOfSeries(int series)
    {
        CheckSeries(series);
        return this.series[series].Source;
    }

    public (string Gateway, string Source) SourceName(int source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)sourceCount, nameof(source));
        Source entry = sources[source];
        return (gateways[entry.Gateway], Encoding.UTF8.GetString(names[entry.Name]));
    }

    public IReadOnlyList<int> SeriesOfSource(int source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)source, (uint)sourceCount, nameof(source));
        lock (gate)
        {
            var found = new int[sources[source].SeriesCount];
            int next = sources[source].FirstSeries;
            for (int i = 0; i < found.Length; i++, next = series[next].NextOfSource) found[i] = next;
            return found;
        }
    }

    /// <summary>Writes the sources and series from two numbers on, for the log and for the catalogue file.</summary>
    /// <returns>The numbers to go on from next time. Every series written belongs to a source written before or with it.</returns>
    public (int Sources, int Series) WriteDefinitions(int firstSource, int firstSeries, ByteWriter to)
    {
        int lastSource, lastSeries;
        lock (gate) (lastSource, lastSeries) = (sourceCount, seriesCount);
        to.VarInt((ulong)firstSource);
        to.VarInt((ulong)(lastSource - firstSource));
        for (int i = firstSource; i < lastSource; i++)
        {
            WriteName(Encoding.UTF8.GetBytes(gateways[sources[i].Gateway]), to);
            WriteName(names[sources[i].Name], to);
        }

        to.VarInt((ulong)firstSeries);
        to.VarInt((ulong)(lastSeries - firstSeries));
        for (int i = firstSeries; i < lastSeries; i++)
        {
            to.VarInt((ulong)series[i].Source);
            WriteName(names[series[i].Channel], to);
        }

        return (lastSource, lastSeries);
    }

    /// <summary>Reads back what <see cref="WriteDefinitions"/> wrote. What is known already is passed over, so the log may repeat the catalogue file.</summary>
    /// <exception cref="InvalidDataException">The definitions leave a gap behind, or contradict, what is known.</exception>
    public void ReadDefinitions(ReadOnlySpan<byte> definitions)
    {
        var reader = new ByteReader(definitions);
        lock (gate)
        {
            int number = reader.Count();
            for (int left = reader.Count(); left > 0; left--, number++)
            {
                string gateway = Encoding.UTF8.GetString(reader.Bytes(reader.Count(MaxNameLength)));
                ReadOnlySpan<byte> name = reader.Bytes(reader.Count(MaxNameLength));
                if (AddSource(gateway, name) != number)
                    throw new InvalidDataException($"Source {number} is defined where source {sourceCount} was expected.");
            }

            number = reader.Count();
            for (int left = reader.Count(); left > 0; left--, number++)
            {
                int source = reader.Count(sourceCount - 1);
                // The limit may have been lowered since: what was once accepted stays.
                TryAddSeries(source, reader.Bytes(reader.Count(MaxNameLength)), int.MaxValue, out int added);
                if (added != number) throw new InvalidDataException($"Series {number} is defined where series {seriesCount} was expected.");
            }
        }
    }

    private static void WriteName(ReadOnlySpan<byte> name, ByteWriter to)
    {
        to.VarInt((ulong)name.Length);
        to.Bytes(name);
    }

    public static void CheckName(int length, string argument)
    {
        if (length is 0 or > MaxNameLength) throw new ArgumentException($"A name has 1 … {MaxNameLength} bytes, this one has {length}.", argument);
    }

    private void CheckSeries(int number) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)number, (uint)seriesCount, nameof(series));

    private int GatewayNumber(string gateway)
    {
        string[] known = gateways; // a handful
        for (int i = 0; i < known.Length; i++)
            if (string.Equals(known[i], gateway, StringComparison.Ordinal)) return i;
        return -1;
    }

    private int FindSource(int gateway, ReadOnlySpan<byte> name)
    {
        for (var probe = sourceSlots.Find(NameHash.Of(name, (uint)gateway)); probe.TryNext(out int number);)
        {
            ref Source source = ref sources[number];
            if (source.Gateway == gateway && name.SequenceEqual(names[source.Name])) return number;
        }

        return -1;
    }

    private int FindSeries(int source, ReadOnlySpan<byte> channel)
    {
        for (var probe = seriesSlots.Find(NameHash.Of(channel, (uint)source)); probe.TryNext(out int number);)
        {
            ref Series found = ref series[number];
            if (found.Source == source && channel.SequenceEqual(names[found.Channel])) return number;
        }

        return NoSeries;
    }

    private int AddSource(string gateway, ReadOnlySpan<byte> name)
    {
        int gatewayNumber = GatewayNumber(gateway);
        if (gatewayNumber < 0)
        {
            gatewayNumber = gateways.Length;
            gateways = [.. gateways, gateway];
        }

        int known = FindSource(gatewayNumber, name);
        if (known >= 0) return known;

        int number = sourceCount;
        sources.Ensure(number + 1);
        sources[number] = new() { Gateway = gatewayNumber, Name = names.NumberOf(name), FirstSeries = NoSeries, LastSeries = NoSeries };
        sourceCount = number + 1;
        sourceSlots.Add(NameHash.Of(name, (uint)gatewayNumber), number);
        return number;
    }

    private bool TryAddSeries(int source, ReadOnlySpan<byte> channel, int limit, out int number)
    {
        number = FindSeries(source, channel);
        if (number >= 0) return true;
        ref Source owner = ref sources[source];
        if (owner.SeriesCount >= limit) return false;

        number = seriesCount;
        series.Ensure(number + 1);
        series[number] = new() { Source = source, Channel = names.NumberOf(channel), NextOfSource = NoSeries };
        if (owner.LastSeries == NoSeries) owner.FirstSeries = number;
        else series[owner.LastSeries].NextOfSource = number;
        owner.LastSeries = number;
        owner.SeriesCount++;
        seriesCount = number + 1;
        seriesSlots.Add(NameHash.Of(channel, (uint)source), number);
        return true;
    }

    private struct Source
    {
        public int Gateway;
        public int Name;
        public int FirstSeries;
        public int LastSeries;
        public int SeriesCount;
    }

    private struct Series
    {
        public int Source;
        public int Channel;
        public int NextOfSource;
    }
}
