using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Boards;

/// <summary>What a link to a board opens: the board as it stands, and the points it shows that its maker may read today.</summary>
internal sealed class BoardLinkTarget(IDbContextFactory<OrdoDbContext> database, IPointDirectory points) : ILinkTarget
{
    public const string BoardKind = "board";

    public string Kind => BoardKind;

    public Type Source => typeof(Board);

    public async Task<LinkContent?> OpenAsync(ShareLink link, Caller maker, CancellationToken cancellation)
    {
        await using OrdoDbContext context = await database.CreateDbContextAsync(cancellation);
        if (await context.Set<Board>().AsNoTracking().SingleOrDefaultAsync(b => b.Id == link.TargetId, cancellation) is not { } board) return null;
        if (!maker.Has(Permissions.ShareBoards, await context.PathOfAsync(board.AssetId ?? link.AssetId, cancellation))) return null;
        BoardDocument document = JsonText.Read<BoardDocument>(board.Document);
        var found = await PointReferences.FindAsync(context, points.Current, maker, ReferencesOf(document), link.AssetId, BoardRules.MaxPoints + 1, cancellation);
        List<BoardWidget> maps = [.. document.Widgets.Where(w => w.Kind == WidgetKind.Map)];
        HashSet<string> mapped = [.. maps.SelectMany(w => w.Points ?? [])];
        string[] places = [.. found.Where(f => mapped.Contains(f.Reference)).SelectMany(f => f.Points).Select(p => p.AssetPath).Distinct()];
        return new([.. found.SelectMany(f => f.Points).DistinctBy(p => p.Point.Id)], maps.Count > 0 ? await MapExtract.AroundAsync(context, maker, places, cancellation) : null);
    }

    /// <summary>Every reference of a board, each once.</summary>
    public static IEnumerable<string> ReferencesOf(BoardDocument document) =>
        document.Widgets.SelectMany(w => (w.Points ?? []).Concat(w.Kind == WidgetKind.Sankey ? (w.Flows ?? []).Select(f => f.Point) : [])).Distinct();
}
