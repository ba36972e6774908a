using System.ComponentModel;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Ordo.Foundation.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">The rows of this page.</param>
/// <param name="Total">Rows of all pages.</param>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">1 … 500.</param>
public sealed record PageOf<T>(IReadOnlyList<T> Items, int Total, int Page, int PageSize);

/// <summary>Which page of a list is wanted; bind it with <c>[AsParameters]</c>.</summary>
/// <param name="Page">From 1; default 1.</param>
/// <param name="PageSize">1 … 500; default 50.</param>
public readonly record struct Paging(
    [property: Description("Page, from 1")] int? Page = null,
    [property: Description("Rows of a page, 1 … 500; default 50")] int? PageSize = null)
{
    public const int DefaultPageSize = 50, MaxPageSize = 500, MaxPage = 1_000_000;

    /// <exception cref="ProblemException">Out of range: 400.</exception>
    public int Number => InRange("page", Page ?? 1, MaxPage);

    /// <exception cref="ProblemException">Out of range: 400.</exception>
    public int Size => InRange("pageSize", PageSize ?? DefaultPageSize, MaxPageSize);

    public int Skip => (Number - 1) * Size;

    /// <summary>A page of a list that is in memory.</summary>
    public PageOf<T> Of<T>(IReadOnlyCollection<T> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return new([.. all.Skip(Skip).Take(Size)], all.Count, Number, Size);
    }

    private static int InRange(string field, int value, int max) => value >= 1 && value <= max
        ? value
        : throw new ProblemException(Problems.BadRequest(field, new($"必须在 1 与 {max} 之间。", $"It must be between 1 and {max}.")));
}

public static class PageQueries
{
    /// <summary>Counts and reads one page; the query must be ordered by something unique.</summary>
    public static Task<PageOf<T>> ToPageAsync<T>(this IQueryable<T> ordered, Paging paging, CancellationToken cancellation = default) =>
        ordered.ToPageAsync(paging, row => row, cancellation);

    /// <inheritdoc cref="ToPageAsync{T}"/>
    public static async Task<PageOf<TItem>> ToPageAsync<T, TItem>(
        this IQueryable<T> ordered, Paging paging, Expression<Func<T, TItem>> shape, CancellationToken cancellation = default)
    {
        int size = paging.Size, skip = paging.Skip;
        int total = await ordered.CountAsync(cancellation);
        List<TItem> items = await ordered.Skip(skip).Take(size).Select(shape).ToListAsync(cancellation);
        return new(items, total, paging.Number, size);
    }
}
