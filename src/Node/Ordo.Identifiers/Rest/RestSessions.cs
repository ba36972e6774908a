using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Rest;

/// <summary>Who somebody is, and the value that was the proof of it.</summary>
internal sealed record Proven(ValueReference Identity, HandleValue Key);

/// <summary>A session of the REST interface.</summary>
/// <param name="Id">Whoever sends it is taken for its client: secret between the two.</param>
/// <param name="Nonce">This side's half of the text that its client signs, once.</param>
/// <param name="Client"><c>null</c> until it has proven who it is.</param>
internal sealed record RestSession(string Id, byte[] Nonce, Proven? Client);

/// <summary>
/// Sessions of the scheme <c>Handle</c> (notes, 11.5). One in which nobody has proven anything is kept by its client alone: its id holds nonce and time under a MAC of this process, so
/// a flood of them takes no memory. Only those with a client are kept here; they end an hour after the last request, with this process, and when the key that proved them is changed or taken away.
/// </summary>
internal sealed class RestSessions : IDisposable
{
    private const int MaxOpen = 10_000, MaxOpenPerIdentity = 100, SaltSize = 16, NonceSize = 16, TimeSize = 8, MacSize = 16, Size = SaltSize + NonceSize + TimeSize + MacSize;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1), LongestIdle = TimeSpan.FromHours(1), SweepEvery = TimeSpan.FromSeconds(5);
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    private readonly Lock guard = new();
    private readonly Dictionary<string, Entry> open = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly Meter meter = new("Ordo");
    private long swept;

    public RestSessions(TimeProvider clock)
    {
        this.clock = clock;
        swept = clock.GetTimestamp();
        meter.CreateObservableGauge("ordo.identifiers.rest_sessions", () => Open, description: "Sessions of the REST interface whose client is known.");
    }

    /// <summary>Sessions with a client.</summary>
    public int Open
    {
        get { lock (guard) return open.Values.Count(entry => entry.Session is not null); }
    }

    /// <summary>A session in which nothing is proven yet; its client has a minute to do so.</summary>
    public RestSession Begin()
    {
        Span<byte> token = stackalloc byte[Size];
        RandomNumberGenerator.Fill(token[..(SaltSize + NonceSize)]);
        BinaryPrimitives.WriteInt64BigEndian(token[(SaltSize + NonceSize)..], clock.GetTimestamp());
        MacOf(token).CopyTo(token[^MacSize..]);
        return new(Base64Url.EncodeToString(token), token.Slice(SaltSize, NonceSize).ToArray(), null);
    }

    /// <summary>The session of a request, used once more.</summary>
    /// <returns><c>null</c> when there is none, or none any more.</returns>
    public RestSession? Find(string id)
    {
        lock (guard)
        {
            if (open.TryGetValue(id, out Entry? entry))
            {
                if (entry.Session is null || clock.GetElapsedTime(entry.LastUsed) > LongestIdle) return null;
                entry.LastUsed = clock.GetTimestamp();
                return entry.Session;
            }
        }

        return Issued(id) is { } token && clock.GetElapsedTime(TimeOf(token)) <= Patience ? new(id, token[SaltSize..(SaltSize + NonceSize)], null) : null;
    }

    /// <summary>A session in which its client has proven who it is. A nonce proves it once.</summary>
    /// <returns><c>null</c> when somebody else was quicker.</returns>
    public RestSession? Prove(RestSession session, Proven client)
    {
        lock (guard)
        {
            Sweep();
            if (open.TryGetValue(session.Id, out Entry? before)) return before.Session is { } known && known.Client!.Identity.Is(client.Identity) ? known : null;
            MakeRoom(client.Identity);
            RestSession proven = session with { Client = client };
            open.Add(session.Id, new(session.Id, client.Identity) { Session = proven, LastUsed = clock.GetTimestamp() });
            return proven;
        }
    }

    /// <summary>Ends a session. Its id is remembered as long as its nonce could be answered a second time.</summary>
    public void Close(RestSession session)
    {
        lock (guard)
        {
            if (open.TryGetValue(session.Id, out Entry? entry)) (entry.Session, entry.LastUsed) = (null, clock.GetTimestamp());
        }
    }

    public void Dispose() => meter.Dispose();

    private void Sweep()
    {
        if (clock.GetElapsedTime(swept) < SweepEvery) return;
        swept = clock.GetTimestamp();
        foreach (string over in open.Where(pair => clock.GetElapsedTime(pair.Value.LastUsed) > (pair.Value.Session is null ? Patience : LongestIdle)).Select(pair => pair.Key).ToArray()) open.Remove(over);
    }

    /// <summary>Who has too many loses the one that was silent longest; only when all together are too many is that anybody's.</summary>
    private void MakeRoom(ValueReference identity)
    {
        Entry[] own = [.. open.Values.Where(entry => entry.Identity.Is(identity))];
        if (own.Length >= MaxOpenPerIdentity) open.Remove(own.MinBy(entry => entry.LastUsed)!.Id);
        else if (open.Count >= MaxOpen) open.Remove(open.Values.MinBy(entry => entry.LastUsed)!.Id);
    }

    private byte[]? Issued(string id)
    {
        byte[] token = new byte[Size];
        return id.Length == Base64Url.GetEncodedLength(Size) && Base64Url.TryDecodeFromChars(id, token, out int length) && length == Size && CryptographicOperations.FixedTimeEquals(MacOf(token), token.AsSpan(^MacSize..)) ? token : null;
    }

    private ReadOnlySpan<byte> MacOf(ReadOnlySpan<byte> token) => HMACSHA256.HashData(secret, token[..^MacSize]).AsSpan(0, MacSize);

    private static long TimeOf(ReadOnlySpan<byte> token) => BinaryPrimitives.ReadInt64BigEndian(token[(SaltSize + NonceSize)..]);

    /// <summary>A session with a client, or the memory of one that was closed.</summary>
    private sealed class Entry(string id, ValueReference identity)
    {
        public string Id { get; } = id;

        public ValueReference Identity { get; } = identity;

        public RestSession? Session { get; set; }

        public long LastUsed { get; set; }
    }
}
