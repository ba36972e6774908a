using System.Globalization;
using Ordo.Foundation.Points;

namespace Ordo.Foundation.Access.Links;

/// <summary>A kind of thing that a link can show. The room that owns it says what may be read with the link.</summary>
public interface ILinkTarget
{
    /// <summary><see cref="ShareLink.TargetKind"/>.</summary>
    string Kind { get; }

    /// <summary>The entity whose change changes what is shown.</summary>
    Type Source { get; }

    /// <param name="link">Of this kind.</param>
    /// <param name="maker">Who made it, with the rights of now.</param>
    /// <returns>What the page needs, within the maker's rights; <c>null</c> when there is no such thing any more, or the maker may no longer give it out.</returns>
    Task<LinkContent?> OpenAsync(ShareLink link, Caller maker, CancellationToken cancellation);
}

/// <summary>What a link opens.</summary>
/// <param name="points">The points that are shown; no other can be read.</param>
/// <param name="onMap">Assets whose shapes and names are part of it; <c>null</c> without a map.</param>
public sealed class LinkContent(IReadOnlyList<PointEntry> points, IReadOnlySet<long>? onMap)
{
    private readonly HashSet<long> ids = [.. points.Select(point => point.Point.Id)];

    public IReadOnlyList<PointEntry> Points => points;

    public IReadOnlySet<long>? OnMap => onMap;

    /// <summary>Whether a list such as <c>4,7</c> names points, and only those that are shown. <c>0</c> is no point.</summary>
    public bool HasAll(string? list)
    {
        if (string.IsNullOrEmpty(list)) return false;
        foreach (string part in list.Split(','))
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long id) || (id != 0 && !ids.Contains(id))) return false;
        return true;
    }
}
