using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Tests.Store;

/// <summary>
/// The store against a plain sorted dictionary: random writes (late, repeated, corrected, of every quality), random sealings, checkpoints and
/// restarts, clean or not, and random questions. Whatever the order of events, both must give the same answers.
/// </summary>
public sealed class ModelTests
{
    private const int SeriesCount = 5;
    private const long Origin = 1_735_600_000_000; // 2024-12-30T23:06:40Z: a month and a year end are near

    /// <summary>ORDO_MODEL_SEEDS=200 asks for more than the few that every run tries.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(int.TryParse(Environment.GetEnvironmentVariable("ORDO_MODEL_FIRST"), out int first) ? first : 1, int.TryParse(Environment.GetEnvironmentVariable("ORDO_MODEL_SEEDS"), out int seeds) ? seeds : 4)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task The_store_answers_like_a_sorted_dictionary(int seed)
    {
        using var folder = new StoreFolder();
        var random = new Random(seed);
        var model = new SortedDictionary<long, Sample>[SeriesCount];
        for (int i = 0; i < SeriesCount; i++) model[i] = [];
        TelemetryStore store = folder.Open();
        try
        {
            for (int i = 0; i < SeriesCount; i++) Assert.Equal(i, store.Series("source " + (i / 2), "channel " + i));
            for (int round = 0; round < 60; round++)
            {
                for (int i = random.Next(1, 6); i > 0; i--) await Write(store, model, random);
                switch (random.Next(10))
                {
                    case 0: store.Keeper.SealAll(); break;
                    case 1: store.Keeper.Checkpoint(); break;
                    case 4: case 5:
                        store.Keeper.SealAll();
                        store.Keeper.RollUp();
                        break;
                    case 2:
                        store.Stop();
                        store = folder.Open();
                        break;
                    case 3:
                        store.Kill();
                        store = folder.Open();
                        break;
                }

                for (int series = 0; series < SeriesCount; series++) await CheckAll(store, model[series], series, $"seed {seed}, round {round}");
                for (int i = 0; i < 4; i++) await Ask(store, model, random, $"seed {seed}, round {round}");
            }
        }
        finally
        {
            store.Dispose();
        }
    }

    private static async Task CheckAll(TelemetryStore store, SortedDictionary<long, Sample> expected, int series, string what)
    {
        List<Sample> actual = await store.AllAsync(series);
        int same = expected.Values.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(
            same == expected.Count && same == actual.Count,
            $"{what}: series {series} has {actual.Count} samples, {expected.Count} expected; the first to differ is {same}: {expected.Values.ElementAtOrDefault(same)} and {actual.ElementAtOrDefault(same)}");
    }

    private static async Task Write(TelemetryStore store, SortedDictionary<long, Sample>[] model, Random random)
    {
        using Batch batch = Batch.Rent();
        int count = random.Next(1, 150);
        int kind = random.Next(6);
        int series = random.Next(SeriesCount);
        long time = model[series].Count > 0 ? model[series].Keys.Last() + 1 : Origin;
        for (int i = 0; i < count; i++)
        {
            switch (kind)
            {
                case 0: time += 60_000; break; // on time
                case 1: time += random.Next(-5_000, 60_000); break; // jitter, sometimes backwards
                case 2: time = Origin + random.NextInt64(0, 40 * 86_400_000L); break; // anywhere in forty days
                case 3: series = random.Next(SeriesCount); time += 1_000; break; // several series in one batch
                case 4 when model[series].Count > 0: time = model[series].Keys.ElementAt(random.Next(Math.Min(500, model[series].Count))); break; // corrections
                default: time += 15_000; break;
            }

            double value = random.Next(30) == 0 ? double.NaN : Math.Round((random.NextDouble() * 200) - 50, random.Next(4));
            SampleQuality quality = random.Next(10) == 0 ? new((QualityStatus)random.Next(1, 3), 'M') : SampleQuality.Good;
            batch.Add(series, time, value, quality);
            model[series][time] = new(time, value, quality);
        }

        await store.WriteAsync(batch);
    }

    private static async Task Ask(TelemetryStore store, SortedDictionary<long, Sample>[] model, Random random, string what)
    {
        int series = random.Next(SeriesCount);
        SortedDictionary<long, Sample> expected = model[series];
        long from = Origin + random.NextInt64(-86_400_000, 41 * 86_400_000L), to = from + random.NextInt64(0, 1L << random.Next(10, 32));
        Sample[] inRange = [.. expected.Values.Where(sample => sample.TimeMs >= from && sample.TimeMs < to)];
        Assert.True(inRange.SequenceEqual(await store.AllAsync(series, from, to)), what);

        Assert.Equal(expected.Count > 0, store.TryGetLatest(series, out Sample latest));
        if (expected.Count > 0) Assert.Equal(expected.Values.Last(), latest);
        Sample? before = expected.Values.LastOrDefault(sample => sample.TimeMs < from) is var found && found.TimeMs != 0 ? found : null;
        Assert.Equal(before, await store.LastBeforeAsync(series, from));

        await AskAggregate(store, model, random, from, to, what);
        await AskEnvelope(store, series, inRange, from, to, random, what);
    }

    private static async Task AskAggregate(TelemetryStore store, SortedDictionary<long, Sample>[] model, Random random, long from, long to, string what)
    {
        Step step = random.Next(4) switch
        {
            0 => Step.Day,
            1 => Step.Month,
            2 => Step.Fixed(TimeSpan.FromMinutes(random.Next(1, 200))),
            _ => Step.Fixed(TimeSpan.FromHours(random.Next(1, 30))),
        };
        var aggregate = (Aggregate)random.Next(8);
        int[] asked = [.. Enumerable.Range(0, SeriesCount).Where(_ => random.Next(2) == 0)];
        var (starts, answers) = await store.AggregateAsync(asked, from, to, step, aggregate);
        if (from == to)
        {
            Assert.Empty(starts);
            return;
        }

        Assert.True(starts[0] <= from && (starts.Length == 1 || starts[1] > from) && starts[^1] < to, what);
        for (int i = 0; i < asked.Length; i++)
            for (int at = 0; at < starts.Length; at++)
            {
                long start = Math.Max(from, starts[at]), end = at + 1 < starts.Length ? starts[at + 1] : to;
                Sample[] samples = [.. model[asked[i]].Values.Where(sample => sample.TimeMs >= start && sample.TimeMs < end)];
                double[] usable = [.. samples.Where(IsUsable).Select(sample => sample.Value)];
                string where = $"{what}: series {asked[i]}, {aggregate} by {step}, step {at} of {starts.Length}";
                Assert.True(samples.Length == answers[i].Counts[at], $"{where}: {samples.Length} samples, got {answers[i].Counts[at]}");
                Assert.True(usable.Length == answers[i].GoodCounts[at], $"{where}: {usable.Length} good samples, got {answers[i].GoodCounts[at]}");
                double expected = Expected(aggregate, samples, usable, model[asked[i]].Values.Where(sample => sample.TimeMs < start).Where(IsUsable));
                double actual = answers[i].Values[at];
                bool isExact = aggregate is Aggregate.Count or Aggregate.Min or Aggregate.Max or Aggregate.First or Aggregate.Last;
                Assert.True(expected.Equals(actual) || (!isExact && Math.Abs(expected - actual) <= 1e-9 * Math.Max(1, Math.Abs(expected))), $"{where}: {expected:R}, got {actual:R}");
            }
    }

    private static async Task AskEnvelope(TelemetryStore store, int series, Sample[] inRange, long from, long to, Random random, string what)
    {
        int maxPoints = random.Next(2, 300);
        SampleColumns drawn = await store.ReadEnvelopeAsync(series, from, to, maxPoints);
        Assert.True(drawn.Count <= maxPoints, what);
        Assert.True(drawn.IsThinned == inRange.Length > maxPoints, what);
        if (inRange.Length <= maxPoints) Assert.True(inRange.Length == drawn.Count, what);
        double[] numbers = [.. inRange.Select(sample => sample.Value).Where(value => !double.IsNaN(value))];
        if (numbers.Length == 0) return;
        Assert.Equal(numbers.Min(), drawn.Values.Where(value => !double.IsNaN(value)).Min());
        Assert.Equal(numbers.Max(), drawn.Values.Where(value => !double.IsNaN(value)).Max());
        Assert.True(drawn.Times.Zip(drawn.Times.Skip(1)).All(pair => pair.First < pair.Second), what);
    }

    private static bool IsUsable(Sample sample) => sample.Quality.IsGood && !double.IsNaN(sample.Value);

    private static double Expected(Aggregate aggregate, Sample[] samples, double[] usable, IEnumerable<Sample> before)
    {
        if (aggregate == Aggregate.Count) return samples.Length;
        if (usable.Length == 0) return double.NaN;
        return aggregate switch
        {
            Aggregate.Avg => usable.Average(),
            Aggregate.Min => usable.Min(),
            Aggregate.Max => usable.Max(),
            Aggregate.Sum => usable.Sum(),
            Aggregate.First => usable[0],
            Aggregate.Last => usable[^1],
            _ => Growth(before.Any() ? [before.Last().Value, .. usable] : usable),
        };
    }

    private static double Growth(double[] counter) =>
        counter.Zip(counter.Skip(1)).Sum(pair => pair.Second >= pair.First ? pair.Second - pair.First : pair.Second);
}
