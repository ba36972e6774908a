using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Operations.Notifications.Rules;

namespace Ordo.Operations.Reports;

/// <summary>A report that is filled from a customer's own workbook (报表), at once or by a schedule.</summary>
public sealed class Report
{
    public const int MaxNameLength = 100, MaxFileNameLength = 200;

    public long Id { get; init; }

    public required string Name { get; set; }

    /// <summary>Its figures are of this asset and what lies below; <c>null</c> is everywhere. Who may read there may read it.</summary>
    public long? AssetId { get; set; }

    public ReportKind Kind { get; set; }

    /// <summary>Of names and of the sheet about completeness: <c>zh-CN</c> or <c>en</c>.</summary>
    public string Language { get; set; } = "zh-CN";

    /// <summary>Written by itself when a period is over.</summary>
    public bool Scheduled { get; set; }

    /// <summary>Minutes after midnight, in the park's time, of the day after the period.</summary>
    public int RunAtMinutes { get; set; }

    /// <summary>When it is written next; <c>null</c> without a schedule.</summary>
    public DateTimeOffset? NextDue { get; set; }

    /// <summary><see cref="ReportDelivery"/> as JSON.</summary>
    public required string Delivery { get; set; }

    /// <summary>The workbook as it was uploaded.</summary>
    public byte[]? Template { get; set; }

    public string? FileName { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

/// <summary>Who gets a report that was written by itself.</summary>
/// <param name="ChannelIds">Over which channels; none means it only lies in the console.</param>
/// <param name="Recipients">On personal channels.</param>
public sealed record ReportDelivery(IReadOnlyList<long> ChannelIds, IReadOnlyList<RoutingRecipient> Recipients)
{
    public static readonly ReportDelivery None = new([], []);
}

/// <summary>How far a run has come. Stored: never renumber, only add.</summary>
public enum ReportRunState : byte
{
    Running = 1,
    Done = 2,
    Failed = 3,
}

/// <summary>One time a report was written (生成记录).</summary>
public sealed class ReportRun
{
    public const string WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    public const int MaxErrorLength = 600;

    public long Id { get; init; }

    public long ReportId { get; init; }

    /// <summary>At that time.</summary>
    public required string ReportName { get; init; }

    public ReportKind Kind { get; init; }

    /// <summary>First day of its period.</summary>
    public DateOnly First { get; init; }

    public ReportRunState State { get; set; }

    public DateTimeOffset Started { get; init; }

    public DateTimeOffset? Finished { get; set; }

    /// <summary>Who asked for it; <c>null</c> for the schedule.</summary>
    public string? By { get; init; }

    public int Figures { get; set; }

    /// <summary>Figures whose completeness is below 1.</summary>
    public int Incomplete { get; set; }

    /// <summary>Mean of all figures, 0 … 1.</summary>
    public double Completeness { get; set; }

    /// <summary>Why it failed, in the report's language.</summary>
    public string? Error { get; set; }

    /// <summary>The filled workbook; <c>null</c> before it is done, and once newer runs have taken its place.</summary>
    public byte[]? Workbook { get; set; }

    /// <summary>The printable page, gzip.</summary>
    public byte[]? Page { get; set; }

    public ReportPeriod Period => ReportPeriod.Of(Kind, First);

    public string FileName => $"{string.Concat(ReportName.Where(c => !Path.GetInvalidFileNameChars().Contains(c) && c is not ('\\' or ':')))} {Period}.xlsx".Replace(" – ", "_", StringComparison.Ordinal);

    /// <summary>Rounded down: what is not whole never reads as whole.</summary>
    internal static string Percent(double share) => $"{(Math.Floor(share * 1000) / 10).ToString("0.#", CultureInfo.InvariantCulture)} %";
}

internal sealed class ReportTable : IEntityTypeConfiguration<Report>
{
    public void Configure(EntityTypeBuilder<Report> builder)
    {
        builder.ToTable("operations_report");
        builder.IsAudited("report", r => r.Name, r => r.AssetId);
        builder.Property(r => r.Name).HasMaxLength(Report.MaxNameLength);
        builder.Property(r => r.FileName).HasMaxLength(Report.MaxFileNameLength);
        builder.Property(r => r.Language).HasMaxLength(8);
        builder.Property(r => r.Template).IsNotAudited(); // that it was replaced shows by its name and version
        builder.Property(r => r.NextDue).IsNotAudited();
        builder.Property(r => r.Version).IsConcurrencyToken();
        builder.HasIndex(r => r.NextDue);
    }
}

internal sealed class ReportRunTable : IEntityTypeConfiguration<ReportRun>
{
    public void Configure(EntityTypeBuilder<ReportRun> builder)
    {
        builder.ToTable("operations_report_run");
        builder.IsNotAudited(); // a log itself
        builder.Ignore(r => r.Period);
        builder.Ignore(r => r.FileName);
        builder.Property(r => r.ReportName).HasMaxLength(Report.MaxNameLength);
        builder.Property(r => r.By).HasMaxLength(256);
        builder.Property(r => r.Error).HasMaxLength(ReportRun.MaxErrorLength);
        builder.HasIndex(r => new { r.ReportId, r.Id });
        builder.HasIndex(r => r.State);
    }
}
