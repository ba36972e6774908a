using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Growth;
using Ordo.Economy.Plans;

namespace Ordo.Economy.Calculators;

/// <param name="Current">Level of this period.</param>
/// <param name="Base">Level of the period compared with, same enterprises.</param>
/// <param name="PriceIndex">Same period of last year = 100; without it the levels are taken as comparable.</param>
public sealed record GrowthInput(decimal Current, decimal Base, decimal? PriceIndex = null);

/// <param name="Nominal">Percent; <c>null</c> without a positive base.</param>
/// <param name="Real">Percent at comparable prices; <c>null</c> without a price index or base.</param>
public sealed record GrowthOutput(decimal? Nominal, decimal? Real);

/// <param name="Current">Cumulative values of this year, the first is January; <c>null</c> where none is published.</param>
/// <param name="LastYear">The same of last year.</param>
public sealed record MonthsInput(IReadOnlyList<decimal?> Current, IReadOnlyList<decimal?> LastYear);

/// <param name="Rates">Growth of the years so far, percent.</param>
/// <param name="Target">Mean growth that is wanted, percent.</param>
/// <param name="Years">Years of the plan, needed with a target.</param>
public sealed record MeanGrowthInput(IReadOnlyList<decimal> Rates, decimal? Target = null, int? Years = null);

/// <param name="Mean">Percent.</param>
/// <param name="Required">Percent in each remaining year; <c>null</c> without a target or a year left.</param>
public sealed record MeanGrowthOutput(decimal Mean, decimal? Required);

internal static class GrowthCalculators
{
    private const string Clause = "国家统计局规模以上工业增加值指标解释：可比价、同口径；1—2月合并发布";

    public static Results<Ok<Calculation<GrowthOutput>>, ProblemHttpResult> Growth(GrowthInput input)
    {
        InputCheck check = new InputCheck().Number("current", input.Current).Number("base", input.Base).Number("priceIndex", input.PriceIndex, 0.01, 1e6);
        if (check.Problem is { } problem) return problem;
        decimal? nominal = GrowthRate.Of(input.Current, input.Base);
        decimal? real = nominal is { } rate && input.PriceIndex is { } index ? GrowthRate.Real(rate, index) : null;
        List<CalculationStep> steps = [CalculationStep.Of(new("名义增速", "Nominal growth"), "current ÷ base − 1", nominal, "%")];
        if (input.PriceIndex is { } prices)
        {
            steps.Add(CalculationStep.Of(new("按可比价计算的本期值", "Level at comparable prices"), "current ÷ (priceIndex ÷ 100)", GrowthRate.AtComparablePrices(input.Current, prices)));
            steps.Add(CalculationStep.Of(new("实际增速", "Real growth"), "(1 + nominal) ÷ (priceIndex ÷ 100) − 1", real, "%"));
        }
        return TypedResults.Ok(new Calculation<GrowthOutput>(new(nominal, real), steps, Clause));
    }

    public static Results<Ok<Calculation<IReadOnlyList<MonthStep>>>, ProblemHttpResult> Months(MonthsInput input)
    {
        InputCheck check = new InputCheck().Count("current", input.Current.Count, 2, 12).Count("lastYear", input.LastYear.Count, 2, 12)
            .Each("current", input.Current, (c, field, value) => c.Number(field, value)).Each("lastYear", input.LastYear, (c, field, value) => c.Number(field, value));
        if (check.Problem is { } problem) return problem;
        IReadOnlyList<MonthStep> months = CumulativeSeries.Months(input.Current, input.LastYear);
        return TypedResults.Ok(new Calculation<IReadOnlyList<MonthStep>>(months,
            [.. months.Select(month => CalculationStep.Of(
                month.FirstMonth == month.LastMonth ? new($"{month.LastMonth}月", $"Month {month.LastMonth}") : new("1—2月", "January–February"),
                month.FirstMonth == month.LastMonth ? $"current[{month.LastMonth - 1}] − current[{month.LastMonth - 2}]" : "current[1]", month.Value))],
            Clause));
    }

    public static Results<Ok<Calculation<MeanGrowthOutput>>, ProblemHttpResult> Mean(MeanGrowthInput input)
    {
        InputCheck check = new InputCheck().Count("rates", input.Rates.Count, 1, 100).Each("rates", input.Rates, (c, field, rate) => c.Number(field, (double)rate, -99.9, 1000))
            .Number("target", input.Target, -99.9, 1000)
            .That(input.Target is null || input.Years is not null, "years", new("给出目标时必须给出年数。", "A target needs the number of years."))
            .That(input.Years is null or (>= 1 and <= 100), "years", new("年数应在 1 到 100 之间。", "The number of years lies between 1 and 100."));
        if (check.Problem is { } problem) return problem;
        double mean = GrowthRate.Mean(input.Rates);
        double? required = input is { Target: { } target, Years: { } years } && years > input.Rates.Count ? PlanMonitor.RequiredMeanGrowth(target, years, input.Rates) : null;
        List<CalculationStep> steps =
        [
            CalculationStep.Of(new("增长倍数", "Growth factor so far"), "∏(1 + rates)", GrowthRate.Factor(input.Rates)),
            CalculationStep.Of(new("年均增长", "Mean growth"), "factor^(1 ÷ n) − 1", mean, "%"),
        ];
        if (required is { } rest)
        {
            steps.Add(CalculationStep.Of(new("目标倍数", "Target factor"), "(1 + target)^years", Math.Pow((double)(1 + input.Target!.Value / 100), input.Years!.Value)));
            steps.Add(CalculationStep.Of(new("剩余年份每年需增长", "Needed in each remaining year"), "(target factor ÷ factor)^(1 ÷ years left) − 1", rest, "%"));
        }
        return TypedResults.Ok(new Calculation<MeanGrowthOutput>(new((decimal)mean, (decimal?)required), steps, "年均增长：几何平均"));
    }
}
