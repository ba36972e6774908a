using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Rest;

/// <summary>What came of a request's secret key.</summary>
internal enum SecretKeyVerdict
{
    /// <summary>It brings none.</summary>
    None,

    /// <summary>It is the one of its user.</summary>
    Right,

    /// <summary>It is not, or nobody here has this name.</summary>
    Wrong,

    /// <summary>It came where others can read it, and was not looked at.</summary>
    Exposed,

    /// <summary>Its network sent too many wrong ones.</summary>
    TooMany,
}

/// <summary>
/// Basic authentication by a value of type HS_SECKEY: the user is <c>index:handle</c>, percent-encoded, the password the secret. What somebody known so may do is said by the HS_ADMIN values of
/// records, as over the native protocol, and by nothing that this server's accounts may do.
/// </summary>
internal sealed class SecretKeys(HandleStore store, IdentifiersOptions options, TimeProvider clock)
{
    private const int WrongPerSecond = 5;
    private readonly NetworkGate guesses = new(WrongPerSecond, clock);

    /// <param name="identity">Who it is, when the key is right.</param>
    public SecretKeyVerdict Check(HttpContext http, out ValueReference identity)
    {
        identity = default;
        if (!TryReadBasic(http.Request.Headers.Authorization, out ValueReference named, out byte[] secret)) return SecretKeyVerdict.None;
        if (!http.Request.IsHttps && !options.SecretKeysOverHttp) return SecretKeyVerdict.Exposed;
        SocketAddress network = new IPEndPoint(http.Connection.RemoteIpAddress ?? IPAddress.None, 0).Serialize();
        if (!guesses.IsOpen(network)) return SecretKeyVerdict.TooMany;
        if (!IsRight(named, secret)) return guesses.TryPass(network) ? SecretKeyVerdict.Wrong : SecretKeyVerdict.TooMany;
        identity = named;
        return SecretKeyVerdict.Right;
    }

    private bool IsRight(ValueReference named, byte[] secret)
    {
        HandleValue? key = store.IsHome(named.Handle.Span) ? store.Find(named.Handle)?.Values.FirstOrDefault(value => value.Index == named.Index && value.Type.Is(ValueTypes.SecretKey)) : null;
        return key is { Data.Length: > 0 } && CryptographicOperations.FixedTimeEquals(key.Data.Span, secret);
    }

    /// <summary>Reads <c>Basic base64(user:secret)</c>; the user is decoded once, behind the split at the first colon, which a name has as %3A.</summary>
    private static bool TryReadBasic(string? header, out ValueReference named, out byte[] secret)
    {
        (named, secret) = (default, []);
        if (header?.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) is not true) return false;
        byte[] pair = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), pair, out int length)) return false;
        int colon = pair.AsSpan(0, length).IndexOf((byte)':');
        if (colon < 0) return false;
        string user = Uri.UnescapeDataString(Encoding.UTF8.GetString(pair.AsSpan(0, colon)));
        int inside = user.IndexOf(':', StringComparison.Ordinal);
        if (inside < 1 || inside == user.Length - 1 || !uint.TryParse(user.AsSpan(0, inside), NumberStyles.None, CultureInfo.InvariantCulture, out uint index)) return false;
        (named, secret) = (new(user[(inside + 1)..], index), pair[(colon + 1)..length]);
        return true;
    }
}
