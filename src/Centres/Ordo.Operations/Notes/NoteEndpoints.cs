using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Persistence;
using Ordo.Foundation.Points;

namespace Ordo.Operations.Notes;

/// <param name="MayDelete">It is the caller's own, or the caller writes reports of its asset.</param>
public sealed record CurveNoteItem(long Id, long PointId, DateTimeOffset Time, string Text, string By, DateTimeOffset Written, bool MayDelete);

public sealed record NewCurveNote(long PointId, DateTimeOffset Time, string Text);

/// <summary>Notes at curves over HTTP: who may read a point may read them.</summary>
internal static class NoteEndpoints
{
    private const int MaxPoints = 50;

    public static void MapNotes(this IEndpointRouteBuilder routes)
    {
        var notes = routes.MapGroup("/api/v1/points/notes").WithTags("Samples").RequireAuthorization(Permissions.ReadTelemetry);
        notes.MapGet("", List).WithName("ListCurveNotes").ProducesProblem(400);
        notes.MapPost("", Add).RequireAuthorization(Permissions.WriteReports).WithName("WriteCurveNote").ProducesProblem(404).ProducesProblem(422);
        notes.MapDelete("/{id:long}", Delete).RequireAuthorization(Permissions.WriteReports).WithName("DeleteCurveNote").ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<Ok<PageOf<CurveNoteItem>>> List(
        [Description("Numbers of points, separated by commas; those the caller may not read are left out")] string ids, OrdoDbContext database, IPointDirectory points, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation,
        DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        long[] wanted = [.. ids.Split(',').Take(MaxPoints).Select(t => long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0).Where(id => Find(points, id, caller, Permissions.ReadTelemetry) is not null)];
        IQueryable<CurveNote> rows = database.Set<CurveNote>().AsNoTracking().Where(n => wanted.Contains(n.PointId));
        if (from is { } first) rows = rows.Where(n => n.Time >= first);
        if (to is { } end) rows = rows.Where(n => n.Time < end);
        PageOf<CurveNote> page = await rows.OrderBy(n => n.Time).ThenBy(n => n.Id).ToPageAsync(paging, cancellation);
        return TypedResults.Ok(new PageOf<CurveNoteItem>([.. page.Items.Select(n => ItemOf(n, points, caller))], page.Total, page.Page, page.PageSize));
    }

    private static async Task<Results<Created<CurveNoteItem>, ProblemHttpResult>> Add(
        NewCurveNote request, OrdoDbContext database, IPointDirectory points, Caller caller, TimeProvider clock, CancellationToken cancellation)
    {
        if (Find(points, request.PointId, caller, Permissions.ReadTelemetry) is not { } point) return Problems.NotFound(new("没有这个点位。", "There is no such point."));
        if (!caller.Has(Permissions.WriteReports, point.AssetPath)) return Problems.Forbidden(new("您可以查看但不能标注。", "You may see this but not write at it."));
        List<Fault> faults = [];
        faults.CheckText("text", request.Text, CurveNote.MaxText, required: true);
        faults.ThrowIfAny();
        var note = new CurveNote { PointId = request.PointId, Time = request.Time, Text = request.Text.Trim(), AccountId = caller.AccountId, By = caller.DisplayName, Written = clock.GetUtcNow() };
        database.Add(note);
        await database.SaveChangesAsync(cancellation);
        return TypedResults.Created($"/api/v1/points/notes/{note.Id}", ItemOf(note, points, caller));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Delete(long id, OrdoDbContext database, IPointDirectory points, Caller caller, CancellationToken cancellation)
    {
        CurveNote? note = await database.Set<CurveNote>().SingleOrDefaultAsync(n => n.Id == id, cancellation);
        if (note is null || Find(points, note.PointId, caller, Permissions.ReadTelemetry) is null) return Problems.NotFound(new("没有这条标注。", "There is no such note."));
        if (!ItemOf(note, points, caller).MayDelete) return Problems.Forbidden(new("只能删除自己的标注。", "You may only delete your own."));
        database.Remove(note);
        await database.SaveChangesAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static PointEntry? Find(IPointDirectory points, long id, Caller caller, string permission) =>
        points.Current.ById(id) is { } point && caller.Has(permission, point.AssetPath) ? point : null;

    private static CurveNoteItem ItemOf(CurveNote note, IPointDirectory points, Caller caller) => new(
        note.Id, note.PointId, note.Time, note.Text, note.By, note.Written,
        (caller.AccountId != 0 && note.AccountId == caller.AccountId) || Find(points, note.PointId, caller, Permissions.WriteReports) is not null);
}
