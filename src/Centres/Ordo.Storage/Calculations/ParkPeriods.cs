using Ordo.Foundation.Expressions;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Months;
using Ordo.Storage.Reading;

namespace Ordo.Storage.Calculations;

/// <summary>Hours, days, months and years of the park, with the one asked for last of each remembered. Not thread-safe.</summary>
internal sealed class ParkPeriods(ParkCalendar calendar)
{
    private const long Margin = 400 * 86_400_000L;
    private readonly (long Start, long End)[] known = [.. Enum.GetValues<CalendarPeriod>().Select(_ => (0L, 0L))];

    public long StartOf(long timeMs, CalendarPeriod period) => Of(timeMs, period).Start;

    /// <summary>The first moment of the next.</summary>
    public long EndOf(long timeMs, CalendarPeriod period) => Of(timeMs, period).End;

    private (long Start, long End) Of(long timeMs, CalendarPeriod period)
    {
        ref (long Start, long End) last = ref known[(int)period];
        if (timeMs < last.Start || timeMs >= last.End) last = Find(timeMs, period);
        return last;
    }

    private (long, long) Find(long timeMs, CalendarPeriod period)
    {
        // A broken clock may say a year that no calendar has: there every time stands for itself.
        if (timeMs < Month.FirstNamed + Margin || timeMs > Month.LastNamed - Margin) return (timeMs, timeMs + 1);
        switch (period)
        {
            case CalendarPeriod.Hour:
                long hour = calendar.StepStarts(timeMs, timeMs + 1, Step.Fixed(TimeSpan.FromHours(1)))[0];
                return (hour, hour + 3_600_000);
            case CalendarPeriod.Day:
                long[] days = calendar.StepStarts(timeMs, timeMs + (26 * 3_600_000L), Step.Day);
                return (days[0], days[1]);
            case CalendarPeriod.Month:
                long[] months = calendar.StepStarts(timeMs, timeMs + (32 * 86_400_000L), Step.Month);
                return (months[0], months[1]);
            default:
                long[] around = calendar.StepStarts(timeMs - (366 * 86_400_000L), timeMs + (367 * 86_400_000L), Step.Month);
                long[] januaries = [.. around.Where(start => LocalMonth(start) == 1)];
                return (januaries.Last(start => start <= timeMs), januaries.First(start => start > timeMs));
        }
    }

    private int LocalMonth(long timeMs) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(timeMs), calendar.Zone).Month;
}
