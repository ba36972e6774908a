using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms;

/// <summary>
/// Runs the engine: restores it before the ports open, gives it points and definitions whenever they change, lets time pass, writes its cuts, and lets it catch up from
/// the store. Must start after the store and the points.
/// </summary>
internal sealed partial class AlarmService(
    AlarmEngine engine, AlarmJournal journal, AlarmCatalogue catalogue, ITelemetryReader telemetry, IPointDirectory points, ParkTimeZone zone,
    TimeProvider clock, ILogger<AlarmService> logger)
    : BackgroundService
{
    /// <summary>How often marks are written while nothing happens: so much of each series is judged again after a kill.</summary>
    private static readonly TimeSpan MarkInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1), LearnInterval = TimeSpan.FromMinutes(1);
    private readonly Signal pointsChanged = new();
    private AlarmCut? unwritten;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalogue.ReloadAsync(cancellationToken);
        AlarmRestart restart = await journal.ReadAsync(cancellationToken);
        engine.Restore(restart);
        points.Changed += pointsChanged.Set;
        catalogue.Changed += pointsChanged.Set;
        engine.Apply(points.Current, telemetry, catalogue.Stored.Values, catalogue.PlantStates);
        LogRestored(restart.Open.Count);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        points.Changed -= pointsChanged.Set;
        catalogue.Changed -= pointsChanged.Set;
        await base.StopAsync(cancellationToken);
        try
        {
            await WriteAsync(allMarks: true, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogNotWritten(fault, engine.PendingChanges); // judged again from the store at the next start
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(KeepWritingAsync(stoppingToken), KeepPointsAsync(stoppingToken), KeepUpAsync(stoppingToken), KeepTimeAsync(stoppingToken),
        KeepLearningAsync(stoppingToken));

    private async Task KeepWritingAsync(CancellationToken cancellation)
    {
        long lastMarks = clock.GetTimestamp();
        bool failed = false;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (failed) await Task.Delay(RetryDelay, clock, cancellation);
                else await engine.CutWaiting.WaitAsync(MarkInterval, clock, cancellation);
                bool allMarks = clock.GetElapsedTime(lastMarks) >= MarkInterval;
                if (allMarks) lastMarks = clock.GetTimestamp();
                await WriteAsync(allMarks, cancellation);
                if (failed) LogWritesAgain();
                failed = false;
                engine.SeriesBehind.Set(); // there may be room again
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (!failed) LogNotWritten(fault, engine.PendingChanges); // once; the metric says for how long
                failed = true;
            }
        }
    }

    private async Task WriteAsync(bool allMarks, CancellationToken cancellation)
    {
        // The cut that failed comes first: what is on disk must be the beginning of what happened, never a part out of its middle.
        if (unwritten is not null) await journal.WriteAsync(unwritten, cancellation);
        unwritten = engine.TakeCut(allMarks);
        if (unwritten is not null) await journal.WriteAsync(unwritten, cancellation);
        unwritten = null;
    }

    private async Task KeepPointsAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await pointsChanged.WaitAsync(cancellation);
            engine.Apply(points.Current, telemetry, catalogue.Stored.Values, catalogue.PlantStates);
        }
    }

    /// <summary>What is usual is learned in the background, after a start and then once a day.</summary>
    private async Task KeepLearningAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LearnInterval, clock);
        var bands = new AlarmBands(engine, journal, telemetry, zone, clock, logger);
        do await bands.LearnAsync(cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private async Task KeepTimeAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(AlarmEngine.TickInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellation)) engine.Tick();
    }

    private async Task KeepUpAsync(CancellationToken cancellation)
    {
        var catchUp = new AlarmCatchUp(engine, telemetry, logger);
        while (true)
        {
            await engine.SeriesBehind.WaitAsync(cancellation);
            await catchUp.RunAsync(cancellation);
        }
    }

    [LoggerMessage(4000, LogLevel.Information, "Alarms restored: {Open} stand on the desk.")]
    private partial void LogRestored(int open);

    [LoggerMessage(4001, LogLevel.Error, "Alarm transitions cannot be written ({Pending} wait). Alarms are judged and shown all the same; acknowledgements are refused until the database answers.")]
    private partial void LogNotWritten(Exception fault, int pending);

    [LoggerMessage(4002, LogLevel.Warning, "Alarm transitions are written again.")]
    private partial void LogWritesAgain();
}
