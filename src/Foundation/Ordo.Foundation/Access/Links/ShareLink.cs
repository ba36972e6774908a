using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Access.Tokens;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Park;

namespace Ordo.Foundation.Access.Links;

/// <summary>A page given out to people without an account (分享链接): one thing to look at, until a day, and at no time more than its maker may see.</summary>
public sealed class ShareLink : IUsed
{
    public const int MaxNameLength = 64;

    public long Id { get; set; }

    /// <summary>What the page's address names: random, and no secret; without the signature it opens nothing.</summary>
    public required string PublicId { get; set; }

    public long AccountId { get; set; }

    public required string Name { get; set; }

    /// <summary>Which <see cref="ILinkTarget"/> tells what is shown.</summary>
    public required string TargetKind { get; set; }

    public long TargetId { get; set; }

    /// <summary>The asset it is fixed to, where what is shown leaves it open.</summary>
    public long? AssetId { get; set; }

    /// <summary>The key of this link's signature, enciphered by <see cref="LinkSecrets"/>. One for each link: none is worth more than its own page.</summary>
    public required string Key { get; set; }

    /// <summary>Origins whose pages may show it in a frame, with spaces between; empty: none.</summary>
    public string FrameAncestors { get; set; } = "";

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset Expires { get; set; }

    /// <summary>To the minute; written now and then, not at each request.</summary>
    public DateTimeOffset? LastUsed { get; set; }

    public static string NewPublicId() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
}

internal sealed class ShareLinkTable : IEntityTypeConfiguration<ShareLink>
{
    public void Configure(EntityTypeBuilder<ShareLink> builder)
    {
        builder.ToTable("access_link");
        builder.IsAuditedFor("link", link => link.Name, link => link.AccountId);
        builder.Property(link => link.PublicId).HasMaxLength(32);
        builder.Property(link => link.Name).HasMaxLength(ShareLink.MaxNameLength);
        builder.Property(link => link.TargetKind).HasMaxLength(16);
        builder.Property(link => link.Key).HasMaxLength(400).IsSecret();
        builder.Property(link => link.FrameAncestors).HasMaxLength(1000);
        builder.Property(link => link.LastUsed).IsNotAudited();
        builder.HasIndex(link => link.PublicId).IsUnique();
        builder.HasIndex(link => new { link.TargetKind, link.TargetId });
        builder.HasOne<OrdoAccount>().WithMany().HasForeignKey(link => link.AccountId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Asset>().WithMany().HasForeignKey(link => link.AssetId).OnDelete(DeleteBehavior.NoAction);
    }
}
