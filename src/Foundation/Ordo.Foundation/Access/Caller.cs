namespace Ordo.Foundation.Access;

/// <summary>One role over one subtree of the park.</summary>
/// <param name="Role">Code of the role, for example <c>operator</c>.</param>
/// <param name="ScopePath">Path of the asset at the root of the subtree, for example <c>/1/4/</c>; <c>/</c> is everything.</param>
public sealed record Grant(string Role, string ScopePath);

/// <summary>
/// Who is asking (调用者): a signed-in account or an API token, with the subtree of assets each permission holds for.
/// Injected into handlers; built once per request from the authenticated principal.
/// </summary>
public sealed class Caller
{
    private static readonly string[] Root = ["/"];
    private readonly Dictionary<string, string[]> scopesByPermission;

    /// <param name="accountId">The account, also when a token acts for it.</param>
    /// <param name="userName">Sign-in name; for a token, the name of its owner.</param>
    /// <param name="tokenName">Name of the API token used, or <c>null</c>.</param>
    /// <param name="scopesByPermission">For every permission held, the roots of the subtrees it holds for.</param>
    public Caller(long accountId, string userName, string? tokenName, IReadOnlyDictionary<string, string[]> scopesByPermission)
    {
        AccountId = accountId;
        UserName = userName;
        TokenName = tokenName;
        this.scopesByPermission = new(scopesByPermission, StringComparer.Ordinal);
    }

    public long AccountId { get; }

    public string UserName { get; }

    public string? TokenName { get; }

    /// <summary>Name for journals and audit: <c>name</c> or <c>name (token)</c>.</summary>
    public string DisplayName => TokenName is null ? UserName : $"{UserName} ({TokenName})";

    /// <summary>The operator at the server's own command line, and the server itself: everything, everywhere.</summary>
    public static Caller Everything(string userName) =>
        new(0, userName, null, Access.Permissions.All.ToDictionary(permission => permission, _ => Root));

    public IEnumerable<string> Permissions => scopesByPermission.Keys;

    public bool Has(string permission) => scopesByPermission.ContainsKey(permission);

    /// <summary>Roots of the subtrees for which the caller holds a permission; empty when it does not.</summary>
    public IReadOnlyList<string> ScopesOf(string permission) => scopesByPermission.TryGetValue(permission, out string[]? scopes) ? scopes : [];

    /// <summary>Holds the permission everywhere, so also for what belongs to no asset yet: unclaimed sources, raw series.</summary>
    public bool HasEverywhere(string permission) => ScopesOf(permission).Contains("/");

    /// <summary>Whether the permission holds for an asset. Outside the scope an asset must look like none at all (404).</summary>
    public bool Has(string permission, string assetPath)
    {
        foreach (string scope in ScopesOf(permission))
            if (assetPath.StartsWith(scope, StringComparison.Ordinal)) return true;
        return false;
    }
}
