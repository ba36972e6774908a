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
    public override Task<bool> IsLockedOutAsync(OrdoAccount user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Task.FromResult(user.LockoutEnd > clock.GetUtcNow());
    }

    public override async Task<IdentityResult> AccessFailedAsync(OrdoAccount user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (++user.AccessFailedCount >= Options.Lockout.MaxFailedAccessAttempts)
        {
            user.LockoutEnd = clock.GetUtcNow() + Options.Lockout.DefaultLockoutTimeSpan;
            user.AccessFailedCount = 0;
        }

        return await UpdateUserAsync(user);
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
