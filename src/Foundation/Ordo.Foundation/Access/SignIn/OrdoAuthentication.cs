using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Foundation.Access.Links;

namespace Ordo.Foundation.Access.SignIn;

/// <summary>
/// Who is asking: the cookie of a person who signed in, the API token of a program, or the page of a link. One scheme, <see cref="Scheme"/>, is the server's default;
/// it looks at the request and asks the right one.
/// </summary>
public static class OrdoAuthentication
{
    public const string Scheme = "Ordo";
    public const string CookieScheme = "Ordo.Cookie";
    public const string TokenScheme = "Ordo.Token";
    public const string LinkScheme = "Ordo.Link";

    /// <summary>Signed out after so long without a request.</summary>
    public static readonly TimeSpan SessionLength = TimeSpan.FromHours(12);

    internal static IServiceCollection AddOrdoAuthentication(this IServiceCollection services)
    {
        services.AddAuthentication(Scheme)
            .AddPolicyScheme(Scheme, null, policy => policy.ForwardDefaultSelector = http =>
                LinkHandler.BringsLink(http.Request) ? LinkScheme : ApiTokenHandler.BringsToken(http.Request) ? TokenScheme : CookieScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(TokenScheme, null)
            .AddScheme<AuthenticationSchemeOptions, LinkHandler>(LinkScheme, null)
            .AddCookie(CookieScheme, ConfigureCookie);
        return services;
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "ordo";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Strict;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = SessionLength;
        cookie.SlidingExpiration = true;
        // An API answers; it does not send programs to pages.
        cookie.Events.OnRedirectToLogin = redirect => Answer(redirect, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = redirect => Answer(redirect, StatusCodes.Status403Forbidden);
        cookie.Events.OnValidatePrincipal = ValidateAsync;
    }

    private static Task Answer(RedirectContext<CookieAuthenticationOptions> redirect, int status)
    {
        redirect.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Rights are those of now, not of the sign-in; a disabled account or a new password ends the session at its next request.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext session)
    {
        HttpContext http = session.HttpContext;
        AccessSnapshot access = await http.RequestServices.GetRequiredService<AccessDirectory>().GetAsync(http.RequestAborted);
        if (Session.AccountOf(session.Principal!, access) is { } account) http.SetCaller(account.InPerson);
        else session.RejectPrincipal();
    }
}
