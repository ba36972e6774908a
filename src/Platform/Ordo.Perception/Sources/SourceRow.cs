using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Ordo.Perception.Sources;

/// <summary>A source as the database keeps it: table <c>perception_source</c>. Times are milliseconds since 1970-01-01T00:00:00Z.</summary>
public sealed class SourceRow
{
    /// <summary>The source's number in the series catalogue.</summary>
    public int Id { get; set; }

    public string Gateway { get; set; } = "";

    public string Key { get; set; } = "";

    public string NameZh { get; set; } = "";

    public string NameEn { get; set; } = "";

    public long? AssetId { get; set; }

    public string? Template { get; set; }

    public int? HeartbeatSeconds { get; set; }

    /// <summary>JSON object of strings. Secrets are in clear: the platform itself must send them to the device.</summary>
    public string Settings { get; set; } = "{}";

    public int Version { get; set; } = 1;

    public long FirstSeenMs { get; set; }

    public long LastSeenMs { get; set; }

    public string? Remote { get; set; }

    public long LearnedHeartbeatMs { get; set; }

    public bool Online { get; set; }

    public long Frames { get; set; }

    public long Samples { get; set; }

    public long Errors { get; set; }

    public long Refused { get; set; }
}

internal sealed class SourceRowConfiguration : IEntityTypeConfiguration<SourceRow>
{
    public void Configure(EntityTypeBuilder<SourceRow> builder)
    {
        builder.ToTable("perception_source");
        builder.HasKey(s => s.Id);
        builder.Property(s => s.Id).ValueGeneratedNever();
    }
}
