using Ordo.Foundation.Telemetry;

namespace Ordo.Perception.Tests;

/// <summary>A telemetry store that behaves, in memory; it can be slow, and it can refuse.</summary>
internal sealed class MemoryStore : IIngest
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(int Series, long TimeMs), (double Value, SampleQuality Quality)> samples = [];

    /// <summary>Set: every write is refused.</summary>
    public IngestRefusal? Refusal { get; set; }

    /// <summary>Set: writes wait for it before anything is durable.</summary>
    public Task? Disk { get; set; }

    public int Writes { get; private set; }

    public async ValueTask WriteAsync(Batch batch, CancellationToken cancellation = default)
    {
        if (Disk is { } disk) await disk;
        if (Refusal is { } reason) throw new IngestRefusedException(reason, "the test says no");
        lock (gate)
        {
            Writes++;
            for (int i = 0; i < batch.Count; i++) samples[(batch.Series[i], batch.Times[i])] = (batch.Values[i], batch.Qualities[i]);
        }
    }

    public (int Series, long TimeMs, double Value, SampleQuality Quality)[] Read()
    {
        lock (gate) return [.. samples.Select(s => (s.Key.Series, s.Key.TimeMs, s.Value.Value, s.Value.Quality))];
    }
}
