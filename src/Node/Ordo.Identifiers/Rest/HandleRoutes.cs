using Microsoft.AspNetCore.Routing;

namespace Ordo.Identifiers.Rest;

internal static class HandleRoutes
{
    public static void Map(IEndpointRouteBuilder routes) => ArgumentNullException.ThrowIfNull(routes);
}
