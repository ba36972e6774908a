using Ordo.Economy.Filing;
using Ordo.Economy.Indicators;
using Ordo.Economy.Structure;

namespace Ordo.Economy.Figures;

/// <summary>One indicator of the month.</summary>
/// <param name="Period">Of the figure: the month, or from January on, as the indicator is told best.</param>
/// <param name="Cumulative">Of a flow from January on, the sum of the months; <c>null</c> for others.</param>
/// <param name="CumulativeReporting">Enterprises in the month since January that has fewest; <c>null</c> for others.</param>
public sealed record OverviewFigure(
    string Code, string NameZh, string NameEn, string Unit, int Decimals, IndicatorKind Kind, IndicatorDirection Direction, string Period, decimal? Value, decimal? Growth, decimal? RealGrowth,
    decimal? Cumulative, decimal? CumulativeGrowth, decimal? CumulativeRealGrowth, int? CumulativeReporting, int Reporting, int Expected, bool Hidden, bool Verified);

/// <summary>A piece of the sentence: words, or a figure that can be followed.</summary>
/// <param name="Code">Indicator behind the figure; <c>null</c> for words.</param>
/// <param name="Period">Its period.</param>
public sealed record SentencePart(string Text, string? Code = null, string? Period = null);

/// <param name="Key">Code of the part: an area's id, an industry, a chain.</param>
/// <param name="Share">Percent of the total.</param>
/// <param name="Pull">Percentage points of the total's growth.</param>
/// <param name="Contribution">Percent of the total's growth; <c>null</c> where it means nothing.</param>
public sealed record BreakdownRow(
    string Key, string NameZh, string NameEn, decimal? Value, decimal? Base, decimal? Growth, decimal? Share, decimal? Pull, decimal? Contribution, int Reporting, int Expected, bool Hidden);

/// <param name="By">Area, section, division, chain or enterprise.</param>
/// <param name="Herfindahl">Concentration of the parts; <c>null</c> when any is hidden.</param>
public sealed record Breakdown(string Code, string By, string Period, Figure Total, IReadOnlyList<BreakdownRow> Rows, decimal? Herfindahl);

/// <summary>How complete the month is.</summary>
public sealed record Completeness(int Due, int Accepted, DateOnly Deadline, DateOnly Release, bool IsProtected);

public sealed record Overview(
    long AssetId, string AssetNameZh, string AssetNameEn, string Period, IReadOnlyList<string> Periods, IReadOnlyList<SentencePart> Sentence, IReadOnlyList<OverviewFigure> Figures,
    Breakdown Industries, Breakdown Areas, Completeness Completeness);

/// <summary>By what a total is taken apart.</summary>
public enum BreakdownBy
{
    Area,
    Section,
    Division,
    Chain,
    Enterprise,
}

/// <summary>Puts the page of the month together.</summary>
public static class OverviewBuilder
{
    /// <summary>What a month is told by, in the order of the page.</summary>
    public static IReadOnlyList<string> Headline { get; } =
        ["GOV", "SALES", "PSR", "VA", "REV", "PROFIT", "MARGIN", "TAXPAID", "INV", "ELEC", "TCE", "STAFF", "LP", "DEBT", "COST100", "LOSSFACE", "INV_DAYS", "AR_DAYS", "MU_OUT", "MU_TAX", "ENERGY", "RDI", "PMI", "CONF"];

    public static Overview Build(FigureReader reader, Area area, Period step, IReadOnlyList<Period> periods, bool english)
    {
        var cell = new CellKey(area);
        OverviewFigure[] figures = [.. Headline.Select(code => FigureOf(reader, code, cell, step)).OfType<OverviewFigure>()];
        Breakdown industries = Take(reader, "GOV", cell, step.Cumulative, BreakdownBy.Division), areas = Take(reader, "GOV", cell, step.Cumulative, area.Kind == Foundation.Park.AssetKind.Zone ? BreakdownBy.Section : BreakdownBy.Area);
        Figure output = reader.Read("GOV", cell, step);
        var calendar = reader.Snapshot.Rules.Calendar;
        return new(area.Id, area.NameZh, area.NameEn, step.ToString(), [.. periods.Select(period => period.ToString())], Sentence(area, step, figures, industries, english), figures, industries, areas,
            new(output.Expected, output.Reporting, calendar.DeadlineOf("M1", step), calendar.ReleaseOf("M1", step), reader.IsProtected));
    }

    public static OverviewFigure? FigureOf(FigureReader reader, string code, CellKey cell, Period step)
    {
        if (reader.Snapshot.Rules.Catalogue.Find(code) is not { } indicator) return null;
        Period best = FigureReader.Best(indicator, step);
        Figure figure = reader.Read(code, cell, best);
        bool flow = indicator.Kind == IndicatorKind.Flow;
        Figure month = flow && best != step ? reader.Read(code, cell, step) : figure, cumulative = flow ? best == step.Cumulative ? figure : reader.Read(code, cell, step.Cumulative) : Figure.Nothing(0);
        Figure shown = flow ? month : figure;
        return new(code, indicator.NameZh, indicator.NameEn, indicator.Unit, indicator.Decimals, indicator.Kind, indicator.Direction, (flow ? step : best).ToString(), shown.Value, shown.Growth, shown.RealGrowth,
            cumulative.Value, cumulative.Growth, cumulative.RealGrowth, flow ? cumulative.Reporting : null, shown.Reporting, shown.Expected, shown.Hidden, indicator.Verified);
    }

    /// <summary>Takes a total apart: share, growth, pull, contribution. Parts that must stay hidden are named but not told.</summary>
    public static Breakdown Take(FigureReader reader, string code, CellKey cell, Period period, BreakdownBy by)
    {
        EconomySnapshot snapshot = reader.Snapshot;
        Figure total = reader.Read(code, cell, period);
        bool additive = snapshot.Rules.Catalogue.Find(code) is { Kind: IndicatorKind.Flow or IndicatorKind.Level };
        List<BreakdownRow> rows = [];
        foreach ((string key, string zh, string en, CellKey part) in PartsOf(reader, cell, by))
        {
            Figure figure = reader.Read(code, part, period);
            if (figure.Reporting == 0 && figure.Expected == 0) continue;
            decimal? share = additive && figure.Value is { } value && total.Value is > 0 and var whole ? value / whole * 100 : null;
            // The part's change among the same enterprises, over the same enterprises' total of last year.
            decimal? pull = additive && figure is { Growth: { } growth, Base: { } before } && total.Base is > 0 and var basis ? before * growth / basis : null;
            decimal? contribution = pull is { } points && total.Growth is >= Contribution.SmallestGrowth and var all ? points / all * 100 : null;
            rows.Add(new(key, zh, en, figure.Value, figure.Base, figure.Growth, share, pull, contribution, figure.Reporting, figure.Expected, figure.Hidden));
        }

        BreakdownRow[] sorted = [.. rows.OrderByDescending(row => row.Value ?? decimal.MinValue)];
        decimal? herfindahl = additive && by != BreakdownBy.Chain && sorted.Length > 0 && sorted.All(row => !row.Hidden && row.Value >= 0)
            ? Concentration.Herfindahl([.. sorted.Select(row => row.Value ?? 0)]) : null;
        return new(code, System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(by.ToString()), period.ToString(), total, sorted, herfindahl);
    }

    private static IEnumerable<(string Key, string Zh, string En, CellKey Part)> PartsOf(FigureReader reader, CellKey cell, BreakdownBy by)
    {
        EconomySnapshot snapshot = reader.Snapshot;
        Enterprise[] inside = [.. reader.Select(cell).Enterprises.Select(place => snapshot.Enterprises[place])];
        switch (by)
        {
            case BreakdownBy.Area:
                return snapshot.Areas.Where(area => area.ParentId == cell.Area.Id).Select(area => (Id(area), area.NameZh, area.NameEn, cell with { Area = area }));
            case BreakdownBy.Enterprise:
                return inside.Select(enterprise => (Id(enterprise.Area), enterprise.Area.NameZh, enterprise.Area.NameEn, cell with { Area = enterprise.Area }));
            case BreakdownBy.Chain:
                return snapshot.Rules.Chains.Select(chain => (chain.Code, chain.NameZh, chain.NameEn, new CellKey(cell.Area, Chain: chain.Code)));
            default:
                return inside.Select(enterprise => by == BreakdownBy.Section ? enterprise.Section : enterprise.Division).Where(code => code.Length > 0).Distinct().Order(StringComparer.Ordinal)
                    .Select(code => (code, IndustryName(code).Zh, IndustryName(code).En, cell with { Industry = code }));
        }

        static string Id(Area area) => area.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public static Foundation.Text IndustryName(string code) => Foundation.Park.IndustryCatalogue.Find(code)?.Name ?? new(code, code);

    private static List<SentencePart> Sentence(Area area, Period step, OverviewFigure[] figures, Breakdown industries, bool english)
    {
        List<SentencePart> parts = [];
        void Say(string zh, string en) => parts.Add(new(english ? en : zh));
        void Tell(OverviewFigure figure, string text, Period period) => parts.Add(new(text, figure.Code, period.ToString()));
        OverviewFigure? Of(string code) => figures.FirstOrDefault(figure => figure.Code == code && !figure.Hidden);
        Say($"{step.Name.Zh}，{area.NameZh}", $"In {step.Name.En}, {area.NameEn}");
        if (Of("GOV") is not { Value: { } output } gov)
        {
            Say("没有可说明的数据。", " has no figures to tell.");
            return parts;
        }

        Say("规上工业总产值", ": gross output ");
        Tell(gov, Money(output, english), step);
        if (gov.Growth is { } growth)
        {
            Say("，同比", ", ");
            Tell(gov, Change(growth, english), step);
            if (gov.RealGrowth is { } real) { Say("（可比价", " ("); Tell(gov, Change(real, english), step); Say("）", " at comparable prices)"); }
        }

        if (step.Cumulative != step && gov is { Cumulative: { } sum, CumulativeGrowth: { } sumGrowth })
        {
            Say($"；1—{step.Last}月累计", "; since January ");
            Tell(gov, Money(sum, english), step.Cumulative);
            Say("，同比", ", ");
            Tell(gov, Change(sumGrowth, english), step.Cumulative);
        }

        if (industries.Rows.Where(row => row is { Hidden: false, Pull: not null }).MaxBy(row => Math.Abs(row.Pull!.Value)) is { Pull: { } pull } top)
        {
            Say($"。拉动最大的行业是{top.NameZh}，", $". The industry that moved it most is {top.NameEn}, ");
            parts.Add(new(english ? $"{pull:+0.0;−0.0} points" : $"{(pull >= 0 ? "拉动" : "下拉")} {Math.Abs(pull):0.0} 个百分点", "GOV", step.Cumulative.ToString()));
        }

        if (Of("PSR") is { Value: { } sold } psr) { Say("；产销率", "; output–sales ratio "); Tell(psr, $"{sold:0.0}%", step); }
        if (Of("PROFIT") is { Cumulative: { } profit } earned) { Say("；累计利润总额", "; total profit since January "); Tell(earned, Money(profit, english), step.Cumulative); }
        if (Of("PMI") is { Value: { } pmi } survey) { Say("；园区 PMI ", "; park PMI "); Tell(survey, $"{pmi:0.0}", step); }
        if (gov.Reporting < gov.Expected) Say($"。应报 {gov.Expected} 家，已审定 {gov.Reporting} 家，合计不含未报企业。", $". {gov.Reporting} of {gov.Expected} enterprises are accepted; totals leave out the others.");
        else Say("。", ".");
        return parts;
    }

    public static string Money(decimal wan, bool english) => Math.Abs(wan) >= 10_000 ? $"{wan / 10_000:#,0.00} {(english ? "×10⁸ yuan" : "亿元")}" : $"{wan:#,0.0} {(english ? "×10⁴ yuan" : "万元")}";

    public static string Change(decimal growth, bool english) => english ? $"{growth:+0.0;−0.0;0.0} %" : growth == 0 ? "持平" : $"{(growth > 0 ? "增长" : "下降")} {Math.Abs(growth):0.0}%";
}
