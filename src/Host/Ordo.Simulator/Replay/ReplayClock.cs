namespace Ordo.Simulator.Replay;

/// <summary>
/// Maps the wall clock to the moment of the recordings that is replayed. Up to the anchor one hour is one hour, so that the history sent at
/// start looks like a plant's; from the anchor on the recordings run <paramref name="speed"/> times faster. The same anchor gives the same
/// values at every start, which makes sending history again harmless.
/// </summary>
/// <param name="anchor">Wall time at which acceleration begins.</param>
/// <param name="from">Moment replayed at the anchor.</param>
/// <param name="speed">Recorded seconds per wall second after the anchor, above 0.</param>
public sealed class ReplayClock(DateTimeOffset anchor, DateTimeOffset from, double speed)
{
    public DateTimeOffset ToReplay(DateTimeOffset wall) => from + Stretch(wall - anchor, speed);

    public DateTimeOffset ToWall(DateTimeOffset replay) => anchor + Stretch(replay - from, 1 / speed);

    /// <summary>Wall times in [<paramref name="start"/>, <paramref name="end"/>) at which a new row begins, with that row's replayed moment.</summary>
    public IEnumerable<(DateTimeOffset Wall, DateTimeOffset Replay)> RowStarts(DateTimeOffset start, DateTimeOffset end, TimeSpan rowLength)
    {
        for (DateTimeOffset row = Floor(ToReplay(start), rowLength); ; row += rowLength)
        {
            DateTimeOffset wall = ToWall(row);
            if (wall >= end) yield break;
            if (wall >= start) yield return (wall, row);
        }
    }

    /// <summary>The start of the interval a moment lies in. China's offset is whole hours, so UTC and local hours begin together; days begin at local midnight.</summary>
    public static DateTimeOffset Floor(DateTimeOffset time, TimeSpan length) => new(time.Ticks - time.Ticks % length.Ticks, time.Offset);

    private static TimeSpan Stretch(TimeSpan sinceAnchor, double factor) =>
        sinceAnchor <= TimeSpan.Zero ? sinceAnchor : TimeSpan.FromMilliseconds(Math.Round(sinceAnchor.TotalMilliseconds * factor));
}
