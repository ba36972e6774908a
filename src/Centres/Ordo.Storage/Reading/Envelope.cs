using Ordo.Foundation.Telemetry;
using Ordo.Storage.Chunks;

namespace Ordo.Storage.Reading;

/// <summary>
/// Thins a curve so that it still looks the same: all samples where they are few enough, else the smallest and the largest of each of the equal slices of
/// the range, in the order they came, with the worst quality of their slice.
/// </summary>
/// <param name="from">First time of the range.</param>
/// <param name="to">The time behind its last.</param>
/// <param name="maxPoints">So many samples may be drawn.</param>
/// <param name="all">An empty buffer for them.</param>
internal sealed class Envelope(long from, long to, int maxPoints, SampleBuffer all)
{
    private Slice[]? slices;

    public void Add(SampleBuffer samples)
    {
        if (slices is null && all.Count + samples.Count <= maxPoints)
        {
            all.Add(samples.Times, samples.Values, samples.Qualities);
            return;
        }

        if (slices is null)
        {
            slices = new Slice[maxPoints / 2];
            Fold(all);
        }

        Fold(samples);
    }

    public SampleColumns ToColumns()
    {
        if (slices is null) return all.ToColumns();
        all.Clear();
        foreach (Slice slice in slices)
        {
            if (slice.Count == 0) continue;
            (Sample first, Sample second) = slice.Min.TimeMs <= slice.Max.TimeMs ? (slice.Min, slice.Max) : (slice.Max, slice.Min);
            all.Add(first.TimeMs, first.Value, slice.Worst);
            if (second.TimeMs != first.TimeMs) all.Add(second.TimeMs, second.Value, slice.Worst);
        }

        return new(all.Times.ToArray(), all.Values.ToArray(), all.Qualities.ToArray()) { IsThinned = true };
    }

    private void Fold(SampleBuffer samples)
    {
        double perMs = slices!.Length / ((double)to - from);
        for (int i = 0; i < samples.Count; i++)
        {
            var sample = new Sample(samples.Times[i], samples.Values[i], samples.Qualities[i]);
            ref Slice slice = ref slices[Math.Min((int)(((double)sample.TimeMs - from) * perMs), slices.Length - 1)];
            if (slice.Count++ == 0)
            {
                slice.Min = slice.Max = sample;
                slice.Worst = sample.Quality;
                continue;
            }

            // A NaN is kept only where a slice has nothing else.
            if (sample.Value < slice.Min.Value || double.IsNaN(slice.Min.Value)) slice.Min = sample;
            if (sample.Value > slice.Max.Value || double.IsNaN(slice.Max.Value)) slice.Max = sample;
            if (sample.Quality.Status > slice.Worst.Status) slice.Worst = sample.Quality;
        }
    }

    private struct Slice
    {
        public int Count;
        public Sample Min;
        public Sample Max;
        public SampleQuality Worst;
    }
}
