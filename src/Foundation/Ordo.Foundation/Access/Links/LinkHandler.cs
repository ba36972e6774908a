using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ordo.Foundation.Access.SignIn;
using Ordo.Foundation.Http;

namespace Ordo.Foundation.Access.Links;

/// <summary>
/// Reads <c>Authorization: Link publicId.expires.signature</c>, which the page of a link sends from the part of its address that browsers keep to themselves. No cookie, no query:
/// neither another site's page nor a log of addresses can carry it.
/// </summary>
internal sealed class LinkHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, LinkDirectory links, LinkLimits limits, LinkUse use)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private const string Word = "Link ";
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
    private static readonly ClaimsPrincipal Visitor = new(new ClaimsIdentity(OrdoAuthentication.LinkScheme));
    private bool tooMany;

    public static bool BringsLink(HttpRequest request) => request.Headers.Authorization.ToString().StartsWith(Word, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!BringsLink(Request)) return AuthenticateResult.NoResult();
        // A stream that lasts asks about itself again and again, without a route: that is no further request.
        bool counts = Context.GetEndpoint() is not null;
        LinkSignature? signature = LinkSignature.Read(Request.Headers.Authorization.ToString()[Word.Length..].Trim());
        OpenLink? open = signature is null ? null : await links.FindAsync(signature.PublicId, Context.RequestAborted);
        DateTimeOffset now = TimeProvider.GetUtcNow();
        if (open is null || !signature!.IsSignedWith(open.Key) || signature.Expires <= now.ToUnixTimeSeconds() || open.Link.Expires <= now)
        {
            tooMany = counts && !limits.TakesRefusalOf(Context.Connection.RemoteIpAddress?.ToString() ?? "");
            return AuthenticateResult.Fail("Unknown, revoked or expired link.");
        }

        if (counts && !limits.Takes(open.Link.PublicId))
        {
            tooMany = true;
            return AuthenticateResult.Fail("The link asks too often.");
        }

        use.Note(open.Link.Id, now);
        Context.SetLink(open);
        Context.SetCaller(open.Caller);
        return AuthenticateResult.Success(new(Visitor, Scheme.Name));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (tooMany) return Problems.TooMany(new("请求过于频繁，请稍后再试。", "Too many requests; try again later."), Wait).WriteAsync(Context);
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Link realm=\"ordo\"";
        return Task.CompletedTask;
    }
}
