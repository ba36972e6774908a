using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Http;

namespace Ordo.Foundation.Access.Accounts;

internal static class AccountRoutes
{
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var accounts = routes.MapGroup("/api/v1/accounts").WithTags("Accounts").RequireAuthorization(Permissions.ManageAccounts);
        accounts.MapGet("", List).WithName("ListAccounts").ProducesProblem(400);
        accounts.MapPost("", Create).WithName("CreateAccount").ProducesProblem(400).ProducesProblem(422);
        accounts.MapGet("/{id:long}", Get).WithName("GetAccount").ProducesProblem(404);
        accounts.MapPut("/{id:long}", Update).WithName("UpdateAccount").ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        accounts.MapDelete("/{id:long}", Delete).WithName("DeleteAccount").ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(428);
        accounts.MapPost("/{id:long}/password", ResetPassword).WithName("ResetPassword").ProducesProblem(404).ProducesProblem(422);
        routes.MapGet("/api/v1/roles", ListRoles).WithName("ListRoles").WithTags("Accounts").RequireAuthorization(Permissions.SignedIn);
    }

    private static async Task<Ok<PageOf<Account>>> List(
        AccountDesk desk, Caller caller, [AsParameters] Paging paging, CancellationToken cancellation, string? q = null) =>
        TypedResults.Ok(await desk.ListAsync(q, paging, caller, cancellation));

    private static async Task<Created<Account>> Create(NewAccount request, AccountDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        Account account = await desk.CreateAsync(request, caller, cancellation);
        response.SetVersion(account.Version);
        return TypedResults.Created($"/api/v1/accounts/{account.Id}", account);
    }

    private static async Task<Ok<Account>> Get(long id, AccountDesk desk, Caller caller, HttpResponse response, CancellationToken cancellation)
    {
        Account account = await desk.GetAsync(id, caller, cancellation);
        response.SetVersion(account.Version);
        return TypedResults.Ok(account);
    }

    private static async Task<Ok<Account>> Update(long id, AccountEdit request, AccountDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        Account account = await desk.UpdateAsync(id, request, caller, http.Request.CheckVersion, cancellation);
        http.Response.SetVersion(account.Version);
        return TypedResults.Ok(account);
    }

    private static async Task<NoContent> Delete(long id, AccountDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.DeleteAsync(id, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ResetPassword(long id, PasswordReset request, AccountDesk desk, Caller caller, CancellationToken cancellation)
    {
        await desk.ResetPasswordAsync(id, request, caller, cancellation);
        return TypedResults.NoContent();
    }

    private static Ok<RoleItem[]> ListRoles() =>
        TypedResults.Ok(Roles.All.Select(role => new RoleItem(role.Code, role.Name.Zh, role.Name.En, role.Permissions)).ToArray());
}
