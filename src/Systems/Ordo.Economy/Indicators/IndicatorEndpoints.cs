using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Economy.Settings;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Indicators;

/// <param name="IsShipped">As the product ships it.</param>
/// <param name="Leaves">What is reported for it in the end.</param>
/// <param name="Dependants">What changes with it.</param>
/// <param name="Forms">Forms on which it is asked.</param>
public sealed record IndicatorItem(Indicator Indicator, bool IsShipped, IReadOnlyList<string> Leaves, IReadOnlyList<string> Dependants, IReadOnlyList<string> Forms);

/// <summary><c>/api/v1/economy/indicators</c></summary>
internal static class IndicatorEndpoints
{
    public static void MapIndicators(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reading = routes.MapGroup("/api/v1/economy").WithTags("Economy").RequireAuthorization(Permissions.SignedIn);
        reading.MapGet("/indicators", List).WithName("ListIndicators").WithSummary("The catalogue; it holds no figures");
        reading.MapGet("/indicators/{code}", Get).WithName("GetIndicator").ProducesProblem(404);
        RouteGroupBuilder editing = routes.MapGroup("/api/v1/economy").WithTags("Economy").RequireAuthorization(Permissions.ConfigureEconomy).ProducesProblem(403).ProducesProblem(412).ProducesProblem(422).ProducesProblem(428);
        editing.MapPut("/indicators/{code}", Put).WithName("SaveIndicator");
        editing.MapDelete("/indicators/{code}", Delete).WithName("ResetIndicator").ProducesProblem(404);
    }

    private static async Task<Ok<PageOf<IndicatorItem>>> List(EconomyBook book, [AsParameters] Paging paging, CancellationToken cancellation, string? q = null, string? form = null)
    {
        IndicatorCatalogue catalogue = (await book.CurrentAsync(cancellation)).Rules.Catalogue;
        string words = q?.Trim() ?? "";
        return TypedResults.Ok(paging.Of<IndicatorItem>([.. catalogue.All
            .Where(indicator => (indicator.Code + indicator.NameZh + indicator.NameEn).Contains(words, StringComparison.OrdinalIgnoreCase)
                && (form is null || FormTemplates.Find(form)?.Item(indicator.Code) is not null)).Select(indicator => Show(indicator, catalogue))]));
    }

    private static async Task<Ok<IndicatorItem>> Get(string code, EconomyBook book, SettingsDesk desk, HttpResponse response, CancellationToken cancellation)
    {
        IndicatorCatalogue catalogue = (await book.CurrentAsync(cancellation)).Rules.Catalogue;
        if (catalogue.Find(code) is not { } indicator) throw new ProblemException(Problems.NotFound(new("没有这个指标。", "There is no such indicator.")));
        response.SetVersion(await desk.VersionAsync(EconomyRules.IndicatorPrefix + code, cancellation));
        return TypedResults.Ok(Show(indicator, catalogue));
    }

    private static async Task<Ok<IndicatorItem>> Put(string code, Indicator indicator, SettingsDesk desk, EconomyBook book, Caller caller, HttpContext http, CancellationToken cancellation)
    {
        if (indicator.Code != code) throw new ProblemException(Problems.Validation(("code", new("代码须与地址一致。", "The code must be that of the address."))));
        await desk.PutAsync(EconomyRules.IndicatorPrefix + code, System.Text.Json.JsonSerializer.SerializeToElement(indicator, ShippedData.Json), caller, http.Request.CheckVersion, cancellation);
        return await Get(code, book, desk, http.Response, cancellation);
    }

    private static async Task<NoContent> Delete(string code, SettingsDesk desk, Caller caller, HttpRequest request, CancellationToken cancellation)
    {
        await desk.ResetAsync(EconomyRules.IndicatorPrefix + code, caller, request.CheckVersion, cancellation);
        return TypedResults.NoContent();
    }

    private static IndicatorItem Show(Indicator indicator, IndicatorCatalogue catalogue) => new(
        indicator, IndicatorCatalogue.Shipped.Contains(indicator), catalogue.LeavesOf(indicator.Code), catalogue.DependantsOf(indicator.Code),
        [.. FormTemplates.All.Where(form => form.Item(indicator.Code) is not null).Select(form => form.Code)]);
}
