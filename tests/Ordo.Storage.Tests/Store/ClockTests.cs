using Ordo.Foundation.Telemetry;
using Ordo.Storage.Ingest;
using Ordo.Testing;

namespace Ordo.Storage.Tests.Store;

/// <summary>Wrong clocks: of devices, which send any time there is, and of this machine, which may jump back.</summary>
public sealed class ClockTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_sample_of_the_far_future_keeps_its_time_and_is_called_uncertain()
    {
        folder.Clock = new FakeTime(Now);
        folder.Options = folder.Options with { FutureTolerance = TimeSpan.FromHours(1) };
        long limit = Now.AddHours(1).ToUnixTimeMilliseconds();
        Sample[] sent = [new(limit, 1, SampleQuality.Good), new(limit + 1, 2, new(QualityStatus.Good, 'N')), new(limit + 2, 3, new(QualityStatus.Bad, 'D')), new(long.MaxValue - 1, 4, SampleQuality.Good)];
        Sample[] stored = [sent[0], sent[1] with { Quality = new(QualityStatus.Uncertain, 'N') }, sent[2], sent[3] with { Quality = SampleQuality.Uncertain }];
        var seen = new Recorder();
        folder.Observers.Add(seen);
        TelemetryStore store = folder.Open();
        int series = store.Series("clock", "wrong");
        using (Batch batch = Batch.Rent())
        {
            foreach (Sample sample in sent) batch.Add(series, sample.TimeMs, sample.Value, sample.Quality);
            await store.WriteAsync(batch);
        }

        Assert.Equal(3, store.Current.FutureSamples);
        Assert.Equal(stored.Select(sample => sample.Quality), seen.Qualities);
        Assert.Equal(stored, await store.AllAsync(series));
        store.Kill();
        using TelemetryStore again = folder.Open();
        Assert.Equal(stored, await again.AllAsync(series));
        again.Keeper.SealAll();
        Assert.Equal(stored, await again.AllAsync(series));
        var (_, answers) = await again.AggregateAsync([series], 0, long.MaxValue - 1, Step.Fixed(TimeSpan.FromDays(10_000_000)), Aggregate.Max);
        Assert.Equal(1, answers[0].Values.Where(value => !double.IsNaN(value)).Max()); // what is uncertain is in no figure
    }

    [Fact]
    public async Task From_1970_to_2262_and_beyond_every_year_answers_for_itself()
    {
        DateTimeOffset[] moments = [DateTimeOffset.UnixEpoch, new(1999, 12, 31, 23, 59, 59, 999, TimeSpan.Zero), Now, new(2038, 1, 19, 3, 14, 8, TimeSpan.Zero), new(2262, 4, 11, 23, 47, 16, TimeSpan.Zero), new(2262, 4, 12, 0, 0, 0, TimeSpan.Zero), new(9998, 1, 1, 0, 0, 0, TimeSpan.Zero)];
        folder.Clock = new FakeTime(new(9998, 6, 1, 0, 0, 0, TimeSpan.Zero));
        using TelemetryStore store = folder.Open();
        int series = store.Series("archive", "level");
        foreach (DateTimeOffset moment in moments.Reverse()) await store.WriteAsync((series, moment.ToUnixTimeMilliseconds(), moment.Year));
        for (int round = 0; round < 2; round++)
        {
            foreach (DateTimeOffset moment in moments)
            {
                long time = moment.ToUnixTimeMilliseconds();
                Assert.Equal(new(time, moment.Year, default), Assert.Single(await store.AllAsync(series, time, time + 1)));
                var (starts, answers) = await store.AggregateAsync([series], time, time + 1, Step.Day, Aggregate.Last);
                Assert.Equal([moment.Year], answers[0].Values);
                Assert.InRange(time - starts[0], 0, 86_400_000);
                Assert.Equal(new(time, moment.Year, default), await store.LastBeforeAsync(series, time + 1));
            }

            store.Keeper.SealAll();
        }
    }

    [Fact]
    public async Task When_this_machines_clock_goes_back_nothing_is_lost_or_moved()
    {
        // The store asks its clock for nothing but what the future is: order is the log's, age is a monotonic counter's.
        folder.Clock = new FakeTime(Now);
        TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        for (int i = 0; i < 200; i++) await store.WriteAsync((series, Now.AddMinutes(i - 200).ToUnixTimeMilliseconds(), i));
        store.Keeper.SealAll();
        store.Kill();

        folder.Clock = new FakeTime(Now.AddYears(-1));
        store = folder.Open();
        // Devices that follow the same wrong clock, and those that do not.
        await store.WriteAsync((series, Now.AddYears(-1).ToUnixTimeMilliseconds(), -1), (series, Now.ToUnixTimeMilliseconds(), 200));
        store.Keeper.SealAll();
        store.Kill();

        folder.Clock = new FakeTime(Now.AddMinutes(1));
        using TelemetryStore last = folder.Open();
        await last.WriteAsync((series, Now.AddMinutes(1).ToUnixTimeMilliseconds(), 201));
        List<Sample> all = await last.AllAsync(series);
        Assert.Equal([-1, .. Enumerable.Range(0, 202)], all.Select(sample => (int)sample.Value));
        // A year ahead of what the machine believed: nobody could know then who was right.
        Assert.Equal([200], all.Where(sample => !sample.Quality.IsGood).Select(sample => (int)sample.Value));
        Assert.True(last.TryGetLatest(series, out Sample latest));
        Assert.Equal(201, latest.Value);
    }

    [Fact]
    public void A_future_time_is_found_wherever_it_stands()
    {
        for (int length = 1; length < 40; length++)
        {
            var times = new long[length];
            Assert.False(FutureSamples.AnyAfter(times, 0));
            for (int at = 0; at < length; at++)
            {
                times[at] = 1;
                Assert.True(FutureSamples.AnyAfter(times, 0));
                times[at] = long.MinValue;
            }
        }
    }

    private sealed class Recorder : ISampleObserver
    {
        public List<SampleQuality> Qualities { get; } = [];

        public void Observe(Batch batch) => Qualities.AddRange(batch.Qualities);
    }
}
