using System.Diagnostics;

namespace Ordo.Bench;

/// <summary>
/// What a machine takes from programs that never wait: a thread for each processor reads the clock and counts the gaps. A virtual processor that its host gives to others, or the
/// system's own work, shows in no statistic of the system, and is the least that any latency measured here can have.
/// </summary>
internal static class Stillness
{
    /// <param name="Share">Of the time, that lies in gaps of more than a millisecond; the processor that lost most.</param>
    /// <param name="Longest">Milliseconds.</param>
    internal readonly record struct Gaps(double Share, double Longest);

    public static Gaps Measure(TimeSpan time)
    {
        var found = new Gaps[Environment.ProcessorCount];
        var threads = Enumerable.Range(0, found.Length).Select(i => new Thread(() => found[i] = Watch(time))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return new(found.Max(gaps => gaps.Share), found.Max(gaps => gaps.Longest));
    }

    private static Gaps Watch(TimeSpan time)
    {
        long begin = Stopwatch.GetTimestamp(), last = begin, end = begin + (long)(time.TotalSeconds * Stopwatch.Frequency), millisecond = Stopwatch.Frequency / 1000, lost = 0, longest = 0;
        while (last < end)
        {
            long now = Stopwatch.GetTimestamp(), gap = now - last;
            last = now;
            if (gap > millisecond) lost += gap;
            longest = Math.Max(longest, gap);
        }

        return new((double)lost / (last - begin), (double)longest / millisecond);
    }
}
