using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Access.Tokens;

/// <summary>Notes when each token was last used, in memory, and writes it down once a minute and at the end: a request costs no write.</summary>
public sealed partial class TokenUse(IDbContextFactory<OrdoDbContext> database, TimeProvider clock, ILogger<TokenUse> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<long, DateTimeOffset> lastUsed = new();

    public void Note(long tokenId, DateTimeOffset time) => lastUsed[tokenId] = time;

    /// <summary>The newest use known, written down or not.</summary>
    public DateTimeOffset? LastUsed(long tokenId, DateTimeOffset? stored) => lastUsed.TryGetValue(tokenId, out DateTimeOffset noted) ? noted : stored;

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
            foreach (ApiToken token in await db.Set<ApiToken>().Where(token => ids.Contains(token.Id)).ToListAsync(cancellation))
                token.LastUsed = noted.First(use => use.Key == token.Id).Value;
            await db.SaveChangesAsync(cancellation);
            foreach (var use in noted) lastUsed.TryRemove(use);
        }
        catch (Exception e) when (e is DbUpdateException or System.Data.Common.DbException)
        {
            LogNotWritten(e, noted.Length); // kept, and tried again with the next
        }
    }

    [LoggerMessage(1110, LogLevel.Warning, "The last use of {Count} tokens could not be written down; trying again in a minute.")]
    private partial void LogNotWritten(Exception exception, int count);
}
