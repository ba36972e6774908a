using System.Globalization;
using Ordo.Economy.Figures;
using Ordo.Economy.Indicators;
using Ordo.Economy.Settings;
using Ordo.Foundation;

namespace Ordo.Economy.Filing;

/// <summary>What a figure that is possible but unusual was compared with.</summary>
public enum FindingKind
{
    /// <summary>A rule of the form that should hold.</summary>
    Rule,

    /// <summary>Far from the last period.</summary>
    LastPeriod,

    /// <summary>Probably in another unit: 元 for 万元.</summary>
    Unit,

    /// <summary>Output does not follow the own electricity as it used to.</summary>
    Electricity,

    /// <summary>Reported electricity differs from the meters.</summary>
    Meter,

    /// <summary>Far from enterprises of the same industry.</summary>
    Peers,

    /// <summary>Cumulative figures fall: an earlier month would have to be changed.</summary>
    History,
}

/// <summary>Something unusual: it may be right, but then somebody has to say why.</summary>
/// <param name="Key">What an explanation is filed under: the kind and the item.</param>
/// <param name="Item">Code of the item.</param>
/// <param name="Kind">Compared with what.</param>
/// <param name="Reason">For people.</param>
/// <param name="Expected">What would have been usual; <c>null</c> where there is no one figure.</param>
public sealed record Finding(string Key, string Item, FindingKind Kind, Foundation.Text Reason, decimal? Expected = null);

/// <summary>What a check needs to know beside the form.</summary>
/// <param name="MeteredElectricity">万kWh of the period by the enterprise's own meters; <c>null</c> without full data.</param>
public sealed record CheckContext(EconomySnapshot Snapshot, int Enterprise, FormTemplate Form, Period Period, decimal? MeteredElectricity = null);

/// <summary>The checks of a form, the same for what is typed and what is uploaded. Pure.</summary>
public static class FilingChecks
{
    /// <summary>What makes a form impossible: missing items, signs, arithmetic. Text for a number does not come this far.</summary>
    public static List<Fault> Hard(FormTemplate form, IReadOnlyDictionary<string, decimal> values, IndicatorCatalogue catalogue)
    {
        List<Fault> faults = [];
        foreach (FormItem item in form.Items)
        {
            string name = catalogue.Find(item.Code)?.NameZh ?? item.Code, english = catalogue.Find(item.Code)?.NameEn ?? item.Code;
            if (!values.TryGetValue(item.Code, out decimal value))
            {
                if (item.Required) faults.Add(new(item.Code, $"“{name}”必填；没有发生请填 0。", $"{english} is required; enter 0 if there was none."));
                continue;
            }

            if (item.Answer && value is not (-1 or 0 or 1)) faults.Add(new(item.Code, $"“{name}”应为 1（上升）、0（持平）或 −1（下降）。", $"{english} is 1 (up), 0 (same) or −1 (down)."));
            else if (value < 0 && !item.MayBeNegative) faults.Add(new(item.Code, $"“{name}”不能为负，实为 {value}。", $"{english} cannot be negative, is {value}."));
            else if (catalogue.Find(item.Code) is { Kind: IndicatorKind.Binary } && value is not (0 or 1)) faults.Add(new(item.Code, $"“{name}”应为 1（是）或 0（否）。", $"{english} is 1 (yes) or 0 (no)."));
            else if (catalogue.Find(item.Code) is { Decimals: 0, Kind: IndicatorKind.Level } && value != decimal.Truncate(value) && !item.Answer)
                faults.Add(new(item.Code, $"“{name}”应为整数，实为 {value}。", $"{english} is a whole number, is {value}."));
        }

        faults.AddRange(form.Hard.SelectMany(rule => Broken(rule, values, catalogue)));
        return faults;
    }

    /// <summary>What is possible but unusual.</summary>
    public static List<Finding> Soft(CheckContext context, IReadOnlyDictionary<string, decimal> values)
    {
        EconomyRules rules = context.Snapshot.Rules;
        List<Finding> findings = [.. context.Form.Soft.SelectMany(rule => Broken(rule, values, rules.Catalogue))
            .Select(fault => new Finding($"rule:{fault.Field}", fault.Field, FindingKind.Rule, fault.Reason))];
        foreach (FormItem item in context.Form.Items.Where(item => !item.Answer))
            if (values.TryGetValue(item.Code, out decimal value) && ItemFinding(context, item, value) is { } finding) findings.Add(finding);
        if (Misfits.ByElectricity(context, values) is { } byElectricity) findings.Add(byElectricity);
        if (Misfits.ByMeter(context, values) is { } byMeter) findings.Add(byMeter);
        if (Misfits.ByPeers(context, values) is { } byPeers) findings.Add(byPeers);
        return findings;
    }

    private static Finding? ItemFinding(CheckContext context, FormItem item, decimal value)
    {
        Indicator indicator = context.Snapshot.Rules.Catalogue.Find(item.Code)!;
        // A unit slip is searched for in single months, so that a cumulative figure of December is not compared with one of February.
        decimal scaled = PerMonth(indicator, value, context.Period);
        List<decimal> history = History(context, indicator);
        if (UnitSlip.Find(scaled, history) is { } slip)
        {
            decimal meant = value / slip.Factor;
            return new($"unit:{item.Code}", item.Code, FindingKind.Unit, new(
                $"“{indicator.NameZh}”约为以往的 {Times(slip.Factor)}，单位可能填错；若换算单位应为 {Number(meant)} {indicator.Unit}。",
                $"{indicator.NameEn} is about {Times(slip.Factor)} of what was reported before: probably in the wrong unit; {Number(meant)} {indicator.Unit} would fit."), Math.Round(meant, 4));
        }

        if (indicator.Basis == FigureBasis.Cumulative && context.Period.First != 1 && value >= 0 && context.Snapshot.Latest.Raw(item.Code, context.Enterprise, context.Period.Year, context.Period.First - 1) is { } before
            && value < before && !item.MayBeNegative)
        {
            return new($"history:{item.Code}", item.Code, FindingKind.History, new(
                $"累计“{indicator.NameZh}”{Number(value)} 小于上期累计 {Number(before)}：如前期有误，请对前期另报更正，不要在本期冲减。",
                $"Cumulative {indicator.NameEn} {Number(value)} is below the last one, {Number(before)}: correct the earlier period instead of netting it here."), before);
        }

        CheckLimits limits = context.Snapshot.Rules.Checks;
        if (history.Count >= limits.ShortestHistory && history[0] is > 0 and var last && scaled > 0 && (scaled > last * limits.ChangeFactor || scaled < last / limits.ChangeFactor))
        {
            return new($"last:{item.Code}", item.Code, FindingKind.LastPeriod, new(
                $"“{indicator.NameZh}”折合每月 {Number(scaled)}，上期为 {Number(last)}，变动超过 {limits.ChangeFactor} 倍。",
                $"{indicator.NameEn} is {Number(scaled)} a month, last period {Number(last)}: a change by more than {limits.ChangeFactor} times."), last);
        }

        return null;
    }

    /// <summary>Earlier values of one month's size, newest first, at most 24.</summary>
    private static List<decimal> History(CheckContext context, Indicator indicator)
    {
        List<decimal> history = [];
        Period period = context.Period;
        for (int i = 0; i < 24; i++)
        {
            period = period.Shift(context.Form.Frequency, -1);
            if (context.Snapshot.Latest.Raw(indicator.Code, context.Enterprise, period.Year, period.Last) is { } raw) history.Add(PerMonth(indicator, raw, period));
        }

        return history;
    }

    private static decimal PerMonth(Indicator indicator, decimal value, Period period) => indicator.Basis switch
    {
        FigureBasis.Cumulative => value / period.Last,
        FigureBasis.Month => value / period.Months,
        _ => value,
    };

    private static IEnumerable<Fault> Broken(FormRule rule, IReadOnlyDictionary<string, decimal> values, IndicatorCatalogue catalogue)
    {
        FormulaRule parsed = Formula.ParseRule(rule.Formula);
        string[] items = [.. Formula.References(parsed.Left).Concat(Formula.References(parsed.Right)).Distinct()];
        if (items.Any(item => !values.ContainsKey(item))) yield break; // what is missing is said elsewhere, and missing is not zero
        var input = new FormInput(values);
        decimal scale = catalogue.ScaleOf(items[0]);
        decimal? left = Formula.Evaluate(parsed.Left, input, catalogue.ScaleOf, _ => null) / scale, right = Formula.Evaluate(parsed.Right, input, catalogue.ScaleOf, _ => null) / scale;
        if (left is not { } l || right is not { } r) yield break;
        bool holds = parsed.Comparison switch { "<=" => l <= r + rule.Tolerance, ">=" => l >= r - rule.Tolerance, _ => Math.Abs(l - r) <= rule.Tolerance };
        if (!holds)
            yield return new(items[0], $"{rule.Zh}（左边 {Number(l)}，右边 {Number(r)}，差 {Number(l - r)}）。", $"{rule.En} (left {Number(l)}, right {Number(r)}, difference {Number(l - r)}).");
    }

    internal static string Number(decimal value) => Math.Round(value, 4).ToString("#,0.####", CultureInfo.InvariantCulture);

    private static string Times(decimal factor) => factor >= 1 ? factor.ToString("#,0", CultureInfo.InvariantCulture) + " ×" : "1/" + (1 / factor).ToString("#,0", CultureInfo.InvariantCulture);

    private sealed class FormInput(IReadOnlyDictionary<string, decimal> values) : IFormulaInput
    {
        public int Months => 1;

        public decimal? Sum(string code) => values.TryGetValue(code, out decimal value) ? value : null;

        public int Count(string code) => 0;

        public int Negative(string code) => 0;
    }
}
