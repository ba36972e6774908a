using System.Runtime.CompilerServices;
using Ordo.Foundation.Telemetry;

namespace Ordo.Operations.Tests.Alarms;

/// <summary>The store of the test stand: what was written is readable, one sample per series and time, before anybody observes it.</summary>
public sealed class StandStore : ITelemetryReader
{
    private readonly Dictionary<int, SortedDictionary<long, Sample>> written = [];

    /// <summary>Called after a reading was begun and before it ends: what happens meanwhile.</summary>
    public Action? DuringReading { get; set; }

    public int Readings { get; private set; }

    public void Write(int series, Sample sample)
    {
        if (!written.TryGetValue(series, out var samples)) written[series] = samples = [];
        samples[sample.TimeMs] = sample;
    }

    public bool TryGetLatest(int series, out Sample sample)
    {
        bool found = written.TryGetValue(series, out var samples) && samples.Count > 0;
        sample = found ? samples!.Last().Value : default;
        return found;
    }

    public async IAsyncEnumerable<SampleColumns> ReadAsync(int series, long fromMs, long toMs, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask;
        Readings++;
        Sample[] found = written.TryGetValue(series, out var samples) ? [.. samples.Values.Where(s => s.TimeMs >= fromMs && s.TimeMs < toMs)] : [];
        foreach (Sample[] block in found.Chunk(3))
        {
            DuringReading?.Invoke();
            yield return new([.. block.Select(s => s.TimeMs)], [.. block.Select(s => s.Value)], [.. block.Select(s => s.Quality)]);
        }
    }

    public ValueTask<SampleColumns> ReadEnvelopeAsync(int series, long fromMs, long toMs, int maxPoints, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask<(long[] StepStarts, IReadOnlyList<AggregateColumns> Series)> AggregateAsync(
        IReadOnlyList<int> series, long fromMs, long toMs, Step step, Aggregate aggregate, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask<Sample?> LastBeforeAsync(int series, long timeMs, CancellationToken cancellation = default) => throw new NotSupportedException();
}
