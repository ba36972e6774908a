using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Park;

namespace Ordo.Foundation.Access.Tokens;

/// <summary>A key for a program (API 令牌): one role over one subtree, and at no time more than its owner may do.</summary>
public sealed class ApiToken : IUsed
{
    public const int MaxNameLength = 64;

    /// <summary>Tells a token from other secrets when it turns up where it should not be.</summary>
    public const string Prefix = "ordo_";

    public long Id { get; set; }

    public long AccountId { get; set; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the token in hex. Nothing slower is needed: a random 256-bit number cannot be guessed from a list.</summary>
    public required string Hash { get; set; }

    public required string Role { get; set; }

    /// <summary>Root of the subtree; <c>null</c> is everywhere its owner's grants reach.</summary>
    public long? AssetId { get; set; }

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset Expires { get; set; }

    /// <summary>To the minute; written now and then, not at each request.</summary>
    public DateTimeOffset? LastUsed { get; set; }

    /// <summary>A new token, to be shown once.</summary>
    public static string NewSecret() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

internal sealed class ApiTokenTable : IEntityTypeConfiguration<ApiToken>
{
    public void Configure(EntityTypeBuilder<ApiToken> builder)
    {
        builder.ToTable("access_token");
        builder.IsAuditedFor("token", token => token.Name, token => token.AccountId);
        builder.Property(token => token.Name).HasMaxLength(ApiToken.MaxNameLength);
        builder.Property(token => token.Hash).HasMaxLength(64).IsSecret();
        builder.Property(token => token.Role).HasMaxLength(32);
        builder.Property(token => token.LastUsed).IsNotAudited();
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.HasOne<OrdoAccount>().WithMany().HasForeignKey(token => token.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Asset>().WithMany().HasForeignKey(token => token.AssetId).OnDelete(DeleteBehavior.NoAction);
    }
}
