using System.Security.Cryptography;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>MACs, signatures and encryption of whole messages (notes, 7.5 and 7.6). Pure.</summary>
internal static class Seals
{
    private const int BlockSize = 16;
    private const string Mac = "HMAC-SHA256", MacType = "HS_MAC", SignatureType = "HS_SIGNED";

    /// <summary>What a MAC or a signature from 2.7 on is taken over: version, numbers, then header and body as they are on the wire.</summary>
    /// <param name="version">The version both sides speak; 2.7 leaves the suggestion out.</param>
    public static byte[] Covered(in Envelope envelope, ProtocolVersion version, uint counter, ReadOnlySpan<byte> signed)
    {
        WireWriter writer = new WireWriter(signed.Length + 16).Byte(envelope.Version.Major).Byte(envelope.Version.Minor);
        if (version.AtLeast(2, 8)) writer.Byte(envelope.Suggested.Major).Byte(envelope.Suggested.Minor);
        return writer.UInt32(envelope.SessionId).UInt32(envelope.RequestId).UInt32(counter).Raw(signed).ToArray();
    }

    /// <summary>Whether a request inside a session was made by who has its key.</summary>
    public static bool IsMacRight(Message message, ProtocolVersion version, byte[] key) =>
        message.Credential is { } credential && credential.Type.Equals(MacType) && credential.Algorithm.Equals(Mac)
        && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, Covered(message.Envelope, version, credential.Counter, message.Signed.Span)), credential.Signature.Span);

    /// <summary>A response with a MAC in place of its empty credential.</summary>
    public static byte[] WithMac(ReadOnlyMemory<byte> response, ProtocolVersion version, byte[] key, uint counter) => WithCredential(response, (envelope, signed) =>
        new(0, 0, 0, Octets.Empty, counter, MacType, Mac, HMACSHA256.HashData(key, Covered(envelope, version, counter, signed.Span))));

    /// <summary>A response with the signature of this node.</summary>
    public static byte[] WithSignature(ReadOnlyMemory<byte> response, ProtocolVersion version, NodeKey key) => WithCredential(response, (envelope, signed) =>
    {
        bool old = !version.AtLeast(2, 7);
        byte[] covered = version switch
        {
            _ when !old => Covered(envelope, version, 0, signed.Span),
            // What 2.6 puts in front is a slip of its encoder, which its clients repeat: the upper half of the session id, the counter, six zeros.
            _ when version.AtLeast(2, 6) => new WireWriter(signed.Length + 14).Byte(envelope.Version.Major).Byte(envelope.Version.Minor).UInt16((ushort)(envelope.SessionId >> 16)).UInt32(0).UInt32(0).UInt16(0).Raw(signed.Span).ToArray(),
            _ => signed.ToArray(),
        };
        return new(0, 0, 0, Octets.Empty, 0, SignatureType, old ? "SHA1" : "SHA-256", key.Sign(covered, old ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256));
    });

    /// <summary>What stands behind the envelope, encrypted: an initial vector, then AES-128 in CBC with the padding of PKCS#7.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> message, byte[] key)
    {
        Envelope.TryRead(message, out Envelope envelope);
        using Aes aes = AesOf(key);
        byte[] vector = RandomNumberGenerator.GetBytes(BlockSize), encrypted = aes.EncryptCbc(message[Envelope.Size..], vector);
        byte[] bytes = new byte[Envelope.Size + BlockSize + encrypted.Length];
        (envelope with { Flags = envelope.Flags | EnvelopeFlags.Encrypted, Length = bytes.Length - Envelope.Size }).Write(bytes);
        vector.CopyTo(bytes, Envelope.Size);
        encrypted.CopyTo(bytes, Envelope.Size + BlockSize);
        return bytes;
    }

    /// <returns>The message as if it had come in the clear, or <c>null</c> when it was not encrypted with this key.</returns>
    public static byte[]? Decrypt(ReadOnlySpan<byte> message, byte[] key)
    {
        ReadOnlySpan<byte> rest = message[Envelope.Size..];
        if (!Envelope.TryRead(message, out Envelope envelope) || rest.Length < 2 * BlockSize || rest.Length % BlockSize != 0) return null;
        using Aes aes = AesOf(key);
        try
        {
            byte[] plain = aes.DecryptCbc(rest[BlockSize..], rest[..BlockSize]), bytes = new byte[Envelope.Size + plain.Length];
            (envelope with { Flags = envelope.Flags & ~EnvelopeFlags.Encrypted, Length = plain.Length }).Write(bytes);
            plain.CopyTo(bytes, Envelope.Size);
            return bytes;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] WithCredential(ReadOnlyMemory<byte> response, Func<Envelope, ReadOnlyMemory<byte>, Credential> make)
    {
        Envelope.TryRead(response.Span, out Envelope envelope);
        int end = Envelope.Size + Header.Size + (int)Header.Read(response.Span[Envelope.Size..]).BodyLength;
        byte[] bytes = new WireWriter(end + 512).Raw(response.Span[..end]).Octets(make(envelope, response[Envelope.Size..end]).ToArray()).ToArray();
        (envelope with { Length = bytes.Length - Envelope.Size }).Write(bytes);
        return bytes;
    }

    private static Aes AesOf(byte[] key)
    {
        Aes aes = Aes.Create();
        aes.Key = key[..BlockSize];
        return aes;
    }
}
