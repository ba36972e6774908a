using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Operations.Incidents;

/// <summary>Incidents over HTTP.</summary>
internal static class IncidentEndpoints
{
    public static void MapIncidents(this IEndpointRouteBuilder routes)
    {
        var incidents = routes.MapGroup("/api/v1/incidents").WithTags("Incidents").RequireAuthorization(Permissions.ReadIncidents).ProducesProblem(404);
        incidents.MapGet("", List).WithName("ListIncidents").ProducesProblem(400);
        incidents.MapGet("/{id:long}", Get).WithName("GetIncident");
        incidents.MapGet("/{id:long}/pictures/{pictureId:long}", Picture).WithName("GetIncidentPicture").Produces<byte[]>(200, "image/jpeg", "image/png", "image/webp");

        var work = routes.MapGroup("/api/v1/incidents").WithTags("Incidents").RequireAuthorization(Permissions.WorkIncidents).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        work.MapPost("", Open).WithName("OpenIncident");
        work.MapPut("/{id:long}", Change).WithName("UpdateIncident").ProducesProblem(412).ProducesProblem(428);
        work.MapPost("/{id:long}/state", ChangeState).WithName("ChangeIncidentState").ProducesProblem(412).ProducesProblem(428);
        work.MapPost("/{id:long}/entries", Write).WithName("WriteIncidentEntry");
        work.MapPost("/{id:long}/alarms", AddAlarms).WithName("AddIncidentAlarms");
        work.MapPost("/{id:long}/tasks", AddTask).WithName("AddIncidentTask");
        work.MapPost("/{id:long}/tasks/{taskId:long}/end", EndTask).WithName("EndIncidentTask").ProducesProblem(412).ProducesProblem(428);
        work.MapPost("/{id:long}/people", AddPerson).WithName("AddIncidentPerson");
        work.MapPost("/{id:long}/pictures", AddPicture).WithName("AddIncidentPicture").Accepts<byte[]>("image/jpeg", "image/png", "image/webp").ProducesProblem(413)
            .WithMetadata(new UploadLimit(IncidentDesk.MaxPictureBytes));
    }

    private static async Task<Ok<PageOf<IncidentItem>>> List(IncidentDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, bool? open = null, string? q = null) =>
        TypedResults.Ok(await desk.ListAsync(open, q, paging, caller, cancellation));

    private static async Task<Ok<IncidentDetail>> Get(long id, IncidentDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) =>
        Answer(await desk.GetAsync(id, caller, cancellation), response);

    private static async Task<Created<IncidentDetail>> Open(NewIncident request, IncidentDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        IncidentDetail incident = await desk.OpenAsync(request, caller, cancellation);
        response.SetVersion(incident.Incident.Version);
        return TypedResults.Created($"/api/v1/incidents/{incident.Incident.Id}", incident);
    }

    private static async Task<Ok<IncidentDetail>> Change(long id, IncidentEdit edit, IncidentDesk desk, Caller caller, HttpContext http, CancellationToken cancellation) =>
        Answer(await desk.ChangeAsync(id, edit, caller, http.Request.CheckVersion, cancellation), http.Response);

    private static async Task<Ok<IncidentDetail>> ChangeState(long id, IncidentStateChange request, IncidentDesk desk, Caller caller, HttpContext http, CancellationToken cancellation) =>
        Answer(await desk.ChangeStateAsync(id, request, caller, http.Request.CheckVersion, cancellation), http.Response);

    private static async Task<Ok<IncidentDetail>> Write(long id, NewIncidentEntry request, IncidentDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) =>
        Answer(await desk.WriteAsync(id, request, caller, cancellation), response);

    private static async Task<Ok<IncidentDetail>> AddAlarms(long id, NewIncidentAlarms request, IncidentDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) =>
        Answer(await desk.AddAlarmsAsync(id, request, caller, cancellation), response);

    private static async Task<Ok<IncidentDetail>> AddTask(long id, IncidentTaskDraft draft, IncidentDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) =>
        Answer(await desk.AddTaskAsync(id, draft, caller, cancellation), response);

    private static async Task<Ok<IncidentDetail>> EndTask(long id, long taskId, IncidentTaskEnd request, IncidentDesk desk, Caller caller, HttpContext http, CancellationToken cancellation) =>
        Answer(await desk.EndTaskAsync(id, taskId, request, caller, http.Request.CheckVersion, cancellation), http.Response);

    private static async Task<Ok<IncidentDetail>> AddPerson(long id, NewIncidentPerson request, IncidentDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation) =>
        Answer(await desk.AddPersonAsync(id, request, caller, cancellation), response);

    /// <summary>The picture is the body itself; <c>name</c> is what it is called.</summary>
    private static async Task<Ok<IncidentDetail>> AddPicture(long id, string name, IncidentDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        byte[] content = await Uploads.ReadAsync(http.Request, IncidentDesk.MaxPictureBytes, new($"图片最大 {IncidentDesk.MaxPictureBytes >> 20} MiB。", $"A picture may have {IncidentDesk.MaxPictureBytes >> 20} MiB."), cancellation);
        return Answer(await desk.AddPictureAsync(id, name, content, caller, cancellation), http.Response);
    }

    private static async Task<FileContentHttpResult> Picture(long id, long pictureId, IncidentDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        IncidentPicture picture = await desk.PictureAsync(id, pictureId, caller, cancellation);
        response.Headers[HeaderNames.CacheControl] = "private, max-age=86400, immutable";
        return Uploads.Answer(response, picture.Content, picture.ContentType, picture.Name, inline: true);
    }

    private static Ok<IncidentDetail> Answer(IncidentDetail incident, HttpResponse response)
    {
        response.SetVersion(incident.Incident.Version);
        return TypedResults.Ok(incident);
    }
}
