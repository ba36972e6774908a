using System.Net;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>A request that waits for its sender to say who it is.</summary>
/// <param name="Digest">Of the request, without the byte of the algorithm.</param>
internal sealed record Challenge(uint SessionId, Message Request, ProtocolVersion Version, byte[] Nonce, byte[] Digest, IPAddress From, long Issued);

/// <summary>
/// Challenges that are open. Each is answered once and within twenty seconds; an address has at most a hundred and all together a hundred thousand, so that nobody's flood
/// takes the memory or the places of the others.
/// </summary>
internal sealed class Challenges(TimeProvider clock)
{
    private const int MaxOpen = 100_000, MaxOpenPerAddress = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Lock guard = new();
    private readonly Dictionary<uint, Challenge> open = [];
    private readonly Queue<Challenge> byAge = new();
    private readonly Dictionary<IPAddress, int> byAddress = [];

    /// <summary>Number and nonce of the next one; a test that compares bytes says which.</summary>
    public Func<(uint SessionId, byte[] Nonce)> Draw { get; set; } = static () => ((uint)RandomNumberGenerator.GetInt32(1, int.MaxValue), RandomNumberGenerator.GetBytes(ChallengeBody.NonceSize));

    /// <summary>Whether a number belongs to a session; those of challenges are others.</summary>
    public Func<uint, bool> IsTaken { get; set; } = static _ => false;

    /// <summary>Challenges open now.</summary>
    public int Open => open.Count;

    public bool IsOpen(uint session)
    {
        lock (guard) return open.ContainsKey(session);
    }

    /// <param name="inside">Number of the session that the request came in; a challenge of it that is still open is given up.</param>
    /// <returns><c>null</c> when there are too many.</returns>
    public Challenge? Issue(Message request, ProtocolVersion version, byte[] digest, IPAddress from, uint inside = 0)
    {
        lock (guard)
        {
            Forget();
            if (open.Count >= MaxOpen || byAddress.GetValueOrDefault(from) >= MaxOpenPerAddress) return null;
            (uint session, byte[] nonce) = Draw();
            while (inside == 0 && (open.ContainsKey(session) || IsTaken(session))) (session, nonce) = Draw();
            if (inside != 0)
            {
                session = inside;
                if (open.TryGetValue(inside, out Challenge? before)) Close(before);
            }

            var challenge = new Challenge(session, request, version, nonce, digest, from, clock.GetTimestamp());
            open.Add(session, challenge);
            byAge.Enqueue(challenge);
            byAddress[from] = byAddress.GetValueOrDefault(from) + 1;
            return challenge;
        }
    }

    /// <returns><c>null</c> when there is none of that number: never issued, answered already, or too old.</returns>
    public Challenge? Take(uint session)
    {
        lock (guard)
        {
            Forget();
            if (!open.TryGetValue(session, out Challenge? challenge)) return null;
            Close(challenge);
            return challenge;
        }
    }

    private void Forget()
    {
        while (byAge.TryPeek(out Challenge? oldest) && clock.GetElapsedTime(oldest.Issued) > Patience)
        {
            byAge.Dequeue();
            // Answered ones are still in the queue, and their number may belong to another by now.
            if (open.TryGetValue(oldest.SessionId, out Challenge? challenge) && ReferenceEquals(challenge, oldest)) Close(challenge);
        }
    }

    private void Close(Challenge challenge)
    {
        open.Remove(challenge.SessionId);
        int left = byAddress.GetValueOrDefault(challenge.From) - 1;
        if (left > 0) byAddress[challenge.From] = left;
        else byAddress.Remove(challenge.From);
    }
}
