using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>How a MAC is made of a secret and a text (notes, 7.2 and 11.5).</summary>
internal enum SecretProof
{
    /// <summary>The MD5 of secret, text, secret.</summary>
    Md5,

    /// <summary>The SHA-1 of secret, text, secret.</summary>
    Sha1,

    /// <summary>The SHA-256 of secret, text, secret.</summary>
    Sha256,

    HmacSha1,
    HmacSha256,

    /// <summary>HMAC-SHA1 with a key that PBKDF2 stretched out of the secret.</summary>
    Stretched,
}

/// <summary>How a secret is stretched.</summary>
/// <param name="Bits">Of the key that comes out.</param>
internal readonly record struct Stretching(ReadOnlyMemory<byte> Salt, long Iterations, long Bits)
{
    private const int MaxIterations = 1_000_000, MaxKeyBits = 4096, MaxSalt = 1024;

    /// <summary>Whether it is something that a server does for anybody who asks.</summary>
    public bool IsReasonable => Iterations is > 0 and <= MaxIterations && Bits is >= 8 and <= MaxKeyBits && Bits % 8 == 0 && Salt.Length <= MaxSalt;
}

/// <summary>Whether an answer to a challenge proves that its sender has a key. Pure, and constant in time where a secret is compared.</summary>
internal static class Proofs
{
    private const int MaxModulus = 1024, MaxExponent = 8, MaxDsaPrime = 384;

    /// <summary>By the secret of an HS_SECKEY value, as the native protocol packs it.</summary>
    /// <param name="old">The client speaks a version below 2.1: a bare MD5.</param>
    public static bool BySecret(ReadOnlyMemory<byte> answer, ReadOnlySpan<byte> key, byte[] nonce, byte[] digest, bool old)
    {
        byte[] text = [.. nonce, .. digest];
        if (old) return HasMac(SecretProof.Md5, answer.Span, key, text);
        if (answer.Length < 2) return false;
        ReadOnlySpan<byte> mac = answer.Span[1..];
        return answer.Span[0] switch
        {
            0x01 => HasMac(SecretProof.Md5, mac, key, text),
            0x02 => HasMac(SecretProof.Sha1, mac, key, text),
            0x03 => HasMac(SecretProof.Sha256, mac, key, text),
            0x12 => HasMac(SecretProof.HmacSha1, mac, key, text),
            0x13 => HasMac(SecretProof.HmacSha256, mac, key, text),
            0x22 => ByStretchedSecret(answer[1..], key, text),
            _ => false,
        };
    }

    /// <summary>Whether somebody who has the secret made this of a text.</summary>
    public static bool HasMac(SecretProof how, ReadOnlySpan<byte> mac, ReadOnlySpan<byte> key, byte[] text, Stretching stretching = default)
    {
        if (how == SecretProof.Stretched && !stretching.IsReasonable) return false;
        byte[] keyed = [.. key, .. text, .. key];
#pragma warning disable CA5350, CA5351 // Clients choose by their version, and the older ones know nothing better; what they protect is theirs.
        return CryptographicOperations.FixedTimeEquals(mac, how switch
        {
            SecretProof.Md5 => MD5.HashData(keyed),
            SecretProof.Sha1 => SHA1.HashData(keyed),
            SecretProof.Sha256 => SHA256.HashData(keyed),
            SecretProof.HmacSha1 => HMACSHA1.HashData(key, text),
            SecretProof.HmacSha256 => HMACSHA256.HashData(key, text),
            _ => HMACSHA1.HashData(Stretch(key, stretching), text),
        });
#pragma warning restore CA5350, CA5351
    }

    /// <summary>By the private key that belongs to an HS_PUBKEY value, as the native protocol packs it.</summary>
    public static bool ByPublicKey(ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> publicKey, byte[] nonce, byte[] digest)
    {
        var reader = new WireReader(answer);
        (Octets name, Octets signature) = (reader.Octets(), reader.Octets());
        return !reader.Failed && HashOf(name.AsText()) is { } hash && HasSigned(publicKey, [.. nonce, .. digest], signature.Span, hash);
    }

    /// <summary>Whether somebody who has the private key signed a text: RSA with PKCS#1 v1.5, or DSA with r and s in DER.</summary>
    public static bool HasSigned(ReadOnlyMemory<byte> publicKey, byte[] text, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        if (PublicKeyData.Read(publicKey) is not { } key) return false;
        try
        {
            if (RsaOf(key) is { } parameters)
            {
                using var rsa = RSA.Create(parameters);
                return rsa.VerifyData(text, signature, hash, RSASignaturePadding.Pkcs1);
            }

            if (DsaOf(key) is not { } numbers) return false;
            using var dsa = DSA.Create(numbers);
            return dsa.VerifyData(text, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false; // numbers that are no key
        }
    }

    /// <summary>Whether a certificate is for the key of an HS_PUBKEY value.</summary>
    public static bool IsFor(X509Certificate2 certificate, ReadOnlyMemory<byte> publicKey)
    {
        if (PublicKeyData.Read(publicKey) is not { } key) return false;
        try
        {
            using RSA? rsa = certificate.GetRSAPublicKey();
            if (rsa is not null) return RsaOf(key) is { } own && rsa.ExportParameters(false) is var shown && Same(own.Modulus, shown.Modulus) && Same(own.Exponent, shown.Exponent);
            using DSA? dsa = certificate.GetDSAPublicKey();
            return dsa is not null && DsaOf(key) is { } numbers && dsa.ExportParameters(false) is var given
                && Same(numbers.P, given.P) && Same(numbers.Q, given.Q) && Same(numbers.G, given.G) && Same(numbers.Y, given.Y);
        }
        catch (CryptographicException)
        {
            return false; // a key of a kind that is not known here
        }

        static bool Same(byte[]? one, byte[]? other) => Unsigned(one).AsSpan().SequenceEqual(Unsigned(other));
    }

    /// <returns><c>null</c> for a name that is not known.</returns>
    public static HashAlgorithmName? HashOf(string? name) => name switch
    {
        "MD5" => HashAlgorithmName.MD5,
        "SHA1" or "SHA-1" => HashAlgorithmName.SHA1,
        "SHA256" or "SHA-256" => HashAlgorithmName.SHA256,
        _ => null,
    };

    /// <summary>A key of any size would let whoever registered it occupy a processor.</summary>
    private static RSAParameters? RsaOf(PublicKeyData key)
    {
        if (!key.Algorithm.Equals(PublicKeyData.Rsa)) return null;
        (byte[] exponent, byte[] modulus) = (Unsigned(key.Numbers[0]), Unsigned(key.Numbers[1]));
        return exponent.Length is 0 or > MaxExponent || modulus.Length is < 64 or > MaxModulus ? null : new RSAParameters { Exponent = exponent, Modulus = modulus };
    }

    private static DSAParameters? DsaOf(PublicKeyData key)
    {
        if (!key.Algorithm.Equals(PublicKeyData.Dsa)) return null;
        (byte[] q, byte[] p, byte[] g, byte[] y) = (Unsigned(key.Numbers[0]), Unsigned(key.Numbers[1]), Unsigned(key.Numbers[2]), Unsigned(key.Numbers[3]));
        bool isKey = q.Length is 20 or 28 or 32 && p.Length is >= 64 and <= MaxDsaPrime && g.Length <= p.Length && y.Length <= p.Length;
        return isKey ? new DSAParameters { Q = q, P = p, G = Padded(g, p.Length), Y = Padded(y, p.Length) } : null;
    }

    private static byte[] Padded(byte[] number, int length) => [.. new byte[length - number.Length], .. number];

    private static bool ByStretchedSecret(ReadOnlyMemory<byte> answer, ReadOnlySpan<byte> key, byte[] text)
    {
        var reader = new WireReader(answer);
        (Octets salt, uint iterations, uint bits, Octets mac) = (reader.Octets(), reader.UInt32(), reader.UInt32(), reader.Octets());
        return !reader.Failed && HasMac(SecretProof.Stretched, mac.Span, key, text, new(salt.Memory, iterations, bits));
    }

    private static byte[] Stretch(ReadOnlySpan<byte> key, Stretching how)
    {
        // The reference library takes each byte of the key for a character and the characters as UTF-8.
        byte[] characters = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(key));
#pragma warning disable CA5350, CA5379 // the protocol's
        return Rfc2898DeriveBytes.Pbkdf2(characters, how.Salt.Span, (int)how.Iterations, HashAlgorithmName.SHA1, (int)how.Bits / 8);
#pragma warning restore CA5350, CA5379
    }

    private static byte[] Unsigned(Octets number) => Unsigned(number.Span);

    private static byte[] Unsigned(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && bytes[0] == 0) bytes = bytes[1..];
        return bytes.ToArray();
    }
}
