using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Months;
using Ordo.Storage.Rollups;

namespace Ordo.Storage.Retention;

/// <summary>What there is and how far it is from the budget.</summary>
/// <param name="UsedBytes">Of the telemetry folder.</param>
/// <param name="BudgetBytes">What it may use; 0: as much as the disk has.</param>
/// <param name="FreeBytes">Left on the disk.</param>
/// <param name="BytesPerDay">Growth, from the last whole month; 0 while there is none.</param>
/// <param name="FullAt">When the budget, or the disk, is used up at that pace.</param>
/// <param name="IsWarning">Past the share at which a warning is wanted, or full within 30 days.</param>
public sealed record DiskState(long UsedBytes, long BudgetBytes, long FreeBytes, long BytesPerDay, DateTimeOffset? FullAt, bool IsWarning);

/// <summary>The last sweep.</summary>
public sealed record SweepState(DateTimeOffset Time, IReadOnlyList<MonthSweep> Months, IReadOnlyList<string> Failures);

/// <summary>
/// Lets samples and rollups go when they are past their age, an hour after another, behind everybody's back; and watches the disk. The budget warns: nothing is ever dropped
/// for its sake, because what a law wants kept looks like everything else on a full disk.
/// </summary>
internal sealed partial class RetentionKeeper(
    TelemetryStore store, StorageOptions options, IDbContextFactory<OrdoDbContext> databases, IPointDirectory points, Lazy<IIngest> ingest, TimeProvider clock, ILogger<RetentionKeeper> log) : BackgroundService
{
    public const string DiskSource = "storage", DiskGateway = "system", DiskChannel = "diskUsedPercent";
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1), WatchEvery = TimeSpan.FromMinutes(1), FullSoon = TimeSpan.FromDays(30);
    private readonly SemaphoreSlim one = new(1);
    private readonly Meter meter = new("Ordo");
    private volatile Dictionary<string, Ages>? rules;
    private DiskState? disk;
    private SweepState? sweep;
    private int drops;

    public SweepState? LastSweep => Volatile.Read(ref sweep);

    /// <summary>How often something was let go since the start.</summary>
    public int Drops => Volatile.Read(ref drops);

    public DiskState Disk => Volatile.Read(ref disk) ?? Measure();

    /// <summary>What a sweep would do now.</summary>
    public async Task<IReadOnlyList<MonthSweep>> PlanAsync(CancellationToken cancellation)
    {
        Func<int, Ages> agesOf = await AgesAsync(cancellation);
        return await Task.Run<IReadOnlyList<MonthSweep>>(() => [.. PrunersOf(agesOf, out _).Select(found => found.Plan).Where(IsSomething)], cancellation);
    }

    public async Task<SweepState> SweepAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            Func<int, Ages> agesOf = await AgesAsync(cancellation);
            SweepState done = await Task.Run(() => Sweep(agesOf), cancellation);
            Volatile.Write(ref sweep, done);
            Volatile.Write(ref disk, Measure());
            foreach (MonthSweep month in done.Months)
            {
                if (month.IsWhole) LogDropped(month.Month, month.Bytes);
                else LogPruned(month.Month, month.RawSeries, month.RollupSeries, month.FreedBytes);
            }

            return done;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The finest that is kept of all of some series from a time on: <c>null</c> for their samples.</summary>
    public async ValueTask<Resolution?> FinestAsync(IEnumerable<int> series, long timeMs, CancellationToken cancellation)
    {
        if (options.IsOnClickHouse) return null;
        Func<int, Ages> agesOf = await AgesAsync(cancellation);
        Month month = Month.Of(timeMs);
        DateTimeOffset now = clock.GetUtcNow();
        Resolution? coarsest = null;
        foreach (int number in series)
        {
            Ages ages = agesOf(number);
            if (!Ages.IsPast(month, ages.Raw, now)) continue;
            // Past all ages: days are as good a question as any for what is not there.
            Resolution finest = Resolutions.All.Where(resolution => !Ages.IsPast(month, ages.Of(resolution), now)).DefaultIfEmpty(Resolution.Day).First();
            if (coarsest is null || finest > coarsest) coarsest = finest;
        }

        return coarsest;
    }

    /// <summary>Rules were changed.</summary>
    public void Forget() => rules = null;

    /// <summary>Ages by series: by the quantity of its point, or those of everything else.</summary>
    public async ValueTask<Func<int, Ages>> AgesAsync(CancellationToken cancellation)
    {
        if (rules is not { } known)
        {
            await using OrdoDbContext db = await databases.CreateDbContextAsync(cancellation);
            rules = known = (await db.Set<RetentionRule>().AsNoTracking().ToListAsync(cancellation)).ToDictionary(rule => rule.Quantity, rule => new Ages(rule.RawDays, rule.MinuteDays, rule.HourDays, rule.DayDays));
        }

        if (known.Count == 0) return _ => Ages.Forever;
        Ages everything = known.GetValueOrDefault(RetentionRule.Everything);
        PointSnapshot snapshot = points.Current;
        return series => snapshot.BySeries(series) is { } point && known.TryGetValue(point.Point.Quantity, out Ages own) ? own : everything;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.IsOnClickHouse) return; // tables of the cluster have their own TTL
        meter.CreateObservableGauge("ordo.storage.disk.used", () => Disk.UsedBytes, "By", "Bytes of the telemetry folder.");
        meter.CreateObservableGauge("ordo.storage.disk.budget", () => Disk.BudgetBytes, "By", "Bytes it may use; 0: as much as the disk has.");
        meter.CreateObservableGauge("ordo.storage.disk.warning", () => Disk.IsWarning ? 1 : 0, "{warning}", "1 while the budget or the disk is close to its end.");
        using var timer = new PeriodicTimer(WatchEvery, clock);
        DateTimeOffset lastSweep = clock.GetUtcNow();
        bool wasWarning = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    DiskState now = Measure();
                    Volatile.Write(ref disk, now);
                    if (now.IsWarning && !wasWarning) LogDiskWarning(now.UsedBytes, Limit(now), now.FullAt);
                    wasWarning = now.IsWarning;
                    if (options.DiskBudgetBytes > 0) await TellAsync(now, stoppingToken);
                    if (clock.GetUtcNow() - lastSweep < SweepEvery) continue;
                    lastSweep = clock.GetUtcNow();
                    await SweepAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException) // whatever it is, the next minute looks again
                {
                    LogFailed(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        one.Dispose();
        meter.Dispose();
    }

    /// <summary>Where there is a budget: as a series of its own, so that whoever wants an alarm gives it a point with limits.</summary>
    private async Task TellAsync(DiskState now, CancellationToken cancellation)
    {
        int source = store.Catalogue.SourceOf(DiskGateway, System.Text.Encoding.UTF8.GetBytes(DiskSource));
        if (!store.Catalogue.TrySeriesOf(source, System.Text.Encoding.UTF8.GetBytes(DiskChannel), out int series)) return;
        using Batch batch = Batch.Rent();
        batch.Add(series, clock.GetUtcNow().ToUnixTimeMilliseconds(), Math.Round(100.0 * now.UsedBytes / Math.Max(1, Limit(now)), 3), SampleQuality.Good);
        await ingest.Value.WriteAsync(batch, cancellation);
    }

    private SweepState Sweep(Func<int, Ages> agesOf)
    {
        var months = new List<MonthSweep>();
        var found = PrunersOf(agesOf, out List<string> failures);
        foreach (var (file, pruner, plan) in found)
        {
            if (!IsSomething(plan)) continue;
            try
            {
                long freed = plan.Bytes;
                if (pruner.IsWhole) store.Keeper.Alone(() => store.Months.Drop(file.Month));
                else freed = pruner.Execute();
                Interlocked.Increment(ref drops);
                months.Add(plan with { FreedBytes = freed });
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failures.Add(e.Message);
            }
        }

        return new(clock.GetUtcNow(), months, failures);
    }

    private List<(MonthFile File, MonthPruner Pruner, MonthSweep Plan)> PrunersOf(Func<int, Ages> agesOf, out List<string> failures)
    {
        var found = new List<(MonthFile, MonthPruner, MonthSweep)>();
        failures = [];
        DateTimeOffset now = clock.GetUtcNow();
        if (options.IsOnClickHouse) return found;
        foreach (MonthFile file in store.Months.All.Values)
        {
            if (file.Month.Last >= now.ToUnixTimeMilliseconds() - Resolutions.DayMs || !CanBePast(file.Month, now)) continue;
            var pruner = new MonthPruner(file, agesOf, now);
            try
            {
                found.Add((file, pruner, pruner.Plan()));
            }
            catch (Exception e) when (e is IOException or Chunks.ChunkDamagedException)
            {
                failures.Add($"{file.Month}: {e.Message}"); // a damaged month is nobody's to throw away by itself
            }
        }

        return found;
    }

    /// <summary>Whether any rule is so short that it reaches a month: to ask the file takes half a second for ten thousand series.</summary>
    private bool CanBePast(Month month, DateTimeOffset now) =>
        rules is not { } known || known.Values.Any(ages => Ages.IsPast(month, ages.Raw, now) || Resolutions.All.Any(resolution => Ages.IsPast(month, ages.Of(resolution), now)));

    private static bool IsSomething(MonthSweep plan) => plan.IsWhole || plan.RawSeries > 0 || plan.RollupSeries > 0;

    private DiskState Measure()
    {
        string folder = store.Folder;
        if (options.IsOnClickHouse) return new(0, 0, 0, 0, null, false); // the cluster watches its own disks
        long used = Directory.EnumerateFiles(folder).Sum(LengthOf), free = new DriveInfo(folder).AvailableFreeSpace;
        DateTimeOffset now = clock.GetUtcNow();
        MonthFile? whole = store.Months.All.Values.LastOrDefault(file => file.Month.Last < now.ToUnixTimeMilliseconds() && file.Month.Last > now.AddDays(-62).ToUnixTimeMilliseconds());
        long perDay = whole is null ? 0 : (long)(LengthOf(whole.Path) / ((whole.Month.Last + 1 - whole.Month.Start) / (double)Resolutions.DayMs));
        long left = options.DiskBudgetBytes > 0 ? Math.Min(options.DiskBudgetBytes - used, free) : free;
        DateTimeOffset? full = perDay > 0 && Math.Max(0, left) / perDay < 36_500 ? now.AddDays(Math.Max(0, left) / (double)perDay) : null;
        var state = new DiskState(used, options.DiskBudgetBytes, free, perDay, full, false);
        return state with { IsWarning = used >= Limit(state) / 100.0 * options.DiskWarningPercent || full - now < FullSoon };
    }

    /// <summary>What the store may grow to: the budget, or all that the disk has left for it.</summary>
    private static long Limit(DiskState state) => state.BudgetBytes > 0 ? state.BudgetBytes : state.UsedBytes + state.FreeBytes;

    private static long LengthOf(string path)
    {
        try
        {
            return new FileInfo(path).Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    [LoggerMessage(3030, LogLevel.Information, "Month {Month} is past its age and was dropped: {Bytes} bytes")]
    private partial void LogDropped(string month, long bytes);

    [LoggerMessage(3031, LogLevel.Information, "Month {Month}: samples of {Raw} series and rollups of {Rollups} are past their age and were taken out; {Freed} bytes given back")]
    private partial void LogPruned(string month, int raw, int rollups, long freed);

    [LoggerMessage(3032, LogLevel.Warning, "The telemetry uses {Used} of {Limit} bytes and is full at {FullAt} at the present pace. Shorten how long data is kept, raise Storage:DiskBudgetBytes, or give it a larger disk; nothing is dropped by itself")]
    private partial void LogDiskWarning(long used, long limit, DateTimeOffset? fullAt);

    [LoggerMessage(3033, LogLevel.Error, "Data past its age could not be taken out; tried again in an hour")]
    private partial void LogFailed(Exception cause);
}
