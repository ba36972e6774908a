using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Foundation.Park.Import;

namespace Ordo.Economy.Reports;

/// <summary>One part of a report.</summary>
/// <param name="Sentence">Begin with the sentence of the month.</param>
/// <param name="ParagraphsZh">Words with places for figures: <c>{GOV.cumulativeGrowth}</c>.</param>
/// <param name="Table"><c>figures</c>, <c>division</c>, <c>area</c>, <c>chain</c>, or empty.</param>
public sealed record ReportSection(string HeadingZh, string HeadingEn, bool Sentence, IReadOnlyList<string> ParagraphsZh, IReadOnlyList<string> ParagraphsEn, string Table);

/// <summary>The monthly analysis (月度运行分析) as a template, data like every other table.</summary>
public sealed record ReportTemplate(string Edition, string Source, IReadOnlyList<ReportSection> Sections)
{
    public static ReportTemplate Shipped { get; } = ShippedData.Read<ReportTemplate>("monthly.json");
}

/// <summary>Fills a template with the figures of a month: a page to print, and a workbook to go on working with.</summary>
public sealed partial class MonthlyReport
{
    private const string Missing = "—";
    private readonly Dictionary<string, OverviewFigure> figures;
    private readonly FigureReader reader;
    private readonly Overview overview;
    private readonly Area area;
    private readonly Period step;
    private readonly bool english;
    private readonly DateTimeOffset made;

    public MonthlyReport(FigureReader reader, Area area, Period step, bool english, DateTimeOffset made)
    {
        (this.reader, this.area, this.step, this.english, this.made) = (reader, area, step, english, made);
        overview = OverviewBuilder.Build(reader, area, step, [step], english);
        figures = overview.Figures.ToDictionary(figure => figure.Code);
    }

    private string Title => english ? $"Economic operation of {area.NameEn}, {step.Name.En}" : $"{area.NameZh}{step.Name.Zh}经济运行分析";

    public string Html()
    {
        var html = new StringBuilder(32_000);
        html.Append("<!doctype html><html lang=\"").Append(english ? "en" : "zh-CN").Append("\"><head><meta charset=\"utf-8\"><title>").Append(Text(Title)).Append("</title><style>").Append(Style).Append("</style></head><body>");
        html.Append("<h1>").Append(Text(Title)).Append("</h1><p class=\"meta\">").Append(Text(Origin())).Append("</p>");
        foreach (ReportSection section in reader.Snapshot.Rules.Report.Sections)
        {
            html.Append("<h2>").Append(Text(english ? section.HeadingEn : section.HeadingZh)).Append("</h2>");
            if (section.Sentence) html.Append("<p>").Append(Text(string.Concat(overview.Sentence.Select(part => part.Text)))).Append("</p>");
            foreach (string paragraph in english ? section.ParagraphsEn : section.ParagraphsZh) html.Append("<p>").Append(Text(Fill(paragraph))).Append("</p>");
            if (section.Table.Length > 0) AppendTable(html, Rows(section.Table));
        }

        html.Append("<p class=\"meta\">").Append(Text(Notes())).Append("</p></body></html>");
        return html.ToString();
    }

    public void WriteWorkbook(Stream file)
    {
        using var workbook = new XlsxWriter(file);
        using (XlsxWriter.SheetWriter words = workbook.AddSheet(english ? "Report" : "报告", [Title], 100))
        {
            words.WriteCells([Origin()]);
            foreach (ReportSection section in reader.Snapshot.Rules.Report.Sections)
            {
                words.WriteCells([english ? section.HeadingEn : section.HeadingZh]);
                if (section.Sentence) words.WriteCells([string.Concat(overview.Sentence.Select(part => part.Text))]);
                foreach (string paragraph in english ? section.ParagraphsEn : section.ParagraphsZh) words.WriteCells([Fill(paragraph)]);
            }

            words.WriteCells([Notes()]);
        }

        foreach (string table in reader.Snapshot.Rules.Report.Sections.Select(section => section.Table).Where(table => table.Length > 0).Distinct())
        {
            List<object?[]> rows = Rows(table);
            using XlsxWriter.SheetWriter sheet = workbook.AddSheet(SheetName(table), [.. rows[0].Select(cell => (string)cell!)]);
            foreach (object?[] row in rows.Skip(1)) sheet.WriteCells(row);
        }
    }

    /// <summary>Puts figures into words: <c>{GOV.growth}</c>, <c>{month}</c>. What is missing or hidden becomes a dash, never a zero.</summary>
    public string Fill(string paragraph) => Place().Replace(paragraph, match =>
    {
        if (match.Groups["code"].Value == "month") return step.Last.ToString(CultureInfo.InvariantCulture);
        if (!figures.TryGetValue(match.Groups["code"].Value, out OverviewFigure? figure)) return Missing;
        return match.Groups["field"].Value switch
        {
            "value" => Show(figure.Value, figure.Decimals),
            "growth" => Show(figure.Growth, 1),
            "real" => Show(figure.RealGrowth, 1),
            "cumulative" => Show(figure.Cumulative, figure.Decimals),
            "cumulativeGrowth" => Show(figure.CumulativeGrowth, 1),
            "cumulativeReal" => Show(figure.CumulativeRealGrowth, 1),
            "unit" => figure.Unit,
            "name" => english ? figure.NameEn : figure.NameZh,
            "reporting" => figure.Reporting.ToString(CultureInfo.InvariantCulture),
            "expected" => figure.Expected.ToString(CultureInfo.InvariantCulture),
            _ => Missing,
        };
    });

    private List<object?[]> Rows(string table)
    {
        if (table == "figures")
        {
            List<object?[]> rows = [Words("指标|单位|本期|同比（%/点）|可比价增速（%）|1—本月累计|累计同比（%）|报告户数|应报户数", "Indicator|Unit|This period|On the year (%/points)|At comparable prices (%)|Since January|On the year (%)|Reporting|Due")];
            rows.AddRange(overview.Figures.Select(figure => new object?[]
            {
                english ? figure.NameEn : figure.NameZh, figure.Unit, Round(figure.Value, figure.Decimals), Round(figure.Growth, 2), Round(figure.RealGrowth, 2), Round(figure.Cumulative, figure.Decimals),
                Round(figure.CumulativeGrowth, 2), figure.Reporting, figure.Expected,
            }));
            return rows;
        }

        BreakdownBy by = table switch { "division" => BreakdownBy.Division, "chain" => BreakdownBy.Chain, "section" => BreakdownBy.Section, _ => BreakdownBy.Area };
        Breakdown breakdown = OverviewBuilder.Take(reader, "GOV", new(area), step.Cumulative, by);
        List<object?[]> parts = [Words("名称|累计总产值（万元）|占比（%）|同比（%）|拉动（百分点）|贡献率（%）|报告户数", "Name|Output since January (10,000 yuan)|Share (%)|On the year (%)|Pull (points)|Contribution (%)|Reporting")];
        parts.AddRange(breakdown.Rows.Select(row => new object?[]
        {
            english ? row.NameEn : row.NameZh, Round(row.Value, 1), Round(row.Share, 2), Round(row.Growth, 2), Round(row.Pull, 2), Round(row.Contribution, 1), row.Hidden ? null : row.Reporting,
        }));
        parts.Add([english ? "Total" : "合计", Round(breakdown.Total.Value, 1), 100m, Round(breakdown.Total.Growth, 2), Round(breakdown.Total.Growth, 2), null, breakdown.Total.Reporting]);
        return parts;
    }

    private object?[] Words(string zh, string en) => (english ? en : zh).Split('|');

    private string SheetName(string table) => (table, english) switch
    {
        ("figures", true) => "Figures", ("figures", false) => "主要指标", ("division", true) => "Industries", ("division", false) => "行业", ("chain", true) => "Chains", ("chain", false) => "产业链",
        (_, true) => "Zones", _ => "片区",
    };

    private string Origin()
    {
        string time = TimeZoneInfo.ConvertTime(made, EconomyBook.Zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        string kind = reader.IsProtected ? english ? "released figures, small cells hidden" : "发布口径，小单元已隐去" : english ? "internal: single enterprises may follow from it" : "内部资料：可推知单个企业，不得外传";
        return english ? $"Made {time}; {kind}; {overview.Completeness.Accepted} of {overview.Completeness.Due} enterprises." : $"生成于 {time}；{kind}；应报 {overview.Completeness.Due} 家，已审定 {overview.Completeness.Accepted} 家。";
    }

    private string Notes() => english
        ? "Since January is the sum of the months, each of the enterprises accepted for it. Growth compares the same enterprises of both years, month by month. Missing forms are left out, not taken as zero. Definitions marked unverified in the catalogue are to be checked against the reporting handbook of the year."
        : "累计为 1 月以来各月已审定数之和。增速按两年同月都有数的同一批企业计算（同口径）。未报企业不计入，也不按零处理。目录中标为“未核实”的定义，发布前须按当年统计报表制度核对。";

    private static string Show(decimal? value, int decimals) => value is { } number ? Math.Round(number, decimals).ToString("#,0." + new string('0', decimals), CultureInfo.InvariantCulture).TrimEnd('.') : Missing;

    private static decimal? Round(decimal? value, int decimals) => value is { } number ? Math.Round(number, decimals) : null;

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void AppendTable(StringBuilder html, List<object?[]> rows)
    {
        html.Append("<table><thead><tr>");
        foreach (object? cell in rows[0]) html.Append("<th>").Append(Text((string)cell!)).Append("</th>");
        html.Append("</tr></thead><tbody>");
        foreach (object?[] row in rows.Skip(1))
        {
            html.Append("<tr>");
            foreach (object? cell in row)
            {
                if (cell is string text) html.Append("<td>").Append(Text(text)).Append("</td>");
                else html.Append("<td class=\"n\">").Append(cell switch { decimal number => number.ToString("#,0.####", CultureInfo.InvariantCulture), int count => count.ToString(CultureInfo.InvariantCulture), _ => Missing }).Append("</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table>");
    }

    private const string Style = """
        body{font:14px/1.7 "Noto Sans SC",system-ui,sans-serif;color:#1b2127;max-width:900px;margin:24px auto;padding:0 16px}h1{font-size:22px;text-align:center}h2{font-size:16px;margin-top:24px}
        table{border-collapse:collapse;width:100%;font-size:12.5px}th,td{border:1px solid #d8dde2;padding:4px 8px;text-align:left}th{background:#f4f5f6}.n{text-align:right;font-variant-numeric:tabular-nums}.meta{color:#55606b;font-size:12px}
        @media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}
        """;

    [GeneratedRegex(@"\{(?<code>[A-Za-z0-9_]+)(?:\.(?<field>[A-Za-z]+))?\}")]
    private static partial Regex Place();
}
