namespace Ordo.Foundation.Access.Accounts;

/// <summary>An account as the API shows it.</summary>
/// <param name="LockedUntil">Too many wrong passwords: sign-in is refused until then.</param>
/// <param name="Version">Its ETag.</param>
public sealed record Account(
    long Id, string UserName, string DisplayName, string Language, bool Disabled, bool MustChangePassword,
    DateTimeOffset? LockedUntil, DateTimeOffset? LastSignIn, IReadOnlyList<Granted> Grants, int Version);

/// <summary>A role over a subtree, with the names of its root.</summary>
/// <param name="AssetId"><c>null</c> is everywhere.</param>
public sealed record Granted(string Role, long? AssetId, string? AssetNameZh, string? AssetNameEn);

/// <param name="AssetId"><c>null</c> is everywhere.</param>
public sealed record GrantRequest(string Role, long? AssetId = null);

/// <param name="DisplayName">Default: the user name.</param>
/// <param name="MustChangePassword">The console will ask for a new password at the first sign-in.</param>
public sealed record NewAccount(
    string UserName, string Password, string? DisplayName = null, string Language = "zh-CN", bool Disabled = false,
    bool MustChangePassword = false, IReadOnlyList<GrantRequest>? Grants = null);

/// <summary>An account's new state as a whole; the user name stays.</summary>
public sealed record AccountEdit(string DisplayName, string Language, bool Disabled, IReadOnlyList<GrantRequest> Grants);

/// <param name="MustChangePassword">Somebody else knows it now, so the console asks for a new one.</param>
public sealed record PasswordReset(string NewPassword, bool MustChangePassword = true);

public sealed record RoleItem(string Code, string NameZh, string NameEn, IReadOnlyList<string> Permissions);
