using System.Text;
using CsvHelper;
using Ordo.Foundation.Park.Import;
using Ordo.Identifiers.Registration;

namespace Ordo.Identifiers.Bulk;

/// <summary>One row of a file.</summary>
/// <param name="Number">As the editor or the spreadsheet shows it.</param>
/// <param name="Values">Texts by name of the field.</param>
internal readonly record struct JobRow(long Number, string Suffix, Dictionary<string, string> Values);

/// <summary>
/// Reads a CSV or a workbook row by row: the column <c>suffix</c> (后缀), and a column for each field of the template by its name or one of its labels. A CSV is UTF-8, or else
/// GB 18030, which is what Excel in China writes.
/// </summary>
internal static class JobFile
{
    private const string SuffixColumn = "suffix", SuffixColumnZh = "后缀";
    private const int MaxColumns = 256;

    /// <exception cref="UnreadableFileException">Not what it says it is, or without the columns it needs.</exception>
    public static IEnumerable<JobRow> Read(string path, Template template)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        (int Suffix, string?[] Fields)? columns = null;
        foreach ((long number, IReadOnlyList<string> cells) in path.EndsWith(".xlsx", StringComparison.Ordinal) ? Workbook(file) : Csv(file))
        {
            if (columns is null)
            {
                columns = ColumnsOf(cells, template);
                continue;
            }

            (int at, string?[] fields) = columns.Value;
            string suffix = at < cells.Count ? cells[at] : "";
            Dictionary<string, string> values = new(fields.Length);
            for (int i = 0; i < cells.Count && i < fields.Length; i++)
                if (fields[i] is { } field && cells[i].Length > 0) values[field] = cells[i];
            if (suffix.Length > 0 || values.Count > 0) yield return new(number, suffix, values);
        }

        if (columns is null) throw new UnreadableFileException(new("文件没有内容。", "The file is empty."));
    }

    /// <summary>Where the suffix stands, and the name of the field in each other column.</summary>
    private static (int Suffix, string?[] Fields) ColumnsOf(IReadOnlyList<string> heads, Template template)
    {
        if (heads.Count > MaxColumns) throw new UnreadableFileException(new($"最多 {MaxColumns} 列。", $"At most {MaxColumns} columns."));
        int suffix = -1;
        string?[] fields = new string?[heads.Count];
        for (int i = 0; i < heads.Count; i++)
        {
            string head = heads[i];
            if (head.Length == 0) continue;
            bool isSuffix = head.Equals(SuffixColumn, StringComparison.OrdinalIgnoreCase) || head == SuffixColumnZh;
            string? field = isSuffix ? null : template.Content.Fields.FirstOrDefault(field =>
                head.Equals(field.Name, StringComparison.OrdinalIgnoreCase) || head == field.LabelZh || head.Equals(field.LabelEn, StringComparison.OrdinalIgnoreCase))?.Name;
            if (!isSuffix && field is null)
                throw new UnreadableFileException(new($"列“{Short(head)}”不是模板 {template.Key} 的字段。", $"The column '{Short(head)}' is no field of the template {template.Key}."));
            if (isSuffix ? suffix >= 0 : fields.Contains(field)) throw new UnreadableFileException(new($"列“{Short(head)}”重复。", $"The column '{Short(head)}' is there twice."));
            if (isSuffix) suffix = i;
            else fields[i] = field;
        }

        return suffix >= 0 ? (suffix, fields) : throw new UnreadableFileException(new("缺少列 suffix（后缀）。", "The column 'suffix' is missing."));
    }

    private static IEnumerable<(long, IReadOnlyList<string>)> Csv(FileStream file)
    {
        using CsvReader csv = CsvReader.Create(file, new CsvReaderOptions
        {
            Encoding = EncodingOf(file), TrackLineNumbers = true, MaxRecordSize = 1 << 20, HasHeader = false, MalformedData = CsvMalformedDataHandling.Throw,
        }, leaveOpen: true);
        while (Next(csv))
        {
            string[] cells = new string[csv.FieldCount];
            for (int i = 0; i < cells.Length; i++) cells[i] = csv.GetString(i).Trim();
            yield return (csv.LineNumber, cells);
        }
    }

    private static bool Next(CsvReader csv)
    {
        try
        {
            return csv.Read();
        }
        catch (CsvFormatException exception)
        {
            throw new UnreadableFileException(new($"CSV 第 {exception.LineNumber} 行格式错误（引号不成对或一行过长）。", $"Line {exception.LineNumber} of the CSV is malformed (an open quote, or a line too long)."), exception);
        }
    }

    private static IEnumerable<(long, IReadOnlyList<string>)> Workbook(FileStream file)
    {
        using var workbook = new XlsxReader(file);
        string sheet = workbook.Sheets() is [var (_, id), ..] ? id : throw new UnreadableFileException(new("工作簿没有工作表。", "The workbook has no sheet."));
        foreach (SheetRow row in workbook.Rows(sheet)) yield return (row.Number, [.. row.Cells.Select(cell => cell.Trim())]);
    }

    private static Encoding EncodingOf(FileStream file)
    {
        try
        {
            file.Position = 0;
            using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, bufferSize: 1 << 16, leaveOpen: true);
            char[] nothing = new char[1 << 16];
            while (reader.Read(nothing) > 0)
            {
            }

            return reader.CurrentEncoding;
        }
        catch (DecoderFallbackException)
        {
            Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
            return Encoding.GetEncoding("GB18030");
        }
        finally
        {
            file.Position = 0;
        }
    }

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
