using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;

namespace Ordo.Storage.Reading;

/// <summary>Gathers the samples of one series into the statistics of each step. A chunk that lies within one step and that memory has nothing to add to is not unpacked.</summary>
internal sealed class StepFold(long[] starts, long first, long last)
{
    private readonly Statistics[] steps = new Statistics[starts.Length];
    private readonly ChunkCodec codec = new();
    private readonly SampleBuffer samples = new();
    private int step;

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
            foreach (StoredChunk chunk in scan.Chunks)
            {
                int inside = Math.Max(inMemory, memory.IndexOf(chunk.Head.First));
                int behind = chunk.Head.Last == long.MaxValue ? memory.Count : Math.Max(inside, memory.IndexOf(chunk.Head.Last + 1));
                Add(memory, inMemory, inside);
                if (inside == behind && TryAddWhole(chunk.Head))
                {
                    inMemory = behind;
                    continue;
                }

                samples.Clear();
                scan.Decode(chunk, codec, samples);
                samples.Add(memory.Times[inside..behind], memory.Values[inside..behind], memory.Qualities[inside..behind]);
                samples.Normalize();
                // A chunk of the window before may have ended within this one only if memory held the same samples: they are counted already.
                Add(samples, samples.IndexOf(Math.Max(first, scan.WindowFirst)), last == long.MaxValue ? samples.Count : samples.IndexOf(last + 1));
                inMemory = behind;
            }
        }

        Add(memory, inMemory, memory.Count);
    }

    public AggregateColumns ToColumns(Aggregate aggregate, double? before)
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

    private bool TryAddWhole(in ChunkHead head)
    {
        if (head.First < first || head.Last > last) return false;
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
