using Microsoft.Extensions.Logging.Abstractions;
using Ordo.Foundation.Telemetry;
using Ordo.Storage.Files;

namespace Ordo.Storage.Tests.Store;

/// <summary>A folder of its own for one test, and the store in it, opened as often as the test likes.</summary>
internal sealed class StoreFolder(string? existing = null) : IDisposable
{
    public static readonly StorageOptions SmallOptions = new() { LogSegmentBytes = 1 << 20, CheckpointBytes = 1 << 20, ChunkSamples = 64, MaxOpenSamples = 200_000 };

    public string Path { get; } = existing ?? Directory.CreateTempSubdirectory("ordo-store-").FullName;

    public StorageOptions Options { get; set; } = SmallOptions;

    public List<ISampleObserver> Observers { get; } = [];

    public IStoreFiles? Files { get; set; }

    public TimeProvider? Clock { get; set; }

    public TelemetryStore Open()
    {
        var store = new TelemetryStore(Options, Path, () => Observers, NullLogger<TelemetryStore>.Instance, Files, Clock);
        try
        {
            store.Start();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class StoreExtensions
{
    /// <summary>The number of a series, made when it is new.</summary>
    public static int Series(this TelemetryStore store, string source, string channel)
    {
        int sourceNumber = store.Catalogue.SourceOf("test", System.Text.Encoding.UTF8.GetBytes(source));
        Assert.True(store.Catalogue.TrySeriesOf(sourceNumber, System.Text.Encoding.UTF8.GetBytes(channel), out int series));
        return series;
    }

    public static async Task WriteAsync(this TelemetryStore store, params (int Series, long Time, double Value)[] samples)
    {
        using Batch batch = Batch.Rent();
        foreach (var (series, time, value) in samples) batch.Add(series, time, value, SampleQuality.Good);
        await store.WriteAsync(batch);
    }

    public static async Task<List<Sample>> AllAsync(this TelemetryStore store, int series, long from = long.MinValue, long to = long.MaxValue)
    {
        var all = new List<Sample>();
        await foreach (SampleColumns block in store.ReadAsync(series, from, to))
            for (int i = 0; i < block.Count; i++) all.Add(new(block.Times[i], block.Values[i], block.Qualities[i]));
        return all;
    }
}
