using System.Security.Cryptography;
using System.Text;
using Ordo.Identifiers.Protocol;

namespace Ordo.Identifiers.Serving;

/// <summary>Whether an answer to a challenge proves that its sender has a key. Pure, and constant in time where a secret is compared.</summary>
internal static class Proofs
{
    private const int MaxIterations = 1_000_000, MaxKeyBits = 4096, MaxSalt = 1024, MaxModulus = 1024, MaxExponent = 8, MaxDsaPrime = 384;

    /// <summary>By the secret of an HS_SECKEY value.</summary>
    /// <param name="old">The client speaks a version below 2.1: a bare MD5.</param>
    public static bool BySecret(ReadOnlyMemory<byte> answer, ReadOnlySpan<byte> key, byte[] nonce, byte[] digest, bool old)
    {
        byte[] text = [.. nonce, .. digest], keyed = [.. key, .. text, .. key];
#pragma warning disable CA5350, CA5351 // Clients choose by their version, and the older ones know nothing better; what they protect is theirs.
        if (old) return CryptographicOperations.FixedTimeEquals(MD5.HashData(keyed), answer.Span);
        if (answer.Length < 2) return false;
        ReadOnlySpan<byte> mac = answer.Span[1..];
        return answer.Span[0] switch
        {
            0x01 => CryptographicOperations.FixedTimeEquals(MD5.HashData(keyed), mac),
            0x02 => CryptographicOperations.FixedTimeEquals(SHA1.HashData(keyed), mac),
            0x03 => CryptographicOperations.FixedTimeEquals(SHA256.HashData(keyed), mac),
            0x12 => CryptographicOperations.FixedTimeEquals(HMACSHA1.HashData(key, text), mac),
            0x13 => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, text), mac),
            0x22 => ByStretchedSecret(answer[1..], key, text),
            _ => false,
        };
#pragma warning restore CA5350, CA5351
    }

    /// <summary>By the private key that belongs to an HS_PUBKEY value: RSA with PKCS#1 v1.5, or DSA with r and s in DER.</summary>
    public static bool ByPublicKey(ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> publicKey, byte[] nonce, byte[] digest)
    {
        var reader = new WireReader(answer);
        (Octets name, Octets signature) = (reader.Octets(), reader.Octets());
        if (reader.Failed || HashOf(name.AsText()) is not { } hash || PublicKeyData.Read(publicKey) is not { } key) return false;
        if (key.Algorithm.Equals(PublicKeyData.Dsa)) return ByDsa(key, [.. nonce, .. digest], signature, hash);
        if (!key.Algorithm.Equals(PublicKeyData.Rsa)) return false;
        (byte[] exponent, byte[] modulus) = (Unsigned(key.Numbers[0]), Unsigned(key.Numbers[1]));
        // A key of any size would let whoever registered it occupy a processor.
        if (exponent.Length is 0 or > MaxExponent || modulus.Length is < 64 or > MaxModulus) return false;
        try
        {
            using var rsa = RSA.Create(new RSAParameters { Exponent = exponent, Modulus = modulus });
            return rsa.VerifyData([.. nonce, .. digest], signature.Span, hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false; // numbers that are no key
        }
    }

    private static bool ByDsa(PublicKeyData key, byte[] text, Octets signature, HashAlgorithmName hash)
    {
        (byte[] q, byte[] p, byte[] g, byte[] y) = (Unsigned(key.Numbers[0]), Unsigned(key.Numbers[1]), Unsigned(key.Numbers[2]), Unsigned(key.Numbers[3]));
        if (q.Length is not (20 or 28 or 32) || p.Length is < 64 or > MaxDsaPrime || g.Length > p.Length || y.Length > p.Length) return false;
        try
        {
            using var dsa = DSA.Create(new DSAParameters { Q = q, P = p, G = Padded(g, p.Length), Y = Padded(y, p.Length) });
            return dsa.VerifyData(text, signature.Span, hash, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false; // numbers that are no key
        }
    }

    private static byte[] Padded(byte[] number, int length) => [.. new byte[length - number.Length], .. number];

    private static bool ByStretchedSecret(ReadOnlyMemory<byte> answer, ReadOnlySpan<byte> key, byte[] text)
    {
        var reader = new WireReader(answer);
        (Octets salt, uint iterations, uint bits, Octets mac) = (reader.Octets(), reader.UInt32(), reader.UInt32(), reader.Octets());
        if (reader.Failed || iterations is 0 or > MaxIterations || bits is < 8 or > MaxKeyBits || bits % 8 != 0 || salt.Length > MaxSalt) return false;
        // The reference library takes each byte of the key for a character and the characters as UTF-8.
        byte[] characters = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(key));
#pragma warning disable CA5350, CA5379 // the protocol's
        byte[] derived = Rfc2898DeriveBytes.Pbkdf2(characters, salt.Span, (int)iterations, HashAlgorithmName.SHA1, (int)bits / 8);
        return CryptographicOperations.FixedTimeEquals(HMACSHA1.HashData(derived, text), mac.Span);
#pragma warning restore CA5350, CA5379
    }

    private static HashAlgorithmName? HashOf(string? name) => name switch
    {
        "MD5" => HashAlgorithmName.MD5,
        "SHA1" or "SHA-1" => HashAlgorithmName.SHA1,
        "SHA256" or "SHA-256" => HashAlgorithmName.SHA256,
        _ => null,
    };

    private static byte[] Unsigned(Octets number)
    {
        ReadOnlySpan<byte> bytes = number.Span;
        while (bytes.Length > 0 && bytes[0] == 0) bytes = bytes[1..];
        return bytes.ToArray();
    }
}
