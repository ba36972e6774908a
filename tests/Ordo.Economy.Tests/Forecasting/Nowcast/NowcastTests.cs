using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Forecasting.Nowcast;
using Ordo.Economy.Tests.Figures;
using Ordo.Foundation.Points;
using Ordo.Testing;

namespace Ordo.Economy.Tests.Forecasting.Nowcast;

public class NowcastTests
{
    private static NowcastStep[] Steps(int count, Func<NowcastStep, double> growth, int seed = 2)
    {
        var random = new Random(seed);
        List<NowcastStep> steps = [];
        Period step = Period.Step(2022, 2);
        for (int i = 0; i < count; i++, step = step.NextStep)
        {
            var bare = new NowcastStep(step, 100, 0, 0.2 * (random.NextDouble() - 0.5));
            steps.Add(bare with { OutputGrowth = growth(bare) + 0.01 * (random.NextDouble() - 0.5) });
        }

        return [.. steps];
    }

    [Fact]
    public void The_regression_finds_what_the_growth_was_made_of()
    {
        ElectricityNowcast fit = ElectricityNowcast.Of(Steps(44, step => 0.03 + 0.8 * step.ElectricityGrowth - 0.4 * step.FestivalShift))!;
        Assert.InRange(fit.Intercept, 0.025, 0.035);
        Assert.InRange(fit.Elasticity, 0.75, 0.85);
        Assert.InRange(fit.Festival!.Value, -0.45, -0.35);
        (double growth, double half) = fit.At(0.1, 0.2, 0.9);
        Assert.Equal(fit.Intercept + fit.Elasticity * 0.1 + fit.Festival!.Value * 0.2, growth, 12);
        Assert.True(half > 1.6 * fit.Deviation, "the interval holds the uncertainty of the line too");
    }

    [Fact]
    public void A_line_through_three_points_by_hand()
    {
        // x 0, 1, 2 and y 1, 2, 4 four times over: slope 1.5, intercept 5/6.
        NowcastStep[] steps = [.. Enumerable.Range(0, 12).Select(i => new NowcastStep(Period.Step(2024, 12), 1, new[] { 1.0, 2, 4 }[i % 3], i % 3))];
        ElectricityNowcast fit = ElectricityNowcast.Of(steps)!;
        Assert.Equal(1.5, fit.Elasticity, 10);
        Assert.Equal(5 / 6.0, fit.Intercept, 10);
        Assert.Null(fit.Festival);
        // Residuals 1/6, −2/6, 1/6: squares 6/36 four times, 10 degrees of freedom.
        Assert.Equal(Math.Sqrt(4 * 6 / 36.0 / 10), fit.Deviation, 10);
    }

    [Fact]
    public void Its_test_says_what_electricity_saves_against_last_year()
    {
        NowcastTest test = ElectricityNowcast.Test(Steps(40, step => 0.05 + step.ElectricityGrowth), 0.9)!;
        Assert.Equal(12, test.Errors);
        Assert.True(test.Smape < 1 && test.SeasonalNaiveSmape > 3);
        Assert.Equal((1 - test.Smape / test.SeasonalNaiveSmape) * 100, test.Worth, 10);
        NowcastTest useless = ElectricityNowcast.Test(Steps(40, step => -step.Step.Last % 2 * 0.1), 0.9)!;
        Assert.True(useless.Smape > test.Smape);
    }

    [Fact]
    public void Too_little_history_is_no_regression()
    {
        Assert.Null(ElectricityNowcast.Of(Steps(ElectricityNowcast.Shortest - 1, step => step.ElectricityGrowth)));
        Assert.Null(ElectricityNowcast.Test(Steps(ElectricityNowcast.Shortest + 2, step => step.ElectricityGrowth), 0.9));
        Assert.Null(ElectricityNowcast.Of([.. Steps(20, step => 0).Select(step => step with { ElectricityGrowth = 0.1 })]));
    }

    [Fact]
    public void Electricity_is_by_the_meters_where_they_have_nearly_every_day_and_else_as_reported_on_their_level()
    {
        DateOnly first = new(2026, 3, 1), end = new(2026, 5, 11);
        double[] days = [.. Enumerable.Range(0, 71).Select(day => day < 31 ? 2.0 : day < 61 ? (day % 3 == 0 ? double.NaN : 5) : 3)];
        var record = new ElectricityRecord(step => step.Last <= 4 ? 31 : null, new(first, days));
        Assert.Equal(2, record.MeteredDay(Period.Step(2026, 3), end));
        Assert.Null(record.MeteredDay(Period.Step(2026, 4), end)); // a third of the days is missing
        Assert.Equal(3, record.MeteredDay(Period.Step(2026, 5), end)); // ten days of May that are over
        // March: 62 metered, 31 reported, so the meters' level is twice the forms'; April's 31 of 30 days are told on it.
        Assert.Equal(31 / 30.0 * 2, record.Day(Period.Step(2026, 4), Period.Step(2026, 4), end)!.Value, 10);
        Assert.Null(new ElectricityRecord(_ => null, null).Day(Period.Step(2026, 4), Period.Step(2026, 4), end));
    }

    [Fact]
    public async Task The_running_month_is_told_before_its_forms_by_the_meters_of_the_month()
    {
        // Three years of forms of two enterprises whose output follows their electricity; their meters count since January 2026.
        var today = new DateOnly(2026, 4, 16);
        SmallSnapshot park = new((1, "3216"), (2, "3120"));
        var random = new Random(6);
        double[] growth = [.. Enumerable.Range(0, 60).Select(_ => 1 + 0.16 * (random.NextDouble() - 0.4))];
        Dictionary<(int, Period), double> electricity = [];
        for (Period step = Period.Step(2022, 2); step <= Period.Step(2026, 4); step = step.NextStep)
        {
            for (int i = 0; i < 2; i++)
            {
                double before = electricity.TryGetValue((i, step.LastYear), out double known) ? known : 30 * step.Months;
                electricity[(i, step)] = before * growth[(step.Year - 2022) * 11 + step.Last % 11];
                if (step.Year < 2026 || step.Last < 4) park.File(i, step.ToString(), ("ELEC", (decimal)electricity[(i, step)]), ("GOV", (decimal)(10 * electricity[(i, step)] * (1 + 0.004 * (random.NextDouble() - 0.5)))));
            }
        }

        var telemetry = new MemoryTelemetry();
        List<PointEntry> meters = [];
        FigureReader reader = park.Open();
        for (int i = 0; i < 2; i++)
        {
            int series = telemetry.SeriesOf(new("test", $"meter{i}", "kWh"));
            double counter = 1000;
            for (DateOnly day = new(2026, 1, 1); day <= today; day = day.AddDays(1))
            {
                telemetry.Write(new("test", $"meter{i}", "kWh"), new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8)), counter);
                Period step = Period.Step(day.Year, day.Month);
                counter += electricity[(i, step)] * 10_000 / ElectricityRecord.DaysOf(step);
            }

            meters.Add(new(new Point { Id = i + 1, Quantity = "activeEnergy", Unit = "kWh" }, series, reader.Snapshot.Enterprises[i].Path));
        }

        Period newest = Period.Step(2026, 3);
        var desk = new NowcastDesk(new(new Fixed(new(meters, 10)), telemetry));
        IndicatorNowcast nowcast = await desk.OfAsync(reader, reader.Snapshot.Rules.Catalogue.Find("GOV")!, new(SmallSnapshot.Park), new([new(newest, 1, 2, 2)], []), today, 0.9, CancellationToken.None);
        Assert.Null(nowcast.Refusal);
        NowcastPoint april = Assert.Single(nowcast.Points);
        double actual = 10 * (electricity[(0, Period.Step(2026, 4))] + electricity[(1, Period.Step(2026, 4))]);
        Assert.InRange(april.Value, actual * 0.98, actual * 1.02);
        Assert.True(april.Lower < april.Value && april.Value < april.Upper);
        Assert.Equal(("2026-04", 15, 30, 2, 100.0), (april.Period, april.DaysMetered, april.Days, april.Enterprises, april.MeteredShare));
        Assert.True(nowcast.Worth > 50, $"{nowcast.Worth}");

        IndicatorNowcast refused = await desk.OfAsync(reader, reader.Snapshot.Rules.Catalogue.Find("GOV")!, new(SmallSnapshot.Park), new([new(newest, 1, 2, 2)], []), new(2026, 4, 3), 0.9, CancellationToken.None);
        Assert.NotNull(refused.Refusal);
        Assert.Empty(refused.Points);
    }

    private sealed class Fixed(PointSnapshot current) : IPointDirectory
    {
        public event Action? Changed { add { } remove { } }

        public PointSnapshot Current => current;
    }
}
