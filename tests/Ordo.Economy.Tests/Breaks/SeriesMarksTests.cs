using Ordo.Economy.Breaks;

namespace Ordo.Economy.Tests.Breaks;

public sealed class SeriesMarksTests
{
    private const int Year = 11;

    /// <summary>Months of a park: growth of 6 % a year, a first step of two months, noise of 2 %.</summary>
    private static double[] Months(int count, int seed = 1, double noise = 0.02)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(i => 1_000 * Math.Pow(1.06, i / (double)Year) * (i % Year == 0 ? 1.8 : 1) * Math.Exp(noise * Normal()))];
    }

    [Fact]
    public void The_statistic_of_two_lines_is_that_of_Chow()
    {
        // One line leaves 95.2471 squares, two leave 3.8095 with 12 degrees of freedom: 91.4375 / 0.31746.
        double[] values = [1, 2, 1, 2, 1, 2, 1, 2, 11, 12, 11, 12, 11, 12, 11, 12];
        Assert.Equal(288.0282353, Chow.Statistic(values, 8), 6);
        Assert.Equal(8, Chow.Largest(values, 5)!.Value.Index);
        Assert.Null(Chow.Largest(values, 9));
    }

    [Fact]
    public void An_odd_month_is_found_with_what_it_should_have_been()
    {
        double[] months = Months(55);
        double before = months[30];
        months[30] *= 1.4;
        SeriesMarks marks = SeriesMarks.Of(months, Year);
        Anomaly odd = Assert.Single(marks.Anomalies);
        Assert.Equal((30, months[30], true, true), (odd.Index, odd.Value, marks.IsPercent, marks.IsSeasonal));
        Assert.InRange(odd.Expected / before, 0.93, 1.07);
        Assert.Empty(marks.Breaks);
    }

    [Fact]
    public void January_and_February_together_are_no_anomaly()
    {
        for (int seed = 0; seed < 20; seed++) Assert.DoesNotContain(SeriesMarks.Of(Months(55, seed), Year).Anomalies, odd => odd.Index % Year == 0);
    }

    [Fact]
    public void A_new_level_is_a_break_and_not_an_anomaly()
    {
        double[] months = Months(55);
        for (int i = 28; i < months.Length; i++) months[i] *= 0.75;
        SeriesMarks marks = SeriesMarks.Of(months, Year);
        StructuralBreak found = Assert.Single(marks.Breaks);
        Assert.InRange(found.Index, 27, 29);
        Assert.InRange(found.Jump, -30, -20);
        Assert.Empty(marks.Anomalies);
    }

    [Fact]
    public void A_new_pace_is_a_break()
    {
        double[] months = Months(66);
        for (int i = 33; i < months.Length; i++) months[i] *= Math.Pow(0.8, (i - 33) / (double)Year);
        StructuralBreak found = SeriesMarks.Of(months, Year).Breaks[0];
        Assert.InRange(found.Index, 29, 38);
        Assert.True(found.SlopeAfter < 0 && found.SlopeBefore > 3, $"{found.SlopeBefore} → {found.SlopeAfter}");
    }

    [Theory]
    [InlineData(0, 0.05)]
    [InlineData(0.5, 0.15)]
    public void A_quiet_series_seldom_gives_an_alarm(double correlation, double mostBreaks)
    {
        const int Series = 200, Steps = 55;
        int breaks = 0, anomalies = 0;
        for (int seed = 0; seed < Series; seed++)
        {
            double[] months = Months(Steps, seed, 0);
            double[] shocks = [.. Months(Steps, seed + 1_000).Zip(months, (noisy, quiet) => Math.Log(noisy / quiet))];
            for ((int i, double state) = (0, 0); i < Steps; i++) months[i] *= Math.Exp(state = correlation * state + shocks[i]);
            SeriesMarks marks = SeriesMarks.Of(months, Year);
            (breaks, anomalies) = (breaks + (marks.Breaks.Count > 0 ? 1 : 0), anomalies + marks.Anomalies.Count);
        }

        Assert.True(breaks <= Series * mostBreaks, $"{breaks} of {Series} series broken");
        Assert.True(anomalies <= Series * Steps * 0.01, $"{anomalies} of {Series * Steps} values odd");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(40)]
    public void Nothing_is_odd_about_what_never_changes(int count)
    {
        SeriesMarks marks = SeriesMarks.Of([.. Enumerable.Repeat(5.0, count)], Year);
        Assert.Empty(marks.Anomalies);
        Assert.Empty(marks.Breaks);
        SeriesMarks line = SeriesMarks.Of([.. Enumerable.Range(-20, count).Select(i => (double)i)], Year);
        Assert.Empty(line.Breaks);
    }
}
