using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Tokens;

/// <summary>A token as lists show it; the secret itself is nowhere.</summary>
/// <param name="AssetId">Root of its subtree; <c>null</c> is everywhere its owner's grants reach.</param>
/// <param name="LastUsed">To the minute.</param>
/// <param name="Owner">User name.</param>
public sealed record Token(long Id, string Name, string Role, long? AssetId, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? LastUsed, string Owner);

/// <param name="Scope">Code or id of the asset at the root of its subtree; without it everywhere the owner's grants reach.</param>
/// <param name="Expires">At most ten years from now; default one year.</param>
public sealed record NewToken(string Name, string Role, AssetReference? Scope = null, DateTimeOffset? Expires = null);

/// <param name="Token">The secret, shown this once.</param>
public sealed record IssuedToken(long Id, string Token, string Name, string Role, DateTimeOffset Expires);

/// <summary>Making and revoking API tokens. Refusals are <see cref="ProblemException"/>s.</summary>
public sealed class TokenDesk(OrdoDbContext db, AccessDirectory directory, TokenUse use, TimeProvider clock)
{
    /// <summary>Of one account.</summary>
    public const int MaxTokens = 200;

    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(365), LongestLife = TimeSpan.FromDays(3653);

    /// <param name="all">Also those of the accounts the caller manages.</param>
    public async Task<PageOf<Token>> ListAsync(bool all, Paging paging, Caller caller, CancellationToken cancellation = default)
    {
        if (all && !caller.Has(Permissions.ManageAccounts))
            throw new ProblemException(Problems.Forbidden(new("只有管理员可以查看他人的令牌。", "Only an administrator sees the tokens of others.")));
        AccessSnapshot access = await directory.GetAsync(cancellation);
        long[] owners = all
            ? [.. access.Accounts.Where(account => account.IsManagedBy(caller)).Select(account => account.Id).Union([caller.AccountId])]
            : [caller.AccountId];
        PageOf<ApiToken> page = await db.Set<ApiToken>().AsNoTracking().Where(token => owners.Contains(token.AccountId))
            .OrderByDescending(token => token.Id).ToPageAsync(paging, cancellation);
        return new(
            [.. page.Items.Select(token => new Token(
                token.Id, token.Name, token.Role, token.AssetId, token.Created, token.Expires,
                use.LastUsed(token.Id, token.LastUsed), access.Account(token.AccountId)?.UserName ?? ""))],
            page.Total, page.Page, page.PageSize);
    }

    /// <summary>Issues a token to the caller's own account.</summary>
    public async Task<IssuedToken> CreateAsync(NewToken request, Caller caller, CancellationToken cancellation = default)
    {
        if (caller.TokenName is not null)
            throw new ProblemException(Problems.Forbidden(new("令牌不能创建令牌，请登录后操作。", "A token cannot make tokens; sign in for this.")));
        DateTimeOffset now = clock.GetUtcNow(), expires = request.Expires ?? now + DefaultLife;
        Asset? asset = await FindAsync(request.Scope, cancellation);
        (string Field, Text Reason)[] faults = [.. FaultsOf(request, asset, caller, now, expires)];
        if (faults.Length > 0) throw new ProblemException(Problems.Validation(faults));
        if (await db.Set<ApiToken>().CountAsync(token => token.AccountId == caller.AccountId, cancellation) >= MaxTokens)
            throw new ProblemException(TooMany());

        string secret = ApiToken.NewSecret();
        var token = new ApiToken
        {
            AccountId = caller.AccountId,
            Name = request.Name.Trim(),
            Hash = ApiToken.HashOf(secret),
            Role = request.Role,
            AssetId = asset?.Id,
            Created = now,
            Expires = expires,
        };
        db.Add(token);
        await db.SaveChangesAsync(cancellation);
        return new(token.Id, secret, token.Name, token.Role, token.Expires);
    }

    /// <summary>Revokes one of the own tokens, or one of an account the caller manages.</summary>
    public async Task DeleteAsync(long id, Caller caller, CancellationToken cancellation = default)
    {
        AccessSnapshot access = await directory.GetAsync(cancellation);
        ApiToken? token = await db.Set<ApiToken>().SingleOrDefaultAsync(token => token.Id == id, cancellation);
        bool mayRevoke = token is not null
            && (token.AccountId == caller.AccountId || access.Account(token.AccountId)?.IsManagedBy(caller) == true);
        if (!mayRevoke) throw new ProblemException(Problems.NotFound(new("没有此令牌。", "There is no such token.")));
        db.Remove(token!);
        await db.SaveChangesAsync(cancellation);
    }

    private static IEnumerable<(string Field, Text Reason)> FaultsOf(NewToken request, Asset? asset, Caller caller, DateTimeOffset now, DateTimeOffset expires)
    {
        if (request.Name.Trim().Length is 0 or > ApiToken.MaxNameLength || request.Name.Any(char.IsControl))
            yield return ("name", new($"长度须为 1 至 {ApiToken.MaxNameLength} 个字符。", $"It must have 1 to {ApiToken.MaxNameLength} characters."));
        if (expires <= now || expires > now + LongestLife)
            yield return ("expires", new("须在未来十年之内。", "It must lie within the next ten years."));
        if (Roles.Find(request.Role) is not { } role)
            yield return ("role", new($"没有角色“{request.Role}”。", $"There is no role '{request.Role}'."));
        else if (request.Scope is not null && (asset is null || !role.Permissions.Any(permission => caller.Has(permission, asset.Path))))
            yield return ("scope", new("没有此资产，或不在您的权限范围内。", "There is no such asset within your rights."));
        else if (!role.Permissions.All(permission => asset is null ? caller.Has(permission) : caller.Has(permission, asset.Path)))
            yield return ("role", new("令牌的权限不能超出您自己的权限。", "A token cannot have rights that you do not have."));
    }

    /// <summary>A number is an id; a text is a code, or an id where there is no such code.</summary>
    private async Task<Asset?> FindAsync(AssetReference? reference, CancellationToken cancellation)
    {
        if (reference is null) return null;
        Asset? byCode = reference.IsNumber
            ? null
            : await db.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(asset => asset.Code == reference.Value, cancellation);
        return byCode ?? (long.TryParse(reference.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long id)
            ? await db.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(asset => asset.Id == id, cancellation)
            : null);
    }

    private static ProblemHttpResult TooMany() => Problems.Conflict("too-many-tokens", new(
        $"每个账号最多 {MaxTokens} 个令牌，请先撤销不用的令牌。", $"An account has at most {MaxTokens} tokens; revoke some that are not used."));
}
