using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Ordo.Operations.Alarms;
using Ordo.Operations.Live;

namespace Ordo.Operations;

/// <summary>What the operations centre tells about itself.</summary>
internal sealed class OperationsMetrics : IHostedService, IDisposable
{
    private readonly Meter meter = new("Ordo");

    public OperationsMetrics(AlarmEngine engine, LiveHub hub)
    {
        meter.CreateObservableGauge("ordo.alarms.open", () => engine.OpenCount, description: "Alarms that stand on the desk.");
        meter.CreateObservableCounter("ordo.alarms.changes", () => engine.Sequence, description: "Changes of alarms since the start.");
        meter.CreateObservableGauge("ordo.alarms.unwritten", () => engine.PendingChanges, description: "Changes of alarms that wait for the database.");
        meter.CreateObservableGauge("ordo.alarms.series_behind", () => engine.SeriesWaiting, description: "Series that wait to be judged from the store.");
        meter.CreateObservableCounter("ordo.alarms.late_samples", () => engine.LateSamples, description: "Samples not judged because a newer one of their series had been.");
        meter.CreateObservableCounter("ordo.alarms.history_samples", () => engine.HistorySamples, description: "Samples not judged because they told of the past when they arrived.");
        meter.CreateObservableGauge("ordo.live.streams", () => hub.Streams, description: "Open live streams.");
        meter.CreateObservableCounter("ordo.live.bytes", () => hub.BytesSent, "By", "Bytes sent on live streams.");
        meter.CreateObservableCounter("ordo.live.resyncs", () => hub.Resyncs, description: "Times a live stream had to tell its client to load again.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();
}
