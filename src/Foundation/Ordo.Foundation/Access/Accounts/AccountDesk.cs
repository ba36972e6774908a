using System.Data;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Accounts;

/// <summary>
/// Managing accounts. Nobody sees or changes an account that reaches beyond the own scope, nobody gives a right that is not the own,
/// and one enabled administrator of everything always remains. Refusals are <see cref="ProblemException"/>s.
/// </summary>
public sealed class AccountDesk(OrdoDbContext db, AccountManager manager, AccessDirectory directory, TimeProvider clock)
{
    public async Task<PageOf<Account>> ListAsync(string? search, Paging paging, Caller caller, CancellationToken cancellation = default)
    {
        IQueryable<OrdoAccount> accounts = db.Set<OrdoAccount>().AsNoTracking();
        if (!caller.HasEverywhere(Permissions.ManageAccounts))
        {
            long[] managed = [.. (await directory.GetAsync(cancellation)).Accounts.Where(account => account.IsManagedBy(caller)).Select(account => account.Id)];
            accounts = accounts.Where(account => managed.Contains(account.Id));
        }

        PageOf<OrdoAccount> page = await accounts.Containing(search, account => account.UserName, account => account.DisplayName)
            .Include(account => account.Grants).OrderBy(account => account.NormalizedUserName).ToPageAsync(paging, cancellation);
        return new(await ShowAsync(page.Items, cancellation), page.Total, page.Page, page.PageSize);
    }

    public async Task<Account> GetAsync(long id, Caller caller, CancellationToken cancellation = default) =>
        await ShowAsync(await LoadAsync(id, caller, cancellation), cancellation);

    public async Task<Account> CreateAsync(NewAccount request, Caller caller, CancellationToken cancellation = default)
    {
        string displayName = request.DisplayName ?? request.UserName;
        var faults = new List<(string Field, Text Reason)>();
        AddFault(faults, "userName", AccountRules.FaultOfUserName(request.UserName));
        AddFault(faults, "displayName", AccountRules.FaultOfDisplayName(displayName));
        AddFault(faults, "language", AccountRules.FaultOfLanguage(request.Language));
        AddFault(faults, "password", AccountRules.FaultOfPassword(request.Password, request.UserName));
        List<AccountGrant> grants = await CheckGrantsAsync(request.Grants ?? [], caller, faults, cancellation);
        if (faults.Count == 0 && await manager.FindByNameAsync(request.UserName) is not null)
            faults.Add(("userName", new("用户名已被使用。", "The user name is taken.")));
        ThrowIfAny(faults);

        var account = new OrdoAccount
        {
            UserName = request.UserName,
            DisplayName = displayName.Trim(),
            Language = request.Language,
            Disabled = request.Disabled,
            MustChangePassword = request.MustChangePassword,
            Created = clock.GetUtcNow(),
        };
        account.Grants.AddRange(grants);
        ThrowIfFailed(await manager.CreateAsync(account, request.Password));
        return await ShowAsync(account, cancellation);
    }

    /// <param name="check">Sees the stored version before anything changes; answers with a problem to stop.</param>
    public async Task<Account> UpdateAsync(
        long id, AccountEdit request, Caller caller, Func<int, ProblemHttpResult?> check, CancellationToken cancellation = default)
    {
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
        OrdoAccount account = await LoadAsync(id, caller, cancellation);
        ThrowIf(check(account.Version));
        var faults = new List<(string Field, Text Reason)>();
        AddFault(faults, "displayName", AccountRules.FaultOfDisplayName(request.DisplayName));
        AddFault(faults, "language", AccountRules.FaultOfLanguage(request.Language));
        List<AccountGrant> grants = await CheckGrantsAsync(request.Grants, caller, faults, cancellation);
        ThrowIfAny(faults);
        if (request.Disabled && id == caller.AccountId) ThrowIf(OwnAccount());

        if (request.Disabled && !account.Disabled) account.SecurityStamp = Guid.NewGuid().ToString("N"); // its sessions do not come back with it
        (account.DisplayName, account.Language, account.Disabled) = (request.DisplayName.Trim(), request.Language, request.Disabled);
        ReplaceGrants(account, grants);
        account.Version++;
        await db.SaveChangesAsync(cancellation);
        await CommitWithAdministratorAsync(transaction, cancellation);
        return await ShowAsync(account, cancellation);
    }

    /// <inheritdoc cref="UpdateAsync"/>
    public async Task DeleteAsync(long id, Caller caller, Func<int, ProblemHttpResult?> check, CancellationToken cancellation = default)
    {
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
        OrdoAccount account = await LoadAsync(id, caller, cancellation);
        ThrowIf(check(account.Version));
        if (id == caller.AccountId) ThrowIf(OwnAccount());
        await db.Set<ApiToken>().Where(token => token.AccountId == id).LoadAsync(cancellation); // they go too, and not unseen by the audit
        db.Remove(account);
        await db.SaveChangesAsync(cancellation);
        await CommitWithAdministratorAsync(transaction, cancellation);
    }

    /// <summary>A new password from somebody else: ends the account's sessions and its lock.</summary>
    public async Task ResetPasswordAsync(long id, PasswordReset request, Caller caller, CancellationToken cancellation = default)
    {
        OrdoAccount account = await LoadAsync(id, caller, cancellation);
        if (AccountRules.FaultOfPassword(request.NewPassword, account.UserName!) is { } fault) ThrowIfAny([("newPassword", fault)]);
        ThrowIfFailed(await manager.SetPasswordAsync(account, request.NewPassword, request.MustChangePassword));
    }

    private async Task<OrdoAccount> LoadAsync(long id, Caller caller, CancellationToken cancellation)
    {
        KnownAccount? known = (await directory.GetAsync(cancellation)).Account(id);
        OrdoAccount? account = known?.IsManagedBy(caller) == true
            ? await db.Set<OrdoAccount>().Include(account => account.Grants).SingleOrDefaultAsync(account => account.Id == id, cancellation)
            : null;
        return account ?? throw new ProblemException(Problems.NotFound(new("没有此账号。", "There is no such account.")));
    }

    private async Task<List<AccountGrant>> CheckGrantsAsync(
        IReadOnlyList<GrantRequest> requests, Caller caller, List<(string Field, Text Reason)> faults, CancellationToken cancellation)
    {
        if (requests.Count == 0 && !caller.HasEverywhere(Permissions.ManageAccounts))
            faults.Add(("grants", new("至少授予一个角色，否则您自己也看不到该账号。", "Give at least one role, or you could not see the account yourself.")));
        long[] ids = [.. requests.Select(request => request.AssetId).OfType<long>()];
        var paths = await db.Set<Asset>().Where(asset => ids.Contains(asset.Id)).ToDictionaryAsync(asset => asset.Id, asset => asset.Path, cancellation);

        var grants = new List<AccountGrant>();
        for (int i = 0; i < requests.Count; i++)
        {
            GrantRequest request = requests[i];
            string? path = KnownAccount.PathOf(request.AssetId, paths);
            if (Roles.Find(request.Role) is not { } role)
                faults.Add(($"grants[{i}].role", new($"没有角色“{request.Role}”。", $"There is no role '{request.Role}'.")));
            else if (path is null || !caller.Has(Permissions.ManageAccounts, path))
                faults.Add(($"grants[{i}].assetId", new("没有此资产，或不在您的管理范围内。", "There is no such asset within what you manage.")));
            else if (!role.Permissions.All(permission => caller.Has(permission, path)))
                faults.Add(($"grants[{i}].role", new("不能授予您自己没有的权限。", "You cannot give rights that you do not have.")));
            else if (requests.Take(i).Contains(request))
                faults.Add(($"grants[{i}]", new("重复。", "It is there twice.")));
            else
                grants.Add(new() { Role = request.Role, AssetId = request.AssetId });
        }

        return grants;
    }

    /// <summary>Keeps what stays, so that the audit shows only what was given and what was taken.</summary>
    private static void ReplaceGrants(OrdoAccount account, List<AccountGrant> grants)
    {
        account.Grants.RemoveAll(old => !grants.Exists(grant => IsSame(grant, old)));
        account.Grants.AddRange(grants.Where(grant => !account.Grants.Exists(old => IsSame(grant, old))).ToList());
    }

    private static bool IsSame(AccountGrant one, AccountGrant other) => one.Role == other.Role && one.AssetId == other.AssetId;

    /// <summary>Within the serializable transaction of the change, so that two administrators cannot remove each other at once.</summary>
    private async Task CommitWithAdministratorAsync(IDbContextTransaction transaction, CancellationToken cancellation)
    {
        bool remains = await db.Set<OrdoAccount>().AnyAsync(
            account => !account.Disabled && account.Grants.Any(grant => grant.Role == Roles.Administrator && grant.AssetId == null), cancellation);
        if (!remains)
        {
            throw new ProblemException(Problems.Conflict("last-administrator", new(
                "至少要保留一个启用的、范围为全部的管理员。", "At least one enabled administrator of everything must remain.")));
        }

        await transaction.CommitAsync(cancellation);
    }

    private async Task<Account> ShowAsync(OrdoAccount account, CancellationToken cancellation) => (await ShowAsync([account], cancellation))[0];

    private async Task<IReadOnlyList<Account>> ShowAsync(IReadOnlyList<OrdoAccount> accounts, CancellationToken cancellation)
    {
        var names = await GrantNames.OfAsync(db, accounts.SelectMany(account => account.Grants), cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        return [.. accounts.Select(account => new Account(
            account.Id, account.UserName!, account.DisplayName, account.Language, account.Disabled, account.MustChangePassword,
            account.LockoutEnd > now ? account.LockoutEnd : null, account.LastSignIn, names.Show(account.Grants), account.Version))];
    }

    private static ProblemHttpResult OwnAccount() =>
        Problems.Conflict("own-account", new("不能停用或删除自己的账号。", "You cannot disable or delete your own account."));

    private static void AddFault(List<(string Field, Text Reason)> faults, string field, Text? fault)
    {
        if (fault is { } reason) faults.Add((field, reason));
    }

    private static void ThrowIfAny(List<(string Field, Text Reason)> faults)
    {
        if (faults.Count > 0) throw new ProblemException(Problems.Validation(faults));
    }

    private static void ThrowIf(ProblemHttpResult? problem)
    {
        if (problem is not null) throw new ProblemException(problem);
    }

    /// <summary>What was valid a moment ago fails only when somebody else was faster.</summary>
    private static void ThrowIfFailed(IdentityResult result)
    {
        if (result.Succeeded) return;
        if (result.Errors.All(error => error.Code is nameof(IdentityErrorDescriber.ConcurrencyFailure) or nameof(IdentityErrorDescriber.DuplicateUserName)))
            throw new ProblemException(Problems.PreconditionFailed());
        throw new InvalidOperationException(result.ToString());
    }
}
