using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Operations.Duty;

/// <summary>Rosters, who is on duty, and hand-overs over HTTP.</summary>
internal static class DutyEndpoints
{
    public static void MapDuty(this IEndpointRouteBuilder routes)
    {
        var duty = routes.MapGroup("/api/v1/duty").WithTags("Duty").RequireAuthorization(Permissions.ReadDuty).ProducesProblem(404);
        duty.MapGet("/now", Now).WithName("GetDutyNow");
        duty.MapGet("/patterns", Patterns).WithName("ListShiftPatterns");
        duty.MapGet("/people", People).WithName("ListDutyPeople");
        duty.MapGet("/rosters", List).WithName("ListRosters");
        duty.MapGet("/rosters/{id:long}", Get).WithName("GetRoster");
        duty.MapGet("/rosters/{id:long}/calendar", Calendar).WithName("GetRosterCalendar").ProducesProblem(400);

        var planning = routes.MapGroup("/api/v1/duty/rosters").WithTags("Duty").RequireAuthorization(Permissions.PlanDuty).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        planning.MapPost("", Add).WithName("CreateRoster");
        planning.MapPut("/{id:long}", Change).WithName("UpdateRoster").ProducesProblem(412).ProducesProblem(428);
        planning.MapDelete("/{id:long}", Delete).WithName("DeleteRoster").ProducesProblem(412).ProducesProblem(428);
        planning.MapPost("/{id:long}/substitutions", Substitute).WithName("CreateSubstitution");
        planning.MapPost("/{id:long}/swaps", Swap).WithName("CreateSwap");
        planning.MapDelete("/{id:long}/substitutions/{substitutionId:long}", RemoveSubstitution).WithName("DeleteSubstitution");

        duty.MapGet("/handovers", ListHandOvers).WithName("ListHandOvers").ProducesProblem(400);
        duty.MapGet("/handovers/{id:long}", GetHandOver).WithName("GetHandOver");
        var handing = routes.MapGroup("/api/v1/duty/handovers").WithTags("Duty").RequireAuthorization(Permissions.HandOverDuty).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        handing.MapPost("", Begin).WithName("CreateHandOver");
        handing.MapPut("/{id:long}/notes", Write).WithName("UpdateHandOverNotes").ProducesProblem(412).ProducesProblem(428);
        handing.MapDelete("/{id:long}", DeleteHandOver).WithName("DeleteHandOver").ProducesProblem(412).ProducesProblem(428);
        handing.MapPost("/{id:long}/signatures", Sign).WithName("SignHandOver").ProducesProblem(412).ProducesProblem(428).ProducesProblem(429);
    }

    private static async Task<Ok<IReadOnlyList<DutyNow>>> Now(DutyDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.NowAsync(caller, cancellation));

    private static Ok<IReadOnlyList<ShiftPattern>> Patterns() => TypedResults.Ok(ShiftPattern.All);

    private static async Task<Ok<IReadOnlyList<PersonItem>>> People(DutyDesk desk, Caller caller, CancellationToken cancellation, string? q = null) =>
        TypedResults.Ok(await desk.PeopleAsync(q, caller, cancellation));

    private static async Task<Ok<IReadOnlyList<RosterItem>>> List(DutyDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.ListAsync(caller, cancellation));

    private static async Task<Ok<RosterItem>> Get(long id, DutyDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        RosterItem roster = await desk.GetAsync(id, caller, cancellation);
        response.SetVersion(roster.Version);
        return TypedResults.Ok(roster);
    }

    private static async Task<Ok<DutyCalendar>> Calendar(long id, DateOnly from, DateOnly to, DutyDesk desk, Caller caller, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.CalendarAsync(id, from, to, caller, cancellation));

    private static async Task<Created<RosterItem>> Add(RosterDraft draft, DutyDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        RosterItem roster = await desk.AddAsync(draft, caller, cancellation);
        response.SetVersion(roster.Version);
        return TypedResults.Created($"/api/v1/duty/rosters/{roster.Id}", roster);
    }

    private static async Task<Ok<RosterItem>> Change(long id, RosterDraft draft, DutyDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        RosterItem roster = await desk.ChangeAsync(id, draft, caller, http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(roster.Version);
        return TypedResults.Ok(roster);
    }

    private static async Task<NoContent> Delete(long id, DutyDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Substitute(long id, SubstitutionDraft draft, DutyDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.SubstituteAsync(id, draft, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> Swap(long id, SwapDraft draft, DutyDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.SwapAsync(id, draft, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveSubstitution(long id, long substitutionId, DutyDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.RemoveSubstitutionAsync(id, substitutionId, caller, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Newest first, without their texts.</summary>
    private static async Task<Ok<PageOf<HandOverItem>>> ListHandOvers(HandOverDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, long? roster = null) =>
        TypedResults.Ok(await desk.ListAsync(roster, paging, caller, cancellation));

    private static async Task<Ok<HandOverItem>> GetHandOver(long id, HandOverDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        HandOverItem item = await desk.GetAsync(id, caller, cancellation);
        response.SetVersion(item.Version);
        return TypedResults.Ok(item);
    }

    private static async Task<Created<HandOverItem>> Begin(NewHandOver request, HandOverDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        HandOverItem item = await desk.BeginAsync(request, caller, cancellation);
        response.SetVersion(item.Version);
        return TypedResults.Created($"/api/v1/duty/handovers/{item.Id}", item);
    }

    private static async Task<Ok<HandOverItem>> Write(long id, HandOverNotes notes, HandOverDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        HandOverItem item = await desk.WriteAsync(id, notes, caller, http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(item.Version);
        return TypedResults.Ok(item);
    }

    private static async Task<NoContent> DeleteHandOver(long id, HandOverDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<HandOverItem>> Sign(long id, HandOverSignature signature, HandOverDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        HandOverItem item = await desk.SignAsync(id, signature, caller, http.AddressOf(), http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(item.Version);
        return TypedResults.Ok(item);
    }
}
