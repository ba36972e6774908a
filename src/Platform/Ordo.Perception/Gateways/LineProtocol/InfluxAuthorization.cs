using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace Ordo.Perception.Gateways.LineProtocol;

/// <summary>Marks a route whose clients are written for InfluxDB and read its errors.</summary>
internal sealed record InfluxRoute(InfluxDialect Dialect);

/// <summary>Refuses in the words of InfluxDB on its routes, and as everywhere else on all others.</summary>
internal sealed class InfluxAuthorization : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler others = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<InfluxRoute>() is not { } route)
            return others.HandleAsync(next, context, policy, authorizeResult);
        if (authorizeResult.Forbidden)
            return route.Dialect.ErrorAsync(context, StatusCodes.Status403Forbidden, "the token has no permission to write");
        context.Response.Headers.WWWAuthenticate = route.Dialect == InfluxDialect.Version1 ? "Basic realm=\"InfluxDB\"" : "Token";
        return route.Dialect.ErrorAsync(context, StatusCodes.Status401Unauthorized, route.Dialect == InfluxDialect.Version1 ? "authorization failed" : "unauthorized access");
    }
}
