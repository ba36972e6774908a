using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Reports;

/// <summary>Writes what somebody asked for and what is due, one after the other, so that reports never take the machine from who watches the park.</summary>
internal sealed partial class ReportService(IDbContextFactory<OrdoDbContext> databases, ReportWriter writer, ParkClock park, TimeProvider clock, ILogger<ReportService> logger) : BackgroundService
{
    private readonly DueWork work = new(clock, retryAfter: TimeSpan.FromSeconds(5));

    /// <summary>Somebody asked for a run, or changed a schedule.</summary>
    public void Wake() => work.Wake();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => work.RunAsync(RecoverAsync, RunDueAsync, LogFault, stoppingToken);

    /// <summary>A run that the server's end cut off is begun again: nothing of it was sent, because sending follows its end.</summary>
    private async Task RecoverAsync(CancellationToken cancellation)
    {
        await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
        foreach (long id in await database.Set<ReportRun>().Where(r => r.State == ReportRunState.Running).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellation)) await TryWriteAsync(id, cancellation);
    }

    /// <returns>When the next report is due.</returns>
    private async Task<DateTimeOffset?> RunDueAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            DateTimeOffset now = clock.GetUtcNow();
            long asked = await database.Set<ReportRun>().Where(r => r.State == ReportRunState.Running).OrderBy(r => r.Id).Select(r => r.Id).FirstOrDefaultAsync(cancellation);
            if (asked != 0)
            {
                await TryWriteAsync(asked, cancellation);
                continue;
            }
            Report? report = await database.Set<Report>().Where(r => r.NextDue <= now).OrderBy(r => r.NextDue).ThenBy(r => r.Id).FirstOrDefaultAsync(cancellation);
            if (report is null) return await database.Set<Report>().MinAsync(r => r.NextDue, cancellation);
            await OrderAsync(database, report, now, cancellation);
        }
    }

    /// <summary>The run and the next date in one transaction: no period twice, none left out.</summary>
    private async Task OrderAsync(OrdoDbContext database, Report report, DateTimeOffset now, CancellationToken cancellation)
    {
        ReportPeriod period = ReportSchedule.PeriodAt(report.Kind, report.NextDue!.Value, park), newest = ReportSchedule.PeriodAt(report.Kind, now, park);
        report.NextDue = ReportSchedule.NextAfter(report.Kind, report.RunAtMinutes, report.NextDue.Value, park);
        int behind = 0;
        for (ReportPeriod each = period; each.First < newest.First && behind <= ReportSchedule.MaxCatchUp; each = each.Next) behind++;
        if (behind <= ReportSchedule.MaxCatchUp)
            database.Add(new ReportRun { ReportId = report.Id, ReportName = report.Name, Kind = report.Kind, First = period.First, State = ReportRunState.Running, Started = now });
        await database.SaveChangesAsync(cancellation);
    }

    private async Task TryWriteAsync(long runId, CancellationToken cancellation)
    {
        try
        {
            await writer.WriteAsync(runId, cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Nobody expected it; the run must not be tried for ever.
            LogUnexpected(fault, runId);
            await using OrdoDbContext database = await databases.CreateDbContextAsync(cancellation);
            DateTimeOffset now = clock.GetUtcNow();
            await database.Set<ReportRun>().Where(r => r.Id == runId && r.State == ReportRunState.Running).ExecuteUpdateAsync(
                set => set.SetProperty(r => r.State, ReportRunState.Failed).SetProperty(r => r.Finished, now).SetProperty(r => r.Error, "服务器出错，详见日志。 The server failed; its log has the details."), cancellation);
        }
    }

    [LoggerMessage(4302, LogLevel.Error, "Reports cannot be looked after at the moment; those that are due wait.")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(4303, LogLevel.Error, "Run {RunId} of a report failed unexpectedly.")]
    private partial void LogUnexpected(Exception fault, long runId);
}
