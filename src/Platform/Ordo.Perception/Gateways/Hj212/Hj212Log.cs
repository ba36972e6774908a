using Microsoft.Extensions.Logging;

namespace Ordo.Perception.Gateways.Hj212;

/// <summary>
/// Lines of the server's log about connections and devices. What repeats is written at the first, second, fourth, eighth … time, with the count; the
/// frame log of the source has each.
/// </summary>
internal sealed partial class Hj212Log(ILogger<Hj212Gateway> logger)
{
    private readonly ILogger logger = logger;
    private long unclaimed;

    public void ConnectionRefused(string remote, long total)
    {
        if (long.IsPow2(total)) LogRefused(remote, total);
    }

    public void Unclaimed(string device, string remote)
    {
        long total = Interlocked.Increment(ref unclaimed);
        if (total <= 10 || long.IsPow2(total)) LogUnclaimed(device, remote, total);
    }

    public void WrongPassword(string device, string remote, long total)
    {
        if (long.IsPow2(total)) LogWrongPassword(device, remote, total);
    }

    public void Slowed(string device, string remote, long total)
    {
        if (long.IsPow2(total)) LogSlowed(device, remote, total);
    }

    [LoggerMessage(2101, LogLevel.Information, "HJ 212 connection {Remote} was closed: {Reason}.")]
    public partial void Closed(string remote, string reason);

    [LoggerMessage(2103, LogLevel.Error, "HJ 212 connection {Remote} was ended by a fault of the server.")]
    public partial void Failed(Exception fault, string remote);

    [LoggerMessage(2104, LogLevel.Error, "The requests to HJ 212 device {Device} could not be moved on.")]
    public partial void TickFailed(Exception fault, string device);

    [LoggerMessage(2107, LogLevel.Information, "HJ 212 device {Device} ({Remote}) is not known yet; it is listed as unclaimed and its data is stored. {Total} such devices so far.")]
    private partial void LogUnclaimed(string device, string remote, long total);

    [LoggerMessage(2102, LogLevel.Warning, "HJ 212 connection {Remote} was refused: too many connections. {Total} refused so far.")]
    private partial void LogRefused(string remote, long total);

    [LoggerMessage(2105, LogLevel.Warning, "HJ 212 device {Device} ({Remote}) sends a password that is not the configured one; nothing of it is stored. {Total} frames refused so far.")]
    private partial void LogWrongPassword(string device, string remote, long total);

    [LoggerMessage(2106, LogLevel.Warning, "HJ 212 device {Device} ({Remote}) sends more than it may and is read more slowly, {Total} times so far.")]
    private partial void LogSlowed(string device, string remote, long total);
}
