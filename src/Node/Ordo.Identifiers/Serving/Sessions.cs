using System.Diagnostics.Metrics;
using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>What two sides have agreed on: a key, and who the other one has proven to be.</summary>
internal sealed class Session(uint id, byte[] key, ProtocolVersion version, TimeSpan idleTime, IPAddress from, long now)
{
    private const int Remembered = 200;
    private readonly Lock guard = new();
    private readonly SortedSet<uint> seen = [];
    private uint counter;

    public uint Id { get; } = id;

    /// <summary>32 bytes: all of them for MACs, the first 16 for encryption.</summary>
    public byte[] Key { get; } = key;

    public ProtocolVersion Version { get; } = version;

    /// <summary>How long it may be silent once its client is known.</summary>
    public TimeSpan IdleTime { get; } = idleTime;

    public IPAddress From { get; } = from;

    public long LastUsed { get; set; } = now;

    /// <summary>Who the client is, after the first challenge that it answered.</summary>
    public ValueReference? Identity { get; set; }

    /// <summary>The next counter of this side.</summary>
    public uint Next() => Interlocked.Increment(ref counter);

    /// <returns>False for a counter that came before, or that is older than all that are remembered. 0 is not checked.</returns>
    public bool Accepts(uint number)
    {
        if (number == 0) return true;
        lock (guard)
        {
            if ((seen.Count >= Remembered && number < seen.Min) || !seen.Add(number)) return false;
            if (seen.Count > Remembered) seen.Remove(seen.Min);
            return true;
        }
    }
}

/// <summary>
/// Sessions that are open. Each ends when it is silent for its time; as long as nobody has proven who it is for, that is a minute, because anybody can open one. An address
/// has at most a hundred, all together ten thousand.
/// </summary>
internal sealed class Sessions : IDisposable
{
    private const int MaxOpen = 10_000, MaxOpenPerAddress = 100, KeySize = 32, ExponentSize = 32, SmallestPrime = 1024, LargestPrime = 2048;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromDays(1), UnknownIdle = TimeSpan.FromMinutes(1), SweepEvery = TimeSpan.FromSeconds(5);
    private readonly Lock guard = new();
    private readonly Dictionary<uint, Session> open = [];
    private readonly Dictionary<IPAddress, int> byAddress = [];
    private readonly TimeProvider clock;
    private readonly Challenges challenges;
    private readonly Meter meter = new("Ordo");
    private long swept;

    public Sessions(TimeProvider clock, Challenges challenges)
    {
        (this.clock, this.challenges) = (clock, challenges);
        swept = clock.GetTimestamp();
        challenges.IsTaken = IsOpen;
        meter.CreateObservableGauge("ordo.identifiers.sessions", () => Open, description: "Sessions of the Handle protocol that are open.");
        meter.CreateObservableGauge("ordo.identifiers.challenges", () => challenges.Open, description: "Challenges of the Handle protocol that wait for their answer.");
    }

    /// <summary>Number and private exponent of the next one; a test that compares bytes says which.</summary>
    public Func<(uint Id, byte[] Exponent)> Draw { get; set; } = static () => ((uint)RandomNumberGenerator.GetInt32(1, int.MaxValue), RandomNumberGenerator.GetBytes(ExponentSize));

    /// <summary>Sessions open now.</summary>
    public int Open => open.Count;

    /// <summary>Agrees on a key with a client that sent its half (mode 4, Diffie–Hellman with the client's p and g).</summary>
    /// <returns>The session and this node's half, or why there is none.</returns>
    public (Session? Session, PublicKeyData? Key, ResponseCode Code) Agree(SessionSetupRequest request, ProtocolVersion version, IPAddress from)
    {
        if (request.PublicKey is not { } given || PublicKeyData.Read(given.Memory) is not { } theirs || !theirs.Algorithm.Equals(PublicKeyData.DiffieHellman)) return (null, null, ResponseCode.InvalidSessionSetup);
        if (theirs.Numbers.Any(number => number.Length > LargestPrime / 8 + 1)) return (null, null, ResponseCode.InvalidSessionSetup);
        BigInteger[] numbers = [.. theirs.Numbers.Select(number => new BigInteger(number.Span, isUnsigned: false, isBigEndian: true))];
        (BigInteger y, BigInteger p, BigInteger g) = (numbers[0], numbers[1], numbers[2]);
        // Values from which anybody could tell the key are no half of an agreement.
        if (p.Sign <= 0 || p.GetBitLength() is < SmallestPrime or > LargestPrime || p.IsEven || y <= 1 || y >= p - 1 || g <= 1 || g >= p - 1) return (null, null, ResponseCode.InvalidSessionSetup);
        if (IsFull(from)) return (null, null, ResponseCode.TooBusy);
        (uint id, byte[] exponent) = Draw();
        var x = new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        byte[] key = KeyOf(BigInteger.ModPow(y, x, p), p);
        var ours = new PublicKeyData(PublicKeyData.DiffieHellman, 0, [BigInteger.ModPow(g, x, p).ToByteArray(isBigEndian: true), theirs.Numbers[1], theirs.Numbers[2]]);
        TimeSpan idle = request.TimeoutSeconds == 0 || request.TimeoutSeconds > LongestIdle.TotalSeconds ? LongestIdle : TimeSpan.FromSeconds(request.TimeoutSeconds);
        lock (guard)
        {
            while (open.ContainsKey(id) || challenges.IsOpen(id)) id = Draw().Id;
            var session = new Session(id, key, version, idle, from, clock.GetTimestamp());
            Add(session);
            return (session, ours, ResponseCode.Success);
        }
    }

    /// <summary>Takes in a session whose number nobody has.</summary>
    internal void Add(Session session)
    {
        lock (guard)
        {
            open.Add(session.Id, session);
            byAddress[session.From] = byAddress.GetValueOrDefault(session.From) + 1;
        }
    }

    /// <summary>The session of a request, used once more.</summary>
    /// <returns><c>null</c> when there is none of that number, or none any more.</returns>
    public Session? Use(uint id)
    {
        lock (guard)
        {
            if (!open.TryGetValue(id, out Session? session)) return null;
            if (IsOver(session))
            {
                Remove(session);
                return null;
            }

            session.LastUsed = clock.GetTimestamp();
            return session;
        }
    }

    public void Close(Session session)
    {
        lock (guard) Remove(session);
    }

    public void Dispose() => meter.Dispose();

    /// <summary>The shared number as bytes of the prime's length; of leading zeros only so many go as leave 32 bytes, and the first 32 are the key.</summary>
    internal static byte[] KeyOf(BigInteger shared, BigInteger prime)
    {
        byte[] padded = new byte[prime.GetByteCount(isUnsigned: true)], bytes = shared.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(padded, padded.Length - bytes.Length);
        int zeros = 0;
        while (padded[zeros] == 0 && padded.Length - zeros > KeySize) zeros++;
        return padded[zeros..(zeros + KeySize)];
    }

    private bool IsOpen(uint id)
    {
        lock (guard) return open.ContainsKey(id);
    }

    private bool IsFull(IPAddress from)
    {
        lock (guard)
        {
            if (clock.GetElapsedTime(swept) >= SweepEvery)
            {
                swept = clock.GetTimestamp();
                foreach (Session session in open.Values.Where(IsOver).ToArray()) Remove(session);
            }

            return open.Count >= MaxOpen || byAddress.GetValueOrDefault(from) >= MaxOpenPerAddress;
        }
    }

    private bool IsOver(Session session) => clock.GetElapsedTime(session.LastUsed) > (session.Identity is null && session.IdleTime > UnknownIdle ? UnknownIdle : session.IdleTime);

    private void Remove(Session session)
    {
        if (!open.Remove(session.Id)) return;
        int left = byAddress.GetValueOrDefault(session.From) - 1;
        if (left > 0) byAddress[session.From] = left;
        else byAddress.Remove(session.From);
    }
}
