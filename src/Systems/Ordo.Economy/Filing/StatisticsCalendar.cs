namespace Ordo.Economy.Filing;

/// <summary>When forms of a kind are due, as days after the end of their period.</summary>
/// <param name="Form">Code of the form.</param>
/// <param name="DeadlineMonths">Months after the end of the period.</param>
/// <param name="DeadlineDay">Day of that month on which it is due, to the end of the day.</param>
/// <param name="CheckDays">Days that the park has for its check.</param>
/// <param name="AcceptDays">Days that the region has after that.</param>
/// <param name="ReleaseDays">Days after the deadline on which totals may be read by those who may not read single forms.</param>
/// <param name="RemindDays">Days before the deadline on which who has not filed is reminded.</param>
/// <param name="LateDays">Days after the deadline on which who is late is reminded; the first day by default.</param>
public sealed record CalendarRule(string Form, int DeadlineMonths, int DeadlineDay, int CheckDays, int AcceptDays, int ReleaseDays, IReadOnlyList<int> RemindDays, IReadOnlyList<int>? LateDays = null)
{
    /// <summary>Days before (positive) or after (negative) the deadline of the newest reminder that is due, <c>null</c> when none is yet.</summary>
    public int? ReminderDue(int daysLeft) => daysLeft < 0
        ? (LateDays ?? [1]).Where(days => days <= -daysLeft).Select(days => (int?)-days).Min()
        : RemindDays.Where(days => days >= daysLeft).Select(days => (int?)days).Min();
}

/// <summary>One period of a form that is due on another day, by notice.</summary>
public sealed record CalendarException(string Form, string Period, DateOnly Deadline);

/// <summary>The calendar of statistics (统计报送日历). January and February are one period, due in March.</summary>
/// <param name="RemindHour">Hour of the park's day from which reminders are sent.</param>
public sealed record StatisticsCalendar(string Edition, string Source, bool Verified, IReadOnlyList<CalendarRule> Rules, IReadOnlyList<CalendarException> Exceptions, int RemindHour = 9)
{
    private static readonly CalendarRule Fallback = new("", 1, 15, 5, 5, 15, [3]);

    public CalendarRule RuleOf(string form) => Rules.FirstOrDefault(rule => rule.Form == form) ?? Fallback;

    /// <summary>The last day on which it is on time.</summary>
    public DateOnly DeadlineOf(string form, Period period)
    {
        string name = period.ToString();
        if (Exceptions.FirstOrDefault(exception => exception.Form == form && exception.Period == name) is { } moved) return moved.Deadline;
        CalendarRule rule = RuleOf(form);
        DateOnly month = new DateOnly(period.Year, period.Last, 1).AddMonths(rule.DeadlineMonths);
        return month.AddDays(Math.Min(rule.DeadlineDay, DateTime.DaysInMonth(month.Year, month.Month)) - 1);
    }

    /// <summary>From this day on its totals are released (发布).</summary>
    public DateOnly ReleaseOf(string form, Period period) => DeadlineOf(form, period).AddDays(RuleOf(form).ReleaseDays);
}
