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
        // Each is mapped where its handler is named, so that its binding is made when the project is built.
        static void Name(RouteHandlerBuilder route, string operation, string summary) =>
            route.WithName(operation).WithSummary(summary).ProducesProblem(400).ProducesProblem(422);

        Name(group.MapPost("/growth", GrowthCalculators.Growth), "CalculateGrowth", "Nominal and real growth of a level");
        Name(group.MapPost("/months", GrowthCalculators.Months), "CalculateMonths", "Single months out of cumulative values; January and February stay together");
        Name(group.MapPost("/mean-growth", GrowthCalculators.Mean), "CalculateMeanGrowth", "Mean of yearly growth rates, and what the remaining years need for a target");
        Name(group.MapPost("/contributions", StructureCalculators.Contributions), "CalculateContributions", "Pull and contribution of each part of a total");
        Name(group.MapPost("/concentration", StructureCalculators.Concentrations), "CalculateConcentration", "Shares, share of the largest, Herfindahl index");
        Name(group.MapPost("/location-quotient", StructureCalculators.Quotient), "CalculateLocationQuotient", "Specialisation of a place in an industry");
        Name(group.MapPost("/efficiency", StructureCalculators.Ratios), "CalculateEfficiency", "Yield per mu, labour productivity, output–sales ratio");
        Name(group.MapPost("/pmi", IndexCalculators.Pmi), "CalculatePmi", "PMI of five diffusion indices, each from its answers");
        Name(group.MapPost("/composite-index", IndexCalculators.Composite), "CalculateCompositeIndex", "Composite index and diffusion of several series");
        Name(group.MapPost("/lights", IndexCalculators.Lights), "CalculateLights", "Warning light of each indicator and of all together");
        Name(group.MapPost("/park-evaluation", IndexCalculators.Evaluation), "CalculateParkEvaluation", "Scores of parks by expert weights, entropy weights and TOPSIS");
        Name(group.MapPost("/suppression", FilingCalculators.Hide), "CalculateSuppression", "Which cells of a table must be hidden");
        Name(group.MapPost("/unit-slip", FilingCalculators.Slip), "CalculateUnitSlip", "Whether a value is in the wrong unit, by its ratio to history");
        Name(group.MapPost("/plan-target", PlanCalculators.Target), "CalculatePlanTarget", "Progress, required pace and status of a plan's target");
        Name(group.MapPost("/series-marks", ForecastCalculators.Marks), "CalculateSeriesMarks", "Anomalies and structural breaks of a series");
        Name(group.MapPost("/spring-festival", EarlyCalculators.Festival), "CalculateSpringFestival", "Where the windows around the Spring Festival of a year fall");
        Name(group.MapPost("/nowcast", EarlyCalculators.Nowcast), "CalculateNowcast", "Output of a month by its electricity, before its forms come");
        Name(group.MapPost("/forecast", ForecastCalculators.Forecast), "CalculateForecast", "Forecast of a series with intervals and the error of its own back-test");
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
