using Microsoft.Extensions.Logging;

namespace Ordo.Perception.Gateways;

/// <summary>
/// What the operator should know of senders over HTTP. One faulty sender can cause thousands of these a second, so each kind is written at most
/// every ten seconds and says how many it stands for; all are counted elsewhere.
/// </summary>
internal sealed partial class HttpIngressLog(TimeProvider clock, ILogger<HttpIngressLog> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Throttle unreadable = new(clock), limited = new(clock), tooLong = new(clock), forbidden = new(clock);

    /// <param name="remote">Address and port of the sender.</param>
    /// <param name="count">Lines or samples of its request that could not be read or stored.</param>
    /// <param name="first">The first of them and why.</param>
    public void Unreadable(string? remote, int count, string first)
    {
        if (unreadable.TryPass(out int before)) LogUnreadable(remote, count, OneLine(first), before);
    }

    public void Limited(string? remote)
    {
        if (limited.TryPass(out int before)) LogLimited(remote, before);
    }

    public void TooLong(string? remote, long maxBytes)
    {
        if (tooLong.TryPass(out int before)) LogTooLong(remote, maxBytes, before);
    }

    public void Forbidden(string? remote, string source)
    {
        if (forbidden.TryPass(out int before)) LogForbidden(remote, source, before);
    }

    /// <summary>Foreign text must not be able to look like lines of the log.</summary>
    private static string OneLine(string text) => string.Concat(text.Take(300).Select(c => char.IsControl(c) ? ' ' : c));

    [LoggerMessage(2201, LogLevel.Warning, "A request of {Remote} held {Count} lines or samples that were not stored, the first: {First}. The sender was told. {Before} such requests before it were not logged.")]
    private partial void LogUnreadable(string? remote, int count, string first, int before);

    [LoggerMessage(2202, LogLevel.Warning, "{Remote}, or a source it writes to, sends more than it may and was told to wait (429). {Before} such requests before it were not logged.")]
    private partial void LogLimited(string? remote, int before);

    [LoggerMessage(2203, LogLevel.Warning, "A body of {Remote} is longer than {MaxBytes} bytes and was refused (413). {Before} such requests before it were not logged.")]
    private partial void LogTooLong(string? remote, long maxBytes, int before);

    [LoggerMessage(2204, LogLevel.Warning, "The token of {Remote} may not write to source {Source} (403). {Before} such requests before it were not logged.")]
    private partial void LogForbidden(string? remote, string source, int before);

    private sealed class Throttle(TimeProvider clock)
    {
        private readonly Lock gate = new();
        private long? last;
        private int dropped;

        public bool TryPass(out int before)
        {
            lock (gate)
            {
                before = dropped;
                if (last is { } time && clock.GetElapsedTime(time) < Interval)
                {
                    dropped++;
                    return false;
                }
                (last, dropped) = (clock.GetTimestamp(), 0);
                return true;
            }
        }
    }
}
