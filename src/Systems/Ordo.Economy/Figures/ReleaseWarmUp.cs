using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Economy.Filing;
using Ordo.Foundation.Park;

namespace Ordo.Economy.Figures;

/// <summary>Decides in the background which totals may be told, so that the first who opens the page of the month or the warning lights does not wait for the audits.</summary>
internal sealed partial class ReleaseWarmUp(EconomyBook book, TimeProvider clock, ILogger<ReleaseWarmUp> log) : BackgroundService
{
    private static readonly TimeSpan AfterStart = TimeSpan.FromMinutes(1), Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        TimeSpan wait = AfterStart;
        while (true)
        {
            await Task.Delay(wait, clock, stoppingToken);
            wait = Interval;
            try
            {
                Warm(await book.CurrentAsync(stoppingToken), stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogFailed(exception);
            }
        }
    }

    private void Warm(EconomySnapshot snapshot, CancellationToken stopping)
    {
        var reader = new FigureReader(snapshot, snapshot.Released(book.Today, EconomyBook.Zone), snapshot.ReleasedCells(book.Today, EconomyBook.Zone));
        IReadOnlyList<Period> periods = FigureEndpoints.PeriodsOf(reader, book.Today);
        if (periods.Count == 0) return;
        foreach (Area area in snapshot.Areas.Where(area => area.Kind is AssetKind.Park or AssetKind.Zone))
        {
            stopping.ThrowIfCancellationRequested();
            OverviewBuilder.Build(reader, area, periods[0], periods, english: false);
            if (area.Kind == AssetKind.Park) WarningLights.LightBoard.Of(reader, area, periods[0], periods);
        }
    }

    [LoggerMessage(7103, LogLevel.Warning, "Released totals could not be prepared; they are decided when somebody asks.")]
    private partial void LogFailed(Exception exception);
}
