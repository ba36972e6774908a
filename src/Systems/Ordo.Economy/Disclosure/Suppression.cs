namespace Ordo.Economy.Disclosure;

/// <summary>Whether a cell of a table may be shown.</summary>
public enum CellState
{
    Shown,

    /// <summary>Hidden by itself: too few enterprises, or one of them dominates.</summary>
    Primary,

    /// <summary>Hidden so that a primary one cannot be found by subtraction.</summary>
    Secondary,
}

/// <summary>One inner cell.</summary>
/// <param name="Total">What would be shown.</param>
/// <param name="Contributors">Enterprises in it.</param>
/// <param name="Largest">Value of the largest one; <c>null</c> when not known.</param>
public readonly record struct TableCell(decimal Total, int Contributors, decimal? Largest = null);

/// <param name="FewestContributors">A cell of fewer enterprises is hidden.</param>
/// <param name="LargestShare">Percent: a cell of which one enterprise has more is hidden.</param>
public sealed record SuppressionRule(int FewestContributors = 3, decimal LargestShare = 85);

/// <summary>
/// Hides small cells of a two-way table with totals (小单元抑制), so that no enterprise's figure can be read or worked out: neither by looking nor by subtracting
/// what is shown from a row's or column's total. A list is a table of one row.
/// </summary>
public static class Suppression
{
    /// <param name="cells">Rows of equal length, without totals.</param>
    /// <returns>One row and one column more than given: the last ones are the totals.</returns>
    public static CellState[][] Of(IReadOnlyList<IReadOnlyList<TableCell>> cells, SuppressionRule rule)
    {
        if (cells.Count == 0 || cells[0].Count == 0 || cells.Any(row => row.Count != cells[0].Count))
            throw new ArgumentException("The table needs rows of equal length, at least one cell.", nameof(cells));
        TableCell[][] table = WithTotals(cells);
        CellState[][] states = [.. table.Select(row => row.Select(cell => IsSensitive(cell, rule) ? CellState.Primary : CellState.Shown).ToArray())];
        // Hiding one cell can expose another in the crossing line, so it goes on until nothing changes; each round hides at least one cell.
        while (ProtectOneLine(table, states, rule)) { }
        return states;
    }

    private static bool IsSensitive(TableCell cell, SuppressionRule rule) =>
        cell.Contributors > 0 && (cell.Contributors < rule.FewestContributors
            || (cell.Largest is { } largest && cell.Total > 0 && largest * 100 > rule.LargestShare * cell.Total));

    private static TableCell[][] WithTotals(IReadOnlyList<IReadOnlyList<TableCell>> cells)
    {
        static TableCell Sum(IEnumerable<TableCell> parts)
        {
            TableCell[] all = [.. parts];
            decimal? largest = all.All(cell => cell.Largest is not null || cell.Contributors == 0) ? all.Max(cell => cell.Largest) : null;
            return new(all.Sum(cell => cell.Total), all.Sum(cell => cell.Contributors), largest);
        }
        List<TableCell[]> table = [.. cells.Select(row => (TableCell[])[.. row, Sum(row)])];
        table.Add([.. Enumerable.Range(0, cells[0].Count).Select(column => Sum(cells.Select(row => row[column]))), Sum(cells.SelectMany(row => row))]);
        return [.. table];
    }

    private static bool ProtectOneLine(TableCell[][] table, CellState[][] states, SuppressionRule rule)
    {
        foreach ((int Row, int Column)[] line in Lines(table.Length, table[0].Length))
        {
            (int Row, int Column)[] hidden = [.. line.Where(at => states[at.Row][at.Column] != CellState.Shown)];
            if (hidden.Length == 0) continue;
            bool totalIsHidden = hidden.Contains(line[^1]);
            // With the total shown, the hidden cells' sum is known; it must itself be no small cell.
            bool safe = hidden.Length >= 2 && (totalIsHidden || hidden.Sum(at => table[at.Row][at.Column].Contributors) >= rule.FewestContributors);
            if (safe) continue;

            // Smallest first, totals last, empty cells never: everybody knows they are zero.
            (int Row, int Column)? next = line.Where(at => states[at.Row][at.Column] == CellState.Shown && table[at.Row][at.Column].Contributors > 0)
                .OrderBy(at => IsTotal(at, table)).ThenBy(at => Math.Abs(table[at.Row][at.Column].Total)).Select(at => ((int, int)?)at).FirstOrDefault();
            if (next is not { } chosen) continue;
            states[chosen.Row][chosen.Column] = CellState.Secondary;
            return true;
        }
        return false;
    }

    private static bool IsTotal((int Row, int Column) at, TableCell[][] table) => at.Row == table.Length - 1 || at.Column == table[0].Length - 1;

    private static IEnumerable<(int Row, int Column)[]> Lines(int rows, int columns)
    {
        for (int row = 0; row < rows; row++) yield return [.. Enumerable.Range(0, columns).Select(column => (row, column))];
        for (int column = 0; column < columns; column++) yield return [.. Enumerable.Range(0, rows).Select(row => (row, column))];
    }
}
