using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Park;
using Ordo.Foundation.Persistence;
using Ordo.Operations.Alarms.Definitions;

namespace Ordo.Operations.Alarms.PlantStates;

/// <summary>The state of an asset's plant.</summary>
/// <param name="State">One of <c>running starting stopping stopped maintenance cleaning</c>.</param>
public sealed record PlantStateItem(long AssetId, string AssetNameZh, string AssetNameEn, string State, DateTimeOffset Since, string By, string? Reason);

/// <param name="State">One of <c>running starting stopping stopped maintenance cleaning</c>.</param>
/// <param name="Reason">Why; required.</param>
public sealed record SetPlantState(string State, string? Reason = null);

/// <summary>In which state the plants are, over HTTP.</summary>
internal static class PlantStateEndpoints
{
    public static void MapPlantStates(this IEndpointRouteBuilder routes)
    {
        var states = routes.MapGroup("/api/v1/alarms/plant-states").WithTags("Plant states").RequireAuthorization(Permissions.ReadAlarms);
        states.MapGet("", List).WithName("ListPlantStates").ProducesProblem(400);
        states.MapPut("/{assetId:long}", Set).RequireAuthorization(Permissions.ServiceAlarms).WithName("SetPlantState")
            .WithSummary("Alarms that mean nothing in this state are suppressed by design while it lasts").ProducesProblem(404).ProducesProblem(422);
    }

    private static async Task<Ok<PageOf<PlantStateItem>>> List([AsParameters] Paging paging, OrdoDbContext database, Caller caller, CancellationToken cancellation)
    {
        var rows =
            from state in database.Set<PlantState>().AsNoTracking()
            join asset in database.Set<Asset>() on state.AssetId equals asset.Id
            select new Row { State = state, Asset = asset };
        return TypedResults.Ok(await rows.Within(row => row.Asset.Path, caller.ScopesOf(Permissions.ReadAlarms)).OrderBy(row => row.State.AssetId).ToPageAsync(
            paging,
            row => new PlantStateItem(row.State.AssetId, row.Asset.NameZh, row.Asset.NameEn, row.State.State, row.State.Since, row.State.By, row.State.Reason),
            cancellation));
    }

    private static async Task<Results<Ok<PlantStateItem>, ProblemHttpResult>> Set(
        long assetId, SetPlantState request, OrdoDbContext database, AlarmCatalogue catalogue, Caller caller, TimeProvider clock, CancellationToken cancellation)
    {
        Asset? asset = await database.Set<Asset>().AsNoTracking().SingleOrDefaultAsync(a => a.Id == assetId, cancellation);
        if (asset is null || !caller.Has(Permissions.ServiceAlarms, asset.Path)) return Problems.NotFound(new("没有这个资产。", "There is no such asset."));
        if (!PlantState.All.Contains(request.State))
            return Problems.Validation(("state", new($"应为以下之一：{string.Join("、", PlantState.All)}。", $"It must be one of {string.Join(", ", PlantState.All)}.")));
        if (string.IsNullOrWhiteSpace(request.Reason)) return Problems.Validation(("reason", new("必须说明原因。", "A reason is required.")));

        PlantState? state = await database.Set<PlantState>().SingleOrDefaultAsync(s => s.AssetId == assetId, cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        if (state is null)
        {
            state = new() { AssetId = assetId, State = request.State, Since = now, By = caller.DisplayName, Reason = request.Reason.Trim() };
            database.Add(state);
        }
        else
        {
            (state.Since, state.Version) = (state.State == request.State ? state.Since : now, state.Version + 1);
            (state.State, state.By, state.Reason) = (request.State, caller.DisplayName, request.Reason.Trim());
        }
        await database.SaveChangesAsync(cancellation);
        await catalogue.RefreshAsync([], CancellationToken.None);
        return TypedResults.Ok(new PlantStateItem(assetId, asset.NameZh, asset.NameEn, state.State, state.Since, state.By, state.Reason));
    }

    private sealed class Row
    {
        public required PlantState State { get; init; }

        public required Asset Asset { get; init; }
    }
}
