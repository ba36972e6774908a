using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Ordo.Foundation.Park.Import;

/// <summary>Writes a workbook row by row. Texts have the format "text", so that a spreadsheet keeps leading zeros and long codes; figures are numbers it can calculate with.</summary>
public sealed class XlsxWriter : IDisposable
{
    private const uint TextStyle = 1, HeaderStyle = 2, NumberStyle = 3;
    private readonly SpreadsheetDocument document;
    private readonly WorkbookPart workbook;
    private readonly Sheets sheets = new();

    /// <param name="file">Seekable; stays the caller's.</param>
    public XlsxWriter(Stream file)
    {
        document = SpreadsheetDocument.Create(file, SpreadsheetDocumentType.Workbook);
        workbook = document.AddWorkbookPart();
        workbook.Workbook = new(sheets);
        workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = new(
            new Fonts(new Font(), new Font(new Bold())),
            new Fills(new Fill(new PatternFill { PatternType = PatternValues.None }), new Fill(new PatternFill { PatternType = PatternValues.Gray125 })),
            new Borders(new Border()),
            new CellStyleFormats(new CellFormat()),
            new CellFormats(
                new CellFormat(),
                new CellFormat { NumberFormatId = 49, ApplyNumberFormat = true },
                new CellFormat { NumberFormatId = 49, ApplyNumberFormat = true, FontId = 1, ApplyFont = true },
                new CellFormat { NumberFormatId = 0, ApplyNumberFormat = true }));
    }

    /// <param name="name">At most 31 characters.</param>
    /// <param name="header">The first row; it stays in sight.</param>
    /// <param name="width">Width of the columns in characters.</param>
    /// <returns>Writes one row for each list of texts; dispose it before the next sheet.</returns>
    public SheetWriter AddSheet(string name, IReadOnlyList<string> header, int width = 18)
    {
        WorksheetPart part = workbook.AddNewPart<WorksheetPart>();
        sheets.Append(new Sheet { Name = name, SheetId = (uint)sheets.Count() + 1, Id = workbook.GetIdOfPart(part) });
        return new(OpenXmlWriter.Create(part), header, width);
    }

    public void Dispose() => document.Dispose();

    public sealed class SheetWriter : IDisposable
    {
        private readonly OpenXmlWriter xml;

        public SheetWriter(OpenXmlWriter xml, IReadOnlyList<string> header, int width)
        {
            this.xml = xml;
            xml.WriteStartElement(new Worksheet());
            xml.WriteElement(new SheetViews(new SheetView(
                new Pane { VerticalSplit = 1, TopLeftCell = "A2", ActivePane = PaneValues.BottomLeft, State = PaneStateValues.Frozen }) { WorkbookViewId = 0 }));
            xml.WriteElement(new Columns(new Column { Min = 1, Max = (uint)header.Count, Width = width, CustomWidth = true, Style = TextStyle }));
            xml.WriteStartElement(new SheetData());
            Write(header, HeaderStyle);
        }

        public void Write(IEnumerable<string> cells) => Write(cells, TextStyle);

        /// <summary>Texts and numbers; <c>null</c> is an empty cell.</summary>
        public void WriteCells(IEnumerable<object?> cells)
        {
            ArgumentNullException.ThrowIfNull(cells);
            xml.WriteStartElement(new Row());
            foreach (object? cell in cells)
            {
                xml.WriteElement(cell is decimal or int or long or double
                    ? new Cell(new CellValue(Convert.ToString(cell, System.Globalization.CultureInfo.InvariantCulture)!)) { DataType = CellValues.Number, StyleIndex = NumberStyle }
                    : CellOf(cell?.ToString() ?? "", TextStyle));
            }

            xml.WriteEndElement();
        }

        private void Write(IEnumerable<string> cells, uint style)
        {
            xml.WriteStartElement(new Row());
            foreach (string cell in cells) xml.WriteElement(CellOf(cell, style));
            xml.WriteEndElement();
        }

        private static Cell CellOf(string text, uint style) => text.Length == 0
            ? new Cell { StyleIndex = style }
            : new Cell(new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(Printable(text)) { Space = SpaceProcessingModeValues.Preserve }))
            {
                DataType = CellValues.InlineString, StyleIndex = style,
            };

        /// <summary>Names are checked when they come in; what a device calls itself is not, and XML cannot carry every character.</summary>
        private static string Printable(string text) =>
            text.All(System.Xml.XmlConvert.IsXmlChar) ? text : string.Concat(text.Select(c => System.Xml.XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));

        public void Dispose()
        {
            xml.WriteEndElement();
            xml.WriteEndElement();
            xml.Dispose();
        }
    }
}
