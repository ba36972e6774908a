using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Settings;

/// <param name="IsShipped">As the product ships it.</param>
public sealed record SettingItem(string Key, bool IsShipped, JsonElement Content);

/// <summary><c>/api/v1/economy/settings</c>: calendar, thresholds of suppression, limits of checks, chains, warning lights.</summary>
internal static class SettingsEndpoints
{
    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder settings = routes.MapGroup("/api/v1/economy/settings").WithTags("Economy settings").RequireAuthorization(Permissions.ConfigureEconomy).ProducesProblem(404);
        settings.MapGet("/{key}", Get).WithName("GetEconomySetting");
        settings.MapPut("/{key}", Put).WithName("SaveEconomySetting").ProducesProblem(403).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        settings.MapDelete("/{key}", Delete).WithName("ResetEconomySetting").ProducesProblem(403).ProducesProblem(412).ProducesProblem(428);
    }

    private static async Task<Ok<SettingItem>> Get(string key, EconomyBook book, SettingsDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        EconomyRules rules = (await book.CurrentAsync(cancellation)).Rules;
        object content = key switch
        {
            EconomyRules.CalendarKey => rules.Calendar,
            EconomyRules.DisclosureKey => rules.Disclosure,
            EconomyRules.ChecksKey => rules.Checks,
            EconomyRules.ChainsKey => rules.Chains,
            EconomyRules.ReportKey => rules.Report,
            EconomyRules.LightsKey => rules.Lights,
            _ => throw NoSuchKey(),
        };
        int version = await desk.VersionAsync(key, cancellation);
        response.SetVersion(version);
        return TypedResults.Ok(new SettingItem(key, version == 0, JsonSerializer.SerializeToElement(content, content.GetType(), ShippedData.Json)));
    }

    private static async Task<Ok<SettingItem>> Put(string key, JsonElement content, EconomyBook book, SettingsDesk desk, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        if (!SettingsDesk.Keys.Contains(key)) throw NoSuchKey();
        await desk.PutAsync(key, content, caller, http.Request.CheckVersion, cancellation);
        return await Get(key, book, desk, http.Response, cancellation);
    }

    private static async Task<NoContent> Delete(string key, SettingsDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        if (!SettingsDesk.Keys.Contains(key)) throw NoSuchKey();
        await desk.ResetAsync(key, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static ProblemException NoSuchKey() => new(Problems.NotFound(new("没有这张表。", "There is no such table.")));
}
