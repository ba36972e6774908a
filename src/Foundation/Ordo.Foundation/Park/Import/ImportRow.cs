namespace Ordo.Foundation.Park.Import;

/// <summary>One row of one part of an import file; cells are trimmed.</summary>
public sealed class ImportRow
{
    private readonly ImportTable table;
    private readonly string[] cells;

    internal ImportRow(ImportTable table, int number, string[] cells) => (this.table, Number, this.cells) = (table, number, cells);

    /// <summary>As a spreadsheet counts: the header is row 1.</summary>
    public int Number { get; }

    /// <summary>Name of the sheet, or of the file for CSV, as the user gave it.</summary>
    public string Sheet => table.Title;

    /// <summary>A cell: <c>null</c> when the file has no such column, which leaves what is stored; empty when the cell is, which clears it.</summary>
    /// <param name="column">Name of an <see cref="ImportColumn"/>.</param>
    public string? this[string column] => table.Columns.TryGetValue(column, out int at) ? cells[at] : null;

    /// <summary>The cell, or what is stored when the file has no such column.</summary>
    public string Or(string column, string? stored) => this[column] ?? stored ?? "";

    internal string HeaderOf(string column) => table.Columns.TryGetValue(column, out int at) ? table.Headers[at] : column;
}

/// <summary>The rows of one part, with the header they stand under.</summary>
/// <param name="Title">Name of the sheet or file.</param>
/// <param name="Headers">As the user wrote them.</param>
/// <param name="Columns">Name of a column → place in the row.</param>
internal sealed record ImportTable(string Title, string[] Headers, IReadOnlyDictionary<string, int> Columns)
{
    public List<ImportRow> Rows { get; } = [];

    public void Add(int number, string[] cells) => Rows.Add(new(this, number, cells));
}
