using System.Security.Cryptography;
using System.Text;

namespace Ordo.Foundation.Access;

/// <summary>The token with which a server asks itself before it is ready: it reads everything and changes nothing, is known to nobody else, kept nowhere, and good only while it is given.</summary>
public sealed class OwnToken
{
    private volatile byte[]? hash;

    /// <summary>A new one, good until it is disposed or the next is given.</summary>
    internal Grant Give()
    {
        string secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        hash = HashOf(secret);
        return new(this, secret);
    }

    internal bool Is(string secret) => hash is { } known && CryptographicOperations.FixedTimeEquals(known, HashOf(secret));

    private static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    internal sealed class Grant(OwnToken token, string secret) : IDisposable
    {
        public string Secret => secret;

        public void Dispose() => token.hash = null;
    }
}
