using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Performance;

/// <summary>What the figures need of the table of occurrences: which of them stood long, from the index alone.</summary>
internal sealed class PerformanceTable : IEntityTypeConfiguration<AlarmOccurrence>
{
    public void Configure(EntityTypeBuilder<AlarmOccurrence> builder) => builder.HasIndex(o => new { o.Returned, o.Raised });
}
