using System.Collections.Frozen;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access;

/// <summary>
/// All accounts and tokens with what they may do, in memory: every request asks here, and the write path cannot wait for a database.
/// A change through this server is seen by the next request; one made by another process within <see cref="MaxAge"/>, a new token with its first use.
/// </summary>
public sealed partial class AccessDirectory : IDisposable
{
    /// <summary>After this time the copy is read again, in the background.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(15);

    /// <summary>Whoever sends tokens that do not exist makes the database read no more often.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    private static readonly HashSet<Type> Sources = [typeof(OrdoAccount), typeof(AccountGrant), typeof(ApiToken), typeof(Asset)];
    private readonly IDbContextFactory<OrdoDbContext> database;
    private readonly TimeProvider clock;
    private readonly ILogger<AccessDirectory> log;
    private readonly SemaphoreSlim loading = new(1);
    private volatile AccessSnapshot current = AccessSnapshot.None;
    private volatile bool isOutdated;
    private long changes = 1;

    public AccessDirectory(IDbContextFactory<OrdoDbContext> database, TimeProvider clock, Commits commits, ILogger<AccessDirectory> log)
    {
        (this.database, this.clock, this.log) = (database, clock, log);
        commits.Committed += types =>
        {
            if (types.Overlaps(Sources)) Interlocked.Increment(ref changes);
        };
    }

    /// <summary>What holds now; completes at once unless something was changed since the last call.</summary>
    public ValueTask<AccessSnapshot> GetAsync(CancellationToken cancellation = default)
    {
        AccessSnapshot known = current;
        if (known.Changes != Interlocked.Read(ref changes)) return new(ReloadAsync(known, cancellation));
        if (clock.GetElapsedTime(known.Loaded) > MaxAge && loading.CurrentCount > 0) _ = RenewAsync(known);
        return new(known);
    }

    /// <summary>The token, also when it has expired or its owner is disabled; one that is not known yet is looked for in the database, because another process may just have made it.</summary>
    /// <param name="hash"><see cref="ApiToken.HashOf"/>.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async ValueTask<KnownToken?> FindTokenAsync(string hash, CancellationToken cancellation = default)
    {
        AccessSnapshot known = await GetAsync(cancellation);
        if (known.Token(hash) is { } token) return token;
        if (clock.GetElapsedTime(known.Loaded) >= LookAgainAfter) await RenewAsync(known);
        return current.Token(hash);
    }

    public void Dispose() => loading.Dispose();

    /// <param name="known">Not read again if somebody else did in the meantime.</param>
    private async Task<AccessSnapshot> ReloadAsync(AccessSnapshot known, CancellationToken cancellation)
    {
        await loading.WaitAsync(cancellation);
        try
        {
            long seen = Interlocked.Read(ref changes);
            if (current == known || current.Changes != seen) current = await ReadAsync(seen, cancellation);
            return current;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>While the database is away the last known rights go on.</summary>
    private async Task RenewAsync(AccessSnapshot known)
    {
        try
        {
            await ReloadAsync(known, CancellationToken.None);
            isOutdated = false;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            if (!isOutdated) LogNotRenewed(e); // once, however often somebody asks while it is away
            isOutdated = true;
        }
    }

    private async Task<AccessSnapshot> ReadAsync(long seen, CancellationToken cancellation)
    {
        await using OrdoDbContext db = await database.CreateDbContextAsync(cancellation);
        var accounts = await db.Set<OrdoAccount>().AsNoTracking().Include(account => account.Grants).ToListAsync(cancellation);
        var tokens = await db.Set<ApiToken>().AsNoTracking().ToListAsync(cancellation);
        long[] roots = [.. accounts.SelectMany(account => account.Grants).Select(grant => grant.AssetId)
            .Concat(tokens.Select(token => token.AssetId)).OfType<long>().Distinct()];
        var paths = await db.Set<Asset>().Where(asset => roots.Contains(asset.Id)).ToDictionaryAsync(asset => asset.Id, asset => asset.Path, cancellation);
        return new(seen, clock.GetTimestamp(), accounts, tokens, paths);
    }

    [LoggerMessage(1120, LogLevel.Warning, "Accounts and tokens could not be read again; those known go on.")]
    private partial void LogNotRenewed(Exception exception);
}

/// <summary>Who may do what, at one moment.</summary>
public sealed class AccessSnapshot
{
    internal static readonly AccessSnapshot None = new(0, 0, [], [], new Dictionary<long, string>());
    private readonly FrozenDictionary<long, KnownAccount> accounts;
    private readonly FrozenDictionary<string, KnownToken> tokens;

    internal AccessSnapshot(long changes, long loaded, List<OrdoAccount> accounts, List<ApiToken> tokens, Dictionary<long, string> paths)
    {
        (Changes, Loaded) = (changes, loaded);
        this.accounts = accounts.ToFrozenDictionary(account => account.Id, account => KnownAccount.Of(account, paths));
        // A token made between the two readings may have an owner that the first did not see yet.
        this.tokens = tokens.Where(token => this.accounts.ContainsKey(token.AccountId)).ToFrozenDictionary(token => token.Hash, token => KnownToken.Of(token, this.accounts[token.AccountId], paths));
    }

    internal long Changes { get; }

    internal long Loaded { get; }

    public IEnumerable<KnownAccount> Accounts => accounts.Values;

    public KnownAccount? Account(long id) => accounts.GetValueOrDefault(id);

    /// <summary>The token, also when it has expired or its owner is disabled.</summary>
    /// <param name="hash"><see cref="ApiToken.HashOf"/>.</param>
    public KnownToken? Token(string hash) => tokens.GetValueOrDefault(hash);
}

/// <summary>An account as requests need it.</summary>
/// <param name="GrantPaths">Roots of the subtrees it may see.</param>
/// <param name="Caller">What it may do when it is signed in.</param>
/// <param name="MustChangePassword">Somebody else knows its password.</param>
public sealed record KnownAccount(
    long Id, string UserName, string? SecurityStamp, bool Disabled, IReadOnlyList<string> GrantPaths, Caller Caller, bool MustChangePassword)
{
    /// <summary>Who a session of it is: until it has chosen a password of its own it may do nothing but that.</summary>
    public Caller InPerson => MustChangePassword ? new Caller(Id, UserName, null, new Dictionary<string, string[]>()) : Caller;

    /// <summary>Whether somebody may see and manage it: only who is responsible for all that it may see.</summary>
    public bool IsManagedBy(Caller manager)
    {
        ArgumentNullException.ThrowIfNull(manager);
        return manager.HasEverywhere(Permissions.ManageAccounts)
            || (GrantPaths.Count > 0 && GrantPaths.All(path => manager.Has(Permissions.ManageAccounts, path)));
    }

    internal static KnownAccount Of(OrdoAccount account, Dictionary<long, string> paths)
    {
        var grants = account.Grants
            .Select(grant => (Role: Roles.Find(grant.Role), Path: PathOf(grant.AssetId, paths)))
            .Where(grant => grant is { Role: not null, Path: not null })
            .ToList();
        var scopes = grants
            .SelectMany(grant => grant.Role!.Permissions, (grant, permission) => (permission, grant.Path))
            .GroupBy(pair => pair.permission, pair => pair.Path!)
            .ToDictionary(group => group.Key, group => group.Distinct().ToArray());
        return new(
            account.Id, account.UserName!, account.SecurityStamp, account.Disabled,
            [.. grants.Select(grant => grant.Path!)],
            new Caller(account.Id, account.UserName!, null, scopes),
            account.MustChangePassword);
    }

    /// <summary>An asset that is gone gives nothing; it must not turn into everywhere.</summary>
    internal static string? PathOf(long? assetId, Dictionary<long, string> paths) =>
        assetId is { } id ? paths.GetValueOrDefault(id) : "/";
}

/// <summary>A token as requests need it.</summary>
/// <param name="Caller">What it may do: its role over its subtree, as far as its owner may do the same now.</param>
public sealed record KnownToken(long Id, DateTimeOffset Expires, KnownAccount Owner, Caller Caller)
{
    internal static KnownToken Of(ApiToken token, KnownAccount owner, Dictionary<long, string> paths)
    {
        var scopes = new Dictionary<string, string[]>();
        if (KnownAccount.PathOf(token.AssetId, paths) is { } path)
        {
            foreach (string permission in Roles.Find(token.Role)?.Permissions ?? [])
            {
                string[] both = [.. owner.Caller.ScopesOf(permission).Select(scope => ScopePaths.Intersect(scope, path)).OfType<string>().Distinct()];
                if (both.Length > 0) scopes[permission] = both;
            }
        }

        return new(token.Id, token.Expires, owner, new Caller(owner.Id, owner.UserName, token.Name, scopes));
    }
}
