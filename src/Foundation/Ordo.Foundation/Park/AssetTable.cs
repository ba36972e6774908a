using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park;

/// <summary>Table <c>park_asset</c>.</summary>
internal sealed class AssetTable : IEntityTypeConfiguration<Asset>
{
    public void Configure(EntityTypeBuilder<Asset> builder)
    {
        builder.ToTable("park_asset");
        builder.IsAudited("asset", asset => asset.NameZh);
        builder.Property(asset => asset.Path).HasMaxLength(400).IsNotAudited(); // follows from the parent
        builder.Property(asset => asset.Code).HasMaxLength(Names.MaxCode);
        builder.Property(asset => asset.NameZh).HasMaxLength(Names.MaxName);
        builder.Property(asset => asset.NameEn).HasMaxLength(Names.MaxName);
        builder.Property(asset => asset.Version).IsConcurrencyToken();
        builder.HasSearchText();
        builder.HasIndex(asset => asset.Code).IsUnique();
        builder.HasIndex(asset => asset.ParentId);
        // No action, not restrict: a subtree goes in one statement, and only what is left after it must hold together.
        builder.HasOne<Asset>().WithMany().HasForeignKey(asset => asset.ParentId).OnDelete(DeleteBehavior.NoAction);
    }
}
