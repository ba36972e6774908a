using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;
using Ordo.Operations.Notifications.Channels;

namespace Ordo.Operations.Notifications;

/// <summary>How far a message has come. Stored: never renumber, only add.</summary>
public enum DeliveryState : byte
{
    /// <summary>Waits for its time; further alarms may still join it.</summary>
    Queued = 1,

    /// <summary>On its way to the receiver; nothing of it has been handed over. After a crash it is sent again.</summary>
    Claimed = 2,

    /// <summary>Being handed over. After a crash nobody knows whether it arrived.</summary>
    Handing = 3,

    /// <summary>The receiver said that it has it.</summary>
    Sent = 4,

    /// <summary>It was handed over and nobody said what became of it; it is not repeated.</summary>
    PossiblySent = 5,

    /// <summary>Surely not there, and not tried again.</summary>
    Failed = 6,

    /// <summary>There was nothing left to say when its time came.</summary>
    Cancelled = 7,
}

/// <summary>One message to one recipient on one channel (投递): outbox until it is sent, log afterwards.</summary>
public sealed class Delivery
{
    public const int MaxAnswerLength = 400, MaxTitleLength = 200, MaxBodyLength = 2000;

    public long Id { get; init; }

    /// <summary>UUIDv7; the same at each attempt and known to the receiver.</summary>
    public required string Key { get; init; }

    public long ChannelId { get; init; }

    public ChannelKind ChannelKind { get; init; }

    /// <summary>The person; <c>null</c> when it goes to a group.</summary>
    public long? AccountId { get; init; }

    /// <summary>Name of the person or the channel, at that time.</summary>
    public required string Recipient { get; init; }

    /// <summary>E-mail address, telephone number or, for the browser, account at that time; empty for a group.</summary>
    public required string Address { get; init; }

    /// <summary><c>zh-CN</c> or <c>en</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Steps of the rule before this one; 0 is the first word of an alarm.</summary>
    public int Step { get; init; }

    /// <summary>Somebody pressed the test button.</summary>
    public bool IsTest { get; init; }

    /// <summary>The run of a report that it brings; <c>null</c> for messages about alarms.</summary>
    public long? ReportRunId { get; init; }

    /// <summary>What a system says in the person's language; <c>null</c> for messages that are written when they leave.</summary>
    public string? Title { get; init; }

    public string? Body { get; init; }

    /// <summary>Path in the console that the message points to.</summary>
    public string? Link { get; init; }

    public DeliveryState State { get; set; }

    /// <summary>Of the most urgent alarm in it.</summary>
    public int Priority { get; set; }

    /// <summary>Alarms it tells of; the first of them are listed.</summary>
    public int Count { get; set; }

    /// <summary>Telephone numbers a robot calls by name, with commas between.</summary>
    public string Mentions { get; set; } = "";

    /// <summary>Path of the lowest asset above all its alarms: whoever is responsible for it may read of it.</summary>
    public required string AssetPath { get; set; }

    public DateTimeOffset Created { get; init; }

    /// <summary>Not before this time.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Waits for the end of quiet hours.</summary>
    public bool Held { get; set; }

    public int Attempts { get; set; }

    /// <summary>When it was sent, failed or given up.</summary>
    public DateTimeOffset? Finished { get; set; }

    /// <summary>What the receiver said last, or what happened instead.</summary>
    public string? Answer { get; set; }
}

/// <summary>An alarm that a message tells of.</summary>
public sealed class DeliveryAlarm
{
    public long DeliveryId { get; init; }

    public Delivery? Delivery { get; init; }

    public long AlarmId { get; init; }
}

internal sealed class DeliveryTable : IEntityTypeConfiguration<Delivery>
{
    public void Configure(EntityTypeBuilder<Delivery> builder)
    {
        builder.ToTable("operations_delivery");
        builder.IsNotAudited(); // a log itself
        builder.Property(d => d.Key).HasMaxLength(36);
        builder.Property(d => d.Recipient).HasMaxLength(64);
        builder.Property(d => d.Address).HasMaxLength(Contact.MaxEmailLength);
        builder.Property(d => d.Language).HasMaxLength(8);
        builder.Property(d => d.AssetPath).HasMaxLength(400);
        builder.Property(d => d.Title).HasMaxLength(Delivery.MaxTitleLength);
        builder.Property(d => d.Body).HasMaxLength(Delivery.MaxBodyLength);
        builder.Property(d => d.Link).HasMaxLength(200);
        builder.Property(d => d.Answer).HasMaxLength(Delivery.MaxAnswerLength);
        // Who adds an alarm to a message must be sure that it has not left meanwhile.
        builder.Property(d => d.State).IsConcurrencyToken();
        builder.HasIndex(d => d.Key).IsUnique();
        builder.HasIndex(d => new { d.State, d.NotBefore });
        builder.HasIndex(d => d.Finished);
        builder.HasIndex(d => d.Created);
        builder.HasIndex(d => d.ReportRunId);
    }
}

internal sealed class DeliveryAlarmTable : IEntityTypeConfiguration<DeliveryAlarm>
{
    public void Configure(EntityTypeBuilder<DeliveryAlarm> builder)
    {
        builder.ToTable("operations_delivery_alarm");
        builder.IsNotAudited();
        builder.HasKey(a => new { a.DeliveryId, a.AlarmId });
        builder.HasIndex(a => a.AlarmId);
        builder.HasOne(a => a.Delivery).WithMany().HasForeignKey(a => a.DeliveryId).OnDelete(DeleteBehavior.Cascade);
    }
}
