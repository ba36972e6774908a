using CsvHelper;

namespace Ordo.Foundation.Park.Import;

/// <summary>Writes the park, or a part of it, as a file that <see cref="ParkImporter"/> takes back without changing anything. Scoped.</summary>
public sealed class ParkExporter(IEnumerable<IParkImportPart> parts)
{
    private readonly IReadOnlyList<IParkImportPart> parts = parts.InOrder();

    /// <param name="file">Seekable; stays the caller's.</param>
    /// <param name="format">CSV or XLSX.</param>
    /// <param name="mayRead">Whether whoever exports may see what lies at a path of the tree; without, everything.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public Task ExportAsync(Stream file, ParkFileFormat format, Func<string, bool>? mayRead = null, CancellationToken cancellation = default) =>
        format == ParkFileFormat.Csv ? WriteCsvAsync(file, mayRead ?? (_ => true), cancellation) : WriteWorkbookAsync(file, mayRead ?? (_ => true), cancellation);

    private async Task WriteCsvAsync(Stream file, Func<string, bool> mayRead, CancellationToken cancellation)
    {
        List<ImportColumn> columns = [.. parts.SelectMany(part => part.Columns).DistinctBy(column => column.Name)];
        // With the byte order mark, because Excel takes a CSV without it for the code page of the country.
        await using CsvWriter csv = CsvWriter.Create(file, new CsvWriterOptions { WriteByteOrderMark = true }, leaveOpen: true);
        csv.WriteField("type");
        foreach (ImportColumn column in columns) csv.WriteField(column.Name);
        csv.EndRecord();
        foreach (IParkImportPart part in parts)
        {
            await foreach (var row in part.ExportAsync(mayRead, cancellation))
            {
                csv.WriteField(part.Type);
                foreach (ImportColumn column in columns) csv.WriteField(CsvText.Guard(row.GetValueOrDefault(column.Name, "")));
                csv.EndRecord();
            }
        }

        await csv.FlushAsync(cancellation);
    }

    private async Task WriteWorkbookAsync(Stream file, Func<string, bool> mayRead, CancellationToken cancellation)
    {
        using var workbook = new XlsxWriter(file);
        foreach (IParkImportPart part in parts)
        {
            using XlsxWriter.SheetWriter sheet = workbook.AddSheet(part.Title.ToString(), [.. part.Columns.Select(column => column.Header.ToString())]);
            await foreach (var row in part.ExportAsync(mayRead, cancellation))
                sheet.Write(part.Columns.Select(column => row.GetValueOrDefault(column.Name, "")));
        }
    }
}

/// <summary>The empty workbook to fill in, with a page that explains every column.</summary>
internal static class ParkTemplate
{
    /// <summary>Name of the page; an import passes over it.</summary>
    public static readonly Text ExplanationSheet = new("说明", "Explanation");

    public static void Write(Stream file, IEnumerable<IParkImportPart> parts)
    {
        IReadOnlyList<IParkImportPart> ordered = parts.InOrder();
        using var workbook = new XlsxWriter(file);
        foreach (IParkImportPart part in ordered)
            workbook.AddSheet(part.Title.ToString(), [.. part.Columns.Select(column => column.Header.ToString())]).Dispose();

        Text[] header = [new("工作表", "Sheet"), new("列", "Column"), new("代码", "Code"), new("必填", "Required"), new("说明", "Meaning"), new("示例", "Example")];
        using XlsxWriter.SheetWriter page = workbook.AddSheet(ExplanationSheet.ToString(), [.. header.Select(text => text.ToString())], width: 30);
        foreach (IParkImportPart part in ordered)
            foreach (ImportColumn column in part.Columns)
                page.Write([part.Title.ToString(), column.Header.ToString(), column.Name, column.IsRequired ? new Text("是", "yes").ToString() : "", column.Meaning.ToString(), column.Example]);
    }
}
