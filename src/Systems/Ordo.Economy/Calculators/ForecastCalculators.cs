using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Breaks;
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

/// <param name="Series">Observations in order of time, without gaps.</param>
/// <param name="Period">Steps of one year: 12, 11 with January and February as one, 4 or 1.</param>
/// <param name="Distance">Robust standard deviations beyond which a value is an anomaly.</param>
/// <param name="Statistic">Largest Wald statistic that is no break.</param>
/// <param name="Shortest">Steps of a part between two breaks at least.</param>
public sealed record SeriesMarksInput(IReadOnlyList<double> Series, int Period, double Distance = 3.5, double Statistic = 15.56, int Shortest = 8);

internal static class ForecastCalculators
{
    public static Results<Ok<Calculation<SeriesMarks>>, ProblemHttpResult> Marks(SeriesMarksInput input)
    {
        InputCheck check = new InputCheck()
            .Count("series", input.Series.Count, 1, 500).Each("series", input.Series, (c, field, value) => c.Number(field, value))
            .That(input.Period is >= 1 and <= 53, "period", new("应在 1 到 53 之间。", "Between 1 and 53."))
            .Number("distance", input.Distance, 2, 100).Number("statistic", input.Statistic, 5, 1e6)
            .That(input.Shortest is >= 5 and <= 250, "shortest", new("应在 5 到 250 之间。", "Between 5 and 250."));
        if (check.Problem is { } problem) return problem;
        var marks = SeriesMarks.Of([.. input.Series], input.Period, input.Distance, input.Statistic, input.Shortest);
        return TypedResults.Ok(new Calculation<SeriesMarks>(marks,
            [
                .. marks.Anomalies.Select(odd => CalculationStep.Of(new($"第 {odd.Index + 1} 个值", $"Value {odd.Index + 1}"), "distance = (value − expected) / (1.4826 · MAD)", odd.Distance)),
                .. marks.Breaks.Select(found => CalculationStep.Of(new($"第 {found.Index + 1} 个值起", $"From value {found.Index + 1}"), "statistic = (S₁ − S₂) / (S₂ / (n − 4)) · (1 − ρ) / (1 + ρ)", found.Statistic)),
            ],
            "Chow test at the likeliest place (Quandt, Andrews 1993, 2003); median absolute deviation"));
    }

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
