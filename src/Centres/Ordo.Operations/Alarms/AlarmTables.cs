using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Alarms;

internal sealed class AlarmOccurrenceTable : IEntityTypeConfiguration<AlarmOccurrence>
{
    public void Configure(EntityTypeBuilder<AlarmOccurrence> builder)
    {
        builder.ToTable("operations_alarm");
        builder.IsNotAudited(); // alarms have a journal of their own
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder.HasIndex(o => new { o.IsOpen, o.Priority, o.Raised }); // the desk
        builder.HasIndex(o => new { o.PointId, o.Kind, o.Id }); // what happened the last ten times
        builder.HasIndex(o => o.Raised); // history
    }
}

internal sealed class AlarmEventTable : IEntityTypeConfiguration<AlarmEvent>
{
    public void Configure(EntityTypeBuilder<AlarmEvent> builder)
    {
        builder.ToTable("operations_alarm_event");
        builder.IsNotAudited();
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.HasIndex(e => e.AlarmId);
    }
}

/// <summary>A <see cref="MarkPage"/> on disk: <see cref="MarkPage.Length"/> little-endian 64-bit numbers.</summary>
internal sealed class AlarmMarkRow
{
    public int Page { get; init; }

    public required byte[] JudgedTo { get; set; }
}

internal sealed class AlarmMarkTable : IEntityTypeConfiguration<AlarmMarkRow>
{
    public void Configure(EntityTypeBuilder<AlarmMarkRow> builder)
    {
        builder.ToTable("operations_alarm_mark");
        builder.IsNotAudited();
        builder.HasKey(m => m.Page);
        builder.Property(m => m.Page).ValueGeneratedNever();
    }
}
