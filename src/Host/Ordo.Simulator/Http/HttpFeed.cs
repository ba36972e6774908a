using Ordo.Simulator.Replay;

namespace Ordo.Simulator.Http;

/// <summary>A moment on the wall and the moment of the recording that is replayed then.</summary>
public readonly record struct Moment(DateTimeOffset Wall, DateTimeOffset Replay)
{
    /// <summary>Wall time in milliseconds since 1970, as it stands in a message.</summary>
    public long Milliseconds => Wall.ToUnixTimeMilliseconds();
}

/// <summary>Devices that write over HTTP and report together.</summary>
public interface IHttpDevices
{
    /// <summary>How long one measured row is replayed at speed 1.</summary>
    TimeSpan RowLength { get; }

    /// <summary>The measured values of some moments, ascending.</summary>
    IEnumerable<Message> Messages(IReadOnlyList<Moment> moments);
}

/// <summary>
/// Reports for devices over HTTP: at start the history, one moment per measured row; then every interval the rows that have begun since,
/// or, when none has, the present one again, as a meter does that is polled more often than its value changes.
/// </summary>
public sealed class HttpFeed(IHttpDevices devices, ReplayClock clock, TimeSpan interval, TimeSpan history, TimeSpan clockError, PlatformClient platform, TimeProvider time)
{
    private const int MostMomentsPerMessage = 96;

    public async Task RunAsync(CancellationToken cancellation)
    {
        DateTimeOffset reported = Now - history;
        while (true)
        {
            List<Moment> moments = [.. clock.RowStarts(reported, Now, devices.RowLength).Take(MostMomentsPerMessage).Select(row => new Moment(row.Wall, row.Replay))];
            bool caughtUp = moments.Count < MostMomentsPerMessage;
            if (moments.Count == 0) moments.Add(new(Now, clock.ToReplay(Now)));
            foreach (Message message in devices.Messages([.. moments.Select(moment => moment with { Wall = moment.Wall + clockError })]))
                await platform.DeliverAsync(message, cancellation);
            reported = moments[^1].Wall + TimeSpan.FromMilliseconds(1);
            if (caughtUp) await Task.Delay(interval, time, cancellation);
        }
    }

    private DateTimeOffset Now => time.GetUtcNow().ToOffset(Recording.China);
}
