using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Perception.Sources;

/// <summary>
/// What was observed of a source: table <c>perception_source</c>, written by <see cref="SourceKeeper"/> alone. Times are milliseconds since
/// 1970-01-01T00:00:00Z, 0 for never.
/// </summary>
public sealed class SourceRow
{
    /// <summary>The source's number in the series catalogue.</summary>
    public int Id { get; set; }

    public string Gateway { get; set; } = "";

    public string Key { get; set; } = "";

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

/// <summary>What people decided about a source: table <c>perception_profile</c>. Without a row nobody has touched it yet.</summary>
public sealed class SourceProfileRow
{
    public long Id { get; set; }

    public string Gateway { get; set; } = "";

    /// <summary>At most <see cref="MaxKey"/> characters; a source with a longer name cannot be claimed.</summary>
    public string Key { get; set; } = "";

    public string NameZh { get; set; } = "";

    public string NameEn { get; set; } = "";

    public long? AssetId { get; set; }

    public string? Template { get; set; }

    public int? HeartbeatSeconds { get; set; }

    /// <summary>JSON object of strings.</summary>
    public string Settings { get; set; } = "{}";

    /// <summary>JSON object of strings, enciphered by <see cref="SourceSecrets"/>: not hashed, because the platform itself must send a password to its device.</summary>
    public string Secrets { get; set; } = "{}";

    public int Version { get; set; } = 1;

    internal const int MaxKey = 500;
}

/// <summary>A request to a device: table <c>perception_request</c>.</summary>
public sealed class SourceRequestRow
{
    public Guid Id { get; set; }

    public int SourceId { get; set; }

    /// <summary>The asset the source was claimed for when it was asked.</summary>
    public long? AssetId { get; set; }

    public string Command { get; set; } = "";

    /// <summary>JSON object of strings, secrets blotted out.</summary>
    public string Arguments { get; set; } = "{}";

    public RequestState State { get; set; }

    public string ResultZh { get; set; } = "";

    public string ResultEn { get; set; } = "";

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset? Finished { get; set; }

    public string By { get; set; } = "";
}

internal sealed class SourceTables : IEntityTypeConfiguration<SourceRow>, IEntityTypeConfiguration<SourceProfileRow>, IEntityTypeConfiguration<SourceRequestRow>
{
    public void Configure(EntityTypeBuilder<SourceRow> builder)
    {
        builder.ToTable("perception_source");
        builder.IsNotAudited(); // counters and times; what people say about a source is its profile
        builder.Property(s => s.Id).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<SourceProfileRow> builder)
    {
        builder.ToTable("perception_profile");
        builder.IsAudited("source", p => p.Key, p => p.AssetId);
        builder.Property(p => p.Gateway).HasMaxLength(40);
        builder.Property(p => p.Key).HasMaxLength(SourceProfileRow.MaxKey);
        builder.Property(p => p.NameZh).HasMaxLength(200);
        builder.Property(p => p.NameEn).HasMaxLength(200);
        builder.Property(p => p.Template).HasMaxLength(64);
        builder.Property(p => p.Secrets).IsSecret();
        builder.Property(p => p.Version).IsConcurrencyToken().IsNotAudited();
        builder.HasIndex(p => new { p.Gateway, p.Key }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<SourceRequestRow> builder)
    {
        builder.ToTable("perception_request");
        builder.IsAudited("deviceRequest", r => r.Command, r => r.AssetId);
        builder.Property(r => r.State).IsNotAudited(); // what the device makes of it is its own business
        builder.Property(r => r.ResultZh).IsNotAudited();
        builder.Property(r => r.ResultEn).IsNotAudited();
        builder.Property(r => r.Finished).IsNotAudited();
        builder.Property(r => r.Id).ValueGeneratedNever();
        builder.HasIndex(r => new { r.SourceId, r.Created });
    }
}
