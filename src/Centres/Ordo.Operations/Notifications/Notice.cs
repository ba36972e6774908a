using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Notifications;

/// <summary>How a notice stands. Stored: never renumber, only add.</summary>
public enum NoticeState : byte
{
    /// <summary>A further step is due if nobody acknowledges.</summary>
    Waiting = 1,

    /// <summary>Every step was taken.</summary>
    Spent = 2,

    /// <summary>Somebody acknowledged.</summary>
    Acknowledged = 3,

    /// <summary>Shelved, suppressed or out of service: somebody decided about it.</summary>
    SetAside = 4,

    /// <summary>The condition is gone, and the rule stops then; or the alarm stands no more.</summary>
    Over = 5,
}

/// <summary>That one rule tells of one alarm, and how far it has come (通知). One row for each pair, so nothing is told twice.</summary>
public sealed class Notice
{
    public long Id { get; init; }

    public long AlarmId { get; init; }

    public long RuleId { get; init; }

    public NoticeState State { get; set; }

    /// <summary>Steps taken.</summary>
    public int Steps { get; set; }

    /// <summary>When the next step is due; <c>null</c> when none is.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>From here the minutes of the steps count.</summary>
    public DateTimeOffset Began { get; set; }
}

/// <summary>Up to which alarm the rules have been asked. One row.</summary>
internal sealed class NoticeCursor
{
    public int Id { get; init; } = 1;

    public long AlarmId { get; set; }
}

internal sealed class NoticeTable : IEntityTypeConfiguration<Notice>
{
    public void Configure(EntityTypeBuilder<Notice> builder)
    {
        builder.ToTable("operations_notice");
        builder.IsNotAudited();
        builder.HasIndex(n => new { n.AlarmId, n.RuleId }).IsUnique();
        builder.HasIndex(n => n.Due);
        builder.HasIndex(n => n.Began);
    }
}

internal sealed class NoticeCursorTable : IEntityTypeConfiguration<NoticeCursor>
{
    public void Configure(EntityTypeBuilder<NoticeCursor> builder)
    {
        builder.ToTable("operations_notice_cursor");
        builder.IsNotAudited();
        builder.Property(c => c.Id).ValueGeneratedNever();
    }
}
