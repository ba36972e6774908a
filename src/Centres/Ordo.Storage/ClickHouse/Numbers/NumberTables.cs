using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Storage.ClickHouse.Numbers;

/// <summary>A source and its number, for all nodes of a cluster.</summary>
public sealed class NumberedSource
{
    /// <summary>Dense, from 0.</summary>
    public int Id { get; init; }

    public required string Gateway { get; init; }

    /// <summary>UTF-8; bytes, because a device may send what no text column takes.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Place of its samples in <c>Storage:ClickHouse:Shards</c>, for ever.</summary>
    public int Shard { get; init; }
}

/// <summary>A series and its number, for all nodes of a cluster.</summary>
public sealed class NumberedSeries
{
    /// <summary>Dense, from 0.</summary>
    public int Id { get; init; }

    public int SourceId { get; init; }

    /// <summary>UTF-8.</summary>
    public required byte[] Channel { get; init; }
}

/// <summary>Which database this is: written into every ClickHouse that keeps samples under its numbers.</summary>
public sealed class NumberIdentity
{
    /// <summary>Always 1.</summary>
    public int Id { get; init; }

    public required string Value { get; init; }
}

internal sealed class NumberTables : IEntityTypeConfiguration<NumberedSource>, IEntityTypeConfiguration<NumberedSeries>, IEntityTypeConfiguration<NumberIdentity>
{
    public void Configure(EntityTypeBuilder<NumberedSource> builder)
    {
        builder.ToTable("storage_source");
        builder.IsNotAudited(); // a device names it, not a person
        builder.Property(source => source.Id).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<NumberedSeries> builder)
    {
        builder.ToTable("storage_series");
        builder.IsNotAudited(); // a device names it, not a person
        builder.Property(series => series.Id).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<NumberIdentity> builder)
    {
        builder.ToTable("storage_identity");
        builder.IsNotAudited(); // a device names it, not a person
        builder.Property(identity => identity.Id).ValueGeneratedNever();
    }
}
