using Ordo.Foundation.Telemetry;
using Ordo.Storage.Months;
using Ordo.Storage.Reading;

namespace Ordo.Storage.Rollups;

/// <summary>Length of the buckets of a rollup. On disk: never renumber.</summary>
internal enum Resolution : byte
{
    Minute = 1,
    Hour = 2,

    /// <summary>A day of the park.</summary>
    Day = 3,
}

/// <summary>Where the buckets of a resolution begin, and how many stand in one row of a month file.</summary>
internal static class Resolutions
{
    public const long MinuteMs = 60_000;
    public const long HourMs = 3_600_000;
    public const long DayMs = 86_400_000;

    /// <summary>Finest first.</summary>
    public static readonly Resolution[] All = [Resolution.Minute, Resolution.Hour, Resolution.Day];

    /// <summary>Nominal length of a bucket.</summary>
    public static long LengthOf(Resolution resolution) => resolution switch
    {
        Resolution.Minute => MinuteMs,
        Resolution.Hour => HourMs,
        _ => DayMs,
    };

    /// <summary>The coarsest resolution whose buckets never cross a step's end; <c>null</c> when only chunks can tell.</summary>
    public static Resolution? For(Step step, long[] starts)
    {
        if (step.Unit != Step.StepUnit.Fixed) return Resolution.Day;
        if (starts[0] % HourMs == 0 && step.Milliseconds % HourMs == 0) return Resolution.Hour;
        return starts[0] % MinuteMs == 0 && step.Milliseconds % MinuteMs == 0 ? Resolution.Minute : null;
    }

    /// <summary>The stretch of time whose buckets stand in one row: a day of minutes, a month of hours and of days.</summary>
    public static (long Start, long Last) BlockOf(Resolution resolution, Month month, long time)
    {
        if (resolution != Resolution.Minute) return (month.Start, month.Last);
        long start = Floor(time, DayMs);
        return (start, start + DayMs - 1);
    }

    /// <summary>Starts of the buckets that meet a stretch of time, the first moved to where the stretch begins: a day of the park may belong to two months.</summary>
    public static long[] BucketStarts(Resolution resolution, long from, long to, ParkCalendar calendar)
    {
        if (from >= to) return [];
        long[] starts = resolution == Resolution.Day ? calendar.StepStarts(from, to, Step.Day) : FixedStarts(from, to, LengthOf(resolution));
        starts[0] = from;
        return starts;
    }

    /// <summary>The last start of a bucket at or before a time.</summary>
    public static long FloorOf(Resolution resolution, long time, ParkCalendar calendar) =>
        resolution == Resolution.Day ? calendar.StepStarts(time, time + 1, Step.Day)[0] : Floor(time, LengthOf(resolution));

    /// <summary>Whether a month's times have buckets at all: near the two ends of time no calendar has days.</summary>
    public static bool HasBuckets(Month month) => month.Start > Month.FirstNamed && month.Last < Month.LastNamed - (100 * DayMs);

    private static long[] FixedStarts(long from, long to, long length)
    {
        long first = Floor(from, length);
        var starts = new long[((to - first) + length - 1) / length];
        for (int i = 0; i < starts.Length; i++) starts[i] = first + (i * length);
        return starts;
    }

    private static long Floor(long time, long length) => time - (((time % length) + length) % length);
}
