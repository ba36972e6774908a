using System.Globalization;

namespace Ordo.Operations.Reports;

/// <summary>How long a report's period is. Stored: never renumber, only add.</summary>
public enum ReportKind : byte
{
    /// <summary>A day of the park (日报).</summary>
    Daily = 1,

    /// <summary>Monday to Sunday (周报).</summary>
    Weekly = 2,

    /// <summary>A calendar month (月报).</summary>
    Monthly = 3,
}

/// <summary>One period of a report, in the park's calendar. Pure.</summary>
/// <param name="First">Its first day.</param>
/// <param name="End">The day after its last.</param>
public readonly record struct ReportPeriod(ReportKind Kind, DateOnly First, DateOnly End)
{
    /// <summary>The period that a day lies in.</summary>
    public static ReportPeriod Of(ReportKind kind, DateOnly day)
    {
        DateOnly first = kind switch
        {
            ReportKind.Weekly => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)),
            ReportKind.Monthly => new(day.Year, day.Month, 1),
            _ => day,
        };
        return new(kind, first, kind switch
        {
            ReportKind.Weekly => first.AddDays(7),
            ReportKind.Monthly => first.AddMonths(1),
            _ => first.AddDays(1),
        });
    }

    public ReportPeriod Previous => Of(Kind, First.AddDays(-1));

    public ReportPeriod Next => Of(Kind, End);

    /// <summary><c>2026-11-26</c>, <c>2026-11-23 – 2026-11-29</c>, <c>2026-11</c>.</summary>
    public override string ToString() => Kind switch
    {
        ReportKind.Weekly => $"{Day(First)} – {Day(End.AddDays(-1))}",
        ReportKind.Monthly => First.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        _ => Day(First),
    };

    /// <summary>The part of a calendar that a placeholder means.</summary>
    public (DateOnly First, DateOnly End) Of(ReportSpan span) => span switch
    {
        ReportSpan.Previous => (Previous.First, Previous.End),
        ReportSpan.Year => (new(First.Year, 1, 1), End),
        ReportSpan.LastYear => (First.AddYears(-1), End.AddYears(-1)),
        _ => (First, End),
    };

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>Which time a figure is about.</summary>
public enum ReportSpan
{
    /// <summary>The report's own period (本期).</summary>
    Period,

    /// <summary>The period before it (上期).</summary>
    Previous,

    /// <summary>From the first of January to the end of the period (本年累计).</summary>
    Year,

    /// <summary>The same dates of the year before (去年同期).</summary>
    LastYear,
}
