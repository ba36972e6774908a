using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Ordo.Foundation.Access.Tokens;

namespace Ordo.Foundation.Access.SignIn;

/// <summary>
/// Reads an API token wherever clients of the line protocol put one: <c>Authorization: Bearer t</c>, <c>Token t</c> or <c>Token user:t</c>, <c>Basic</c> with the token as
/// password (or alone), and on the InfluxDB 1.x paths the query's <c>p</c>. Account passwords are accepted nowhere but at sign-in.
/// </summary>
internal sealed class ApiTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, AccessDirectory directory, TokenUse use, OwnToken own)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private static readonly ClaimsPrincipal Program = new(new ClaimsIdentity(OrdoAuthentication.TokenScheme));

    public static bool BringsToken(HttpRequest request) =>
        request.Headers.ContainsKey(HeaderNames.Authorization) || (IsInfluxV1(request.Path) && request.Query.ContainsKey("p"));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SecretOf(Request) is not { } secret) return AuthenticateResult.NoResult();
        string hash = ApiToken.HashOf(secret);
        if (HttpMethods.IsGet(Request.Method) && own.Is(hash))
        {
            Context.SetCaller(Caller.Everything(nameof(OwnToken)));
            return AuthenticateResult.Success(new(Program, Scheme.Name));
        }

        if (await directory.FindTokenAsync(hash, Context.RequestAborted) is not { Owner.Disabled: false } token || token.Expires <= TimeProvider.GetUtcNow())
            return AuthenticateResult.Fail("Unknown, revoked or expired token.");

        use.Note(token.Id, TimeProvider.GetUtcNow());
        Context.SetCaller(token.Caller);
        return AuthenticateResult.Success(new(Program, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer realm=\"ordo\"";
        return Task.CompletedTask;
    }

    private static string? SecretOf(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is null) return request.Query["p"];
        int space = header.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0) return null;
        string value = header[(space + 1)..].Trim();
        return header[..space].ToUpperInvariant() switch
        {
            "BEARER" => value,
            "TOKEN" => PasswordIn(value), // InfluxDB 1.8 knows "Token user:password"
            "BASIC" => PasswordOf(value),
            _ => null,
        };
    }

    private static string? PasswordOf(string base64)
    {
        Span<byte> bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? PasswordIn(Encoding.UTF8.GetString(bytes[..length])) : null;
    }

    /// <summary><c>user:password</c>; a name alone, or with an empty password, is the token itself.</summary>
    private static string PasswordIn(string pair)
    {
        int colon = pair.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return pair;
        return colon == pair.Length - 1 ? pair[..colon] : pair[(colon + 1)..];
    }

    private static bool IsInfluxV1(PathString path) => path == "/write" || path == "/query" || path == "/ping";
}
