using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Ordo.Foundation.Park.Import;
using Text = Ordo.Foundation.Text;

namespace Ordo.Operations.Reports;

/// <summary>What is wrong with a cell of a template; without a sheet it is about the file.</summary>
public sealed record TemplateFault(string Sheet, string Cell, string Text, Text Reason);

/// <summary>A cell of a template.</summary>
/// <param name="Place">As a spreadsheet names it: <c>B7</c>.</param>
/// <param name="Pieces">Of a cell with placeholders: texts and <see cref="Placeholder"/>s; else <c>null</c>.</param>
/// <param name="Formula">Its own, also where the file shares one among many cells.</param>
internal sealed record TemplateCell(string Place, int Column, XElement Element, IReadOnlyList<object>? Pieces, string? Formula)
{
    public IEnumerable<Placeholder> Placeholders => Pieces?.OfType<Placeholder>() ?? [];

    public string Style => Element.Attribute("s")?.Value ?? "0";
}

internal sealed record TemplateRow(int Number, XElement Element, IReadOnlyList<TemplateCell> Cells)
{
    public RowRepeat? Each { get; } = Cells.SelectMany(c => c.Placeholders).Select(p => p.Each).FirstOrDefault(e => e is not null);
}

internal sealed record TemplateSheet(string Name, string PartId, XDocument Xml, IReadOnlyList<TemplateRow> Rows);

/// <summary>
/// A customer's own workbook (ISO/IEC 29500) with placeholders in its cells. Only sheets are understood; everything else in the package, charts,
/// styles, pictures, is carried along. Limits: 4 MiB packed, 32 million characters a sheet, no macros.
/// </summary>
internal sealed class ReportTemplate
{
    public const int MaxBytes = 4 << 20, MaxFaults = 200;
    private const int MaxCells = 200_000;
    internal static readonly XNamespace Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private static readonly System.Buffers.SearchValues<char> DateLetters = System.Buffers.SearchValues.Create("ydhms年日时");
    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 32 << 20 };

    private ReportTemplate(byte[] file, IReadOnlyList<TemplateSheet> sheets, IReadOnlySet<string> dateStyles, IReadOnlyList<string> texts, string css, IReadOnlyList<TemplateFault> faults) =>
        (File, Sheets, DateStyles, Texts, Css, Faults) = (file, sheets, dateStyles, texts, css, faults);

    public byte[] File { get; }

    public IReadOnlyList<TemplateSheet> Sheets { get; }

    /// <summary>Styles that show a number as a date.</summary>
    public IReadOnlySet<string> DateStyles { get; }

    /// <summary>The shared texts of the workbook.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Its cell formats for a page: class <c>s7</c> is format 7.</summary>
    public string Css { get; }

    /// <summary>What cannot be understood, cell by cell.</summary>
    public IReadOnlyList<TemplateFault> Faults { get; }

    public IEnumerable<Placeholder> Placeholders => Sheets.SelectMany(s => s.Rows).SelectMany(r => r.Cells).SelectMany(c => c.Placeholders);

    /// <exception cref="UnreadableFileException">No workbook, or too large.</exception>
    public static ReportTemplate Read(byte[] file)
    {
        if (file.Length > MaxBytes) throw new UnreadableFileException(new($"模板最大 {MaxBytes >> 20} MiB。", $"A template may have {MaxBytes >> 20} MiB."));
        using (var packed = new MemoryStream(file, writable: false))
        using (new XlsxReader(packed))
        {
            // Judges the package: what it unpacks to, and whether it is one at all.
        }
        try
        {
            using var stream = new MemoryStream(file, writable: false);
            using SpreadsheetDocument document = SpreadsheetDocument.Open(stream, isEditable: false);
            if (document.DocumentType != SpreadsheetDocumentType.Workbook) throw new UnreadableFileException(new("模板应为不含宏的 .xlsx 工作簿。", "The template must be an .xlsx workbook without macros."));
            WorkbookPart workbook = document.WorkbookPart!;
            List<string> texts = ReadTexts(workbook);
            List<TemplateFault> faults = [];
            List<TemplateSheet> sheets = [];
            foreach (Sheet sheet in workbook.Workbook!.Sheets?.Elements<Sheet>() ?? [])
                if (workbook.GetPartById(sheet.Id!.Value!) is WorksheetPart part) sheets.Add(ReadSheet(sheet.Name!.Value!, sheet.Id!.Value!, Load(part), texts, faults));
            if (faults.Count == 0 && !sheets.SelectMany(s => s.Rows).SelectMany(r => r.Cells).Any(c => c.Placeholders.Any()))
                faults.Add(new("", "", "", new("模板中没有占位符，例如 {{avg BLR-01/P}}。", "The template has no placeholder, such as {{avg BLR-01/P}}.")));
            return new(file, sheets, ReadDateStyles(workbook), texts, SheetStyles.CssOf(workbook), faults);
        }
        catch (Exception e) when (e is XmlException or OpenXmlPackageException or FormatException or InvalidDataException or NullReferenceException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw new UnreadableFileException(new("不是可读的 XLSX 工作簿，或文件已损坏。", "Not a readable XLSX workbook, or the file is damaged."), e);
        }
    }

    internal static XDocument Load(OpenXmlPart part)
    {
        using Stream stream = part.GetStream(FileMode.Open, FileAccess.Read);
        using XmlReader reader = XmlReader.Create(stream, Strict);
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static TemplateSheet ReadSheet(string name, string partId, XDocument xml, List<string> texts, List<TemplateFault> faults)
    {
        List<TemplateRow> rows = [];
        Dictionary<string, (string Place, string Formula)> shared = [];
        int number = 0, count = 0;
        foreach (XElement element in xml.Root!.Element(Main + "sheetData")?.Elements(Main + "row") ?? [])
        {
            number = (int?)element.Attribute("r") ?? number + 1;
            List<TemplateCell> cells = [];
            int column = 0;
            foreach (XElement cell in element.Elements(Main + "c"))
            {
                string place = (string?)cell.Attribute("r") ?? SheetReferences.ColumnName(column + 1) + number.ToString(CultureInfo.InvariantCulture);
                column = SheetReferences.ColumnOf(place);
                if (++count > MaxCells) throw new UnreadableFileException(new($"工作表“{name}”超过 {MaxCells} 个单元格。", $"Sheet '{name}' has more than {MaxCells} cells."));
                cells.Add(new(place, column, cell, ReadPieces(name, place, TextOf(cell, texts), faults), FormulaOf(cell, place, shared)));
            }
            rows.Add(new(number, element, cells));
            JudgeRow(name, rows[^1], faults);
        }
        return new(name, partId, xml, rows);
    }

    private static List<object>? ReadPieces(string sheet, string place, string text, List<TemplateFault> faults)
    {
        if (!Placeholder.IsIn(text)) return null;
        List<object> pieces = [];
        foreach (var (piece, isPlaceholder) in Placeholder.Split(text))
        {
            var (placeholder, fault) = isPlaceholder ? Placeholder.Parse(piece)
                : Placeholder.IsIn(piece) ? (null, new Text("占位符的花括号不成对。", "The braces of a placeholder do not close."))
                : ((Placeholder?)null, (Text?)null);
            if (fault is { } reason && faults.Count < MaxFaults) faults.Add(new(sheet, place, text, reason));
            pieces.Add(placeholder ?? (object)piece);
        }
        return pieces;
    }

    private static void JudgeRow(string sheet, TemplateRow row, List<TemplateFault> faults)
    {
        foreach (TemplateCell cell in row.Cells)
            if (cell.Placeholders.Any(p => p.Each is { } each && each != row.Each) && faults.Count < MaxFaults)
                faults.Add(new(sheet, cell.Place, TextOf(cell), new("同一行只能按一种方式重复。", "A row repeats in one way only.")));
    }

    private static string TextOf(TemplateCell cell) => string.Concat(cell.Element.Descendants(Main + "t").Select(t => t.Value));

    internal static string TextOf(XElement cell, IReadOnlyList<string> texts) => (string?)cell.Attribute("t") switch
    {
        "s" => int.TryParse(cell.Element(Main + "v")?.Value, CultureInfo.InvariantCulture, out int index) && (uint)index < (uint)texts.Count ? texts[index] : "",
        "inlineStr" => string.Concat(cell.Descendants(Main + "t").Where(t => t.Parent!.Name != Main + "rPh").Select(t => t.Value)),
        "str" => cell.Element(Main + "v")?.Value ?? "",
        _ => "",
    };

    /// <summary>Rows that move apart can no longer share a formula, so each cell gets its own.</summary>
    private static string? FormulaOf(XElement cell, string place, Dictionary<string, (string Place, string Formula)> shared)
    {
        if (cell.Element(Main + "f") is not { } formula) return null;
        if ((string?)formula.Attribute("t") != "shared" || (string?)formula.Attribute("si") is not { } index) return formula.Value;
        if (formula.Value.Length > 0) shared[index] = (place, formula.Value);
        return shared.TryGetValue(index, out var master)
            ? SheetReferences.Copy(master.Formula, SheetReferences.RowOf(place) - SheetReferences.RowOf(master.Place), SheetReferences.ColumnOf(place) - SheetReferences.ColumnOf(master.Place))
            : null;
    }

    private static List<string> ReadTexts(WorkbookPart workbook) => workbook.SharedStringTablePart is not { } part ? [] :
        [.. Load(part).Root!.Elements(Main + "si").Select(si => string.Concat(si.Descendants(Main + "t").Where(t => t.Parent!.Name != Main + "rPh").Select(t => t.Value)))];

    private static HashSet<string> ReadDateStyles(WorkbookPart workbook)
    {
        if (workbook.WorkbookStylesPart is not { } part) return [];
        XElement root = Load(part).Root!;
        HashSet<int> formats = [.. Enumerable.Range(14, 9), .. Enumerable.Range(27, 10), .. Enumerable.Range(45, 3), .. Enumerable.Range(50, 9)];
        foreach (XElement format in root.Descendants(Main + "numFmt"))
            if (((string?)format.Attribute("formatCode") ?? "").AsSpan().IndexOfAny(DateLetters) >= 0 && (int?)format.Attribute("numFmtId") is { } id) formats.Add(id);
        return [.. (root.Element(Main + "cellXfs")?.Elements(Main + "xf") ?? []).Select((xf, index) => (xf, index))
            .Where(x => formats.Contains((int?)x.xf.Attribute("numFmtId") ?? 0)).Select(x => x.index.ToString(CultureInfo.InvariantCulture))];
    }
}
