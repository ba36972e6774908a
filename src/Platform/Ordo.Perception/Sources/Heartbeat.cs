namespace Ordo.Perception.Sources;

/// <summary>
/// Learns how often a source speaks, from the gaps between its messages. A source that sends five messages every hour has a heartbeat of an hour:
/// gaps within a burst do not count, and the longest usual gap wins.
/// </summary>
public static class Heartbeat
{
    /// <summary>Assumed until something was learned.</summary>
    public const long UnknownMs = 120_000;

    private const long BurstMs = 1_000;
    private const int MissedBeats = 3;
    private const long PatienceMs = 10_000;

    /// <summary>The heartbeat after one more gap.</summary>
    /// <param name="learnedMs">What was known; 0 when nothing.</param>
    /// <param name="gapMs">Time since the message before.</param>
    /// <param name="wasOffline">The gap had been long enough to call the source offline.</param>
    public static long Learn(long learnedMs, long gapMs, bool wasOffline)
    {
        if (gapMs < BurstMs) return learnedMs;
        if (learnedMs == 0) return gapMs;
        // An outage must not teach that silence is normal, but a source that became slower on purpose is understood after a few rounds.
        if (wasOffline) return Math.Min(gapMs, learnedMs * 2);
        return gapMs > learnedMs ? gapMs : learnedMs - ((learnedMs - gapMs) / 4);
    }

    /// <summary>Silence after which a source counts as offline.</summary>
    public static long ToleranceMs(long heartbeatMs) => (MissedBeats * (heartbeatMs == 0 ? UnknownMs : heartbeatMs)) + PatienceMs;
}
