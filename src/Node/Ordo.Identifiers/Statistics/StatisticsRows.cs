using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Identifiers.Resolution;

namespace Ordo.Identifiers.Statistics;

/// <summary>Resolutions of one statistics day of the park over one transport at one node.</summary>
public sealed class ResolutionDay
{
    public long Id { get; set; }

    /// <summary>20260301</summary>
    public int Day { get; set; }

    /// <summary>Which node of several counted.</summary>
    public string Node { get; set; } = "";

    public ResolutionTransport Transport { get; set; }

    /// <summary>Answered with values (RC 1).</summary>
    public long Succeeded { get; set; }

    /// <summary>Rightly answered that there is no such handle (RC 100).</summary>
    public long NotFound { get; set; }

    /// <summary>Any other response code.</summary>
    public long Failed { get; set; }

    /// <summary>How long the answers took: a <see cref="LatencyHistogram"/>.</summary>
    public string Latency { get; set; } = "";
}

/// <summary>What happened to one prefix on one statistics day at one node.</summary>
public sealed class PrefixDay
{
    public long Id { get; set; }

    public int Day { get; set; }

    public string Node { get; set; } = "";

    /// <summary>Empty: asked for under a prefix that is not at home here.</summary>
    public string Prefix { get; set; } = "";

    public long Succeeded { get; set; }

    public long NotFound { get; set; }

    public long Failed { get; set; }

    /// <summary>Registered that day; the sum over all days is what the store holds, so it is never counted twice.</summary>
    public long Registered { get; set; }
}

/// <summary>Resolutions of one hour at one node; kept for <see cref="StatisticsKeeper.HoursKept"/>.</summary>
public sealed class ResolutionHour
{
    public long Id { get; set; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Hour { get; set; }

    public string Node { get; set; } = "";

    public long Succeeded { get; set; }

    public long NotFound { get; set; }

    public long Failed { get; set; }
}

/// <summary>The last counts that a node wrote, so that one whose commit was not heard of is not written again.</summary>
public sealed class StatisticsMark
{
    public long Id { get; set; }

    public string Node { get; set; } = "";

    public Guid Mark { get; set; }
}

/// <summary>Table <c>identifiers_day</c>.</summary>
internal sealed class ResolutionDayTable : IEntityTypeConfiguration<ResolutionDay>
{
    public void Configure(EntityTypeBuilder<ResolutionDay> builder)
    {
        builder.ToTable("identifiers_day");
        builder.IsNotAudited(); // counted, not decided
        builder.Property(day => day.Node).HasMaxLength(100).HasDefaultValue("");
        builder.Property(day => day.NotFound).HasDefaultValue(0L);
        builder.Property(day => day.Latency).HasDefaultValue("");
        builder.HasIndex(day => new { day.Day, day.Transport, day.Node }).IsUnique();
    }
}

/// <summary>Table <c>identifiers_prefix_day</c>.</summary>
internal sealed class PrefixDayTable : IEntityTypeConfiguration<PrefixDay>
{
    public void Configure(EntityTypeBuilder<PrefixDay> builder)
    {
        builder.ToTable("identifiers_prefix_day");
        builder.IsNotAudited(); // counted, not decided
        builder.Property(day => day.Node).HasMaxLength(100);
        builder.Property(day => day.Prefix).HasMaxLength(255);
        builder.HasIndex(day => new { day.Day, day.Prefix, day.Node }).IsUnique();
    }
}

/// <summary>Table <c>identifiers_hour</c>.</summary>
internal sealed class ResolutionHourTable : IEntityTypeConfiguration<ResolutionHour>
{
    public void Configure(EntityTypeBuilder<ResolutionHour> builder)
    {
        builder.ToTable("identifiers_hour");
        builder.IsNotAudited(); // counted, not decided
        builder.Property(hour => hour.Node).HasMaxLength(100);
        builder.HasIndex(hour => new { hour.Hour, hour.Node }).IsUnique();
    }
}

/// <summary>Table <c>identifiers_mark</c>.</summary>
internal sealed class StatisticsMarkTable : IEntityTypeConfiguration<StatisticsMark>
{
    public void Configure(EntityTypeBuilder<StatisticsMark> builder)
    {
        builder.ToTable("identifiers_mark");
        builder.IsNotAudited(); // counted, not decided
        builder.Property(mark => mark.Node).HasMaxLength(100);
        builder.HasIndex(mark => mark.Node).IsUnique();
    }
}
