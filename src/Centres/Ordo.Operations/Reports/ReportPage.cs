using System.Globalization;
using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Ordo.Operations.Reports;

/// <summary>
/// A filled report as one HTML page to look at and to print: the cells as they lie, merged, bold, coloured as in the template; each figure that is not whole says
/// how much of it there is. No script, nothing from outside; charts are in the workbook only.
/// </summary>
internal static class ReportPage
{
    private const int MaxRows = 5_000, MaxColumns = 260;

    public static string Write(ReportTemplate template, FilledReport report, ReportHead head)
    {
        var calculator = new SheetCalculator(template, report);
        var html = new StringBuilder(1 << 16);
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"{(head.English ? "en" : "zh-CN")}\"><head><meta charset=\"utf-8\"><title>{Encode(head.Name)} {head.Period}</title><style>{Css}{template.Css}</style></head><body>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Encode(head.Name)}</h1><p class=\"head\">{head.Period} · {Whole(report, head.English)}</p>");
        foreach (FilledSheet sheet in report.Sheets) WriteSheet(html, sheet, calculator, head.English);
        return html.Append("</body></html>").ToString();
    }

    private static string Whole(FilledReport report, bool english)
    {
        string share = Percent(report.Completeness);
        return english ? $"{report.Figures} figures, completeness {share}, {report.Incomplete} not whole" : $"{report.Figures} 个数值，完整率 {share}，{report.Incomplete} 个不完整";
    }

    private static void WriteSheet(StringBuilder html, FilledSheet sheet, SheetCalculator calculator, bool english)
    {
        if (sheet.Rows.Count == 0) return;
        var (spans, hidden) = MergesOf(sheet);
        int width = Math.Min(MaxColumns, sheet.Rows.Max(r => r.Cells.Count == 0 ? 0 : r.Cells.Max(c => c.Template.Column)));
        html.Append(CultureInfo.InvariantCulture, $"<section><h2>{Encode(sheet.Template.Name)}</h2><div class=\"scroll\"><table>");
        int next = 1;
        foreach (FilledRow row in sheet.Rows.Take(MaxRows))
        {
            // Empty rows keep the distance the customer drew, within reason.
            for (int gap = Math.Max(next, row.Number - 3); gap < row.Number; gap++) html.Append(CultureInfo.InvariantCulture, $"<tr class=\"gap\"><td colspan=\"{width}\"></td></tr>");
            next = row.Number + 1;
            html.Append("<tr>");
            var cells = row.Cells.ToDictionary(c => c.Template.Column);
            for (int column = 1; column <= width; column++)
            {
                if (hidden.Contains((column, row.Number))) continue;
                FilledCell? cell = cells.GetValueOrDefault(column);
                string span = spans.TryGetValue((column, row.Number), out var size) ? $" colspan=\"{size.Columns}\" rowspan=\"{size.Rows}\"" : "";
                WriteCell(html, cell, span, cell is null ? null : calculator.ValueAt(sheet.Template.Name, column, row.Number), calculator, english);
            }
            html.Append("</tr>");
        }
        html.Append("</table></div>");
        if (sheet.Rows.Count > MaxRows) html.Append(english ? $"<p>… and {sheet.Rows.Count - MaxRows} more rows in the workbook</p>" : $"<p>……另有 {sheet.Rows.Count - MaxRows} 行，见工作簿</p>");
        html.Append("</section>");
    }

    private static void WriteCell(StringBuilder html, FilledCell? cell, string span, double? value, SheetCalculator calculator, bool english)
    {
        if (cell is null)
        {
            html.Append(CultureInfo.InvariantCulture, $"<td{span}></td>");
            return;
        }

        bool isPart = cell.Completeness is < 1;
        string title = cell.Completeness is { } share ? $" title=\"{(english ? "completeness" : "完整率")} {Percent(share)}\"" : "";
        html.Append(CultureInfo.InvariantCulture, $"<td{span} class=\"s{Style(cell)}{(value is null ? "" : " n")}{(isPart ? " part" : "")}\"{title}>");
        if (value is { } number) html.Append(calculator.IsDate(cell) ? Date(number) : Number(cell, number));
        else if (cell.Formula is not null) html.Append("<i title=\"").Append(english ? "calculated by the spreadsheet" : "由电子表格计算").Append("\">ƒ</i>");
        else if (cell is { IsFilled: true, Value: null }) html.Append('—');
        else html.Append(Encode(calculator.TextOf(cell)));
        if (isPart) html.Append(CultureInfo.InvariantCulture, $"<sup>{Percent(cell.Completeness!.Value)}</sup>");
        html.Append("</td>");
    }

    private static string Date(double serial) => serial is >= 1 and < 2_958_466 ? DateTime.FromOADate(serial).ToString(serial % 1 < 1e-6 ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";

    private static int Style(FilledCell cell) => int.TryParse(cell.Template.Style, CultureInfo.InvariantCulture, out int style) ? style : 0;

    private static string Number(FilledCell cell, double number) =>
        cell.Value is decimal exact ? exact.ToString("#,0.##########", CultureInfo.InvariantCulture) : Math.Round(number, 4).ToString("#,0.####", CultureInfo.InvariantCulture);

    private static (Dictionary<(int, int), (int Columns, int Rows)> Spans, HashSet<(int, int)> Hidden) MergesOf(FilledSheet sheet)
    {
        var spans = new Dictionary<(int, int), (int, int)>();
        var hidden = new HashSet<(int, int)>();
        foreach (XElement merge in sheet.Template.Xml.Root!.Element(ReportTemplate.Main + "mergeCells")?.Elements() ?? [])
        {
            if (((string?)merge.Attribute("ref") ?? "").Split(':') is not [var a, var b]) continue;
            int row = SheetReferences.RowOf(a), to = SheetReferences.RowOf(b), left = SheetReferences.ColumnOf(a), right = Math.Min(MaxColumns, SheetReferences.ColumnOf(b));
            bool own = row == to && sheet.Shift.IsRepeated(row);
            int last = sheet.Shift.LastOf(to);
            for (int first = sheet.Shift.FirstOf(row); first <= (own ? last : sheet.Shift.FirstOf(row)) && hidden.Count < 200_000; first++)
            {
                int bottom = own ? first : last;
                spans[(left, first)] = (right - left + 1, bottom - first + 1);
                for (int r = first; r <= bottom; r++)
                    for (int c = left; c <= right; c++) if ((c, r) != (left, first)) hidden.Add((c, r));
            }
        }
        return (spans, hidden);
    }

    /// <summary>Rounded down: what is not whole never reads as whole.</summary>
    private static string Percent(double share) => $"{(Math.Floor(share * 1000) / 10).ToString("0.#", CultureInfo.InvariantCulture)} %";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private const string Css = """
        body{font:14px/1.4 "Noto Sans SC","Microsoft YaHei",system-ui,sans-serif;color:#1b2127;margin:24px}h1{font-size:20px;margin:0}.head{color:#55606b;margin:4px 0 16px}
        h2{font-size:15px;margin:16px 0 6px}.scroll{overflow-x:auto}table{border-collapse:collapse}td{border:1px solid #d8dde2;padding:2px 6px;min-width:24px;white-space:nowrap}
        .gap td{border:0;height:12px}.n{text-align:right;font-variant-numeric:tabular-nums}.part{background:#fff4e5}sup{color:#8a4b08;font-size:10px;margin-left:3px}
        @media print{body{margin:0}.scroll{overflow:visible}section{break-after:page}section:last-child{break-after:auto}tr{break-inside:avoid}}
        """;
}

/// <summary>What of a template's cell formats a page can show: bold, colour of the ground, place in the cell.</summary>
internal static class SheetStyles
{
    public static string CssOf(DocumentFormat.OpenXml.Packaging.WorkbookPart workbook)
    {
        if (workbook.WorkbookStylesPart is not { } part) return "";
        XElement root = ReportTemplate.Load(part).Root!;
        XNamespace main = ReportTemplate.Main;
        XElement[] fonts = [.. root.Element(main + "fonts")?.Elements() ?? []], fills = [.. root.Element(main + "fills")?.Elements() ?? []];
        var css = new StringBuilder();
        int index = -1;
        foreach (XElement xf in (root.Element(main + "cellXfs")?.Elements(main + "xf") ?? []).Take(2_000))
        {
            index++;
            string rules = "";
            XElement? font = fonts.ElementAtOrDefault((int?)xf.Attribute("fontId") ?? 0), fill = fills.ElementAtOrDefault((int?)xf.Attribute("fillId") ?? 0);
            if (font?.Element(main + "b") is { } bold && (string?)bold.Attribute("val") is not ("0" or "false")) rules += "font-weight:600;";
            if ((string?)fill?.Descendants(main + "fgColor").FirstOrDefault()?.Attribute("rgb") is { Length: 8 } rgb && rgb.All(char.IsAsciiHexDigit)) rules += $"background:#{rgb[2..]};";
            if ((string?)xf.Element(main + "alignment")?.Attribute("horizontal") is "center" or "right" or "left") rules += $"text-align:{(string)xf.Element(main + "alignment")!.Attribute("horizontal")!};";
            if (rules.Length > 0) css.Append(CultureInfo.InvariantCulture, $".s{index}{{{rules}}}");
        }
        return css.ToString();
    }
}
