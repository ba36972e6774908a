namespace Ordo.Foundation.Park.Import;

/// <summary>A column of an import file. It is recognized by its name, by either header, or by an alias; case does not matter.</summary>
/// <param name="Name">Code: <c>nameZh</c>. The same name in two parts is one column of the CSV form.</param>
/// <param name="Header">What the template and the export print above it.</param>
/// <param name="Meaning">What belongs into it, for the template's page of explanations.</param>
/// <param name="Example">A right value, for the same page.</param>
/// <param name="IsRequired">A file that has rows of the part must have the column.</param>
/// <param name="Alias">Another name files may use.</param>
public sealed record ImportColumn(string Name, Text Header, Text Meaning, string Example = "", bool IsRequired = false, string? Alias = null)
{
    internal bool IsCalled(string header) =>
        new[] { Name, Header.Zh, Header.En, Alias }.Contains(header, StringComparer.OrdinalIgnoreCase);
}
