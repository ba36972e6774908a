using Ordo.Foundation.Expressions;

namespace Ordo.Operations.Alarms.Evaluators;

/// <summary>
/// What the usable samples of the last so many milliseconds come to. They are kept in at most some hundred slots, so a window of a day over a fast series costs
/// no more than one of a minute; a window is exact to 1/<see cref="Slots"/> of its length, and exact altogether while there is one sample a slot.
/// </summary>
/// <param name="windowMs">Length of the window.</param>
/// <param name="holdMs">How long a sample holds; a longer gap is not bridged.</param>
internal sealed class WindowTrack(long windowMs, long holdMs)
{
    public const int Slots = 240;

    private readonly long slotMs = Math.Max(1, windowMs / Slots);
    private readonly Queue<Slot> slots = new();
    private Slot? newest;

    public void Add(long timeMs, double value)
    {
        if (newest is not null && timeMs < newest.LastMs) Clear(); // the device's clock was set back: what it said before is not comparable
        if (newest is null || timeMs / slotMs != newest.LastMs / slotMs)
        {
            Slot slot = new() { First = value, Min = value, Max = value };
            if (newest is not null) slot.Follow(newest.LastMs, newest.Last, timeMs, value, holdMs);
            slots.Enqueue(newest = slot);
        }
        else if (timeMs == newest.LastMs)
        {
            newest.Replace(value); // the same time again replaces
            return;
        }
        else
        {
            newest.Follow(newest.LastMs, newest.Last, timeMs, value, holdMs);
        }
        newest.Take(timeMs, value);
        Drop(timeMs);
    }

    public ExpressionValue Over(WindowFunction function, long nowMs)
    {
        Drop(nowMs);
        long count = 0;
        double sum = 0, min = double.PositiveInfinity, max = double.NegativeInfinity, growth = 0, area = 0;
        bool isFirst = true;
        foreach (Slot slot in slots)
        {
            count += slot.Count;
            sum += slot.Sum;
            min = Math.Min(min, slot.Min);
            max = Math.Max(max, slot.Max);
            growth += slot.Growth;
            if (!isFirst) area += slot.Area; // the line into the oldest slot began outside
            isFirst = false;
        }
        if (function == WindowFunction.Count) return ExpressionValue.Of(count);
        if (count == 0) return ExpressionValue.Unknown;
        return ExpressionValue.Of(function switch
        {
            WindowFunction.Min => min,
            WindowFunction.Max => max,
            WindowFunction.Avg => sum / count,
            WindowFunction.Sum => sum,
            WindowFunction.First => slots.Peek().First,
            WindowFunction.Last => newest!.Last,
            WindowFunction.Delta => growth,
            _ => area + (newest!.Last * Math.Min(nowMs - newest.LastMs, holdMs)),
        });
    }

    private void Clear()
    {
        slots.Clear();
        newest = null;
    }

    private void Drop(long nowMs)
    {
        while (slots.TryPeek(out Slot? oldest) && oldest.LastMs <= nowMs - windowMs) slots.Dequeue();
        if (slots.Count == 0) newest = null;
    }

    private sealed class Slot
    {
        public long LastMs { get; private set; }

        public long Count { get; private set; }

        public double First { get; init; }

        public double Min { get; set; }

        public double Max { get; set; }

        public double Last { get; private set; }

        public double Sum { get; private set; }

        public double Growth { get; private set; }

        /// <summary>Value × milliseconds, straight lines between samples.</summary>
        public double Area { get; private set; }

        public void Take(long timeMs, double value)
        {
            (LastMs, Last) = (timeMs, value);
            Count++;
            Sum += value;
            Min = Math.Min(Min, value);
            Max = Math.Max(Max, value);
        }

        public void Follow(long beforeMs, double before, long timeMs, double value, long holdMs)
        {
            Growth += value >= before ? value - before : value; // a fall is a counter that began anew
            if (timeMs - beforeMs <= holdMs) Area += (before + value) / 2 * (timeMs - beforeMs);
        }

        public void Replace(double value)
        {
            Sum += value - Last;
            Min = Math.Min(Min, value);
            Max = Math.Max(Max, value);
            Last = value;
        }
    }
}
