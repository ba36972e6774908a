using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Evaluation;
using Ordo.Economy.Indices;
using Ordo.Economy.Surveys;
using Ordo.Economy.WarningLights;

namespace Ordo.Economy.Calculators;

/// <summary>Answers to one question: how many say up, same, down.</summary>
public sealed record AnswerCount(int Up, int Same, int Down);

public sealed record PmiInput(AnswerCount NewOrders, AnswerCount Production, AnswerCount Employment, AnswerCount SupplierDelivery, AnswerCount RawMaterialStock);

/// <param name="Parts">Diffusion index of each question, as surveyed.</param>
public sealed record PmiOutput(decimal Pmi, PmiParts Parts);

/// <param name="SmallestDeviation">Floor for the deviation of a component's changes.</param>
public sealed record CompositeIndexInput(IReadOnlyList<IndexComponent> Components, double SmallestDeviation = 0);

/// <param name="Limits">Fixed limits; without them <paramref name="Mean"/> and <paramref name="Deviation"/> make them.</param>
public sealed record LightInput(string Name, double Value, LightLimits? Limits = null, double? Mean = null, double? Deviation = null, bool HighIsBad = false);

public sealed record LightsInput(IReadOnlyList<LightInput> Indicators);

public sealed record LightOutput(string Name, Light Light, LightLimits Limits);

public sealed record LightsOutput(IReadOnlyList<LightOutput> Indicators, CompositeLight Composite);

/// <param name="Parks">Names, one a row.</param>
/// <param name="Values">One row a park, one column an indicator.</param>
/// <param name="Weights">One value an indicator, positive.</param>
/// <param name="LowIsGood">One value an indicator.</param>
public sealed record ParkEvaluationInput(
    IReadOnlyList<string> Parks, IReadOnlyList<IReadOnlyList<double>> Values, IReadOnlyList<double> Weights, IReadOnlyList<bool> LowIsGood);

/// <param name="Scaled">0…1 an indicator.</param>
/// <param name="Score">0…100 by the weights given.</param>
/// <param name="EntropyScore">0…100 by entropy weights.</param>
/// <param name="Topsis">0…1 by the weights given.</param>
public sealed record ParkScore(string Park, IReadOnlyList<double> Scaled, double Score, double EntropyScore, double Topsis);

public sealed record ParkEvaluationOutput(IReadOnlyList<ParkScore> Parks, IReadOnlyList<double> EntropyWeights);

internal static class IndexCalculators
{
    public static Results<Ok<Calculation<PmiOutput>>, ProblemHttpResult> Pmi(PmiInput input)
    {
        (string Field, AnswerCount Answers)[] questions =
        [
            ("newOrders", input.NewOrders), ("production", input.Production), ("employment", input.Employment),
            ("supplierDelivery", input.SupplierDelivery), ("rawMaterialStock", input.RawMaterialStock),
        ];
        var check = new InputCheck();
        foreach ((string field, AnswerCount answers) in questions)
        {
            check.Number($"{field}.up", (double)answers.Up, 0, 1e8).Number($"{field}.same", (double)answers.Same, 0, 1e8).Number($"{field}.down", (double)answers.Down, 0, 1e8)
                .That((long)answers.Up + answers.Same + answers.Down > 0, field, new("至少需要一份答卷。", "At least one answer is needed."));
        }
        if (check.Problem is { } problem) return problem;
        decimal[] indices = [.. questions.Select(question => DiffusionIndex.OfAnswers(question.Answers.Up, question.Answers.Same, question.Answers.Down)!.Value)];
        var parts = new PmiParts(indices[0], indices[1], indices[2], indices[3], indices[4]);
        decimal pmi = DiffusionIndex.Pmi(parts, PmiWeights.National);
        return TypedResults.Ok(new Calculation<PmiOutput>(new(pmi, parts),
            [
                .. questions.Select((question, i) => CalculationStep.Of(new($"扩散指数 {question.Field}", $"Diffusion index {question.Field}"), "(up + same ÷ 2) ÷ answers × 100", indices[i])),
                CalculationStep.Of(new("制造业 PMI", "Manufacturing PMI"),
                    "0.30 newOrders + 0.25 production + 0.20 employment + 0.15 (100 − supplierDelivery) + 0.10 rawMaterialStock", pmi),
            ],
            "国家统计局制造业采购经理指数（PMI）指标解释；各分项应先作季节调整"));
    }

    public static Results<Ok<Calculation<CompositeResult>>, ProblemHttpResult> Composite(CompositeIndexInput input)
    {
        InputCheck check = new InputCheck().Count("components", input.Components.Count, 1, 100).Number("smallestDeviation", input.SmallestDeviation, 0);
        if (check.IsGood)
        {
            int periods = input.Components[0].Values.Count;
            check.Count("components[0].values", periods, 3, 1200).Each("components", input.Components, (c, field, component) =>
            {
                c.That(component.Values.Count == periods, $"{field}.values", new($"各成分期数须相同（{periods}）。", $"Every component needs the same number of periods ({periods})."));
                c.Each($"{field}.values", component.Values, (d, at, value) =>
                {
                    // A rate's difference beyond this would turn the index's sign; a level must be positive for a symmetric change.
                    if (value is { } number) d.Number(at, number, component.IsRate ? -90 : 1e-12, component.IsRate ? 90 : 1e15);
                });
                if (component.Deviation is { } deviation) c.Number($"{field}.deviation", deviation, 1e-9);
            });
        }
        if (check.Problem is { } problem) return problem;
        CompositeResult result;
        try
        {
            result = CompositeIndex.Of(input.Components, input.SmallestDeviation);
        }
        catch (ArgumentException)
        {
            return check.That(false, "components", new("有成分从不变动，无法定权：请剔除或给出最小标准差。",
                "A component never moves, so it has no weight: leave it out or give a smallest deviation.")).Problem!;
        }
        return TypedResults.Ok(new Calculation<CompositeResult>(result,
            [
                .. input.Components.Select((component, i) => CalculationStep.Of(new($"{component.Name}：标准差", $"{component.Name}: deviation"), "σ of the changes", result.Deviations[i])),
                .. input.Components.Select((component, i) => CalculationStep.Of(new($"{component.Name}：权重", $"{component.Name}: weight"), "(1 ÷ σ) ÷ Σ(1 ÷ σ)", result.Weights[i])),
                .. result.Growth.Select((step, t) => CalculationStep.Of(new($"第 {t + 2} 期变动", $"Change in period {t + 2}"), "Σ weight × change", step)),
                .. result.Levels.Select((level, t) => CalculationStep.Of(new($"第 {t + 1} 期指数", $"Index in period {t + 1}"), "I × (200 + s) ÷ (200 − s)", level)),
            ],
            "The Conference Board, Business Cycle Indicators Handbook"));
    }

    public static Results<Ok<Calculation<LightsOutput>>, ProblemHttpResult> Lights(LightsInput input)
    {
        InputCheck check = new InputCheck().Count("indicators", input.Indicators.Count, 1, 200).Each("indicators", input.Indicators, (c, field, light) =>
        {
            c.Number($"{field}.value", light.Value);
            if (light.Limits is { } limits)
                c.Number($"{field}.limits.blue", limits.Blue).Number($"{field}.limits.red", limits.Red).That(limits.AreRising, $"{field}.limits", new("界限须由低到高。", "The limits must rise."));
            else if (light is { Mean: { } mean, Deviation: { } deviation }) c.Number($"{field}.mean", mean).Number($"{field}.deviation", deviation, 1e-12);
            else c.That(false, field, new("请给出界限，或给出均值和标准差。", "Give limits, or mean and deviation."));
        });
        if (check.Problem is { } problem) return problem;
        LightOutput[] lights = [.. input.Indicators.Select(light =>
        {
            LightLimits limits = light.Limits ?? LightLimits.OfHistory(light.Mean!.Value, light.Deviation!.Value);
            return new LightOutput(light.Name, WarningLight.Of(light.Value, limits, light.HighIsBad), limits);
        })];
        CompositeLight composite = WarningLight.Composite([.. lights.Select(light => light.Light)]);
        return TypedResults.Ok(new Calculation<LightsOutput>(new(lights, composite),
            [
                .. lights.Select(light => CalculationStep.Of(new($"{light.Name}：得分", $"{light.Name}: score"), "red 5, yellow 4, green 3, lightBlue 2, blue 1", (decimal)(int)light.Light)),
                CalculationStep.Of(new("得分合计", "Sum of the scores"), "Σ score", composite.Sum),
                CalculationStep.Of(new("综合警情指数", "Composite index"), "sum ÷ (3 n) × 100", composite.Index),
                CalculationStep.Of(new("占满分比重", "Share of the full score"), "sum ÷ (5 n)", composite.FullShare, "%"),
            ],
            "中国宏观经济景气预警信号（红黄绿浅蓝蓝），指数 100 为正常；单项界限 μ±0.75σ、μ±1.5σ"));
    }

    public static Results<Ok<Calculation<ParkEvaluationOutput>>, ProblemHttpResult> Evaluation(ParkEvaluationInput input)
    {
        InputCheck check = new InputCheck().Count("parks", input.Parks.Count, 2, 500).Count("weights", input.Weights.Count, 1, 100)
            .That(input.Values.Count == input.Parks.Count, "values", new("每个园区一行。", "One row a park."))
            .That(input.LowIsGood.Count == input.Weights.Count, "lowIsGood", new("每个指标一项。", "One entry an indicator."))
            .Each("weights", input.Weights, (c, field, weight) => c.Number(field, weight, 1e-9, 1e6))
            .Each("values", input.Values, (c, field, row) => c.That(row.Count == input.Weights.Count, field, new("每个指标一项。", "One entry an indicator."))
                .Each(field, row, (d, at, value) => d.Number(at, value)));
        if (check.Problem is { } problem) return problem;
        double[][] scaled = ParkEvaluation.MinMax(input.Values, input.LowIsGood);
        double[] scores = ParkEvaluation.Scores(scaled, input.Weights), topsis = ParkEvaluation.Topsis(input.Values, input.Weights, input.LowIsGood);
        (double[] entropy, double[] weights) = ParkEvaluation.EntropyWeights(scaled);
        double[] entropyScores = ParkEvaluation.Scores(scaled, weights);
        return TypedResults.Ok(new Calculation<ParkEvaluationOutput>(
            new([.. input.Parks.Select((park, i) => new ParkScore(park, scaled[i], scores[i], entropyScores[i], topsis[i]))], weights),
            [
                .. entropy.Select((value, j) => CalculationStep.Of(new($"指标 {j + 1}：熵", $"Indicator {j + 1}: entropy"), "−Σ p ln p ÷ ln n", value)),
                .. weights.Select((value, j) => CalculationStep.Of(new($"指标 {j + 1}：熵权", $"Indicator {j + 1}: entropy weight"), "(1 − e) ÷ Σ(1 − e)", value)),
            ],
            "极差标准化、熵权法、TOPSIS；权重方法须在年初确定"));
    }
}
