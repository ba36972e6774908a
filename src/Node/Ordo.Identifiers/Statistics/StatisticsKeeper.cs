using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Identifiers.Records;
using Ordo.Identifiers.Registration;
using Ordo.Identifiers.Resolution;
using Ordo.Identifiers.Serving;

namespace Ordo.Identifiers.Statistics;

/// <param name="Time">When it began.</param>
/// <param name="NotFound">Rightly answered that there is no such handle.</param>
public sealed record ResolutionStep(DateTimeOffset Time, long Succeeded, long NotFound, long Failed);

/// <summary>
/// Takes what is counted in memory to two curves, of seconds and of minutes, and once a minute into the rows of the day, the hour and the prefix. One transaction
/// writes them with a mark; when nobody heard whether it was committed, the mark tells, so nothing is counted twice. A server that is killed loses the minute that it counted.
/// </summary>
internal sealed partial class StatisticsKeeper(
    ResolutionCounts counts, IDbContextFactory<OrdoDbContext> databases, NodeBook book, HandleStore store, IdentifiersOptions options, TimeProvider clock, ILogger<StatisticsKeeper> logger) : IHostedService, IDisposable
{
    public static readonly TimeSpan HoursKept = TimeSpan.FromDays(400);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5), Minute = TimeSpan.FromMinutes(1);
    private static readonly ResolutionTransport[] Transports = Enum.GetValues<ResolutionTransport>();
    private readonly Curve seconds = new(120), minutes = new(180);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ILogger logger = logger;
    private Counted written = Counted.Nothing;
    private (Guid Mark, Counted Counted)? doubtful;
    private Dictionary<string, long>? registered;
    private (Outcomes, long)? flushed;
    private int prunedOn;
    private ITimer? stepTimer, minuteTimer;

    /// <summary>The park's zone: statistics days are its days.</summary>
    public static TimeZoneInfo Zone { get; } = TimeZoneInfo.TryFindSystemTimeZoneById("Asia/Shanghai", out TimeZoneInfo? zone) ? zone : TimeZoneInfo.CreateCustomTimeZone("China", TimeSpan.FromHours(8), "China", "China");

    /// <summary>The last three hours, minute by minute.</summary>
    public IReadOnlyList<ResolutionStep> Minutes => minutes.Steps;

    /// <summary>The last ten minutes, in steps of five seconds.</summary>
    public IReadOnlyList<ResolutionStep> Seconds => seconds.Steps;

    public int Today => DayOf(clock.GetUtcNow());

    /// <summary>What this node counted and has not written yet, by transport.</summary>
    internal IReadOnlyDictionary<ResolutionTransport, Outcomes> Unwritten
    {
        get
        {
            Counted now = Counted.Take(counts), before = written;
            return Transports.ToDictionary(transport => transport, transport => now.Of(transport) - before.Of(transport));
        }
    }

    public static int DayOf(DateTimeOffset time) => NumberOf(DateOf(time));

    public static DateOnly DateOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, Zone).DateTime);

    public static int NumberOf(DateOnly day) => int.Parse(day.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        stepTimer = clock.CreateTimer(_ => seconds.Add(counts.Total(), clock.GetUtcNow() - Step), null, Step, Step);
        minuteTimer = clock.CreateTimer(_ =>
        {
            minutes.Add(counts.Total(), clock.GetUtcNow() - Minute);
            if (writing.CurrentCount > 0) _ = FlushAsync(CancellationToken.None); // else the last one is not through yet
        }, null, Minute, Minute);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        stepTimer?.Dispose();
        minuteTimer?.Dispose();
        await FlushAsync(cancellationToken);
    }

    public void Dispose()
    {
        stepTimer?.Dispose();
        minuteTimer?.Dispose();
        writing.Dispose();
    }

    /// <summary>Takes what was counted since the last time into the database.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            (Outcomes, long) state = (counts.Total(), store.Count);
            if (doubtful is null && flushed == state) return; // nothing resolved and nothing registered since
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            await SettleAsync(database, cancellation);
            await WriteAsync(database, Counted.Take(counts), cancellation);
            flushed = state;
        }
        catch (Exception fault) when (fault is DbUpdateException or System.Data.Common.DbException or InvalidOperationException)
        {
            LogNotWritten(fault); // they stay counted, and the next minute writes them
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Whether the last counts were committed after all.</summary>
    private async Task SettleAsync(OrdoDbContext database, CancellationToken cancellation)
    {
        if (doubtful is not { } last) return;
        if (await database.Set<StatisticsMark>().AnyAsync(mark => mark.Node == options.SiteDescription && mark.Mark == last.Mark, cancellation)) written = last.Counted;
        doubtful = null;
        registered = null; // read again what is written of them
    }

    private async Task WriteAsync(OrdoDbContext database, Counted now, CancellationToken cancellation)
    {
        DateTimeOffset time = clock.GetUtcNow();
        int day = DayOf(time);
        registered ??= await database.Set<PrefixDay>().GroupBy(row => row.Prefix).Select(group => new { group.Key, Sum = group.Sum(row => row.Registered) }).ToDictionaryAsync(row => row.Key, row => row.Sum, StringComparer.OrdinalIgnoreCase, cancellation);
        Dictionary<string, long> held = (await book.CurrentAsync(cancellation)).Prefixes.ToDictionary(prefix => prefix.Name, prefix => (long)store.CountOf(Encoding.UTF8.GetBytes(prefix.Name)), StringComparer.OrdinalIgnoreCase);
        bool any = await AddPrefixesAsync(database, day, now, held, cancellation) | await AddTransportsAsync(database, day, now, cancellation);
        if (!any) return;
        await AddHourAsync(database, time, now.Total - written.Total, cancellation);
        if (prunedOn != day) await database.Set<ResolutionHour>().Where(hour => hour.Hour < time - HoursKept).ExecuteDeleteAsync(cancellation);
        StatisticsMark? mark = await database.Set<StatisticsMark>().FirstOrDefaultAsync(mark => mark.Node == options.SiteDescription, cancellation);
        if (mark is null) database.Add(mark = new() { Node = options.SiteDescription });
        mark.Mark = Guid.NewGuid();
        doubtful = (mark.Mark, now);
        await database.SaveChangesAsync(cancellation);
        (written, doubtful, prunedOn) = (now, null, day);
        foreach ((string prefix, long count) in held) registered[prefix] = count;
    }

    private async Task<bool> AddPrefixesAsync(OrdoDbContext database, int day, Counted now, Dictionary<string, long> held, CancellationToken cancellation)
    {
        Dictionary<string, PrefixDay> rows = await database.Set<PrefixDay>().Where(row => row.Day == day && row.Node == options.SiteDescription).ToDictionaryAsync(row => row.Prefix, StringComparer.OrdinalIgnoreCase, cancellation);
        bool any = false;
        foreach (string prefix in now.Prefixes.Keys.Union(held.Keys, StringComparer.OrdinalIgnoreCase))
        {
            Outcomes fresh = now.Of(prefix) - written.Of(prefix);
            long more = held.GetValueOrDefault(prefix) - registered!.GetValueOrDefault(prefix);
            if (!held.ContainsKey(prefix)) more = 0;
            if (fresh.All == 0 && more == 0) continue;
            any = true;
            if (!rows.TryGetValue(prefix, out PrefixDay? row)) database.Add(row = new() { Day = day, Node = options.SiteDescription, Prefix = prefix });
            (row.Succeeded, row.NotFound, row.Failed, row.Registered) = (row.Succeeded + fresh.Succeeded, row.NotFound + fresh.NotFound, row.Failed + fresh.Failed, row.Registered + more);
        }

        return any;
    }

    private async Task<bool> AddTransportsAsync(OrdoDbContext database, int day, Counted now, CancellationToken cancellation)
    {
        List<ResolutionDay> rows = await database.Set<ResolutionDay>().Where(row => row.Day == day && row.Node == options.SiteDescription).ToListAsync(cancellation);
        bool any = false;
        foreach (ResolutionTransport transport in Transports)
        {
            Outcomes fresh = now.Of(transport) - written.Of(transport);
            if (fresh.All == 0) continue;
            any = true;
            ResolutionDay? row = rows.Find(row => row.Transport == transport);
            if (row is null) database.Add(row = new() { Day = day, Node = options.SiteDescription, Transport = transport });
            (row.Succeeded, row.NotFound, row.Failed) = (row.Succeeded + fresh.Succeeded, row.NotFound + fresh.NotFound, row.Failed + fresh.Failed);
            var latency = LatencyHistogram.Parse(row.Latency);
            latency.Merge(now.LatencyOf(transport).Since(written.LatencyOf(transport)));
            row.Latency = latency.ToString();
        }

        return any;
    }

    private async Task AddHourAsync(OrdoDbContext database, DateTimeOffset time, Outcomes fresh, CancellationToken cancellation)
    {
        if (fresh.All == 0) return;
        var begin = new DateTimeOffset(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
        ResolutionHour? row = await database.Set<ResolutionHour>().FirstOrDefaultAsync(row => row.Hour == begin && row.Node == options.SiteDescription, cancellation);
        if (row is null) database.Add(row = new() { Hour = begin, Node = options.SiteDescription });
        (row.Succeeded, row.NotFound, row.Failed) = (row.Succeeded + fresh.Succeeded, row.NotFound + fresh.NotFound, row.Failed + fresh.Failed);
    }

    [LoggerMessage(6040, LogLevel.Warning, "Resolutions of the last minute could not be written; they are written with the next")]
    private partial void LogNotWritten(Exception fault);

    /// <summary>A ring of steps, each the difference of two totals.</summary>
    private sealed class Curve(int kept)
    {
        private readonly Queue<ResolutionStep> steps = new();
        private Outcomes before;

        public IReadOnlyList<ResolutionStep> Steps
        {
            get
            {
                lock (steps) return [.. steps];
            }
        }

        public void Add(Outcomes total, DateTimeOffset begun)
        {
            lock (steps)
            {
                Outcomes fresh = total - before;
                before = total;
                steps.Enqueue(new(begun, fresh.Succeeded, fresh.NotFound, fresh.Failed));
                while (steps.Count > kept) steps.Dequeue();
            }
        }
    }

    /// <summary>All counts at one moment.</summary>
    private sealed class Counted(Dictionary<string, Outcomes> prefixes, Dictionary<ResolutionTransport, Outcomes> transports, Dictionary<ResolutionTransport, LatencyHistogram> latencies)
    {
        public static readonly Counted Nothing = new([], [], []);

        public Dictionary<string, Outcomes> Prefixes => prefixes;

        public Outcomes Total => transports.Values.Aggregate(default(Outcomes), (sum, outcomes) => sum + outcomes);

        /// <summary>Every number is read once, so that the transports add up to what the prefixes do.</summary>
        public static Counted Take(ResolutionCounts counts)
        {
            Dictionary<string, Outcomes> prefixes = new(StringComparer.OrdinalIgnoreCase);
            Dictionary<ResolutionTransport, Outcomes> transports = [];
            foreach ((string prefix, PrefixCount count) in counts.Prefixes)
            {
                Outcomes sum = default;
                foreach (ResolutionTransport transport in Transports)
                {
                    Outcomes one = count.Of(transport);
                    sum += one;
                    transports[transport] = transports.GetValueOrDefault(transport) + one;
                }

                prefixes[prefix] = sum;
            }

            return new(prefixes, transports, Transports.ToDictionary(transport => transport, counts.LatencyOf));
        }

        public Outcomes Of(string prefix) => prefixes.GetValueOrDefault(prefix);

        public Outcomes Of(ResolutionTransport transport) => transports.GetValueOrDefault(transport);

        public LatencyHistogram LatencyOf(ResolutionTransport transport) => latencies.GetValueOrDefault(transport) ?? new();
    }
}
