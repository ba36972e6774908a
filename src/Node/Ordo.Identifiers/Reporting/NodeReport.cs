using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Identifiers.Reporting;

/// <summary>The report of one day (日报): a file that never changes, a link of a chain.</summary>
public sealed class NodeReport
{
    public long Id { get; set; }

    /// <summary>20260301</summary>
    public int Day { get; set; }

    /// <summary>From 1 without gaps.</summary>
    public long Sequence { get; set; }

    /// <summary><see cref="Hash"/> of the report before; 64 zeros of the first.</summary>
    public string Previous { get; set; } = "";

    /// <summary>SHA-256 of the file, lower-case hex; it is the idempotency key of a delivery too.</summary>
    public string Hash { get; set; } = "";

    /// <summary>Base64; <c>null</c> when no key was configured.</summary>
    public string? Signature { get; set; }

    public string FileName { get; set; } = "";

    public long Bytes { get; set; }

    public DateTimeOffset Made { get; set; }

    /// <summary>Who ordered it; empty when it was made by itself.</summary>
    public string MadeBy { get; set; } = "";
}

/// <summary>How far a report has come with one receiver.</summary>
public sealed class ReportDelivery
{
    public long Id { get; set; }

    public long ReportId { get; set; }

    public string Receiver { get; set; } = "";

    public int Attempts { get; set; }

    /// <summary>When it is tried next; <c>null</c> when it was delivered.</summary>
    public DateTimeOffset? Next { get; set; }

    public DateTimeOffset? Delivered { get; set; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Fault { get; set; }
}

/// <summary>Table <c>identifiers_report</c>.</summary>
internal sealed class NodeReportTable : IEntityTypeConfiguration<NodeReport>
{
    public void Configure(EntityTypeBuilder<NodeReport> builder)
    {
        builder.ToTable("identifiers_report");
        builder.IsNotAudited(); // a chain of its own
        builder.Property(report => report.Previous).HasMaxLength(64);
        builder.Property(report => report.Hash).HasMaxLength(64);
        builder.Property(report => report.Signature).HasMaxLength(2000);
        builder.Property(report => report.FileName).HasMaxLength(200);
        builder.Property(report => report.MadeBy).HasMaxLength(300);
        builder.HasIndex(report => report.Day).IsUnique();
        builder.HasIndex(report => report.Sequence).IsUnique();
    }
}

/// <summary>Table <c>identifiers_report_delivery</c>.</summary>
internal sealed class ReportDeliveryTable : IEntityTypeConfiguration<ReportDelivery>
{
    public void Configure(EntityTypeBuilder<ReportDelivery> builder)
    {
        builder.ToTable("identifiers_report_delivery");
        builder.IsNotAudited(); // a log of its own
        builder.Property(delivery => delivery.Receiver).HasMaxLength(100);
        builder.Property(delivery => delivery.Fault).HasMaxLength(1000);
        builder.HasIndex(delivery => new { delivery.ReportId, delivery.Receiver }).IsUnique();
        builder.HasIndex(delivery => delivery.Next);
        builder.HasOne<NodeReport>().WithMany().HasForeignKey(delivery => delivery.ReportId).OnDelete(DeleteBehavior.NoAction);
    }
}
