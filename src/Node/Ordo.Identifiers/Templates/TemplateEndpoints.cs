using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Identifiers.Templates;

/// <summary><c>/api/v1/identifiers/templates</c></summary>
internal static class TemplateEndpoints
{
    public static void MapTemplates(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reading = routes.MapGroup("/api/v1/identifiers/templates").WithTags("Identifier templates").RequireAuthorization(Permissions.ReadIdentifiers);
        reading.MapGet("", List).WithName("ListIdentifierTemplates").ProducesProblem(400);
        reading.MapGet("/{id:long}", Get).WithName("GetIdentifierTemplate").ProducesProblem(404);
        RouteGroupBuilder own = routes.MapGroup("/api/v1/identifiers/templates").WithTags("Identifier templates").RequireAuthorization(Permissions.RegisterIdentifiers)
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        own.MapPost("", Create).WithName("CreateIdentifierTemplate");
        own.MapPut("/{id:long}", Save).WithName("SaveIdentifierTemplate").ProducesProblem(412).ProducesProblem(428);
    }

    private static async Task<Ok<PageOf<TemplateItem>>> List(TemplateDesk desk, [AsParameters] Paging paging, CancellationToken cancellation, [Description("An enterprise of the node")] long? enterprise = null) =>
        TypedResults.Ok(await desk.ListAsync(enterprise, paging, cancellation));

    private static async Task<Ok<TemplateItem>> Get(long id, TemplateDesk desk, HttpResponse response, CancellationToken cancellation) => Show(await desk.ShowAsync(id, cancellation), response);

    private static async Task<Created<TemplateItem>> Create(NewTemplate request, TemplateDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        TemplateItem template = await desk.CreateAsync(request, cancellation);
        response.SetVersion(template.Version);
        return TypedResults.Created($"/api/v1/identifiers/templates/{template.Id}", template);
    }

    private static async Task<Ok<TemplateItem>> Save(long id, SaveTemplate request, TemplateDesk desk, HttpContext http, CancellationToken cancellation) =>
        Show(await desk.SaveAsync(id, request, http.Request.CheckVersion, cancellation), http.Response);

    private static Ok<TemplateItem> Show(TemplateItem template, HttpResponse response)
    {
        response.SetVersion(template.Version);
        return TypedResults.Ok(template);
    }
}
