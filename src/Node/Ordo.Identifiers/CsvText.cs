namespace Ordo.Identifiers;

/// <summary>Texts in CSV files (RFC 4180) that people open in a spreadsheet.</summary>
internal static class CsvText
{
    /// <summary>Quoted, and what a spreadsheet would take for a formula is told to be text.</summary>
    public static string Cell(string text) => '"' + (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" : "") + text.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
