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
        // Defaults are for the rows that were there before the column; the server always says the value.
        builder.Property(o => o.DefinitionId).HasDefaultValue(0L).ValueGeneratedNever();
        builder.Property(o => o.BasePriority).HasDefaultValue(0).ValueGeneratedNever();
        builder.Property(o => o.Steps).HasDefaultValue(AlarmSteps.None).ValueGeneratedNever();
        builder.Property(o => o.NameZh).HasDefaultValue("").ValueGeneratedNever();
        builder.Property(o => o.NameEn).HasDefaultValue("").ValueGeneratedNever();
        builder.Property(o => o.IsLatching).HasDefaultValue(false).ValueGeneratedNever();
        builder.Property(o => o.IsAnnounced).HasDefaultValue(false).ValueGeneratedNever();
        builder.Property(o => o.GroupId).HasDefaultValue(0L).ValueGeneratedNever();
        builder.Property(o => o.IsChattering).HasDefaultValue(false).ValueGeneratedNever();
        builder.HasIndex(o => new { o.IsOpen, o.Priority, o.Raised }); // the desk
        builder.HasIndex(o => new { o.PointId, o.Kind, o.Id }); // what happened to this point
        builder.HasIndex(o => new { o.DefinitionId, o.Id }); // what happened the last ten times
        builder.HasIndex(o => o.Raised); // history
        builder.HasIndex(o => o.GroupId);
    }
}

internal sealed class AlarmEventTable : IEntityTypeConfiguration<AlarmEvent>
{
    public void Configure(EntityTypeBuilder<AlarmEvent> builder)
    {
        builder.ToTable("operations_alarm_event");
        builder.IsNotAudited();
        builder.Property(e => e.Id).ValueGeneratedNever();
        builder.Property(e => e.DefinitionId).HasDefaultValue(0L).ValueGeneratedNever();
        builder.HasIndex(e => e.AlarmId);
        builder.HasIndex(e => new { e.DefinitionId, e.Id });
    }
}

internal sealed class AlarmHoldTable : IEntityTypeConfiguration<AlarmHold>
{
    public void Configure(EntityTypeBuilder<AlarmHold> builder)
    {
        builder.ToTable("operations_alarm_hold");
        builder.IsNotAudited(); // every change of it is an event of the journal
        builder.HasKey(h => h.DefinitionId);
        builder.Property(h => h.DefinitionId).ValueGeneratedNever();
        builder.Ignore(h => h.Strongest);
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
