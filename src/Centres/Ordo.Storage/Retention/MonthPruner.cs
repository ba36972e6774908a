using System.Globalization;
using Ordo.Storage.Months;
using Ordo.Storage.Rollups;

namespace Ordo.Storage.Retention;

/// <summary>Ages in days of samples and of rollups; <c>null</c> is for ever.</summary>
internal readonly record struct Ages(int? Raw, int? Minute, int? Hour, int? Day)
{
    public static readonly Ages Forever;

    public int? Of(Resolution resolution) => resolution switch
    {
        Resolution.Minute => Minute,
        Resolution.Hour => Hour,
        _ => Day,
    };

    public static bool IsPast(Month month, int? days, DateTimeOffset now) => days is { } age && month.Last < now.ToUnixTimeMilliseconds() - (age * Resolutions.DayMs);
}

/// <summary>What a sweep would do, or has done, to one month.</summary>
/// <param name="Month"><c>2026-01</c>.</param>
/// <param name="IsWhole">Nothing of it is kept: the file goes.</param>
/// <param name="RawSeries">Series whose samples go; their rollups remain.</param>
/// <param name="RollupSeries">Series of which some rollups go.</param>
/// <param name="KeptSeries">Series that are past their age and stay, because no rollup tells what their samples do: they are sparse, and hardly longer.</param>
/// <param name="Bytes">Of the file before.</param>
/// <param name="FreedBytes">What the sweep gave back; 0 for what it would do.</param>
public sealed record MonthSweep(string Month, bool IsWhole, int RawSeries, int RollupSeries, int KeptSeries, long Bytes, long FreedBytes);

/// <summary>
/// Takes out of one month what is past its age. Ages count for whole months: a month is past when its last moment is. A tier goes only when a coarser one that is still
/// kept tells all of it, or when nothing coarser is to be kept.
/// </summary>
internal sealed class MonthPruner(MonthFile file, Func<int, Ages> agesOf, DateTimeOffset now)
{
    private const int SeriesAtOnce = 500;

    private readonly List<int> raw = [];
    private readonly List<(int Series, Resolution Resolution)> rollups = [];
    private int kept;

    /// <summary>Nothing is to be kept.</summary>
    public bool IsWhole { get; private set; }

    public MonthSweep Plan()
    {
        long bytes = new FileInfo(file.Path).Length;
        using Database database = Database.Open(file.Path, create: false);
        HashSet<int> withChunks = [.. Numbers(database, "SELECT DISTINCT series FROM chunk")];
        Dictionary<(int, Resolution), long> until = Until(database);
        bool anythingStays = false;
        foreach (int series in withChunks.Union(until.Keys.Select(key => key.Item1)))
        {
            Ages ages = agesOf(series);
            Resolution[] wanted = [.. Resolutions.All.Where(resolution => !Ages.IsPast(file.Month, ages.Of(resolution), now))];
            bool isRawPast = Ages.IsPast(file.Month, ages.Raw, now), hasChunks = withChunks.Contains(series);
            long last = hasChunks ? LastOf(database, series) : long.MinValue;
            bool isTold = wanted.Any(resolution => until.TryGetValue((series, resolution), out long end) && end > last);
            bool rawGoes = hasChunks && isRawPast && (wanted.Length == 0 || isTold), rawStays = hasChunks && !rawGoes;
            if (rawGoes) raw.Add(series);
            if (rawStays && isRawPast) kept++;
            foreach (Resolution resolution in Resolutions.All)
            {
                if (!until.ContainsKey((series, resolution))) continue;
                if (wanted.Contains(resolution)) anythingStays = true;
                else if (rawStays || wanted.Length == 0 || isTold || !hasChunks) rollups.Add((series, resolution));
                else anythingStays = true;
            }

            anythingStays |= rawStays;
        }

        IsWhole = !anythingStays;
        return new(file.Month.ToString(), IsWhole, raw.Count, rollups.Select(row => row.Series).Distinct().Count(), kept, bytes, 0);
    }

    /// <summary>Takes out what <see cref="Plan"/> found, and gives the room back. Readers go on; who writes to the month waits for a transaction.</summary>
    public long Execute()
    {
        if (raw.Count == 0 && rollups.Count == 0) return 0;
        using Database database = Database.Open(file.Path, create: false);
        // Counted in pages: a reader may hold the log, and then the file itself shrinks only later.
        long before = database.Scalar("PRAGMA page_count");
        // What says that rollups are all there is of a series: a late sample must not have them made anew from itself alone.
        database.Execute("CREATE TABLE IF NOT EXISTS aged (series INTEGER PRIMARY KEY)");
        foreach (int[] some in raw.Chunk(SeriesAtOnce))
        {
            string list = string.Join(',', some.Select(series => series.ToString(CultureInfo.InvariantCulture)));
            database.Execute($"BEGIN IMMEDIATE; DELETE FROM chunk WHERE series IN ({list}); INSERT OR IGNORE INTO aged (series) VALUES {string.Join(',', some.Select(series => string.Create(CultureInfo.InvariantCulture, $"({series})")))}; COMMIT;");
        }

        foreach (var some in rollups.GroupBy(row => row.Resolution).SelectMany(group => group.Chunk(SeriesAtOnce)))
        {
            string list = string.Join(',', some.Select(row => row.Series.ToString(CultureInfo.InvariantCulture)));
            database.Execute(string.Create(CultureInfo.InvariantCulture, $"DELETE FROM rollup WHERE resolution = {(long)some[0].Resolution} AND series IN ({list})"));
        }

        database.Execute("VACUUM");
        database.Scalar("PRAGMA wal_checkpoint(TRUNCATE)");
        return Math.Max(0, before - database.Scalar("PRAGMA page_count")) * database.Scalar("PRAGMA page_size");
    }

    /// <summary>How far the rollups of each series reach. Those of minutes are one row a day; one that is missing was a day without samples.</summary>
    private static Dictionary<(int, Resolution), long> Until(Database database)
    {
        var until = new Dictionary<(int, Resolution), long>();
        using Statement rows = database.Prepare("SELECT series, resolution, max(until) FROM rollup GROUP BY resolution, series");
        while (rows.Step()) until[((int)rows.Int64(0), (Resolution)rows.Int64(1))] = rows.Int64(2);
        return until;
    }

    private static long LastOf(Database database, int series)
    {
        using Statement row = database.Prepare("SELECT start, data FROM chunk WHERE series = ?1 ORDER BY start DESC LIMIT 1");
        return row.Bind(1, series).Step() ? Chunks.ChunkCodec.ReadHead(row.Int64(0), row.Blob(1)).Last : long.MinValue;
    }

    private static List<int> Numbers(Database database, string sql)
    {
        var numbers = new List<int>();
        using Statement rows = database.Prepare(sql);
        while (rows.Step()) numbers.Add((int)rows.Int64(0));
        return numbers;
    }
}
