using Ordo.Economy.Filing;
using Ordo.Economy.Settings;

namespace Ordo.Economy.Tests.Filing;

public sealed class PeriodTests
{
    [Theory]
    [InlineData("2026-03")]
    [InlineData("2026-01..2026-02")]
    [InlineData("2026-01..2026-05")]
    [InlineData("2026-Q1")]
    [InlineData("2026")]
    public void A_period_is_read_back_as_written(string text)
    {
        Assert.True(Period.TryParse(text, out Period period));
        Assert.Equal(text, period.ToString());
        Assert.Equal(period, Period.OfKey(period.Key));
    }

    [Theory]
    [InlineData("2026-01")]
    [InlineData("2026-02")]
    [InlineData("2026-13")]
    [InlineData("2026-Q5")]
    [InlineData("2026-03..2027-02")]
    [InlineData("2026-02..2026-04")]
    [InlineData("26-03")]
    [InlineData("")]
    public void January_and_February_are_never_alone_and_nonsense_is_none(string text) => Assert.False(Period.TryParse(text, out _));

    [Fact]
    public void A_year_has_eleven_steps()
    {
        Period[] steps = [.. new Period(2026, 1, 12).Steps];
        Assert.Equal((11, new Period(2026, 1, 2), new Period(2026, 12, 12)), (steps.Length, steps[0], steps[^1]));
        Assert.Equal(new Period(2025, 12, 12), steps[0].PreviousStep);
        Assert.Equal(steps[1], steps[0].NextStep);
    }

    [Fact]
    public void Forms_are_due_by_the_calendar_and_a_notice_moves_one()
    {
        StatisticsCalendar calendar = EconomyRules.ShippedCalendar;
        Assert.Equal(new DateOnly(2026, 3, 12), calendar.DeadlineOf("M1", Period.Step(2026, 1)));
        Assert.Equal(new DateOnly(2027, 1, 12), calendar.DeadlineOf("M1", Period.Step(2026, 12)));
        StatisticsCalendar moved = calendar with { Exceptions = [new("M1", "2026-09", new(2026, 10, 15))] };
        Assert.Equal(new DateOnly(2026, 10, 15), moved.DeadlineOf("M1", Period.Step(2026, 9)));
    }

    [Theory]
    [InlineData("2026-03-01", Frequency.Month, "2026-01..2026-02")]
    [InlineData("2026-02-10", Frequency.Month, "2025-12")]
    [InlineData("2026-11-26", Frequency.Month, "2026-10")]
    [InlineData("2026-03-01", Frequency.Quarter, "2025-Q4")]
    [InlineData("2026-11-26", Frequency.Quarter, "2026-Q3")]
    [InlineData("2026-03-01", Frequency.Year, "2025")]
    public void The_newest_period_that_has_ended(string day, Frequency frequency, string period) =>
        Assert.Equal(period, Period.LastEnded(frequency, DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture)).ToString());

    [Fact]
    public void What_is_accepted_never_moves_again() => Assert.All(Enum.GetValues<FilingAct>(), act => Assert.Null(FilingSteps.Next(FilingState.Accepted, act)));
}
