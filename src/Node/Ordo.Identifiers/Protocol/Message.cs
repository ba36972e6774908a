using System.Security.Cryptography;

namespace Ordo.Identifiers.Protocol;

/// <summary>What became of bytes that were read as a message.</summary>
internal enum MessageVerdict
{
    Message,

    /// <summary>No envelope, or one that claims more than a message may have: nothing can be answered.</summary>
    NoEnvelope,

    /// <summary>Fewer than 24 bytes behind the envelope, or not as many as it claims.</summary>
    WrongLength,

    /// <summary>The part behind the envelope is encrypted; it can be read when it is decrypted.</summary>
    Encrypted,

    /// <summary>The body is not what its op code asks for.</summary>
    MalformedBody,

    /// <summary>The credential is not one.</summary>
    MalformedCredential,
}

/// <summary>Signature or MAC behind a body.</summary>
/// <param name="Counter">Of the session, per direction; 0 outside.</param>
/// <param name="Type"><c>HS_MAC</c> or <c>HS_SIGNED</c>.</param>
/// <param name="Algorithm"><c>HMAC-SHA256</c>, <c>SHA-256</c> …</param>
internal sealed record Credential(byte Version, byte Reserved, ushort Options, Octets Signer, uint Counter, Octets Type, Octets Algorithm, Octets Signature)
{
    public static Credential? Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        (byte version, byte reserved, ushort options) = (reader.Byte(), reader.Byte(), reader.UInt16());
        (Octets signer, uint counter, Octets type) = (reader.Octets(), reader.UInt32(), reader.Octets());
        var inner = new WireReader(reader.Octets().Memory);
        var credential = new Credential(version, reserved, options, signer, counter, type, inner.Octets(), inner.Octets());
        return reader.Failed || inner.Failed ? null : credential;
    }

    public byte[] ToArray() => new WireWriter(256).Byte(Version).Byte(Reserved).UInt16(Options).Octets(Signer).UInt32(Counter).Octets(Type)
        .UInt32((uint)(8 + Algorithm.Length + Signature.Length)).Octets(Algorithm).Octets(Signature).ToArray();
}

/// <summary>Digest of a request at the head of its response: a byte for the algorithm, then the digest.</summary>
internal static class RequestDigest
{
    private const byte Md5 = 1;
    private const byte Sha1 = 2;
    private const byte Sha256 = 3;

    /// <summary>Bytes with the algorithm's, by that byte; 0 when there is no such algorithm.</summary>
    public static int SizeOf(byte algorithm) => algorithm switch
    {
        Md5 => 17,
        Sha1 => 21,
        Sha256 => 33,
        _ => 0,
    };

    /// <summary>As a response of this version writes it.</summary>
    /// <param name="request">Header and body of the request as they came.</param>
    public static byte[] Of(ReadOnlySpan<byte> request, ProtocolVersion version)
    {
#pragma warning disable CA5350 // Clients below 2.7 know nothing better; what is protected is theirs.
        return version.AtLeast(2, 7) ? [Sha256, .. SHA256.HashData(request)] : [Sha1, .. SHA1.HashData(request)];
#pragma warning restore CA5350
    }
}

/// <summary>A whole message. Everything in it points into the bytes it was read from.</summary>
/// <param name="Digest">Of the request, with the byte of the algorithm, when a response carries it.</param>
/// <param name="Credential"><c>null</c> without one.</param>
internal sealed record Message(Envelope Envelope, Header Header, Octets? Digest, MessageBody Body, Credential? Credential)
{
    /// <summary>Header and body as they came: what digests, MACs and signatures are taken over. Empty in a message that was made here.</summary>
    public ReadOnlyMemory<byte> Signed { get; init; }

    /// <summary>Reads a message that has arrived whole.</summary>
    /// <param name="bytes">Envelope and message; the message keeps pointing into them.</param>
    /// <param name="message">Also set for <see cref="MessageVerdict.MalformedBody"/> and <see cref="MessageVerdict.MalformedCredential"/>, so that they can be answered.</param>
    public static MessageVerdict TryRead(ReadOnlyMemory<byte> bytes, out Message? message)
    {
        message = null;
        if (!Envelope.TryRead(bytes.Span, out Envelope envelope)) return MessageVerdict.NoEnvelope;
        ReadOnlyMemory<byte> rest = bytes[Envelope.Size..];
        if (rest.Length != envelope.Length) return Unreadable(envelope, MessageVerdict.WrongLength, out message);
        if (envelope.Flags.HasFlag(EnvelopeFlags.Encrypted)) return Unreadable(envelope, MessageVerdict.Encrypted, out message);
        return TryRead(envelope, rest, out message);
    }

    /// <summary>Reads what stands behind an envelope, also after decryption.</summary>
    public static MessageVerdict TryRead(in Envelope envelope, ReadOnlyMemory<byte> rest, out Message? message)
    {
        if (rest.Length < Header.Size) return Unreadable(envelope, MessageVerdict.WrongLength, out message);
        Header header = Header.Read(rest.Span);
        ReadOnlyMemory<byte> behind = rest[Header.Size..];
        if (header.BodyLength > behind.Length) return Unreadable(envelope, MessageVerdict.WrongLength, out message, header);

        ReadOnlyMemory<byte> signed = rest[..(Header.Size + (int)header.BodyLength)], body = behind[..(int)header.BodyLength];
        message = new(envelope, header, null, EmptyBody.Instance, null) { Signed = signed };
        if (!TryReadDigest(envelope, header, ref body, out Octets? digest)) return MessageVerdict.MalformedBody;
        bool oldChallenge = digest is null;
        if (Bodies.Read(header, oldChallenge, body) is not { } read) return MessageVerdict.MalformedBody;
        message = message with { Digest = digest, Body = read };

        ReadOnlyMemory<byte> tail = behind[(int)header.BodyLength..];
        if (tail.IsEmpty) return MessageVerdict.Message; // messages without the length of the credential occur
        var reader = new WireReader(tail);
        Octets credential = reader.Octets();
        if (reader.Failed) return MessageVerdict.MalformedCredential;
        if (credential.Length == 0) return MessageVerdict.Message;
        if (Credential.Read(credential.Memory) is not { } signature) return MessageVerdict.MalformedCredential;
        message = message with { Credential = signature };
        return MessageVerdict.Message;
    }

    /// <summary>The message on the wire; the lengths in envelope and header are set.</summary>
    public byte[] ToArray()
    {
        var writer = new WireWriter();
        writer.Extend(Envelope.Size + Header.Size).Clear(); // written last, when the lengths are known
        if (Digest is { } digest) writer.Raw(digest.Span);
        Body.Write(writer);
        int body = writer.Length - Envelope.Size - Header.Size;
        writer.Octets(Credential is null ? default(ReadOnlySpan<byte>) : Credential.ToArray());
        byte[] bytes = writer.ToArray();
        (Envelope with { Length = bytes.Length - Envelope.Size }).Write(bytes);
        (Header with { BodyLength = (uint)body }).Write(bytes.AsSpan(Envelope.Size));
        return bytes;
    }

    private static bool TryReadDigest(in Envelope envelope, in Header header, ref ReadOnlyMemory<byte> body, out Octets? digest)
    {
        digest = null;
        bool expected = header.ResponseCode != ResponseCode.Request && header.Flags.HasFlag(OpFlags.RequestDigest) && envelope.Version.AtLeast(2, 1);
        if (!expected) return true;
        if (body.IsEmpty || RequestDigest.SizeOf(body.Span[0]) is not (> 0 and var size) || body.Length < size) return false;
        digest = new(body[..size]);
        body = body[size..];
        return true;
    }

    private static MessageVerdict Unreadable(in Envelope envelope, MessageVerdict verdict, out Message? message, Header header = default)
    {
        message = new(envelope, header, null, EmptyBody.Instance, null);
        return verdict;
    }
}
