using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Economy.Figures;
using Ordo.Economy.Filing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Economy.Reports;

/// <summary>The monthly analysis as a page to print and as a workbook.</summary>
internal static class ReportEndpoints
{
    public static void MapReports(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder reports = routes.MapGroup("/api/v1/economy/reports").WithTags("Economy").RequireAuthorization(Permissions.ReadEconomy).ProducesProblem(400).ProducesProblem(404);
        reports.MapGet("/monthly.html", Html).WithName("GetMonthlyReport").Produces<string>(200, "text/html");
        reports.MapGet("/monthly.xlsx", Workbook).WithName("GetMonthlyReportWorkbook").Produces<Stream>(200, FilingEndpoints.WorkbookType);
    }

    private static async Task<ContentHttpResult> Html(
        EconomyDoor door, EconomyBook book, TimeProvider clock, Caller caller, CancellationToken cancellation, long? asset = null, string? period = null,
        [Description("Everything the caller may see, instead of what may leave the house")] bool? inside = null) =>
        TypedResults.Content((await MakeAsync(door, book, clock, caller, asset, period, inside, cancellation)).Html(), "text/html; charset=utf-8");

    private static async Task<FileStreamHttpResult> Workbook(
        EconomyDoor door, EconomyBook book, TimeProvider clock, Caller caller, CancellationToken cancellation, long? asset = null, string? period = null, bool? inside = null)
    {
        MonthlyReport report = await MakeAsync(door, book, clock, caller, asset, period, inside, cancellation);
        var file = new MemoryStream();
        report.WriteWorkbook(file);
        file.Position = 0;
        return TypedResults.Stream(file, FilingEndpoints.WorkbookType, "ordo-monthly-report.xlsx");
    }

    private static async Task<MonthlyReport> MakeAsync(EconomyDoor door, EconomyBook book, TimeProvider clock, Caller caller, long? asset, string? period, bool? inside, CancellationToken cancellation)
    {
        (FigureReader reader, Area area) = inside == true ? await door.OpenAsync(asset, caller, null, cancellation) : await door.OpenReleasedAsync(asset, caller, cancellation);
        IReadOnlyList<Period> known = FigureEndpoints.PeriodsOf(reader, book.Today);
        Period step = known.Count > 0 ? known[0] : Period.LastEnded(Frequency.Month, book.Today);
        if (period is not null && (!Period.TryParse(period, out step) || !step.IsStep)) throw new ProblemException(Problems.BadRequest("period", new("应为月份，如 2026-03。", "Expected a month such as 2026-03.")));
        return new(reader, area, step, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "en", clock.GetUtcNow());
    }
}
