using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ordo.Foundation.Access.Links;

/// <summary>
/// <c>publicId.expires.signature</c>: what a request with a link brings. The signature is HMAC-SHA256 over the two others with the link's own key, so that
/// neither the page nor the day can be exchanged. Pure.
/// </summary>
public sealed record LinkSignature(string PublicId, long Expires, string Signature)
{
    private const int MaxLength = 120;

    public const int KeyLength = 32;

    public static LinkSignature Of(string publicId, DateTimeOffset expires, ReadOnlySpan<byte> key)
    {
        long seconds = expires.ToUnixTimeSeconds();
        return new(publicId, seconds, Base64Url.EncodeToString(HashOf(publicId, seconds, key)));
    }

    /// <returns><c>null</c> for what cannot be one.</returns>
    public static LinkSignature? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength || text.Split('.') is not [{ Length: > 0 } id, var expires, { Length: > 0 } signature]) return null;
        return long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? new(id, seconds, signature) : null;
    }

    /// <summary>Takes as long whether the first byte is wrong or the last.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> key) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Signature), Encoding.UTF8.GetBytes(Base64Url.EncodeToString(HashOf(PublicId, Expires, key))));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PublicId}.{Expires}.{Signature}");

    private static byte[] HashOf(string publicId, long expires, ReadOnlySpan<byte> key) =>
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"ordo-link\n{publicId}\n{expires}")));
}
