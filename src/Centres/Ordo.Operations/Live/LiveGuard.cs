using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Ordo.Foundation.Access;

namespace Ordo.Operations.Live;

/// <summary>
/// Asks again, during a request that lasts for hours, what every short request is asked at its beginning: whether cookie or token still hold, and whether
/// the caller may see what it could see when the stream began.
/// </summary>
internal sealed class LiveGuard(HttpContext http, Caller caller, IServiceScopeFactory scopes)
{
    private readonly string cookie = http.Request.Headers.Cookie.ToString(), authorization = http.Request.Headers.Authorization.ToString();
    private readonly string rights = RightsOf(caller);

    public async ValueTask<bool> StillHoldsAsync()
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        // The authentication handlers answer a request once; so this is a new one, with the credentials of the old.
        var again = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = http.RequestAborted };
        again.Request.Scheme = http.Request.Scheme;
        again.Request.Host = http.Request.Host;
        again.Request.Path = http.Request.Path;
        if (cookie.Length > 0) again.Request.Headers[HeaderNames.Cookie] = cookie;
        if (authorization.Length > 0) again.Request.Headers[HeaderNames.Authorization] = authorization;
        AuthenticateResult result = await again.AuthenticateAsync();
        return result.Succeeded && again.FindCaller() is { } now && RightsOf(now) == rights;
    }

    private static string RightsOf(Caller caller) => string.Join('|',
        caller.Permissions.Order(StringComparer.Ordinal).Select(p => $"{p}:{string.Join(',', caller.ScopesOf(p).Order(StringComparer.Ordinal))}"));
}
