using System.Globalization;
using Ordo.Simulator.Hj212;
using Ordo.Simulator.Http;
using Ordo.Simulator.Replay;

namespace Ordo.Simulator;

/// <summary>Runs every device of the demo park until it is stopped.</summary>
public static class FieldSimulator
{
    private static readonly TimeSpan FirstStatus = TimeSpan.FromSeconds(10), StatusInterval = TimeSpan.FromMinutes(1);

    /// <param name="options">Checked by the caller with <see cref="SimulatorOptions.Faults"/>.</param>
    /// <param name="status">Takes a short line now and then.</param>
    /// <param name="time">The wall clock.</param>
    /// <param name="cancellation">Stops all devices; the task then completes without an exception.</param>
    public static async Task RunAsync(SimulatorOptions options, TextWriter status, TimeProvider time, CancellationToken cancellation)
    {
        DateTimeOffset anchor = (options.Anchor ?? time.GetUtcNow()).ToOffset(Recording.China);
        var clock = new ReplayClock(anchor, options.From?.ToOffset(Recording.China) ?? anchor, options.Speed);
        var fleet = new Fleet(options.Data);
        var tally = new Tally();
        using var http = new HttpClient { BaseAddress = options.Server };

        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

        var loggerOptions = new Hj212LoggerOptions { Platform = options.Hj212, RealTimeInterval = options.RealTimeInterval, History = options.History };
        List<Task> running = [.. fleet.Stations(clock).Select(station =>
            new Hj212Logger(station, loggerOptions, options.Misbehaviour.Of(station.Mn), tally, time).RunAsync(all.Token))];
        if (options.Token is not null)
        {
            running.Add(Feed(fleet.Meters(), "meters"));
            running.Add(Feed(fleet.Gas(), "gas"));
        }
        running.Add(ReportAsync(clock, options.Speed, tally, status, time, all.Token));

        // One device that ends by itself is a fault of the simulator: stop and say so rather than go on without it.
        Task first = await Task.WhenAny(running);
        await all.CancelAsync();
        await Task.WhenAll(running).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (!cancellation.IsCancellationRequested) await first;

        Task Feed(IHttpDevices devices, string name)
        {
            Misbehaviour misbehaviour = options.Misbehaviour.Of(name);
            var platform = new PlatformClient(http, options.Token, misbehaviour, tally, time);
            return new HttpFeed(devices, clock, options.ReportInterval, options.History, misbehaviour.ClockError(), platform, time).RunAsync(all.Token);
        }
    }

    private static async Task ReportAsync(ReplayClock clock, double speed, Tally tally, TextWriter status, TimeProvider time, CancellationToken cancellation)
    {
        string? lastFailure = null;
        long before = 0;
        for (TimeSpan interval = FirstStatus; ; interval = StatusInterval)
        {
            await Task.Delay(interval, time, cancellation);
            DateTimeOffset replayed = clock.ToReplay(time.GetUtcNow().ToOffset(Recording.China));
            string failure = tally.LastFailure is { } why && why != lastFailure ? $" · {lastFailure = why}" : "";
            await status.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                $"{tally.Online} HJ 212 devices online · {tally.Messages} messages, {tally.Samples} samples acknowledged ({(tally.Samples - before) / interval.TotalSeconds:0}/s) · {tally.Resent} sent again, {tally.Failures} failures · replaying {replayed:MM-dd HH:mm} at {speed}×{failure}"));
            before = tally.Samples;
        }
    }
}
