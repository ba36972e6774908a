using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access.Links;

namespace Ordo.Foundation.Access;

/// <summary>
/// Every name of a permission is a policy; a module's own permissions need no registration. A route that states no policy is refused to
/// everybody, so that forgetting one is found by the first request and not by a stranger.
/// </summary>
internal sealed class PermissionPolicies : IAuthorizationPolicyProvider
{
    private static readonly AuthorizationPolicy NoPolicyStated = new AuthorizationPolicyBuilder().AddRequirements(new PermissionRequirement(null)).Build();
    private readonly ConcurrentDictionary<string, AuthorizationPolicy> policies = new(StringComparer.Ordinal);

    public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => Task.FromResult<AuthorizationPolicy?>(Of(policyName));

    public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => Task.FromResult(Of(Permissions.SignedIn));

    public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => Task.FromResult<AuthorizationPolicy?>(NoPolicyStated);

    private AuthorizationPolicy Of(string permission) => policies.GetOrAdd(permission, name =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new PermissionRequirement(name)).Build());
}

/// <param name="Permission">The permission needed, or <c>null</c> where a route states none.</param>
internal sealed record PermissionRequirement(string? Permission) : IAuthorizationRequirement;

internal sealed class PermissionHandler(IHttpContextAccessor http) : AuthorizationHandler<PermissionRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, PermissionRequirement requirement)
    {
        if (IsMet(requirement.Permission, http.HttpContext!) && LinkAccess.Admits(http.HttpContext!)) context.Succeed(requirement);
        return Task.CompletedTask;
    }

    private static bool IsMet(string? permission, HttpContext http) => permission switch
    {
        // No route at all, or the framework's own answer 405 or 415: there is nothing to guard.
        null => http.GetEndpoint() is not RouteEndpoint,
        Permissions.SignedIn => http.FindCaller() is not null,
        _ => http.FindCaller()?.Has(permission) == true,
    };
}
