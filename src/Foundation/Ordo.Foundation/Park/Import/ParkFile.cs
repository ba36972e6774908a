using System.Text;
using CsvHelper;

namespace Ordo.Foundation.Park.Import;

public enum ParkFileFormat
{
    /// <summary>One table; the first column, <c>type</c>, says what a row is: asset, source or point. UTF-8, or GB 18030 as Chinese Excel saves it.</summary>
    Csv,

    /// <summary>A workbook with the sheets <c>assets</c>, <c>sources</c> and <c>points</c>, each optional.</summary>
    Xlsx,
}

/// <summary>Takes an import file apart into one table for each part; what is wrong with the form of the file is reported like a bad cell.</summary>
internal sealed class ParkFile(IReadOnlyList<IParkImportPart> parts, ImportSession session)
{
    /// <summary>Largest file.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>Most rows of one file, so that it is judged in bounded memory; a larger park comes in several files.</summary>
    public const int MaxRows = 200_000;

    private const string TypeColumn = "type";
    private static readonly ImportColumn Type = new(TypeColumn, new("类型", "Type"), new("", ""));
    private readonly Dictionary<IParkImportPart, ImportTable> tables = [];

    /// <summary>Places of a CSV's header that belong to some part.</summary>
    private HashSet<int> known = [];
    private int rows;

    /// <summary>A header is wrong, so that judging the cells below it would only repeat that for every row.</summary>
    public bool HasWrongHeader { get; private set; }

    public IReadOnlyList<ImportRow> RowsOf(IParkImportPart part) => tables.TryGetValue(part, out ImportTable? table) ? table.Rows : [];

    /// <exception cref="UnreadableFileException">No such file, or too large.</exception>
    public void Read(Stream file, ParkFileFormat format, string name)
    {
        if (file.Length > MaxBytes) throw new UnreadableFileException(new($"文件最大 {MaxBytes >> 20} MiB。", $"A file may have {MaxBytes >> 20} MiB."));
        if (format == ParkFileFormat.Csv) ReadCsv(file, name);
        else ReadWorkbook(file);
    }

    private void ReadWorkbook(Stream file)
    {
        using var workbook = new XlsxReader(file);
        foreach (var (name, id) in workbook.Sheets())
        {
            if (IsExplanation(name)) continue;
            IParkImportPart? part = parts.FirstOrDefault(part => Is(name, part.Sheet, part.Title));
            ImportTable? table = null;
            foreach (SheetRow row in workbook.Rows(id))
            {
                if (part is null)
                {
                    ReportHeader(new(name, row.Number, "", "", new($"没有名为“{name}”的工作表类型，应为 {SheetNames}。", $"There is no sheet '{name}'; expected {SheetNames}.")));
                    break;
                }

                if (table is null) tables[part] = table = TableOf(name, row.Number, [.. row.Cells], part.Columns, [part]);
                else Add(table, row.Number, row.Cells);
            }
        }
    }

    private void ReadCsv(Stream file, string name)
    {
        using CsvReader csv = CsvReader.Create(file, new CsvReaderOptions
        {
            Encoding = EncodingOf(file), TrackLineNumbers = true, MaxRecordSize = 1 << 20, HasHeader = false, PoolStrings = true,
            MalformedData = CsvMalformedDataHandling.Throw,
        }, leaveOpen: true);
        try
        {
            if (!csv.Read()) return;
            string[] headers = [.. Fields(csv)];
            ImportColumn[] columns = [Type, .. parts.SelectMany(part => part.Columns)];
            ImportTable all = TableOf(name, 1, headers, columns, []);
            if (!all.Columns.TryGetValue(TypeColumn, out int type))
            {
                ReportHeader(new(name, 1, TypeColumn, "", new("CSV 文件须有 type（类型）列。", "A CSV file must have the column 'type'.")));
                return;
            }

            foreach (IParkImportPart part in parts) tables[part] = Part(all, part);
            known = [.. all.Columns.Values];
            while (csv.Read()) AddCsvRow(name, (int)csv.LineNumber, [.. Fields(csv)], type, headers);
            foreach (IParkImportPart part in parts.Where(part => tables[part].Rows.Count > 0)) RequireColumns(tables[part], 1, part);
        }
        catch (CsvFormatException exception)
        {
            throw new UnreadableFileException(new($"CSV 第 {exception.LineNumber} 行格式错误（引号不成对或一行过长）。", $"Line {exception.LineNumber} of the CSV is malformed (an open quote, or a line too long)."), exception);
        }
    }

    private void AddCsvRow(string name, int line, List<string> cells, int type, string[] headers)
    {
        if (cells.TrueForAll(cell => cell.Length == 0)) return;
        string word = type < cells.Count ? cells[type] : "";
        if (parts.FirstOrDefault(part => Is(word, part.Type, part.Title) || Is(word, part.Sheet, part.Title)) is not { } part)
        {
            session.Report(new(name, line, headers[type], word, new($"类型应为 {TypeNames}。", $"The type must be one of {TypeNames}.")));
            return;
        }

        ImportTable table = tables[part];
        foreach (int foreign in Enumerable.Range(0, Math.Min(cells.Count, headers.Length)).Where(i => i != type && cells[i].Length > 0 && known.Contains(i) && !table.Columns.Values.Contains(i)))
            session.Report(new(name, line, headers[foreign], cells[foreign], new($"{part.Title.Zh}没有这一列，应为空。", $"Rows of type {part.Type} have no such column; it must be empty.")));
        Add(table, line, cells);
    }

    private ImportTable TableOf(string title, int row, string[] headers, IReadOnlyList<ImportColumn> columns, IParkImportPart[] required)
    {
        Dictionary<string, int> places = [];
        for (int i = 0; i < headers.Length; i++)
        {
            string header = headers[i];
            if (header.Length == 0) continue;
            if (columns.FirstOrDefault(column => column.IsCalled(header)) is not { } column)
                ReportHeader(new(title, row, header, header, new("没有这一列。", "There is no such column.")));
            else if (!places.TryAdd(column.Name, i))
                ReportHeader(new(title, row, header, header, new("这一列出现了两次。", "This column is there twice.")));
        }

        var table = new ImportTable(title, headers, places);
        foreach (IParkImportPart part in required) RequireColumns(table, row, part);
        return table;
    }

    private void RequireColumns(ImportTable table, int row, IParkImportPart part)
    {
        foreach (ImportColumn missing in part.Columns.Where(column => column.IsRequired && !table.Columns.ContainsKey(column.Name)))
            ReportHeader(new(table.Title, row, missing.Name, "", new($"缺少“{missing.Header.Zh}”列（{missing.Name}）。", $"The column '{missing.Name}' is missing.")));
    }

    /// <summary>The columns of one part within the one header of a CSV. A header two parts share is one column of both.</summary>
    private static ImportTable Part(ImportTable all, IParkImportPart part) => new(
        all.Title, all.Headers, part.Columns
            .Select(column => (column.Name, Place: Array.FindIndex(all.Headers, column.IsCalled)))
            .Where(column => column.Place >= 0).ToDictionary(column => column.Name, column => column.Place));

    private void Add(ImportTable table, int number, IReadOnlyList<string> cells)
    {
        if (++rows > MaxRows) throw new UnreadableFileException(new($"一个文件最多 {MaxRows} 行，请分成几个文件。", $"A file may have {MaxRows} rows; split it into several."));
        for (int i = table.Headers.Length; i < cells.Count; i++)
            if (cells[i].Length > 0) session.Report(new(table.Title, number, $"#{i + 1}", cells[i], new("这一格上方没有列名。", "There is no header above this cell.")));
        string[] padded = new string[table.Headers.Length];
        for (int i = 0; i < padded.Length; i++) padded[i] = i < cells.Count ? cells[i] : "";
        table.Add(number, padded);
    }

    private void ReportHeader(CellFault fault)
    {
        HasWrongHeader = true;
        session.Report(fault);
    }

    private static IEnumerable<string> Fields(CsvReader csv)
    {
        for (int i = 0; i < csv.FieldCount; i++) yield return CsvText.Unguard(csv.GetString(i)).Trim();
    }

    private string SheetNames => string.Join(", ", parts.Select(part => part.Sheet));

    private string TypeNames => string.Join(", ", parts.Select(part => part.Type));

    private static bool IsExplanation(string sheet) => Is(sheet, ParkTemplate.ExplanationSheet.En, ParkTemplate.ExplanationSheet);

    private static bool Is(string given, string name, Text title) => new[] { name, title.Zh, title.En }.Contains(given, StringComparer.OrdinalIgnoreCase);

    /// <summary>UTF-8 when every byte agrees, else GB 18030, which is what Excel in China writes.</summary>
    private static Encoding EncodingOf(Stream file)
    {
        try
        {
            file.Position = 0;
            using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
            Span<char> nothing = stackalloc char[4096];
            while (reader.Read(nothing) > 0)
            {
            }

            return reader.CurrentEncoding;
        }
        catch (DecoderFallbackException)
        {
            return CodePagesEncodingProvider.Instance.GetEncoding("GB18030")!;
        }
        finally
        {
            file.Position = 0;
        }
    }
}

/// <summary>A spreadsheet runs a CSV field that begins like a formula. Such a field is written with an apostrophe in front, which is taken off again when it is read.</summary>
public static class CsvText
{
    public static string Guard(string text) => BeginsLikeFormula(text) ? $"'{text}" : text;

    public static string Unguard(string text) => text.StartsWith('\'') && BeginsLikeFormula(text) ? text[1..] : text;

    /// <summary>Also behind apostrophes, so that what is guarded once can always be told from what is not; a plain number is no formula.</summary>
    private static bool BeginsLikeFormula(string text) =>
        text.AsSpan().TrimStart('\'') is [('=' or '+' or '-' or '@' or '\t' or '\r'), ..]
        && !double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);
}
