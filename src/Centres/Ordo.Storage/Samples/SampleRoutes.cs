using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Ordo.Foundation.Access;
using Ordo.Foundation.Access.Links;
using Ordo.Foundation.Http;
using Ordo.Foundation.Points;
using Ordo.Foundation.Telemetry;

namespace Ordo.Storage.Samples;

/// <summary><c>/api/v1/points/{id}/samples</c> and its likes: what was measured, as curves, figures and files.</summary>
internal static class SampleRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var samples = routes.MapGroup("/api/v1").WithTags("Samples").RequireAuthorization(Permissions.ReadTelemetry).ProducesProblem(404).ProducesProblem(422);
        samples.MapGet("/points/{id:long}/samples", OfPoint).WithName("GetSamplesOfPoint");
        samples.MapGet("/points/samples", OfPoints).WithName("GetSamplesOfPoints").OpenToLinks((request, shown) => shown.HasAll(request.Query["ids"]) && request.IsRecent());
        samples.MapGet("/series/{id:int}/samples", OfSeries).WithName("GetSamplesOfSeries");
        samples.MapGet("/series/samples", OfManySeries).WithName("GetSamplesOfManySeries");
    }

    private static async Task<SampleAnswer<SeriesSamples>> OfPoint(
        long id, [AsParameters] SampleQuery query, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        if (points.Current.ById(id) is not { } point || !caller.Has(Permissions.ReadTelemetry, point.AssetPath))
            throw new ProblemException(Problems.NotFound(new("没有这个点位。", "There is no such point.")));
        return await AnswerOne(SampleSource.Of(point), query, $"point-{id}", desk, cancellation);
    }

    /// <summary>Points that do not exist, or lie outside the caller's scope, are left out; only when none is left the answer is 404.</summary>
    private static async Task<SampleAnswer<SamplesOfPoints>> OfPoints(
        [AsParameters] SampleQuery query, [AsParameters] PointSelection selection, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation,
        [Description("sum, avg, min or max: one curve of all the points together, whose figures of each step are joined so; needs a step and points of one unit")] string? across = null)
    {
        SampleRequest request = query.Read(desk.Now, desk.Options);
        Across? how = AcrossPoints.Read(across, request);
        List<SampleSource> sources = [.. selection.Of(points.Current, caller).Select(SampleSource.Of)];
        if (sources.Count == 0) throw new ProblemException(Problems.NotFound(new("没有这些点位。", "There are no such points.")));
        if (how is { } joined)
        {
            SampleTable one = await desk.FetchAcrossAsync(sources, request, joined, cancellation);
            return new(http => request.Csv
                ? desk.WriteCsvAsync([one], AsFile(http.Response, "points"), http.RequestAborted)
                : SampleWriter.WriteJsonAsync(AsJson(http.Response).BodyWriter, one, across!, sources.Count, http.RequestAborted));
        }

        return new(await AnswerMany(sources, request, "points", desk, cancellation));
    }

    private static async Task<SampleAnswer<SamplesOfSeries>> OfManySeries(
        string ids, [AsParameters] SampleQuery query, ISeriesCatalogue catalogue, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        SampleRequest request = query.Read(desk.Now, desk.Options);
        List<SampleSource> sources = [.. PointSelection.ReadIds(ids).Where(id => id <= int.MaxValue && caller.MaySee((int)id, catalogue, points.Current)).Select(id => SampleSource.Of((int)id))];
        if (sources.Count == 0) throw new ProblemException(Problems.NotFound(new("没有这些序列。", "There are no such series.")));
        return new(await AnswerMany(sources, request, "series", desk, cancellation));
    }

    private static async Task<Func<HttpContext, Task>> AnswerMany(List<SampleSource> sources, SampleRequest request, string fileName, SampleDesk desk, CancellationToken cancellation)
    {
        if (request is { Csv: true, Step: null })
        {
            await desk.CheckCountAsync(sources, request, desk.Options.MaxExportSamples, cancellation);
            return http => desk.WriteCsvAsync(sources, request, AsFile(http.Response, fileName), http.RequestAborted);
        }

        IReadOnlyList<SampleTable> tables = await desk.FetchAsync(sources, request, cancellation);
        return http => request.Csv
            ? desk.WriteCsvAsync(tables, AsFile(http.Response, fileName), http.RequestAborted)
            : SampleWriter.WriteJsonAsync(AsJson(http.Response).BodyWriter, tables, http.RequestAborted);
    }

    private static async Task<SampleAnswer<SeriesSamples>> OfSeries(
        int id, [AsParameters] SampleQuery query, ISeriesCatalogue catalogue, IPointDirectory points, Caller caller, SampleDesk desk, CancellationToken cancellation)
    {
        if (!caller.MaySee(id, catalogue, points.Current)) throw new ProblemException(Problems.NotFound(new("没有这个序列。", "There is no such series.")));
        return await AnswerOne(SampleSource.Of(id), query, $"series-{id}", desk, cancellation);
    }

    private static async Task<SampleAnswer<SeriesSamples>> AnswerOne(SampleSource source, SampleQuery query, string fileName, SampleDesk desk, CancellationToken cancellation)
    {
        SampleRequest request = query.Read(desk.Now, desk.Options);
        if (request is { Csv: true, Step: null })
        {
            await desk.CheckCountAsync([source], request, desk.Options.MaxExportSamples, cancellation);
            return new(http => desk.WriteCsvAsync([source], request, AsFile(http.Response, fileName), http.RequestAborted));
        }

        IReadOnlyList<SampleTable> tables = await desk.FetchAsync([source], request, cancellation);
        return new(http => request.Csv
            ? desk.WriteCsvAsync(tables, AsFile(http.Response, fileName), http.RequestAborted)
            : SampleWriter.WriteJsonAsync(AsJson(http.Response).BodyWriter, tables[0], http.RequestAborted));
    }

    private static HttpResponse AsJson(HttpResponse response)
    {
        response.ContentType = "application/json; charset=utf-8";
        return response;
    }

    private static HttpResponse AsFile(HttpResponse response, string name)
    {
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.csv\"";
        return response;
    }
}
