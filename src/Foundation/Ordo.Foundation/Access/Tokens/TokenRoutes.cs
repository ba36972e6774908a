using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Http;

namespace Ordo.Foundation.Access.Tokens;

internal static class TokenRoutes
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/api/v1/tokens").WithTags("Tokens").RequireAuthorization(Permissions.OwnTokens);
        tokens.MapGet("", List).WithName("ListTokens").ProducesProblem(400).ProducesProblem(403);
        tokens.MapPost("", Create).WithName("CreateToken").ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);
        tokens.MapDelete("/{id:long}", Delete).WithName("DeleteToken").ProducesProblem(404);
    }

    private static async Task<Ok<PageOf<Token>>> List(
        TokenDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, bool all = false) =>
        TypedResults.Ok(await desk.ListAsync(all, paging, caller, cancellation));

    private static async Task<Created<IssuedToken>> Create(NewToken request, TokenDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        IssuedToken token = await desk.CreateAsync(request, caller, cancellation);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/api/v1/tokens/{token.Id}", token);
    }

    private static async Task<NoContent> Delete(long id, TokenDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, caller, cancellation);
        return TypedResults.NoContent();
    }
}
