using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;

namespace Ordo.Identifiers.Things;

/// <summary><c>/api/v1/identifiers/things/asset/42</c>: codes of the platform's own things.</summary>
internal static class ThingEndpoints
{
    private const string KindWords = "asset, or another kind that a system brought";

    public static void MapThings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/identifiers/things/{kind}/{id:long}", Get).WithName("GetThingCode").WithTags("Identifiers of things").RequireAuthorization(Permissions.ReadIdentifiers).ProducesProblem(404);
        RouteGroupBuilder own = routes.MapGroup("/api/v1/identifiers/things/{kind}").WithTags("Identifiers of things").RequireAuthorization(Permissions.RegisterIdentifiers)
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        own.MapPost("/{id:long}", Register).WithName("RegisterThing").WithSummary("Gives it a code, or brings the page behind its code up to date").ProducesProblem(412);
        own.MapPost("", RegisterMany).WithName("RegisterThings").WithSummary("Many at once; what is refused is told and stops nothing");
    }

    private static async Task<Ok<ThingCode>> Get([Description(KindWords)] string kind, long id, ThingDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.ShowAsync(kind, id, cancellation));

    private static async Task<Ok<ThingCode>> Register([Description(KindWords)] string kind, long id, ThingDesk desk, CancellationToken cancellation) => TypedResults.Ok(await desk.RegisterAsync(kind, id, cancellation));

    private static async Task<Ok<ThingsRegistered>> RegisterMany([Description(KindWords)] string kind, RegisterThings request, ThingDesk desk, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.RegisterManyAsync(kind, request, cancellation));
}
