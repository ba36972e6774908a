using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Ordo.Operations.Reports;

/// <summary>
/// Writes a filled report into a copy of its template. Only rows are written anew; what refers to them, formulas, charts, names, merged cells, conditional
/// formats, pictures, moves along. A spreadsheet calculates again when it opens the file.
/// </summary>
internal static class ReportWorkbook
{
    private static readonly XNamespace Drawing = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing";
    private static readonly XName[] Formulas = [ReportTemplate.Main + "f", ReportTemplate.Main + "formula", ReportTemplate.Main + "formula1", ReportTemplate.Main + "formula2"];

    public static byte[] Write(ReportTemplate template, FilledReport report, ReportHead head)
    {
        var file = new MemoryStream();
        file.Write(template.File);
        file.Position = 0;
        using (SpreadsheetDocument document = SpreadsheetDocument.Open(file, isEditable: true))
        {
            WorkbookPart workbook = document.WorkbookPart!;
            Func<string, RowShift> shiftOf = name => report.Sheets.FirstOrDefault(s => s.Template.Name == name)?.Shift ?? RowShift.None;
            var calculator = new SheetCalculator(template, report);
            foreach (FilledSheet sheet in report.Sheets) WriteSheet((WorksheetPart)workbook.GetPartById(sheet.Template.PartId), sheet, shiftOf, calculator);
            foreach (DefinedName name in workbook.Workbook!.DefinedNames?.Elements<DefinedName>() ?? []) name.Text = SheetReferences.Move(name.Text, "", shiftOf);
            AddCompleteness(workbook, report, head);
            workbook.Workbook.CalculationProperties ??= new CalculationProperties();
            workbook.Workbook.CalculationProperties.FullCalculationOnLoad = true;
            if (workbook.CalculationChainPart is { } chain) workbook.DeletePart(chain);
        }
        return file.ToArray();
    }

    private static void WriteSheet(WorksheetPart part, FilledSheet sheet, Func<string, RowShift> shiftOf, SheetCalculator calculator)
    {
        MoveParts(part, sheet, shiftOf);
        using Stream stream = part.GetStream(FileMode.Create, FileAccess.Write);
        using XmlWriter xml = XmlWriter.Create(stream, new() { Encoding = new System.Text.UTF8Encoding(false) });
        XElement root = sheet.Template.Xml.Root!;
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement(root.GetPrefixOfNamespace(root.Name.Namespace) is { Length: > 0 } prefix ? prefix : null, root.Name.LocalName, root.Name.NamespaceName);
        // Declared before they are used, or the writer declares them itself and then again.
        foreach (XAttribute attribute in root.Attributes().Where(a => a.IsNamespaceDeclaration && a.Name.NamespaceName.Length > 0))
            xml.WriteAttributeString("xmlns", attribute.Name.LocalName, null, attribute.Value);
        foreach (XAttribute attribute in root.Attributes().Where(a => !a.IsNamespaceDeclaration))
            xml.WriteAttributeString(root.GetPrefixOfNamespace(attribute.Name.Namespace), attribute.Name.LocalName, attribute.Name.NamespaceName, attribute.Value);
        foreach (XElement child in root.Elements())
        {
            if (child.Name == ReportTemplate.Main + "sheetData") WriteRows(xml, sheet, calculator);
            else if (child.Name != ReportTemplate.Main + "dimension") Moved(child, sheet, shiftOf).WriteTo(xml);
        }
        xml.WriteEndElement();
    }

    private static void WriteRows(XmlWriter xml, FilledSheet sheet, SheetCalculator calculator)
    {
        xml.WriteStartElement("sheetData", ReportTemplate.Main.NamespaceName);
        foreach (FilledRow row in sheet.Rows)
        {
            xml.WriteStartElement("row", ReportTemplate.Main.NamespaceName);
            xml.WriteAttributeString("r", row.Number.ToString(CultureInfo.InvariantCulture));
            foreach (XAttribute attribute in row.Template.Element.Attributes())
                if (attribute.Name.LocalName is not ("r" or "spans") && attribute.Name.NamespaceName.Length == 0) xml.WriteAttributeString(attribute.Name.LocalName, attribute.Value);
            foreach (FilledCell cell in row.Cells) WriteCell(xml, cell, row.Number, sheet.Template.Name, calculator);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WriteCell(XmlWriter xml, FilledCell cell, int row, string sheet, SheetCalculator calculator)
    {
        string place = string.Create(CultureInfo.InvariantCulture, $"{SheetReferences.ColumnName(cell.Template.Column)}{row}");
        if (!cell.IsFilled && cell.Formula is null)
        {
            var copy = new XElement(cell.Template.Element);
            copy.SetAttributeValue("r", place);
            copy.WriteTo(xml);
            return;
        }

        xml.WriteStartElement("c", ReportTemplate.Main.NamespaceName);
        xml.WriteAttributeString("r", place);
        if (cell.Template.Element.Attribute("s") is { } style) xml.WriteAttributeString("s", style.Value);
        if (cell.Formula is { } formula)
        {
            xml.WriteElementString("f", ReportTemplate.Main.NamespaceName, formula);
            if (calculator.ValueAt(sheet, cell.Template.Column, row) is { } result) xml.WriteElementString("v", ReportTemplate.Main.NamespaceName, result.ToString("R", CultureInfo.InvariantCulture));
        }
        else if (cell.Value is decimal number)
        {
            xml.WriteElementString("v", ReportTemplate.Main.NamespaceName, number.ToString(CultureInfo.InvariantCulture));
        }
        else if (cell.Value is string text)
        {
            xml.WriteAttributeString("t", "inlineStr");
            xml.WriteStartElement("is", ReportTemplate.Main.NamespaceName);
            xml.WriteStartElement("t", ReportTemplate.Main.NamespaceName);
            xml.WriteAttributeString("xml", "space", null, "preserve");
            xml.WriteString(string.Concat(text.Where(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c))));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    /// <summary>What stands beside the rows and refers to them.</summary>
    private static XElement Moved(XElement element, FilledSheet sheet, Func<string, RowShift> shiftOf)
    {
        var copy = new XElement(element);
        foreach (XElement each in copy.DescendantsAndSelf())
        {
            foreach (string name in (string[])["ref", "sqref"])
                if (each.Attribute(name) is { } places) places.Value = SheetReferences.MovePlaces(places.Value, sheet.Shift);
            bool isLeaf = !each.HasElements;
            if (isLeaf && (Formulas.Contains(each.Name) || each.Name.LocalName == "f")) each.Value = SheetReferences.Move(each.Value, sheet.Template.Name, shiftOf);
            else if (isLeaf && each.Name.LocalName == "sqref") each.Value = SheetReferences.MovePlaces(each.Value, sheet.Shift);
            else if (each.Name == ReportTemplate.Main + "brk" && each.Parent!.Name.LocalName == "rowBreaks" && (int?)each.Attribute("id") is { } row)
                each.SetAttributeValue("id", sheet.Shift.LastOf(row));
        }
        if (copy.Name.LocalName == "mergeCells") RepeatMerges(copy, element, sheet);
        return copy;
    }

    /// <summary>Cells merged within one repeated row are merged in each of its copies.</summary>
    private static void RepeatMerges(XElement copy, XElement element, FilledSheet sheet)
    {
        XElement[] moved = [.. copy.Elements()];
        foreach (var (original, first) in element.Elements().Zip(moved))
        {
            if (((string?)original.Attribute("ref") ?? "").Split(':') is not [var a, var b]) continue;
            int row = SheetReferences.RowOf(a);
            if (row != SheetReferences.RowOf(b) || !sheet.Shift.IsRepeated(row)) continue;
            first.Remove();
            for (int at = sheet.Shift.FirstOf(row); at <= sheet.Shift.LastOf(row); at++)
                copy.Add(new XElement(original.Name, new XAttribute("ref", SheetReferences.Copy($"{a}:{b}", at - row, 0))));
        }
        copy.SetAttributeValue("count", copy.Elements().Count());
    }

    /// <summary>Charts, pictures, tables and comments.</summary>
    private static void MoveParts(WorksheetPart part, FilledSheet sheet, Func<string, RowShift> shiftOf)
    {
        foreach (TableDefinitionPart table in part.TableDefinitionParts) Change(table, root => MoveRefs(root, sheet.Shift));
        if (part.WorksheetCommentsPart is { } comments) Change(comments, root => MoveRefs(root, sheet.Shift));
        if (part.DrawingsPart is not { } drawing) return;
        Change(drawing, root =>
        {
            foreach (XElement row in root.Descendants(Drawing + "row"))
                row.Value = (sheet.Shift.FirstOf(int.Parse(row.Value, CultureInfo.InvariantCulture) + 1) - 1).ToString(CultureInfo.InvariantCulture);
        });
        foreach (OpenXmlPart chart in drawing.Parts.Select(p => p.OpenXmlPart).Where(p => p.ContentType.Contains("chart", StringComparison.OrdinalIgnoreCase)))
        {
            Change(chart, root =>
            {
                foreach (XElement formula in root.Descendants().Where(e => e.Name.LocalName == "f" && !e.HasElements).ToList())
                {
                    formula.Value = SheetReferences.Move(formula.Value, sheet.Template.Name, shiftOf, growCells: true);
                    // What the chart showed when the template was saved.
                    formula.ElementsAfterSelf().Where(e => e.Name.LocalName is "numCache" or "strCache" or "multiLvlStrCache").Remove();
                }
            });
        }
    }

    private static void MoveRefs(XElement root, RowShift shift)
    {
        foreach (XAttribute places in root.DescendantsAndSelf().Attributes("ref").ToList()) places.Value = SheetReferences.MovePlaces(places.Value, shift);
    }

    private static void Change(OpenXmlPart part, Action<XElement> change)
    {
        XDocument xml = ReportTemplate.Load(part);
        change(xml.Root!);
        using Stream stream = part.GetStream(FileMode.Create, FileAccess.Write);
        xml.Save(stream, SaveOptions.DisableFormatting);
    }

    /// <summary>A sheet at the end that says for every figure what stands behind it.</summary>
    private static void AddCompleteness(WorkbookPart workbook, FilledReport report, ReportHead head)
    {
        Sheets sheets = workbook.Workbook!.Sheets!;
        string name = head.English ? "Completeness" : "数据完整性";
        HashSet<string> taken = [.. sheets.Elements<Sheet>().Select(s => s.Name!.Value!)];
        for (int i = 2; !taken.Add(name); i++) name = $"{(head.English ? "Completeness" : "数据完整性")} {i}";
        WorksheetPart part = workbook.AddNewPart<WorksheetPart>();
        sheets.Append(new Sheet { Name = name, SheetId = sheets.Elements<Sheet>().Max(s => s.SheetId!.Value) + 1, Id = workbook.GetIdOfPart(part) });
        using Stream stream = part.GetStream(FileMode.Create, FileAccess.Write);
        using XmlWriter xml = XmlWriter.Create(stream, new() { Encoding = new System.Text.UTF8Encoding(false) });
        xml.WriteStartDocument(standalone: true);
        xml.WriteStartElement("worksheet", ReportTemplate.Main.NamespaceName);
        xml.WriteStartElement("sheetData", ReportTemplate.Main.NamespaceName);
        int row = 0;
        foreach (object?[] cells in CompletenessRows(report, head))
        {
            xml.WriteStartElement("row", ReportTemplate.Main.NamespaceName);
            xml.WriteAttributeString("r", (++row).ToString(CultureInfo.InvariantCulture));
            for (int i = 0; i < cells.Length; i++) WritePlain(xml, $"{SheetReferences.ColumnName(i + 1)}{row.ToString(CultureInfo.InvariantCulture)}", cells[i]);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    internal static IEnumerable<object?[]> CompletenessRows(FilledReport report, ReportHead head)
    {
        bool en = head.English;
        yield return [head.Name, head.Period.ToString(), en ? "All figures" : "全部数值", (decimal)report.Figures, en ? "Not whole" : "不完整", (decimal)report.Incomplete, en ? "Completeness" : "完整率", Share(report.Completeness)];
        yield return en
            ? ["Sheet", "Cell", "Point", "Name", "Figure", "Time", "Value", "Completeness"]
            : ["工作表", "单元格", "点位", "名称", "统计", "时间", "数值", "完整率"];
        foreach (CompletenessLine line in report.Lines) yield return [line.Sheet, line.Place, line.Point, line.Name, line.Word, line.Time, line.Value, Share(line.Completeness)];
        if (report.Unlisted > 0) yield return [en ? $"… and {report.Unlisted} more cells that are not whole" : $"……另有 {report.Unlisted} 个不完整的单元格"];
    }

    private static decimal Share(double completeness) => Math.Round((decimal)completeness, 4);

    private static void WritePlain(XmlWriter xml, string place, object? value)
    {
        xml.WriteStartElement("c", ReportTemplate.Main.NamespaceName);
        xml.WriteAttributeString("r", place);
        if (value is decimal number)
        {
            xml.WriteElementString("v", ReportTemplate.Main.NamespaceName, number.ToString(CultureInfo.InvariantCulture));
        }
        else if (value is string text)
        {
            xml.WriteAttributeString("t", "inlineStr");
            xml.WriteStartElement("is", ReportTemplate.Main.NamespaceName);
            xml.WriteElementString("t", ReportTemplate.Main.NamespaceName, text);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }
}
