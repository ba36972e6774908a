using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Expressions;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;
using Ordo.Operations.Alarms.Evaluators;

namespace Ordo.Operations.Alarms.Definitions;

/// <summary>
/// Reads what a person writes: points by codes, <c>[asset/point]</c>, become points by id, which a renaming does not break. A point that the person may not
/// see looks like none at all.
/// </summary>
internal sealed class ExpressionNames(OrdoDbContext database, IPointDirectory points)
{
    public async Task<(CheckedExpression? Expression, IReadOnlyList<Fault> Faults)> ReadAsync(string field, string text, Caller caller, CancellationToken cancellation)
    {
        HashSet<string> names = [];
        ExpressionEvaluators.FaultsOf(field, text, node => Note(node, names), out _);
        Dictionary<string, PointEntry> found = await FindAsync(names, cancellation);
        IReadOnlyList<Fault> faults = ExpressionEvaluators.FaultsOf(field, text, node => Visible(node.Id is { } id ? points.Current.ById(id) : found.GetValueOrDefault(node.Name!), caller), out CheckedExpression? read);
        return (faults.Count == 0 ? read : null, faults);
    }

    /// <summary>The text as it is stored.</summary>
    public static string Stored(CheckedExpression expression) => expression.Rewrite(id => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"#{id}"));

    private static ExpressionPoint? Note(ReferenceNode node, HashSet<string> names)
    {
        if (node.Name is { } name) names.Add(name);
        return null;
    }

    private static ExpressionPoint? Visible(PointEntry? entry, Caller caller) =>
        entry is not null && caller.Has(Permissions.ReadTelemetry, entry.AssetPath) ? ExpressionEvaluators.PointOf(entry) : null;

    private async Task<Dictionary<string, PointEntry>> FindAsync(HashSet<string> names, CancellationToken cancellation)
    {
        Dictionary<string, PointEntry> found = [];
        foreach (string name in names)
        {
            int slash = name.LastIndexOf('/');
            if (slash <= 0) continue;
            string asset = name[..slash].Trim(), code = name[(slash + 1)..].Trim();
            List<long> ids = await database.Set<Point>().Where(p => p.Code == code)
                .Join(database.Set<Asset>().Where(a => a.Code == asset), p => p.AssetId, a => a.Id, (p, _) => p.Id).Take(2).ToListAsync(cancellation);
            if (ids is [{ } id] && points.Current.ById(id) is { } entry) found[name] = entry; // two of that name are none: nobody can tell which is meant
        }
        return found;
    }
}
