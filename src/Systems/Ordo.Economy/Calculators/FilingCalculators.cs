using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Ordo.Economy.Disclosure;
using Ordo.Economy.Filing;

namespace Ordo.Economy.Calculators;

/// <param name="Cells">Rows of equal length, without totals.</param>
public sealed record SuppressionInput(IReadOnlyList<IReadOnlyList<TableCell>> Cells, SuppressionRule? Rule = null);

/// <param name="States">One row and one column more than the cells: the last ones are the totals.</param>
public sealed record SuppressionOutput(IReadOnlyList<IReadOnlyList<CellState>> States);

/// <param name="Value">As reported.</param>
/// <param name="History">Earlier values of the same item and enterprise.</param>
public sealed record UnitSlipInput(decimal Value, IReadOnlyList<decimal> History);

/// <param name="Finding"><c>null</c> when the value is plausible or the history is too short.</param>
public sealed record UnitSlipOutput(UnitSlipFinding? Finding);

internal static class FilingCalculators
{
    public static Results<Ok<Calculation<SuppressionOutput>>, ProblemHttpResult> Hide(SuppressionInput input)
    {
        SuppressionRule rule = input.Rule ?? new();
        InputCheck check = new InputCheck().Count("cells", input.Cells.Count, 1, 50)
            .That(rule.FewestContributors is >= 1 and <= 100, "rule.fewestContributors", new("应在 1 到 100 之间。", "Between 1 and 100."))
            .Percent("rule.largestShare", rule.LargestShare);
        if (check.IsGood) check.Each("cells", input.Cells, (c, field, row) => c.Count(field, row.Count, 1, 50)
            .That(row.Count == input.Cells[0].Count, field, new("各行长度须相同。", "All rows need the same length."))
            .Each(field, row, (d, at, cell) => d.Number($"{at}.total", cell.Total).Number($"{at}.largest", cell.Largest).Number($"{at}.contributors", (double)cell.Contributors, 0, 1e6)));
        if (check.Problem is { } problem) return problem;
        CellState[][] states = Suppression.Of(input.Cells, rule);
        CellState[] all = [.. states.SelectMany(row => row)];
        return TypedResults.Ok(new Calculation<SuppressionOutput>(new(states),
            [
                CalculationStep.Of(new("初级抑制", "Primary suppressions"), "contributors < fewestContributors, or largest > largestShare", all.Count(state => state == CellState.Primary)),
                CalculationStep.Of(new("次级抑制", "Secondary suppressions"), "so that no row or column gives a hidden cell away", all.Count(state => state == CellState.Secondary)),
            ],
            "《中华人民共和国统计法》：能够识别或者推断单个统计调查对象身份的资料不得对外提供"));
    }

    public static Results<Ok<Calculation<UnitSlipOutput>>, ProblemHttpResult> Slip(UnitSlipInput input)
    {
        InputCheck check = new InputCheck().Number("value", input.Value).Count("history", input.History.Count, 0, 1200).Each("history", input.History, (c, field, value) => c.Number(field, value));
        if (check.Problem is { } problem) return problem;
        UnitSlipFinding? finding = UnitSlip.Find(input.Value, input.History);
        return TypedResults.Ok(new Calculation<UnitSlipOutput>(new(finding),
            [
                CalculationStep.Of(new("历史中位数", "Median of the history"), "median |history|", finding?.Median),
                CalculationStep.Of(new("倍数", "Factor"), "value ÷ usual size, to a unit's factor", finding?.Factor),
                CalculationStep.Of(new("可能的原值", "What was probably meant"), "value ÷ factor", finding?.Corrected),
            ],
            "数据审核：与历史之比接近 10³、10⁴、10⁸ 且换算后落在历史范围内"));
    }
}
