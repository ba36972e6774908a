using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park.Import;

/// <summary>One bad cell.</summary>
/// <param name="Sheet">Sheet, or file for CSV.</param>
/// <param name="Row">As a spreadsheet counts: the header is row 1.</param>
/// <param name="Column">Header as the user wrote it; empty when the whole row or file is meant.</param>
/// <param name="Value">What stands there.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record CellFault(string Sheet, int Row, string Column, string Value, Text Reason);

/// <summary>An asset as it is, or will be after the import.</summary>
/// <param name="Id">0 until it is stored.</param>
/// <param name="Path">For scope checks; that of the parent until it is stored.</param>
public sealed record ImportedAsset(long Id, string Path);

/// <summary>What the parts of one import share.</summary>
/// <param name="database">The transaction of the import runs on it. Save what you add; commit is the importer's.</param>
/// <param name="mayWrite">Whether whoever imports may change what lies at a path of the tree; <c>/</c> stands for everything.</param>
public sealed class ImportSession(OrdoDbContext database, Func<string, bool> mayWrite)
{
    /// <summary>Most faults that are kept; more are only counted.</summary>
    public const int MaxFaults = 10_000;

    private const int MaxShownValue = 200;
    private readonly List<CellFault> faults = [];
    private readonly Dictionary<string, ImportedAsset> assets = new(StringComparer.Ordinal);

    public OrdoDbContext Database { get; } = database;

    public Func<string, bool> MayWrite { get; } = mayWrite;

    public IReadOnlyList<CellFault> Faults => faults;

    public int FaultCount { get; private set; }

    /// <summary>The asset with a code, from this file or the database, or <c>null</c> when there is none within the scope. Its id is known once parts are applied.</summary>
    public ImportedAsset? Asset(string code) => assets.GetValueOrDefault(code);

    /// <summary>Reports a bad cell. One report, and nothing of the file is stored.</summary>
    public void Report(ImportRow row, string column, Text reason)
    {
        ArgumentNullException.ThrowIfNull(row);
        Report(new(row.Sheet, row.Number, row.HeaderOf(column), row[column] ?? "", reason));
    }

    internal void Report(CellFault fault)
    {
        FaultCount++;
        if (faults.Count >= MaxFaults) return;
        faults.Add(fault.Value.Length > MaxShownValue ? fault with { Value = fault.Value[..MaxShownValue] + "…" } : fault);
    }

    internal void SetAsset(string code, ImportedAsset asset) => assets[code] = asset;
}
