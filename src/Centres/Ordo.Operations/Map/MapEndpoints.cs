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

namespace Ordo.Operations.Map;

/// <summary>How an asset stands, with everything below it.</summary>
/// <param name="Priority">Of the worst open alarm, 1 (highest) … 4; <c>null</c> without one.</param>
/// <param name="State">The worst of its points.</param>
public sealed record MapState(long AssetId, int? Priority, MapStateKind State);

/// <summary>The colours of the map over HTTP.</summary>
internal static class MapEndpoints
{
    public static void MapStates(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/map/states", List).RequireAuthorization(Permissions.ReadPark).WithName("GetMapStates").WithTags("Map").ProducesProblem(404)
            .WithSummary("State of every asset that has points in its subtree; an asset without any is not in the list");

    private static async Task<Results<Ok<IReadOnlyList<MapState>>, ProblemHttpResult>> List(
        [Description("Only this asset and what lies below it")] long? root,
        OrdoDbContext database, ParkStates states, Caller caller, CancellationToken cancellation)
    {
        string? path = root is { } id ? await database.Set<Asset>().Where(a => a.Id == id).Select(a => a.Path).SingleOrDefaultAsync(cancellation) : "/";
        if (path is null || (root is not null && !caller.Has(Permissions.ReadPark, path)))
            return Problems.NotFound(new("没有这个资产。", "There is no such asset."));
        return TypedResults.Ok<IReadOnlyList<MapState>>([.. states.Current()
            .Where(s => s.Path.StartsWith(path, StringComparison.Ordinal) && caller.Has(Permissions.ReadPark, s.Path))
            .Select(s => new MapState(s.AssetId, s.Priority, s.State))]);
    }
}
