using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Park;

namespace Ordo.Foundation.Points;

/// <summary>Table <c>park_point</c>.</summary>
internal sealed class PointTable : IEntityTypeConfiguration<Point>
{
    public void Configure(EntityTypeBuilder<Point> builder)
    {
        builder.ToTable("park_point");
        builder.IsAudited("point", point => point.NameZh, point => point.AssetId);
        builder.Property(point => point.Code).HasMaxLength(Names.MaxCode);
        builder.Property(point => point.NameZh).HasMaxLength(Names.MaxName);
        builder.Property(point => point.NameEn).HasMaxLength(Names.MaxName);
        builder.Property(point => point.Quantity).HasMaxLength(40);
        builder.Property(point => point.Unit).HasMaxLength(20);
        builder.Property(point => point.Gateway).HasMaxLength(PointRules.MaxGateway);
        builder.Property(point => point.Source).HasMaxLength(PointRules.MaxSource);
        builder.Property(point => point.Channel).HasMaxLength(PointRules.MaxChannel);
        builder.Property(point => point.Version).IsConcurrencyToken();
        builder.HasIndex(point => new { point.AssetId, point.Code }).IsUnique();
        builder.HasIndex(point => new { point.Gateway, point.Source, point.Channel }).IsUnique();
        builder.HasOne<Asset>().WithMany().HasForeignKey(point => point.AssetId).OnDelete(DeleteBehavior.NoAction);
    }
}
