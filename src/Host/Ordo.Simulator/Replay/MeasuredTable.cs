using System.Globalization;
using System.IO.Compression;

namespace Ordo.Simulator.Replay;

/// <summary>A data file of measurements in columns, kept as decimals so that a value is sent exactly as it was published.</summary>
public sealed class MeasuredTable
{
    private static readonly string[] Compass =
        ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"];

    private readonly Dictionary<string, decimal?[]> columns;

    private MeasuredTable(Dictionary<string, decimal?[]> columns, int count) => (this.columns, Count) = (columns, count);

    public int Count { get; }

    /// <summary>One value per row; <c>null</c> where the file has none. Compass points are degrees.</summary>
    public decimal?[] this[string column] => columns[column];

    /// <summary>Reads a gzipped CSV with a header row and no quoting, the form all files under <c>data</c> have.</summary>
    public static MeasuredTable Load(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[] names = reader.ReadLine()?.Split(',') ?? throw new InvalidDataException($"{path} is empty.");
        List<decimal?>[] values = [.. names.Select(_ => new List<decimal?>())];
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            if (cells.Length != names.Length) throw new InvalidDataException($"{path}: a row has {cells.Length} cells instead of {names.Length}: {line}");
            for (int i = 0; i < cells.Length; i++) values[i].Add(Read(cells[i]));
        }
        return new(names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second.ToArray()), values[0].Count);
    }

    private static decimal? Read(string cell)
    {
        if (decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)) return number;
        int point = Array.IndexOf(Compass, cell);
        return point >= 0 ? point * 22.5m : null;
    }
}
