namespace Ordo.Operations.Notifications;

/// <summary>Section <c>Operations:Notification</c>.</summary>
public sealed record NotificationOptions
{
    /// <summary>
    /// Where channels may connect to beside public addresses over TLS: <c>mail.park.local</c>, <c>*.park.local</c>, <c>10.1.0.0/16</c>, each with
    /// <c>:port</c> if only that one. Set by who runs the server, not in the console, so that nobody reaches into the control network through a webhook.
    /// </summary>
    public string[] AllowedTargets { get; init; } = [];

    /// <summary>Address of the console as people reach it, for links in messages: <c>https://ordo.park.local</c>. Without it messages carry no link.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Waits so long for further alarms before a message leaves.</summary>
    public TimeSpan CollectFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Shortest time between two messages to one recipient on one channel; what rises meanwhile goes into the next one together.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The same for messages with an alarm of priority 1.</summary>
    public TimeSpan UrgentGap { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A receiver must have taken the message within this time.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Most bytes read of a receiver's answer.</summary>
    public int MaxAnswerBytes { get; init; } = 16 * 1024;

    /// <summary>Messages under way on one channel at a time.</summary>
    public int ParallelPerChannel { get; init; } = 4;

    /// <summary>
    /// Waits before the second, third … attempt; after the last one the message has failed. Default: 10 s, 30 s, 2 min, 8 min, 30 min. Empty here, because
    /// configuration adds to a list and does not replace it.
    /// </summary>
    public TimeSpan[] RetryAfter { get; init; } = [];

    internal TimeSpan[] RetryWaits => RetryAfter.Length > 0 ? RetryAfter
        : [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(30)];

    /// <summary>Deliveries older than this are forgotten.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(400);
}
