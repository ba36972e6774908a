using System.Net;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>How a message is cut into UDP packets: 512 bytes each, with an envelope of its own.</summary>
internal static class Packets
{
    public const int Size = 512;
    public const int Payload = Size - Envelope.Size;

    public static int CountOf(int messageLength) => Math.Max(1, (messageLength + Payload - 1) / Payload);

    /// <summary>Writes one packet of a message.</summary>
    /// <returns>Its bytes.</returns>
    public static int Write(in Envelope envelope, ReadOnlySpan<byte> message, int sequence, Span<byte> packet)
    {
        ReadOnlySpan<byte> part = message[(sequence * Payload)..Math.Min(message.Length, (sequence + 1) * Payload)];
        // RFC 3652 asks for the bit; deployed clients go by the length alone.
        (envelope with { Sequence = (uint)sequence, Flags = envelope.Flags | EnvelopeFlags.Truncated }).Write(packet);
        part.CopyTo(packet[Envelope.Size..]);
        return Envelope.Size + part.Length;
    }
}

/// <summary>
/// Requests that come in several packets, until they are whole. Memory is taken for what has come, not for what is announced, and is bounded in all and
/// for each source; what is not whole after five seconds is forgotten.
/// </summary>
internal sealed class PacketAssembly(TimeProvider clock)
{
    private const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxBytesPerSource = 512 * 1024;
    private const int Overhead = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly Lock guard = new();
    private readonly Dictionary<(SocketAddress Source, uint RequestId), Partial> partials = [];
    private readonly Queue<(SocketAddress Source, uint RequestId, long Begun)> byAge = new();
    private readonly Dictionary<SocketAddress, int> bySource = [];
    private int bytes;

    /// <summary>Bytes held now.</summary>
    public int Bytes => bytes;

    /// <returns>Envelope and message when this packet completes it; else <c>null</c>.</returns>
    public byte[]? Add(SocketAddress source, in Envelope envelope, ReadOnlySpan<byte> payload)
    {
        int count = Packets.CountOf(envelope.Length);
        if (envelope.Sequence >= count) return null;
        int expected = envelope.Sequence == count - 1 ? envelope.Length - (count - 1) * Packets.Payload : Packets.Payload;
        if (payload.Length != expected) return null;
        lock (guard)
        {
            Forget();
            if (!partials.TryGetValue((source, envelope.RequestId), out Partial? partial))
            {
                int room = count * 8 + Overhead;
                if (!HasRoom(source, room)) return null;
                SocketAddress kept = Copy(source);
                partial = new(envelope, new byte[count][], clock.GetTimestamp());
                partials.Add((kept, envelope.RequestId), partial);
                byAge.Enqueue((kept, envelope.RequestId, partial.Begun));
                Charge(kept, partial, room);
            }

            if (partial.Envelope.Length != envelope.Length || partial.Parts[envelope.Sequence] is not null || !HasRoom(source, payload.Length)) return null;
            partial.Parts[envelope.Sequence] = payload.ToArray();
            Charge(source, partial, payload.Length);
            if (++partial.Arrived < count) return null;
            Remove(source, envelope.RequestId, partial);
            return Join(partial);
        }
    }

    private bool HasRoom(SocketAddress source, int more) => bytes + more <= MaxBytes && bySource.GetValueOrDefault(source) + more <= MaxBytesPerSource;

    private void Charge(SocketAddress source, Partial partial, int more)
    {
        partial.Bytes += more;
        bytes += more;
        int now = bySource.GetValueOrDefault(source) + more;
        if (now > 0) bySource[source] = now;
        else bySource.Remove(source);
    }

    private void Forget()
    {
        while (byAge.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.Begun) > Patience)
        {
            byAge.Dequeue();
            // The same source may have begun another with the same number since.
            if (partials.TryGetValue((oldest.Source, oldest.RequestId), out Partial? partial) && partial.Begun == oldest.Begun) Remove(oldest.Source, oldest.RequestId, partial);
        }
    }

    private void Remove(SocketAddress source, uint requestId, Partial partial)
    {
        Charge(source, partial, -partial.Bytes);
        partials.Remove((source, requestId));
    }

    private static SocketAddress Copy(SocketAddress source)
    {
        var copy = new SocketAddress(source.Family, source.Size);
        source.Buffer.Span[..source.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }

    private static byte[] Join(Partial partial)
    {
        byte[] message = new byte[Envelope.Size + partial.Envelope.Length];
        (partial.Envelope with { Sequence = 0, Flags = partial.Envelope.Flags & ~EnvelopeFlags.Truncated }).Write(message);
        int at = Envelope.Size;
        foreach (byte[] part in partial.Parts)
        {
            part.CopyTo(message, at);
            at += part.Length;
        }

        return message;
    }

    private sealed class Partial(Envelope envelope, byte[][] parts, long begun)
    {
        public Envelope Envelope { get; } = envelope;

        public byte[][] Parts { get; } = parts;

        public long Begun { get; } = begun;

        public int Arrived { get; set; }

        public int Bytes { get; set; }
    }
}
