using Microsoft.Extensions.Logging;
using Ordo.Foundation.Telemetry;

namespace Ordo.Operations.Alarms;

/// <summary>
/// Judges from the store the series that cannot be judged as samples come: after a start, those with samples newer than their mark;
/// later, those whose transitions found the journal full.
/// </summary>
internal sealed partial class AlarmCatchUp(AlarmEngine engine, ITelemetryReader telemetry, ILogger logger)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (engine.NextBehind() is { } watch)
        {
            try
            {
                await CatchUpAsync(watch, cancellation);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogUnreadable(fault, watch.Series, watch.Entry.Point.Code);
                engine.GoLive(watch);
            }
        }
    }

    private async Task CatchUpAsync(PointWatch watch, CancellationToken cancellation)
    {
        int missed;
        do
        {
            (long from, long to, missed) = engine.RangeBehind(watch);
            await foreach (SampleColumns samples in telemetry.ReadAsync(watch.Series, from, to, cancellation))
                if (!engine.JudgeStored(watch, samples)) return;
        }
        while (!engine.TryGoLive(watch, missed));
    }

    [LoggerMessage(4003, LogLevel.Error, "Series {Series} (point {Point}) has samples that were not judged for alarms and cannot be read; it is judged from its next sample on.")]
    private partial void LogUnreadable(Exception fault, int series, string point);
}
