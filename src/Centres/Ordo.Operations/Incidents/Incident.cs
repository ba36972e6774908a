using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Incidents;

/// <summary>Stored: never renumber, only add.</summary>
public enum IncidentState : byte
{
    /// <summary>已登记: opened, nobody works on it yet.</summary>
    Open = 1,

    /// <summary>处置中</summary>
    InProgress = 2,

    /// <summary>已控制: the danger is over, work remains.</summary>
    Contained = 3,

    /// <summary>已关闭: with its report; nothing changes any more unless it is opened again.</summary>
    Closed = 4,
}

/// <summary>Something that has happened and is dealt with (事件), from the first alarm to the closing report.</summary>
public sealed class Incident
{
    public const int MaxTitleLength = 120, MaxTextLength = 8000;

    public long Id { get; init; }

    public required string Title { get; set; }

    /// <summary>Where; <c>null</c> is the whole server.</summary>
    public long? AssetId { get; init; }

    /// <summary>1 (highest) … 4 (lowest), as of alarms.</summary>
    public int Priority { get; set; }

    public IncidentState State { get; set; }

    /// <summary>When it happened, as far as is known.</summary>
    public DateTimeOffset Occurred { get; set; }

    public DateTimeOffset Opened { get; init; }

    public long OpenedById { get; init; }

    public required string OpenedBy { get; init; }

    /// <summary>Who leads; an account.</summary>
    public long? LeaderId { get; set; }

    public DateTimeOffset? Closed { get; set; }

    public string? ClosedBy { get; set; }

    /// <summary>Of the closing report: what happened (经过).</summary>
    public string Course { get; set; } = "";

    /// <summary>Of the closing report: why (原因).</summary>
    public string Cause { get; set; } = "";

    /// <summary>Of the closing report: damage (损失与影响).</summary>
    public string Consequence { get; set; } = "";

    /// <summary>Of the closing report: so that it does not happen again (整改措施).</summary>
    public string Measures { get; set; } = "";

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

/// <summary>Stored: never renumber, only add.</summary>
public enum IncidentEntryKind : byte
{
    Opened = 1,
    AlarmAdded = 2,

    /// <summary>Somebody did something.</summary>
    Action = 3,
    Note = 4,
    Picture = 5,
    TaskAdded = 6,
    TaskDone = 7,
    TaskDropped = 8,
    PersonAdded = 9,
    StateChanged = 10,
    Changed = 11,
}

/// <summary>A line of the timeline (时间线); append-only.</summary>
public sealed class IncidentEntry
{
    public long Id { get; init; }

    public long IncidentId { get; init; }

    public IncidentEntryKind Kind { get; init; }

    /// <summary>When it happened; for actions and notes somebody may say so.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset Recorded { get; init; }

    public long AuthorId { get; init; }

    public required string Author { get; init; }

    /// <summary>What somebody wrote; for what the server writes itself, its subject.</summary>
    public string Text { get; init; } = "";

    public long? AlarmId { get; init; }

    public long? PictureId { get; init; }

    /// <summary>After a change of state.</summary>
    public IncidentState? State { get; init; }
}

/// <summary>An alarm that belongs to an incident.</summary>
public sealed class IncidentAlarm
{
    public long IncidentId { get; init; }

    public long AlarmId { get; init; }
}

/// <summary>Stored: never renumber, only add.</summary>
public enum IncidentTaskState : byte
{
    Open = 1,
    Done = 2,
    Dropped = 3,
}

/// <summary>Something somebody has to do (任务).</summary>
public sealed class IncidentTask
{
    public const int MaxTitleLength = 200;

    public long Id { get; init; }

    public long IncidentId { get; init; }

    public required string Title { get; set; }

    public long? AssigneeId { get; set; }

    public string? Assignee { get; set; }

    public DateTimeOffset? Due { get; set; }

    public IncidentTaskState State { get; set; } = IncidentTaskState.Open;

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Finished { get; set; }

    public string? FinishedBy { get; set; }

    public int Version { get; set; } = 1;
}

/// <summary>Somebody who was there or helped (参与人员): with an account or without.</summary>
public sealed class IncidentPerson
{
    public const int MaxLength = 64;

    public long Id { get; init; }

    public long IncidentId { get; init; }

    public long? AccountId { get; init; }

    public required string Name { get; init; }

    /// <summary>现场指挥, 目击者, 受伤 …</summary>
    public required string Role { get; init; }
}

/// <summary>A picture of an incident; what it shows is in <see cref="Content"/>.</summary>
public sealed class IncidentPicture
{
    public const int MaxNameLength = 120;

    public long Id { get; init; }

    public long IncidentId { get; init; }

    public required string Name { get; init; }

    /// <summary>By what the bytes are, never by what the sender says.</summary>
    public required string ContentType { get; init; }

    public int Size { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public required string Sha256 { get; init; }

    public required byte[] Content { get; init; }
}

internal sealed class IncidentTable : IEntityTypeConfiguration<Incident>
{
    public void Configure(EntityTypeBuilder<Incident> builder)
    {
        builder.ToTable("operations_incident");
        builder.IsAudited("incident", i => i.Title, i => i.AssetId);
        builder.Property(i => i.Title).HasMaxLength(Incident.MaxTitleLength);
        builder.Property(i => i.OpenedBy).HasMaxLength(64);
        builder.Property(i => i.ClosedBy).HasMaxLength(64);
        builder.Property(i => i.Version).IsConcurrencyToken();
        builder.HasIndex(i => new { i.State, i.Id });
    }
}

internal sealed class IncidentEntryTable : IEntityTypeConfiguration<IncidentEntry>
{
    public void Configure(EntityTypeBuilder<IncidentEntry> builder)
    {
        builder.ToTable("operations_incident_entry");
        builder.IsNotAudited(); // a journal itself
        builder.Property(e => e.Author).HasMaxLength(64);
        builder.HasOne<Incident>().WithMany().HasForeignKey(e => e.IncidentId).OnDelete(DeleteBehavior.NoAction);
        builder.HasIndex(e => e.IncidentId);
    }
}

internal sealed class IncidentAlarmTable : IEntityTypeConfiguration<IncidentAlarm>
{
    public void Configure(EntityTypeBuilder<IncidentAlarm> builder)
    {
        builder.ToTable("operations_incident_alarm");
        builder.IsNotAudited(); // the timeline says it
        builder.HasKey(a => new { a.IncidentId, a.AlarmId });
        builder.HasOne<Incident>().WithMany().HasForeignKey(a => a.IncidentId).OnDelete(DeleteBehavior.NoAction);
        builder.HasIndex(a => a.AlarmId);
    }
}

internal sealed class IncidentTaskTable : IEntityTypeConfiguration<IncidentTask>
{
    public void Configure(EntityTypeBuilder<IncidentTask> builder)
    {
        builder.ToTable("operations_incident_task");
        builder.IsNotAudited(); // the timeline says it
        builder.Property(t => t.Title).HasMaxLength(IncidentTask.MaxTitleLength);
        builder.Property(t => t.Assignee).HasMaxLength(64);
        builder.Property(t => t.FinishedBy).HasMaxLength(64);
        builder.Property(t => t.Version).IsConcurrencyToken();
        builder.HasOne<Incident>().WithMany().HasForeignKey(t => t.IncidentId).OnDelete(DeleteBehavior.NoAction);
        builder.HasIndex(t => t.IncidentId);
    }
}

internal sealed class IncidentPersonTable : IEntityTypeConfiguration<IncidentPerson>
{
    public void Configure(EntityTypeBuilder<IncidentPerson> builder)
    {
        builder.ToTable("operations_incident_person");
        builder.IsNotAudited(); // the timeline says it
        builder.Property(p => p.Name).HasMaxLength(IncidentPerson.MaxLength);
        builder.Property(p => p.Role).HasMaxLength(IncidentPerson.MaxLength);
        builder.HasOne<Incident>().WithMany().HasForeignKey(p => p.IncidentId).OnDelete(DeleteBehavior.NoAction);
        builder.HasIndex(p => p.IncidentId);
    }
}

internal sealed class IncidentPictureTable : IEntityTypeConfiguration<IncidentPicture>
{
    public void Configure(EntityTypeBuilder<IncidentPicture> builder)
    {
        builder.ToTable("operations_incident_picture");
        builder.IsNotAudited(); // the timeline says it
        builder.Property(p => p.Name).HasMaxLength(IncidentPicture.MaxNameLength);
        builder.Property(p => p.ContentType).HasMaxLength(32);
        builder.Property(p => p.Sha256).HasMaxLength(64);
        builder.HasOne<Incident>().WithMany().HasForeignKey(p => p.IncidentId).OnDelete(DeleteBehavior.NoAction);
        builder.HasIndex(p => p.IncidentId);
    }
}
