using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Plans;

namespace Ordo.Economy.Calculators;

/// <param name="Bands">Default: 1.2, 1.0, 0.9, 0.7, and 0.9 for ceilings.</param>
public sealed record PlanTargetInput(PlanTarget Target, PlanActual Actual, PlanBands? Bands = null);

internal static class PlanCalculators
{
    public static Results<Ok<Calculation<PlanAssessment>>, ProblemHttpResult> Target(PlanTargetInput input)
    {
        (PlanTarget target, PlanActual actual, PlanBands bands) = (input.Target, input.Actual, input.Bands ?? new());
        InputCheck check = new InputCheck().Number("target.base", target.Base).Number("target.target", target.Target).Number("actual.value", actual.Value)
            .That(target.End >= target.Start && target.End.Year - target.Start.Year < 100, "target.end", new("应不早于开始日，且不超过一百年。", "Not before the start, and within a hundred years."))
            .That(bands is { Behind: > 0 } && bands.Behind <= bands.SlightlyBehind && bands.SlightlyBehind <= bands.OnTrack && bands.OnTrack <= bands.Ahead, "bands",
                new("界限须由低到高。", "The bands must rise."));
        if (actual.YearlyRates is { } rates)
            check.Count("actual.yearlyRates", rates.Count, 0, 100).Each("actual.yearlyRates", rates, (c, field, rate) => c.Number(field, (double)rate, -99.9, 1000));
        if (target.Kind == TargetKind.MeanGrowth) check.Number("target.target", target.Target, -99.9, 1000);
        if (check.Problem is { } problem) return problem;
        PlanAssessment result = PlanMonitor.Assess(target, actual, bands);
        return TypedResults.Ok(new Calculation<PlanAssessment>(result,
            [
                CalculationStep.Of(new("时间进度", "Time progress"), "years passed ÷ years of the plan", result.TimeProgress, "%"),
                CalculationStep.Of(new("完成进度", "Progress"), ProgressFormula(target.Kind), result.Progress, "%"),
                CalculationStep.Of(new("进度指数", "Index"), target.Kind == TargetKind.MeanGrowth ? "mean ÷ target" : "progress ÷ time progress", result.Index),
                CalculationStep.Of(new("路径值", "Value on the path"), "base + (target − base) × time progress", result.PathValue),
                CalculationStep.Of(new("差额", "Rest"), "target − value", result.Rest),
                CalculationStep.Of(new("每年需完成", "Required per year"), target.Kind == TargetKind.MeanGrowth ? "((1 + target)^years ÷ ∏(1 + rates))^(1 ÷ years left) − 1" : "rest ÷ years left", result.RequiredPerYear),
            ],
            "《内蒙古自治区“十四五”工业和信息化发展规划》第十章：年度监测、中期评估、终期总结；界限为通行做法，可设置"));
    }

    private static string ProgressFormula(TargetKind kind) => kind switch
    {
        TargetKind.Cumulative or TargetKind.YesNo => "value ÷ target",
        TargetKind.MeanGrowth => "mean ÷ target",
        TargetKind.Ceiling => "value ÷ ceiling",
        _ => "(value − base) ÷ (target − base)",
    };
}
