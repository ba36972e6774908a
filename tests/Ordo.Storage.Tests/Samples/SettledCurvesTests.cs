using Ordo.Foundation.Telemetry;
using Ordo.Storage.Samples;
using Ordo.Storage.Tests.Store;
using Ordo.Testing;

namespace Ordo.Storage.Tests.Samples;

/// <summary>Joined curves that are kept tell what a store that keeps none tells, whatever comes in late.</summary>
public sealed class SettledCurvesTests : IDisposable
{
    private const long Hour = 3_600_000;
    private static readonly DateTimeOffset Begin = new(2026, 2, 20, 0, 0, 0, TimeSpan.Zero);
    private readonly StoreFolder folder = new();
    private readonly FakeTime clock = new(Begin);
    private readonly SettledCurves curves;

    public SettledCurvesTests()
    {
        curves = new(clock);
        folder.Observers.Add(curves);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_comes_late_the_kept_curve_is_the_one_that_is_read(int seed)
    {
        using TelemetryStore store = folder.Open();
        var (keeping, reading) = (Desk(store, curves), Desk(store, null));
        var random = new Random(seed);
        SampleSource[] sources = [.. Enumerable.Range(0, 5).Select(i => new SampleSource(i, store.Series("meter", $"f{i}"), "kW", 1 + i, i))];
        for (int round = 0; round < 60; round++)
        {
            clock.Advance(TimeSpan.FromMinutes(random.Next(1, 180)));
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            for (int i = random.Next(40); i > 0; i--)
            {
                long late = random.Next(10) == 0 ? random.NextInt64(now - Begin.ToUnixTimeMilliseconds() + 1) : random.NextInt64(Hour);
                await store.WriteAsync((sources[random.Next(5)].Series!.Value, now - late, random.Next(1000)));
            }

            if (random.Next(8) == 0) store.Keeper.SealAll();
            for (int ask = 0; ask < 6; ask++)
            {
                long from = random.Next(3) == 0 ? Begin.ToUnixTimeMilliseconds() : now - random.NextInt64(1, 200 * Hour);
                if (random.Next(2) == 0) from -= from % Hour;
                Step step = random.Next(3) switch { 0 => Step.Day, 1 => Step.Fixed(TimeSpan.FromMinutes(15)), _ => Step.Fixed(TimeSpan.FromHours(1)) };
                var request = new SampleRequest(from, now, step, (Aggregate)random.Next(8), false, SampleRequest.DefaultMaxPoints, false);
                var how = (Across)random.Next(4);
                SampleTable kept = await keeping.FetchAcrossAsync(sources, request, how, TestContext.Current.CancellationToken);
                SampleTable read = await reading.FetchAcrossAsync(sources, request, how, TestContext.Current.CancellationToken);
                Assert.Equal(read.Times, kept.Times);
                Assert.Equal(read.Counts, kept.Counts);
                Assert.Equal(Enumerable.Range(0, read.Times.Length).Select(read.QualityAt), Enumerable.Range(0, kept.Times.Length).Select(kept.QualityAt));
                Assert.Equal(read.Completeness, kept.Completeness);
                Assert.Equal(read.Values.Select(Rounded), kept.Values.Select(Rounded)); // rollups round where chunks do not
            }
        }
    }

    [Fact]
    public async Task Only_what_is_new_or_has_changed_is_read_again()
    {
        using TelemetryStore store = folder.Open();
        int series = store.Series("meter", "power");
        long start = Begin.ToUnixTimeMilliseconds();
        for (int hour = 0; hour < 10; hour++) await store.WriteAsync((series, start + (hour * Hour), hour));
        clock.Advance(TimeSpan.FromHours(10));
        Assert.Equal([(0, 11)], Runs(10.5)); // nothing is known yet
        Assert.Equal([(9, 11)], Runs(10.5)); // the hour that was over for less than five minutes, and the one that runs
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([(9, 12)], Runs(11.5));
        Assert.Equal([(10, 12)], Runs(11.5));
        await store.WriteAsync((series, start + (3 * Hour) + 1, 7));
        Assert.Equal([(3, 4), (10, 12)], Runs(11.5));
        await store.WriteAsync((series, start + (11 * Hour) + 1, 7));
        Assert.Equal([(10, 12)], Runs(11.5));
        Assert.Equal([(0, 1), (10, 12)], Runs(11.5, start + 1)); // a part of an hour is not the hour

        // A growth leans on what was before it, however long before.
        Assert.Equal([(0, 12)], Runs(11.5, aggregate: Aggregate.Delta));
        await store.WriteAsync((series, start + (3 * Hour) + 2, 8));
        Assert.Equal([(3, 12)], Runs(11.5, aggregate: Aggregate.Delta));

        List<(int, int)> Runs(double hours, long? from = null, Aggregate aggregate = Aggregate.Avg)
        {
            long first = from ?? start, to = start + (long)(hours * Hour);
            long[] starts = store.Calendar.StepStarts(first, to, Step.Fixed(TimeSpan.FromHours(1)));
            SettledCurves.Answer answer = curves.Ask(SettledCurves.KeyOf([SampleSource.Of(series)], Across.Sum, aggregate, Step.Fixed(TimeSpan.FromHours(1)), 0), starts, first, to, 1);
            curves.Keep(answer);
            return answer.Runs;
        }
    }

    [Fact]
    public async Task Over_a_restart_curves_are_kept_unless_the_store_was_written_to()
    {
        int series;
        var file = new CurvesFile(folder.Path);
        long start = Begin.ToUnixTimeMilliseconds(), end = start + (10 * Hour);
        using (TelemetryStore store = folder.Open())
        {
            series = store.Series("meter", "power");
            for (int hour = 0; hour < 10; hour++) await store.WriteAsync((series, start + (hour * Hour), hour));
            clock.Advance(TimeSpan.FromHours(11));
            Assert.Equal([(0, 10)], await Runs(store, curves));
            await store.WriteAsync((series, start + (2 * Hour) + 1, 5)); // late: what is kept of that hour is not true any more
        }

        curves.Save(file, drops: 0);
        var next = new SettledCurves(clock);
        next.Load(file);
        folder.Observers.Clear();
        folder.Observers.Add(next);
        using (TelemetryStore store = folder.Open())
        {
            Assert.Equal([(2, 3)], await Runs(store, next));
            await store.WriteAsync((series, start + (7 * Hour) + 1, 5)); // a change that is the first thing seen of the hour
            Assert.Equal([(7, 8)], await Runs(store, next));
            double[] told = (await Desk(store, next).FetchAcrossAsync([SampleSource.Of(series)], Request(), Across.Sum, default)).Values;
            Assert.Equal([0, 1, 3.5, 3, 4, 5, 6, 6, 8, 9], told);
        }

        Assert.Empty(file.Take().Curves); // taken up once: after a crash there is none
        next.Save(file, drops: 0);
        folder.Observers.Clear();
        using (TelemetryStore store = folder.Open()) await store.WriteAsync((series, start + 1, 100)); // nobody looks
        Assert.Empty(file.Take().Curves);

        next.Save(file, drops: 1); // all of it was kept before something past its age was let go
        Assert.Empty(file.Take().Curves);
        next.Save(file, drops: 0);
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(folder.Path, CurvesFile.Name));
        bytes[^9] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, CurvesFile.Name), bytes);
        Assert.Empty(file.Take().Curves);

        SampleRequest Request() => new(start, end, Step.Fixed(TimeSpan.FromHours(1)), Aggregate.Avg, false, SampleRequest.DefaultMaxPoints, false);

        async Task<List<(int, int)>> Runs(TelemetryStore store, SettledCurves of)
        {
            SampleRequest request = Request();
            long[] starts = store.Calendar.StepStarts(start, end, request.Step!.Value);
            List<(int, int)> runs = of.Ask(SettledCurves.KeyOf([SampleSource.Of(series)], Across.Sum, Aggregate.Avg, request.Step.Value, 0), starts, start, end, 1).Runs;
            await Desk(store, of).FetchAcrossAsync([SampleSource.Of(series)], request, Across.Sum, default);
            return runs;
        }
    }

    private static double Rounded(double value) => Math.Round(value, 6);

    private SampleDesk Desk(TelemetryStore store, SettledCurves? keeps) => new(store, folder.Options, store.Calendar, clock, curves: keeps);
}
