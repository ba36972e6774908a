using Ordo.Foundation.Telemetry;

namespace Ordo.Foundation.Expressions;

/// <summary>
/// Inputs of an expression over columns of samples that are already in memory, looked at from one moment after another. Values must be in the units of
/// the points. Sums run from the oldest sample to the newest, so that the same range gives the same bits however it was reached. Not thread-safe.
/// </summary>
/// <param name="columns">Of each input, ascending in time, reaching back as far as the expression looks, with the held sample before it.</param>
/// <param name="holdMs">Of each input: how long a sample holds; older ones are unknown.</param>
/// <param name="periodStart">Start of the park's calendar period that holds a time.</param>
public sealed class SampleInputs(IReadOnlyList<SampleColumns> columns, IReadOnlyList<long> holdMs, Func<long, CalendarPeriod, long> periodStart) : IExpressionInputs
{
    private readonly int[] ends = new int[columns.Count]; // of each input: samples at or before now
    private readonly Dictionary<(int Input, WindowFunction Function, CalendarPeriod Period), Running> running = [];

    public long NowMs { get; private set; } = long.MinValue;

    /// <summary>Goes to a later moment, or the same.</summary>
    public void MoveTo(long timeMs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeMs, NowMs);
        NowMs = timeMs;
        for (int input = 0; input < ends.Length; input++)
        {
            long[] times = columns[input].Times;
            int end = ends[input];
            while (end < times.Length && times[end] <= timeMs) end++;
            ends[input] = end;
        }
    }

    public bool TryGet(int input, int back, out Sample sample)
    {
        int newest = ends[input] - 1, at = newest - back;
        sample = default;
        if (at < 0 || IsTooOld(newest, 1) || IsTooOld(at, back + 1)) return false;
        SampleColumns from = columns[input];
        sample = new(from.Times[at], from.Values[at], from.Qualities[at]);
        return true;

        // Bounded, so that what a late sample can change is bounded too.
        bool IsTooOld(int index, int holds) => (Int128)NowMs - columns[input].Times[index] > (Int128)holdMs[input] * holds;
    }

    public ExpressionValue Over(int input, WindowFunction function, TimeWindow window)
    {
        SampleColumns from = columns[input];
        int end = ends[input];
        if (window.Period == CalendarPeriod.None)
        {
            long start = NowMs - window.LengthMs;
            var total = new Running(start, FirstFrom(from.Times, start + 1, end));
            return total.Add(from, end, function, holdMs[input]).Result(from, NowMs, function, holdMs[input]);
        }

        // Since the period began: carried on from the moment before, which adds in the same order as beginning anew.
        long begin = periodStart(NowMs, window.Period);
        var key = (input, function, window.Period);
        if (!running.TryGetValue(key, out Running? sums) || sums.Start != begin) running[key] = sums = new(begin, FirstFrom(from.Times, begin, end));
        return sums.Add(from, end, function, holdMs[input]).Result(from, NowMs, function, holdMs[input]);
    }

    private static int FirstFrom(long[] times, long time, int end)
    {
        int index = Array.BinarySearch(times, 0, end, time);
        return index >= 0 ? index : ~index;
    }

    /// <summary>Figures of a window, its samples added in order.</summary>
    /// <param name="start">Where the window begins, for what is measured over time.</param>
    /// <param name="firstInside">Index of its first sample.</param>
    private sealed class Running(long start, int firstInside)
    {
        private int next = firstInside;
        private int lastGood = -1;
        private long count, goodCount;
        private double sum, min = double.PositiveInfinity, max = double.NegativeInfinity, first, growth, area;
        private bool hasArea, hasGap, isBegun;

        public long Start => start;

        public Running Add(SampleColumns from, int end, WindowFunction function, long hold)
        {
            if (!isBegun)
            {
                isBegun = true;
                if (function is WindowFunction.Delta or WindowFunction.Integral) lastGood = GoodBefore(from, next, start, hold);
            }

            for (; next < end; next++)
            {
                count++;
                if (!IsGood(from, next)) continue;
                double value = from.Values[next];
                if (goodCount++ == 0) first = value;
                sum += value;
                min = Math.Min(min, value);
                max = Math.Max(max, value);
                if (lastGood >= 0)
                {
                    double before = from.Values[lastGood];
                    growth += value >= before ? value - before : value;
                    AddArea(from, lastGood, next, hold);
                }

                lastGood = next;
            }

            return this;
        }

        public ExpressionValue Result(SampleColumns from, long now, WindowFunction function, long hold)
        {
            QualityStatus quality = goodCount < count ? QualityStatus.Uncertain : QualityStatus.Good;
            if (function == WindowFunction.Count) return ExpressionValue.Of(goodCount, quality);
            if (function == WindowFunction.Integral) return Integral(from, now, hold, quality);
            if (goodCount == 0) return ExpressionValue.Unknown;
            return ExpressionValue.Of(
                function switch
                {
                    WindowFunction.Min => min,
                    WindowFunction.Max => max,
                    WindowFunction.Avg => sum / goodCount,
                    WindowFunction.Sum => sum,
                    WindowFunction.First => first,
                    WindowFunction.Last => from.Values[lastGood],
                    _ => growth,
                },
                quality);
        }

        /// <summary>The last good sample holds up to now, as long as a sample holds.</summary>
        private ExpressionValue Integral(SampleColumns from, long now, long hold, QualityStatus quality)
        {
            if (lastGood < 0) return ExpressionValue.Unknown;
            long since = Math.Max(from.Times[lastGood], start), until = Math.Min(now, AddSaturated(from.Times[lastGood], hold));
            bool isHeld = until > since;
            if (!hasArea && !isHeld && goodCount == 0) return ExpressionValue.Unknown;
            if (hasGap || until < now) quality = ExpressionValue.Worse(quality, QualityStatus.Uncertain);
            return ExpressionValue.Of(area + (isHeld ? from.Values[lastGood] * (until - since) : 0), quality);
        }

        /// <summary>The straight line between two good samples, as far as it lies inside; a gap longer than a sample holds is not bridged.</summary>
        private void AddArea(SampleColumns from, int left, int right, long hold)
        {
            double a = from.Values[left], b = from.Values[right];
            long t = from.Times[left], u = from.Times[right];
            if (u - t > hold)
            {
                // Known as long as the left sample held, and nothing between then and the right one.
                long until = AddSaturated(t, hold);
                if (until > start) area += a * (until - Math.Max(t, start));
                hasArea |= until > start;
                hasGap = true;
                return;
            }

            double atStart = t >= start ? a : a + ((b - a) * ((double)(start - t) / (u - t)));
            area += (atStart + b) / 2 * (u - Math.Max(t, start));
            hasArea = true;
        }

        /// <summary>The good sample before the window, if it still held when the window began.</summary>
        private static int GoodBefore(SampleColumns from, int index, long start, long hold)
        {
            for (index--; index >= 0 && (Int128)start - from.Times[index] <= hold; index--)
                if (IsGood(from, index)) return index;
            return -1;
        }

        private static bool IsGood(SampleColumns from, int index) => from.Qualities[index].IsGood && double.IsFinite(from.Values[index]);

        private static long AddSaturated(long time, long length) => time > long.MaxValue - length ? long.MaxValue : time + length;
    }
}
