using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Filing;
using Ordo.Economy.Forecasting.Nowcast;
using Ordo.Economy.Growth;

namespace Ordo.Economy.Calculators;

/// <param name="Year">1902…2100.</param>
public sealed record SpringFestivalInput(int Year);

/// <param name="Month">1, 2 or 3.</param>
/// <param name="Before">Share of the 20 days before the festival day.</param>
/// <param name="Holiday">Share of the seven days from the eve on.</param>
/// <param name="After">Share of the 20 days after those.</param>
public sealed record FestivalMonth(int Month, decimal Before, decimal Holiday, decimal After);

/// <param name="FirstStep">Of the step January–February: how much more of it lies behind the festival than in a mean year, as a share of its days.</param>
/// <param name="March">The same of March.</param>
public sealed record SpringFestivalOutput(DateOnly Day, IReadOnlyList<FestivalMonth> Months, double FirstStep, double March);

/// <param name="Period">A month from March on, or January and February together: <c>2026-03</c>, <c>2026-01..2026-02</c>.</param>
/// <param name="Base">Output of the same enterprises a year before.</param>
/// <param name="Output">Percent on the year.</param>
/// <param name="Electricity">Percent on the year, the same enterprises.</param>
public sealed record NowcastStepInput(string Period, decimal Base, decimal Output, decimal Electricity);

/// <param name="Steps">What is known, oldest first; at least twelve.</param>
/// <param name="Period">The step without forms.</param>
/// <param name="Base">Output of the year before.</param>
/// <param name="Electricity">Its electricity, percent on the year.</param>
/// <param name="Confidence">Probability of the interval.</param>
public sealed record NowcastInput(IReadOnlyList<NowcastStepInput> Steps, string Period, decimal Base, decimal Electricity, double Confidence = 0.9);

/// <param name="Elasticity">Percent of output by one percent of electricity.</param>
/// <param name="Festival">Coefficient of the Spring Festival's move; <c>null</c> with fewer than 24 steps.</param>
/// <param name="Test"><c>null</c> when too few steps are left for it.</param>
public sealed record NowcastOutput(double Value, double Lower, double Upper, double Growth, double Elasticity, double? Festival, NowcastTest? Test);

/// <summary>What is known of a month before its figures are: where its holidays lie, and what its electricity says.</summary>
internal static class EarlyCalculators
{
    public static Results<Ok<Calculation<SpringFestivalOutput>>, ProblemHttpResult> Festival(SpringFestivalInput input)
    {
        if (new InputCheck().That(input.Year is >= 1902 and <= 2100, "year", new("应在 1902 到 2100 之间。", "Between 1902 and 2100.")).Problem is { } problem) return problem;
        DateOnly day = SpringFestival.DayOf(input.Year);
        FestivalMonth[] months = [.. Enumerable.Range(1, 3).Select(month => new FestivalMonth(month, SpringFestival.Before(day, month), SpringFestival.Holiday(day, month), SpringFestival.After(day, month)))];
        double first = SpringFestival.Shift(Period.Step(input.Year, 2)), march = SpringFestival.Shift(Period.Step(input.Year, 3));
        return TypedResults.Ok(new Calculation<SpringFestivalOutput>(new(day, months, first, march),
            [
                .. months.SelectMany(month => new[]
                {
                    CalculationStep.Of(new($"{month.Month} 月：节前 20 天", $"Month {month.Month}: the 20 days before"), "days ÷ 20", month.Before),
                    CalculationStep.Of(new($"{month.Month} 月：除夕起 7 天", $"Month {month.Month}: the 7 days from the eve on"), "days ÷ 7", month.Holiday),
                    CalculationStep.Of(new($"{month.Month} 月：其后 20 天", $"Month {month.Month}: the 20 days after"), "days ÷ 20", month.After),
                }),
                CalculationStep.Of(new("1—2 月", "January and February"), "days behind ÷ days − mean of 1990–2050", first),
                CalculationStep.Of(new("3 月", "March"), "days behind ÷ 31 − mean of 1990–2050", march),
            ],
            "Spring Festival windows of 20, 7 and 20 days; the day by the Chinese calendar"));
    }

    public static Results<Ok<Calculation<NowcastOutput>>, ProblemHttpResult> Nowcast(NowcastInput input)
    {
        InputCheck check = new InputCheck().Count("steps", input.Steps.Count, ElectricityNowcast.Shortest, 240).Number("base", input.Base, 1e-6).Rate("electricity", input.Electricity).Number("confidence", input.Confidence, 0.5, 0.999)
            .That(TryStep(input.Period, out Period period), "period", Expected)
            .Each("steps", input.Steps, (c, field, step) => c.That(TryStep(step.Period, out _), $"{field}.period", Expected).Number($"{field}.base", step.Base, 1e-6)
                .Number($"{field}.output", (double)step.Output, -99.9, 1e6).Number($"{field}.electricity", (double)step.Electricity, -99.9, 1e6))
            .That(input.Electricity > -99.9m, "electricity", new("应大于 −99.9。", "Above −99.9."));
        if (check.Problem is { } problem) return problem;
        NowcastStep[] known = [.. input.Steps.Select(step => new NowcastStep(TryStep(step.Period, out Period of) ? of : default, (double)step.Base, Logarithm(step.Output), Logarithm(step.Electricity)))];
        if (ElectricityNowcast.Of(known) is not { } fit)
            return new InputCheck().That(false, "steps", new("用电量没有变动，无法回归。", "Electricity does not vary: there is nothing to regress on.")).Problem!;
        double shift = new NowcastStep(period, 1, 0, 0).FestivalShift, basis = (double)input.Base;
        (double growth, double half) = fit.At(Logarithm(input.Electricity), shift, input.Confidence);
        double Of(double logarithm) => basis * Math.Exp(logarithm);
        return TypedResults.Ok(new Calculation<NowcastOutput>(
            new(Of(growth), Of(growth - half), Of(growth + half), (Math.Exp(growth) - 1) * 100, fit.Elasticity, fit.Festival, ElectricityNowcast.Test(known, input.Confidence)),
            [
                CalculationStep.Of(new("截距", "Intercept"), "a", fit.Intercept), CalculationStep.Of(new("弹性", "Elasticity"), "b", fit.Elasticity),
                CalculationStep.Of(new("春节系数", "Spring Festival"), "c", fit.Festival ?? 0), CalculationStep.Of(new("春节移动", "Move of the festival"), "shift(period) − shift(year before)", shift),
                CalculationStep.Of(new("对数增速", "Growth in logarithms"), "a + b · ln(1 + electricity ÷ 100) + c · move", growth), CalculationStep.Of(new("区间半宽", "Half of the interval"), "t · s · √(1 + leverage)", half),
                CalculationStep.Of(new("估计值", "Expected"), "base · exp(growth)", Of(growth)),
            ],
            "Least squares of growth on the year; prediction interval of Student's t"));
    }

    private static Foundation.Text Expected => new("应为月份，如 2026-03；1—2 月为 2026-01..2026-02。", "Expected a month such as 2026-03; January and February are 2026-01..2026-02.");

    private static bool TryStep(string? text, out Period period) => Period.TryParse(text, out period) && period.IsStep;

    private static double Logarithm(decimal percent) => Math.Log(1 + (double)percent / 100);
}
