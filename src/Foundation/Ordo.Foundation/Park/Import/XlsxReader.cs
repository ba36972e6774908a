using System.Globalization;
using System.IO.Compression;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;

namespace Ordo.Foundation.Park.Import;

/// <summary>The file is not what it says it is, or larger than it may be; the words are for the user.</summary>
public sealed class UnreadableFileException(Text reason, Exception? inner = null) : Exception(reason.En, inner)
{
    public Text Reason { get; } = reason;
}

/// <summary>One row as a sheet holds it.</summary>
/// <param name="Number">From 1, as the spreadsheet shows it.</param>
/// <param name="Cells">Text by place; shorter than the header when the last cells are empty.</param>
public readonly record struct SheetRow(int Number, IReadOnlyList<string> Cells);

/// <summary>
/// Reads the cells of a workbook (ISO/IEC 29500) as text, one row in memory at a time. The package is first unpacked into nothing and counted, because
/// what a zip says about its own size need not be true.
/// </summary>
public sealed class XlsxReader : IDisposable
{
    /// <summary>Everything unpacked; a row of a park takes some 1 to 2 KiB.</summary>
    public const long MaxUnpacked = 256L << 20;

    /// <summary>Any part other than sheets and shared texts, because those are read as a whole.</summary>
    private const long MaxOtherPart = 8L << 20;

    private const int MaxParts = 2_000, MaxColumns = 256;

    /// <summary>What a cell may hold.</summary>
    private const int MaxCell = 32_767;

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private static readonly XmlReaderSettings Strict = new() { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true, IgnoreProcessingInstructions = true };

    private readonly SpreadsheetDocument document;
    private readonly WorkbookPart workbook;
    private readonly List<string> sharedTexts;
    private readonly HashSet<int> dateStyles;

    /// <param name="file">Seekable; stays the caller's.</param>
    /// <exception cref="UnreadableFileException">No workbook, or too large.</exception>
    public XlsxReader(Stream file) => (document, workbook, sharedTexts, dateStyles) = Guarded(() =>
    {
        Measure(file);
        file.Position = 0;
        SpreadsheetDocument opened = SpreadsheetDocument.Open(file, isEditable: false);
        WorkbookPart part = opened.WorkbookPart ?? throw new InvalidDataException("no workbook part");
        return (opened, part, ReadSharedTexts(part), ReadDateStyles(part));
    });

    /// <summary>Names of the sheets, in their order.</summary>
    public IReadOnlyList<(string Name, string Id)> Sheets() => Guarded(() =>
    {
        List<(string, string)> sheets = [];
        using XmlReader xml = XmlReader.Create(workbook.GetStream(), Strict);
        while (xml.ReadToFollowing("sheet", Main)) sheets.Add((xml.GetAttribute("name") ?? "", xml.GetAttribute("id", Relationships) ?? ""));
        return sheets;
    });

    /// <summary>The rows of a sheet that hold something.</summary>
    public IEnumerable<SheetRow> Rows(string sheetId)
    {
        using XmlReader xml = Guarded(() => XmlReader.Create(workbook.GetPartById(sheetId).GetStream(), Strict));
        int number = 0;
        while (Guarded(() => xml.ReadToFollowing("row", Main)))
        {
            SheetRow row = Guarded(() => ReadRow(xml, ref number));
            if (row.Cells.Any(cell => cell.Length > 0)) yield return row;
        }
    }

    public void Dispose() => document.Dispose();

    private SheetRow ReadRow(XmlReader xml, ref int number)
    {
        number = int.TryParse(xml.GetAttribute("r"), CultureInfo.InvariantCulture, out int given) ? given : number + 1;
        List<string> cells = [];
        if (xml.IsEmptyElement) return new(number, cells);
        int depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "c") continue;
            int column = ColumnOf(xml.GetAttribute("r")) ?? cells.Count;
            if (column is < 0 or >= MaxColumns) throw TooLarge($"最多 {MaxColumns} 列", $"at most {MaxColumns} columns");
            while (cells.Count <= column) cells.Add("");
            cells[column] = ReadCell(xml);
        }

        return new(number, cells);
    }

    private string ReadCell(XmlReader xml)
    {
        if (xml.IsEmptyElement) return "";
        string type = xml.GetAttribute("t") ?? "n";
        bool isDate = int.TryParse(xml.GetAttribute("s"), CultureInfo.InvariantCulture, out int style) && dateStyles.Contains(style);
        string raw = ReadText(xml, type == "inlineStr" ? "t" : "v").Trim();
        string text = type switch
        {
            "s" => int.TryParse(raw, CultureInfo.InvariantCulture, out int index) && (uint)index < (uint)sharedTexts.Count ? sharedTexts[index].Trim() : "",
            "b" => raw == "1" ? "true" : "false",
            "n" when double.TryParse(raw, CultureInfo.InvariantCulture, out double value) => isDate ? DateText(value) : NumberText(value),
            _ => raw,
        };
        return text.Length <= MaxCell ? text : throw TooLarge($"单元格最多 {MaxCell} 个字符", $"at most {MaxCell} characters in a cell");
    }

    /// <summary>All texts of the elements with a name below the present one, without phonetic hints (<c>rPh</c>).</summary>
    private static string ReadText(XmlReader xml, string element)
    {
        if (xml.IsEmptyElement) return "";
        int depth = xml.Depth;
        string text = "";
        bool more = xml.Read();
        while (more && xml.Depth > depth)
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "rPh")
            {
                xml.Skip();
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == element)
            {
                text += xml.ReadElementContentAsString();
            }
            else
            {
                more = xml.Read();
            }
        }

        return text;
    }

    /// <summary>Spreadsheets store 0.1 as 0.10000000000000001; the shortest text that reads back the same is what the user typed.</summary>
    private static string NumberText(double value) => Math.Abs(value) < 1e15 && value == Math.Truncate(value)
        ? ((long)value).ToString(CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    private static string DateText(double serial)
    {
        if (serial is not (>= 1 and < 2_958_466)) return NumberText(serial); // 9999-12-31
        DateTime date = DateTime.FromOADate(serial);
        return date.ToString(date.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary><c>AB12</c> → 27; <c>null</c> where the cell does not say.</summary>
    private static int? ColumnOf(string? reference)
    {
        int column = 0, letters = 0;
        while (letters < reference?.Length && letters < 4 && char.IsAsciiLetterUpper(reference[letters])) column = column * 26 + reference[letters++] - 'A' + 1;
        return letters == 0 ? null : column - 1;
    }

    private static List<string> ReadSharedTexts(WorkbookPart workbook)
    {
        List<string> texts = [];
        if (workbook.SharedStringTablePart is not { } part) return texts;
        using XmlReader xml = XmlReader.Create(part.GetStream(), Strict);
        while (xml.ReadToFollowing("si", Main)) texts.Add(ReadText(xml, "t"));
        return texts;
    }

    /// <summary>Places in <c>cellXfs</c> whose number format shows a date: Excel keeps a date as a number and only its style says so.</summary>
    private static HashSet<int> ReadDateStyles(WorkbookPart workbook)
    {
        HashSet<int> styles = [];
        if (workbook.WorkbookStylesPart is not { } part) return styles;
        HashSet<int> dateFormats = [.. Enumerable.Range(14, 9), .. Enumerable.Range(27, 10), .. Enumerable.Range(45, 3), .. Enumerable.Range(50, 9)];
        bool inCells = false;
        int next = 0;
        using XmlReader xml = XmlReader.Create(part.GetStream(), Strict);
        while (xml.Read())
        {
            if (xml.LocalName == "cellXfs") inCells = xml.NodeType == XmlNodeType.Element;
            if (xml.NodeType != XmlNodeType.Element || !int.TryParse(xml.GetAttribute("numFmtId"), CultureInfo.InvariantCulture, out int format)) continue;
            if (xml.LocalName == "numFmt" && ShowsDate(xml.GetAttribute("formatCode") ?? "")) dateFormats.Add(format);
            if (xml.LocalName == "xf" && inCells && dateFormats.Contains(format)) styles.Add(next);
            if (xml.LocalName == "xf" && inCells) next++;
        }

        return styles;
    }

    private static bool ShowsDate(string format)
    {
        bool quoted = false, bracketed = false;
        foreach (char character in format)
        {
            if (character == '"') quoted = !quoted;
            else if (character is '[' or ']') bracketed = character == '[';
            else if (!quoted && !bracketed && character is 'y' or 'd' or '年' or '日') return true;
        }

        return false;
    }

    private static void Measure(Stream file)
    {
        file.Position = 0;
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (zip.Entries.Count > MaxParts) throw TooLarge($"包含 {zip.Entries.Count} 个部件", $"it has {zip.Entries.Count} parts");
        byte[] nothing = new byte[81_920];
        long total = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            bool streamed = entry.FullName.StartsWith("xl/worksheets/", StringComparison.OrdinalIgnoreCase) || entry.Name.Equals("sharedStrings.xml", StringComparison.OrdinalIgnoreCase);
            long size = 0;
            using Stream content = entry.Open();
            for (int read = content.Read(nothing); read > 0; read = content.Read(nothing))
            {
                size += read;
                total += read;
                if (total > MaxUnpacked || (!streamed && size > MaxOtherPart))
                    throw TooLarge($"解压后过大（部件 {entry.Name}）", $"unpacked it is too large (part {entry.Name})");
            }
        }
    }

    private static UnreadableFileException TooLarge(string zh, string en) => new(new($"工作簿超出限制：{zh}。", $"The workbook exceeds a limit: {en}."));

    private static T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or XmlException or OpenXmlPackageException or FormatException or KeyNotFoundException
            or ArgumentException or InvalidOperationException or IOException or NotSupportedException)
        {
            throw new UnreadableFileException(new("不是可读的 XLSX 工作簿，或文件已损坏。", "Not a readable XLSX workbook, or the file is damaged."), exception);
        }
    }
}
