using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary>The newest sample, or the last before a moment.</summary>
/// <param name="PointId">The point, where one was asked for.</param>
/// <param name="SeriesId">The series; none while the point is bound to none.</param>
/// <param name="Unit">Code of the point's unit, in which the value is; none for a series, whose value is as it was sent.</param>
/// <param name="Time">None where there is no sample, or its time has no name in a calendar.</param>
/// <param name="Value">None where there is no sample, or JSON has no number for it.</param>
/// <param name="Quality"><c>good</c>, <c>uncertain</c> or <c>bad</c>, with the protocol's flag behind a colon; none where there is no sample.</param>
public sealed record LatestSample(long? PointId, int? SeriesId, string? Unit, DateTimeOffset? Time, double? Value, string? Quality);

/// <summary>One for each of the points or series that were asked for and may be read, in the order asked.</summary>
public sealed record LatestSamples(IReadOnlyList<LatestSample> Items);

/// <summary><c>/api/v1/points/latest</c> and <c>/api/v1/series/latest</c>: one value of each of many, now or as it was at a moment.</summary>
internal static class LatestRoutes
{
    private const string BeforeIs = "Instead of the newest: the last sample strictly before this moment, RFC 3339 with offset";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var latest = routes.MapGroup("/api/v1").WithTags("Samples").RequireAuthorization(Permissions.ReadTelemetry).ProducesProblem(404).ProducesProblem(422);
        latest.MapGet("/points/latest", OfPoints).WithName("GetLatestOfPoints");
        latest.MapGet("/series/latest", OfSeries).WithName("GetLatestOfSeries");
    }

    private static async Task<Ok<LatestSamples>> OfPoints(
        [AsParameters] PointSelection selection, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation, [Description(BeforeIs)] string? before = null)
    {
        long? moment = SampleQuery.ReadTime("before", before);
        SampleSource[] sources = [.. selection.Of(points.Current, caller).Select(SampleSource.Of)];
        if (sources.Length == 0) throw new ProblemException(Problems.NotFound(new("没有这些点位。", "There are no such points.")));
        return TypedResults.Ok(new LatestSamples(await desk.FetchLatestAsync(sources, moment, cancellation)));
    }

    private static async Task<Ok<LatestSamples>> OfSeries(
        string ids, ISeriesCatalogue catalogue, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation, [Description(BeforeIs)] string? before = null)
    {
        long? moment = SampleQuery.ReadTime("before", before);
        SampleSource[] sources = [.. PointSelection.ReadIds(ids).Where(id => id <= int.MaxValue && caller.MaySee((int)id, catalogue, points.Current)).Select(id => SampleSource.Of((int)id))];
        if (sources.Length == 0) throw new ProblemException(Problems.NotFound(new("没有这些序列。", "There are no such series.")));
        return TypedResults.Ok(new LatestSamples(await desk.FetchLatestAsync(sources, moment, cancellation)));
    }
}
