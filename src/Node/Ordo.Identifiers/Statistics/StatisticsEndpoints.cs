using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;

namespace Ordo.Identifiers.Statistics;

/// <summary><c>/api/v1/identifiers/statistics</c> and the curve of this moment.</summary>
internal static class StatisticsEndpoints
{
    private const string FromWords = "First statistics day, 2026-03-01; default: thirty days up to the last", ToWords = "Last statistics day; default: today";

    public static void MapStatistics(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder statistics = routes.MapGroup("/api/v1/identifiers").WithTags("Identifier statistics").RequireAuthorization(Permissions.ReadIdentifiers);
        statistics.MapGet("/statistics", Get).WithName("GetIdentifierStatistics").ProducesProblem(400).ProducesProblem(422);
        statistics.MapGet("/statistics.csv", Csv).WithName("GetIdentifierStatisticsCsv").Produces<Stream>(200, "text/csv").ProducesProblem(400).ProducesProblem(422);
        statistics.MapGet("/rate", Rate).WithName("GetIdentifierRate").WithSummary("Resolutions of the last ten minutes, in steps of five seconds");
    }

    private static async Task<Ok<NodeStatistics>> Get(StatisticsReader reader, CancellationToken cancellation, [Description(FromWords)] DateOnly? from = null, [Description(ToWords)] DateOnly? to = null) =>
        TypedResults.Ok(await reader.ReadAsync(from, to, StatisticsReader.MostEnterprises, cancellation));

    private static async Task<FileContentHttpResult> Csv(
        StatisticsReader reader, CancellationToken cancellation, [Description("What a row is about")] Word<StatisticsBy>? by = null, [Description(FromWords)] DateOnly? from = null, [Description(ToWords)] DateOnly? to = null)
    {
        StatisticsBy rows = by?.Value ?? StatisticsBy.Day;
        NodeStatistics statistics = await reader.ReadAsync(from, to, int.MaxValue, cancellation);
        byte[] file = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(StatisticsCsv.Of(statistics, rows))]; // Excel takes a CSV without the mark for GBK
        return TypedResults.Bytes(file, "text/csv; charset=utf-8", $"identifiers-{rows.ToString().ToLowerInvariant()}-{statistics.From:yyyyMMdd}-{statistics.To:yyyyMMdd}.csv");
    }

    private static Ok<IReadOnlyList<ResolutionStep>> Rate(StatisticsKeeper keeper) => TypedResults.Ok(keeper.Seconds);
}
