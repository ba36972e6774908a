using System.Globalization;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Ordo.Operations.Tests.Reports;

/// <summary>
/// A workbook as a customer's clerk makes it: a merged, coloured title, a table, totals below it with formulas that share, a line chart over the table, a conditional
/// format, a print range, and a second sheet that refers to the first.
/// </summary>
internal static class CustomerWorkbook
{
    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string ChartNamespace = "http://schemas.openxmlformats.org/drawingml/2006/chart";

    /// <param name="row">Cells of the repeated row, from A5 on.</param>
    /// <param name="others">Further cells by place.</param>
    public static byte[] Make(IReadOnlyList<string> row, IReadOnlyDictionary<string, string>? others = null)
    {
        var file = new MemoryStream();
        using (SpreadsheetDocument document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook))
        {
            WorkbookPart workbook = document.AddWorkbookPart();
            Write(workbook.AddNewPart<WorkbookStylesPart>(), $"""
                <styleSheet xmlns="{Main}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="16"/></font></fonts>
                <fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFDDEBF7"/></patternFill></fill></fills>
                <borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
                <cellXfs count="4"><xf/><xf fontId="1" fillId="2"><alignment horizontal="center"/></xf><xf numFmtId="22" applyNumberFormat="1"/><xf numFmtId="4" applyNumberFormat="1"/></cellXfs></styleSheet>
                """);
            WorksheetPart month = workbook.AddNewPart<WorksheetPart>("rId1"), summary = workbook.AddNewPart<WorksheetPart>("rId2");
            string last = Column(row.Count);
            string totals = string.Concat(Enumerable.Range(2, row.Count - 1).Select(i => i == 2
                ? $"""<c r="B6" s="3"><f t="shared" ref="B6:{last}6" si="0">SUM(B5:B5)</f><v>0</v></c>"""
                : $"""<c r="{Column(i)}6" s="3"><f t="shared" si="0"/><v>0</v></c>"""));
            Write(month, $"""
                <worksheet xmlns="{Main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><dimension ref="A1:{last}8"/><sheetData>
                <row r="1" ht="30" customHeight="1">{Text("A1", "{{report}} {{period}}", 1)}</row>
                <row r="2">{Text("A2", "自 {{from}} 至 {{to}}，生成于 {{created}}", 0)}</row>
                <row r="4">{Text("A4", "时间", 1)}</row>
                <row r="5">{string.Concat(row.Select((cell, i) => Text($"{Column(i + 1)}5", cell, i == 0 ? 2 : 3)))}</row>
                <row r="6">{Text("A6", "合计", 1)}{totals}</row>
                <row r="8">{Text("A8", "制表人：", 0)}{string.Concat((others ?? new Dictionary<string, string>()).Select(o => Text(o.Key, o.Value, 3)))}</row>
                </sheetData><mergeCells count="1"><mergeCell ref="A1:D1"/></mergeCells>
                <conditionalFormatting sqref="B5:{last}5"><cfRule type="cellIs" priority="1" operator="greaterThan"><formula>$B$6</formula></cfRule></conditionalFormatting>
                <pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><drawing r:id="rId1"/></worksheet>
                """);
            Write(summary, $"""
                <worksheet xmlns="{Main}"><sheetData><row r="1"><c r="A1"><f>'月报'!B6*2</f><v>1</v></c><c r="B1"><f>MAX('月报'!B5:B5)</f></c></row></sheetData></worksheet>
                """);
            AddChart(month);
            Write(workbook, $"""
                <workbook xmlns="{Main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="月报" sheetId="1" r:id="rId1"/><sheet name="汇总" sheetId="2" r:id="rId2"/></sheets>
                <definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">'月报'!$A$1:${last}$8</definedName></definedNames></workbook>
                """);
        }
        return file.ToArray();
    }

    public static string Column(int number) => Ordo.Operations.Reports.SheetReferences.ColumnName(number);

    private static void AddChart(WorksheetPart sheet)
    {
        DrawingsPart drawing = sheet.AddNewPart<DrawingsPart>("rId1");
        ChartPart chart = drawing.AddNewPart<ChartPart>("rId1");
        Write(chart, $"""
            <c:chartSpace xmlns:c="{ChartNamespace}"><c:chart><c:plotArea><c:lineChart><c:ser><c:idx val="0"/>
            <c:cat><c:numRef><c:f>'月报'!$A$5</c:f><c:numCache><c:ptCount val="1"/></c:numCache></c:numRef></c:cat>
            <c:val><c:numRef><c:f>'月报'!$B$5</c:f><c:numCache><c:ptCount val="1"/></c:numCache></c:numRef></c:val></c:ser></c:lineChart></c:plotArea></c:chart></c:chartSpace>
            """);
        Write(drawing, """
            <xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:twoCellAnchor>
            <xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>24</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>
            <xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Chart 1"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>
            <a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>
            """);
    }

    private static string Text(string place, string text, int style) =>
        $"""<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{new XText(text)}</t></is></c>""";

    private static void Write(OpenXmlPart part, string xml)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(xml.Trim()));
        part.FeedData(stream);
    }
}

/// <summary>A filled workbook opened again.</summary>
internal sealed class OpenedWorkbook : IDisposable
{
    private static readonly XNamespace Main = CustomerWorkbook.Main;
    private readonly SpreadsheetDocument document;

    public OpenedWorkbook(byte[] file)
    {
        document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        foreach (Sheet sheet in document.WorkbookPart!.Workbook!.Sheets!.Elements<Sheet>()) Names.Add(sheet.Name!.Value!);
    }

    public List<string> Names { get; } = [];

    public SpreadsheetDocument Document => document;

    public WorksheetPart Part(string sheet) => (WorksheetPart)document.WorkbookPart!.GetPartById(
        document.WorkbookPart.Workbook!.Sheets!.Elements<Sheet>().Single(s => s.Name!.Value == sheet).Id!.Value!);

    public XElement Xml(string sheet) => Load(Part(sheet));

    public static XElement Load(OpenXmlPart part)
    {
        using Stream stream = part.GetStream();
        return XDocument.Load(stream).Root!;
    }

    /// <summary>Cells by place: text, number as it is written, or the formula behind <c>=</c>.</summary>
    public Dictionary<string, string> Cells(string sheet) => Xml(sheet).Descendants(Main + "c").ToDictionary(c => (string)c.Attribute("r")!, c =>
        c.Element(Main + "f") is { } formula ? "=" + formula.Value : c.Element(Main + "v")?.Value ?? string.Concat(c.Descendants(Main + "t").Select(t => t.Value)));

    public string? ValueOf(string sheet, string place) => Xml(sheet).Descendants(Main + "c").Single(c => (string)c.Attribute("r")! == place).Element(Main + "v")?.Value;

    public static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    public void Dispose() => document.Dispose();
}
