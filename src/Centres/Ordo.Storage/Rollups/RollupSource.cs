using Ordo.Storage.Chunks;
using Ordo.Storage.Months;
using Ordo.Storage.Reading;

namespace Ordo.Storage.Rollups;

/// <summary>Buckets that stand in for chunks.</summary>
/// <param name="Buckets">The buckets of a row; true until the next run is asked for.</param>
/// <param name="Starts">Their starts.</param>
/// <param name="First">The first bucket of the run.</param>
/// <param name="End">Behind its last; equal to <paramref name="First"/> when the chunks must be read up to <paramref name="Last"/>.</param>
/// <param name="Last">Last time of the run, in it.</param>
internal readonly record struct RollupRun(Statistics[] Buckets, long[] Starts, int First, int End, long Last);

/// <summary>Finds the rollups that tell a range of one series as well as its chunks would: whole buckets for which memory holds nothing.</summary>
internal sealed class RollupSource(Resolution resolution, ParkCalendar calendar, Figures wanted)
{
    /// <summary>Rows of one query whose starts are kept: those of all series end at the same few moments.</summary>
    private const int MostKept = 256;

    private readonly RollupBlock block = new();
    private readonly Dictionary<(long Start, long Until), long[]> known = [];
    private Month? month;
    private long start, until;
    private Statistics[] buckets = [];
    private long[] starts = [];

    /// <summary>Forgets the row it holds; before another series.</summary>
    public void Clear() => month = null;

    /// <summary>From a time on: a run of buckets, or how far chunks must be read until the next one; <c>null</c> when no rollup helps in this month.</summary>
    /// <param name="file">The month.</param>
    /// <param name="series">Whose rollups.</param>
    /// <param name="from">First time wanted.</param>
    /// <param name="last">Last time wanted, in the month.</param>
    /// <param name="memory">Samples in memory: a bucket with any of them is left to the chunks.</param>
    public RollupRun? Find(MonthFile file, int series, long from, long last, SampleBuffer memory)
    {
        if (!Resolutions.HasBuckets(file.Month)) return null;
        if (month != file.Month || (resolution == Resolution.Minute && (from < start || from >= start + Resolutions.DayMs))) Load(file, series, from);
        if (from >= until) return null;
        int at = starts.AsSpan().BinarySearch(from);
        int first = at >= 0 ? at : ~at;
        if (first < starts.Length && starts[first] == from && until - 1 <= last && memory.IndexOf(from) == memory.IndexOf(until)) return new(buckets, starts, first, starts.Length, until - 1);
        while (first < starts.Length && !IsWhole(first, last, memory)) first++;
        if (first == starts.Length) return null;
        if (starts[first] > from) return new(buckets, starts, 0, 0, starts[first] - 1);

        int end = first + 1;
        while (end < starts.Length && IsWhole(end, last, memory)) end++;
        return new(buckets, starts, first, end, EndOf(end - 1) - 1);
    }

    private bool IsWhole(int bucket, long last, SampleBuffer memory)
    {
        long end = EndOf(bucket);
        return end - 1 <= last && memory.IndexOf(starts[bucket]) == memory.IndexOf(end);
    }

    private long EndOf(int bucket) => bucket + 1 < starts.Length ? starts[bucket + 1] : until;

    private void Load(MonthFile file, int series, long time)
    {
        (month, start, until, starts) = (file.Month, Resolutions.BlockOf(resolution, file.Month, time).Start, long.MinValue, []);
        using MonthFile.Lease lease = file.Read();
        lease.Reader.ReadRollup(resolution, series, time, (rowStart, rowUntil, data) =>
        {
            if (rowStart != start || block.Read(new(series, resolution, rowStart, calendar.ZoneChecksum), data, wanted, ref buckets) is not { } count) return;
            long[] found = StartsOf(rowStart, rowUntil);
            if (found.Length == count) (until, starts) = (rowUntil, found);
        });
    }

    private long[] StartsOf(long rowStart, long rowUntil)
    {
        if (known.TryGetValue((rowStart, rowUntil), out long[]? found)) return found;
        if (known.Count == MostKept) known.Clear();
        return known[(rowStart, rowUntil)] = Resolutions.BucketStarts(resolution, rowStart, rowUntil, calendar);
    }
}
