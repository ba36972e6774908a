namespace Ordo.Operations.Performance;

/// <summary>An alarm that stood longer than a day without a break.</summary>
/// <param name="Occurrence">Its id.</param>
/// <param name="RaisedMs">When it rose.</param>
/// <param name="ReturnedMs">When it cleared; <c>null</c> while it stands.</param>
public readonly record struct Standing(long Occurrence, long RaisedMs, long? ReturnedMs);

/// <summary>Stale alarms (长期报警): active longer than 24 h, acknowledged or not.</summary>
public static class StaleAlarms
{
    public const long AfterMs = DayMs;
    private const long DayMs = 86_400_000;

    /// <returns>How many alarms were stale on the worst day of the period; days are counted back from its end.</returns>
    public static int WorstDay(IReadOnlyCollection<Standing> standing, long fromMs, long toMs)
    {
        ArgumentNullException.ThrowIfNull(standing);
        int[] days = new int[Math.Max(1, (int)((toMs - fromMs + DayMs - 1) / DayMs))];
        foreach (Standing alarm in standing)
        {
            long begin = Math.Max(alarm.RaisedMs + AfterMs, fromMs), end = Math.Min(alarm.ReturnedMs ?? toMs, toMs);
            if (begin > end || alarm.RaisedMs + AfterMs > end) continue;
            int last = DayOf(begin), first = DayOf(end);
            for (int day = first; day <= last; day++) days[day]++;
        }

        return days.Max();

        int DayOf(long timeMs) => Math.Min((int)((toMs - timeMs) / DayMs), days.Length - 1);
    }
}
