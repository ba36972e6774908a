using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Ordo.Economy.Plans.Reports;

/// <summary>A frozen report as a workbook: overview, targets, changes, cases. Numbers are numbers, so that a reader can go on calculating.</summary>
internal static class PlanWorkbook
{
    private const uint Plain = 0, Bold = 1;

    public static byte[] Of(PlanReportDetail report)
    {
        using var file = new MemoryStream();
        using (SpreadsheetDocument document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            WorkbookPart workbook = document.AddWorkbookPart();
            workbook.Workbook = new Workbook(new Sheets());
            workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = new(
                new Fonts(new Font(), new Font(new Bold())),
                new Fills(new Fill(new PatternFill { PatternType = PatternValues.None }), new Fill(new PatternFill { PatternType = PatternValues.Gray125 })),
                new Borders(new Border()), new CellStyleFormats(new CellFormat()),
                new CellFormats(new CellFormat(), new CellFormat { FontId = 1, ApplyFont = true }));
            Add(workbook, new Foundation.Text("概况", "Overview"), Overview(report), 40);
            Add(workbook, new Foundation.Text("目标", "Targets"), Targets(report.Content), 18);
            Add(workbook, new Foundation.Text("变化", "Changes"), Changes(report.Content), 24);
            Add(workbook, new Foundation.Text("纠偏", "Corrections"), Cases(report.Content), 24);
        }
        return file.ToArray();
    }

    private static IEnumerable<object?[]> Overview(PlanReportDetail report)
    {
        (PlanReportItem item, PlanReportContent content) = (report.Report, report.Content);
        yield return [item.Title, ""];
        yield return [T("规划", "Plan"), T(content.PlanNameZh, content.PlanNameEn)];
        yield return [T("文件", "Document"), content.Document];
        yield return [T("数据截至", "As of"), $"{content.AsOf:yyyy-MM-dd}"];
        yield return [T("时间进度 %", "Time progress %"), content.TimeProgress];
        foreach (PlanStatusCount count in content.Counts) yield return [PlanWords.Of(count.Status).ToString(), count.Count];
        foreach (Foundation.Text sentence in content.Sentences) yield return [sentence.ToString(), ""];
        if (item.Summary.Length > 0) yield return [item.Summary, ""];
        yield return [T("定稿", "Frozen"), $"{item.Frozen:yyyy-MM-dd HH:mm:ss}Z {item.FrozenBy}"];
        yield return ["SHA-256", item.Hash];
        yield return [T("上一份", "Previous"), item.PreviousHash];
    }

    private static IEnumerable<object?[]> Targets(PlanReportContent content)
    {
        yield return
        [
            T("代码", "Code"), T("章", "Chapter"), T("节", "Task"), T("指标", "Indicator"), T("地区", "Area"), T("单位", "Unit"), T("基数", "Base"), T("实际", "Actual"), T("年份", "Year"), T("目标", "Target"), T("期限", "Deadline"),
            T("状态", "Status"), T("完成进度 %", "Progress %"), T("下限", "At least"), T("进度指数", "Index"), T("每年需", "Needed a year"), T("预计", "Expected"), T("实现概率 %", "Probability %"), T("责任单位", "Responsible"), T("来源", "Source"),
        ];
        foreach (PlanReportLine line in content.Lines)
            yield return
            [
                line.Code, line.Chapter, line.Task, T(line.NameZh, line.NameEn), line.Area, line.Unit, line.Base, line.Actual, line.ActualYear, line.Target, line.Year, PlanWords.Of(line.Status).ToString(), Rounded(line.Progress),
                line.IsAtLeast ? T("是", "yes") : "", Rounded(line.Index), Rounded(line.RequiredPerYear), line.Expected, line.Probability, line.Responsible, line.Source,
            ];
    }

    private static IEnumerable<object?[]> Changes(PlanReportContent content)
    {
        yield return [T("代码", "Code"), T("指标", "Indicator"), T("上次", "Before"), T("本次", "Now")];
        foreach (PlanReportChange change in content.Changes)
            yield return [change.Code, T(change.NameZh, change.NameEn), change.Before is { } before ? PlanWords.Of(before).ToString() : "", PlanWords.Of(change.After).ToString()];
    }

    private static IEnumerable<object?[]> Cases(PlanReportContent content)
    {
        yield return [T("编号", "Number"), T("事项", "Case"), T("目标", "Target"), T("状态", "State"), T("责任人", "Owner"), T("措施", "Measure"), T("期限", "Deadline"), T("逾期", "Overdue")];
        foreach (PlanReportCase item in content.Cases)
            yield return [item.Id, item.Title, item.TargetCode, PlanWords.Of(item.State).ToString(), item.Owner, item.Measure, $"{item.Deadline:yyyy-MM-dd}", item.IsOverdue ? T("是", "yes") : ""];
    }

    private static decimal? Rounded(decimal? value) => value is { } number ? Math.Round(number, 4) : null;

    private static string T(string zh, string en) => new Foundation.Text(zh, en).ToString();

    private static void Add(WorkbookPart workbook, Foundation.Text name, IEnumerable<object?[]> rows, double width)
    {
        var data = new SheetData();
        bool isFirst = true;
        foreach (object?[] row in rows)
        {
            data.Append(new Row(row.Select(value => CellOf(value, isFirst ? Bold : Plain))));
            isFirst = false;
        }
        WorksheetPart part = workbook.AddNewPart<WorksheetPart>();
        part.Worksheet = new Worksheet(
            new SheetViews(new SheetView(new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen }) { WorkbookViewId = 0 }),
            new Columns(new Column { Min = 1, Max = 20, Width = width, CustomWidth = true }), data);
        Sheets sheets = workbook.Workbook.Sheets!;
        sheets.Append(new Sheet { Name = name.ToString(), SheetId = (uint)sheets.Count() + 1, Id = workbook.GetIdOfPart(part) });
    }

    private static Cell CellOf(object? value, uint style) => value switch
    {
        null or "" => new Cell { StyleIndex = style },
        string text => new Cell(new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(Printable(text)) { Space = SpaceProcessingModeValues.Preserve })) { DataType = CellValues.InlineString, StyleIndex = style },
        _ => new Cell(new CellValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!)) { DataType = CellValues.Number, StyleIndex = style },
    };

    private static string Printable(string text) => text.All(System.Xml.XmlConvert.IsXmlChar) ? text : string.Concat(text.Select(c => System.Xml.XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));
}
