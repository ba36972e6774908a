using System.Linq.Expressions;

namespace Ordo.Foundation.Persistence;

/// <summary>Search without regard to the case of letters, worded so that SQLite and PostgreSQL find the same.</summary>
public static class TextSearch
{
    /// <summary>Rows where one of the texts contains the words looked for; all rows when nothing is looked for.</summary>
    public static IQueryable<T> Containing<T>(this IQueryable<T> rows, string? words, params Expression<Func<T, string?>>[] texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (string.IsNullOrWhiteSpace(words)) return rows;
        ParameterExpression row = texts[0].Parameters[0];
        MemberExpression wanted = Expression.Property(Expression.Constant(new { Words = words.Trim() }), "Words");
        Expression found = texts
            .Select(text => (Expression)Expression.Call(Lower(new Rename(text.Parameters[0], row).Visit(text.Body)), nameof(string.Contains), null, Lower(wanted)))
            .Aggregate(Expression.OrElse);
        return rows.Where(Expression.Lambda<Func<T, bool>>(found, row));
    }

    /// <summary>In the database, which knows the letters of its own collation.</summary>
    private static MethodCallExpression Lower(Expression text) => Expression.Call(text, nameof(string.ToLower), null);

    private sealed class Rename(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
