using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;

namespace Ordo.Storage.Reading;

/// <summary>
/// Gathers the samples of one series into the statistics of each step. Where rollups serve they are taken; a chunk that lies within one step and that
/// memory has nothing to add to is not unpacked.
/// </summary>
internal sealed class StepFold(long[] starts)
{
    private readonly Statistics[] steps = new Statistics[starts.Length];
    private readonly ChunkCodec codec = new();
    private readonly SampleBuffer samples = new();
    private int step;

    public ReadOnlySpan<Statistics> Steps => steps;

    public void Clear()
    {
        Array.Clear(steps);
        step = 0;
    }

    public void Add(SeriesScan scan, CancellationToken cancellation)
    {
        SampleBuffer memory = scan.Memory;
        int inMemory = 0;
        while (scan.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            if (scan.Rollup is { } rollup)
            {
                // Memory has nothing within: what it holds before lies before the window.
                int before = memory.IndexOf(scan.WindowFirst);
                Add(memory, inMemory, before);
                inMemory = before;
                for (int i = rollup.First; i < rollup.End; i++)
                    if (rollup.Buckets[i].Count > 0) steps[StepOf(rollup.Starts[i])].Append(rollup.Buckets[i]);
                continue;
            }

            int memoryEnd = IndexAfter(memory, scan.WindowLast);
            foreach (StoredChunk chunk in scan.Chunks)
            {
                int inside = Math.Clamp(memory.IndexOf(chunk.Head.First), inMemory, memoryEnd);
                int behind = Math.Clamp(IndexAfter(memory, chunk.Head.Last), inside, memoryEnd);
                Add(memory, inMemory, inside);
                inMemory = behind;
                if (inside == behind && IsWithin(chunk.Head, scan) && TryAddWhole(chunk.Head)) continue;

                samples.Clear();
                scan.Decode(chunk, codec, samples);
                samples.Add(memory.Times[inside..behind], memory.Values[inside..behind], memory.Qualities[inside..behind]);
                samples.Normalize();
                // A chunk may reach over either end of its window; what lies there belongs to the windows before and behind.
                Add(samples, samples.IndexOf(scan.WindowFirst), IndexAfter(samples, scan.WindowLast));
            }
        }

        Add(memory, inMemory, memory.Count);
    }

    public AggregateColumns ToColumns(Aggregate aggregate, double? before) => ToColumns(steps, aggregate, before);

    /// <summary>The figure asked for of each step.</summary>
    /// <param name="steps">In the order of time.</param>
    /// <param name="aggregate">Which figure.</param>
    /// <param name="before">For a growth: the last usable value before the first step, where there is one.</param>
    public static AggregateColumns ToColumns(Statistics[] steps, Aggregate aggregate, double? before)
    {
        var values = new double[steps.Length];
        var counts = new long[steps.Length];
        var goodCounts = new long[steps.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            ref Statistics statistics = ref steps[i];
            counts[i] = statistics.Count;
            goodCounts[i] = statistics.Usable;
            if (aggregate != Aggregate.Delta)
            {
                values[i] = statistics.Of(aggregate);
                continue;
            }

            values[i] = statistics.Usable == 0 ? double.NaN : statistics.Delta(before);
            if (statistics.Usable > 0) before = statistics.Last;
        }

        return new(values, counts, goodCounts);
    }

    private static bool IsWithin(in ChunkHead head, SeriesScan scan) => head.First >= scan.WindowFirst && head.Last <= scan.WindowLast;

    private static int IndexAfter(SampleBuffer samples, long time) => time == long.MaxValue ? samples.Count : samples.IndexOf(time + 1);

    private bool TryAddWhole(in ChunkHead head)
    {
        int at = StepOf(head.First);
        if (at + 1 < starts.Length && head.Last >= starts[at + 1]) return false;
        steps[at].Append(head.Statistics);
        return true;
    }

    private void Add(SampleBuffer from, int start, int end)
    {
        ReadOnlySpan<long> times = from.Times;
        ReadOnlySpan<double> values = from.Values;
        ReadOnlySpan<SampleQuality> qualities = from.Qualities;
        for (int i = start; i < end; i++) steps[StepOf(times[i])].Add(values[i], qualities[i]);
    }

    /// <summary>Times come in order, so the step is this one or one of the next.</summary>
    private int StepOf(long time)
    {
        while (step + 1 < starts.Length && time >= starts[step + 1]) step++;
        return step;
    }
}
