namespace Ordo.Perception.Gateways.Hj212;

/// <summary>
/// Notices missing packets of a split message (HJ 212-2017 example C.49). Every packet is complete in itself and is stored on its own, so this only counts;
/// a message is known by its command and its DataTime. Not thread-safe.
/// </summary>
public sealed class Hj212Packets
{
    private const int MaxOpen = 16;
    private const int MaxPackets = 4096;
    private readonly List<Open> open = []; // oldest first

    /// <summary>A message of which packets are missing.</summary>
    /// <param name="Command">CN.</param>
    /// <param name="TimeMs">DataTime, UTC.</param>
    /// <param name="Count">PNUM.</param>
    /// <param name="Missing">The packet numbers that did not come.</param>
    public sealed record Incomplete(int Command, long TimeMs, int Count, int[] Missing);

    /// <summary>Notes a packet.</summary>
    /// <param name="command">CN.</param>
    /// <param name="timeMs">DataTime, UTC.</param>
    /// <param name="count">PNUM.</param>
    /// <param name="number">PNO.</param>
    /// <param name="nowMs">Now.</param>
    /// <returns><c>false</c> when the numbers make no sense: PNO beyond PNUM. The data counts, the packet does not.</returns>
    public bool Note(int command, long timeMs, int count, int number, long nowMs)
    {
        if (number < 1 || number > count || count > MaxPackets) return false;
        int at = open.FindIndex(o => o.Command == command && o.TimeMs == timeMs && o.Count == count);
        if (at < 0)
        {
            open.Add(new Open(command, timeMs, count));
            at = open.Count - 1;
        }

        open[at].LastMs = nowMs;
        open[at].Arrived[number - 1] = true;
        if (Array.TrueForAll(open[at].Arrived, a => a)) open.RemoveAt(at);
        return true;
    }

    /// <summary>Takes out a message that has waited too long, or that there is no room for.</summary>
    public Incomplete? TakeOverdue(long nowMs, TimeSpan patience)
    {
        int at = open.Count > MaxOpen ? 0 : open.FindIndex(o => nowMs - o.LastMs > patience.TotalMilliseconds);
        if (at < 0) return null;
        Open overdue = open[at];
        open.RemoveAt(at);
        return new Incomplete(overdue.Command, overdue.TimeMs, overdue.Count, [.. Enumerable.Range(1, overdue.Count).Where(n => !overdue.Arrived[n - 1])]);
    }

    private sealed class Open(int command, long timeMs, int count)
    {
        public int Command { get; } = command;

        public long TimeMs { get; } = timeMs;

        public int Count { get; } = count;

        public bool[] Arrived { get; } = new bool[count];

        public long LastMs { get; set; }
    }
}
