using System.ComponentModel;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Operations.Notifications.Rules;

/// <summary>Who is told of which alarms, and who next when nobody reacts (通知规则).</summary>
public sealed class RoutingRule
{
    public const int MaxNameLength = 64;

    public long Id { get; init; }

    public required string Name { get; set; }

    public bool Enabled { get; set; }

    /// <summary>Alarms of this asset and everything below; <c>null</c> is everywhere.</summary>
    public long? AssetId { get; set; }

    /// <summary><see cref="RoutingConditions"/> as JSON.</summary>
    public required string Conditions { get; set; }

    /// <summary>List of <see cref="RoutingStep"/> as JSON.</summary>
    public required string Steps { get; set; }

    /// <summary>When it was made or switched on: it tells of what rises from then on, never of what stood there before.</summary>
    public DateTimeOffset ActiveFrom { get; set; }

    /// <summary>Raised by one at each change: the ETag.</summary>
    public int Version { get; set; } = 1;
}

/// <summary>Which alarms a rule is for.</summary>
/// <param name="Priorities">Any of these; empty means all.</param>
/// <param name="Systems">Any of these, see <c>SystemsOf</c>; empty means all.</param>
/// <param name="Quiet">Hours in which people are left alone.</param>
/// <param name="StopWhenReturned">No further step once the condition is gone, although nobody acknowledged.</param>
public sealed record RoutingConditions(
    IReadOnlyList<int>? Priorities = null, IReadOnlyList<string>? Systems = null, QuietHours? Quiet = null, bool StopWhenReturned = false);

/// <summary>What happens to messages in quiet hours.</summary>
public enum QuietMode
{
    /// <summary>They wait, and go when the quiet hours end and the alarm still stands.</summary>
    Hold,

    /// <summary>The rule does not hold in these hours.</summary>
    Drop,
}

/// <summary>Hours in which people are left alone (免打扰), in the park's time.</summary>
/// <param name="From"><c>22:00</c>; when it is later than <paramref name="To"/> the hours go over midnight.</param>
/// <param name="To"><c>07:00</c>.</param>
/// <param name="Days">Days on which they begin; 1 is Monday, 7 Sunday; none means every day.</param>
/// <param name="UrgentPriority">Alarms of this priority or a more urgent one are told all the same; 0 means none are.</param>
/// <param name="Mode">What happens to the others.</param>
public sealed record QuietHours(
    [property: Description("HH:mm")] string From, [property: Description("HH:mm")] string To, IReadOnlyList<int>? Days = null, int UrgentPriority = 1, QuietMode Mode = QuietMode.Hold)
{
    public bool Spares(int priority) => priority <= UrgentPriority;

    /// <summary>When the quiet hours end that hold at a local time; <c>null</c> when none do.</summary>
    public DateTime? EndAt(DateTime local)
    {
        (TimeOnly from, TimeOnly to) = (TimeOnly.ParseExact(From, "HH:mm"), TimeOnly.ParseExact(To, "HH:mm"));
        // They may have begun yesterday.
        foreach (int back in (int[])[0, 1])
        {
            DateTime day = local.Date.AddDays(-back), start = day + from.ToTimeSpan(), end = day + to.ToTimeSpan();
            if (end <= start) end = end.AddDays(1);
            if (local >= start && local < end && BeginsOn(day.DayOfWeek)) return end;
        }
        return null;
    }

    private bool BeginsOn(DayOfWeek day) => Days is not { Count: > 0 } days || days.Contains(day == DayOfWeek.Sunday ? 7 : (int)day);
}

/// <summary>One step of a rule.</summary>
/// <param name="AfterMinutes">After the alarm rose, if nobody acknowledged it; the first step has 0. Half a minute is 0.5.</param>
/// <param name="Recipients">Who is told, over the channels with personal addresses, and called by name on the robots'.</param>
/// <param name="ChannelIds">Over which channels.</param>
public sealed record RoutingStep(double AfterMinutes, IReadOnlyList<RoutingRecipient> Recipients, IReadOnlyList<long> ChannelIds);

public enum RecipientKind
{
    /// <summary>One account.</summary>
    Person,

    /// <summary>Every account that has a role over the alarm's asset.</summary>
    Role,

    /// <summary>Who is on duty on a roster when the step is due.</summary>
    Duty,
}

/// <param name="Id">Account or roster.</param>
/// <param name="Role">Code of the role.</param>
public sealed record RoutingRecipient(RecipientKind Kind, long? Id = null, string? Role = null);

internal sealed class RoutingRuleTable : IEntityTypeConfiguration<RoutingRule>
{
    public void Configure(EntityTypeBuilder<RoutingRule> builder)
    {
        builder.ToTable("operations_rule");
        builder.IsAudited("notificationRule", r => r.Name, r => r.AssetId);
        builder.Property(r => r.Name).HasMaxLength(RoutingRule.MaxNameLength);
        builder.Property(r => r.Version).IsConcurrencyToken();
    }
}
