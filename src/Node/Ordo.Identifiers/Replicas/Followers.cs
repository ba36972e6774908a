using System.Collections.Concurrent;

namespace Ordo.Identifiers.Replicas;

/// <summary>A replica as its primary knows it.</summary>
/// <param name="Position">Bytes that it has.</param>
internal sealed record Follower(string Name, string Address, long Position, DateTimeOffset Seen);

/// <summary>The replicas that have asked this node since it started.</summary>
internal sealed class Followers(TimeProvider clock)
{
    private const int MaxKnown = 100;
    private readonly ConcurrentDictionary<string, Follower> known = new(StringComparer.Ordinal);

    public IReadOnlyList<Follower> All => [.. known.Values.OrderBy(follower => follower.Name, StringComparer.Ordinal)];

    public void Saw(string name, string address, long position)
    {
        if (name.Length is 0 or > 64 || (known.Count >= MaxKnown && !known.ContainsKey(name))) return;
        known[name] = new(name, address, position, clock.GetUtcNow());
    }
}
