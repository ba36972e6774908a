using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Ordo.Foundation.Park.Import;

/// <summary>Writes a workbook of texts, row by row. Every cell has the format "text", so that a spreadsheet keeps leading zeros and long codes.</summary>
internal sealed class XlsxWriter : IDisposable
{
    private const uint TextStyle = 1, HeaderStyle = 2;
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
                new CellFormat { NumberFormatId = 49, ApplyNumberFormat = true, FontId = 1, ApplyFont = true }));
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

    internal sealed class SheetWriter : IDisposable
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

        private void Write(IEnumerable<string> cells, uint style)
        {
            xml.WriteStartElement(new Row());
            foreach (string cell in cells)
            {
                xml.WriteElement(cell.Length == 0
                    ? new Cell { StyleIndex = style }
                    : new Cell(new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(Printable(cell)) { Space = SpaceProcessingModeValues.Preserve }))
                    {
                        DataType = CellValues.InlineString, StyleIndex = style,
                    });
            }

            xml.WriteEndElement();
        }

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
