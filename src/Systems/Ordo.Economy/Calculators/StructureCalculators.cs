using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Structure;

namespace Ordo.Economy.Calculators;

/// <param name="Parts">Of one total, at constant prices.</param>
public sealed record ContributionsInput(IReadOnlyList<PartChange> Parts);

/// <param name="Values">Of the parts, not negative.</param>
/// <param name="Largest">How many of the largest to sum.</param>
public sealed record ConcentrationInput(IReadOnlyList<decimal> Values, int Largest = 4);

/// <param name="Shares">Percent, in the order given.</param>
/// <param name="Ratio">Percent of the largest together.</param>
/// <param name="Herfindahl">0…10,000.</param>
public sealed record ConcentrationOutput(IReadOnlyList<decimal> Shares, decimal Ratio, decimal Herfindahl);

/// <param name="LocalIndustry">Of the industry here.</param>
/// <param name="LocalTotal">Of all industries here.</param>
/// <param name="WideIndustry">Of the industry in the wider area.</param>
/// <param name="WideTotal">Of all industries there.</param>
public sealed record LocationQuotientInput(decimal LocalIndustry, decimal LocalTotal, decimal WideIndustry, decimal WideTotal);

/// <param name="Output">万元.</param>
/// <param name="Tax">万元.</param>
/// <param name="EnergyTce">Tonnes of standard coal.</param>
/// <param name="LandSquareMetres">Land in use; say with the result which land it is.</param>
/// <param name="ValueAdded">万元.</param>
/// <param name="AverageStaff">Heads.</param>
/// <param name="SalesOutput">万元.</param>
/// <param name="GrossOutput">万元.</param>
public sealed record EfficiencyInput(
    decimal? Output = null, decimal? Tax = null, decimal? EnergyTce = null, decimal? LandSquareMetres = null,
    decimal? ValueAdded = null, decimal? AverageStaff = null, decimal? SalesOutput = null, decimal? GrossOutput = null);

/// <param name="LandMu">亩.</param>
/// <param name="OutputPerMu">万元/亩.</param>
/// <param name="TaxPerMu">万元/亩.</param>
/// <param name="EnergyPerMu">tce/亩.</param>
/// <param name="LabourProductivity">万元 a head.</param>
/// <param name="OutputSalesRatio">Percent.</param>
public sealed record EfficiencyOutput(
    decimal? LandMu, decimal? OutputPerMu, decimal? TaxPerMu, decimal? EnergyPerMu, decimal? LabourProductivity, decimal? OutputSalesRatio);

internal static class StructureCalculators
{
    private const int MostParts = 1000;

    public static Results<Ok<Calculation<Contributions>>, ProblemHttpResult> Contributions(ContributionsInput input)
    {
        InputCheck check = new InputCheck().Count("parts", input.Parts.Count, 1, MostParts)
            .Each("parts", input.Parts, (c, field, part) => c.Number($"{field}.base", part.Base).Number($"{field}.current", part.Current));
        if (check.IsGood) check.That(input.Parts.Sum(part => part.Base) > 0, "parts", new("基期合计必须为正。", "The sum of the bases must be positive."));
        if (check.Problem is { } problem) return problem;
        Contributions result = Contribution.Of(input.Parts);
        return TypedResults.Ok(new Calculation<Contributions>(result,
            [
                CalculationStep.Of(new("基期合计", "Base of the total"), "Σ base", input.Parts.Sum(part => part.Base)),
                CalculationStep.Of(new("增量合计", "Change of the total"), "Σ (current − base)", input.Parts.Sum(part => part.Current - part.Base)),
                CalculationStep.Of(new("总增速", "Growth of the total"), "change ÷ base", result.Growth, "%"),
                .. result.Parts.Select(part => CalculationStep.Of(new($"{part.Name}：拉动", $"{part.Name}: pull"), "(current − base) ÷ Σ base", part.Pull, "百分点")),
                .. result.Parts.Select(part => CalculationStep.Of(new($"{part.Name}：贡献率", $"{part.Name}: contribution"), "pull ÷ growth of the total", part.Share, "%")),
            ],
            "贡献率 = 部分增量 ÷ 总增量；拉动 = 部分增量 ÷ 基期总量（不变价）"));
    }

    public static Results<Ok<Calculation<ConcentrationOutput>>, ProblemHttpResult> Concentrations(ConcentrationInput input)
    {
        InputCheck check = new InputCheck().Count("values", input.Values.Count, 1, MostParts).Each("values", input.Values, (c, field, value) => c.Number(field, value, 0))
            .That(input.Largest >= 1, "largest", new("至少为 1。", "At least 1."));
        if (check.IsGood) check.That(input.Values.Sum() > 0, "values", new("合计必须为正。", "The sum must be positive."));
        if (check.Problem is { } problem) return problem;
        var result = new ConcentrationOutput(Concentration.Shares(input.Values)!, Concentration.Ratio(input.Values, input.Largest)!.Value, Concentration.Herfindahl(input.Values)!.Value);
        return TypedResults.Ok(new Calculation<ConcentrationOutput>(result,
            [
                CalculationStep.Of(new("合计", "Total"), "Σ values", input.Values.Sum()),
                CalculationStep.Of(new($"前 {input.Largest} 位合计", $"Sum of the {input.Largest} largest"), "Σ largest values", input.Values.OrderDescending().Take(input.Largest).Sum()),
                CalculationStep.Of(new("集中度", "Concentration ratio"), "largest ÷ total", result.Ratio, "%"),
                CalculationStep.Of(new("赫芬达尔指数", "Herfindahl index"), "Σ share²", result.Herfindahl),
            ],
            "CRn、HHI（份额按百分数计，独家为 10000）"));
    }

    public static Results<Ok<Calculation<decimal>>, ProblemHttpResult> Quotient(LocationQuotientInput input)
    {
        InputCheck check = new InputCheck().Number("localIndustry", input.LocalIndustry, 0).Number("localTotal", input.LocalTotal, 1e-9)
            .Number("wideIndustry", input.WideIndustry, 1e-9).Number("wideTotal", input.WideTotal, 1e-9);
        if (check.Problem is { } problem) return problem;
        return TypedResults.Ok(new Calculation<decimal>(
            Concentration.LocationQuotient(input.LocalIndustry, input.LocalTotal, input.WideIndustry, input.WideTotal)!.Value,
            [
                CalculationStep.Of(new("本地份额", "Share here"), "localIndustry ÷ localTotal", input.LocalIndustry / input.LocalTotal),
                CalculationStep.Of(new("大区份额", "Share in the wider area"), "wideIndustry ÷ wideTotal", input.WideIndustry / input.WideTotal),
            ],
            "区位商 = 本地份额 ÷ 大区份额"));
    }

    public static Results<Ok<Calculation<EfficiencyOutput>>, ProblemHttpResult> Ratios(EfficiencyInput input)
    {
        InputCheck check = new InputCheck().Number("output", input.Output).Number("tax", input.Tax).Number("energyTce", input.EnergyTce)
            .Number("landSquareMetres", input.LandSquareMetres, 0).Number("valueAdded", input.ValueAdded).Number("averageStaff", input.AverageStaff, 0)
            .Number("salesOutput", input.SalesOutput).Number("grossOutput", input.GrossOutput, 0);
        if (check.Problem is { } problem) return problem;
        decimal? PerMu(decimal? value) => value is { } v && input.LandSquareMetres is { } land ? Efficiency.PerMu(v, land) : null;
        var result = new EfficiencyOutput(
            input.LandSquareMetres / Efficiency.SquareMetresPerMu, PerMu(input.Output), PerMu(input.Tax), PerMu(input.EnergyTce),
            input is { ValueAdded: { } added, AverageStaff: { } staff } ? Efficiency.LabourProductivity(added, staff) : null,
            input is { SalesOutput: { } sales, GrossOutput: { } gross } ? Efficiency.OutputSalesRatio(sales, gross) : null);
        return TypedResults.Ok(new Calculation<EfficiencyOutput>(result,
            [
                CalculationStep.Of(new("用地", "Land"), "landSquareMetres ÷ (10000 ÷ 15)", result.LandMu, "亩"),
                CalculationStep.Of(new("亩均产值", "Output per mu"), "output ÷ land", result.OutputPerMu, "万元/亩"),
                CalculationStep.Of(new("亩均税收", "Tax per mu"), "tax ÷ land", result.TaxPerMu, "万元/亩"),
                CalculationStep.Of(new("亩均能耗", "Energy per mu"), "energyTce ÷ land", result.EnergyPerMu, "tce/亩"),
                CalculationStep.Of(new("全员劳动生产率", "Labour productivity"), "valueAdded ÷ averageStaff", result.LabourProductivity, "万元/人"),
                CalculationStep.Of(new("产销率", "Output–sales ratio"), "salesOutput ÷ grossOutput", result.OutputSalesRatio, "%"),
            ],
            "产销率：国家统计局指标解释；亩均：须注明土地口径（供地、建成区、规划）"));
    }
}
