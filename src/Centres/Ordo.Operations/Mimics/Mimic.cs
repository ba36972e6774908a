using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Mimics;

/// <summary>A plant as its people draw it (组态图): a drawing whose elements show points.</summary>
public sealed class Mimic
{
    public const int MaxNameLength = 100;

    public long Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Where it belongs, and what <c>@</c> stands for; <c>null</c> is everywhere.</summary>
    public long? AssetId { get; set; }

    /// <summary>Cleaned by <see cref="SvgCleaner"/>; nothing else is ever stored.</summary>
    public required string Svg { get; set; }

    /// <summary>SHA-256 of the drawing, hex: the audit trail says which one it was without holding megabytes.</summary>
    public required string Checksum { get; set; }

    /// <summary>A list of <see cref="MimicBinding"/> as JSON.</summary>
    public required string Bindings { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

internal sealed class MimicTable : IEntityTypeConfiguration<Mimic>
{
    public void Configure(EntityTypeBuilder<Mimic> builder)
    {
        builder.ToTable("operations_mimic");
        builder.IsAudited("mimic", m => m.Name, m => m.AssetId);
        builder.Property(m => m.Name).HasMaxLength(Mimic.MaxNameLength);
        builder.Property(m => m.Svg).IsNotAudited();
        builder.Property(m => m.Checksum).HasMaxLength(64);
        builder.Property(m => m.Version).IsConcurrencyToken();
    }
}
