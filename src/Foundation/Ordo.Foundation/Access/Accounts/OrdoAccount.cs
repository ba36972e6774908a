using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Accounts;

/// <summary>A person, or a program with a person responsible for it, who may sign in (账号).</summary>
public sealed class OrdoAccount : IdentityUser<long>
{
    public const int MaxNameLength = 64, MaxPasswordLength = 256;

    public string DisplayName { get; set; } = "";

    /// <summary><c>zh-CN</c>, <c>en</c>, or empty: as the browser asks, until a person chooses.</summary>
    public string Language { get; set; } = "zh-CN";

    public bool Disabled { get; set; }

    /// <summary>Somebody else knows the password: the console asks for a new one at the next sign-in.</summary>
    public bool MustChangePassword { get; set; }

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset? LastSignIn { get; set; }

    /// <summary>Raised by one at each edit: the ETag.</summary>
    public int Version { get; set; } = 1;

    public List<AccountGrant> Grants { get; } = [];
}

/// <summary>A role given to an account over a subtree of the park (授权).</summary>
public sealed class AccountGrant
{
    public long Id { get; set; }

    public long AccountId { get; set; }

    public required string Role { get; set; }

    /// <summary>Root of the subtree; <c>null</c> is everywhere.</summary>
    public long? AssetId { get; set; }

    /// <summary>The lowest asset above all that an account may see: who is responsible for it may see and manage the account. <c>/</c> without grants.</summary>
    internal static async Task<string> CommonPathAsync(OrdoDbContext db, long accountId, CancellationToken cancellation)
    {
        var paths = await (
            from grant in db.Set<AccountGrant>()
            where grant.AccountId == accountId
            join asset in db.Set<Asset>() on grant.AssetId equals (long?)asset.Id into assets
            from asset in assets.DefaultIfEmpty()
            select asset == null ? "/" : asset.Path).ToListAsync(cancellation);
        return ScopePaths.CommonAncestor(paths);
    }
}

internal sealed class OrdoAccountTable : IEntityTypeConfiguration<OrdoAccount>
{
    public void Configure(EntityTypeBuilder<OrdoAccount> builder)
    {
        builder.ToTable("access_account");
        builder.IsAuditedFor("account", account => account.UserName, account => account.Id);
        builder.Property(account => account.UserName).HasMaxLength(OrdoAccount.MaxNameLength).IsRequired();
        builder.Property(account => account.NormalizedUserName).HasMaxLength(OrdoAccount.MaxNameLength).IsRequired().IsNotAudited();
        builder.Property(account => account.DisplayName).HasMaxLength(OrdoAccount.MaxNameLength);
        builder.Property(account => account.Language).HasMaxLength(8);
        builder.Property(account => account.PasswordHash).HasMaxLength(256).IsSecret();
        builder.Property(account => account.SecurityStamp).HasMaxLength(64).IsNotAudited();
        builder.Property(account => account.LastSignIn).IsNotAudited();
        builder.Property(account => account.AccessFailedCount).IsNotAudited();
        builder.Property(account => account.Version).IsConcurrencyToken();
        // What Identity offers and Ordo does not use.
        builder.Ignore(account => account.ConcurrencyStamp);
        builder.Ignore(account => account.Email);
        builder.Ignore(account => account.NormalizedEmail);
        builder.Ignore(account => account.EmailConfirmed);
        builder.Ignore(account => account.PhoneNumber);
        builder.Ignore(account => account.PhoneNumberConfirmed);
        builder.Ignore(account => account.TwoFactorEnabled);
        builder.Ignore(account => account.LockoutEnabled);
        builder.HasIndex(account => account.NormalizedUserName).IsUnique();
        builder.HasMany(account => account.Grants).WithOne().HasForeignKey(grant => grant.AccountId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class AccountGrantTable : IEntityTypeConfiguration<AccountGrant>
{
    public void Configure(EntityTypeBuilder<AccountGrant> builder)
    {
        builder.ToTable("access_grant");
        builder.IsAudited("grant", grant => grant.Role, grant => grant.AssetId);
        builder.Property(grant => grant.Role).HasMaxLength(32);
        // Never SetNull: a grant whose asset is gone would become one over everything. Nor cascade: rights do not go without a line in the audit trail.
        builder.HasOne<Asset>().WithMany().HasForeignKey(grant => grant.AssetId).OnDelete(DeleteBehavior.NoAction);
    }
}
