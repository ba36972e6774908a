using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Ordo.Identifiers.Protocol;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Rest;

/// <summary>What came of the credentials of a request.</summary>
internal enum CredentialVerdict
{
    /// <summary>It brings none.</summary>
    None,

    /// <summary>They prove who it is.</summary>
    Right,

    /// <summary>They do not, or nobody here has this name.</summary>
    Wrong,

    /// <summary>They came where others can read them, and were not looked at.</summary>
    Exposed,

    /// <summary>Too many wrong ones come from its network, or too many proofs wait.</summary>
    TooMany,
}

/// <param name="Client">Who it is, when they are right.</param>
/// <param name="Session">The one it named, known or not.</param>
/// <param name="Why">In ASCII.</param>
internal sealed record CredentialCheck(CredentialVerdict Verdict, Proven? Client = null, RestSession? Session = null, string? Why = null)
{
    public static CredentialCheck None { get; } = new(CredentialVerdict.None);

    public static CredentialCheck TooMany { get; } = new(CredentialVerdict.TooMany);

    public static CredentialCheck Wrong(string why) => new(CredentialVerdict.Wrong, Why: why);
}

/// <summary>
/// How somebody without an account here proves to be <c>index:handle</c> over REST (notes, 11.4 and 11.5): Basic with the secret of an HS_SECKEY value, a TLS client certificate for the key of
/// an HS_PUBKEY value, or the scheme <c>Handle</c>, whose client signs a nonce and then has a session. What somebody known so may do is said by the HS_ADMIN values of records, as over
/// the native protocol, and by nothing that this server's accounts may do.
/// </summary>
internal sealed class HandleCredentials(Identities identities, RestSessions sessions, CostlyWork costly, NodeKey key, IdentifiersOptions options, TimeProvider clock)
{
    private const int WrongPerSecond = 5, SignaturesPerSecond = 20, MaxNonce = 256;
    private const string UserId = "0.9.2342.19200300.100.1.1", CommonName = "2.5.4.3";
    private readonly NetworkGate guesses = new(WrongPerSecond, clock), signatures = new(SignaturesPerSecond, clock);

    /// <param name="said">In the header, and perhaps in an entity.</param>
    public async Task<CredentialCheck> CheckAsync(HttpContext http, HandleParameters said)
    {
        bool basic = TryReadBasic(http.Request.Headers.Authorization, out ValueReference named, out byte[] secret);
        if (!basic && said.SessionId is null && !said.ClientCertificate) return CredentialCheck.None;
        if (!MayTake(http)) return new(CredentialVerdict.Exposed);
        if (basic) return await GuessAsync(http, () => Task.FromResult(BySecret(named, secret)));
        return said.ClientCertificate ? ByCertificate(http.Connection.ClientCertificate) : await BySessionAsync(http, said);
    }

    /// <summary>Whether secrets are taken on the way that a request came.</summary>
    public bool MayTake(HttpContext http) => http.Request.IsHttps || options.SecretKeysOverHttp;

    /// <summary>Answers a request whose credentials do not say who it is. Whoever can prove it otherwise is told how, with a session to do it in.</summary>
    public async Task RefuseAsync(HttpContext http, string? handle, CredentialCheck check, HandleParameters said)
    {
        switch (check.Verdict)
        {
            case CredentialVerdict.Exposed:
                await HandleAnswers.CodeAsync(http, ResponseCode.AuthenticationNeeded, handle, "Secret keys, sessions and tokens that are not known here are not taken over plain HTTP", status: StatusCodes.Status403Forbidden);
                return;
            case CredentialVerdict.TooMany:
                await HandleAnswers.CodeAsync(http, ResponseCode.TooBusy, handle, status: StatusCodes.Status429TooManyRequests);
                return;
            default:
                await ChallengeAsync(http, check.Why, said);
                ResponseCode code = check.Verdict == CredentialVerdict.Wrong ? ResponseCode.AuthenticationFailed : ResponseCode.AuthenticationNeeded;
                await HandleAnswers.CodeAsync(http, code, handle, check.Why, status: StatusCodes.Status401Unauthorized);
                return;
        }
    }

    /// <summary>This node's signature over both nonces, for a client that wants to know whom it talks to.</summary>
    /// <returns><c>null</c> when it did not ask, or asks too often.</returns>
    public async Task<string?> SignatureAsync(HttpContext http, RestSession session, HandleParameters said)
    {
        if (said.ClientNonce is not { Length: > 0 and <= MaxNonce } theirs || !signatures.TryPass(NetworkOf(http))) return null;
        byte[]? signature = await costly.RunAsync<byte[]?>(() => key.Sign([.. session.Nonce, .. theirs], HashAlgorithmName.SHA256), null);
        return signature is null ? null : Convert.ToBase64String(signature);
    }

    /// <summary>What somebody could try again and again until it is right. A session that is not known is no guess: after a restart every client comes with one.</summary>
    private async Task<CredentialCheck> GuessAsync(HttpContext http, Func<Task<CredentialCheck>> guess)
    {
        SocketAddress network = NetworkOf(http);
        if (!guesses.IsOpen(network)) return CredentialCheck.TooMany;
        CredentialCheck check = await guess();
        return check.Verdict == CredentialVerdict.Wrong && !guesses.TryPass(network) ? CredentialCheck.TooMany : check;
    }

    private async Task ChallengeAsync(HttpContext http, string? why, HandleParameters said)
    {
        http.Response.Headers.WWWAuthenticate = "Basic realm=\"handle\"";
        if (!MayTake(http)) return;
        http.Response.Headers.AccessControlExposeHeaders = "WWW-Authenticate";
        RestSession session = sessions.Begin();
        var challenge = new StringBuilder($"Handle sessionId=\"{session.Id}\", nonce=\"{Convert.ToBase64String(session.Nonce)}\"");
        if (await SignatureAsync(http, session, said) is { } signature) challenge.Append(CultureInfo.InvariantCulture, $", serverAlg=\"SHA256\", serverSignature=\"{signature}\"");
        if (why is not null) challenge.Append(CultureInfo.InvariantCulture, $", error=\"{why}\"");
        http.Response.Headers.Append("WWW-Authenticate", challenge.ToString());
    }

    private CredentialCheck BySecret(ValueReference named, byte[] secret)
    {
        HandleValue? right = identities.KeysOf(named, ValueTypes.SecretKey).FirstOrDefault(value => CryptographicOperations.FixedTimeEquals(value.Data.Span, secret));
        return right is null ? CredentialCheck.Wrong("The secret is wrong") : new(CredentialVerdict.Right, new(named, right));
    }

    /// <summary>Who issued a certificate and until when does not matter: its key is the one that stands in the handle, as long as it stands there.</summary>
    private CredentialCheck ByCertificate(X509Certificate2? certificate)
    {
        if (certificate is null) return CredentialCheck.Wrong("The connection has no client certificate");
        if (!ValueReference.TryParse(SubjectOf(certificate, UserId) ?? SubjectOf(certificate, CommonName) ?? "", out ValueReference named)) return CredentialCheck.Wrong("The subject of the certificate is no index:handle");
        HandleValue? right = identities.KeysOf(named, ValueTypes.PublicKey).FirstOrDefault(value => Proofs.IsFor(certificate, value.Data.Memory));
        return right is null ? CredentialCheck.Wrong("The key of the certificate is not that of its subject") : new(CredentialVerdict.Right, new(named with { Index = right.Index }, right));
    }

    private async Task<CredentialCheck> BySessionAsync(HttpContext http, HandleParameters said)
    {
        if (sessions.Find(said.SessionId!) is not { } session) return CredentialCheck.Wrong("The session is not known");
        if (session.Client is { } client)
        {
            if (said.Id is { } id && !(ValueReference.TryParse(id, out ValueReference other) && HandleText.EqualsFolded(other.Handle.Span, client.Identity.Handle.Span))) return CredentialCheck.Wrong("The session is another client's");
            if (StillStands(client)) return new(CredentialVerdict.Right, client, session);
            sessions.Close(session);
            return CredentialCheck.Wrong("The key of the session is gone");
        }

        return said.Signature is null && said.Id is null ? new(CredentialVerdict.None, Session: session) : await GuessAsync(http, () => ByAnswerAsync(session, said));
    }

    private async Task<CredentialCheck> ByAnswerAsync(RestSession session, HandleParameters said)
    {
        if (!ValueReference.TryParse(said.Id ?? "", out ValueReference named)) return CredentialCheck.Wrong("The id is no index:handle");
        if (said.ClientNonce is not { Length: > 0 and <= MaxNonce } theirs || said.Signature is not { } signature) return CredentialCheck.Wrong("cnonce and signature are needed in Base64");
        bool isSecret = said.Type == "HS_SECKEY";
        if (!isSecret && said.Type != "HS_PUBKEY") return CredentialCheck.Wrong("The type is neither HS_SECKEY nor HS_PUBKEY");
        if (ProofOf(said, isSecret) is not { } proves) return CredentialCheck.Wrong("The algorithm is not known here");
        IReadOnlyList<HandleValue> keys = identities.KeysOf(named, isSecret ? ValueTypes.SecretKey : ValueTypes.PublicKey);
        byte[] text = [.. session.Nonce, .. theirs];
        (bool done, HandleValue? right) = await costly.RunAsync<(bool, HandleValue?)>(() => (true, keys.FirstOrDefault(value => proves(value, text, signature))), (false, null));
        if (!done) return CredentialCheck.TooMany;
        if (right is null) return CredentialCheck.Wrong("The signature is wrong");
        return sessions.Prove(session, new(named with { Index = right.Index }, right)) is { } proven ? new(CredentialVerdict.Right, proven.Client, proven) : CredentialCheck.Wrong("The nonce has been answered");
    }

    /// <summary>How the algorithm that a client names proves that it has a key; MD5 is for native clients of old only.</summary>
    private static Func<HandleValue, byte[], byte[], bool>? ProofOf(HandleParameters said, bool isSecret)
    {
        if (!isSecret) return said.Algorithm != "MD5" && Proofs.HashOf(said.Algorithm) is { } hash ? (key, text, signature) => Proofs.HasSigned(key.Data.Memory, text, signature, hash) : null;
        SecretProof? how = said.Algorithm switch
        {
            "SHA1" or "SHA-1" => SecretProof.Sha1,
            "SHA256" or "SHA-256" => SecretProof.Sha256,
            "HMAC-SHA1" => SecretProof.HmacSha1,
            "HMAC-SHA256" => SecretProof.HmacSha256,
            "PBKDF2-HMAC-SHA1" => SecretProof.Stretched,
            _ => null,
        };
        var stretching = new Stretching(said.Salt, said.Iterations, said.Length);
        return how is { } known ? (key, text, signature) => Proofs.HasMac(known, signature, key.Data.Span, text, stretching) : null;
    }

    private bool StillStands(Proven client) => identities.KeysOf(client.Identity, client.Key.Type.Span).Any(value => value.Data.Equals(client.Key.Data));

    private static SocketAddress NetworkOf(HttpContext http) => new IPEndPoint(http.Connection.RemoteIpAddress ?? IPAddress.None, 0).Serialize();

    private static string? SubjectOf(X509Certificate2 certificate, string part) => certificate.SubjectName.EnumerateRelativeDistinguishedNames()
        .FirstOrDefault(name => !name.HasMultipleElements && name.GetSingleElementType().Value == part)?.GetSingleElementValue();

    /// <summary>Reads <c>Basic base64(user:secret)</c>; the user is decoded once, behind the split at the first colon, which a name has as %3A.</summary>
    private static bool TryReadBasic(string? header, out ValueReference named, out byte[] secret)
    {
        (named, secret) = (default, []);
        if (header?.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) is not true) return false;
        byte[] pair = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), pair, out int length)) return false;
        int colon = pair.AsSpan(0, length).IndexOf((byte)':');
        if (colon < 0 || !ValueReference.TryParse(Uri.UnescapeDataString(Encoding.UTF8.GetString(pair.AsSpan(0, colon))), out named)) return false;
        secret = pair[(colon + 1)..length];
        return true;
    }
}
