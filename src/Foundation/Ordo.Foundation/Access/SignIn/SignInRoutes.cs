using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Http;
using Ordo.Foundation.Modules;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.SignIn;

public sealed record Login(string UserName, string Password);

/// <summary>The caller and its rights.</summary>
/// <param name="Permissions">Of the account, or of the token that was used.</param>
/// <param name="Grants">Of the account.</param>
public sealed record Me(
    long AccountId, string UserName, string DisplayName, string Language, bool MustChangePassword,
    IReadOnlyList<string> Permissions, IReadOnlyList<Granted> Grants, IReadOnlyList<string> Rooms);

public sealed record Profile(string DisplayName, string Language);

public sealed record PasswordChange(string CurrentPassword, string NewPassword);

internal static class SignInRoutes
{
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/api/v1/auth").WithTags("Auth").RequireAuthorization(Permissions.SignedIn);
        auth.MapPost("/login", SignIn).WithName("SignIn").AllowAnonymous().ProducesProblem(401).ProducesProblem(429);
        auth.MapPost("/logout", SignOut).WithName("SignOut").AllowAnonymous();
        auth.MapGet("/me", GetMe).WithName("GetMe");
        auth.MapPut("/me", UpdateMe).WithName("UpdateMe").ProducesProblem(403).ProducesProblem(422);
        auth.MapPost("/password", ChangePassword).WithName("ChangePassword").ProducesProblem(403).ProducesProblem(422).ProducesProblem(429);
    }

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> SignIn(
        Login login, SignInDesk desk, AccessDirectory directory, OrdoDbContext db, HttpContext http, RunningModules rooms, CancellationToken cancellation)
    {
        // A password longer than any that was ever set cannot be right; hashing it would only cost time.
        string password = login.Password.Length <= OrdoAccount.MaxPasswordLength ? login.Password : "";
        switch (await desk.SignInAsync(login.UserName, password, AddressOf(http), cancellation))
        {
            case SignInOutcome.Welcome { Account: var account }:
                await SignInCookieAsync(http, account);
                return TypedResults.Ok(await ShowAsync(account.Id, (await directory.GetAsync(cancellation)).Account(account.Id)!.InPerson, db, rooms, cancellation));
            case SignInOutcome.TooMany { RetryAfter: var wait }:
                return TooMany(wait);
            default:
                return Problems.Of(StatusCodes.Status401Unauthorized, "sign-in-refused", new(
                    "用户名或密码错误，或账号已停用或暂时锁定。", "Wrong user name or password, or the account is disabled or locked for some minutes."));
        }
    }

    private static async Task<NoContent> SignOut(SignInDesk desk, HttpContext http, CancellationToken cancellation)
    {
        if (http.FindCaller() is { TokenName: null } caller) await desk.SignOutAsync(caller, cancellation);
        await http.SignOutAsync(OrdoAuthentication.CookieScheme);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Me>> GetMe(Caller caller, OrdoDbContext db, RunningModules rooms, CancellationToken cancellation) =>
        TypedResults.Ok(await ShowAsync(caller.AccountId, caller, db, rooms, cancellation));

    private static async Task<Results<Ok<Me>, ProblemHttpResult>> UpdateMe(Profile request, Caller caller, OrdoDbContext db, RunningModules rooms, CancellationToken cancellation)
    {
        if (caller.TokenName is not null) return OnlyInPerson();
        var faults = new List<(string Field, Text Reason)>();
        if (AccountRules.FaultOfDisplayName(request.DisplayName) is { } name) faults.Add(("displayName", name));
        if (AccountRules.FaultOfLanguage(request.Language) is { } language) faults.Add(("language", language));
        if (faults.Count > 0) return Problems.Validation(faults);

        OrdoAccount account = await db.Set<OrdoAccount>().SingleAsync(account => account.Id == caller.AccountId, cancellation);
        (account.DisplayName, account.Language) = (request.DisplayName.Trim(), request.Language);
        account.Version++;
        await db.SaveChangesAsync(cancellation);
        return TypedResults.Ok(await ShowAsync(caller.AccountId, caller, db, rooms, cancellation));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePassword(
        PasswordChange request, Caller caller, SignInDesk desk, HttpContext http, CancellationToken cancellation)
    {
        if (caller.TokenName is not null) return OnlyInPerson();
        if (AccountRules.FaultOfPassword(request.NewPassword, caller.UserName) is { } fault) return Problems.Validation(("newPassword", fault));
        switch (await desk.ChangePasswordAsync(caller, request, AddressOf(http), cancellation))
        {
            case SignInOutcome.Welcome { Account: var account }:
                await SignInCookieAsync(http, account); // all other sessions of the account are over
                return TypedResults.NoContent();
            case SignInOutcome.TooMany { RetryAfter: var wait }:
                return TooMany(wait);
            default:
                return Problems.Validation(("currentPassword", new("当前密码不正确。", "It is not the present password.")));
        }
    }

    private static async Task<Me> ShowAsync(long accountId, Caller caller, OrdoDbContext db, RunningModules rooms, CancellationToken cancellation)
    {
        OrdoAccount account = await db.Set<OrdoAccount>().Include(account => account.Grants).SingleAsync(account => account.Id == accountId, cancellation);
        GrantNames names = await GrantNames.OfAsync(db, account.Grants, cancellation);
        return new(
            account.Id, account.UserName!, account.DisplayName, account.Language, account.MustChangePassword,
            [.. caller.Permissions.Order(StringComparer.Ordinal)], names.Show(account.Grants), rooms.Names);
    }

    private static Task SignInCookieAsync(HttpContext http, OrdoAccount account) =>
        http.SignInAsync(OrdoAuthentication.CookieScheme, Session.Create(account.Id, account.SecurityStamp));

    private static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "";

    private static ProblemHttpResult TooMany(TimeSpan wait) => Problems.TooMany(new(
        "登录失败次数过多，请稍后再试。", "Too many wrong passwords; wait before you try again."), wait);

    private static ProblemHttpResult OnlyInPerson() => Problems.Forbidden(new(
        "请登录后操作，不能使用令牌。", "Sign in for this; a token cannot do it."));
}
