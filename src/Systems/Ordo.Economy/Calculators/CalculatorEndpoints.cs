using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Calculators;

/// <summary>Every calculation of this system over HTTP: inputs in; result, intermediate steps and clause out. Nothing is stored.</summary>
internal static class CalculatorEndpoints
{
    public static void MapCalculators(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/api/v1/economy/calculate").WithTags("Economy calculators")
            .RequireAuthorization(Permissions.SignedIn).AddEndpointFilter(RefuseWhatOverflows);
        void Map(string name, string operation, string summary, Delegate handler) =>
            group.MapPost($"/{name}", handler).WithName(operation).WithSummary(summary).ProducesProblem(400).ProducesProblem(422);

        Map("growth", "CalculateGrowth", "Nominal and real growth of a level", GrowthCalculators.Growth);
        Map("months", "CalculateMonths", "Single months out of cumulative values; January and February stay together", GrowthCalculators.Months);
        Map("mean-growth", "CalculateMeanGrowth", "Mean of yearly growth rates, and what the remaining years need for a target", GrowthCalculators.Mean);
        Map("contributions", "CalculateContributions", "Pull and contribution of each part of a total", StructureCalculators.Contributions);
        Map("concentration", "CalculateConcentration", "Shares, share of the largest, Herfindahl index", StructureCalculators.Concentrations);
        Map("location-quotient", "CalculateLocationQuotient", "Specialisation of a place in an industry", StructureCalculators.Quotient);
        Map("efficiency", "CalculateEfficiency", "Yield per mu, labour productivity, output–sales ratio", StructureCalculators.Ratios);
        Map("pmi", "CalculatePmi", "PMI of five diffusion indices, each from its answers", IndexCalculators.Pmi);
        Map("composite-index", "CalculateCompositeIndex", "Composite index and diffusion of several series", IndexCalculators.Composite);
        Map("lights", "CalculateLights", "Warning light of each indicator and of all together", IndexCalculators.Lights);
        Map("park-evaluation", "CalculateParkEvaluation", "Scores of parks by expert weights, entropy weights and TOPSIS", IndexCalculators.Evaluation);
        Map("suppression", "CalculateSuppression", "Which cells of a table must be hidden", FilingCalculators.Hide);
        Map("unit-slip", "CalculateUnitSlip", "Whether a value is in the wrong unit, by its ratio to history", FilingCalculators.Slip);
        Map("plan-target", "CalculatePlanTarget", "Progress, required pace and status of a plan's target", PlanCalculators.Target);
        Map("series-marks", "CalculateSeriesMarks", "Anomalies and structural breaks of a series", ForecastCalculators.Marks);
        Map("spring-festival", "CalculateSpringFestival", "Where the windows around the Spring Festival of a year fall", EarlyCalculators.Festival);
        Map("nowcast", "CalculateNowcast", "Output of a month by its electricity, before its forms come", EarlyCalculators.Nowcast);
        Map("forecast", "CalculateForecast", "Forecast of a series with intervals and the error of its own back-test", ForecastCalculators.Forecast);
    }

    /// <summary>Inputs that are fine one by one can still divide into something no decimal holds.</summary>
    private static async ValueTask<object?> RefuseWhatOverflows(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            return Problems.Validation(("", new("结果超出可表示的范围：请检查各数的大小与单位。", "The result is too large to be a number: check the sizes and units of the inputs.")));
        }
    }
}
