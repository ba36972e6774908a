namespace Ordo.Operations.Reports;

/// <summary>When reports are due, in the park's time. Pure.</summary>
internal static class ReportSchedule
{
    /// <summary>Periods that are written after a standstill; older ones are left out, and anybody may still ask for them.</summary>
    public const int MaxCatchUp = 31;

    /// <summary>The first moment after another at which a report is due: so many minutes after midnight of the day after a period.</summary>
    public static DateTimeOffset NextAfter(ReportKind kind, int runAtMinutes, DateTimeOffset after, ParkClock park)
    {
        ReportPeriod period = ReportPeriod.Of(kind, DateOnly.FromDateTime(park.LocalOf(after))).Previous;
        while (DueOf(period, runAtMinutes, park) <= after) period = period.Next;
        return DueOf(period, runAtMinutes, park);
    }

    /// <summary>The period that is written at a moment at which a report is due.</summary>
    public static ReportPeriod PeriodAt(ReportKind kind, DateTimeOffset due, ParkClock park) => ReportPeriod.Of(kind, DateOnly.FromDateTime(park.LocalOf(due))).Previous;

    private static DateTimeOffset DueOf(ReportPeriod period, int runAtMinutes, ParkClock park) => park.InstantOf(period.End.ToDateTime(TimeOnly.MinValue).AddMinutes(runAtMinutes));
}
