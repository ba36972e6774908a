using Microsoft.EntityFrameworkCore.Storage;
using Ordo.Foundation.Persistence;

namespace Ordo.Foundation.Park.Import;

/// <summary>What became of an import.</summary>
/// <param name="Counts">By part: <c>assets</c>, <c>sources</c>, <c>points</c>; empty when nothing was stored.</param>
/// <param name="Faults">Every bad cell, by sheet and row; at most <see cref="ImportSession.MaxFaults"/>.</param>
/// <param name="FaultCount">All of them.</param>
public sealed record ImportOutcome(IReadOnlyDictionary<string, ImportCount> Counts, IReadOnlyList<CellFault> Faults, int FaultCount);

/// <summary>
/// Takes a park from one CSV or XLSX file: all rows are judged first, and when one cell is bad nothing changes. Scoped; from code:
/// <code>
/// await using AsyncServiceScope scope = services.CreateAsyncScope();
/// ImportOutcome outcome = await scope.ServiceProvider.GetRequiredService&lt;ParkImporter&gt;().ImportAsync(file, ParkFileFormat.Csv, "park.csv");
/// </code>
/// </summary>
public sealed class ParkImporter
{
    private readonly OrdoDbContext database;
    private readonly IReadOnlyList<IParkImportPart> parts;

    public ParkImporter(OrdoDbContext database, IEnumerable<IParkImportPart> parts) => (this.database, this.parts) = (database, parts.InOrder());

    /// <param name="file">Seekable; stays the caller's.</param>
    /// <param name="format">CSV or XLSX.</param>
    /// <param name="name">Name of the file, for the reports of bad cells in a CSV.</param>
    /// <param name="mayWrite">Whether whoever imports may change what lies at a path of the tree; without, everything.</param>
    /// <param name="isDryRun">Does everything and takes it back.</param>
    /// <param name="cancellation">Gives up and leaves everything as it was.</param>
    public async Task<ImportOutcome> ImportAsync(
        Stream file, ParkFileFormat format, string name, Func<string, bool>? mayWrite = null, bool isDryRun = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        var session = new ImportSession(database, mayWrite ?? (_ => true));
        var content = new ParkFile(parts, session);
        try
        {
            content.Read(file, format, name);
        }
        catch (UnreadableFileException exception)
        {
            session.Report(new(name, 0, "", "", exception.Reason));
            return Refused(session);
        }

        if (content.HasWrongHeader) return Refused(session);

        await using IDbContextTransaction transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.LockTreeAsync(cancellation);
        foreach (IParkImportPart part in parts) await part.CheckAsync(content.RowsOf(part), session, cancellation);
        if (session.FaultCount > 0) return Refused(session);

        database.ChangeTracker.Clear(); // a part may have read entities that another is about to change
        Dictionary<string, ImportCount> counts = [];
        foreach (IParkImportPart part in parts) counts[part.Sheet] = await part.ApplyAsync(content.RowsOf(part), session, cancellation);
        if (isDryRun) return new(counts, [], 0);

        await transaction.CommitAsync(cancellation);
        foreach (IParkImportPart part in parts) await part.CommittedAsync(CancellationToken.None);
        return new(counts, [], 0);
    }

    private static ImportOutcome Refused(ImportSession session) => new(
        new Dictionary<string, ImportCount>(), [.. session.Faults.OrderBy(fault => fault.Sheet, StringComparer.Ordinal).ThenBy(fault => fault.Row)], session.FaultCount);
}

internal static class ImportParts
{
    /// <summary>Assets first, because all else refers to them; points last.</summary>
    public static IReadOnlyList<IParkImportPart> InOrder(this IEnumerable<IParkImportPart> parts) =>
        [.. parts.OrderBy(part => part switch { AssetImportPart => 0, PointImportPart => 2, _ => 1 })];
}
