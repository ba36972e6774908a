using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Tokens;

/// <summary>Something given out, of which one wants to know when it was last used.</summary>
public interface IUsed
{
    long Id { get; }

    DateTimeOffset? LastUsed { get; set; }
}

/// <summary>Notes when each thing was last used, in memory, and writes it down once a minute and at the end: a request costs no write.</summary>
public abstract partial class LastUses<T>(IDbContextFactory<OrdoDbContext> database, TimeProvider clock, ILogger log) : BackgroundService
    where T : class, IUsed
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<long, DateTimeOffset> lastUsed = new();

    public void Note(long id, DateTimeOffset time) => lastUsed[id] = time;

    /// <summary>The newest use known, written down or not.</summary>
    public DateTimeOffset? LastUsed(long id, DateTimeOffset? stored) => lastUsed.TryGetValue(id, out DateTimeOffset noted) ? noted : stored;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        KeyValuePair<long, DateTimeOffset>[] noted = [.. lastUsed];
        if (noted.Length == 0) return;
        try
        {
            await using OrdoDbContext db = await database.CreateDbContextAsync(cancellation);
            long[] ids = [.. noted.Select(use => use.Key)];
            foreach (T used in await db.Set<T>().Where(used => ids.Contains(used.Id)).ToListAsync(cancellation))
                used.LastUsed = noted.First(use => use.Key == used.Id).Value;
            await db.SaveChangesAsync(cancellation);
            foreach (var use in noted) lastUsed.TryRemove(use);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotWritten(log, e, noted.Length, typeof(T).Name); // kept, and tried again with the next
        }
    }

    [LoggerMessage(1110, LogLevel.Warning, "The last use of {Count} {Kind} could not be written down; trying again in a minute.")]
    private static partial void LogNotWritten(ILogger log, Exception exception, int count, string kind);
}
