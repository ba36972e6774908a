using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Boards;

/// <param name="Expires">At most one year from now; default 30 days.</param>
/// <param name="AssetId">What <c>@</c> stands for; fixed for whoever looks.</param>
/// <param name="FrameAncestors">Sites whose pages may show it in a frame, such as <c>https://portal.example.cn</c>; none: it opens only in a window of its own.</param>
public sealed record BoardLinkDraft(string Name, DateTimeOffset? Expires = null, long? AssetId = null, IReadOnlyList<string>? FrameAncestors = null);

/// <summary>A link that was given out; its signature is nowhere.</summary>
/// <param name="LastUsed">To the minute.</param>
/// <param name="Maker">User name.</param>
public sealed record BoardLinkItem(
    long Id, string Name, long BoardId, string BoardName, long? AssetId, string? AssetNameZh, string? AssetNameEn, IReadOnlyList<string> FrameAncestors,
    DateTimeOffset Created, DateTimeOffset Expires, bool Expired, DateTimeOffset? LastUsed, string Maker);

/// <param name="Address">Page of the link on this server, shown this once. What stands behind <c>#</c> opens it; browsers send it to nobody.</param>
public sealed record IssuedBoardLink(BoardLinkItem Link, string Address);

/// <summary>What the page of a link shows.</summary>
/// <param name="References">What the widgets' references mean; none outside its maker's scope.</param>
public sealed record SharedBoard(
    string Name, BoardDocument Document, long? AssetId, string? AssetNameZh, string? AssetNameEn, IReadOnlyList<BoardReference> References, DateTimeOffset Expires);

/// <summary>Boards given out by link. Whoever may share a board sees and revokes all its links.</summary>
internal static class BoardLinkEndpoints
{
    public const int MaxLinks = 100;
    private static readonly TimeSpan DefaultLife = TimeSpan.FromDays(30), LongestLife = TimeSpan.FromDays(366);
    private static readonly Text UnknownBoard = new("没有这个看板。", "There is no such board."), UnknownLink = new("没有这个链接。", "There is no such link.");

    public static void MapBoardLinks(this IEndpointRouteBuilder routes)
    {
        var links = routes.MapGroup("/api/v1/boards").WithTags("Boards").RequireAuthorization(Permissions.ShareBoards);
        links.MapGet("/links", ListAll).WithName("ListAllBoardLinks").WithSummary("Links of every board that the caller may share").ProducesProblem(400);
        links.MapGet("/{id:long}/links", List).WithName("ListBoardLinks").ProducesProblem(404);
        links.MapPost("/{id:long}/links", Make).WithName("CreateBoardLink").WithSummary("Gives the board out to people without an account").ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        links.MapDelete("/links/{link:long}", Revoke).WithName("RevokeBoardLink").ProducesProblem(404);
        routes.MapGet("/api/v1/shared/board", Show).WithTags("Boards").RequireAuthorization(Permissions.FollowLink).OpenToLinks((_, _) => true)
            .WithName("GetSharedBoard").WithSummary("What a link shows: `Authorization: Link …`, what stands behind # in its address").ProducesProblem(404).ProducesProblem(429);
    }

    private static async Task<Ok<PageOf<BoardLinkItem>>> ListAll(OrdoDbContext database, Caller caller, LinkUse use, TimeProvider clock, [AsParameters] Paging paging, CancellationToken cancellation) =>
        TypedResults.Ok(paging.Of<BoardLinkItem>(await ItemsAsync(database, null, caller, use, clock, cancellation)));

    private static async Task<Results<Ok<IReadOnlyList<BoardLinkItem>>, ProblemHttpResult>> List(long id, OrdoDbContext database, Caller caller, LinkUse use, TimeProvider clock, CancellationToken cancellation) =>
        await FindBoardAsync(database, id, caller, cancellation) is null
            ? Problems.NotFound(UnknownBoard)
            : TypedResults.Ok((IReadOnlyList<BoardLinkItem>)await ItemsAsync(database, id, caller, use, clock, cancellation));

    private static async Task<Results<Created<IssuedBoardLink>, ProblemHttpResult>> Make(
        long id, BoardLinkDraft draft, OrdoDbContext database, Caller caller, LinkSecrets secrets, LinkUse use, TimeProvider clock, HttpResponse response, CancellationToken cancellation)
    {
        if (caller.TokenName is not null) return Problems.Forbidden(new("令牌不能分享看板，请登录后操作。", "A token cannot share a board; sign in for this."));
        if (await FindBoardAsync(database, id, caller, cancellation) is null) return Problems.NotFound(UnknownBoard);
        DateTimeOffset now = clock.GetUtcNow(), expires = DateTimeOffset.FromUnixTimeSeconds((draft.Expires ?? now + DefaultLife).ToUnixTimeSeconds());
        List<Fault> faults = [];
        faults.CheckText("name", draft.Name, ShareLink.MaxNameLength, required: true);
        if (expires <= now || expires > now + LongestLife) faults.Add(new("expires", "须在未来一年之内。", "It must lie within the next year."));
        string sites = FrameAncestors.Read(draft.FrameAncestors, faults);
        if (draft.AssetId is { } asset && (await database.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == asset, cancellation) is not { } chosen || !caller.Has(Permissions.ShareBoards, chosen.Path) || !caller.Has(Permissions.ReadTelemetry, chosen.Path)))
            faults.Add(new("assetId", "没有这个资产。", "There is no such asset."));
        faults.ThrowIfAny();
        if (await database.Set<ShareLink>().CountAsync(l => l.TargetKind == BoardLinkTarget.BoardKind && l.TargetId == id, cancellation) >= MaxLinks)
            return Problems.Conflict("too-many-links", new($"每个看板最多 {MaxLinks} 个链接，请先撤销不用的链接。", $"A board has at most {MaxLinks} links; revoke some that are not used."));

        byte[] key = RandomNumberGenerator.GetBytes(LinkSignature.KeyLength);
        var link = new ShareLink
        {
            PublicId = ShareLink.NewPublicId(), AccountId = caller.AccountId, Name = draft.Name.Trim(), TargetKind = BoardLinkTarget.BoardKind, TargetId = id, AssetId = draft.AssetId,
            Key = secrets.Protect(key), FrameAncestors = sites, Created = now, Expires = expires,
        };
        database.Add(link);
        await database.SaveChangesAsync(cancellation);
        response.Headers.CacheControl = "no-store";
        BoardLinkItem item = (await ItemsAsync(database, id, caller, use, clock, cancellation)).Single(l => l.Id == link.Id);
        return TypedResults.Created($"/api/v1/boards/links/{link.Id}", new IssuedBoardLink(item, $"/shared/{link.PublicId}#{LinkSignature.Of(link.PublicId, expires, key)}"));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(long link, OrdoDbContext database, Caller caller, CancellationToken cancellation)
    {
        if (await database.Set<ShareLink>().SingleOrDefaultAsync(l => l.Id == link && l.TargetKind == BoardLinkTarget.BoardKind, cancellation) is not { } found
            || await FindBoardAsync(database, found.TargetId, caller, cancellation) is null) return Problems.NotFound(UnknownLink);
        database.Remove(found);
        await database.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<SharedBoard>, ProblemHttpResult>> Show(OrdoDbContext database, HttpContext http, CancellationToken cancellation)
    {
        OpenLink open = http.FindLink()!;
        if (await database.Set<Board>().AsNoTracking().SingleOrDefaultAsync(b => b.Id == open.Link.TargetId, cancellation) is not { } board) return Problems.NotFound(UnknownBoard);
        Asset? asset = open.Link.AssetId is { } id ? await database.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellation) : null;
        BoardDocument document = JsonText.Read<BoardDocument>(board.Document);
        var snapshot = Ordo.Foundation.Points.PointSnapshot.Empty.With([], [.. open.Content.Points], 0);
        var found = await PointReferences.FindAsync(database, snapshot, open.Caller, BoardLinkTarget.ReferencesOf(document), open.Link.AssetId, BoardRules.MaxPoints + 1, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SharedBoard(
            board.Name, document, asset?.Id, asset?.NameZh, asset?.NameEn, [.. found.Select(f => new BoardReference(f.Reference, [.. f.Points.Select(p => p.Point.Id)]))], open.Link.Expires));
    }

    /// <summary>The board when the caller may give it out: a template also to whoever may for one of the assets that have it.</summary>
    private static async Task<Board?> FindBoardAsync(OrdoDbContext database, long id, Caller caller, CancellationToken cancellation)
    {
        if (await database.Set<Board>().AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancellation) is not { } board) return null;
        return MayShare(board, await database.PathOfAsync(board.AssetId, cancellation), caller) ? board : null;
    }

    private static bool MayShare(Board board, string path, Caller caller) => board.AssetKind is null
        ? caller.Has(Permissions.ShareBoards, path)
        : caller.ScopesOf(Permissions.ShareBoards).Any(scope => ScopePaths.Intersect(scope, path) is not null);

    /// <summary>Newest first. Of a template, only links to assets within the caller's scope.</summary>
    private static async Task<List<BoardLinkItem>> ItemsAsync(OrdoDbContext database, long? boardId, Caller caller, LinkUse use, TimeProvider clock, CancellationToken cancellation)
    {
        var rows = await (
            from link in database.Set<ShareLink>().AsNoTracking()
            join board in database.Set<Board>() on link.TargetId equals board.Id
            join maker in database.Set<Ordo.Foundation.Access.Accounts.OrdoAccount>() on link.AccountId equals maker.Id
            join place in database.Set<Asset>() on board.AssetId equals (long?)place.Id into places
            from place in places.DefaultIfEmpty()
            join asset in database.Set<Asset>() on link.AssetId equals (long?)asset.Id into assets
            from asset in assets.DefaultIfEmpty()
            where link.TargetKind == BoardLinkTarget.BoardKind && (boardId == null || link.TargetId == boardId)
            orderby link.Id descending
            select new { Link = link, Board = board, Maker = maker.UserName, BoardPath = place.Path ?? "/", Path = asset.Path, asset.NameZh, asset.NameEn }).ToListAsync(cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        return
        [
            .. rows.Where(r => MayShare(r.Board, r.BoardPath, caller) && caller.Has(Permissions.ShareBoards, r.Path ?? r.BoardPath)).Select(r => new BoardLinkItem(
                r.Link.Id, r.Link.Name, r.Board.Id, r.Board.Name, r.Link.AssetId, r.NameZh, r.NameEn, r.Link.FrameAncestors.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                r.Link.Created, r.Link.Expires, r.Link.Expires <= now, use.LastUsed(r.Link.Id, r.Link.LastUsed), r.Maker ?? "")),
        ];
    }
}
