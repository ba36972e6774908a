using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Foundation.Expressions;

namespace Ordo.Storage.Calculations;

/// <summary>A calculated series (计算点): a formula over points whose result is stored like any other series and feeds a point of its own.</summary>
internal sealed class Calculation
{
    public const string Gateway = "calc", Channel = "value";
    public const int MaxHoldSeconds = 366 * 86_400, MaxEverySeconds = 86_400;

    public long Id { get; set; }

    /// <summary>The point that shows the result.</summary>
    public long PointId { get; set; }

    /// <summary>The asset of that point, so that those responsible for it see its changes.</summary>
    public long? AssetId { get; set; }

    /// <summary>Name of the point when the formula was saved, for the audit trail.</summary>
    public string Name { get; set; } = "";

    /// <summary>With points by number, <c>#12</c>: a point may be given another code without the formula breaking.</summary>
    public string Formula { get; set; } = "";

    /// <summary>In what the stored values are: that of the point when the formula was saved.</summary>
    public string Quantity { get; set; } = "";

    public string Unit { get; set; } = "";

    /// <summary>How long a sample of an input holds; older ones are unknown.</summary>
    public int HoldSeconds { get; set; } = 900;

    /// <summary>Evaluated at multiples of so many seconds; <c>null</c> whenever an input has a sample.</summary>
    public int? EverySeconds { get; set; }

    public bool Enabled { get; set; } = true;

    public DateTimeOffset Changed { get; set; }

    public string ChangedBy { get; set; } = "";

    /// <summary>History that is still to be computed from this time on; <c>null</c> when there is none. Survives a restart.</summary>
    public DateTimeOffset? ComputeFrom { get; set; }

    /// <summary>Raised by one at each change of the formula or its settings: the ETag.</summary>
    public int Version { get; set; } = 1;
}

internal sealed class CalculationTable : IEntityTypeConfiguration<Calculation>
{
    public void Configure(EntityTypeBuilder<Calculation> builder)
    {
        builder.ToTable("storage_calculation");
        builder.IsAudited("calculation", row => row.Name, row => row.AssetId);
        builder.Property(row => row.Name).HasMaxLength(200);
        builder.Property(row => row.Formula).HasMaxLength(ExpressionParser.MaxLength * 2);
        builder.Property(row => row.Quantity).HasMaxLength(40);
        builder.Property(row => row.Unit).HasMaxLength(20);
        builder.Property(row => row.ChangedBy).HasMaxLength(160).IsNotAudited();
        builder.Property(row => row.Changed).IsNotAudited();
        builder.Property(row => row.ComputeFrom).IsNotAudited();
        builder.Property(row => row.Version).IsConcurrencyToken();
        builder.HasIndex(row => row.PointId).IsUnique();
    }
}
