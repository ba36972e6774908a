using FsCheck;
using FsCheck.Fluent;
using Ordo.Economy.Forecasting;
using Ordo.Economy.Plans;

namespace Ordo.Economy.Tests.Plans;

/// <summary>Where a target will be at its deadline, and how sure that is.</summary>
public class PlanOutcomeTests
{
    [Theory]
    [InlineData(1, 0.95, 6.313752)]
    [InlineData(2, 0.95, 2.919986)]
    [InlineData(3, 0.975, 3.182446)]
    [InlineData(4, 0.9, 1.533206)]
    [InlineData(10, 0.975, 2.228139)]
    [InlineData(29, 0.05, -1.699127)]
    public void The_quantiles_of_t_are_those_of_the_tables(int freedom, double probability, double t)
    {
        Assert.Equal(t, StudentT.Quantile(probability, freedom), 5);
        Assert.Equal(probability, StudentT.Probability(t, freedom), 6);
    }

    /// <summary>Equipment digital rate: 46.8 in 2020, 49.6 in 2023, so 0.933 a year and 51.47 in 2025; one step says nothing about how sure that is.</summary>
    [Fact]
    public void One_step_gives_a_pace_and_no_probability()
    {
        PlanOutcome outcome = PlanOutcome.OfLevels([new(2020, 46.8m), new(2023, 49.6m)], 2025, 60);
        Assert.Equal((OutcomeBasis.Pace, 1, (decimal?)null), (outcome.Basis, outcome.Steps, outcome.Probability));
        Assert.Equal([50.5333m, 51.4667m], outcome.Years.Select(year => year.Value));
        Assert.All(outcome.Years, year => Assert.Null(year.Lower));
        Assert.False(outcome.NeedsMoreThanEver); // one step is no history to call the best
    }

    /// <summary>By hand: values 10, 12, 15, 16 have mean step 2 and variance ((0)² + (1)² + (1)²) / 2 = 1; two years on 20, se √(1·2·(1 + 2/3)) = 1.825742; t(0.95, 2) = 2.919986.</summary>
    [Fact]
    public void Several_steps_give_an_interval_and_a_probability()
    {
        PlanOutcome outcome = PlanOutcome.OfLevels([new(2020, 10), new(2021, 12), new(2022, 15), new(2023, 16)], 2025, 20);
        Assert.Equal(OutcomeBasis.Steps, outcome.Basis);
        OutcomeYear last = outcome.Years[^1];
        Assert.Equal((2025, 20m), (last.Year, last.Value));
        Assert.Equal(20 - 2.919986 * 1.825742, (double)last.Lower!.Value, 3);
        Assert.Equal(20 + 2.919986 * 1.825742, (double)last.Upper!.Value, 3);
        Assert.Equal(50m, outcome.Probability);
        Assert.Equal(3m, outcome.BestStep);
        Assert.False(outcome.NeedsMoreThanEver); // 2 a year needed, 3 was done once
        Assert.True(PlanOutcome.OfLevels([new(2020, 10), new(2021, 12), new(2022, 15), new(2023, 16)], 2025, 23).NeedsMoreThanEver);
        // Forecasting 15 from 10, 12 errs by 1, forecasting 16 from 10, 12, 15 (pace 2.5) by 1.5.
        Assert.Equal(1.25m, outcome.BackTestError);
    }

    [Fact]
    public void A_falling_target_is_reached_from_above()
    {
        OutcomePoint[] known = [new(2020, 100), new(2021, 96), new(2022, 91), new(2023, 88)];
        PlanOutcome easy = PlanOutcome.OfLevels(known, 2025, 85, isFalling: true), hard = PlanOutcome.OfLevels(known, 2025, 70, isFalling: true);
        Assert.True(easy.Probability > 50 && hard.Probability < 50, $"{easy.Probability} {hard.Probability}");
        Assert.True(hard.NeedsMoreThanEver);
        Assert.Equal(5m, hard.BestStep);
    }

    [Fact]
    public void A_mean_growth_goes_on_as_its_years_did()
    {
        PlanOutcome outcome = PlanOutcome.OfRates([new(2021, 8.1m), new(2022, 8.2m), new(2023, 7.4m)], 5, 2025, 6);
        Assert.Equal([2024, 2025], outcome.Years.Select(year => year.Year));
        Assert.Equal(7.8994m, outcome.Years[^1].Value, 3); // the mean of the three
        Assert.True(outcome.Probability > 95, $"{outcome.Probability}");
        Assert.Equal(PlanOutcome.Unknown, PlanOutcome.OfRates([], 5, 2025, 6));
    }

    [Fact]
    public void Nothing_is_foreseen_where_nothing_is_known()
    {
        Assert.Equal(PlanOutcome.Unknown, PlanOutcome.OfLevels([new(2023, 5)], 2025, 10));
        Assert.Equal(PlanOutcome.Unknown, PlanOutcome.OfLevels([new(2020, 5), new(2025, 7)], 2025, 10));
    }

    [Fact]
    public void A_higher_target_is_never_more_probable() => Prop.ForAll(
        ArbMap.Default.ArbFor<int[]>(),
        steps =>
        {
            OutcomePoint[] known = [.. steps.Take(8).Select((step, i) => new OutcomePoint(2015 + i, step % 1000))];
            if (known.Length < 3) return true;
            decimal?[] chances = [.. Enumerable.Range(-3, 7).Select(i => PlanOutcome.OfLevels(known, 2028, i * 500m).Probability)];
            return chances.All(chance => chance is >= 0 and <= 100) && chances.Zip(chances.Skip(1)).All(pair => pair.Second <= pair.First);
        }).QuickCheckThrowOnFailure();
}
