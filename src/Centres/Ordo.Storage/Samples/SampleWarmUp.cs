using System.IO.Pipelines;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>
/// Asks once after the start what a page asks first, and lets the answer go: so the code is compiled, and the newest files are open, before somebody waits for them.
/// </summary>
internal sealed partial class SampleWarmUp(SampleDesk desk, ISeriesCatalogue catalogue, IHostApplicationLifetime lifetime, ILogger<SampleWarmUp> log) : BackgroundService
{
    private const int Series = 16;
    private const long DayMs = 86_400_000;
    private readonly ILogger log = log;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        SampleSource[] sources = [.. Enumerable.Range(0, Math.Min(Series, catalogue.SeriesCount)).Select(SampleSource.Of)];
        if (sources.Length == 0) return;
        try
        {
            long now = desk.Now.ToUnixTimeMilliseconds();
            Step hour = Step.Fixed(TimeSpan.FromHours(1));
            SampleRequest curve = new(now - DayMs, now, null, null, false, SampleRequest.DefaultMaxPoints, false);
            foreach (SampleRequest request in (SampleRequest[])[curve, curve with { EverySample = true }, curve with { From = now - (30 * DayMs), Step = hour, Aggregate = Aggregate.Avg }])
                await SampleWriter.WriteJsonAsync(PipeWriter.Create(Stream.Null), await desk.FetchAsync(sources, request, stoppingToken), stoppingToken);
            await desk.FetchAcrossAsync(sources, curve with { Step = hour, Aggregate = Aggregate.Avg }, Across.Sum, stoppingToken);
            await desk.FetchLatestAsync(sources, null, stoppingToken);
        }
#pragma warning disable CA1031 // whatever keeps it from an answer, a server does not stop for a question that nobody asked
        catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(fault); // whoever asks for it is told
        }
    }

    [LoggerMessage(3041, LogLevel.Debug, "The first questions after the start could not be answered")]
    private partial void LogFailed(Exception fault);
}
