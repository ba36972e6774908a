using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Identifiers.Registration;

/// <summary>
/// <c>/api/v1/identifiers/items</c>: what is registered. A handle stands in the query and not in the path, because it may hold every character.
/// </summary>
internal static class RegistrationEndpoints
{
    private const string HandleWords = "prefix/suffix, in any case";

    public static void MapRegistrations(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reading = routes.MapGroup("/api/v1/identifiers").WithTags("Identifier registration").RequireAuthorization(Permissions.ReadIdentifiers).ProducesProblem(404);
        reading.MapGet("/items", List).WithName("ListIdentifiers").ProducesProblem(400).WithSummary("In the order in which they were last changed");
        reading.MapGet("/item", Get).WithName("GetIdentifier");
        RouteGroupBuilder own = routes.MapGroup("/api/v1/identifiers").WithTags("Identifier registration").RequireAuthorization(Permissions.RegisterIdentifiers)
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        own.MapPost("/items", Register).WithName("RegisterIdentifier").ProducesProblem(412);
        own.MapPut("/item", Change).WithName("ChangeIdentifier");
        own.MapPost("/item/state", Move).WithName("MoveIdentifier").WithSummary("registered, active, suspended, retired; a retired identifier is never given again");
    }

    private static async Task<Ok<PageOf<IdentifierLine>>> List(RegistrationDesk desk, string prefix, [AsParameters] Paging paging, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.ListAsync(prefix, paging, cancellation));

    private static async Task<Ok<IdentifierDetail>> Get(RegistrationDesk desk, [Description(HandleWords)] string handle, CancellationToken cancellation) => TypedResults.Ok(await desk.ShowAsync(handle, cancellation));

    private static async Task<Created<IdentifierDetail>> Register(RegisterIdentifier request, RegistrationDesk desk, CancellationToken cancellation)
    {
        IdentifierDetail detail = await desk.RegisterAsync(request, cancellation);
        return TypedResults.Created($"/api/v1/identifiers/item?handle={Uri.EscapeDataString(detail.Identifier.Handle)}", detail);
    }

    private static async Task<Ok<IdentifierDetail>> Change(ChangeIdentifier request, RegistrationDesk desk, [Description(HandleWords)] string handle, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.ChangeAsync(handle, request, cancellation));

    private static async Task<Ok<IdentifierDetail>> Move(MoveIdentifier request, RegistrationDesk desk, [Description(HandleWords)] string handle, CancellationToken cancellation) =>
        TypedResults.Ok(await desk.MoveAsync(handle, request, cancellation));
}
