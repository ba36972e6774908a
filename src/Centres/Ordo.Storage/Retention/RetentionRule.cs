using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Storage.Retention;

/// <summary>How long samples and rollups of one quantity are kept (保存期限). The row without a quantity holds for all that have none of their own.</summary>
internal sealed class RetentionRule
{
    public const string Everything = "";

    public long Id { get; set; }

    /// <summary>Code of the quantity, or <see cref="Everything"/>.</summary>
    public string Quantity { get; set; } = Everything;

    /// <summary>Samples as they were sent are kept so many days; <c>null</c> for ever.</summary>
    public int? RawDays { get; set; }

    /// <summary>Figures of minutes; at least as long as what they are made of.</summary>
    public int? MinuteDays { get; set; }

    public int? HourDays { get; set; }

    public int? DayDays { get; set; }

    /// <summary>A law or permit wants the samples kept so many days: <see cref="RawDays"/> cannot be set below it.</summary>
    public int? RequiredDays { get; set; }

    /// <summary>Which law or permit.</summary>
    public string Basis { get; set; } = "";

    public int Version { get; set; } = 1;
}

internal sealed class RetentionRuleTable : IEntityTypeConfiguration<RetentionRule>
{
    public void Configure(EntityTypeBuilder<RetentionRule> builder)
    {
        builder.ToTable("storage_retention");
        builder.IsAudited("retention", row => row.Quantity);
        builder.Property(row => row.Quantity).HasMaxLength(40);
        builder.Property(row => row.Basis).HasMaxLength(200);
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => row.Quantity).IsUnique();
    }
}
