using System.Text;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Tests.Conformance;

/// <summary>
/// What everything above the store relies on, whichever store it is: the embedded one, the one on ClickHouse, and the one in memory that other tests use.
/// </summary>
public abstract class DoorConformance : IAsyncLifetime
{
    protected const long Origin = 1_735_600_000_000; // 2024-12-30T23:06:40Z: a month and a year end are near

    protected StoreUnderTest Store { get; private set; } = null!;

    protected abstract Task<StoreUnderTest> CreateAsync();

    public async ValueTask InitializeAsync()
    {
        Store = await CreateAsync();
        Store.Reopen();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_written_is_readable_when_the_write_completes()
    {
        int series = Store.Series("meter", "power");
        await Store.WriteAsync(series, (1000, 1.5), (2000, 2.5), (3000, 3.5));
        Assert.Equal([new(1000, 1.5, default), new(2000, 2.5, default), new(3000, 3.5, default)], await Store.AllAsync(series));
    }

    [Fact]
    public async Task Ranges_are_half_open()
    {
        int series = Store.Series("meter", "power");
        await Store.WriteAsync(series, (1000, 1), (2000, 2), (3000, 3));
        Assert.Equal([1, 2], (await Store.AllAsync(series, 1000, 3000)).Select(sample => sample.Value));
        Assert.Empty(await Store.AllAsync(series, 1001, 2000));
        Assert.Empty(await Store.AllAsync(series, 3001, long.MaxValue));
        Assert.Empty(await Store.AllAsync(series, 2000, 2000));
    }

    [Fact]
    public async Task Late_and_disordered_samples_come_back_in_order()
    {
        int series = Store.Series("meter", "power");
        await Store.WriteAsync(series, (5000, 5), (1000, 1), (9000, 9));
        await Store.WriteAsync(series, (4000, 4), (8000, 8));
        await Store.SettleAsync();
        await Store.WriteAsync(series, (2000, 2), (-7000, -7));
        Assert.Equal([-7, 1, 2, 4, 5, 8, 9], (await Store.AllAsync(series)).Select(sample => sample.Value));
        await Store.SettleAsync();
        Assert.Equal([-7, 1, 2, 4, 5, 8, 9], (await Store.AllAsync(series)).Select(sample => sample.Value));
    }

    [Fact]
    public async Task The_last_write_for_a_time_wins_with_its_quality()
    {
        int series = Store.Series("meter", "power");
        await Store.WriteAsync((series, new(1000, 1, SampleQuality.Good)), (series, new(2000, 2, SampleQuality.Good)));
        await Store.WriteAsync((series, new(1000, 10, SampleQuality.Bad)));
        await Store.SettleAsync();
        await Store.WriteAsync((series, new(2000, 20, SampleQuality.Uncertain)), (series, new(1000, 11, SampleQuality.Good)));
        Assert.Equal([new(1000, 11, SampleQuality.Good), new(2000, 20, SampleQuality.Uncertain)], await Store.AllAsync(series));
    }

    [Fact]
    public async Task Of_a_time_repeated_within_a_batch_the_last_wins()
    {
        int series = Store.Series("meter", "power"), other = Store.Series("meter", "energy");
        await Store.WriteAsync(
            (series, new(1000, 1, default)), (other, new(1000, 100, default)), (series, new(3000, 3, default)), (series, new(2000, 2, default)),
            (series, new(1000, 10, default)), (series, new(3000, 30, default)), (series, new(1000, 11, default)));
        Assert.Equal([(1000, 11), (2000, 2), (3000, 30)], (await Store.AllAsync(series)).Select(sample => (sample.TimeMs, sample.Value)));
        Assert.Equal([(1000, 100)], (await Store.AllAsync(other)).Select(sample => (sample.TimeMs, sample.Value)));
    }

    [Fact]
    public async Task A_batch_delivered_again_changes_nothing()
    {
        int[] series = [.. Enumerable.Range(0, 6).Select(i => Store.Series($"meter {i}", "power"))];
        (int, Sample)[] batch = [.. Enumerable.Range(0, 600).Select(i => (series[i % 6], new Sample(Origin + (i * 1000), i, default)))];
        for (int i = 0; i < 3; i++) await Store.WriteAsync(batch);
        foreach (int number in series)
        {
            Assert.Equal(100, (await Store.AllAsync(number)).Count);
            var (_, answers) = await Store.Reader.AggregateAsync([number], Origin, Origin + 600_000, Step.Fixed(TimeSpan.FromHours(1)), Aggregate.Count);
            Assert.Equal(100, answers[0].Counts.Sum());
        }
    }

    [Fact]
    public async Task Every_double_and_every_quality_comes_back_bit_by_bit()
    {
        int series = Store.Series("meter", "power");
        double[] values =
        [
            0.0, -0.0, 1 / 3.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
            BitConverter.Int64BitsToDouble(0x7FF8_0000_DEAD_BEEF), BitConverter.Int64BitsToDouble(unchecked((long)0xFFF8_0000_0000_0001)), 12345.67, -0.01,
        ];
        SampleQuality[] qualities = [SampleQuality.Good, SampleQuality.Uncertain, SampleQuality.Bad, new(QualityStatus.Bad, 'D'), new(QualityStatus.Good, 'N')];
        (int, Sample)[] samples = [.. values.Select((value, i) => (series, new Sample(i, value, qualities[i % qualities.Length])))];
        await Store.WriteAsync(samples);
        for (int round = 0; round < 2; round++)
        {
            List<Sample> read = await Store.AllAsync(series);
            Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), read.Select(sample => BitConverter.DoubleToInt64Bits(sample.Value)));
            Assert.Equal(samples.Select(sample => sample.Item2.Quality), read.Select(sample => sample.Quality));
            await Store.SettleAsync();
        }
    }

    [Fact]
    public async Task The_latest_is_the_newest_by_time_not_by_arrival()
    {
        int series = Store.Series("meter", "power"), silent = Store.Series("meter", "silent");
        Assert.False(Store.Reader.TryGetLatest(series, out _));
        await Store.WriteAsync(series, (5000, 5), (9000, 9), (7000, 7));
        await Store.WriteAsync(series, (6000, 6));
        Assert.True(Store.Reader.TryGetLatest(series, out Sample latest));
        Assert.Equal(new(9000, 9, default), latest);
        await Store.WriteAsync((series, new(9000, 90, SampleQuality.Bad)));
        Assert.True(Store.Reader.TryGetLatest(series, out latest));
        Assert.Equal(new(9000, 90, SampleQuality.Bad), latest);
        Assert.False(Store.Reader.TryGetLatest(silent, out _));
    }

    [Fact]
    public async Task The_last_before_a_time_is_strictly_before_it_however_long_ago()
    {
        int series = Store.Series("meter", "power"), silent = Store.Series("meter", "silent");
        const long year = 366 * 86_400_000L;
        await Store.WriteAsync(series, (Origin, 1), (Origin + 1000, 2), (Origin + year, 3));
        for (int round = 0; round < 2; round++)
        {
            Assert.Null(await Store.Reader.LastBeforeAsync(series, Origin));
            Assert.Equal(1, (await Store.Reader.LastBeforeAsync(series, Origin + 1))?.Value);
            Assert.Equal(1, (await Store.Reader.LastBeforeAsync(series, Origin + 1000))?.Value);
            Assert.Equal(2, (await Store.Reader.LastBeforeAsync(series, Origin + year))?.Value);
            Assert.Equal(new Sample(Origin + year, 3, default), await Store.Reader.LastBeforeAsync(series, Origin + year + 1));
            Assert.Null(await Store.Reader.LastBeforeAsync(silent, long.MaxValue));
            await Store.SettleAsync();
        }

        await Store.WriteAsync(series, (Origin + 1000, 20));
        Assert.Equal(20, (await Store.Reader.LastBeforeAsync(series, Origin + 2000))?.Value);
    }

    [Fact]
    public void Numbers_are_dense_and_a_name_has_one()
    {
        ISeriesCatalogue catalogue = Store.Catalogue;
        int a = catalogue.SourceOf("test", "a"u8), b = catalogue.SourceOf("test", "b"u8), otherGateway = catalogue.SourceOf("other", "a"u8), chinese = catalogue.SourceOf("test", Encoding.UTF8.GetBytes("电表 1,厂=2"));
        Assert.Equal([0, 1, 2, 3], [a, b, otherGateway, chinese]);
        Assert.Equal(a, catalogue.SourceOf("test", "a"u8));
        int[] series = [SeriesOf(a, "power"), SeriesOf(b, "power"), SeriesOf(a, "energy"), SeriesOf(chinese, "功率")];
        Assert.Equal([0, 1, 2, 3], series);
        Assert.Equal(2, SeriesOf(a, "energy"));
        Assert.Equal((4, 4), (catalogue.SourceCount, catalogue.SeriesCount));
        Assert.Equal([0, 2], catalogue.SeriesOfSource(a));
        Assert.Empty(catalogue.SeriesOfSource(otherGateway));
        Assert.Equal(new SeriesKey("test", "电表 1,厂=2", "功率"), catalogue.KeyOf(3));
        Assert.Equal(chinese, catalogue.SourceOfSeries(3));
        Assert.Equal(("other", "a"), catalogue.SourceName(otherGateway));
        Assert.True(catalogue.TryFind(new("test", "a", "energy"), out int found));
        Assert.Equal(2, found);
        Assert.False(catalogue.TryFind(new("test", "a", "Energy"), out _));
        Assert.False(catalogue.TryFind(new("nobody", "a", "energy"), out _));
        Assert.Equal((4, 4), (catalogue.SourceCount, catalogue.SeriesCount));

        int SeriesOf(int source, string channel) => catalogue.TrySeriesOf(source, Encoding.UTF8.GetBytes(channel), out int number) ? number : -1;
    }

    [Fact]
    public void Threads_that_meet_a_name_at_once_get_the_same_number()
    {
        int[][] numbers = new int[6][];
        Parallel.For(0, numbers.Length, new ParallelOptions { MaxDegreeOfParallelism = numbers.Length }, thread =>
            numbers[thread] = [.. Enumerable.Range(0, 40).Select(i => Store.Series($"meter {i % 8}", $"channel {i}"))]);
        Assert.All(numbers, seen => Assert.Equal(numbers[0], seen));
        Assert.Equal(Enumerable.Range(0, 40), numbers[0].Order());
        Assert.Equal((8, 40), (Store.Catalogue.SourceCount, Store.Catalogue.SeriesCount));
    }

    [Fact]
    public void A_source_may_not_have_more_series_than_it_may()
    {
        Store.MaxSeriesPerSource = 3;
        Store.Reopen();
        int source = Store.Catalogue.SourceOf("test", "flood"u8), calm = Store.Catalogue.SourceOf("test", "calm"u8);
        for (byte i = 0; i < 3; i++) Assert.True(Store.Catalogue.TrySeriesOf(source, [i, 65], out _));
        Assert.False(Store.Catalogue.TrySeriesOf(source, "fourth"u8, out _));
        Assert.True(Store.Catalogue.TrySeriesOf(source, [2, 65], out int known));
        Assert.Equal(2, known);
        Assert.True(Store.Catalogue.TrySeriesOf(calm, "first"u8, out int calmSeries));
        Assert.Equal(3, calmSeries);
    }

    [Fact]
    public async Task Observers_see_every_sample_once_in_order_and_before_the_writer_is_answered()
    {
        var seen = new Recorder();
        Store.Observers.Add(seen);
        Store.Reopen();
        int[] series = [.. Enumerable.Range(0, 5).Select(i => Store.Series($"meter {i}", "power"))];
        for (int i = 0; i < 20; i++)
        {
            await Store.WriteAsync(series.Select(number => (number, new Sample(Origin + i, i, default))));
            Assert.Equal(5 * (i + 1), seen.Count);
        }

        foreach (int number in series) Assert.Equal(Enumerable.Range(0, 20).Select(i => Origin + i), seen.TimesOf(number));
    }

    private sealed class Recorder : ISampleObserver
    {
        private readonly Lock gate = new();
        private readonly List<(int Series, long Time)> seen = [];

        public int Count
        {
            get
            {
                lock (gate) return seen.Count;
            }
        }

        public IEnumerable<long> TimesOf(int series)
        {
            lock (gate) return [.. seen.Where(sample => sample.Series == series).Select(sample => sample.Time)];
        }

        public void Observe(Batch batch)
        {
            lock (gate)
                for (int i = 0; i < batch.Count; i++) seen.Add((batch.Series[i], batch.Times[i]));
        }
    }
}
