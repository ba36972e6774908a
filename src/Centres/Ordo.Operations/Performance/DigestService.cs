using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms;

namespace Ordo.Operations.Performance;

/// <summary>Packs the days that are over, newest first, some minutes after the start and then twice a day; the figures work without it, only slower the first time.</summary>
internal sealed partial class DigestService(OccurrenceDays days, IDbContextFactory<OrdoDbContext> databases, TimeProvider clock, ILogger<DigestService> logger) : BackgroundService
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(97), Interval = TimeSpan.FromHours(12), Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>As far back as figures are asked for.</summary>
    private const int Reach = 400;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(FirstDelay, clock, stoppingToken);
        while (true)
        {
            try
            {
                await PackAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFault(fault);
            }

            await Task.Delay(Interval, clock, stoppingToken);
        }
    }

    private async Task PackAsync(CancellationToken cancellation)
    {
        DateOnly yesterday = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(-1);
        if (await FirstDayAsync(cancellation) is not { } first) return;
        for (DateOnly day = yesterday; day >= first && yesterday.DayNumber - day.DayNumber < Reach; day = day.AddDays(-1))
        {
            await days.DigestAsync(day, cancellation);
            await Task.Delay(Pause, cancellation); // nobody waits for it
        }
    }

    private async Task<DateOnly?> FirstDayAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        AlarmOccurrence? first = await database.Set<AlarmOccurrence>().AsNoTracking().OrderBy(o => o.Raised).FirstOrDefaultAsync(cancellation);
        return first is null ? null : DateOnly.FromDateTime(first.Raised.UtcDateTime);
    }

    [LoggerMessage(4201, LogLevel.Warning, "Days of alarms could not be packed; the figures of the alarm system are slower the first time they are asked for.")]
    private partial void LogFault(Exception fault);
}
