using System.Net;
using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>
/// What was answered over UDP to requests that must not be done twice. A client that hears nothing asks again with the same number; within ten seconds it is told the same, and while the
/// first is being done, nothing. Bounded: when it is full, the oldest goes.
/// </summary>
internal sealed class RecentAnswers(TimeProvider clock)
{
    private const int MaxKept = 4096;
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(10);
    private readonly Lock guard = new();
    private readonly Dictionary<Key, Entry> answers = [];
    private readonly Queue<(Key Key, Entry Entry)> byAge = new();

    /// <summary>Whether a request is new. When it is not, <paramref name="answer"/> is what was said, or <c>null</c> while nothing was.</summary>
    public bool TryBegin(SocketAddress source, ReadOnlySpan<byte> message, out byte[]? answer)
    {
        Key key = KeyOf(source, message);
        lock (guard)
        {
            while (byAge.TryPeek(out var oldest) && (answers.Count >= MaxKept || clock.GetElapsedTime(oldest.Entry.Begun) > Kept))
            {
                byAge.Dequeue();
                if (answers.TryGetValue(oldest.Key, out Entry? entry) && ReferenceEquals(entry, oldest.Entry)) answers.Remove(oldest.Key);
            }

            answer = null;
            if (answers.TryGetValue(key, out Entry? known))
            {
                answer = known.Answer;
                return false;
            }

            var begun = new Entry(clock.GetTimestamp());
            answers.Add(key, begun);
            byAge.Enqueue((key, begun));
            return true;
        }
    }

    public void Finish(SocketAddress source, ReadOnlySpan<byte> message, byte[]? answer)
    {
        lock (guard)
        {
            if (answers.TryGetValue(KeyOf(source, message), out Entry? entry)) entry.Answer = answer;
        }
    }

    /// <summary>The same source, number, header and body; a MAC with the next counter does not make it another request.</summary>
    private static Key KeyOf(SocketAddress source, ReadOnlySpan<byte> message)
    {
        Envelope.TryRead(message, out Envelope envelope);
        ReadOnlySpan<byte> rest = message[Envelope.Size..];
        int length = rest.Length < Header.Size || envelope.Flags.HasFlag(EnvelopeFlags.Encrypted) ? rest.Length : (int)Math.Min(rest.Length, Header.Size + (long)Header.Read(rest).BodyLength);
        return new(source, envelope.RequestId, envelope.SessionId, Convert.ToHexString(SHA256.HashData(rest[..length])));
    }

    private readonly record struct Key(SocketAddress Source, uint RequestId, uint Session, string Digest);

    private sealed class Entry(long begun)
    {
        public long Begun { get; } = begun;

        public byte[]? Answer { get; set; }
    }
}
