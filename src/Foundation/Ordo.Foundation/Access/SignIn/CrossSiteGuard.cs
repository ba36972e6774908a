using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Ordo.Foundation.Http;

namespace Ordo.Foundation.Access.SignIn;

/// <summary>
/// Refuses changes that another site's page makes through the browser of somebody signed in. The cookie is SameSite=Strict already; this holds where
/// a browser is old, and for another port or subdomain, which is the same site to a cookie. Programs with a token carry nothing that a page could borrow.
/// </summary>
internal static class CrossSiteGuard
{
    public static IApplicationBuilder UseCrossSiteGuard(this IApplicationBuilder app) => app.Use((http, next) =>
        IsSafe(http.Request) || ApiTokenHandler.BringsToken(http.Request) || IsOwnPage(http.Request)
            ? next(http)
            : Problems.Of(StatusCodes.Status403Forbidden, "cross-site", new(
                "已拒绝来自其他站点的请求。", "Refused: the request comes from a page of another site.")).WriteAsync(http));

    private static bool IsSafe(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);

    private static bool IsOwnPage(HttpRequest request)
    {
        // Browsers set these themselves and a page cannot forge them. The first is missing over plain HTTP; only programs send neither.
        string? site = request.Headers["Sec-Fetch-Site"];
        if (site is not null) return site is "same-origin" or "none";
        string? origin = request.Headers.Origin;
        return origin is null || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? page) && page.Authority == request.Host.Value);
    }
}
