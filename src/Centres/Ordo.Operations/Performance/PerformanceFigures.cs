using Ordo.Operations.Alarms;

namespace Ordo.Operations.Performance;

/// <summary>Makes the figures of what was counted; a function of its arguments and of the published targets.</summary>
public static class PerformanceFigures
{
    private const double PeriodsPerDay = 144;

    /// <summary>Alarms by count, most first; of equal ones the one that was met first.</summary>
    public static int[] MostFrequent(ReadOnlySpan<int> perAlarm, int most)
    {
        var queue = new PriorityQueue<int, (int Count, int Number)>();
        for (int number = 0; number < perAlarm.Length; number++)
        {
            if (perAlarm[number] == 0) continue;
            queue.Enqueue(number, (perAlarm[number], -number));
            if (queue.Count > most) queue.Dequeue();
        }

        int[] top = new int[queue.Count];
        for (int i = top.Length - 1; i >= 0; i--) top[i] = queue.Dequeue();
        return top;
    }

    /// <param name="counted">What happened in the period.</param>
    /// <param name="floods">In it.</param>
    /// <param name="periodMs">Length of the period.</param>
    /// <param name="operators">Positions that share the alarms.</param>
    /// <param name="staleOnWorstDay">Stale alarms on the worst day.</param>
    /// <param name="day">Whose edition of the targets holds.</param>
    public static IReadOnlyList<PerformanceFigure> Of(
        PerformanceCounts counted, IReadOnlyList<AlarmFlood> floods, long periodMs, int operators, int staleOnWorstDay, DateOnly day)
    {
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(floods);
        double periods = (double)periodMs / PerformanceCounts.PeriodMs;
        double rate = counted.Total / periods / operators;
        int topTen = MostFrequent(counted.PerAlarm, 10).Sum(number => counted.PerAlarm[number]);
        int busy = counted.PerTenMinutes.Count(count => count > AlarmFlood.BeginsAbove * operators);
        var (chattering, fleeting) = Restless(counted);
        return
        [
            Figure("averageRate", rate),
            Figure("perDay", rate * PeriodsPerDay),
            Figure("peak", Math.Ceiling((double)counted.PerTenMinutes.Max() / operators)),
            Figure("busyPeriods", Percent(busy, counted.PerTenMinutes.Length)),
            Figure("timeInFlood", Percent(floods.Sum(flood => flood.Periods), counted.PerTenMinutes.Length)),
            Figure("topTen", counted.Total == 0 ? null : Percent(topTen, counted.Total)),
            Figure("chattering", chattering),
            Figure("fleeting", fleeting),
            Figure("stale", staleOnWorstDay),
            .. Enumerable.Range(AlarmPriority.Highest, AlarmPriority.Lowest)
                .Select(priority => Figure($"priority{priority}", counted.Total == 0 ? null : Percent(counted.PerPriority[priority], counted.Total))),
        ];

        PerformanceFigure Figure(string code, double? value)
        {
            PerformanceTarget? target = PerformanceTarget.Find(code, day);
            return new(code, value, target, value is { } measured ? target?.Judge(measured) : null);
        }
    }

    public static double Percent(int part, int whole) => 100.0 * part / whole;

    /// <summary>How many alarms chattered, and how many had fleeting occurrences.</summary>
    private static (int Chattering, int Fleeting) Restless(PerformanceCounts counted)
    {
        int chattering = 0, fleeting = 0;
        foreach (ref readonly ChatterWatch alarm in counted.Chatter)
        {
            if (alarm.Episodes > 0) chattering++;
            if (alarm.Fleeting > 0) fleeting++;
        }

        return (chattering, fleeting);
    }
}
