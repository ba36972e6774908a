using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Boards;

/// <param name="AssetId">Where it belongs; <c>null</c> is everywhere.</param>
/// <param name="AssetKind">A template for every asset of this kind.</param>
/// <param name="Document">Widgets on a grid; checked element by element.</param>
public sealed record BoardDraft(string Name, JsonElement Document, long? AssetId = null, AssetKind? AssetKind = null);

/// <param name="AssetKind">Word of the kind whose assets all have it; <c>null</c> for a board by itself.</param>
/// <param name="Version">The ETag.</param>
public sealed record BoardItem(long Id, string Name, long? AssetId, string? AssetNameZh, string? AssetNameEn, string? AssetKind, int Widgets, bool MayEdit, int Version);

/// <summary>A board with its document.</summary>
public sealed record BoardDetail(BoardItem Board, BoardDocument Document);

/// <summary>The points that a reference of a board means, for one reader.</summary>
/// <param name="PointIds">Empty when there is none, or none that the caller may read.</param>
public sealed record BoardReference(string Reference, IReadOnlyList<long> PointIds);

/// <param name="References">As widgets write them; what is none is left out.</param>
/// <param name="Asset">What <c>@</c> stands for.</param>
public sealed record BoardReferences(IReadOnlyList<string> References, long? Asset = null);

/// <summary>Boards over HTTP. A document is no measurement: who sees a board still sees only the points of their own scope.</summary>
internal static class BoardEndpoints
{
    private static readonly Text Unknown = new("没有这个看板。", "There is no such board.");

    public static void MapBoards(this IEndpointRouteBuilder routes)
    {
        var boards = routes.MapGroup("/api/v1/boards").WithTags("Boards").RequireAuthorization(Permissions.ReadReports);
        boards.MapGet("", List).WithName("ListBoards").ProducesProblem(400);
        boards.MapGet("/{id:long}", Get).WithName("GetBoard").ProducesProblem(404);
        boards.MapPost("/points", Points).WithName("FindBoardPoints").WithSummary("What references of widgets mean for the caller; asset stands for @").ProducesProblem(422);
        boards.MapPost("", Add).RequireAuthorization(Permissions.WriteReports).WithName("CreateBoard").ProducesProblem(422);
        boards.MapPut("/{id:long}", Change).RequireAuthorization(Permissions.WriteReports).WithName("UpdateBoard").ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        boards.MapDelete("/{id:long}", Delete).RequireAuthorization(Permissions.WriteReports).WithName("DeleteBoard").ProducesProblem(403).ProducesProblem(404).ProducesProblem(412).ProducesProblem(428);
    }

    private static async Task<Ok<PageOf<BoardItem>>> List(OrdoDbContext database, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, Word<AssetKind>? kind = null)
    {
        List<Row> rows = await Rows(database).OrderBy(r => r.Board.Name).ThenBy(r => r.Board.Id).ToListAsync(cancellation);
        return TypedResults.Ok(paging.Of<BoardItem>([.. rows.Where(r => MaySee(r, caller) && (kind is null || r.Board.AssetKind == kind.Value.Value)).Select(r => ItemOf(r, caller))]));
    }

    private static async Task<Results<Ok<BoardDetail>, ProblemHttpResult>> Get(long id, OrdoDbContext database, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        if (await FindAsync(database, id, caller, cancellation) is not { } row) return Problems.NotFound(Unknown);
        response.SetVersion(row.Board.Version);
        return TypedResults.Ok(DetailOf(row, caller));
    }

    private static async Task<Ok<IReadOnlyList<BoardReference>>> Points(BoardReferences request, OrdoDbContext database, IPointDirectory points, Caller caller, CancellationToken cancellation)
    {
        const int most = BoardRules.MaxWidgets * BoardRules.MaxPoints;
        if (request.References.Count > most) throw new ProblemException(Problems.Validation(("references", new($"最多 {most} 项。", $"At most {most}."))));
        var found = await PointReferences.FindAsync(database, points.Current, caller, request.References, request.Asset, BoardRules.MaxPoints + 1, cancellation);
        return TypedResults.Ok((IReadOnlyList<BoardReference>)[.. found.Select(f => new BoardReference(f.Reference, [.. f.Points.Select(p => p.Point.Id)]))]);
    }

    private static async Task<Created<BoardDetail>> Add(BoardDraft draft, OrdoDbContext database, Caller caller, IOptions<JsonOptions> json, HttpResponse response, CancellationToken cancellation)
    {
        var board = new Board { Name = "", Document = "" };
        await ApplyAsync(board, draft, database, caller, json.Value.SerializerOptions, cancellation);
        database.Add(board);
        await database.SaveChangesAsync(cancellation);
        response.SetVersion(board.Version);
        return TypedResults.Created($"/api/v1/boards/{board.Id}", DetailOf((await FindAsync(database, board.Id, caller, cancellation))!, caller));
    }

    private static async Task<Results<Ok<BoardDetail>, ProblemHttpResult>> Change(
        long id, BoardDraft draft, OrdoDbContext database, Caller caller, IOptions<JsonOptions> json, HttpContext http, CancellationToken cancellation)
    {
        if (await FindAsync(database, id, caller, cancellation) is not { } row) return Problems.NotFound(Unknown);
        if (!MayEdit(row, caller)) return Problems.Forbidden(new("您可以查看但不能修改。", "You may see this but not change it."));
        Board board = await database.Set<Board>().SingleAsync(b => b.Id == id, cancellation);
        if (http.Request.CheckVersion(board.Version) is { } changed) return changed;
        await ApplyAsync(board, draft, database, caller, json.Value.SerializerOptions, cancellation);
        board.Version++;
        await database.SaveChangesAsync(cancellation);
        http.Response.SetVersion(board.Version);
        return TypedResults.Ok(DetailOf((await FindAsync(database, id, caller, cancellation))!, caller));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(long id, OrdoDbContext database, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        if (await FindAsync(database, id, caller, cancellation) is not { } row) return Problems.NotFound(Unknown);
        if (!MayEdit(row, caller)) return Problems.Forbidden(new("您可以查看但不能修改。", "You may see this but not change it."));
        Board board = await database.Set<Board>().SingleAsync(b => b.Id == id, cancellation);
        if (request.CheckVersion(board.Version) is { } changed) return changed;
        database.RemoveRange(await database.Set<ShareLink>().Where(l => l.TargetKind == BoardLinkTarget.BoardKind && l.TargetId == id).ToListAsync(cancellation));
        database.Remove(board);
        await database.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task ApplyAsync(Board board, BoardDraft draft, OrdoDbContext database, Caller caller, JsonSerializerOptions options, CancellationToken cancellation)
    {
        var (document, faults) = BoardRules.Read(draft.Document, options);
        faults.CheckText("name", draft.Name, Board.MaxNameLength, required: true);
        (_, Fault? place) = await database.PlaceAsync(draft.AssetId, Permissions.WriteReports, caller, cancellation);
        if (place is { } fault) faults.Add(fault);
        faults.ThrowIfAny();
        (board.Name, board.AssetId, board.AssetKind, board.Document) = (draft.Name.Trim(), draft.AssetId, draft.AssetKind, JsonText.Of(document));
    }

    private static async Task<Row?> FindAsync(OrdoDbContext database, long id, Caller caller, CancellationToken cancellation) =>
        await Rows(database).SingleOrDefaultAsync(r => r.Board.Id == id, cancellation) is { } row && MaySee(row, caller) ? row : null;

    /// <summary>A board is for its asset's readers; a template also for those further down, whose assets have it.</summary>
    private static bool MaySee(Row row, Caller caller) => row.Board.AssetKind is null
        ? caller.Has(Permissions.ReadReports, row.Path)
        : caller.ScopesOf(Permissions.ReadReports).Any(scope => ScopePaths.Intersect(scope, row.Path) is not null);

    private static bool MayEdit(Row row, Caller caller) => caller.Has(Permissions.WriteReports, row.Path);

    private static IQueryable<Row> Rows(OrdoDbContext database) =>
        from board in database.Set<Board>().AsNoTracking()
        join asset in database.Set<Asset>() on board.AssetId equals (long?)asset.Id into assets
        from asset in assets.DefaultIfEmpty()
        select new Row { Board = board, Path = asset.Path ?? "/", NameZh = asset.NameZh, NameEn = asset.NameEn };

    private static BoardDetail DetailOf(Row row, Caller caller) => new(ItemOf(row, caller), JsonText.Read<BoardDocument>(row.Board.Document));

    private static BoardItem ItemOf(Row row, Caller caller) => new(
        row.Board.Id, row.Board.Name, row.Board.AssetId, row.NameZh, row.NameEn, JsonText.Word(row.Board.AssetKind), JsonText.Read<BoardDocument>(row.Board.Document).Widgets.Count, MayEdit(row, caller), row.Board.Version);

    private sealed class Row
    {
        public required Board Board { get; init; }

        public required string Path { get; init; }

        public string? NameZh { get; init; }

        public string? NameEn { get; init; }
    }
}
