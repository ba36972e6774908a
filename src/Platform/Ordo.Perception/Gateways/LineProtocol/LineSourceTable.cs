using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ordo.Foundation.Telemetry;
using Ordo.Perception.Limits;
using Ordo.Perception.Sources;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>
/// Finds the source of a line by the bytes the line begins with. A cache before registry and catalogue: it holds what canonical naming and
/// their look-ups found out once, and may forget everything at any time.
/// </summary>
/// <param name="sources">The sources of this gateway.</param>
/// <param name="catalogue">Numbers the series.</param>
/// <param name="limits">How much a source may send.</param>
/// <param name="capacity">Spellings held; when there are more, all are forgotten and those still in use come back with their next line.</param>
internal sealed class LineSourceTable(GatewaySources sources, ISeriesCatalogue catalogue, IngressLimits limits, int capacity)
{
    private readonly ConcurrentDictionary<byte[], LineSource> byPrefix = new(Utf8Key.Comparer);
    private readonly ConcurrentDictionary<byte[], byte[]> fieldNames = new(Utf8Key.Comparer);
    private int count;

    /// <summary>Where lines are kept that belong to no source.</summary>
    public FrameLog Strangers => sources.Strangers;

    /// <param name="prefix">The line up to and with the space before its fields.</param>
    /// <param name="source">What is known of it, when it is known.</param>
    public bool TryFind(ReadOnlySpan<byte> prefix, [NotNullWhen(true)] out LineSource? source) =>
        byPrefix.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(prefix, out source);

    /// <summary>A source that is already known, by its canonical name.</summary>
    public Source? FindOwner(ReadOnlySpan<byte> canonicalName) => sources.Find(canonicalName);

    /// <param name="prefix">The line up to and with the space before its fields.</param>
    /// <param name="canonicalName">Measurement and tags sorted by key, as they stand in a line.</param>
    /// <param name="source">The source, remembered from now on.</param>
    /// <returns><c>false</c> when the registry takes no more unclaimed sources or no name this long.</returns>
    public bool TryAdd(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> canonicalName, [NotNullWhen(true)] out LineSource? source)
    {
        source = null;
        if (!sources.TryOpen(canonicalName, out Source? owner)) return false;
        if (Interlocked.Increment(ref count) > capacity) Forget();
        source = new LineSource(prefix.ToArray(), owner, limits.OfSource(Ingress.Http, owner.Id));
        source = byPrefix.GetOrAdd(source.Prefix, source);
        return true;
    }

    /// <summary>The series of a field that brings a number; a new one is made when the field is new.</summary>
    /// <param name="source">The source of the line.</param>
    /// <param name="rawName">The field key as sent.</param>
    /// <param name="channel">The field key unescaped.</param>
    /// <param name="index">Index in the source's fields.</param>
    /// <returns><c>false</c> when the source has as many series as one source may.</returns>
    public bool TryLearnNumber(LineSource source, ReadOnlySpan<byte> rawName, ReadOnlySpan<byte> channel, out int index)
    {
        index = -1;
        if (!catalogue.TrySeriesOf(source.Owner.Id, channel, out int series)) return false;
        index = source.Learn(Shared(rawName), series);
        return true;
    }

    /// <summary>Remembers a field that brings a text: with its series where it once brought numbers, so that the conflict is seen after a restart too.</summary>
    /// <returns>Index in the source's fields.</returns>
    public int LearnText(LineSource source, ReadOnlySpan<byte> rawName, ReadOnlySpan<byte> channel)
    {
        var key = new SeriesKey(source.Owner.Gateway, source.Owner.Key, Encoding.UTF8.GetString(channel));
        return source.Learn(Shared(rawName), catalogue.TryFind(key, out int series) ? series : LineField.Text);
    }

    /// <summary>Thousands of sources share their field names; so do we.</summary>
    private byte[] Shared(ReadOnlySpan<byte> rawName)
    {
        if (fieldNames.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(rawName, out byte[]? known)) return known;
        byte[] name = rawName.ToArray();
        return fieldNames.GetOrAdd(name, name);
    }

    private void Forget()
    {
        Interlocked.Exchange(ref count, 0);
        byPrefix.Clear();
        fieldNames.Clear();
    }
}
