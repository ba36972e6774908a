using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ordo.Foundation.Audit;

/// <summary>One line of the audit trail (审计记录): who changed what, when, from what to what. Written once, never changed or deleted.</summary>
public sealed class AuditEntry
{
    public long Id { get; init; }

    public DateTimeOffset Time { get; init; }

    /// <summary>Sign-in name of the account, or <c>system</c>.</summary>
    public required string User { get; init; }

    /// <summary>Name of the API token through which it was done, or <c>null</c>.</summary>
    public string? Token { get; init; }

    /// <summary>See <see cref="AuditActions"/>.</summary>
    public required string Action { get; init; }

    /// <summary>Kind of thing: <c>asset</c>, <c>point</c>, <c>account</c> …</summary>
    public required string Entity { get; init; }

    public required string EntityId { get; init; }

    /// <summary>Its name at that time.</summary>
    public string? EntityName { get; init; }

    /// <summary>JSON of what was there before (only what changed), or <c>null</c>.</summary>
    public string? Before { get; init; }

    public string? After { get; init; }

    /// <summary>Network address of the caller, or <c>null</c> when it was the server itself.</summary>
    public string? Address { get; init; }

    /// <summary>Path of the asset it belonged to at that time: whoever may read the audit of a subtree sees it. <c>/</c> is nobody's but the whole server's.</summary>
    public string AssetPath { get; init; } = "/";
}

/// <summary>What can have happened. Stored as written: add, never rename.</summary>
public static class AuditActions
{
    public const string Created = "created";
    public const string Updated = "updated";
    public const string Deleted = "deleted";
    public const string SignedIn = "signedIn";
    public const string SignedOut = "signedOut";
    public const string SignInFailed = "signInFailed";
    public const string BackedUp = "backedUp";
}

internal sealed class AuditEntryTable : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("access_audit");
        builder.IsNotAudited();
        builder.Property(entry => entry.User).HasMaxLength(64);
        builder.Property(entry => entry.Token).HasMaxLength(64);
        builder.Property(entry => entry.Action).HasMaxLength(32);
        builder.Property(entry => entry.Entity).HasMaxLength(32);
        builder.Property(entry => entry.EntityId).HasMaxLength(64);
        builder.Property(entry => entry.EntityName).HasMaxLength(256);
        builder.Property(entry => entry.Address).HasMaxLength(64);
        builder.Property(entry => entry.AssetPath).HasMaxLength(400);
        builder.HasIndex(entry => entry.Time);
        builder.HasIndex(entry => entry.User);
        builder.HasIndex(entry => new { entry.Entity, entry.EntityId });
    }
}
