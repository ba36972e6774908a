using System.Buffers.Binary;
using System.Security.Cryptography;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>
/// Keeps the joined figures of many points for hours that are over, so that a wall which asks again for a month of a whole park reads only the hours that are new. What is kept is never older
/// than the store: a sample for an hour that was over (late, corrected, imported) makes every step read again that it can have changed.
/// </summary>
/// <remarks>
/// An observer sees a batch after it can be read. So of a question and a sample that come at the same time either the question reads the sample, or the sample is noted after the question took its
/// number and what the question keeps is not used.
/// </remarks>
internal sealed class SettledCurves(TimeProvider clock) : ISampleObserver
{
    private const long HourMs = 3_600_000;

    /// <summary>An hour is over so long after its end: samples on their way still come.</summary>
    private const long Grace = 5 * 60_000;

    /// <summary>Steps of all curves together, 40 bytes each.</summary>
    private const int MostSteps = 1_000_000;

    /// <summary>Hours whose last change is known one by one; with more all count as changed.</summary>
    private const int MostHours = 100_000;

    /// <summary>Stretches of one curve that are read each by itself.</summary>
    private const int MostRuns = 4;

    private readonly Lock gate = new();
    private readonly Dictionary<CurveKey, LinkedListNode<Curve>> curves = [];
    private readonly LinkedList<Curve> byUse = new(); // used last first
    private readonly SortedList<long, long> changed = []; // number of the last change by hour
    private long watched = long.MinValue;
    private long number, changedBefore;
    private int steps;

    /// <summary>What a curve is of.</summary>
    public static CurveKey KeyOf(IReadOnlyList<SampleSource> sources, Across how, Aggregate aggregate, Step step, int drops)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[20];
        foreach (SampleSource source in sources)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, source.Series ?? -1);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[4..], source.Scale);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes[12..], source.Offset);
            hash.AppendData(bytes);
        }

        return new(Convert.ToHexString(hash.GetHashAndReset()), how, aggregate, step, drops);
    }

    public void Observe(Batch batch)
    {
        Interlocked.MemoryBarrier(); // the samples stand before the watch is read, as the watch stands before a question reads
        long before = Volatile.Read(ref watched);
        ReadOnlySpan<long> times = batch.Times;
        long noted = long.MinValue;
        foreach (long time in times)
        {
            if (time >= before) continue;
            long hour = FloorOf(time);
            if (hour == noted) continue;
            noted = hour;
            lock (gate) Note(hour);
        }
    }

    /// <summary>What is known of a curve, and which of its steps must be read.</summary>
    /// <param name="key">What it is of.</param>
    /// <param name="starts">Starts of its steps.</param>
    /// <param name="from">First time asked for.</param>
    /// <param name="to">The time before which it ends.</param>
    /// <param name="points">How many points it joins.</param>
    public Answer Ask(CurveKey key, long[] starts, long from, long to, int points)
    {
        long settled = FloorOf(clock.GetUtcNow().ToUnixTimeMilliseconds() - Grace);
        var across = new AcrossPoints(key.How, starts.Length) { Points = points };
        lock (gate)
        {
            // First the watch, then the number, then the reading: whatever is missed in reading has a later number.
            if (settled > watched) Volatile.Write(ref watched, settled);
            Interlocked.MemoryBarrier();
            var answer = new Answer(key, starts, from, to, across, settled, number);
            if (!curves.TryGetValue(key, out LinkedListNode<Curve>? node))
            {
                if (starts.Length > 0) answer.Runs.Add((0, starts.Length));
                return answer;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            Curve curve = node.Value;
            int offset = starts.Length == 0 ? 0 : curve.Starts.AsSpan().BinarySearch(starts[0]);
            for (int i = 0; i < starts.Length; i++)
            {
                int at = i + offset;
                bool isKnown = offset >= 0 && at < curve.Starts.Length && curve.Starts[at] == starts[i] && curve.Numbers[at] is > 0 and { } since
                    && answer.IsWhole(i) && !HasChanged(key.Aggregate == Aggregate.Delta ? long.MinValue : starts[i], answer.EndOf(i), since);
                if (isKnown)
                {
                    across.Take(curve.Figures, at, i, 1);
                    answer.Numbers[i] = curve.Numbers[at];
                    continue;
                }

                answer.Miss(i);
            }

            return answer;
        }
    }

    /// <summary>Keeps what can be used again of an answer that is whole.</summary>
    public void Keep(Answer answer)
    {
        int kept = 0;
        foreach (var (first, end) in answer.Runs)
            for (int i = first; i < end; i++) answer.Numbers[i] = answer.IsWhole(i) && answer.EndOf(i) <= answer.Settled ? answer.Number + 1 : 0;
        foreach (long since in answer.Numbers)
            if (since > 0) kept++;

        if (kept == 0 || answer.Starts.Length > MostSteps / 10) return;
        lock (gate)
        {
            if (curves.Remove(answer.Key, out LinkedListNode<Curve>? old)) Drop(old);
            curves[answer.Key] = byUse.AddFirst(new Curve(answer.Key, answer.Starts, answer.Figures, answer.Numbers));
            steps += answer.Starts.Length;
            while (steps > MostSteps && byUse.Last is { } oldest)
            {
                curves.Remove(oldest.Value.Key);
                Drop(oldest);
            }
        }
    }

    /// <summary>Keeps the curves for the next start; after the store was closed.</summary>
    /// <param name="file">Where.</param>
    /// <param name="drops">As in <see cref="KeyOf"/>: what was kept before the last of them is not told again.</param>
    public void Save(CurvesFile file, int drops)
    {
        lock (gate) file.Write(byUse.Where(curve => curve.Key.Drops == drops).Select(curve => new CurvesFile.Kept(curve.Key, curve.Starts, curve.Figures, IsStillTrue(curve))).ToList(), watched);
    }

    /// <summary>Takes up what the last stop kept; before the store is opened.</summary>
    public void Load(CurvesFile file)
    {
        (IReadOnlyList<CurvesFile.Kept> kept, long settled) = file.Take();
        lock (gate)
        {
            if (kept.Count > 0) watched = settled;
            foreach (CurvesFile.Kept curve in kept)
            {
                curves[curve.Key] = byUse.AddLast(new Curve(curve.Key, curve.Starts, curve.Figures, [.. curve.IsKept.Select(isKept => isKept ? number + 1 : 0)]));
                steps += curve.Starts.Length;
            }
        }
    }

    private bool[] IsStillTrue(Curve curve)
    {
        var (starts, isTrue) = (curve.Starts, new bool[curve.Starts.Length]);
        for (int i = 0; i < starts.Length; i++)
        {
            long end = i + 1 < starts.Length ? starts[i + 1] : starts[i] + curve.Key.Step.Milliseconds; // the last one is kept only where its length is fixed
            isTrue[i] = curve.Numbers[i] is > 0 and { } since && !HasChanged(curve.Key.Aggregate == Aggregate.Delta ? long.MinValue : starts[i], end, since);
        }

        return isTrue;
    }

    private void Drop(LinkedListNode<Curve> node)
    {
        byUse.Remove(node);
        steps -= node.Value.Starts.Length;
    }

    private void Note(long hour)
    {
        changed[hour] = ++number;
        if (changed.Count <= MostHours) return;
        changed.Clear();
        changedBefore = number;
    }

    /// <param name="from">First time of a step.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="since">One more than the number of the last change that its reading can have met.</param>
    private bool HasChanged(long from, long to, long since)
    {
        if (number < since) return false;
        if (changedBefore >= since) return true;
        for (int i = IndexAtOrAfter(from == long.MinValue ? from : FloorOf(from)); i < changed.Count && changed.GetKeyAtIndex(i) < to; i++)
            if (changed.GetValueAtIndex(i) >= since) return true;
        return false;
    }

    private int IndexAtOrAfter(long hour)
    {
        int low = 0, high = changed.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (changed.GetKeyAtIndex(middle) < hour) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static long FloorOf(long time) => time - (((time % HourMs) + HourMs) % HourMs);

    /// <param name="Sources">Hash of the points' series, scales and offsets, in their order.</param>
    /// <param name="Drops">How often anything past its age was let go: what was kept before is told no longer.</param>
    internal readonly record struct CurveKey(string Sources, Across How, Aggregate Aggregate, Step Step, int Drops);

    /// <summary>A curve in the making.</summary>
    internal sealed class Answer(CurveKey key, long[] starts, long from, long to, AcrossPoints figures, long settled, long number)
    {
        public CurveKey Key => key;

        public long[] Starts => starts;

        /// <summary>With what was known; the rest is to be read.</summary>
        public AcrossPoints Figures => figures;

        /// <summary>Runs of steps to read, from the first up to but not including the end.</summary>
        public List<(int First, int End)> Runs { get; } = [];

        /// <summary>First time to read of a step.</summary>
        public long FromOf(int step) => Math.Max(from, starts[step]);

        public long EndOf(int step) => step + 1 < starts.Length ? starts[step + 1] : to;

        internal long Settled => settled;

        internal long Number => number;

        /// <summary>One more than the number of the last change when a step was read; 0: not to be used again.</summary>
        internal long[] Numbers { get; } = new long[starts.Length];

        /// <summary>The first and the last step may be asked for in part; where the last one ends is only known of a fixed length.</summary>
        internal bool IsWhole(int step) => starts[step] >= from && (step + 1 < starts.Length || (key.Step.Unit == Step.StepUnit.Fixed && to - starts[step] >= key.Step.Milliseconds));

        /// <summary>Reading from afresh costs as much as reading on, so runs that are many become one.</summary>
        internal void Miss(int step)
        {
            if (Runs.Count > 0 && (Runs[^1].End == step || Runs.Count == MostRuns)) Runs[^1] = (Runs[^1].First, step + 1);
            else Runs.Add((step, step + 1));
        }
    }

    private sealed record Curve(CurveKey Key, long[] Starts, AcrossPoints Figures, long[] Numbers);
}
