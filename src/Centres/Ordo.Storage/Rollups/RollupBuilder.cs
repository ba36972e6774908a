using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;
using Ordo.Storage.Files;
using Ordo.Storage.Months;
using Ordo.Storage.OpenChunks;
using Ordo.Storage.Reading;

namespace Ordo.Storage.Rollups;

/// <summary>
/// Keeps the rollups of a month up with its chunks: minutes, hours and days of every series that is dense enough to gain by them. Used by the sealing thread, in its spare time.
/// </summary>
/// <remarks>
/// A row tells everything the chunks hold before its <c>until</c>. It stays true because a sealing that writes before that moment deletes the row in the
/// same transaction (<see cref="Sealer"/>), and every other sealing writes behind <see cref="OpenSeries.SealedUntil"/>, which no row reaches beyond.
/// </remarks>
internal sealed class RollupBuilder(MonthFiles months, OpenSeriesTable table, ParkCalendar calendar)
{
    /// <summary>Samples that a bucket must have on average: with fewer, the chunk itself is hardly longer than its rollup.</summary>
    private const int DenseEnough = 8;

    private readonly RollupBlock block = new();
    private readonly ByteWriter bytes = new(8192);

    /// <summary>Extends the rollups of some series in one month, in one transaction.</summary>
    public void Extend(Month month, IEnumerable<int> series)
    {
        if (!Resolutions.HasBuckets(month) || !months.All.ContainsKey(month)) return;
        MonthFile file = months.ToWrite(month);
        MonthWriter writer = file.Writer;
        writer.Begin();
        try
        {
            foreach (int number in series) Extend(file, writer, number);
            writer.Commit();
        }
        catch
        {
            writer.Rollback();
            throw;
        }
    }

    private void Extend(MonthFile file, MonthWriter writer, int series)
    {
        // One past the newest sample that is in a chunk: what comes later in order lies behind it. Where that is unknown the newest sample of all bounds it,
        // and with it what the next start will know.
        if (!table.TryGetLatest(series, out Sample latest)) return;
        long sealedUntil = Math.Min(table[series].SealedUntil, latest.TimeMs), sealedEnd = sealedUntil == long.MaxValue ? sealedUntil : sealedUntil + 1;
        long end = Math.Min(file.Month.Last + 1, sealedEnd);
        if (end <= file.Month.Start || writer.NewestHead(series) is not { } newest) return;
        double interval = newest.Count > 1 ? ((double)newest.Last - newest.First) / (newest.Count - 1) : double.MaxValue;
        foreach (Resolution resolution in Resolutions.All)
        {
            if (interval * DenseEnough > Resolutions.LengthOf(resolution)) continue;
            try
            {
                if (resolution == Resolution.Minute) ExtendMinutes(file, writer, series, end);
                else ExtendMonth(file, writer, series, resolution, end);
            }
            catch (TelemetryDamagedException)
            {
                return; // a range with a damaged chunk has no rollup: reading it must say what is wrong
            }
        }
    }

    /// <summary>Hours and days grow by a day at least, so that a row is written some thirty times and not with every chunk.</summary>
    private void ExtendMonth(MonthFile file, MonthWriter writer, int series, Resolution resolution, long end)
    {
        long until = end > file.Month.Last ? end : Math.Max(file.Month.Start, Resolutions.FloorOf(resolution, end, calendar));
        long known = writer.RollupUntil(resolution, series, file.Month.Start) ?? file.Month.Start;
        if (until - known < Resolutions.DayMs && (until <= file.Month.Last || until == known)) return;
        var place = new RollupBlock.Place(series, resolution, file.Month.Start, calendar.ZoneChecksum);
        Statistics[]? buckets = writer.RollupData(resolution, series, file.Month.Start) is { } data ? block.Read(place, data) : null;
        if (buckets is null) (known, buckets) = (file.Month.Start, []);
        Statistics[] added = Fold(file, series, resolution, known, until);
        Write(writer, place, [.. buckets, .. added], until);
    }

    /// <summary>Minutes are written a whole day at a time.</summary>
    private void ExtendMinutes(MonthFile file, MonthWriter writer, int series, long end)
    {
        for (long day = writer.LastRollupStart(Resolution.Minute, series) is { } last ? last + Resolutions.DayMs : FirstDay(writer, series, file.Month);
            day + Resolutions.DayMs <= end;
            day += Resolutions.DayMs)
        {
            Statistics[] minutes = Fold(file, series, Resolution.Minute, day, day + Resolutions.DayMs);
            if (Array.Exists(minutes, minute => minute.Count > 0))
                Write(writer, new(series, Resolution.Minute, day, calendar.ZoneChecksum), minutes, day + Resolutions.DayMs);
        }
    }

    private static long FirstDay(MonthWriter writer, int series, Month month) =>
        writer.OldestStart(series) is { } oldest ? Resolutions.BlockOf(Resolution.Minute, month, oldest).Start : month.Start;

    private Statistics[] Fold(MonthFile file, int series, Resolution resolution, long from, long to)
    {
        long[] starts = Resolutions.BucketStarts(resolution, from, to, calendar);
        if (starts.Length == 0) return [];
        var fold = new StepFold(starts);
        fold.Add(new SeriesScan(file).Over(series, from, to - 1), CancellationToken.None);
        return fold.Steps.ToArray();
    }

    private void Write(MonthWriter writer, RollupBlock.Place place, ReadOnlySpan<Statistics> buckets, long until)
    {
        bytes.Clear();
        block.Write(place, buckets, bytes);
        writer.PutRollup(place.Resolution, place.Series, place.Start, until, bytes.Written);
    }
}
