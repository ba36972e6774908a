using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Performance;

/// <summary>Which alarm an occurrence is of.</summary>
/// <param name="AssetId">Where it was when it rose: a definition may move.</param>
public readonly record struct AlarmIdentity(long DefinitionId, long AssetId);

/// <summary>
/// The occurrences of the last days asked for, in columns in memory, a page for each day (UTC). A day is read from the database again only after one
/// of its occurrences was written, so that figures over months cost what one pass over memory costs.
/// </summary>
public sealed class OccurrenceDays : IDisposable
{
    /// <summary>Beyond so many occurrences in memory the days longest not asked for are forgotten: about 100 MB.</summary>
    private const int MostInMemory = 5_000_000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
    private readonly IDbContextFactory<OrdoDbContext> databases;
    private readonly AlarmJournal journal;
    private readonly SemaphoreSlim reading = new(1); // one reads for all; the second finds the days in memory
    private readonly Lock gate = new(); // guards everything below
    private readonly Dictionary<DateOnly, Page> pages = [];
    private readonly Dictionary<AlarmIdentity, int> numbers = [];
    private readonly List<AlarmIdentity> alarms = [];
    private long use;

    public OccurrenceDays(IDbContextFactory<OrdoDbContext> databases, AlarmJournal journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        (this.databases, this.journal) = (databases, journal);
        journal.Written += Forget;
    }

    /// <summary>Every alarm met so far, by number. Numbers never change.</summary>
    public IReadOnlyList<AlarmIdentity> Alarms
    {
        get { lock (gate) return [.. alarms]; }
    }

    /// <summary>All occurrences raised on the days that a period touches, in the order they rose.</summary>
    public async Task<IReadOnlyList<RiseColumns>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation);
        try
        {
            DateOnly first = DateOnly.FromDateTime(from.UtcDateTime), last = DateOnly.FromDateTime(to.UtcDateTime);
            DateOnly[] days = [.. Enumerable.Range(0, last.DayNumber - first.DayNumber + 1).Select(first.AddDays)];
            Dictionary<DateOnly, Page> found = Known(days);
            // Days next to each other are read together: a query for each empty day of a year would be what takes the time.
            for (int i = 0; i < days.Length; i++)
            {
                int begin = i;
                while (i < days.Length && !found.ContainsKey(days[i])) i++;
                if (i > begin) await ReadAsync(days[begin], days[i - 1], found, cancellation);
            }

            MakeRoom();
            return [.. days.Select(day => found[day].Rises)];
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose()
    {
        journal.Written -= Forget;
        reading.Dispose();
    }

    private Dictionary<DateOnly, Page> Known(DateOnly[] days)
    {
        lock (gate)
        {
            Dictionary<DateOnly, Page> known = [];
            foreach (DateOnly day in days)
            {
                if (!pages.TryGetValue(day, out Page? page)) continue;
                page.LastUse = ++use;
                known[day] = page;
            }

            return known;
        }
    }

    private async Task ReadAsync(DateOnly first, DateOnly last, Dictionary<DateOnly, Page> found, CancellationToken cancellation)
    {
        List<(DateOnly Day, Page Page)> read = [];
        lock (gate)
        {
            // Known before the query begins: what is written meanwhile makes them unknown again.
            for (DateOnly day = first; day <= last; day = day.AddDays(1))
            {
                pages[day] = found[day] = new() { LastUse = ++use };
                read.Add((day, found[day]));
            }
        }

        try
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            IReadOnlySet<DateOnly> digested = await FromDigestsAsync(database, first, last, found, cancellation);
            DateOnly? begin = null;
            for (DateOnly day = first; day <= last.AddDays(1); day = day.AddDays(1))
            {
                bool isMissing = day <= last && !digested.Contains(day);
                if (isMissing) begin ??= day;
                else if (begin is { } from) (begin, _) = (null, await FillAsync(database, from, day.AddDays(-1), found, cancellation));
            }
        }
        catch
        {
            lock (gate)
                foreach (var (day, half) in read)
                    if (pages.GetValueOrDefault(day) == half) pages.Remove(day);
            throw;
        }
    }

    /// <returns>Whether nothing of these days can change any more.</returns>
    private async Task<bool> FillAsync(OrdoDbContext database, DateOnly first, DateOnly last, Dictionary<DateOnly, Page> found, CancellationToken cancellation)
    {
        DateTimeOffset from = BeginningOf(first), to = BeginningOf(last) + Day, end = from;
        Page? page = null;
        bool isFinal = true;
        await foreach (var alarm in database.Set<AlarmOccurrence>().AsNoTracking().Where(o => o.Raised >= from && o.Raised < to).OrderBy(o => o.Raised)
            .Select(o => new { o.Raised, o.Returned, o.Acknowledged, o.DefinitionId, o.AssetId, o.Priority, o.State, o.IsAnnounced }).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (page is null || alarm.Raised >= end)
            {
                DateOnly day = DateOnly.FromDateTime(alarm.Raised.UtcDateTime);
                (page, end) = (found[day], BeginningOf(day) + Day);
            }

            page.Rows++;
            isFinal &= alarm.State == AlarmState.Normal;
            if (alarm.Acknowledged is null) page.Unacknowledged++;
            if (alarm.IsAnnounced) page.Rises.Add(alarm.Raised, alarm.Returned, alarm.Acknowledged, NumberOf(new(alarm.DefinitionId, alarm.AssetId)), alarm.Priority);
        }

        return isFinal;
    }

    /// <summary>Takes the days whose digest still stands for all of their occurrences.</summary>
    private async Task<IReadOnlySet<DateOnly>> FromDigestsAsync(OrdoDbContext database, DateOnly first, DateOnly last, Dictionary<DateOnly, Page> found, CancellationToken cancellation)
    {
        List<OccurrenceDigest> digests = await database.Set<OccurrenceDigest>().AsNoTracking().Where(d => d.Day >= first.DayNumber && d.Day <= last.DayNumber).ToListAsync(cancellation);
        if (digests.Count == 0) return new HashSet<DateOnly>();
        Dictionary<long, int> rows = await RowsAsync(database, first, last, cancellation);
        HashSet<DateOnly> taken = [];
        foreach (OccurrenceDigest digest in digests)
        {
            if (rows.GetValueOrDefault(digest.Day) != digest.Rows) continue; // one was written for that day since: a late sample
            DateOnly day = DateOnly.FromDayNumber(digest.Day);
            found[day].Take(RiseColumns.Unpack(digest.Rises, digest.Announced, [.. digest.Identities().Select(NumberOf)]), digest.Rows);
            taken.Add(day);
        }

        return taken;
    }

    /// <summary>Occurrences of each day, from the index alone; by day number.</summary>
    private static async Task<Dictionary<long, int>> RowsAsync(OrdoDbContext database, DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        long from = BeginningOf(first).ToUnixTimeMilliseconds(), to = (BeginningOf(last) + Day).ToUnixTimeMilliseconds(), dayMs = (long)Day.TotalMilliseconds;
        List<DayRows> counted = await database.Database.SqlQuery<DayRows>(
            $"""SELECT "Raised" / {dayMs} AS "Day", COUNT(*) AS "Rows" FROM operations_alarm WHERE "Raised" >= {from} AND "Raised" < {to} GROUP BY 1""").ToListAsync(cancellation);
        return counted.ToDictionary(c => c.Day + EpochDay, c => (int)c.Rows);
    }

    /// <summary>Writes a digest of a day if nothing of it can change any more, so that the next start need not read its occurrences one by one.</summary>
    /// <returns>Whether it has one now.</returns>
    public async Task<bool> DigestAsync(DateOnly day, CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        OccurrenceDigest? old = await database.Set<OccurrenceDigest>().SingleOrDefaultAsync(d => d.Day == day.DayNumber, cancellation);
        int rows = (await RowsAsync(database, day, day, cancellation)).GetValueOrDefault(day.DayNumber);
        if (old?.Rows == rows) return true;
        if (rows == 0) return false; // an empty day is quickly read
        Dictionary<DateOnly, Page> read = new() { [day] = new() };
        if (!await FillAsync(database, day, day, read, cancellation)) return false;
        Page page = read[day];
        byte[] rises = page.Rises.Pack(IdentityOf, out IReadOnlyList<AlarmIdentity> alarms);
        if (old is not null) database.Remove(old);
        database.Add(new OccurrenceDigest { Day = day.DayNumber, Rows = page.Rows, Announced = page.Rises.Count, Rises = rises, Alarms = OccurrenceDigest.Pack(alarms) });
        await database.SaveChangesAsync(cancellation);
        return true;
    }

    private AlarmIdentity IdentityOf(int number)
    {
        lock (gate) return alarms[number];
    }

    private int NumberOf(AlarmIdentity alarm)
    {
        lock (gate)
        {
            if (numbers.TryGetValue(alarm, out int number)) return number;
            numbers[alarm] = number = alarms.Count;
            alarms.Add(alarm);
            return number;
        }
    }

    private void Forget(AlarmOccurrence written)
    {
        lock (gate)
        {
            pages.Remove(DateOnly.FromDateTime(written.Raised.UtcDateTime));
            if (written is not { Repeats: > 0, Acknowledged: not null }) return;
            // The earlier occurrences were acknowledged with it, wherever they are.
            foreach (DateOnly day in pages.Where(page => page.Value.Unacknowledged > 0).Select(page => page.Key).ToArray()) pages.Remove(day);
        }
    }

    private void MakeRoom()
    {
        lock (gate)
        {
            int total = pages.Values.Sum(page => page.Rises.Count);
            foreach (var (day, page) in pages.OrderBy(page => page.Value.LastUse).ToArray())
            {
                if (total <= MostInMemory) return;
                total -= page.Rises.Count;
                pages.Remove(day);
            }
        }
    }

    private static DateTimeOffset BeginningOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private sealed class Page
    {
        public RiseColumns Rises { get; private set; } = new(0);

        /// <summary>Occurrences of the day, those nobody was told of included.</summary>
        public int Rows { get; set; }

        public int Unacknowledged { get; set; }

        public long LastUse { get; set; }

        public void Take(RiseColumns rises, int rows) => (Rises, Rows) = (rises, rows);
    }

    private sealed record DayRows(long Day, long Rows);
}
