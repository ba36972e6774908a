using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Ordo.Foundation.Audit;

namespace Ordo.Foundation.Persistence;

/// <summary>
/// Search by code and both names: the database keeps the three in one lower-case column and an index over it, so that a search need not read
/// geometries. Good for some hundred thousand rows; points, of which there are more, are searched in memory.
/// </summary>
internal static class SearchText
{
    public const string Column = "Search";

    /// <summary>The same words on SQLite and PostgreSQL.</summary>
    public const string Sql = "lower(\"Code\" || ' ' || \"NameZh\" || ' ' || \"NameEn\")";

    /// <summary>For an entity with <c>Code</c>, <c>NameZh</c> and <c>NameEn</c>.</summary>
    public static void HasSearchText<T>(this EntityTypeBuilder<T> builder)
        where T : class
    {
        builder.Property<string>(Column).HasComputedColumnSql(Sql, stored: true).IsNotAudited();
        builder.HasIndex(Column);
    }

    /// <summary>Rows that contain the text, without regard to the case of letters; all of them when it is blank.</summary>
    public static IQueryable<T> Search<T>(this IQueryable<T> rows, string? text)
        where T : class
    {
        if (string.IsNullOrWhiteSpace(text)) return rows;
        string wanted = text.Trim();
#pragma warning disable CA1304, CA1311, CA1862 // becomes SQL: the database's lower() on both sides, because SQLite's leaves É alone
        return rows.Where(row => EF.Property<string>(row, Column).Contains(EF.Parameter(wanted).ToLower()));
#pragma warning restore CA1304, CA1311, CA1862
    }
}
