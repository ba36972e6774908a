using CsvHelper;

namespace Ordo.Foundation;

/// <summary>A published table shipped inside the assembly: CSV with a header, above it <c>#</c> lines with edition, validity and source.</summary>
internal static class DataFile
{
    private static readonly CsvReaderOptions Format = new() { Separator = ',', CommentPrefix = '#' };

    /// <param name="name">Folder and file below the project, dotted: <c>Units.units.csv</c>.</param>
    /// <param name="read">Makes one row out of the columns, which it takes by name.</param>
    public static List<T> Read<T>(string name, Func<CsvReader, T> read)
    {
        Stream stream = typeof(DataFile).Assembly.GetManifestResourceStream($"Ordo.Foundation.{name}")
            ?? throw new InvalidOperationException($"The assembly lacks its data file {name}.");
        using CsvReader csv = CsvReader.Create(stream, Format);
        List<T> rows = [];
        while (csv.Read()) rows.Add(read(csv));
        return rows;
    }
}
