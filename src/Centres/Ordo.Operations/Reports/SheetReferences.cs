using System.Globalization;
using System.Text.RegularExpressions;

namespace Ordo.Operations.Reports;

/// <summary>Where the rows of a template's sheet come to stand after rows were repeated. Pure.</summary>
/// <param name="counts">How often each repeated row is written; others once.</param>
public sealed class RowShift(IReadOnlyDictionary<int, int> counts)
{
    public static readonly RowShift None = new(new Dictionary<int, int>());
    private readonly (int Row, int Count)[] repeated = [.. counts.OrderBy(c => c.Key).Select(c => (c.Key, c.Value))];

    public bool IsRepeated(int row) => counts.ContainsKey(row);

    /// <summary>The first row that a template's row becomes.</summary>
    public int FirstOf(int row)
    {
        int shift = 0;
        foreach (var (each, count) in repeated)
        {
            if (each >= row) break;
            shift += count - 1;
        }
        return row + shift;
    }

    /// <summary>The last row that a template's row becomes.</summary>
    public int LastOf(int row) => FirstOf(row) + (counts.TryGetValue(row, out int count) ? count - 1 : 0);
}

/// <summary>Finds cell references in formulas (ISO/IEC 29500-1 §18.17) and moves them. Pure.</summary>
public static partial class SheetReferences
{
    /// <summary>As a spreadsheet does when rows are inserted: a range grows with the rows inside it.</summary>
    /// <param name="formula">Of a cell, a chart or a name.</param>
    /// <param name="ownSheet">Where references without a sheet point to.</param>
    /// <param name="shiftOf">Of a sheet, by name.</param>
    /// <param name="growCells">A single cell in a repeated row becomes the range of all its copies, as a chart's series needs it.</param>
    public static string Move(string formula, string ownSheet, Func<string, RowShift> shiftOf, bool growCells = false) => Rewrite(formula, (match, sheet) =>
    {
        RowShift shift = shiftOf(sheet ?? ownSheet);
        string a = match.Groups["a"].Value, b = match.Groups["b"].Value;
        if (b.Length == 0 && growCells && shift.IsRepeated(RowOf(a))) b = a;
        return b.Length == 0 ? WithRow(a, shift.FirstOf(RowOf(a))) : $"{WithRow(a, shift.FirstOf(RowOf(a)))}:{WithRow(b, shift.LastOf(RowOf(b)))}";
    });

    /// <summary>As a spreadsheet does when a formula is copied: references without <c>$</c> go along.</summary>
    public static string Copy(string formula, int rows, int columns) => Rewrite(formula, (match, _) =>
    {
        string a = Offset(match.Groups["a"].Value, rows, columns), b = match.Groups["b"].Value;
        return b.Length == 0 ? a : $"{a}:{Offset(b, rows, columns)}";
    });

    /// <summary>A formula of a repeated row: what it says of its own row follows the copy, everything else moves as inserted rows do.</summary>
    public static string CopyRow(string formula, string ownSheet, int row, int copy, Func<string, RowShift> shiftOf) => Rewrite(formula, (match, sheet) =>
    {
        RowShift shift = shiftOf(sheet ?? ownSheet);
        bool own = sheet is null || sheet == ownSheet;
        string a = match.Groups["a"].Value, b = match.Groups["b"].Value;
        string Moved(string cell, bool last) => WithRow(cell, own && RowOf(cell) == row && !IsRowFixed(cell) ? shift.FirstOf(row) + copy : last ? shift.LastOf(RowOf(cell)) : shift.FirstOf(RowOf(cell)));
        return b.Length == 0 ? Moved(a, false) : $"{Moved(a, false)}:{Moved(b, true)}";
    });

    /// <summary>Places such as <c>A1:B2 C3</c>, without a sheet.</summary>
    public static string MovePlaces(string places, RowShift shift) => string.Join(' ', places.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(place => Move(place.Contains(':', StringComparison.Ordinal) ? place : $"{place}:{place}", "", _ => shift)).Select(Short));

    public static int RowOf(string cell) => int.Parse(cell.AsSpan(cell.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1), CultureInfo.InvariantCulture);

    /// <summary>From 1.</summary>
    public static int ColumnOf(string cell)
    {
        int column = 0;
        foreach (char letter in cell.Where(char.IsAsciiLetter)) column = (column * 26) + char.ToUpperInvariant(letter) - 'A' + 1;
        return column;
    }

    public static string ColumnName(int column)
    {
        string name = "";
        for (; column > 0; column = (column - 1) / 26) name = (char)('A' + ((column - 1) % 26)) + name;
        return name;
    }

    private static string Short(string range) => range.Split(':') is [var a, var b] && a == b ? a : range;

    private static bool IsRowFixed(string cell) => cell.LastIndexOf('$') > 0;

    private static string WithRow(string cell, int row) => string.Create(CultureInfo.InvariantCulture, $"{cell[..(cell.AsSpan().LastIndexOfAnyExceptInRange('0', '9') + 1)]}{row}");

    private static string Offset(string cell, int rows, int columns)
    {
        bool columnFixed = cell[0] == '$', rowFixed = IsRowFixed(cell);
        int column = ColumnOf(cell) + (columnFixed ? 0 : columns), row = RowOf(cell) + (rowFixed ? 0 : rows);
        return column < 1 || row < 1 ? "#REF!" : string.Create(CultureInfo.InvariantCulture, $"{(columnFixed ? "$" : "")}{ColumnName(column)}{(rowFixed ? "$" : "")}{row}");
    }

    private static string Rewrite(string formula, Func<Match, string?, string> move) => Reference().Replace(formula, match =>
    {
        if (!match.Groups["a"].Success) return match.Value; // a text
        string prefix = match.Groups["sheet"].Value;
        string? sheet = prefix.Length == 0 ? null : prefix[0] == '\'' ? prefix[1..^2].Replace("''", "'", StringComparison.Ordinal) : prefix[..^1];
        return prefix + move(match, sheet);
    });

    // Texts are skipped whole; a name or function such as LOG10( is no cell; [1]Sheet1!A1 lies in another file.
    [GeneratedRegex("""
        "(?:[^"]|"")*"|(?<![\p{L}\p{N}_.$'!\]])(?<sheet>(?:'(?:[^']|'')+'|[\p{L}_][\p{L}\p{N}_.]*)!)?(?<a>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6})(?::(?<b>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}))?(?![\p{L}\p{N}_(.!])
        """)]
    private static partial Regex Reference();
}
