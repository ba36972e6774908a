using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.SignIn;

/// <summary>How an attempt to sign in ended.</summary>
internal abstract record SignInOutcome
{
    public sealed record Welcome(OrdoAccount Account) : SignInOutcome;

    /// <summary>Wrong name, wrong password, disabled or locked: nobody outside learns which.</summary>
    public sealed record Refused : SignInOutcome;

    public sealed record TooMany(TimeSpan RetryAfter) : SignInOutcome;
}

/// <summary>Decides who may come in, and writes down every attempt.</summary>
internal sealed partial class SignInDesk(
    AccountManager accounts, OrdoDbContext db, AuditTrail audit, SignInThrottle throttle, TimeProvider clock, ILogger<SignInDesk> log)
{
    private static readonly Counter<long> Attempts = new Meter("Ordo").CreateCounter<long>("ordo.access.sign_ins", description: "Attempts to sign in, by result.");

    /// <summary>Verified instead of a hash when there is no such account, so that the answer takes as long.</summary>
    private static readonly OrdoAccount Nobody = new() { PasswordHash = new PasswordHasher<OrdoAccount>().HashPassword(new(), Guid.NewGuid().ToString()) };

    public async Task<SignInOutcome> SignInAsync(string userName, string password, string address, CancellationToken cancellation)
    {
        SignInOutcome outcome = await ProveAsync(userName, password, address, cancellation);
        if (outcome is not SignInOutcome.Welcome { Account: var account }) return outcome;
        account.LastSignIn = clock.GetUtcNow();
        db.Add(audit.Line(AuditActions.SignedIn, SubjectOf(account), await PathOfAsync(account, cancellation), account.UserName));
        await db.SaveChangesAsync(cancellation);
        Count("welcome");
        return outcome;
    }

    /// <summary>Who somebody says to be, proved by the password without a session: a signature. Guessing it is throttled, counted and written down like a sign-in.</summary>
    public async Task<SignInOutcome> ProveAsync(string userName, string password, string address, CancellationToken cancellation)
    {
        string name = accounts.NormalizeName(userName);
        if (throttle.Wait(name, address) is { } wait)
        {
            Count("throttled");
            return new SignInOutcome.TooMany(wait); // not audited: a flood must not fill the trail
        }

        OrdoAccount? account = AccountRules.FaultOfUserName(userName) is null ? await accounts.FindByNameAsync(userName) : null;
        bool right = await accounts.CheckPasswordAsync(account ?? Nobody, password);
        if (account is null || !right || account.Disabled || accounts.IsLocked(account))
        {
            await RefuseAsync(userName, name, address, account, right, cancellation);
            return new SignInOutcome.Refused();
        }

        throttle.Succeeded(name);
        (account.AccessFailedCount, account.LockoutEnd) = (0, null);
        await db.SaveChangesAsync(cancellation);
        return new SignInOutcome.Welcome(account);
    }

    /// <summary>A new password for oneself; the present one is asked for again, and guessing it is throttled like a sign-in.</summary>
    public async Task<SignInOutcome> ChangePasswordAsync(Caller caller, PasswordChange request, string address, CancellationToken cancellation)
    {
        OrdoAccount account = await db.Set<OrdoAccount>().SingleAsync(account => account.Id == caller.AccountId, cancellation);
        if (throttle.Wait(account.NormalizedUserName!, address) is { } wait) return new SignInOutcome.TooMany(wait);
        if (!await accounts.CheckPasswordAsync(account, request.CurrentPassword))
        {
            throttle.Failed(account.NormalizedUserName!, address);
            return new SignInOutcome.Refused();
        }

        IdentityResult changed = await accounts.SetPasswordAsync(account, request.NewPassword, mustChange: false);
        return changed.Succeeded ? new SignInOutcome.Welcome(account) : throw new DbUpdateConcurrencyException();
    }

    public async Task SignOutAsync(Caller caller, CancellationToken cancellation)
    {
        var subject = new AuditSubject("account", caller.AccountId.ToString(CultureInfo.InvariantCulture), caller.UserName);
        db.Add(audit.Line(AuditActions.SignedOut, subject, await AccountGrant.CommonPathAsync(db, caller.AccountId, cancellation)));
        await db.SaveChangesAsync(cancellation);
    }

    private async Task RefuseAsync(string userName, string name, string address, OrdoAccount? account, bool right, CancellationToken cancellation)
    {
        throttle.Failed(name, address);
        string typed = Printable(userName);
        LogRefused(typed, address);
        Count("refused");
        // A locked account is not locked for longer by those who go on trying, or nobody could ever get in again.
        if (account is not null && !right && !accounts.IsLocked(account)) accounts.CountFailure(account);
        var subject = account is null ? new AuditSubject("account", "", typed) : SubjectOf(account);
        string path = account is null ? "/" : await PathOfAsync(account, cancellation);
        db.Add(audit.Line(AuditActions.SignInFailed, subject, path, typed));
        await db.SaveChangesAsync(cancellation);
    }

    private Task<string> PathOfAsync(OrdoAccount account, CancellationToken cancellation) =>
        AccountGrant.CommonPathAsync(db, account.Id, cancellation);

    private static AuditSubject SubjectOf(OrdoAccount account) =>
        new("account", account.Id.ToString(CultureInfo.InvariantCulture), account.UserName);

    /// <summary>What a stranger typed, fit for a line of text.</summary>
    private static string Printable(string userName) =>
        string.Concat(userName.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? Rune.ReplacementChar : rune).Take(OrdoAccount.MaxNameLength / 2));

    private static void Count(string result) => Attempts.Add(1, new KeyValuePair<string, object?>("result", result));

    [LoggerMessage(1100, LogLevel.Warning, "Sign-in as '{UserName}' from {Address} refused.")]
    private partial void LogRefused(string userName, string address);
}
