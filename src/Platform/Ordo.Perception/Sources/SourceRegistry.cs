using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Ordo.Foundation.Telemetry;

namespace Ordo.Perception.Sources;

/// <summary>
/// All sources, in memory. A source is found by its name or by its number without allocation and without a lock that a writer holds for long;
/// <see cref="SourceKeeper"/> writes what changed to the database behind it.
/// </summary>
public sealed class SourceRegistry(ISeriesCatalogue catalogue, SourceOptions options)
{
    private readonly Lock growing = new();
    private readonly ConcurrentDictionary<string, GatewaySources> gateways = new(StringComparer.Ordinal);
    private readonly FrameLogBudget budget = new(options.FrameLogMebibytes * 1024L * 1024, 256 * 1024);
    private Source?[] byId = new Source?[256]; // replaced under the lock, read without
    private readonly ConcurrentQueue<Source> changedByDevices = new();
    private int unclaimed;
    private long turnedAway;

    /// <summary>Raised on the thread that noticed; handlers must be quick and must not throw.</summary>
    public event Action<SourceStateChange>? StateChanged;

    /// <summary>Messages refused because no more unclaimed sources are remembered.</summary>
    public long TurnedAway => Volatile.Read(ref turnedAway);

    /// <summary>Every source, in the order they appeared.</summary>
    public IEnumerable<Source> All
    {
        get
        {
            foreach (Source? source in Volatile.Read(ref byId))
                if (source is not null) yield return source;
        }
    }

    /// <summary>The sources of one gateway; a gateway keeps this object.</summary>
    /// <param name="name">Short name, for example <c>hj212</c>.</param>
    public GatewaySources Gateway(string name) => gateways.GetOrAdd(name, static (gateway, registry) => new GatewaySources(gateway, registry), this);

    public Source? Find(int id)
    {
        Source?[] sources = Volatile.Read(ref byId);
        return (uint)id < (uint)sources.Length ? Volatile.Read(ref sources[id]) : null;
    }

    /// <summary>Puts back what the database remembers, or what an import says.</summary>
    internal Source? Load(string gateway, string key, SourceProfile profile)
    {
        GatewaySources sources = Gateway(gateway);
        if (Add(sources, Encoding.UTF8.GetBytes(key), profile, limited: false) is not { } source) return null;
        Replace(source, profile);
        return source;
    }

    internal FrameLogBudget Budget => budget;

    internal void Raise(Source source) => StateChanged?.Invoke(new SourceStateChange(
        source.Id, source.State, DateTimeOffset.FromUnixTimeMilliseconds(source.LastSeenMs), source.Profile.Asset?.Id, source.Profile.Asset?.Path));

    /// <summary>Adds a source under its number in the catalogue; the one that is already there wins.</summary>
    /// <returns><c>null</c> when it is unclaimed and there are too many of those, or its name is not one.</returns>
    internal Source? Add(GatewaySources gateway, ReadOnlySpan<byte> key, SourceProfile profile, bool limited)
    {
        if (key.Length == 0 || key.Length > options.MaxKeyBytes || !Utf8.IsValid(key)) return null;
        lock (growing)
        {
            if (gateway.Find(key) is { } known) return known;
            if (profile.Asset is null && limited && unclaimed >= options.MaxUnclaimed)
            {
                Interlocked.Increment(ref turnedAway);
                return null;
            }

            int id = catalogue.SourceOf(gateway.Name, key);
            byte[] name = key.ToArray();
            var source = new Source(this, id, gateway.Name, name, profile, budget) { Unsaved = true };
            if (id >= byId.Length)
            {
                var larger = new Source?[Math.Max(id + 1, byId.Length * 2)];
                byId.CopyTo(larger, 0);
                Volatile.Write(ref byId, larger);
            }

            Volatile.Write(ref byId[id], source);
            gateway.Remember(name, source);
            if (profile.Asset is null) unclaimed++;
            return source;
        }
    }

    /// <summary>A gateway learned a setting from its device; <see cref="SourceKeeper"/> writes it behind.</summary>
    internal void ChangeSetting(Source source, string name, string value)
    {
        Replace(source, source.Profile with { Settings = new Dictionary<string, string>(source.Profile.Settings) { [name] = value }, Version = source.Profile.Version + 1 });
        changedByDevices.Enqueue(source);
    }

    /// <summary>It could not be written; it comes again with <see cref="TryTakeChanged"/>.</summary>
    internal void PutBackChanged(Source source) => changedByDevices.Enqueue(source);

    internal bool TryTakeChanged([NotNullWhen(true)] out Source? source) => changedByDevices.TryDequeue(out source);

    /// <summary>Puts an edited profile in place; the row is already saved.</summary>
    internal void Replace(Source source, SourceProfile profile)
    {
        lock (growing)
        {
            unclaimed += (profile.Asset is null ? 1 : 0) - (source.Profile.Asset is null ? 1 : 0);
            source.Profile = profile;
        }

        ProfileChanged?.Invoke(source);
    }

    /// <summary>Raised after a profile was loaded or edited: gateways drop what they derived from it. Handlers must be quick.</summary>
    public event Action<Source>? ProfileChanged;
}

/// <summary>The sources of one gateway, by the identity that travels in its messages.</summary>
public sealed class GatewaySources
{
    private readonly ConcurrentDictionary<byte[], Source> byKey = new(Utf8Key.Comparer);
    private readonly ConcurrentDictionary<byte[], Source>.AlternateLookup<ReadOnlySpan<byte>> lookup;
    private readonly SourceRegistry registry;

    internal GatewaySources(string name, SourceRegistry registry)
    {
        (Name, this.registry) = (name, registry);
        lookup = byKey.GetAlternateLookup<ReadOnlySpan<byte>>();
        Strangers = new FrameLog(registry.Budget);
    }

    /// <summary>Short name of the gateway.</summary>
    public string Name { get; }

    /// <summary>What arrived and belongs to no source: noise, frames without an identity, sources turned away.</summary>
    public FrameLog Strangers { get; }

    public Source? Find(ReadOnlySpan<byte> key) => lookup.TryGetValue(key, out Source? source) ? source : null;

    public Source? Find(string key) => Find(Encoding.UTF8.GetBytes(key));

    /// <summary>The source of a message; an unknown one is remembered as unclaimed.</summary>
    /// <param name="key">UTF-8 identity as sent.</param>
    /// <param name="source">Its number (<see cref="Source.Id"/>) is the one for <see cref="ISeriesCatalogue.TrySeriesOf"/>.</param>
    /// <returns><c>false</c> when it is unknown and no more unclaimed sources are remembered, or the identity is too long or not UTF-8.</returns>
    public bool TryOpen(ReadOnlySpan<byte> key, [NotNullWhen(true)] out Source? source)
    {
        source = Find(key) ?? registry.Add(this, key, SourceProfile.Unclaimed, limited: true);
        return source is not null;
    }

    internal void Remember(byte[] key, Source source) => byKey[key] = source;
}

/// <summary>Compares UTF-8 names, so that a name inside a network buffer finds its entry without becoming a string.</summary>
internal sealed class Utf8Key : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly Utf8Key Comparer = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = new HashCode(); // seeded per process: a stranger cannot aim for collisions
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
