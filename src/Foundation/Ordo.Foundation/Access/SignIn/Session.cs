using System.Globalization;
using System.Security.Claims;

namespace Ordo.Foundation.Access.SignIn;

/// <summary>What the cookie says: which account, and the security stamp it had at sign-in. Rights are never in it.</summary>
internal static class Session
{
    private const string Stamp = "stamp";

    public static ClaimsPrincipal Create(long accountId, string? securityStamp) => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, accountId.ToString(CultureInfo.InvariantCulture)), new(Stamp, securityStamp ?? "")],
        OrdoAuthentication.CookieScheme));

    /// <summary>The account, unless it is gone, disabled, or its stamp is another one by now.</summary>
    public static KnownAccount? AccountOf(ClaimsPrincipal principal, AccessSnapshot access) =>
        long.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), CultureInfo.InvariantCulture, out long id)
        && access.Account(id) is { Disabled: false } account
        && account.SecurityStamp == principal.FindFirstValue(Stamp)
            ? account
            : null;
}
