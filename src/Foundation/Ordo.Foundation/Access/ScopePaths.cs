using System.Linq.Expressions;

namespace Ordo.Foundation.Access;

/// <summary>Scopes as paths: an asset lies in a scope when its path starts with the scope's.</summary>
public static class ScopePaths
{
    /// <summary>The part of a subtree that lies in another: the lower of the two, or <c>null</c> when they are apart.</summary>
    public static string? Intersect(string one, string other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.StartsWith(other, StringComparison.Ordinal)) return one;
        return other.StartsWith(one, StringComparison.Ordinal) ? other : null;
    }

    /// <summary>The lowest node above all of them; <c>/</c> for none at all.</summary>
    public static string CommonAncestor(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string? common = null;
        foreach (string path in paths)
        {
            if (common is null)
            {
                common = path;
                continue;
            }

            int same = common.AsSpan().CommonPrefixLength(path);
            common = common[..(common.LastIndexOf('/', Math.Min(same, common.Length) - 1) + 1)];
        }

        return common ?? "/";
    }

    /// <summary>Keeps the rows whose path lies in one of the scopes, as a condition the database can work out.</summary>
    /// <param name="rows">A query.</param>
    /// <param name="path">The property that holds the path of the row's asset.</param>
    /// <param name="scopes"><see cref="Caller.ScopesOf"/> of the permission needed.</param>
    public static IQueryable<T> Within<T>(this IQueryable<T> rows, Expression<Func<T, string>> path, IReadOnlyList<string> scopes)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(scopes);
        if (scopes.Contains("/")) return rows;
        Expression inOne = scopes
            .Select(scope => (Expression)Expression.Call(path.Body, nameof(string.StartsWith), null, Parameter(scope)))
            .Aggregate((Expression)Expression.Constant(false), Expression.OrElse);
        return rows.Where(Expression.Lambda<Func<T, bool>>(inOne, path.Parameters));
    }

    /// <summary>As a captured variable, so that each scope does not become a query of its own in EF's cache.</summary>
    private static MemberExpression Parameter(string scope) => Expression.Property(Expression.Constant(new { Scope = scope }), "Scope");
}
