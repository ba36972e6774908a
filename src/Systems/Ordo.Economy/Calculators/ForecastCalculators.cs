using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Forecasting;

namespace Ordo.Economy.Calculators;

/// <param name="Series">Observations in order of time, without gaps.</param>
/// <param name="Period">Steps of one year: 12, 4 or 1.</param>
/// <param name="Horizon">Steps ahead.</param>
/// <param name="Method">Name of a method; default the combination.</param>
/// <param name="Confidence">Probability of the interval.</param>
public sealed record ForecastInput(IReadOnlyList<double> Series, int Period, int Horizon, string Method = "combination", double Confidence = 0.9);

/// <param name="BackTest">The method's own error on the last steps of the series, which it was not shown; <c>null</c> when the series is too short to spare them.</param>
public sealed record ForecastOutput(string Method, Forecast Forecast, BackTest? BackTest);

internal static class ForecastCalculators
{
    public static Results<Ok<Calculation<ForecastOutput>>, ProblemHttpResult> Forecast(ForecastInput input)
    {
        IForecastMethod? method = ForecastMethods.Find(input.Method);
        string known = string.Join(", ", ForecastMethods.All.Select(m => m.Name));
        InputCheck check = new InputCheck()
            .That(method is not null, "method", new($"没有这种方法；可用：{known}。", $"There is no such method; there are {known}."))
            .Count("series", input.Series.Count, method?.MinimumLength ?? 2, 2000).Each("series", input.Series, (c, field, value) => c.Number(field, value))
            .That(input.Period is >= 1 and <= 53, "period", new("应在 1 到 53 之间。", "Between 1 and 53."))
            .That(input.Horizon is >= 1 and <= 120, "horizon", new("应在 1 到 120 之间。", "Between 1 and 120."))
            .Number("confidence", input.Confidence, 0.01, 0.9999);
        if (check.Problem is { } problem) return problem;
        double[] series = [.. input.Series];
        Forecast forecast = method!.Forecast(series, input.Period, input.Horizon, input.Confidence);
        if (forecast.Mean.Concat(forecast.Lower).Concat(forecast.Upper).Any(value => !double.IsFinite(value))) throw new OverflowException();
        BackTest? test = BackTest.Of(method, series, input.Period, input.Horizon, input.Confidence);
        return TypedResults.Ok(new Calculation<ForecastOutput>(new(method.Name, forecast, test),
            [.. forecast.Parameters.Select(parameter => CalculationStep.Of(new(parameter.Key, parameter.Key), forecast.Model, parameter.Value))],
            "M4 competition: definitions of sMAPE, MASE and Naive2"));
    }
}
