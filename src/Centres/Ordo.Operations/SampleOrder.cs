namespace Ordo.Operations;

/// <summary>Decides which samples come too late to speak for the present of their series. They are stored all the same.</summary>
internal static class SampleOrder
{
    /// <summary>No sample of the series was seen yet.</summary>
    public const long None = long.MinValue;

    /// <summary>Where the calendar begins and ends.</summary>
    public static readonly long BeginningMs = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), EndMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>How far ahead of the server a device's clock may run before its time is not believed.</summary>
    public const long ClockToleranceMs = 60_000;

    /// <summary>
    /// A sample older than the newest one is late; one of the same time is not, because it replaces that one.
    /// The exception: when the newest lies in the future and this one does not, the device's clock was set right, and waiting for
    /// the clock to catch up with the mistake would leave the series unwatched for hours.
    /// </summary>
    public static bool IsLate(long timeMs, long newestMs, long nowMs) =>
        timeMs < newestMs && !(IsAhead(newestMs, nowMs) && !IsAhead(timeMs, nowMs));

    /// <summary>A device may send any 64-bit time; the calendar ends earlier.</summary>
    public static DateTimeOffset TimeOf(long timeMs) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(timeMs, BeginningMs, EndMs));

    /// <summary>
    /// A sample that tells of the past: a logger sends what it kept while the line was down. It is stored and drawn, but a siren for what was over
    /// days ago would only hide what is wrong now. Hour and day values are by nature as old as their interval, so twice the distance from
    /// the sample before it (at most a day, at least an hour) is still the present.
    /// </summary>
    public static bool IsHistory(long timeMs, long previousMs, long nowMs)
    {
        const long hour = 3_600_000, day = 24 * hour;
        // Unsigned: from "none before" to any time is a distance that a long cannot hold.
        long distance = (long)Math.Min((ulong)timeMs - (ulong)previousMs, day);
        return timeMs < nowMs - 2 * Math.Max(distance, hour);
    }

    public static bool IsAhead(long timeMs, long nowMs) => timeMs > nowMs + ClockToleranceMs;
}
