using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;

namespace Ordo.Operations.Cockpit;

/// <summary>The wall over HTTP.</summary>
internal static class CockpitEndpoints
{
    public static void MapCockpit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/cockpit", Show).RequireAuthorization(Permissions.ReadPark).WithName("GetCockpit").WithTags("Cockpit").ProducesProblem(404)
            .WithSummary("The panels of the wall screen: one for each system, with headline, chart and ranking");

    private static async Task<Results<Ok<CockpitAnswer>, ProblemHttpResult>> Show(
        [Description("Only this asset and what lies below it")] long? root, OrdoDbContext database, CockpitWall wall, Caller caller, CancellationToken cancellation)
    {
        string? path = root is { } id ? await database.Set<Asset>().Where(a => a.Id == id).Select(a => a.Path).SingleOrDefaultAsync(cancellation) : "/";
        if (path is null || (root is not null && !caller.Has(Permissions.ReadPark, path)))
            return Problems.NotFound(new("没有这个资产。", "There is no such asset."));
        return TypedResults.Ok(await wall.ReadAsync(caller, path).WaitAsync(cancellation));
    }
}
