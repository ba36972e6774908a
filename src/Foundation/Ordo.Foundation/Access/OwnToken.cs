using Ordo.Foundation.Access.Tokens;

namespace Ordo.Foundation.Access;

/// <summary>The token with which a server asks itself before it is ready: it reads everything and changes nothing, is known to nobody else, kept nowhere, and good only while it is given.</summary>
public sealed class OwnToken
{
    private volatile string? hash;

    /// <summary>A new one, good until it is disposed or the next is given.</summary>
    internal Grant Give()
    {
        string secret = ApiToken.NewSecret();
        hash = ApiToken.HashOf(secret);
        return new(this, secret);
    }

    /// <param name="other"><see cref="ApiToken.HashOf"/> of what a request brought.</param>
    internal bool Is(string other) => other == hash;

    internal sealed class Grant(OwnToken token, string secret) : IDisposable
    {
        public string Secret => secret;

        public void Dispose() => token.hash = null;
    }
}
