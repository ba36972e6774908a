using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Identifiers.Enterprises;

/// <summary><c>/api/v1/identifiers/enterprises</c> and their prefixes.</summary>
internal static class EnterpriseEndpoints
{
    public static void MapEnterprises(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reading = routes.MapGroup("/api/v1/identifiers").WithTags("Identifier enterprises").RequireAuthorization(Permissions.ReadIdentifiers);
        reading.MapGet("/enterprises", List).WithName("ListIdentifierEnterprises").ProducesProblem(400);
        reading.MapGet("/enterprises/{id:long}", Get).WithName("GetIdentifierEnterprise").ProducesProblem(404);
        reading.MapGet("/prefixes", ListPrefixes).WithName("ListIdentifierPrefixes").ProducesProblem(400);

        RouteGroupBuilder own = routes.MapGroup("/api/v1/identifiers").WithTags("Identifier enterprises").RequireAuthorization(Permissions.RegisterIdentifiers).ProducesProblem(404).ProducesProblem(422);
        own.MapPost("/enterprises", Apply).WithName("ApplyIdentifierEnterprise").ProducesProblem(409);
        own.MapPut("/enterprises/{id:long}", Change).WithName("ChangeIdentifierEnterprise").ProducesProblem(403).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        own.MapPut("/enterprises/{id:long}/partners", NamePartners).WithName("NameIdentifierPartners").ProducesProblem(403);

        routes.MapPost("/api/v1/identifiers/enterprises/{id:long}/review", Review).WithName("ReviewIdentifierEnterprise").WithTags("Identifier enterprises").RequireAuthorization(Permissions.ReviewIdentifiers)
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        RouteGroupBuilder manage = routes.MapGroup("/api/v1/identifiers").WithTags("Identifier enterprises").RequireAuthorization(Permissions.ManageIdentifiers)
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        manage.MapPost("/enterprises/{id:long}/approval", Approve).WithName("ApproveIdentifierEnterprise");
        manage.MapPut("/prefixes/{id:long}", ChangePrefix).WithName("ChangeIdentifierPrefix");
    }

    private static async Task<Ok<PageOf<EnterpriseItem>>> List(
        EnterpriseDesk desk, [AsParameters] Paging paging, CancellationToken cancellation, Word<EnterpriseState>? state = null, [Description("An enterprise of the park")] long? asset = null) =>
        TypedResults.Ok(await desk.ListAsync(state?.Value, asset, paging, cancellation));

    private static async Task<Ok<PageOf<PrefixItem>>> ListPrefixes(EnterpriseDesk desk, [AsParameters] Paging paging, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.ListPrefixesAsync(paging, cancellation));

    private static Task<Ok<EnterpriseDetail>> Get(long id, EnterpriseDesk desk, HttpResponse response, CancellationToken cancellation) => ShowAsync(id, desk, response, cancellation);

    private static async Task<Created<EnterpriseDetail>> Apply(ApplyEnterprise request, EnterpriseDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        long id = await desk.ApplyAsync(request, cancellation);
        return TypedResults.Created($"/api/v1/identifiers/enterprises/{id}", (await ShowAsync(id, desk, response, cancellation)).Value);
    }

    private static async Task<Ok<EnterpriseDetail>> Change(long id, ApplyEnterprise request, EnterpriseDesk desk, HttpContext http, CancellationToken cancellation)
    {
        await desk.ChangeAsync(id, request, http.Request.CheckVersion, cancellation);
        return await ShowAsync(id, desk, http.Response, cancellation);
    }

    private static async Task<Ok<EnterpriseDetail>> Review(long id, ReviewEnterprise request, EnterpriseDesk desk, HttpContext http, CancellationToken cancellation)
    {
        await desk.ReviewAsync(id, request, http.Request.CheckVersion, cancellation);
        return await ShowAsync(id, desk, http.Response, cancellation);
    }

    private static async Task<Ok<EnterpriseDetail>> Approve(long id, ApproveEnterprise request, EnterpriseDesk desk, HttpContext http, CancellationToken cancellation)
    {
        await desk.ApproveAsync(id, request, http.Request.CheckVersion, cancellation);
        return await ShowAsync(id, desk, http.Response, cancellation);
    }

    private static async Task<Ok<EnterpriseDetail>> NamePartners(long id, NamePartners request, EnterpriseDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        await desk.NamePartnersAsync(id, request, cancellation);
        return await ShowAsync(id, desk, response, cancellation);
    }

    private static async Task<Ok<PrefixItem>> ChangePrefix(long id, ChangePrefix request, EnterpriseDesk desk, HttpContext http, CancellationToken cancellation)
    {
        PrefixItem prefix = await desk.ChangePrefixAsync(id, request, http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(prefix.Version);
        return TypedResults.Ok(prefix);
    }

    private static async Task<Ok<EnterpriseDetail>> ShowAsync(long id, EnterpriseDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        EnterpriseDetail detail = await desk.ShowAsync(id, cancellation);
        response.SetVersion(detail.Enterprise.Version);
        return TypedResults.Ok(detail);
    }
}
