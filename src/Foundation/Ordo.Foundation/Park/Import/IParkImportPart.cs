namespace Ordo.Foundation.Park.Import;

/// <summary>What became of the rows of a part.</summary>
public sealed record ImportCount(int Created, int Updated, int Unchanged);

/// <summary>
/// One kind of row in the import file of a park: <c>assets</c> and <c>points</c> are the park's own, <c>sources</c> is the perception platform's.
/// Register an implementation as a transient <see cref="IParkImportPart"/>; each import and each export gets its own instances, so that
/// <see cref="ApplyAsync"/> may use what <see cref="CheckAsync"/> worked out. Assets come first, points last, the others between.
/// <code>
/// 1  CheckAsync of every part   all rows judged, every bad cell reported, nothing written
/// 2  ApplyAsync of every part   only when nothing was reported; in one transaction, through session.Database
/// 3  CommittedAsync             only when the transaction was committed, not for a dry run
/// </code>
/// Entities read in CheckAsync are no longer tracked in ApplyAsync.
/// Rows are known by a code of their own, never by their number: the same file twice changes nothing the second time.
/// </summary>
public interface IParkImportPart
{
    /// <summary>Word in the column <c>type</c> of the CSV form: <c>source</c>.</summary>
    string Type { get; }

    /// <summary>Name of the sheet and of the part in the answer: <c>sources</c>.</summary>
    string Sheet { get; }

    /// <summary>Name for people, also recognized as the name of the sheet and as the type.</summary>
    Text Title { get; }

    IReadOnlyList<ImportColumn> Columns { get; }

    /// <summary>Judges all rows of the part; called also when there are none.</summary>
    Task CheckAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation);

    /// <summary>Stores the same rows. What throws here undoes the whole import.</summary>
    Task<ImportCount> ApplyAsync(IReadOnlyList<ImportRow> rows, ImportSession session, CancellationToken cancellation);

    /// <summary>The import is in the database: bring copies in memory up to date.</summary>
    Task CommittedAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>
    /// Everything of the part within a scope, in a stable order, as values by column name; a missing one is an empty cell. Importing them again
    /// must change nothing, so a secret that is not exported must survive an empty cell.
    /// </summary>
    /// <param name="mayRead">Whether whoever exports may see what lies at a path of the tree.</param>
    /// <param name="cancellation">The caller has gone.</param>
    IAsyncEnumerable<IReadOnlyDictionary<string, string>> ExportAsync(Func<string, bool> mayRead, CancellationToken cancellation);
}
