using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ordo.Foundation.Access.Accounts;

/// <summary>Identity's account manager on the server's clock.</summary>
public sealed class AccountManager(
    IUserStore<OrdoAccount> store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<OrdoAccount> hasher,
    IEnumerable<IUserValidator<OrdoAccount>> userValidators,
    IEnumerable<IPasswordValidator<OrdoAccount>> passwordValidators,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<UserManager<OrdoAccount>> logger,
    TimeProvider clock)
    : UserManager<OrdoAccount>(store, options, hasher, userValidators, passwordValidators, normalizer, errors, services, logger)
{
    public bool IsLocked(OrdoAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.LockoutEnd > clock.GetUtcNow();
    }

    /// <summary>A wrong password; too many lock the account for a while. Not saved.</summary>
    public void CountFailure(OrdoAccount account)
    {
        ArgumentNullException.ThrowIfNull(account);
        if (++account.AccessFailedCount < Options.Lockout.MaxFailedAccessAttempts) return;
        account.LockoutEnd = clock.GetUtcNow() + Options.Lockout.DefaultLockoutTimeSpan;
        account.AccessFailedCount = 0;
    }

    /// <summary>A new password of an account that somebody is already sure of: ends its sessions and its lock.</summary>
    public async Task<IdentityResult> SetPasswordAsync(OrdoAccount user, string password, bool mustChange)
    {
        ArgumentNullException.ThrowIfNull(user);
        IdentityResult valid = await UpdatePasswordHash(user, password, validatePassword: true);
        if (!valid.Succeeded) return valid;
        (user.MustChangePassword, user.LockoutEnd, user.AccessFailedCount) = (mustChange, null, 0);
        user.Version++;
        return await UpdateUserAsync(user);
    }
}
