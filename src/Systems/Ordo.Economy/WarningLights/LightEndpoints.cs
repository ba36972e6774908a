using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Foundation.Access;

namespace Ordo.Economy.WarningLights;

/// <summary><c>/api/v1/economy/warning-lights</c></summary>
internal static class LightEndpoints
{
    public static void MapLights(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/economy/warning-lights", Get).WithName("GetWarningLights").WithTags("Economy").RequireAuthorization(Permissions.ReadEconomy)
            .ProducesProblem(400).ProducesProblem(404).WithSummary("Warning lights of a month, the composite of all, and the leading, coincident and lagging indices");

    private static async Task<Ok<LightBoard>> Get(
        EconomyDoor door, EconomyBook book, Caller caller, CancellationToken cancellation, long? asset = null, [Description("The month; default the newest with figures")] string? period = null, DateOnly? asOf = null)
    {
        (FigureReader reader, Area area) = await door.OpenAsync(asset, caller, asOf, cancellation);
        IReadOnlyList<Period> periods = FigureEndpoints.PeriodsOf(reader, book.Today);
        Period step = period is not null ? FigureEndpoints.StepOf(period) : periods.Count > 0 ? periods[0] : Period.LastEnded(Frequency.Month, book.Today);
        return TypedResults.Ok(LightBoard.Of(reader, area, step, periods));
    }
}
