using System.Text;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Tests.Conformance;

/// <summary>A telemetry store behind its three doors, as the conformance tests see it.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    public abstract ISeriesCatalogue Catalogue { get; }

    public abstract IIngest Ingest { get; }

    public abstract ITelemetryReader Reader { get; }

    /// <summary>Told of every batch from the next opening on.</summary>
    public List<ISampleObserver> Observers { get; } = [];

    /// <summary>Series one source may have, from the next opening on.</summary>
    public int MaxSeriesPerSource { get; set; } = 10_000;

    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>Stops the store, where it is open, and opens it with the same data.</summary>
    public abstract void Reopen();

    /// <summary>Closes it and leaves it closed.</summary>
    public abstract void Close();

    /// <summary>Lets the store do now what it does with time: seal, roll up, merge.</summary>
    public abstract Task SettleAsync();

    public abstract ValueTask DisposeAsync();

    public int Series(string source, string channel)
    {
        int number = Catalogue.SourceOf("test", Encoding.UTF8.GetBytes(source));
        Assert.True(Catalogue.TrySeriesOf(number, Encoding.UTF8.GetBytes(channel), out int series));
        return series;
    }

    public async Task WriteAsync(params IEnumerable<(int Series, Sample Sample)> samples)
    {
        using Batch batch = Batch.Rent();
        foreach (var (series, sample) in samples) batch.Add(series, sample.TimeMs, sample.Value, sample.Quality);
        await Ingest.WriteAsync(batch);
    }

    public Task WriteAsync(int series, params IEnumerable<(long Time, double Value)> samples) =>
        WriteAsync(samples.Select(sample => (series, new Sample(sample.Time, sample.Value, SampleQuality.Good))));

    public async Task<List<Sample>> AllAsync(int series, long from = long.MinValue, long to = long.MaxValue)
    {
        var all = new List<Sample>();
        await foreach (SampleColumns block in Reader.ReadAsync(series, from, to))
            for (int i = 0; i < block.Count; i++) all.Add(new(block.Times[i], block.Values[i], block.Qualities[i]));
        return all;
    }
}
