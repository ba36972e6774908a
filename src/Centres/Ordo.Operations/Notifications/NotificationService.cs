using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Access.Accounts;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Notifications;

/// <summary>
/// Runs the router whenever alarms were written or a step is due. On the alarms' threads it only takes note of a number and rings a bell,
/// so nothing that happens to messages can hold an alarm up.
/// </summary>
internal sealed partial class NotificationService(
    NotificationRouter router, Outbox outbox, AlarmJournal journal, IDbContextFactory<OrdoDbContext> databases, NotificationOptions options, TimeProvider clock, ILogger<NotificationService> logger)
    : BackgroundService
{
    /// <summary>Beyond it, all that stand on the desk are looked at instead.</summary>
    private const int MaxChanged = 20_000;

    private const int ChangedPerRound = 400;
    private static readonly TimeSpan IdleInterval = TimeSpan.FromSeconds(30), RetryDelay = TimeSpan.FromSeconds(2), CleanInterval = TimeSpan.FromHours(6);
    private readonly Lock gate = new(); // guards the next two
    private readonly HashSet<long> changed = [];
    private bool lookAtAll = true; // after a restart: what changed before it was noted
    private readonly Signal written = new();

    /// <summary>Rules, channels or rosters were changed.</summary>
    public void Wake() => written.Set();

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        journal.Written += Note;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        journal.Written -= Note;
        await base.StopAsync(cancellationToken);
    }

    private void Note(AlarmOccurrence alarm)
    {
        lock (gate)
        {
            if (changed.Count < MaxChanged) changed.Add(alarm.Id);
            else lookAtAll = true;
        }
        written.Set();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? nextDue = clock.GetUtcNow();
        long cleaned = clock.GetTimestamp();
        bool failed = false;
        while (true)
        {
            try
            {
                await WaitAsync(nextDue, failed, stoppingToken);
                if (clock.GetElapsedTime(cleaned) > CleanInterval)
                {
                    cleaned = clock.GetTimestamp();
                    await ForgetOldAsync(stoppingToken);
                }
                nextDue = await RouteAllAsync(stoppingToken);
                if (failed) LogAgain();
                failed = false;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (!failed) LogNotRouted(fault); // once; nothing is lost, the alarms wait in their table
                failed = true;
            }
        }
    }

    private async Task WaitAsync(DateTimeOffset? nextDue, bool failed, CancellationToken cancellation)
    {
        TimeSpan wait = nextDue is { } due ? due - clock.GetUtcNow() : IdleInterval;
        if (failed) await Task.Delay(RetryDelay, clock, cancellation);
        else if (wait > TimeSpan.Zero) await written.WaitAsync(wait < IdleInterval ? wait : IdleInterval, clock, cancellation);
    }

    private async Task<DateTimeOffset?> RouteAllAsync(CancellationToken cancellation)
    {
        while (true)
        {
            long[] taken = await TakeChangedAsync(cancellation);
            try
            {
                RoutingRound round = await router.RouteAsync(taken, cancellation);
                outbox.Wake();
                if (!round.More && taken.Length < ChangedPerRound) return round.NextDue;
            }
            catch
            {
                lock (gate) changed.UnionWith(taken);
                throw;
            }
        }
    }

    private async Task<long[]> TakeChangedAsync(CancellationToken cancellation)
    {
        bool all;
        lock (gate) (all, lookAtAll) = (lookAtAll, false);
        if (all)
        {
            try
            {
                await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
                long[] open = await database.Set<AlarmOccurrence>().Where(a => a.IsOpen).Select(a => a.Id).ToArrayAsync(cancellation);
                long[] told = await database.Set<Notice>().Where(n => n.Due != null).Select(n => n.AlarmId).ToArrayAsync(cancellation);
                lock (gate) changed.UnionWith(open.Union(told));
            }
            catch
            {
                lock (gate) lookAtAll = true;
                throw;
            }
        }

        lock (gate)
        {
            long[] taken = [.. changed.Take(ChangedPerRound)];
            changed.ExceptWith(taken);
            return taken;
        }
    }

    private async Task ForgetOldAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        DateTimeOffset before = clock.GetUtcNow() - options.KeepFor;
        await database.Set<Notice>().Where(n => n.Began < before && n.Due == null).ExecuteDeleteAsync(cancellation);
        database.RemoveRange(await database.Set<Contact>().Where(c => !database.Set<OrdoAccount>().Any(a => a.Id == c.AccountId)).ToListAsync(cancellation));
        await database.SaveChangesAsync(cancellation);
        await database.Set<Delivery>().Where(d => d.Created < before && d.Finished != null).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(4200, LogLevel.Error, "Alarms cannot be turned into messages at the moment. None is lost; it goes on when the database answers.")]
    private partial void LogNotRouted(Exception fault);

    [LoggerMessage(4201, LogLevel.Warning, "Alarms are turned into messages again.")]
    private partial void LogAgain();
}
