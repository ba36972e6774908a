using System.Text;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;
using Ordo.Storage.Months;

namespace Ordo.Storage.Reading;

/// <summary>Hours, days and months as the park's clocks show them.</summary>
internal sealed class ParkCalendar(TimeZoneInfo zone)
{
    private readonly long offsetMs = (long)zone.BaseUtcOffset.TotalMilliseconds;

    public TimeZoneInfo Zone => zone;

    /// <summary>Differs from zone to zone: rollups of days are of no use to another.</summary>
    public uint ZoneChecksum { get; } = Checksum.Of(Encoding.UTF8.GetBytes(zone.Id));

    /// <summary>Starts of the steps that meet a range; the first may lie before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than ten million steps, or calendar steps outside the years 1 … 9999.</exception>
    public long[] StepStarts(long from, long to, Step step) =>
        step.Unit == Step.StepUnit.Fixed ? FixedStarts(from, to, step.Milliseconds) : CalendarStarts(from, to, step.Unit);

    /// <summary>How many steps a range has, at least; enough to refuse a query before anything is computed.</summary>
    public static long CountSteps(long from, long to, Step step) => (long)(Math.Min(unchecked((ulong)(to - from)) / (ulong)step.Milliseconds, long.MaxValue / 2) + 1);

    private long[] FixedStarts(long from, long to, long length)
    {
        long first = checked(FloorTo(from + offsetMs, length) - offsetMs);
        long count = (long)(((Int128)to - first + length - 1) / length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000_000, nameof(to));
        var starts = new long[count];
        for (int i = 0; i < starts.Length; i++) starts[i] = first + (i * length);
        return starts;
    }

    private long[] CalendarStarts(long from, long to, Step.StepUnit unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, Month.FirstNamed + 86_400_000);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Month.LastNamed - (40 * 86_400_000L));
        DateTime local = TimeZoneInfo.ConvertTimeFromUtc(DateTimeOffset.FromUnixTimeMilliseconds(from).UtcDateTime, zone).Date;
        if (unit == Step.StepUnit.Month) local = new(local.Year, local.Month, 1);
        var starts = new List<long>();
        while (true)
        {
            long start = StartOf(local);
            if (start >= to) return [.. starts];
            starts.Add(start);
            local = unit == Step.StepUnit.Day ? local.AddDays(1) : local.AddMonths(1);
        }
    }

    /// <summary>The moment a local day begins. Where the clock jumps over midnight it begins with the jump; where midnight comes twice, with the first.</summary>
    private long StartOf(DateTime local)
    {
        DateTime day = local;
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        long start = new DateTimeOffset(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), offset).ToUnixTimeMilliseconds();
        if (local == day) return start;
        // Back to the very jump, which need not be at a quarter of an hour.
        while (TimeZoneInfo.ConvertTimeFromUtc(DateTimeOffset.FromUnixTimeMilliseconds(start - 60_000).UtcDateTime, zone).Date == day.Date) start -= 60_000;
        return start;
    }

    private static long FloorTo(long value, long length) => value - (((value % length) + length) % length);
}
